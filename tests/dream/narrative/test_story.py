"""The story: plain words for every kind of operation, and what a model may make of it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from dream_support import START, WordEmbedder
from narrate_support import (
    DREAM,
    answers,
    context,
    link,
    memory,
    night,
    operation,
    said,
    superseded,
)

from langgraph_dreams import DreamStore, Episode, Namespace
from langgraph_dreams.dream.narrative.summary import QUIET, summarize
from langgraph_dreams.types.items import Core, CoreLine
from langgraph_dreams.types.operations import Operation, operation_id
from langgraph_dreams.types.pages import gathered

OLD = "Ada lives in Bremen."
NEW = "Ada lives in Kiel."


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        yield store.namespace("acme", "ada")


def other(kind: Any, target: str, before: Any = None, **after: Any) -> Operation:
    return Operation(
        id=operation_id(DREAM, kind, target),
        kind=kind,
        target=target,
        before=before,
        after=after,
    )


def night_of(ada: Namespace) -> list[Operation]:
    """One operation of every kind."""
    first, second = said(ada, OLD, 0), said(ada, NEW, 9)
    old, new = memory(OLD, first), memory(NEW, second)
    tea = memory("Ada drinks tea.", first)
    twice = tea.model_copy(update={"sources": (first.id, second.id), "confirmed": 2})
    lamp = memory("The lamp is new.", first)
    idea = gathered(memory("Ada: habits", kind="page"), [new, tea])
    held = link(second, first)
    line = CoreLine(memory=tea.id, text=tea.text, sources=(first.id,))
    return [
        operation("add_memory", new),
        operation("merge_memory", twice, tea),
        superseded(old, new),
        operation("add_link", held),
        operation("strengthen_link", held.model_copy(update={"id": "l2"}), held),
        operation("retire_link", held.model_copy(update={"id": "l3"}), held),
        other("weaken_link", "*", factor=0.995),
        operation("add_memory", idea),
        operation("retire_memory", lamp.model_copy(update={"status": "retired"}), lamp),
        other(
            "change_core",
            "core",
            before=Core().model_dump(mode="json"),
            **Core(lines=(line,)).model_dump(mode="json"),
        ),
    ]


# -- without a model


def test_every_kind_of_operation_is_told_in_a_sentence_that_cites_it(ada: Namespace) -> None:
    operations = night_of(ada)
    _, changes, _ = night(ada, operations, mind=False)
    cited = [o.id[:10] for o in operations]
    expected = [
        "1 association held [{3}].",
        "“Ada lives in Kiel.” (11 Mar 2026) met “Ada lives in Bremen.” (2 Mar 2026) over "
        "brandhorst [{3}].",
        "“Ada: habits” is a page of 2 memories [{7}].",
        "“Ada lives in Kiel.” is a new memory, said once [{0}].",
        "“Ada drinks tea.” was said again, twice by now [{1}].",
        "“Ada lives in Bremen.” held from 2 Mar 2026 until 11 Mar 2026; since then "
        "“Ada lives in Kiel.” holds [{2}].",
        "“The lamp is new.” was retired: a test [{8}].",
        "1 association came back and grew stronger [{4}].",
        "All older associations were scaled by 0.995 [{6}].",
        "1 association faded away; the record is kept [{5}].",
        "The core took in “Ada drinks tea.” [{9}].",
    ]
    assert changes["summary"].splitlines() == [line.format(*cited) for line in expected]
    assert changes["narrative"] == changes["summary"]
    assert changes["notes"] == []


def test_what_is_many_is_told_in_part_and_counted(ada: Namespace) -> None:
    turns = [said(ada, f"Turn {i}.", i) for i in range(6)]
    operations = [operation("add_memory", memory(e.text, e)) for e in turns]
    operations += [operation("add_link", link(turns[i], turns[0])) for i in range(1, 6)]
    operations += [operation("weaken_link", link(turns[2], turns[1]))]
    lines = night(ada, operations, mind=False)[1]["summary"].splitlines()
    assert lines[0].startswith("5 associations held [o")
    assert lines[0].endswith("and 2 more].")
    assert sum("is a new memory" in line for line in lines) == 3
    assert any(line.startswith("3 more memories were written down [") for line in lines)
    assert any(line.startswith("1 association grew weaker [") for line in lines)
    assert sum(" met " in line for line in lines) == 3
    four = operations[:4]
    assert "1 more memory was written down [" in night(ada, four, mind=False)[1]["summary"]


def test_a_core_that_changes_names_what_came_and_went(ada: Namespace) -> None:
    def core(*names: str) -> dict[str, Any]:
        lines = [CoreLine(memory=n, text=f"Text {n}", sources=("e1",)) for n in names]
        return Core(lines=tuple(lines)).model_dump(mode="json")

    def told(before: dict[str, Any], after: dict[str, Any]) -> str:
        made = other("change_core", "core", before=before, **after)
        return night(ada, [made], mind=False)[1]["summary"].split(" [")[0]

    assert told(core("a"), core("b")) == "The core took in “Text b” and let go of “Text a”"
    assert told(core("a"), core("a", "b", "c")) == "The core took in “Text b” and “Text c”"
    assert told(core("a"), core()) == "The core let go of “Text a”"
    assert told(core(), core(*"abcde")).endswith("“Text a”, “Text b”, “Text c” and 2 more")
    assert told(core("a", "b"), core("b", "a")) == "The core was put in a new order"


def test_what_is_gone_or_bare_is_still_told(ada: Namespace) -> None:
    first = said(ada, OLD, 0)
    old = memory(OLD, first, valid_from=None)
    gone = old.model_copy(update={"status": "superseded", "superseded_by": "mgone"})
    lost = link(first, first.model_copy(update={"id": "elost"}))
    operations = [operation("supersede_memory", gone, old), operation("add_link", lost)]
    summary = night(ada, operations, mind=False)[1]["summary"]
    assert "“Ada lives in Bremen.” held before, and holds no more [" in summary
    assert "met elost over" in summary


def test_recalled_and_reviewed_memories_are_told_as_such(ada: Namespace) -> None:
    tea = memory("Ada drinks tea.", said(ada, "tea", 0))
    used = tea.model_copy(update={"uses": 3, "status": "active"})
    assert "was recalled, 3 times by now" in tell_one(ada, operation("merge_memory", used, tea))
    assert "was looked at again" in tell_one(ada, operation("merge_memory", tea, tea))


def tell_one(ada: Namespace, one: Operation) -> str:
    return str(night(ada, [one], mind=False)[1]["summary"])


def test_a_quiet_night(ada: Namespace) -> None:
    _, changes, asked = night(ada, [], answers())
    assert changes["summary"] == changes["narrative"] == QUIET
    assert not asked


def test_long_and_broken_texts_stay_in_one_short_line(ada: Namespace) -> None:
    long = memory("line\nbreak " * 10_000, said(ada, "x", 0))
    (line,) = tell_one(ada, operation("add_memory", long)).splitlines()
    assert len(line) < 250
    assert "…”" in line


# -- with a model


def story(*sentences: tuple[str, list[int]]) -> dict[str, Any]:
    return {"sentences": [{"text": t, "operations": n} for t, n in sentences]}


@pytest.fixture
def turns(ada: Namespace) -> list[Episode]:
    return [said(ada, f"Turn {i} of a life.", i) for i in range(3)]


@pytest.fixture
def three(turns: list[Episode]) -> list[Operation]:
    return [operation("add_memory", memory(e.text, e)) for e in turns]


def told(ada: Namespace, operations: list[Operation], value: Any) -> dict[str, Any]:
    return night(ada, operations, answers(narrate=value))[1]


def test_sentences_are_kept_with_the_ids_of_what_they_tell(
    ada: Namespace, three: list[Operation]
) -> None:
    value = story(("A life passed by.", [1, 2]), ("Then it turned", [3, 3, 99]))
    changes = told(ada, three, value)
    ids = [o.id[:10] for o in three]
    assert changes["narrative"].splitlines() == [
        f"A life passed by [{ids[0]}, {ids[1]}].",
        f"Then it turned [{ids[2]}].",
    ]
    assert changes["summary"] == tell_without(ada, three)
    assert not changes["notes"]


def tell_without(ada: Namespace, operations: list[Operation]) -> str:
    return str(night(ada, operations, mind=False)[1]["summary"])


@pytest.mark.parametrize(
    "sentence",
    [
        ("It cites nothing.", []),
        ("It cites what was not shown.", [0, 4, 999]),
        ("", [1]),
        (" \n\u200b ", [1]),
        ("[O1]", [1]),
        ("word " * 20_000, [1]),
        (" " * 100_000, [1]),
        ("[" * 100_000, [1]),
    ],
)
def test_a_sentence_that_cannot_stand_is_left_out(
    ada: Namespace, three: list[Operation], sentence: tuple[str, list[int]]
) -> None:
    changes = told(ada, three, story(sentence, ("This one stands.", [2])))
    assert changes["narrative"] == f"This one stands [{three[1].id[:10]}]."
    alone = told(ada, three, story(sentence))
    assert alone["narrative"] == alone["summary"] == tell_without(ada, three)
    assert any("story" in note for note in alone["notes"])


def test_citations_in_the_text_itself_do_not_count(ada: Namespace, three: list[Operation]) -> None:
    text = f"A lie [{three[2].id[:10]}] was told (O1, O2) here [O3]\nand\tthere..."
    narrative = told(ada, three, story((text, [1])))["narrative"]
    assert narrative == f"A lie was told here and there [{three[0].id[:10]}]."


def test_a_story_has_six_sentences_at_most(ada: Namespace, three: list[Operation]) -> None:
    value = story(*((f"Sentence {i}", [1]) for i in range(50)))
    assert len(told(ada, three, value)["narrative"].splitlines()) == 6


def test_a_model_that_fails_leaves_the_plain_words_and_a_note(
    ada: Namespace, three: list[Operation]
) -> None:
    changes = told(ada, three, "no answer in 60 seconds")
    assert changes["narrative"] == changes["summary"]
    assert changes["notes"] == ["story: no answer in 60 seconds"]
    silent = told(ada, three, "")
    assert silent["narrative"] == silent["summary"]
    assert silent["notes"] == [], "the same was said before"


def test_the_plan_may_leave_no_call_for_the_story(ada: Namespace, three: list[Operation]) -> None:
    _, changes, asked = night(ada, three, plan={"calls": {"consolidate": 1}})
    assert not asked
    assert changes["narrative"] == changes["summary"]
    reply = answers(narrate=story(("Told.", [1])))
    _, changes, asked = night(ada, three, reply, plan={"calls": {"narrate": 1}})
    assert [r.step for r in asked] == ["narrate"]
    assert changes["narrative"].startswith("Told [")


def test_a_bounded_choice_of_every_kind_is_shown(ada: Namespace) -> None:
    operations = night_of(ada)
    start = START + timedelta(days=30)
    many = [said(ada, f"Turn {i} " + "x" * 3_000, 30 + i) for i in range(30)]
    operations += [operation("add_memory", memory(e.text, e, valid_from=start)) for e in many]
    _, _, asked = night(ada, operations, answers(narrate={}))
    prompt = asked[-1].user
    shown = re.findall(r"^\[O(\d+)\] (.*)$", prompt, re.MULTILINE)
    assert [int(n) for n, _ in shown] == list(range(1, 17))
    assert len({done for _, done in shown}) == 7
    assert shown[0][1] == "memories put on a page"
    assert len(prompt) < 6_000


def test_the_story_tells_what_the_stage_itself_added(ada: Namespace, turns: list[Episode]) -> None:
    ada.vault.put_memories([memory("Ada drinks tea.", *turns, kind="preference")])
    value = story(("Tea is for ever.", [1]))
    made, changes, asked = night(ada, [], answers(narrate=value), levels={"core": ""})
    assert "Ada drinks tea." in asked[0].user
    assert changes["narrative"] == f"Tea is for ever [{made[0].id[:10]}]."


def test_links_that_only_fade_are_no_story(ada: Namespace) -> None:
    _, changes, asked = night(ada, [other("weaken_link", "*", factor=0.9)], answers())
    assert not asked
    assert "scaled by 0.9" in changes["narrative"]


def test_notes_and_counts_that_were_there_stay(ada: Namespace, three: list[Operation]) -> None:
    counts = {"add_memory": 3, "candidates": 9}
    _, changes, _ = night(ada, three, answers(narrate="down"), notes=["a"], counts=counts)
    assert changes["notes"] == ["a", "story: down"]
    assert changes["counts"] == counts
    assert summarize(context(ada), three) == changes["summary"]


def test_an_update_is_told_as_one(ada: Namespace) -> None:
    first, second = said(ada, OLD, 0), said(ada, NEW, 9)
    told = summarize(context(ada), [operation("add_link", link(second, first, kind="update"))])
    assert f"“{NEW}”" in told
    assert "probably updates" in told
    assert " met " not in told
    assert " met " in summarize(context(ada), [operation("add_link", link(second, first))])
