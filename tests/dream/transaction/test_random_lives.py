"""Random lives against a plain model of the rules, compared item by item after every event.

`LANGGRAPH_DREAMS_SEQUENCES=200` runs as many lives; CI runs fewer.
"""

import os
import random
from typing import Any

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, episode
from mind_support import TOPICS, model, note
from plain_model import TIMES_AND_WORDS, Plain

from langgraph_dreams import DreamReport, DreamStore, Link, Namespace, RollbackError
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import link_id

SEQUENCES = int(os.environ.get("LANGGRAPH_DREAMS_SEQUENCES", "12"))
QUICK = 2
"""So many lives are in the quick run."""
STEPS = 14
STATEMENTS = (
    "The workshop rent is {} euros a month and Odile pays it.",
    "My sister Ottilie is allergic to walnuts and carries a red emergency pen.",
    "Grandmother Philippa keeps the spare cellar key under the blue flowerpot.",
    "The harbour lamp blinks {} times a minute and the keeper is Tindaro.",
)


class Life:
    """One random life, and the model beside it."""

    def __init__(self, namespace: Namespace, seed: int) -> None:
        self.random = random.Random(seed)
        self.namespace = namespace
        self.plain = Plain()
        self.day = 0
        self.done: list[str] = []

    def step(self) -> None:
        """One event."""
        often = [self.night] * 8 + [self.rollback] * 4 + [self.recall] * 2 + [self.undo] * 2
        events = [*often, self.record, self.dream, self.dry_run, self.link, self.relink]
        events += [self.forget] * 2 + [self.review] * 2
        event = self.random.choice(events)
        self.done.append(event.__name__)
        event()
        self.compare()

    def record(self) -> None:
        self.day += self.random.randint(1, 9)
        figure = self.random.choice((420, 510, 640))
        texts = self.random.sample([*FIRST, *SECOND], 2)
        texts += [t.format(figure) for t in self.random.sample(STATEMENTS, 3)]
        texts.append(f"The {self.random.choice(TOPICS)} needs the part from Brandhorst.")
        turns = [episode(t, day=self.day, position=i) for i, t in enumerate(texts)]
        self.plain.recorded(self.namespace.record(turns))

    def night(self) -> None:
        self.record()
        self.dream()

    def dream(self) -> None:
        mind = self.random.choice((None, None, MIND))
        focus = self.random.choice((None, None, "the burner of the kiln"))
        self.plain.dreamt(self.namespace.dream(model=mind, focus=focus))

    def dry_run(self) -> None:
        self.namespace.dream(dry_run=True)

    def review(self) -> None:
        """A dream that waits; some of it is approved, or none, or it waits on."""
        self.record()
        waits = self.namespace.dream(model=self.random.choice((None, MIND)), review="ask")
        self.plain.dreamt(waits)
        single = [o.id for o in waits.operations if o.target != "*"]
        if waits.status != "waiting" or self.random.random() < 0.2:
            return
        if self.random.random() < 0.2:
            self.plain.dreamt(self.namespace.reject(waits.id))
            return
        left_out = self.random.sample(single, self.random.randint(0, len(single) // 2))
        done = self.namespace.approve(waits.id, {"reject": left_out})
        assert not set(left_out) & {o.id for o in done.operations} or done.status == "rejected"
        self.plain.dreamt(done)

    def recall(self) -> None:
        question = self.random.choice((*FIRST, *SECOND, *STATEMENTS))
        self.namespace.recall(question, 3)
        links = self.namespace.links()
        if links:  # as if they had helped
            link = self.random.choice(links)
            self.namespace.vault.note_recall(question, [link.a, link.b], [link.id])
        notes = self.namespace.vault.recalls(undreamt=False, limit=1000)
        self.plain.recalled([n.id for n in notes])

    def link(self) -> None:
        ids = [e.id for e in self.namespace.episodes()]
        if len(ids) > 1:
            a, b = self.random.sample(ids, 2)
            self.put(Link(id=link_id(a, b), a=a, b=b, channel="mine", weight=0.5, created=now()))

    def relink(self) -> None:
        """A person changes a link, perhaps one that a dream has made."""
        links = self.namespace.links(include_expired=True)
        if links:
            link = self.random.choice(links)
            self.put(link.model_copy(update={"weight": self.random.random(), "channel": "mine"}))

    def put(self, link: Link) -> None:
        self.namespace.add_links([link])
        (stored,) = self.namespace.vault.get_links([link.id]).values()
        self.plain.linked(stored)

    def rollback(self) -> None:
        committed = [d for d, s in self.plain.status.items() if s == "committed"]
        if not committed:
            return
        dream = self.random.choice(committed[-3:])
        cascade, redream = self.random.random() < 0.7, self.random.random() < 0.7
        resting = self.plain.dependents_of({o.id for o in self.plain.standing(dream)})
        if resting and not cascade:
            with pytest.raises(RollbackError, match="rest on these"):
                self.namespace.rollback(dream)
            return
        undone = self.namespace.rollback(dream, cascade=cascade, redream=redream)
        assert {o.id for o in undone.cascaded} == resting
        self.plain.rolled_back(dream, redream)

    def undo(self) -> None:
        """A few operations of one dream."""
        committed = [d for d, s in self.plain.status.items() if s == "committed"]
        dream = self.random.choice(committed) if committed else ""
        single = [o.id for o in self.plain.standing(dream) if o.target != "*"]
        if not single:
            return
        chosen = set(self.random.sample(single, min(2, len(single))))
        undone = self.namespace.undo(sorted(chosen), cascade=True)
        assert {o.id for o in undone.cascaded} == self.plain.dependents_of(chosen)
        self.plain.undid(chosen)

    def forget(self) -> None:
        """A few episodes; what the rules say of them, then what the journal still tells."""
        namespace, plain = self.namespace, self.plain
        texts = {e.id: e.text for e in namespace.episodes()}
        chosen = self.random.sample(sorted(texts), min(3, len(texts)))
        notes = {n.id: n for n in namespace.vault.recalls(undreamt=False, limit=1000)}
        forgotten = namespace.forget(episodes=chosen)
        gone = {i: texts.pop(i) for i in chosen}
        plain.forgot(gone, texts)
        assert set(forgotten.episodes) == set(chosen)
        returned = {k for k, n in notes.items() if set(n.items) & {*chosen, *forgotten.memories}}
        assert returned <= set(forgotten.recalls)
        plain.recalls = {k: v for k, v in plain.recalls.items() if k not in forgotten.recalls}
        statuses = ("tentative", "active", "superseded", "retired")
        memories = {m.id: m for m in namespace.memories(namespace.vault.memory_ids(statuses))}
        told = f"after {self.done}"
        assert {k: m.model_dump(exclude=TIMES_AND_WORDS) for k, m in memories.items()} == {
            k: m.model_dump(exclude=TIMES_AND_WORDS) for k, m in plain.memories().items()
        }, told
        links = {x.id: x for x in namespace.links(include_expired=True)}
        assert {k: x.model_dump(exclude={"bridge", "helps"}) for k, x in links.items()} == {
            k: x.model_dump(exclude={"bridge", "helps"}) for k, x in plain.links().items()
        }, told
        plain.history = [("", x) for x in (*memories.values(), *links.values())]
        plain.rejoined([namespace.report(d.id) for d in namespace.dreams()])
        self.untold(gone, forgotten.memories)

    def untold(self, gone: dict[str, str], memories: tuple[str, ...]) -> None:
        """The journal names nothing that was forgotten."""
        journal = "\n".join(
            self.namespace.report(d.id).model_dump_json() for d in self.namespace.dreams()
        )
        for id_ in (*gone, *memories):
            assert id_ not in journal

    def compare(self) -> None:
        """The namespace is what the rules say, in Chroma and in the derived index."""
        namespace, plain, vault = self.namespace, self.plain, self.namespace.vault
        told = f"after {self.done}"
        assert {e.id: e.dreamt for e in namespace.episodes()} == plain.episodes, told
        statuses = ("tentative", "active", "superseded", "retired")
        memories = {m.id: m for m in namespace.memories(vault.memory_ids(statuses))}
        assert memories == plain.memories(), told
        links = {x.id: x for x in namespace.links(include_expired=True)}
        assert links == plain.links(), told
        assert namespace.core() == plain.core, told
        notes = vault.recalls(undreamt=False, limit=1000)
        assert {n.id: n.dreamt for n in notes} == plain.recalls, told
        assert vault.committed_numbers() == plain.committed(), told
        assert {d.id: d.status for d in namespace.dreams()} == plain.status, told
        live = {k for k, x in links.items() if x.status != "expired"}
        assert {e.link for e in vault.all_edges()} == live, told
        assert {
            k: (s.status, s.superseded_by) for k, s in vault.standings(list(memories)).items()
        } == {k: (m.status, m.superseded_by) for k, m in memories.items()}, told
        assert vault.leases.holder() is None


def all_notes(shown: Any) -> dict[str, Any]:
    new = [b for b in shown if b.letter == "E" and "from earlier" not in b.heading]
    return {"memories": [note(b) for b in new[:4]]}


def page(shown: Any) -> dict[str, Any]:
    numbers = [b.number for b in shown if b.letter == "M"]
    halves = numbers[::2], numbers[1::2]
    return {
        "pages": [{"about": "Ada", "title": str(n), "memories": h} for n, h in enumerate(halves)]
    }


MIND = model(consolidate=all_notes, pages=page)
POLICY = SMALL.model_copy(update={"guard_questions": 6})
POLICY = POLICY.with_level("core", every=1, least=1).with_level("page", least=3)


@pytest.mark.parametrize(
    "seed",
    [pytest.param(n, marks=pytest.mark.slow if n >= QUICK else ()) for n in range(SEQUENCES)],
)
def test_a_random_life_is_what_the_rules_say(seed: int) -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=POLICY) as store:
        life = Life(store.namespace("ada"), seed)
        life.record()
        for _ in range(STEPS):
            life.step()


def test_the_model_can_fail() -> None:
    """The model is no echo of the library: an operation that was not applied is seen."""
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=POLICY) as store:
        life = Life(store.namespace("ada"), 3)
        life.record()
        life.record()
        report: DreamReport = life.namespace.dream()
        life.plain.dreamt(report)
        life.compare()
        memory = life.namespace.memories()[0]
        life.namespace.vault.put_memories([memory.model_copy(update={"confirmed": 99})])
        with pytest.raises(AssertionError):
            life.compare()
