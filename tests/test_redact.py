"""Redaction before anything is stored: by every way in, down to the bytes of the folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from dream_support import FIRST, SECOND, WordEmbedder, day, episode
from helpers_store import link, memory
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import START, MessagesState, StateGraph
from pydantic import BaseModel

from langgraph_dreams import (
    DreamStore,
    Episode,
    EpisodeRecorder,
    InvalidInputError,
    Link,
    Memory,
    Namespace,
    ToolUse,
    create_dream_tool,
    create_recall_tool,
    import_log,
    record_node,
)
from langgraph_dreams.models import Core, CoreLine, DreamReport
from langgraph_dreams.redact import KEPT
from langgraph_dreams.redact_secrets import redact_secrets

SECRET = "ada@secret-mail.example"
TEXT = f"Write to {SECRET} about the Brandhorst kiln."

Way = Callable[[Namespace], object]


def graph_with(namespace: Namespace, node: bool) -> Any:
    def answer(state: MessagesState) -> dict[str, Any]:
        return {"messages": [AIMessage(f"I shall write to {SECRET}.")]}

    builder = StateGraph(MessagesState)
    builder.add_node("answer", answer)
    builder.add_edge(START, "answer")
    if not node:
        return builder.compile()
    builder.add_node("record", record_node(namespace))
    builder.add_edge("answer", "record")
    return builder.compile()


def by_recorder(namespace: Namespace) -> None:
    recorder = EpisodeRecorder(namespace)
    agent = graph_with(namespace, node=False).with_config(callbacks=[recorder])
    agent.invoke({"messages": [HumanMessage(TEXT)]}, {"configurable": {"thread_id": "1"}})
    assert recorder.flush()
    assert recorder.recorded == 1


def by_node(namespace: Namespace) -> None:
    agent = graph_with(namespace, node=True)
    agent.invoke({"messages": [HumanMessage(TEXT)]}, {"configurable": {"thread_id": "1"}})
    namespace.flush()
    assert namespace.counts()["episodes"] == 1


def by_every_field(namespace: Namespace) -> None:
    use = ToolUse(name="mail", args=f'{{"to": "{SECRET}"}}', result=f"sent to {SECRET}")
    namespace.record(
        [
            episode(
                TEXT,
                day=0,
                **dict.fromkeys(("speaker", "said", "answered", "error", "reaction"), TEXT),
                done=(use,),
                tags=(SECRET, "mail"),
            )
        ]
    )


def by_question(namespace: Namespace) -> None:
    namespace.record(day(FIRST, 0))
    assert namespace.recall(f"What did {SECRET} say of the kiln?").items
    namespace.flush()
    assert len(namespace.vault.recalls()) == 1


def by_recall_tool(namespace: Namespace) -> None:
    namespace.record(day(FIRST, 0))
    create_recall_tool(namespace).invoke({"query": f"kiln of {SECRET}"})


def by_focus(namespace: Namespace) -> None:
    namespace.record(day(FIRST, 0))
    assert namespace.dream(focus=f"what {SECRET} wants").status == "committed"


def by_dream_tool(namespace: Namespace) -> None:
    namespace.record(day(FIRST, 0))
    create_dream_tool(namespace).invoke({"focus": f"what {SECRET} wants"})


def by_what_a_model_brings(namespace: Namespace) -> None:
    ids = namespace.record(day(FIRST, 0))
    namespace.vault.put_memories([memory(TEXT, [ids[0]], quote=TEXT, about=SECRET)])
    namespace.add_links([link(ids[0], ids[1], helps=TEXT, bridge=(SECRET,))])
    line = CoreLine(memory="m1", text=TEXT, sources=(ids[0],))
    namespace.vault.put_core(Core(lines=(line,)))
    namespace.dream()
    told = namespace.report(namespace.dreams()[0].id)
    namespace.vault.put_dream(told.model_copy(update={"narrative": TEXT, "notes": (TEXT,)}))


WAYS: dict[str, Way] = {
    "record": by_every_field,
    "a recorder": by_recorder,
    "a node": by_node,
    "an import": lambda n: import_log(n, [f'{{"role": "user", "content": "{TEXT}"}}']),
    "a question": by_question,
    "the recall tool": by_recall_tool,
    "a focus": by_focus,
    "the dream tool": by_dream_tool,
    "a model": by_what_a_model_brings,
}


def bytes_of(folder: Path) -> bytes:
    """Every file of a store that is closed: then unused memory in Chroma's files is wiped, too."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("way", WAYS)
def test_no_secret_reaches_the_folder(tmp_path: Path, way: str) -> None:
    plain, clean = tmp_path / "plain", tmp_path / "clean"
    with DreamStore.open(plain, embedder=WordEmbedder()) as store:
        WAYS[way](store.namespace("ada"))
    assert SECRET.encode() in bytes_of(plain)
    with DreamStore.open(clean, embedder=WordEmbedder(), redact=redact_secrets) as store:
        WAYS[way](store.namespace("ada"))
    assert SECRET.encode() not in bytes_of(clean)
    assert b"secret-mail" not in bytes_of(clean)
    assert b"[e-mail]" in bytes_of(clean)


def test_the_embedder_sees_only_what_is_stored() -> None:
    seen: list[str] = []

    class Listening(WordEmbedder):
        def embed(self, texts: Any) -> Any:
            seen.extend(texts)
            return super().embed(texts)

    with DreamStore.in_memory(embedder=Listening(), redact=redact_secrets) as store:
        store.namespace("ada").record([episode(TEXT, day=0)])
    assert seen == [TEXT.replace(SECRET, "[e-mail]")]


def test_ids_threads_and_names_stay_and_a_second_recording_adds_nothing() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(), redact=redact_secrets) as store:
        ada = store.namespace(SECRET)
        given = episode(TEXT, day=0, thread=SECRET)
        assert ada.record([given]) == ada.record([given]) == [given.id]
        (kept,) = ada.episodes()
        assert (kept.id, kept.thread) == (given.id, SECRET)
        assert ada.counts()["episodes"] == 1
        assert store.namespaces() == [(SECRET,)]


def test_a_redacted_dream_is_rolled_back_whole() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(), redact=redact_secrets) as store:
        ada = store.namespace("ada")
        ada.record([*day(FIRST, 0), episode(TEXT, day=0, position=9)])
        ada.dream()
        ada.record([*day(SECOND, 7), episode(f"{SECRET}: the Brandhorst kiln", day=7, position=9)])
        before = (ada.memories(), ada.links(True), ada.core())
        report = ada.dream(focus=TEXT)
        assert report.operations
        assert ada.rollback(report.id).left == ()
        assert (ada.memories(), ada.links(True), ada.core()) == before


def raising(text: str) -> str:
    raise RuntimeError(f"cannot cope with {text}")


@pytest.mark.parametrize(
    "redact", [raising, lambda text: None, lambda text: b"x", lambda text: " "]
)
def test_a_redactor_that_fails_stores_nothing(tmp_path: Path, redact: Any) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        held = store.namespace("ada").record(day(FIRST, 0))
    with DreamStore.open(tmp_path, embedder=WordEmbedder(), redact=redact) as store:
        ada = store.namespace("ada")
        with pytest.raises(InvalidInputError) as caught:
            ada.record([episode(TEXT, day=1)])
        assert SECRET not in str(caught.value)
        assert [e.id for e in ada.episodes()] == held
    assert SECRET.encode() not in bytes_of(tmp_path)


def test_what_cannot_be_called_is_refused_and_leaves_the_folder_free(tmp_path: Path) -> None:
    for wrong in ({"redact": 5}, {"policy": 5}):
        with pytest.raises(InvalidInputError):
            DreamStore.open(tmp_path, embedder=WordEmbedder(), **wrong)  # type: ignore[arg-type]
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        assert store._backend._users == 1


TEXTS = {
    *("text", "speaker", "said", "answered", "error", "reaction", "done", "tags", "name", "args"),
    *("result", "quote", "about", "helps", "bridge", "narrative", "summary", "notes", "reason"),
    *("before", "after", "concerns", "operations", "lines", "plan"),
}
NUMBERS = {
    *("position", "trust", "confirmed", "uses", "weight", "since", "evidence", "number", "counts"),
    *("cost", "health", "tokens", "changed", "ok", "revisited", "waiting", "pairs", "calls"),
    *("input_tokens", "output_tokens", "money"),
}


def fields(model: type[BaseModel]) -> set[str]:
    """Names of all fields of a model and of the models in it."""
    names: set[str] = set()
    for name, field in model.model_fields.items():
        names.add(name)
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                names |= fields(inner)
    return names


def test_every_stored_field_is_redacted_or_known_to_be_no_text() -> None:
    """A field that is added later has to be put somewhere on purpose."""
    stored = set().union(*map(fields, (Episode, Memory, Link, Core, DreamReport)))
    assert stored - KEPT - TEXTS - NUMBERS == set()
    assert not KEPT & TEXTS
