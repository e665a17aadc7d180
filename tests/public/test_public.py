"""The public face: what is exported, namespaces, and the policy."""

import json
from pathlib import Path

import pytest
from dream_support import FIRST, WordEmbedder, day, episode
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from pydantic import ValidationError

import langgraph_dreams
from langgraph_dreams import (
    DreamPolicy,
    DreamStore,
    EmbedderMismatchError,
    InvalidInputError,
    NamespaceError,
    dream_node,
)

PACKAGE = Path(langgraph_dreams.__file__).parent


def test_exports_are_pinned() -> None:
    assert sorted(langgraph_dreams.__all__) == [
        "Backlog",
        "Budget",
        "BusyError",
        "Concern",
        "Core",
        "CoreLine",
        "DreamDiff",
        "DreamError",
        "DreamEvent",
        "DreamPlan",
        "DreamPolicy",
        "DreamReport",
        "DreamStore",
        "DreamsError",
        "Embedder",
        "EmbedderError",
        "EmbedderMismatchError",
        "Episode",
        "EpisodeRecorder",
        "ExportReport",
        "Forgotten",
        "Hop",
        "IdleDreamer",
        "ImportReport",
        "InvalidInputError",
        "LangChainEmbedder",
        "Language",
        "Link",
        "LocalEmbedder",
        "LogFormatError",
        "Memory",
        "MissingDependencyError",
        "Namespace",
        "NamespaceError",
        "Operation",
        "Recall",
        "RecallItem",
        "Redactor",
        "RestoreReport",
        "ReviewError",
        "ReviewRequest",
        "ReviewRule",
        "Rollback",
        "RollbackError",
        "StoreClosedError",
        "StoreError",
        "StoreLockedError",
        "StoreReadOnlyError",
        "ToolUse",
        "Trust",
        "UnknownDreamError",
        "Why",
        "adream_all",
        "aschedule_dreams",
        "aschedule_sweep",
        "create_dream_graph",
        "create_dream_tool",
        "create_journal_app",
        "create_recall_tool",
        "dream_all",
        "dream_node",
        "export_namespace",
        "import_log",
        "import_past",
        "read_log",
        "recall_node",
        "record_node",
        "redact_secrets",
        "restore_namespace",
        "schedule_dreams",
        "schedule_sweep",
    ]
    assert all(hasattr(langgraph_dreams, name) for name in langgraph_dreams.__all__)


@pytest.mark.parametrize("parts", [(), ("",), ("  ",), ("a", ""), ("x" * 10_001,), (7,), (None,)])
def test_bad_namespaces(parts: tuple) -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store, pytest.raises(NamespaceError):
        store.namespace(*parts)


@pytest.mark.parametrize(
    "part", ["user-{user_id}", "{user-id}", "{ user_id }", "{{user_id}}", "{}"]
)
def test_half_a_template_is_no_namespace_for_all(part: str) -> None:
    store = DreamStore.in_memory(embedder=WordEmbedder())
    with store, pytest.raises(NamespaceError, match="placeholder"):
        store.namespace("acme", part)


def test_namespaces_do_not_meet() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        names = [("a", "b"), ("ab",), ("a/b",), ("a", "b", "*"), ("b", "a"), ("ä",), ("a\u0308",)]
        for number, parts in enumerate(names):
            store.namespace(*parts).record([episode(f"The secret number is {number}.", day=0)])
        for number, parts in enumerate(names):
            found = store.namespace(*parts).recall("What is the secret number?")
            assert [r.item.text for r in found.items] == [f"The secret number is {number}."]
        assert sorted(store.namespaces()) == sorted(names)


def test_a_template_is_filled_from_the_config() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        template = store.namespace("acme", "{user_id}")
        assert template.is_template
        own = template.resolve({"configurable": {"user_id": "ada"}})
        own.record(day(FIRST, 0))
        assert store.namespace("acme", "ada").counts()["episodes"] == len(FIRST)
        with pytest.raises(NamespaceError, match="template"):
            template.recall("kiln")
        for value in (None, "", " ", True, ["ada"], "{other}"):
            with pytest.raises(NamespaceError, match="user_id"):
                template.resolve({"configurable": {"user_id": value}})
        with pytest.raises(NamespaceError, match="user_id"):
            template.resolve(None)


def test_another_embedder_is_refused_and_reembedding_helps(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder("first", 64)) as store:
        store.namespace("ada").record(day(FIRST, 0))
    with DreamStore.open(tmp_path, embedder=WordEmbedder("second", 32)) as store:
        with pytest.raises(EmbedderMismatchError, match="first") as caught:
            store.namespace("ada").recall("kiln")
        assert "second" in str(caught.value)
        assert "reembed" in str(caught.value)
        seen: list[tuple[int, int]] = []
        assert store.reembed("ada", on_progress=lambda d, t: seen.append((d, t))) == len(FIRST)
        assert seen[-1] == (len(FIRST), len(FIRST))
        assert len(store.namespace("ada").recall("kiln", 2).items) == 2


def test_policy_refuses_nonsense() -> None:
    for wrong in (
        {"dense_weight": 1.5},
        {"channels": ("dowsing",)},
        {"cosine_low": 0.95},
        {"no": 1},
    ):
        with pytest.raises(ValidationError):
            DreamPolicy(**wrong)


def test_blank_texts_are_refused_whole() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        ada = store.namespace("ada")
        with pytest.raises(InvalidInputError):
            ada.record([episode("fine", day=0), episode(" \n", day=0, position=1)])
        assert ada.counts()["episodes"] == 0


def test_reports_are_json() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        ada = store.namespace("ada")
        ada.record(day(FIRST, 0))
        report = ada.dream()
        assert json.loads(report.model_dump_json())["namespace"] == ["ada"]
        assert type(report).model_validate_json(report.model_dump_json()) == report


def test_a_dream_in_a_node_keeps_nothing_with_the_agent_and_has_its_own_limit() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        ada = store.namespace("ada")
        ada.record(day(FIRST, 0))
        builder = StateGraph(MessagesState)
        builder.add_node("dream", dream_node(ada))
        builder.add_edge(START, "dream")
        saver = InMemorySaver()
        agent = builder.compile(checkpointer=saver)
        config = {"configurable": {"thread_id": "1"}, "recursion_limit": 3}
        agent.invoke({"messages": [("user", "good night")]}, config)
        assert [d.status for d in ada.dreams()] == ["committed"]
        kept = {c.config["configurable"]["checkpoint_ns"] for c in saver.list(config)}
        assert kept == {""}


def test_asking_an_unknown_namespace_leaves_no_trace(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder("first", 64)) as store:
        nobody = store.namespace("nobody")
        assert nobody.recall("anything?").items == ()
        assert nobody.dream().status == "noop"
        assert nobody.counts()["episodes"] == 0
        assert store.namespaces() == []
        with pytest.raises(NamespaceError, match="nobody"):
            store.reembed("nobody")
    with DreamStore.open(tmp_path, embedder=WordEmbedder("second", 32)) as store:
        store.namespace("nobody").record(day(FIRST, 0))
        assert store.namespaces() == [("nobody",)]
