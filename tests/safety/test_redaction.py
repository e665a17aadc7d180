"""Redaction before anything is stored: by every way in, down to the bytes of the folder."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest
from awake_support import ScriptedModel
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day, episode
from file_bytes import bytes_below
from helpers_store import link, memory
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import START, MessagesState, StateGraph
from mind_support import model, note
from pydantic import BaseModel

from benchmarks.scripted import Block
from langgraph_dreams import (
    DreamMiddleware,
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
from langgraph_dreams.safety.redaction import KEPT
from langgraph_dreams.safety.secrets import redact_secrets
from langgraph_dreams.types.items import Core, CoreLine
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.weights import Learned

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


def by_middleware(namespace: Namespace) -> None:
    dreams = DreamMiddleware(namespace)
    chat = ScriptedModel(script=[AIMessage(f"I shall write to {SECRET}.")])
    agent = create_agent(chat, [], middleware=[dreams])
    agent.invoke({"messages": [HumanMessage(TEXT)]}, {"configurable": {"thread_id": "1"}})
    namespace.flush()
    assert namespace.counts()["episodes"] == 1


def by_a_tool_result_that_is_cut(namespace: Namespace) -> None:
    """However long a result is, and wherever in it the secret is cut."""
    results = [f"{'page ' * 40}"[:start] + f" {SECRET} and so on" * 9 for start in range(160, 200)]
    use = [{"name": "read", "args": {"page": text}, "id": "c1"} for text in results]
    recorder = EpisodeRecorder(namespace)
    answers = iter([AIMessage("", tool_calls=[asked]) for asked in use])
    builder = StateGraph(MessagesState)
    builder.add_node("answer", lambda state: {"messages": [next(answers)]})
    builder.add_edge(START, "answer")
    agent = builder.compile().with_config(callbacks=[recorder])
    for number in range(len(use)):
        agent.invoke(
            {"messages": [HumanMessage(f"Read page {number}.")]},
            {"configurable": {"thread_id": str(number)}},
        )
    assert recorder.flush()
    assert namespace.counts()["episodes"] == len(use)


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


def by_a_model(namespace: Namespace) -> None:
    """A model that brings what it was never shown, at every step of a dream."""

    def notes(shown: Sequence[Block]) -> Mapping[str, Any]:
        new = [b for b in shown if b.letter == "E" and "from earlier" not in b.heading]
        told = [note(b, text=f"{b.text} Ask {SECRET}.", about=SECRET) for b in new]
        return {"memories": told}

    def judged(shown: Sequence[Block]) -> Mapping[str, Any]:
        pairs = [b.number for b in shown if b.letter == "P"]
        fields = {"connection": 2, "kind": "cause", "helps": f"writing to {SECRET}"}
        return {"judgements": [{"pair": number, **fields} for number in pairs]}

    def told(shown: Sequence[Block]) -> Mapping[str, Any]:
        said = {"text": f"I dreamt of {SECRET}.", "operations": [shown[0].number]}
        return {"sentences": [said]}

    def laid_out(shown: Sequence[Block]) -> Mapping[str, Any]:
        numbers = [b.number for b in shown if b.letter == "M"]
        return {"pages": [{"about": SECRET, "title": f"what {SECRET} wants", "memories": numbers}]}

    def asked(shown: Sequence[Block]) -> Mapping[str, Any]:
        about = " ".join(shown[0].text.split()[1:5])
        return {"questions": [{"question": f"What of {about} and {SECRET}?", "memories": [1]}]}

    mind = model(consolidate=notes, pages=laid_out, rehearsals=asked, judge=judged, narrate=told)
    policy = SMALL.model_copy(update={"story": True, "rehearsals": 1}).with_level("page", least=1)
    namespace.record(day(FIRST, 0))
    namespace.dream(model=mind, policy=policy)
    namespace.record(day(SECOND, 7))
    report = asyncio.run(namespace.adream(model=mind, policy=policy))
    assert report.status == "committed"
    assert any(m.kind == "page" for m in namespace.memories())
    assert namespace.vault.rehearsal_ids()
    assert {"add_memory", "add_link"} <= {o.kind for o in report.operations}
    assert "I dreamt of" in report.narrative


def by_the_store_itself(namespace: Namespace) -> None:
    """What other models may bring, into every field there is."""
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
    "the middleware": by_middleware,
    "an import": lambda n: import_log(n, [f'{{"role": "user", "content": "{TEXT}"}}']),
    "a question": by_question,
    "the recall tool": by_recall_tool,
    "a focus": by_focus,
    "the dream tool": by_dream_tool,
    "a model": by_a_model,
    "the store": by_the_store_itself,
    "a cut text": by_a_tool_result_that_is_cut,
}


@pytest.mark.parametrize("way", WAYS)
def test_no_secret_reaches_the_folder(tmp_path: Path, way: str) -> None:
    plain, clean = tmp_path / "plain", tmp_path / "clean"
    with DreamStore.open(plain, embedder=WordEmbedder()) as store:
        WAYS[way](store.namespace("ada"))
    assert SECRET.encode() in bytes_below(plain)
    with DreamStore.open(clean, embedder=WordEmbedder(), redact=redact_secrets) as store:
        WAYS[way](store.namespace("ada"))
    assert SECRET.encode() not in bytes_below(clean)
    assert re.search(rb"ada@|secret-mail", bytes_below(clean)) is None
    assert b"[e-mail]" in bytes_below(clean)


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


def test_what_forgetting_writes_anew_is_redacted(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        ada = store.namespace("ada")
        ids = ada.record(day(FIRST, 0))
        ada.dream(focus=f"the clay for {SECRET}")
        ada.vault.put_links([gone := link(ids[0], ids[1])])
        ada.vault.note_recall(f"clay for {SECRET}?", [ids[2]], [gone.id])
    with DreamStore.open(tmp_path, embedder=WordEmbedder(), redact=redact_secrets) as store:
        ada = store.namespace("ada")
        assert ada.forget(episodes=[ids[0]]).dreams
        (dream,) = ada.dreams()
        (asked,) = ada.vault.recalls(undreamt=False)
        assert asked.query == "clay for [e-mail]?"
        assert [c.text for c in dream.concerns] == ["the clay for [e-mail]"]
    assert SECRET.encode() not in bytes_below(tmp_path)


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
    assert SECRET.encode() not in bytes_below(tmp_path)


def test_what_cannot_be_called_is_refused_and_leaves_the_folder_free(tmp_path: Path) -> None:
    for wrong in ({"redact": 5}, {"policy": 5}):
        with pytest.raises(InvalidInputError):
            DreamStore.open(tmp_path, embedder=WordEmbedder(), **wrong)  # type: ignore[arg-type]
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        assert store._backend._users == 1


TEXTS = {
    *(
        "text",
        "speaker",
        "said",
        "answered",
        "error",
        "reaction",
        "done",
        "tags",
        "name",
        "args",
        "others",
    ),
    *("result", "quote", "questions", "about", "helps"),
    *("bridge", "narrative", "summary", "notes", "reason"),
    *("alarms", "advice", "refused", "statement"),
    *("before", "after", "concerns", "operations", "lines", "plan", "levels"),
    *("question", "path", "old", "new", "planned", "morning", "facts", "silenced", "plans"),
    *("answers", "why"),
    *("put", "value"),
}
NUMBERS = {
    *("lasting", "event_from", "event_to"),
    *(
        "position",
        "trust",
        "said_trust",
        "confirmed",
        "uses",
        "weight",
        "since",
        "evidence",
        "number",
        "counts",
    ),
    *("cost", "health", "tokens", "changed", "ok", "revisited", "waiting", "pairs", "calls"),
    *("input_tokens", "output_tokens", "money", "due"),
    *("versions", "factors", "trained", "held_back", "gain", "low", "high"),
    *("asked", "reached", "rank", "probable", "tokens_before", "tokens_after"),
    *("created", "updated", "fields", "ttl", "expires", "deleted"),
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
    stored = set().union(*map(fields, (Episode, Memory, Link, Core, Learned, DreamReport)))
    assert stored - KEPT - TEXTS - NUMBERS == {"key"}  # of a LangGraph store: an id
    assert not KEPT & TEXTS
