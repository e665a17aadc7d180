"""The commit guard: a dream that would harm is kept as rejected, and changes nothing."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day, episode, live
from mind_support import life, model, note

from langgraph_dreams import DreamReport, DreamStore, Link, Memory, Namespace, Operation
from langgraph_dreams.dream.commit import guard, recall_check
from langgraph_dreams.dream.commit.preview import PreviewStore
from langgraph_dreams.dream.graph import STAGES
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.prompts import CONSOLIDATE
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.query import recall
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import link_id, memory_id
from langgraph_dreams.types.operations import operation_id

STRICT = SMALL.model_copy(update={"loss_free": 0, "loss_per_dream": 0.3, "loss_per_week": 0.5})


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        yield store.namespace("ada")


def known(text: str, sources: Sequence[str], **fields: Any) -> Memory:
    values = {
        "id": memory_id("fact", text),
        "text": text,
        "sources": tuple(sources),
        "learned_at": now(),
        "status": "active",
    }
    return Memory.model_validate(values | fields)


def changing(old: Memory | None, new: Memory, kind: Any) -> Operation:
    return Operation(
        id=operation_id("d", kind, new.id),
        kind=kind,
        target=new.id,
        before=old.model_dump(mode="json") if old else None,
        after=new.model_dump(mode="json"),
    )


def ended(memory: Memory) -> Operation:
    new = memory.model_copy(update={"status": "superseded", "valid_to": now()})
    return changing(memory, new, "supersede_memory")


def added(text: str) -> Operation:
    return changing(None, known(text, ["e1"]), "add_memory")


def context(namespace: Namespace, policy: DreamPolicy = SMALL) -> StageContext:
    return StageContext(namespace.vault, policy, lambda _: None)


def with_memories(namespace: Namespace, count: int) -> list[Memory]:
    turns = life(1, count)
    namespace.record(turns)
    found = [known(f"The shop knows: {turn.text}", [turn.id]) for turn in turns]
    namespace.vault.put_memories(found)
    return found


# -- loss


@pytest.mark.parametrize(("count", "fault"), [(3, False), (4, True)])
def test_a_dream_may_end_a_share_of_the_memories(ada: Namespace, count: int, fault: bool) -> None:
    memories = with_memories(ada, 10)
    verdict = guard.verdict_of(context(ada, STRICT), [ended(m) for m in memories[:count]], [])
    assert verdict.figures["lost"] == count
    assert bool(verdict.faults) is fault
    if fault:
        assert "4 of 10 memories would hold no more by this dream" in verdict.faults[0]


def test_a_few_memories_may_always_end(ada: Namespace) -> None:
    memories = with_memories(ada, 4)
    free = STRICT.model_copy(update={"loss_free": 4})
    assert not guard.verdict_of(context(ada, free), [ended(m) for m in memories], []).faults


def test_what_is_added_and_ended_in_one_dream_is_no_loss(ada: Namespace) -> None:
    new = known("The kiln is hot.", ["e1"])
    both = [changing(None, new, "add_memory"), ended(new)]
    assert guard.verdict_of(context(ada, STRICT), both, []).figures["lost"] == 0


def test_what_was_ended_within_a_week_counts(ada: Namespace) -> None:
    memories = with_memories(ada, 10)
    ada.vault.put_memories([m.model_copy(update={"status": "retired"}) for m in memories[:3]])
    earlier = DreamReport(
        id="d-earlier", namespace=("ada",), number=1, status="committed", started=now(),
        finished=now() - timedelta(days=6), health={"lost": 3.0},
    )  # fmt: skip
    ada.vault.put_dream(earlier)
    two = [ended(m) for m in memories[3:5]]
    assert not guard.verdict_of(context(ada, STRICT), two, []).faults  # 5 of 10
    three = [ended(m) for m in memories[3:6]]
    (fault, other) = guard.verdict_of(context(ada, STRICT), three, []).faults
    assert "3 of 7 memories would hold no more by this dream" in fault
    assert "6 of 10 memories would hold no more within a week" in other
    ada.vault.put_dream(earlier.model_copy(update={"finished": now() - timedelta(days=8)}))
    assert len(guard.verdict_of(context(ada, STRICT), three, []).faults) == 1
    ada.vault.put_dream(earlier.model_copy(update={"status": "rolled_back"}))
    assert len(guard.verdict_of(context(ada, STRICT), three, []).faults) == 1


# -- degeneration


def test_empty_repeated_and_copied_texts_are_degenerate(ada: Namespace) -> None:
    good = [added(f"The kiln number {n} is mended.") for n in range(3)]
    copied = [added(line) for line in CONSOLIDATE.splitlines() if len(line.split()) > 3][:2]
    repeated = [added("Same, same."), added("same same")]
    assert not guard.verdict_of(context(ada), [*good, *repeated], []).faults
    bad = guard.verdict_of(context(ada), [*good, *copied, *repeated, added("...")], [])
    assert "5 of 8 new memories" in bad.faults[0]
    assert bad.figures["degenerate"] == 0.625


# -- recall


def bait(target: str, ends: Sequence[str]) -> list[Operation]:
    """Full-weight links from episodes to one that answers nothing."""
    links = [
        Link(id=link_id(a, target), a=a, b=target, channel="bridge", weight=1.0, created=now())
        for a in ends
    ]
    return [
        Operation(id=operation_id("d", "add_link", x.id), kind="add_link", target=x.id,
                  after=x.model_dump(mode="json"))
        for x in links
    ]  # fmt: skip


def test_a_dream_that_makes_recall_worse_is_refused(ada: Namespace) -> None:
    asked = life(1, 12)
    junk = [episode(f"zzz{n} qqq{n} vvv{n}", day=90 + n) for n in range(12)]
    ada.record([*asked, *junk])
    for turn in asked:
        ada.recall(turn.text, 5)
    links = [o for target in junk for o in bait(target.id, [turn.id for turn in asked])]
    policy = SMALL.model_copy(
        update={"link_weight": 2.0, "lone_link_weight": 2.0, "hops": 1, "seeds": 5}
    )
    notes = [n.id for n in ada.vault.recalls()]
    verdict = guard.verdict_of(context(ada, policy), links, notes)
    assert verdict.figures["questions"] == 12
    assert verdict.figures["recall_with"] < verdict.figures["recall_without"] - policy.recall_loss
    assert "evidence for 12 known questions" in verdict.faults[0]
    assert not guard.verdict_of(context(ada, policy), links[:1], notes).faults
    off = policy.model_copy(update={"guard_questions": 0})
    assert not guard.verdict_of(context(ada, off), links, notes).faults


def test_rehearsals_are_of_memories_that_go_on_holding(ada: Namespace) -> None:
    memories = with_memories(ada, 8)
    a, b, *_ = (e.id for e in ada.episodes())
    operations = [*bait(a, [b]), ended(memories[0])]
    verdict = guard.verdict_of(context(ada), operations, [])
    assert verdict.figures["questions"] == 7
    assert verdict.figures["recall_with"] == 1.0


def test_over_the_nights_all_rehearsals_have_their_turn(ada: Namespace) -> None:
    """And past questions leave them half of the places."""
    (one, *_) = with_memories(ada, 2)
    texts = [f"What does the shop know of matter {n}?" for n in range(17)]
    made = [
        known(text, one.sources, kind="rehearsal", cites=(one.id,), id=memory_id("rehearsal", text))
        for text in texts
    ]
    ada.vault.put_memories(made)
    few = SMALL.model_copy(update={"guard_questions": 5})
    asked: set[str] = set()
    for night in range(9):
        own = recall_check.questions(context(ada, few), [], [])
        again = recall_check.questions(context(ada, few), [], [])
        assert [q.text for q in own] == [q.text for q in again], "one night asks the same"
        # While there are past questions, only so many are asked.
        asked |= {q.text for q in own[:3]}
        told = {"id": f"d{night}", "namespace": ("ada",), "number": night + 1, "started": now()}
        ada.vault.put_dream(
            DreamReport.model_validate({**told, "finished": now(), "status": "committed"})
        )
    assert asked == set(texts)


def test_recall_ahead_is_recall_afterwards(ada: Namespace) -> None:
    """What the guard sees is what is there after the commit."""
    live(ada)
    with_memories(ada, 6)
    ada.record(life(2, 3, first_day=30))
    everything = model(
        consolidate=lambda shown: {"memories": [note(b) for b in shown if b.letter == "E"]}
    )
    planned = ada.dream(dry_run=True, model=everything)
    assert {"add_memory", "add_link"} <= {o.kind for o in planned.operations}
    preview = PreviewStore(ada.vault, planned.operations)
    asked = [*FIRST[:3], *SECOND[:3], "the part from Quillon", "the shop knows the kiln"]
    told = [recall(preview, q, 8, SMALL) for q in asked]
    done = ada.dream(model=everything)
    assert [o.target for o in done.operations] == [o.target for o in planned.operations]
    steady = SMALL.with_level("memory", decay=1.0)
    for question, before in zip(asked, told, strict=True):
        after = recall(ada.vault, question, 8, steady)
        assert [r.item.id for r in before.items] == [r.item.id for r in after.items]
        assert [r.item.id for r in before.memories] == [r.item.id for r in after.memories]
        for one, other in zip(before.items, after.items, strict=True):
            assert one.score == pytest.approx(other.score, abs=2e-3)


def test_nothing_known_asks_nothing(ada: Namespace) -> None:
    ada.record(day(FIRST, 0))
    report = ada.dream()
    assert report.status == "committed"
    assert report.health["questions"] == 0
    assert "recall_with" not in report.health


# -- the dream


def test_a_refused_dream_is_kept_and_changes_nothing(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(ada)
    memories = with_memories(ada, 10)
    before = (
        ada.links(include_expired=True), ada.memories(), ada.core(), ada.counts(),
        ada.episodes(), ada.vault.committed_numbers(),
    )  # fmt: skip
    plain = STAGES["narrate"]

    def narrate(context: StageContext, state: Any) -> Any:
        """A dream gone wrong, that ends nearly everything."""
        more = [ended(m).model_dump(mode="json") for m in memories[:9]]
        return plain(context, {**state, "operations": [*state["operations"], *more]})

    monkeypatch.setitem(STAGES, "narrate", narrate)
    wrong = ada._store.namespace("ada", policy=STRICT)
    dry = wrong.dream(dry_run=True)
    assert dry.status == "dry_run"
    assert any("9 of 10 memories" in n for n in dry.notes)
    report = wrong.dream()
    assert report.status == "rejected"
    assert report.health["lost"] == 9
    assert any(n.startswith("rejected: 9 of 10 memories would hold no more") for n in report.notes)
    after = (
        ada.links(include_expired=True), ada.memories(), ada.core(), ada.counts(),
        ada.episodes(), ada.vault.committed_numbers(),
    )  # fmt: skip
    assert after == before
    kept = ada.report(report.id)
    assert kept.status == "rejected"
    assert kept.operations == report.operations
    assert ada.diff(report.id).status == "rejected"
    monkeypatch.undo()
    assert ada._store.namespace("ada").dream().status == "committed"


def test_a_policy_can_allow_it(ada: Namespace) -> None:
    rent = "The workshop rent is {} euros a month and Odile pays it."
    lamp = "The harbour lamp number {} is red and blinks all night."
    for n in range(2):
        ada.record([episode(rent.format(420), day=n), episode(lamp.format(7), day=n, position=5)])
    ada.dream()
    assert ada.memories()
    ada.record([episode(rent.format(510), day=9)])
    strict = STRICT.model_copy(update={"loss_per_dream": 0.1})
    refused = ada.dream(policy=strict)
    assert refused.status == "rejected"
    assert "dream with a policy that allows it" in refused.notes[-1]
    assert ada.dream().status == "committed"
