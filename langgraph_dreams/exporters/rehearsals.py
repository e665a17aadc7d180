"""Rehearsals as a regression suite: pytest, a LangSmith data set, or plain JSON lines.

Only what may be trusted goes out, in the words in which it is stored.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pprint import pformat
from typing import Literal, get_args

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.language.asking import wording
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.safety.trust import may_become

RehearsalFormat = Literal["pytest", "langsmith", "jsonl"]


@dataclass(frozen=True)
class Case:
    """One rehearsal as it is exported."""

    id: str
    question: str
    evidence: list[list[str]]
    """For each memory that the answer needs, the episodes that bear it out."""
    memories: list[str]
    """What these say."""
    must_not_say: list[str]
    """What no longer holds."""
    trust: str
    dream: str


def cases(namespace: Namespace) -> list[Case]:
    """The rehearsals that hold, oldest first."""
    vault = namespace.vault
    found = [m for m in namespace.memories(vault.rehearsal_ids()) if may_become(m)]
    told = {name for m in found for name in (*m.cites, *m.must_not_say)}
    memories = {m.id: m for m in namespace.memories(sorted(told))}
    there = {e.id for e in namespace.episodes(sorted({i for m in found for i in m.sources}))}
    made = []
    for rehearsal in found:
        cited = [memories[name] for name in rehearsal.cites if name in memories]
        evidence = [[i for i in m.sources if i in there] for m in cited]
        if cited and all(evidence):
            ended = [memories[n] for n in rehearsal.must_not_say if n in memories]
            # What ended may be so again, by an undone dream or in the words of the answer.
            right = {wording(m.text) for m in cited}
            wrong = [m.text for m in ended if not m.current and wording(m.text) not in right]
            made.append(
                Case(
                    id=rehearsal.id,
                    question=rehearsal.text,
                    evidence=evidence,
                    memories=[m.text for m in cited],
                    must_not_say=list(dict.fromkeys(wrong)),
                    trust=rehearsal.trust.name.lower(),
                    dream=rehearsal.dream,
                )
            )
    return made


def export_rehearsals(
    namespace: Namespace, form: RehearsalFormat = "jsonl", *, store: str = "./memory", k: int = 10
) -> str:
    """The rehearsals of a namespace as the text of a file.

    Args:
        namespace: whose.
        form: "pytest": a test module that recalls each question and asks for its evidence among
            the first items; "langsmith": a line of `inputs`, `outputs` and `metadata` each, as
            LangSmith's examples have them; "jsonl": a line each with all there is.
        store: the folder of the store, for the test module.
        k: the items that it recalls; more for a question that needs many.

    Raises:
        InvalidInputError: an unknown form, or k is no positive whole number.
    """
    if form not in get_args(RehearsalFormat):
        known = ", ".join(get_args(RehearsalFormat))
        raise InvalidInputError(f"the format is {shown(form)}; choose one of {known}")
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise InvalidInputError(f"k is {shown(k)}; ask for 1 item or more")
    found = cases(namespace)
    if form == "pytest":
        return _module(namespace.parts, found, store, k)
    rows = [asdict(c) if form == "jsonl" else _example(namespace.parts, c) for c in found]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _example(parts: Sequence[str], case: Case) -> dict[str, object]:
    return {
        "inputs": {"question": case.question},
        "outputs": {
            "memories": case.memories,
            "evidence": [episode for of_one in case.evidence for episode in of_one],
            "must_not_say": case.must_not_say,
        },
        "metadata": {
            "rehearsal": case.id,
            "dream": case.dream,
            "namespace": "/".join(parts),
            "trust": case.trust,
            "joint": len(case.memories) > 1,
        },
    }


def _module(parts: Sequence[str], found: Sequence[Case], store: str, k: int) -> str:
    told = [
        {
            "id": c.id,
            "question": c.question,
            "evidence": c.evidence,
            "must_not_say": c.must_not_say,
        }
        for c in found
    ]
    return _MODULE.format(
        store=store, parts=tuple(parts), k=k, cases=pformat(told, width=100, sort_dicts=False)
    )


_MODULE = '''\
"""What this memory was asked in its dreams, as tests: `export rehearsals` of langgraph-dreams."""

import os

import pytest

from langgraph_dreams import DreamStore

STORE = os.environ.get("LANGGRAPH_DREAMS_STORE", {store!r})
NAMESPACE = {parts!r}
K = {k}
CASES = {cases}


@pytest.fixture(scope="module")
def memory():
    with DreamStore.open(STORE) as store:
        yield store.namespace(*NAMESPACE)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_evidence_is_recalled(memory, case):
    found = memory.recall(
        case["question"], k=max(K, 2 * len(case["evidence"])), note=False, floor=0
    )
    ids = {{name for entry in found.items for name in (entry.item.id, *entry.repeats)}}
    missing = [one for one in case["evidence"] if ids.isdisjoint(one)]
    assert not missing, f"{{case['question']}} finds nothing of {{missing}}"
    said = {{entry.item.text for entry in found.memories}}
    assert said.isdisjoint(case["must_not_say"]), "what no longer holds is returned"
'''
