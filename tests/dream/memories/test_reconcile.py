"""What becomes of proposed memories among the known ones."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from dream_support import START, WordEmbedder, episode

from langgraph_dreams import DreamStore, Memory, Namespace, Operation, Trust
from langgraph_dreams.dream.memories.ledger import MemoryLedger
from langgraph_dreams.dream.memories.notes import Proposal
from langgraph_dreams.dream.memories.reconcile import reconcile
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.transaction.apply import apply
from langgraph_dreams.types.items import memory_id


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        namespace = store.namespace("ada")
        namespace.record([episode(f"Turn number {n}.", day=n) for n in range(9)])
        yield namespace


def memory(ada: Namespace, text: str, day: int, about: str = "Ada", **fields: object) -> Memory:
    source = ada.episodes()[day]
    return Memory.model_validate(
        {
            "id": memory_id("fact", text),
            "text": text,
            "about": about,
            "sources": (source.id,),
            "trust": Trust.TRUSTED,
            "valid_from": source.time,
            "last_confirmed": source.time,
            "learned_at": source.time,
            "dream": "d1",
            **fields,
        }
    )


def settle(
    ada: Namespace, *proposals: Proposal | Memory, recalls: list[str] | None = None
) -> MemoryLedger:
    whole = [p if isinstance(p, Proposal) else Proposal(p) for p in proposals]
    context = StageContext(ada.vault, ada.policy, print)
    return reconcile(context, {"dream": "d2", "recalls": recalls or []}, whole)


def kinds(ledger: MemoryLedger) -> list[tuple[str, str]]:
    return [(o.kind, o.target) for o in ledger.operations()]


def put(ada: Namespace, ledger: MemoryLedger) -> list[Operation]:
    operations = ledger.operations()
    apply(ada.vault, tuple(operations))
    return operations


LIVES = "Ada lives in Paris."
MOVED = "Ada lives in Berlin."


def test_a_new_statement_is_added(ada: Namespace) -> None:
    lives = memory(ada, LIVES, 0)
    assert kinds(settle(ada, lives)) == [("add_memory", lives.id)]


def test_the_same_again_adds_up_the_evidence(ada: Namespace) -> None:
    put(ada, settle(ada, memory(ada, LIVES, 0)))
    again = settle(ada, memory(ada, LIVES, 3))
    (operation,) = put(ada, again)
    (held,) = ada.memories()
    assert operation.kind == "merge_memory"
    assert operation.before["confirmed"] == 1
    assert held.sources == tuple(ada.episodes()[n].id for n in (0, 3))
    assert (held.confirmed, held.status) == (2, "active")
    assert held.last_confirmed == ada.episodes()[3].time
    assert held.valid_from == ada.episodes()[0].time
    assert held.trust == Trust.TRUSTED
    assert settle(ada, memory(ada, LIVES, 3)).operations() == []


def test_all_but_the_same_words_are_the_same(ada: Namespace) -> None:
    text = "Ada bakes bread for the market on the square every week with her brother Tom."
    put(ada, settle(ada, memory(ada, text, 0)))
    close = memory(ada, text.replace("every week", "each week"), 2)
    assert [kind for kind, _ in kinds(settle(ada, close))] == ["merge_memory"]
    other = memory(ada, text.replace("bread", "2 cakes"), 2)
    assert [kind for kind, _ in kinds(settle(ada, other))] == ["add_memory"]


def test_what_differs_in_a_word_on_both_sides_is_not_the_same(ada: Namespace) -> None:
    text = "Ada bakes bread at home with her brother Tom on Fridays in the old stone oven."
    put(ada, settle(ada, memory(ada, text, 0)))
    other = memory(ada, text.replace("Fridays", "Wednesdays"), 2)
    assert "merge_memory" not in [kind for kind, _ in kinds(settle(ada, other))]
    more = memory(ada, text.replace("old", "old red"), 2)
    assert [kind for kind, _ in kinds(settle(ada, more))] == ["merge_memory"]


def test_what_is_said_to_be_replaced_is_not_merged(ada: Namespace) -> None:
    old = memory(ada, "Ada bakes bread at home on the square.", 0)
    put(ada, settle(ada, old))
    new = memory(ada, "Ada bakes bread at home on the square no more, she buys bread.", 2)
    found = kinds(settle(ada, Proposal(new, replaces=old.id)))
    assert "merge_memory" not in [kind for kind, _ in found]


def test_a_claim_to_confirm_is_believed_only_when_alike(ada: Namespace) -> None:
    lives = memory(ada, LIVES, 0)
    put(ada, settle(ada, lives))
    far = Proposal(memory(ada, "Whales sing under water.", 2), confirms=lives.id)
    assert [kind for kind, _ in kinds(settle(ada, far))] == ["add_memory"]
    near = Proposal(memory(ada, "Ada still lives in Paris, France.", 2), confirms=lives.id)
    assert kinds(settle(ada, near)) == [("merge_memory", lives.id)]


def test_a_claim_to_confirm_in_other_words_adds_evidence_and_keeps_the_text(ada: Namespace) -> None:
    text = "Ada is keen on a career in counseling, to support people."
    known = memory(ada, text, 0)
    put(ada, settle(ada, known))
    again = memory(ada, "Ada looks for a career in counseling, to help and support people.", 3)
    put(ada, settle(ada, Proposal(again, confirms=known.id)))
    (kept,) = ada.memories()
    assert (kept.text, kept.confirmed) == (text, 2)
    assert kept.sources == (*known.sources, *again.sources)


@pytest.mark.parametrize(
    ("before", "text", "why"),
    [
        (LIVES, "Whales sing under water.", "little in common"),
        (LIVES, "Ada lives in Berlin.", "little in common"),
        ("Ada lives in Paris with 2 cats.", "Ada lives in Paris with 3 cats.", "differ in a value"),
        (
            "Ada lives in Paris by the river.",
            "Ada lives in Ulm by the river.",
            "differ in one word",
        ),
    ],
)
def test_a_claim_that_is_not_believed_is_told_with_both_texts(
    ada: Namespace, before: str, text: str, why: str
) -> None:
    known = memory(ada, before, 0)
    put(ada, settle(ada, known))
    ledger = settle(ada, Proposal(memory(ada, text, 3), confirms=known.id))
    (told,) = ledger.claims
    assert why in told
    assert known.text in told
    assert text in told


def test_a_plan_that_came_true_is_ended_by_what_was_done(ada: Namespace) -> None:
    plan = memory(ada, "Ada plans to buy the red bicycle.", 0)
    put(ada, settle(ada, plan))
    done = memory(ada, "Ada bought the red bicycle.", 5)
    put(ada, settle(ada, Proposal(done, carries_out=plan.id)))
    (ended,) = ada.memories([plan.id])
    assert (ended.status, ended.superseded_by) == ("superseded", done.id)


def test_what_a_model_finds_in_conflict_is_kept_and_told(ada: Namespace) -> None:
    one = memory(ada, "The fair is run by the guild of potters.", 0, about="fair")
    put(ada, settle(ada, one))
    other = memory(ada, "The town council organises all of that market.", 3, about="market")
    ledger = settle(ada, Proposal(other, conflicts=one.id))
    put(ada, ledger)
    assert len(ada.memories()) == 2
    (told,) = ledger.claims
    assert one.text in told
    assert other.text in told


def test_a_contradiction_supersedes_and_keeps_both(ada: Namespace) -> None:
    lives, moved = memory(ada, LIVES, 0), memory(ada, MOVED, 5)
    put(ada, settle(ada, lives))
    operations = put(ada, settle(ada, moved))
    assert [o.kind for o in operations] == ["add_memory", "supersede_memory"]
    assert operations[1].target == lives.id
    assert moved.id in operations[1].reason
    old = ada.memories([lives.id])[0]
    assert (old.status, old.superseded_by) == ("superseded", moved.id)
    assert old.valid_to == moved.valid_from
    assert [m.id for m in ada.memories()] == [moved.id]


def test_a_chain_within_one_dream(ada: Namespace) -> None:
    texts = [LIVES, MOVED, "Ada lives in Oslo."]
    chain = [memory(ada, text, 2 * n) for n, text in enumerate(texts)]
    put(ada, settle(ada, *reversed(chain)))
    assert [m.text for m in ada.memories()] == ["Ada lives in Oslo."]
    found = ada.memories([m.id for m in chain])
    assert [m.superseded_by for m in found] == [chain[1].id, chain[2].id, ""]
    assert [m.valid_to for m in found] == [chain[1].valid_from, chain[2].valid_from, None]


def test_what_held_before_may_hold_again(ada: Namespace) -> None:
    put(ada, settle(ada, memory(ada, LIVES, 0)))
    put(ada, settle(ada, memory(ada, MOVED, 3)))
    put(ada, settle(ada, memory(ada, LIVES, 6)))
    (held,) = ada.memories()
    assert held.text == LIVES
    assert held.valid_from == ada.episodes()[6].time
    assert held.id != memory_id("fact", LIVES)
    assert ada.counts()["memories"] == 3


def test_older_evidence_that_comes_late_does_not_end_newer(ada: Namespace) -> None:
    put(ada, settle(ada, memory(ada, MOVED, 5)))
    late = memory(ada, LIVES, 1)
    put(ada, settle(ada, late))
    assert [m.text for m in ada.memories()] == [MOVED]
    assert ada.memories([late.id])[0].valid_to == ada.episodes()[5].time


def test_what_was_confirmed_since_stays_and_ends_the_other(ada: Namespace) -> None:
    lives = memory(ada, LIVES, 0, last_confirmed=START + timedelta(days=7))
    put(ada, settle(ada, lives))
    moved = memory(ada, MOVED, 5)
    operations = put(ada, settle(ada, moved))
    assert [(o.kind, o.target) for o in operations][1:] == [("supersede_memory", moved.id)]
    assert ada.memories() == [lives]
    (ended,) = ada.memories([moved.id])
    assert (ended.superseded_by, ended.valid_to) == (lives.id, moved.valid_from)


def test_said_again_after_a_change_it_holds_alone(ada: Namespace) -> None:
    for day, text in ((0, LIVES), (3, MOVED), (6, LIVES), (8, MOVED)):
        put(ada, settle(ada, memory(ada, text, day)))
        assert [m.text for m in ada.memories()] == [text]
    assert ada.counts()["memories"] == 4


def test_more_evidence_of_what_once_held_does_not_bring_it_back(ada: Namespace) -> None:
    lives = memory(ada, LIVES, 0)
    put(ada, settle(ada, lives))
    put(ada, settle(ada, memory(ada, MOVED, 5)))
    put(ada, settle(ada, memory(ada, LIVES, 2)))
    assert [m.text for m in ada.memories()] == [MOVED]
    assert ada.memories([lives.id])[0].confirmed == 2


def test_a_fact_that_flips_for_ever_has_one_that_holds(ada: Namespace) -> None:
    ada.record([episode(f"Turn number {n}.", day=n) for n in range(9, 40)])
    for day in range(40):
        put(ada, settle(ada, memory(ada, (LIVES, MOVED)[day % 2], day)))
    assert [m.text for m in ada.memories()] == [MOVED]


def test_a_false_claim_to_confirm_does_not_swallow_the_news(ada: Namespace) -> None:
    for old, new in (
        (LIVES, MOVED),
        ("Ada plays the piano in a band.", "Ada plays the violin in an orchestra."),
        ("Tom owes Ada money for tickets.", "Ada owes Tom money for tickets."),
    ):
        first = memory(ada, old, 0)
        put(ada, settle(ada, first))
        put(ada, settle(ada, Proposal(memory(ada, new, 5), confirms=first.id)))
        assert new in [m.text for m in ada.memories()]
        assert ada.memories([first.id])[0].confirmed == 1


def test_who_owes_whom_is_told_by_the_order(ada: Namespace) -> None:
    text = "Tom owes Ada money for all the train tickets to the sea."
    put(ada, settle(ada, memory(ada, text, 0)))
    other = "Ada owes Tom money for all the train tickets to the sea."
    put(ada, settle(ada, memory(ada, other, 2)))
    assert sorted(m.text for m in ada.memories()) == [other, text]


def test_other_subjects_are_not_merged(ada: Namespace) -> None:
    text = "The flat is near the old lighthouse by the sea."
    put(ada, settle(ada, memory(ada, text, 0, about="Ada")))
    other = memory(ada, text, 2, about="Ben", id="m" + "b" * 24)
    assert [kind for kind, _ in kinds(settle(ada, other))] == ["add_memory"]


def test_what_was_recalled_since_stays_unless_the_new_evidence_came_along(ada: Namespace) -> None:
    lives, moved = memory(ada, LIVES, 0), memory(ada, MOVED, 5)
    put(ada, settle(ada, lives))
    ada.vault.note_recall("Where does Ada live?", [lives.id, moved.sources[0]], [])
    seen_both = settle(ada, moved, recalls=[n.id for n in ada.vault.recalls()])
    assert seen_both.now[lives.id].status == "superseded"
    ada.vault.note_recall("Where does Ada live?", [lives.id], [])
    ledger = settle(ada, moved, recalls=[n.id for n in ada.vault.recalls()])
    assert ledger.now[lives.id].status != "superseded"
    # A recall before the news was recorded proves nothing, whatever the clock of the news says.
    late = episode("Ada lives in Berlin now.", day=5, position=9)
    ada.record([late])
    news = moved.model_copy(update={"sources": (late.id,)})
    book2 = settle(ada, news, recalls=[n.id for n in ada.vault.recalls()])
    assert book2.now[lives.id].status == "superseded"
    assert ledger.refused == {"contradictions of what was recalled since": 1}


def test_other_subjects_are_left_alone(ada: Namespace) -> None:
    put(ada, settle(ada, memory(ada, "Ben lives in Paris.", 0, about="Ben")))
    ledger = settle(ada, memory(ada, MOVED, 5))
    assert [kind for kind, _ in kinds(ledger)] == ["add_memory"]


def test_a_false_claim_to_replace_is_refused(ada: Namespace) -> None:
    ben = memory(ada, "Ben has a dog.", 0, about="Ben")
    put(ada, settle(ada, ben))
    ledger = settle(ada, Proposal(memory(ada, MOVED, 5), replaces=ben.id))
    assert ledger.now[ben.id].status != "superseded"
    assert ledger.refused == {"claims to replace a memory": 1}


def test_a_true_claim_in_other_words_is_believed(ada: Namespace) -> None:
    old = memory(ada, "Ada works as a baker in Paris.", 0)
    put(ada, settle(ada, old))
    new = memory(ada, "Ada quit and works as a nurse in Paris.", 5)
    ledger = settle(ada, Proposal(new, replaces=old.id))
    assert ledger.now[old.id].superseded_by == new.id


def test_uses_are_counted_and_end_tentative(ada: Namespace) -> None:
    lives = memory(ada, LIVES, 0)
    put(ada, settle(ada, lives))
    for _ in range(2):
        ada.vault.note_recall("Where?", [lives.id], [])
    ledger = settle(ada, recalls=[n.id for n in ada.vault.recalls()])
    (operation,) = put(ada, ledger)
    assert operation.reason == "recalled 2 times since the last dream"
    (held,) = ada.memories()
    assert (held.uses, held.status) == (2, "active")


def test_the_same_proposals_twice_change_nothing(ada: Namespace) -> None:
    proposals = [memory(ada, LIVES, 0), memory(ada, MOVED, 5)]
    put(ada, settle(ada, *proposals))
    before = ada.memories(ada.vault.memory_ids(("tentative", "active", "superseded")))
    put(ada, settle(ada, memory(ada, MOVED, 5)))
    after = ada.memories(ada.vault.memory_ids(("tentative", "active", "superseded")))
    assert after == before
