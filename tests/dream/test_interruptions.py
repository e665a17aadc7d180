"""The dream in odd company: cut short, two at once, on a thread; and the life of its links."""

import threading
from typing import Any

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day, episode, live
from langgraph.checkpoint.memory import InMemorySaver

from langgraph_dreams import (
    DreamPolicy,
    DreamReport,
    DreamStore,
    Link,
    Namespace,
    create_dream_graph,
)
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import link_id


@pytest.fixture
def words() -> Namespace:
    """A namespace without a model."""
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as opened:
        yield opened.namespace("ada")


def planned(namespace: Namespace) -> DreamReport:
    """A second night, journalled but not carried out: as a process leaves it that dies there."""
    namespace.record(day(FIRST, 0))
    namespace.dream()
    namespace.record(day(SECOND, 7))
    cut = namespace.dream(dry_run=True).model_copy(update={"status": "committing", "number": 2})
    namespace.vault.put_dream(cut)
    return cut


def test_a_dry_run_does_not_finish_what_was_cut_short(words: Namespace) -> None:
    cut = planned(words)
    before = words.counts()
    assert any(cut.id in note for note in words.dream(dry_run=True).notes)
    assert words.counts() == before
    assert words.report(cut.id).status == "committing"


def test_a_vanished_end_does_not_block_every_later_dream(words: Namespace) -> None:
    cut = planned(words)
    first, *others = [o for o in cut.operations if o.kind == "add_link"]
    gone = first.model_copy(update={"after": {**first.after, "b": "e-gone"}})
    words.vault.put_dream(cut.model_copy(update={"operations": (gone, *others)}))
    assert words.dream().status == "noop"
    assert words.report(cut.id).status == "committed"
    assert {x.id for x in words.links()} == {o.target for o in others}


def test_a_thread_with_a_checkpointer_forgets_what_the_last_dream_was_told(
    words: Namespace,
) -> None:
    words.record(day(FIRST, 0))
    graph = create_dream_graph(words).compile(checkpointer=InMemorySaver())
    config = {"configurable": {"thread_id": "night"}}
    told = graph.invoke({"focus": "kiln", "dry_run": True}, config)["report"]
    assert told["status"] == "dry_run"
    untold = graph.invoke({}, config)["report"]
    assert untold["status"] == "committed"
    assert untold["concerns"] == []
    assert "consolidate" not in graph.invoke({}, config)["report"]["cost"]


def test_recall_ids_are_no_notes(words: Namespace) -> None:
    live(words)
    words.recall("the kiln")
    report = words.dream()
    assert report.notes == ()
    assert len(report.recalls) == 1
    assert words.report(report.id).recalls == report.recalls


def test_a_use_counts_from_the_weight_of_now(words: Namespace) -> None:
    halved = SMALL.model_copy(update={"expire_below": 0.0}).with_level("memory", decay=0.5)
    live(words)
    link = words.links()[0]
    for number in range(3):
        words.record([episode(f"A quiet hour, tea number {number}.", day=20 + number)])
        words.dream(policy=halved)
    words.vault.note_recall("question", [link.b], [link.id])
    (asked,) = words.vault.recalls()
    words.dream(policy=halved)
    used = next(x for x in words.links() if x.id == link.id)
    faded = link.weight * 0.5**3
    assert used.weight == pytest.approx(faded + halved.strengthen * (1 - faded), abs=1e-3)
    assert used.last_used == asked.time


def test_what_was_used_since_the_last_dream_does_not_expire_in_this_one(words: Namespace) -> None:
    harsh = SMALL.model_copy(update={"expire_below": 0.09}).with_level("memory", decay=0.1)
    live(words)
    link = words.links()[0]
    words.record([episode("A quiet hour with tea.", day=20)])
    words.dream(policy=harsh)
    words.vault.note_recall("question", [link.b], [link.id])
    report = words.dream(policy=harsh)
    assert [o.kind for o in report.operations if o.target == link.id] == ["strengthen_link"]
    assert link.id in {x.id for x in words.links()}


def test_an_item_keeps_to_its_degree_and_loses_the_weakest_unused(words: Namespace) -> None:
    hub, *others = words.record(
        [episode(f"Zebrafish lamp{i} stone{i} leaf{i}", day=i) for i in range(7)]
    )
    words.vault.mark_dreamt([hub, *others], "d-earlier")

    def link(other: str, **fields: Any) -> Link:
        name = link_id(hub, other)
        return Link(id=name, a=other, b=hub, channel="mine", created=now(), **fields)

    lasting = [link(i, weight=0.9, status="consolidated", uses=3) for i in others[:4]]
    used, unused = link(others[4], weight=0.2, uses=1), link(others[5], weight=0.3)
    words.add_links([*lasting, used, unused])
    words.record([episode("Zebrafish crab moss", day=20)])
    policy = DreamPolicy(cosine_low=-1, cosine_high=1, link_floor=0, degree_most=6)
    policy = policy.with_level("memory", decay=1)
    report = words.dream(policy=policy)
    assert [o.target for o in report.operations if o.kind == "retire_link"] == [unused.id]
    assert words.vault.degree([hub]) == {hub: 6}


def test_an_expired_link_found_again_starts_from_its_evidence(words: Namespace) -> None:
    live(words)
    link = words.links()[0]
    words.vault.put_links([link.model_copy(update={"status": "expired", "weight": 0.9})])
    words.dream(focus="the Brandhorst kiln")
    (again,) = (x for x in words.links() if x.id == link.id)
    assert again.status == "tentative"
    assert again.weight == link.weight


def test_many_repeats_join_the_memory_that_is_there(words: Namespace) -> None:
    text = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."
    words.record([episode(text, day=i) for i in range(3)])
    words.dream()
    # At uneven times: the same words at even intervals are a clock's.
    words.record([episode(text, day=10 + i, position=i * i % 97) for i in range(40)])
    words.dream()
    (memory,) = words.memories()
    assert memory.confirmed == len(memory.sources) == 43


def test_two_groups_of_one_memory_are_merged_into_it(words: Namespace) -> None:
    loose = SMALL.model_copy(update={"twin_cosine": 0.8, "twin_overlap": 0.6})
    close = SMALL.model_copy(update={"twin_cosine": 0.85, "twin_overlap": 0.8})
    words.record(
        [
            episode("alder birch cedar dogwood elm fir", day=0),
            episode("alder birch cedar dogwood elm fir gum", day=1),
        ]
    )
    words.dream(policy=loose)
    assert [m.confirmed for m in words.memories()] == [2]
    words.record(
        [
            episode("alder birch cedar dogwood elm fir zed", day=3),
            episode("alder birch cedar dogwood elm fir gum juniper", day=4),
        ]
    )
    report = words.dream(policy=close)
    assert [m.confirmed for m in words.memories()] == [4]
    assert len({o.id for o in report.operations}) == len(report.operations)


async def test_another_policy_opens_nothing_on_the_event_loop(words: Namespace) -> None:
    await words.arecord(day(FIRST, 0))
    fresh = words._store.namespace("ada")
    loop = threading.get_ident()
    opened: list[int] = []
    plain = words._store._backend.vault

    def vault(*args: Any) -> Any:
        opened.append(threading.get_ident())
        return plain(*args)

    words._store._backend.vault = vault  # type: ignore[method-assign]
    report = await fresh.adream(policy=DreamPolicy(seeds=3))
    assert report.status == "committed"
    assert opened
    assert loop not in opened
