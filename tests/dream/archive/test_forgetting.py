"""What goes into the archive and what never does; how it is found, and comes back."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from dream_support import FIRST, SMALL, START, WordEmbedder, day, episode

from langgraph_dreams import DreamPolicy, DreamStore, Episode, Memory, Namespace, Trust
from langgraph_dreams.cli.main import main
from langgraph_dreams.dream.archive.order import Strategy, forgetting_by, oldest_first
from langgraph_dreams.dream.memories.speakers import speaker
from langgraph_dreams.types.items import ARCHIVED, memory_id

WALNUTS = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."
TALK = ("How are you doing?", "Really?", "Oh, why?")


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        yield store.namespace("ada")


def keeping(items: int | None = 0, **more: Any) -> DreamPolicy:
    return SMALL.model_copy(update={"keep_items": items, **more})


def said(ada: Namespace, texts: Sequence[str], first: int = 0, **fields: Any) -> list[str]:
    return ada.record([episode(t, day=first + i, **fields) for i, t in enumerate(texts)])


def away(ada: Namespace) -> set[str]:
    return {e.id for e in ada.episodes() if e.archived}


def found(ada: Namespace, question: str, **how: Any) -> set[str]:
    return {r.item.id for r in ada.recall(question, 50, note=False, floor=0, **how).items}


def test_without_a_budget_nothing_goes(ada: Namespace) -> None:
    said(ada, [WALNUTS, WALNUTS, *TALK])
    ada.dream()
    assert not ada.plan().archived
    assert ada.dream().status == "noop"
    assert not away(ada)


def test_what_is_borne_goes_and_what_nothing_else_says_stays(ada: Namespace) -> None:
    walnuts = said(ada, [WALNUTS] * 3)
    talk = said(ada, TALK, 10)
    told = ada.record(day(FIRST, 20))
    ada.dream()
    planned = ada.plan(policy=keeping())
    report = ada.dream(policy=keeping(), depth="deep")
    assert away(ada) == {o.target for o in report.operations if o.kind == "retire_episode"}
    assert set(planned.archived) == away(ada)
    assert away(ada).isdisjoint(told)
    assert set(talk) <= away(ada)
    assert len(away(ada) & {*walnuts}) == 2  # the memory keeps a source
    assert len(ada.episodes()) == 10
    assert (
        report.counts["retire_episode"]
        == 5
        == sum(o.kind == "retire_episode" for o in report.operations)
    )
    assert "archive" in report.summary


def test_no_more_goes_than_the_budget_asks_for(ada: Namespace) -> None:
    said(ada, [WALNUTS] * 3)
    said(ada, TALK, 10)
    ada.dream()
    whole = len(ada.episodes()) + len(ada.memories())
    ada.dream(policy=keeping(whole - 2), depth="deep")
    assert len(away(ada)) == 2
    assert ada.dream(policy=keeping(whole - 2), depth="deep").status == "noop"
    ada.dream(policy=keeping(archived_per_dream=1), depth="deep")
    assert len(away(ada)) == 3


def test_a_budget_of_bytes(ada: Namespace) -> None:
    said(ada, [WALNUTS] * 3)
    ada.dream()
    size = len(WALNUTS.encode())

    def fits(size: int) -> DreamPolicy:  # what a line of the core cites stays
        return keeping(None, keep_bytes=size).with_level("core", budget=0)

    ada.dream(policy=fits(4 * size), depth="deep")
    assert not away(ada)
    ada.dream(policy=fits(4 * size - 1), depth="deep")
    assert len(away(ada)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"tags": ("pinned",)},
        {"outcome": "error", "error": "it broke"},
        {"reaction": "No, that is wrong."},
        {"answered": "The kiln is on loan until Friday."},
    ],
)
def test_what_is_protected(ada: Namespace, fields: dict[str, Any]) -> None:
    text = "Really?" if "answered" not in fields else "Really?\nThe kiln is on loan until Friday."
    kept = said(ada, [text], **fields)
    other = said(ada, ["Really?"], 5)
    ada.dream()
    ada.dream(policy=keeping(), depth="deep")
    assert away(ada) == {*other}
    assert away(ada).isdisjoint(kept)


@pytest.mark.parametrize(
    "text",
    [
        "Was it Odile?",
        "Was it 12?",
        "Could you remind me to order more clay for the beginners course?",
        "The kiln is broken.",
    ],
)
def test_what_tells_something_is_no_small_talk(ada: Namespace, text: str) -> None:
    said(ada, [text])
    ada.dream()
    ada.dream(policy=keeping(), depth="deep")
    assert not away(ada)


def test_what_no_dream_has_seen_stays(ada: Namespace) -> None:
    said(ada, TALK)
    ada.dream(policy=keeping(), depth="deep")
    assert not away(ada)
    ada.dream(policy=keeping(), depth="deep")
    assert len(away(ada)) == len(TALK)


def test_the_same_words_of_another_day_are_another_event(ada: Namespace) -> None:
    """As long as no memory cites both."""
    text = "I ran along the harbour wall with Odile."
    said(ada, [text, text], trust=Trust.UNTRUSTED, origin="web")
    ada.dream()
    ada.dream(policy=keeping(), depth="deep")
    assert not away(ada)


def test_a_copy_that_nobody_vouches_for_bears_nothing(ada: Namespace) -> None:
    told = episode(WALNUTS, day=0)
    copy = episode(WALNUTS, day=0, position=1, trust=Trust.UNTRUSTED, origin="web")
    ada.record([told, copy])
    ada.dream()
    ada.dream(policy=keeping(), depth="deep")
    assert told.id not in away(ada)


def test_what_was_recalled_goes_last(ada: Namespace) -> None:
    talk = said(ada, TALK)
    ada.dream()
    for _ in range(3):
        ada.vault.note_recall("anything", [talk[0]], [])
    whole = len(ada.episodes()) + len(ada.memories())
    ada.dream(policy=keeping(whole - 2), depth="deep")
    assert away(ada) == {*talk[1:]}


# -- found, and brought back


def forgot(ada: Namespace) -> tuple[set[str], str]:
    """Items in the archive, and the dream that put them there."""
    said(ada, [WALNUTS] * 3)
    said(ada, TALK, 10)
    ada.dream()
    report = ada.dream(policy=keeping(), depth="deep")
    assert away(ada)
    return away(ada), report.id


def test_recall_finds_the_archive_when_asked_to(ada: Namespace) -> None:
    gone, _ = forgot(ada)
    every = {e.id for e in ada.episodes()}
    answer = ada.recall(WALNUTS, 50, note=False, floor=0)
    assert gone.isdisjoint(i for r in answer.items for i in (r.item.id, *r.repeats))
    assert [r.item.text for r in answer.memories] == [WALNUTS]
    whole = ada.recall(WALNUTS, 50, note=False, floor=0, archived=True)
    assert {i for r in whole.items for i in (r.item.id, *r.repeats)} == every
    then = ada.recall(WALNUTS, 50, note=False, floor=0, as_of=START + timedelta(days=300))
    assert {i for r in then.items for i in (r.item.id, *r.repeats)} == every


def test_plain_search_by_either_way_leaves_the_archive_out(ada: Namespace) -> None:
    gone, _ = forgot(ada)
    for share in (0.0, 1.0):
        one_way = SMALL.model_copy(update={"dense_weight": share})
        assert gone.isdisjoint(found(ada, "How are you doing?", policy=one_way))


def test_a_rollback_brings_all_of_it_back(ada: Namespace) -> None:
    said(ada, [WALNUTS] * 3)
    said(ada, TALK, 10)
    ada.dream()
    before = ada.episodes(), ada.memories(), found(ada, WALNUTS)
    report = ada.dream(policy=keeping(), depth="deep")
    assert not ada.rollback(report.id).left
    assert (ada.episodes(), ada.memories(), found(ada, WALNUTS)) == before
    again = ada.dream(policy=keeping(), depth="deep")
    one = next(o for o in again.operations if o.kind == "retire_episode")
    ada.undo([one.id])
    assert one.target not in away(ada)
    ada.dream(policy=keeping(), depth="deep")
    assert one.target not in away(ada)  # what was undone is not proposed again


def test_what_made_the_bearer_is_not_undone_beneath_it(ada: Namespace) -> None:
    said(ada, [WALNUTS] * 3)
    first = ada.dream()
    ada.dream(policy=keeping(), depth="deep")
    assert away(ada)
    ada.rollback(first.id, cascade=True)
    assert not away(ada)


def test_what_is_asked_for_in_the_archive_comes_back(ada: Namespace) -> None:
    gone, _ = forgot(ada)
    answer = ada.recall("How are you doing?", 50, floor=0, archived=True)
    asked = gone & {r.item.id for r in answer.items}
    assert asked
    report = ada.dream()
    kinds = {o.target: o.kind for o in report.operations if o.target in gone}
    assert kinds == dict.fromkeys(asked, "restore_episode")
    assert away(ada) == gone - asked
    ada.rollback(report.id)
    assert away(ada) == gone


def test_what_was_put_back_by_hand_comes_again_when_it_is_asked_for_again(ada: Namespace) -> None:
    gone, _ = forgot(ada)
    for again in range(2):
        asked = {r.item.id for r in ada.recall(TALK[0], 50, floor=0, archived=True).items}
        report = ada.dream()
        back = [o for o in report.operations if o.kind == "restore_episode"]
        assert {o.target for o in back} == gone & asked, again
        ada.undo([o.id for o in back])
        assert away(ada) == gone


def test_forgetting_the_bearer_for_good_brings_back_what_it_bore(ada: Namespace) -> None:
    said(ada, [WALNUTS] * 3)
    ada.dream()
    ada.dream(policy=keeping(), depth="deep")
    assert len(away(ada)) == 2
    (memory,) = ada.memories()
    ada.forget(memories=[memory.id])
    assert not away(ada)


def test_a_memory_that_another_one_bears(ada: Namespace) -> None:
    first, second = said(ada, ["Dinner was late on Friday.", "The pen lay in the drawer."])
    ada.dream(policy=SMALL.model_copy(update={"stated": False}))
    name = memory_id("fact", f"{speaker(ada.episodes()[0])}\n{WALNUTS}")
    held = Memory(id=name, text=WALNUTS, sources=(first,), learned_at=START)
    twin = held.model_copy(
        update={"id": memory_id("fact", "twin"), "text": f"{WALNUTS} Always.", "sources": (second,)}
    )
    ada.vault.put_memories([held, twin])
    ada.vault.note_recall("Who is allergic?", [twin.id], [])
    report = ada.dream(policy=keeping(), depth="deep")
    (retired,) = (o.memory() for o in report.operations if o.kind == "retire_memory")
    assert (retired.id, retired.status, retired.superseded_by) == (held.id, ARCHIVED, twin.id)
    assert retired.valid_to is None
    assert [m.id for m in ada.memories()] == [twin.id]
    assert report.health["lost"] == 0
    said(ada, [WALNUTS, WALNUTS], 20)
    ada.dream()
    assert held.id in {m.id for m in ada.memories()}


@pytest.mark.parametrize("why", ["asked", "bearer retired", "bearer there"])
def test_a_memory_comes_back_as_an_episode_does(ada: Namespace, why: str) -> None:
    """When a recall of the archive returned it, or what says the same is retired."""
    first, second = said(ada, ["Dinner was late on Friday.", "The pen lay in the drawer."])
    ada.dream(policy=SMALL.model_copy(update={"stated": False}))
    heir = Memory(id=memory_id("fact", "heir"), text=WALNUTS, sources=(second,), learned_at=START)
    put = heir.model_copy(
        update={
            "id": memory_id("fact", "put"),
            "sources": (first,),
            "status": ARCHIVED,
            "superseded_by": heir.id,
        }
    )
    if why == "bearer retired":
        heir = heir.model_copy(update={"status": "retired", "valid_to": START})
    ada.vault.put_memories([heir, put])
    ada.vault.note_recall("Who is allergic?", [put.id if why == "asked" else first], [])
    report = ada.dream()
    back = why != "bearer there"
    assert (put.id in {m.id for m in ada.memories()}) is back
    ada.rollback(report.id)
    assert [m.status for m in ada.memories([put.id])] == [ARCHIVED]


def test_an_episode_comes_back_when_its_bearer_was_edited(ada: Namespace) -> None:
    text = "The old van brought clay and glaze for the workshop."
    one = episode(text, day=0, trust=Trust.ASSERTED, message="m1", said=text)
    other = episode(text, day=0, position=1, message="m2", said=text)
    ada.record([one, other])
    ada.dream(policy=SMALL.model_copy(update={"stated": False}))
    ada.vault.mark_archived({one.id: other.id})
    ada.dream()
    assert away(ada) == {one.id}
    edited = episode("Never mind.", day=0, position=2, message="m2", said="Never mind.")
    ada.record([edited])
    ada.dream()
    assert not away(ada)


def test_what_ended_with_its_bearer_holds_no_more_in_the_archive(ada: Namespace) -> None:
    """A memory was put away since another says the same; then that one was superseded."""
    said(ada, [WALNUTS] * 3)
    ada.dream()
    (held,) = ada.memories()
    text = "My sister Ottilie is allergic to nothing any more and gave her red pen away."
    since = START + timedelta(days=30)
    new = held.model_copy(
        update={"id": memory_id("fact", text), "text": text, "valid_from": since, "quote": ""}
    )
    heir = held.model_copy(
        update={
            "id": memory_id("fact", "heir"),
            "status": "superseded",
            "superseded_by": new.id,
            "valid_to": since,
        }
    )
    put = held.model_copy(update={"status": ARCHIVED, "superseded_by": heir.id})
    ada.vault.put_memories([new, heir, put])
    for how in ({}, {"archived": True}, {"as_of": START + timedelta(days=60)}):
        answer = ada.recall(WALNUTS, 5, note=False, floor=0, **how)  # type: ignore[arg-type]
        assert [r.item.id for r in answer.memories] == [new.id]
    then = ada.recall(WALNUTS, 5, note=False, floor=0, as_of=START + timedelta(days=20))
    assert {r.item.id for r in then.memories} == {heir.id, put.id}


def test_other_strategies_are_for_comparison(ada: Namespace) -> None:
    ids = said(ada, [f"The number {n} belongs to Odile." for n in range(6)])
    ada.dream()
    with forgetting_by(Strategy(oldest_first, only_borne=False)):
        ada.dream(policy=keeping(len(ada.memories()) + 4), depth="deep")
    assert len(away(ada)) >= 1
    assert away(ada) <= {*ids}


def test_it_lasts_over_an_opening_and_is_told_on_the_command_line(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with DreamStore.open(tmp_path, policy=SMALL) as store:
        ada = store.namespace("ada")
        said(ada, TALK)
        ada.dream()
        ada.dream(policy=keeping(), depth="deep")
        gone = away(ada)
        assert len(gone) == 3
        ada.vault._state.start_anew()
        assert away(ada) == gone
    with DreamStore.open(tmp_path, policy=SMALL) as store:
        ada = store.namespace("ada")
        assert gone.isdisjoint(found(ada, TALK[0]))
        assert found(ada, TALK[0], archived=True) == gone
    common = ["--store", str(tmp_path), "--namespace", "ada"]
    assert main(["recall", *common, "--archived", "--floor", "0", TALK[0]]) == 0
    assert TALK[0] in capsys.readouterr().out
    assert main(["show", *common, min(gone)]) == 0
    assert "in the archive" in capsys.readouterr().out


def test_a_flag_that_is_none_is_refused(ada: Namespace) -> None:
    from langgraph_dreams import InvalidInputError

    said(ada, TALK)
    with pytest.raises(InvalidInputError):
        ada.recall("kiln", archived="yes")  # type: ignore[arg-type]


def test_episodes_are_as_they_were_but_for_the_mark(ada: Namespace) -> None:
    before: list[Episode] = []
    said(ada, TALK)
    ada.dream()
    before = ada.episodes()
    ada.dream(policy=keeping(), depth="deep")
    after = [e.model_copy(update={"archived": ""}) for e in ada.episodes()]
    assert after == before


SMALLER = ["The soup is hot.", "It rained.", "They sang."]
LARGER = [
    WALNUTS,
    "The landlord of the harbour workshop raises the rent by forty pounds in October.",
    "Odile borrowed the long ladder, two paint brushes and the brass lantern.",
]


def test_a_budget_that_holds_lets_go_of_what_states_least(ada: Namespace) -> None:
    small = said(ada, SMALLER)
    pinned = said(ada, ["It snowed."], 5, tags=("pinned",))
    told = said(ada, LARGER, 10)
    ada.dream()
    whole = len(ada.episodes()) + len(ada.memories())
    ada.dream(policy=keeping(whole - 3), depth="deep")
    assert not away(ada)
    report = ada.dream(policy=keeping(whole - 3, keep_unborne=False), depth="deep")
    assert away(ada) == {*small}
    assert away(ada).isdisjoint([*pinned, *told])
    assert {o.reason for o in report.operations} == {"weak, and states least, and the budget holds"}
    assert found(ada, "soup rained sang").isdisjoint(small)
    assert {*small} <= found(ada, "soup rained sang", archived=True)
    ada.rollback(report.id)
    assert not away(ada)


@pytest.mark.parametrize("asked", [0, 1])
def test_what_a_recall_returned_outlasts_what_says_as_much(ada: Namespace, asked: int) -> None:
    alike = said(ada, ["The lamp is blue.", "The chair is green."])
    said(ada, LARGER, 10)
    ada.dream()
    ada.recall(("the blue lamp", "the green chair")[asked], 1, floor=0)
    whole = len(ada.episodes()) + len(ada.memories())
    ada.dream(policy=keeping(whole - 1, keep_unborne=False), depth="deep")
    assert away(ada) == {alike[1 - asked]}


def test_the_last_source_of_a_memory_stays_within_a_budget_that_holds(ada: Namespace) -> None:
    said(ada, [WALNUTS] * 3)
    ada.dream()
    ada.dream(policy=keeping(keep_unborne=False), depth="deep")
    (memory,) = ada.memories()
    assert {*memory.sources} - away(ada)
