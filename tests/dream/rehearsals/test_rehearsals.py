"""Rehearsals: what a model is asked for, what of it stands, and what becomes of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args

import pytest
from dream_support import SMALL, WordEmbedder, episode
from mind_support import model, note

from benchmarks.scripted import Block, ScriptedModel
from langgraph_dreams import DreamReport, DreamStore, Memory, Namespace, Trust
from langgraph_dreams.types.items import MemoryStatus

POLICY = SMALL.model_copy(update={"rehearsals": 2, "page_memories": 0, "stated": False})
ROSES, PLUM, HULL = (
    "Ada planted roses by the gate.",
    "Ada grafted a plum tree.",
    "Bruno sanded the old hull.",
)
GRAZ, TURIN = "Ada lives in Graz now.", "Ada lives in Turin now."
Answer = Callable[[Sequence[Block]], Mapping[str, Any]]


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256), policy=POLICY) as store:
        yield store.namespace("acme", "ada")


def all_notes(shown: Sequence[Block]) -> Mapping[str, Any]:
    """Every new turn as a memory, in its own words."""
    new = [b for b in shown if b.letter == "E" and "from earlier" not in b.heading]
    return {"memories": [note(b, about="Bruno" if "Bruno" in b.text else "Ada") for b in new]}


def asking(*questions: tuple[str, Sequence[str]]) -> Answer:
    """Questions of the memories with these texts."""

    def answer(shown: Sequence[Block]) -> Mapping[str, Any]:
        number = {b.text: b.number for b in shown if b.letter == "S"}
        return {
            "questions": [
                {"question": text, "memories": [number[m] for m in of if m in number]}
                for text, of in questions
            ]
        }

    return answer


def mind(answer: Answer, asked: list[Sequence[Block]] | None = None) -> ScriptedModel:
    def rehearsals(shown: Sequence[Block]) -> Mapping[str, Any]:
        if asked is not None:
            asked.append(shown)
        return answer(shown)

    return model(consolidate=all_notes, rehearsals=rehearsals)


def dreamt(
    namespace: Namespace, texts: Sequence[str], answer: Answer, day: int = 0, **fields: Any
) -> DreamReport:
    turns = [episode(t, day=day, position=n, **fields) for n, t in enumerate(texts)]
    namespace.record(turns)
    return namespace.dream(model=mind(answer))


def rehearsals(namespace: Namespace, every: bool = False) -> list[Memory]:
    statuses = get_args(MemoryStatus) if every else ("tentative", "active")
    return namespace.memories(namespace.vault.rehearsal_ids(statuses))


def by_text(namespace: Namespace) -> dict[str, Memory]:
    return {
        m.text: m for m in namespace.memories(namespace.vault.memory_ids(get_args(MemoryStatus)))
    }


# -- what is made


def test_a_question_cites_its_memories_and_their_episodes(ada: Namespace) -> None:
    report = dreamt(ada, [ROSES, PLUM], asking(("What has Ada planted or grafted?", [ROSES, PLUM])))
    (made,) = rehearsals(ada)
    known = by_text(ada)
    assert made.text == "What has Ada planted or grafted?"
    assert made.cites == (known[ROSES].id, known[PLUM].id)
    assert set(made.sources) == {*known[ROSES].sources, *known[PLUM].sources}
    assert (made.kind, made.trust, made.about) == ("rehearsal", Trust.TRUSTED, "Ada")
    assert report.counts["rehearsals"] == 1
    assert report.counts["add_memory"] == 2
    assert "1 question was rehearsed" in report.summary
    assert "1 question rehearsed" in str(report)
