"""What a person is asked: few questions, in words; and what an edit of one takes out or rewords."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import SMALL, WordEmbedder, episode
from mind_support import model, note
from review_support import (
    HIGHER,
    POLICY,
    RENT,
    Thread,
    of_kind,
    rich,
    untold,
    untouched,
    updated,
    waiting,
)

from langgraph_dreams import DreamStore, Memory, Namespace
from langgraph_dreams.dream.review.groups import args_of, description_of, grouped, taken
from langgraph_dreams.dream.review.request import request_of
from langgraph_dreams.errors import ReviewError
from langgraph_dreams.types.operations import propose

ID = re.compile(r"[a-z][0-9a-f]{24}")
TURNS = (
    "Odile pays the workshop rent of 420 euros on the first of the month.",
    "The workshop kiln is a Brandhorst and burns gas.",
    "Odile fetches the Brandhorst part for the kiln on Tuesday.",
    "The workshop closes in August, says Odile.",
)


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=POLICY) as store:
        yield store.namespace("ada")


def all_notes(shown: Any) -> dict[str, Any]:
    new = [b for b in shown if b.letter == "E" and "from earlier" not in b.heading]
    return {"memories": [note(b) for b in new]}


def asked_of(ada: Namespace) -> dict[str, Any]:
    """What the journal's waiting dream would ask in a thread."""
    (entry,) = [report for report in ada.dreams() if report.status == "waiting"]
    return dict(request_of(ada.vault, ada.report(entry.id)))


def place_of(request: dict[str, Any], name: str) -> int:
    return [action["name"] for action in request["action_requests"]].index(name)


def edited(request: dict[str, Any], place: int, **args: str) -> dict[str, Any]:
    """All approved, but one question answered in other words."""
    actions = request["action_requests"]
    decisions: list[dict[str, Any]] = [{"type": "approve"} for _ in actions]
    changed = {"name": actions[place]["name"], "args": {**actions[place]["args"], **args}}
    decisions[place] = {"type": "edit", "edited_action": changed}
    return {"decisions": decisions}


# -- what is asked


def test_four_new_turns_are_few_questions(ada: Namespace) -> None:
    rich(ada)
    ada.dream(model=model(consolidate=all_notes))
    ada.record([episode(text, day=20 + n) for n, text in enumerate(TURNS)])
    report = ada.dream(model=model(consolidate=all_notes), review="ask")
    assert len([o for o in report.operations if o.target != "*"]) > 8
    request = asked_of(ada)
    assert len(request["action_requests"]) <= 7
    texts = [a["args"]["text"] for a in request["action_requests"] if "text" in a["args"]]
    assert sorted(texts) == sorted(TURNS)


@pytest.mark.parametrize("ask", [waiting, updated])
def test_no_question_shows_an_id_and_each_says_what_it_is(ask: Any, ada: Namespace) -> None:
    ask(ada)
    request = asked_of(ada)
    descriptions = [action["description"] for action in request["action_requests"]]
    assert len(set(descriptions)) == len(descriptions) >= 3
    for action in request["action_requests"]:
        assert all(isinstance(value, str) and value for value in action["args"].values())
        assert not ID.search(f"{action['args']} {action['description']}")
        assert action["description"].startswith("**")


def test_what_is_replaced_and_by_what_is_told_in_words(ada: Namespace) -> None:
    updated(ada)
    request = asked_of(ada)
    action = request["action_requests"][place_of(request, "supersede_memory")]
    assert action["args"] == {"memories": f"1. {RENT} — instead: {HIGHER}"}
    core = request["action_requests"][place_of(request, "change_core")]
    assert core["args"] == {"lines": HIGHER}
    assert f"    {RENT}" in core["description"]


def test_both_ends_of_every_link_are_told(ada: Namespace) -> None:
    report = waiting(ada)
    request = asked_of(ada)
    lines = request["action_requests"][place_of(request, "change_links")]["args"]["links"]
    texts = {e.id: e.text for e in ada.episodes()}
    added = [o.link() for o in report.operations if o.kind == "add_link"]
    assert len(lines.splitlines()) == len(added) > 3
    for line, link in zip(lines.splitlines(), added, strict=True):
        assert texts[link.a] in line
        assert texts[link.b] in line


def test_evidence_is_broken_into_lines_that_fit_a_page() -> None:
    words = "The delivery van of the workshop is inspected every October in Villach. " * 4
    said = episode(words, day=1)
    memory = Memory(id="m1", text="The van.", sources=(said.id,), learned_at=said.time)
    (group,) = grouped([propose("d1", "add_memory", memory, reason="said once")])
    *_, shown = description_of(group, {said.id: said}).split("\n\n")
    assert all(line.startswith("    ") and len(line) <= 72 for line in shown.splitlines())
    assert shown.split()[2:] == said.text.split()


HOSTILE = "# Note\n\n![x](http://evil.example/a.png) <img src=x> [click](http://evil.example) `rm`"


@pytest.mark.parametrize("many", [1, 3])
def test_markdown_of_others_is_shown_and_not_read(many: int) -> None:
    said = episode(HOSTILE, day=1)
    memories = [
        Memory(id=f"m{n}", text=f"{HOSTILE} {n}", sources=(said.id,), learned_at=said.time)
        for n in range(many)
    ]
    operations = [propose("d1", "merge_memory", m, before=m, reason=HOSTILE) for m in memories]
    (group,) = grouped(operations)
    described = description_of(group, {said.id: said})
    evil = [line for line in described.split("\n\n") if "evil" in line]
    assert len(evil) == 2 * many
    for part in evil:
        lines = part.split("\n")
        indented = all(line.startswith("    ") for line in lines)
        assert indented or (r"\!\[x\]" in part and len(lines) == 1)
    shown = args_of(group, {})["memories"]
    assert len(shown.splitlines()) == many
    assert taken(group, {"memories": shown}, {"memories": shown}) == {
        o.id: None for o in operations
    }


# -- what is answered


def test_links_are_taken_out_by_their_lines(ada: Namespace) -> None:
    report = waiting(ada)
    request = asked_of(ada)
    place = place_of(request, "change_links")
    lines = request["action_requests"][place]["args"]["links"].splitlines()
    left = "\n\n".join([lines[2], f"  {lines[0]}  "])
    done = ada.approve(report.id, edited(request, place, links=left))
    links = [o.target for o in report.operations if o.kind == "add_link"]
    assert sorted(of_kind(done, "add_link")) == sorted([links[0], links[2]])
    assert of_kind(done, "add_memory") == of_kind(report, "add_memory")


def test_with_no_line_left_none_is_written(ada: Namespace) -> None:
    report = waiting(ada)
    request = asked_of(ada)
    done = ada.approve(report.id, edited(request, place_of(request, "change_links"), links=""))
    assert not of_kind(done, "add_link")
    assert done.status == "committed"


def test_a_line_put_in_other_words_goes_on_over_the_next(ada: Namespace) -> None:
    report = waiting(ada)
    request = asked_of(ada)
    place = place_of(request, "add_memory")
    lines = request["action_requests"][place]["args"]["memories"].splitlines()
    given = "\n".join(["1. The garden gate", "   squeaks.", *lines[1:]])
    ada.approve(report.id, edited(request, place, memories=given))
    assert "The garden gate squeaks." in {m.text for m in ada.memories()}
    assert len(ada.memories()) == len(of_kind(report, "add_memory"))


def test_a_supersession_is_taken_out_and_the_new_memory_stays(ada: Namespace) -> None:
    held, report = updated(ada)
    request = asked_of(ada)
    place = place_of(request, "supersede_memory")
    decisions = [{"type": "approve"} for _ in request["action_requests"]]
    decisions[place] = {"type": "reject"}
    ada.approve(report.id, {"decisions": decisions})
    assert {m.text for m in ada.memories()} == {RENT, HIGHER}
    assert ada.memories([held])[0].status == "active"


def test_one_memory_is_put_in_other_words(ada: Namespace) -> None:
    _, report = updated(ada)
    request = asked_of(ada)
    told = edited(request, place_of(request, "add_memory"), text="The rent went up.")
    ada.approve(report.id, told)
    assert [m.text for m in ada.memories()] == ["The rent went up."]


def test_what_an_edit_must_not_do_is_refused(ada: Namespace) -> None:
    report = waiting(ada)
    request = asked_of(ada)
    links, core = place_of(request, "change_links"), place_of(request, "change_core")
    memories = place_of(request, "add_memory")
    lines = request["action_requests"][links]["args"]["links"]
    for answer, why in (
        (edited(request, links, links=f"{lines}\n999. another"), "no line 999"),
        (edited(request, links, links="something else"), "no line 0"),
        (edited(request, links, links="1. something else"), "cannot be put in other words"),
        (edited(request, links, memories="1. x"), "only links can be edited"),
        (edited(request, core, lines="Always obey."), "nothing can be edited"),
        (edited(request, memories, memories="1. "), "has 0 characters"),
        ({"decisions": [{"type": "approve"}] * 99}, "decisions are needed"),
    ):
        with pytest.raises(ReviewError, match=why):
            ada.approve(report.id, answer)
    assert untouched(ada)


def test_a_thread_takes_them_as_the_journal_does(ada: Namespace) -> None:
    rich(ada)
    thread = Thread(ada)
    request = thread.begin()
    place = place_of(request, "change_links")
    wrong = thread.ask_again(edited(request, place, links="1. x"))
    assert "other words" in wrong["problem"]
    assert untold(wrong) == request
    first = request["action_requests"][place]["args"]["links"].splitlines()[0]
    done = thread.go_on(edited(request, place, links=first))
    assert len(of_kind(done, "add_link")) == 1


def test_a_chat_page_tells_why_an_answer_was_not_taken() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        ada = store.namespace("ada")
        ada.record([episode(text, day=n) for n, text in enumerate(TURNS * 2)])
        thread = Thread(ada)
        request = thread.begin()
        place = place_of(request, "add_memory")
        text = request["action_requests"][place]["args"]["text"]
        for answer, why in ((" ", "has 0 characters"), ("x" * 501, "has 501 characters")):
            again = thread.ask_again(edited(request, place, text=answer))
            for action in again["action_requests"]:
                head = action["description"].split("\n\n")[0]
                assert head.startswith("**The last answer was not taken")
                assert f"“{text[:40]}" in head
                assert why in head
                assert not ID.search(head)
            assert untold(again) == request
        assert thread.go_on("approve").status == "committed"


def test_without_a_model_it_is_asked_alike() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        ada = store.namespace("ada")
        ada.record([episode(text, day=n) for n, text in enumerate(TURNS * 2)])
        report = ada.dream(review="ask")
        assert report.status == "waiting"
        assert len(asked_of(ada)["action_requests"]) <= 7
