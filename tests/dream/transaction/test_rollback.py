"""Undoing dreams: as before item by item, what rests on them, and deaths in the middle."""

from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day, episode, live
from mind_support import life, model, note

from langgraph_dreams import (
    DreamReport,
    DreamStore,
    InvalidInputError,
    Link,
    Namespace,
    RollbackError,
    UnknownDreamError,
)
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import link_id


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        yield store.namespace("ada")


def everything(namespace: Namespace) -> dict[str, Any]:
    """What a rollback has to bring back, item by item."""
    vault = namespace.vault
    statuses = ("tentative", "active", "superseded", "retired")
    memories = namespace.memories(vault.memory_ids(statuses))
    return {
        "episodes": {e.id: e for e in namespace.episodes()},
        "memories": {m.id: m for m in memories},
        "links": {x.id: x for x in namespace.links(include_expired=True)},
        "core": vault.get_core(),
        "recalls": {n.id: n for n in vault.recalls(undreamt=False)},
        "numbers": vault.committed_numbers(),
        "index": (
            vault.count(),
            sorted(map(tuple, vault.all_edges())),
            vault.standings([m.id for m in memories]),
        ),
    }


def paths(namespace: Namespace) -> list[Any]:
    """What recall answers, with scores and ways."""
    asked = ("Who repaired the kiln burner?", "walnuts", "the letter from Brandhorst")
    return [namespace.recall(q, 5, note=False) for q in asked]


MOVES = (
    "The workshop rent is 420 euros a month and Odile pays it.",
    "My sister Ottilie is allergic to walnuts and carries a red emergency pen.",
    "Grandmother Philippa keeps the spare cellar key under the blue flowerpot.",
)
NOW = "The workshop rent is 510 euros a month and Odile pays it."


def test_as_before_item_by_item(ada: Namespace) -> None:
    ada.record(day(FIRST, 0))
    ada.record([episode(MOVES[0], day=0, position=9), episode(MOVES[1], day=0, position=10)])
    ada.dream()
    ada.recall("Who repaired the kiln burner?", 5)
    ada.record(day(SECOND, 7))
    ada.record([episode(MOVES[1], day=7, position=9), episode(NOW, day=7)])
    ada.vault.flush()
    before, told = everything(ada), paths(ada)
    report = ada.dream()
    assert {"add_link", "add_memory"} <= {o.kind for o in report.operations}
    assert everything(ada) != before
    undone = ada.rollback(report.id)
    assert everything(ada) == before
    assert paths(ada) == told
    assert undone.operations == report.operations
    assert undone.episodes == len(report.episodes)
    assert not undone.left
    assert not undone.cascaded
    kept = ada.report(report.id)
    assert kept.status == "rolled_back"
    assert kept.operations == report.operations
    assert "rolled back at" in kept.notes[-1]


def test_the_same_night_again_has_another_id_and_the_same_outcome(ada: Namespace) -> None:
    ada.record(day(FIRST, 0))
    first = ada.dream()
    links = {x.id: x.weight for x in ada.links()}
    ada.rollback(first.id)
    second = ada.dream()
    assert second.id != first.id
    assert (first.number, second.number) == (1, 2)
    assert {x.id: x.weight for x in ada.links()} == links


def test_without_redream_it_does_not_come_back(ada: Namespace) -> None:
    ada.record(day(FIRST, 0))
    report = ada.dream()
    ada.rollback(report.id, redream=False)
    assert ada.counts()["undreamt"] == 0
    assert not ada.links()
    assert ada.dream().status == "noop"


def test_weights_are_scaled_by_committed_dreams_only(ada: Namespace) -> None:
    live(ada)

    def weights() -> list[float]:
        found = ada.recall("Who repaired the kiln burner?", 5, note=False).items
        return [hop.weight for r in found for hop in r.why.path]

    first = weights()
    assert first
    ada.record([episode("A quiet afternoon in the garden.", day=9)])
    second = ada.dream()
    assert weights() < first
    ada.rollback(second.id)
    assert weights() == first


def twice_told(namespace: Namespace) -> tuple[DreamReport, DreamReport]:
    """A memory that the second dream confirms."""
    namespace.record([episode(MOVES[1], day=0), episode(MOVES[1], day=1)])
    first = namespace.dream()
    namespace.record([episode(MOVES[1], day=8)])
    return first, namespace.dream()


def test_what_rests_on_it_is_named(ada: Namespace) -> None:
    first, second = twice_told(ada)
    (merge,) = (o for o in second.operations if o.kind == "merge_memory")
    before = everything(ada)
    with pytest.raises(RollbackError, match=merge.id[:10]):
        ada.rollback(first.id)
    assert everything(ada) == before
    assert ada.diff(first.id).built_on == (merge,)
    assert ada.diff(second.id).built_on == ()


def test_cascade_undoes_what_rests_on_it_and_nothing_else(ada: Namespace) -> None:
    first, second = twice_told(ada)
    (merge,) = (o for o in second.operations if o.kind == "merge_memory")
    undone = ada.rollback(first.id, cascade=True)
    assert undone.cascaded == (merge,)
    assert not ada.memories()
    assert ada.report(second.id).status == "committed"
    assert ada.report(second.id).undone == (merge.id,)
    assert ada.diff(second.id).undone == (merge,)
    assert ada.counts()["undreamt"] == len(first.episodes)
    # In the order of the nights it is the same state, but for the second night's own marks.
    ada.rollback(second.id)
    assert not ada.memories()
    assert not ada.links(include_expired=True)
    assert ada.counts()["undreamt"] == ada.counts()["episodes"]


def test_a_supersession_is_undone(ada: Namespace) -> None:
    ada.record([episode(MOVES[0], day=0), episode(MOVES[0], day=1)])
    ada.dream()
    (cheap,) = ada.memories()
    ada.record([episode(NOW, day=9)])
    report = ada.dream()
    assert [m.status for m in ada.memories([cheap.id])] == ["superseded"]
    ada.rollback(report.id)
    assert ada.memories() == [cheap]


def test_pages_links_and_core_go_with_the_memories_they_stand_on() -> None:
    def all_notes(shown: Any) -> dict[str, Any]:
        return {"memories": [note(b) for b in shown if b.letter == "E"]}

    def page(shown: Any) -> dict[str, Any]:
        numbers = [b.number for b in shown if b.letter == "M"]
        return {"pages": [{"about": "workshop", "title": "repairs", "memories": numbers}]}

    policy = SMALL.with_level("core", every=1, least=1).with_level("page", least=3)
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=policy) as store:
        ada = store.namespace("ada")
        mind = model(consolidate=all_notes, pages=page)
        before = everything(ada)
        ada.record(life(3, 4))
        first = ada.dream(model=mind)
        ada.record(life(3, 4, first_day=5))
        second = ada.dream(model=mind)
        assert ada.core().lines
        assert any(m.kind == "page" for m in ada.memories())
        ada.rollback(first.id, cascade=True)
        texts = {m.id for m in ada.memories()}
        for memory in ada.memories():
            assert set(memory.cites) <= texts
        assert {line.memory for line in ada.core().lines} <= texts
        ada.rollback(second.id)
        after = everything(ada)
        assert after["core"] == before["core"]
        assert not after["memories"]
        assert not after["links"]


def test_what_a_person_changed_since_is_left_and_named(ada: Namespace) -> None:
    live(ada)
    report = ada.dreams()[-1]
    link, *_ = ada.links()
    mine = link.model_copy(update={"weight": 0.9, "dream": "", "channel": "mine"})
    ada.add_links([mine])
    assert ada.diff(report.id).changed_since == (link.id,)
    undone = ada.rollback(report.id)
    assert undone.left == (link.id,)
    assert ada.links() == [mine]


def test_a_link_of_ones_own_between_goes_on(ada: Namespace) -> None:
    ada.record(day(FIRST, 0))
    report = ada.dream()
    a, b, *_ = (e.id for e in ada.episodes())
    own = Link(
        id=link_id(a, b, "mine"), kind="mine", a=a, b=b, channel="mine", weight=0.5, created=now()
    )
    ada.add_links([own])
    ada.rollback(report.id)
    assert [x.id for x in ada.links()] == [own.id]


def test_bad_ids_and_states(ada: Namespace) -> None:
    with pytest.raises(UnknownDreamError, match="nosuch"):
        ada.rollback("nosuch")
    with pytest.raises(UnknownDreamError, match="None"):
        ada.rollback(None)  # type: ignore[arg-type]
    ada.record(day(FIRST, 0))
    report = ada.dream()
    assert ada.dream().status == "noop"
    noop = ada.dreams()[-1]
    with pytest.raises(RollbackError, match="noop"):
        ada.rollback(noop.id)
    ada.rollback(report.id[:8])
    with pytest.raises(RollbackError, match="rolled_back"):
        ada.rollback(report.id)


async def test_async_twin(ada: Namespace) -> None:
    await ada.arecord(day(FIRST, 0))
    before = everything(ada)
    report = await ada.adream()
    assert (await ada.arollback(report.id)).episodes == len(report.episodes)
    assert everything(ada) == before


def test_a_diff_reads_well(ada: Namespace) -> None:
    ada.record(day(FIRST, 0))
    ada.dream()
    ada.record(day(SECOND, 7))
    dry = ada.dream(dry_run=True)
    planned = ada.diff(dry)
    assert planned.status == "dry_run"
    report = ada.dream()
    done = ada.diff(report.id)
    assert [o.target for o in done.operations] == [o.target for o in planned.operations]
    link = next(o for o in done.operations if o.kind == "add_link")
    text = done.text()
    assert f"{link.id[:10]} add_link {link.target}" in text
    assert f"  + {link.after['a']} -- {link.after['b']}" in text
    assert text.count("\n") >= len(done.operations)


def test_a_dry_run_equals_the_dream_that_follows(ada: Namespace) -> None:
    def timeless(report: DreamReport) -> list[Any]:
        times = {"created", "learned_at", "last_used"}
        return [
            {
                **o.model_dump(mode="json"),
                "after": {k: v for k, v in (o.after or {}).items() if k not in times},
            }
            for o in report.operations
        ]

    ada.record(day(FIRST, 0))
    ada.record([episode(MOVES[1], day=0), episode(MOVES[1], day=1)])
    dry = ada.dream(dry_run=True)
    assert timeless(ada.dream()) == timeless(dry)
    ada.record(day(SECOND, 7))
    ada.recall("Who repaired the kiln burner?", 5)
    dry = ada.dream(dry_run=True)
    real = ada.dream()
    assert timeless(real) == timeless(dry)
    assert real.health == dry.health


WRITES = ("put_intent", "remove_links", "put_links", "remove_memories", "put_memories",
          "mark_dreamt", "mark_recalls", "put_dream", "drop_intent")  # fmt: skip


@pytest.mark.parametrize("at", WRITES)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_death_at_any_write_is_made_good_by_the_next_open(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch, at: str, when: str
) -> None:
    undreamt, last = three_nights(ada)
    dreamt = everything(ada)
    write = getattr(NamespaceStore, at)

    def die(self: NamespaceStore, *args: Any) -> Any:
        if when == "after":
            write(self, *args)
        raise SystemExit(at)

    monkeypatch.setattr(NamespaceStore, at, die)
    with pytest.raises(SystemExit, match=at):
        ada.rollback(last.id)
    monkeypatch.undo()
    ada.vault._state_open.recovered = False  # as in the next process
    other = ada._store.namespace("ada")
    if at == "put_intent" and when == "before":
        assert everything(other) == dreamt
        assert other.report(last.id) == last
        return
    assert everything(other) == undreamt
    assert not other.vault.intents()
    assert other.report(last.id).status == "rolled_back"
    assert sum("rolled back at" in n for n in other.report(last.id).notes) == 1


def three_nights(namespace: Namespace) -> tuple[dict[str, Any], DreamReport]:
    """What was before the last one, which adds, merges, links and strengthens."""
    namespace.record([episode(MOVES[1], day=0), episode(MOVES[1], day=1)])
    live(namespace)
    link = namespace.links()[0]
    namespace.vault.note_recall("Who repaired the kiln burner?", [link.a, link.b], [link.id])
    namespace.record([episode(MOVES[1], day=8)])
    namespace.record([episode(MOVES[2], day=8), episode(MOVES[2], day=9)])
    namespace.record([episode("The Brandhorst burner came back mended.", day=9)])
    namespace.vault.flush()
    before, last = everything(namespace), namespace.dream()
    kinds = {o.kind for o in last.operations}
    assert {"add_memory", "merge_memory", "add_link", "strengthen_link"} <= kinds
    return before, last


def test_single_operations_are_undone(ada: Namespace) -> None:
    live(ada)
    report = ada.report(ada.dreams()[-1].id)
    link = next(o for o in report.operations if o.kind == "add_link")
    undone = ada.undo([link.id])
    assert undone.operations == (link,)
    assert undone.episodes == 0
    assert link.target not in {x.id for x in ada.links(include_expired=True)}
    kept = ada.report(report.id)
    assert (kept.status, kept.undone) == ("committed", (link.id,))
    assert ada.diff(report.id).undone == (link,)
    with pytest.raises(RollbackError, match="not in force"):
        ada.undo([link.id])
    ada.rollback(report.id)
    assert not ada.links(include_expired=True)


def test_what_cannot_be_undone_by_itself(ada: Namespace) -> None:
    first, second = twice_told(ada)
    (add,) = (o for o in first.operations if o.kind == "add_memory")
    (merge,) = (o for o in second.operations if o.kind == "merge_memory")
    (scale,) = (o for o in second.operations if o.target == "*")
    before = everything(ada)
    with pytest.raises(RollbackError, match=merge.id[:10]):
        ada.undo([add.id])
    with pytest.raises(RollbackError, match="roll it back as a whole"):
        ada.undo([scale.id])
    with pytest.raises(RollbackError, match="1 of 2 operations"):
        ada.undo([merge.id, add.id])
    with pytest.raises(UnknownDreamError, match="onosuch"):
        ada.undo(["onosuch"])
    for bad in ([], [7], None):
        with pytest.raises(InvalidInputError, match="ids of operations"):
            ada.undo(bad)  # type: ignore[arg-type]
    assert everything(ada) == before
    ada.undo(add.id, cascade=True)
    assert not ada.memories()
