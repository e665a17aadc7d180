"""One case through the public face: recorded, dreamt, asked, by every system."""

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from langgraph_dreams import DreamPolicy, DreamStore, Embedder, Episode, Memory, Namespace
from langgraph_dreams._text import tokens_of
from langgraph_dreams.integrations.fenced_recall import fence_recall
from langgraph_dreams.store.validation import embedded
from langgraph_dreams.types.zones import AS_WRITTEN

from .notes import Note, Rehearsal, note_taker, shuffled
from .placebo import shuffle_links, weights_now
from .sets import Case, Question, Unit, sittings, times

Vectors = npt.NDArray[np.float32]

AT = (2, 5, 10, 20)
"""Ranks at which recall is measured."""
SHOWN = 5
"""Turns that a model is shown, as the recall tool and the middleware do by default."""
OURS = "dreams"
PLACEBO = "placebo"
UNDREAMT = "undreamt"
"""Ours before any dream."""
NOTES = "dreams_notes"
SHUFFLED = "dreams_notes_shuffled"
RERANKED = "dreams_reranked"
UNREHEARSED = "dreams_notes_unrehearsed"
"""The same as with notes, but rehearsed questions are no keys."""
_ALONE: dict[str, Any] = {
    "memories": 0,
    **dict.fromkeys(("memory_weight", "speaker_weight", "date_weight", "when_weight"), 0.0),
}
"""Search without what dreams wrote, and without a preference for whom the question names, for days,
or for what tells a time: they are asked of the store that ours dreamt in."""
BASELINES: dict[str, dict[str, Any]] = {
    "dense": {"dense_weight": 1.0, "neighbours": 0, **_ALONE},
    "bm25": {"dense_weight": 0.0, "neighbours": 0, **_ALONE},
    "hybrid": {"neighbours": 0, **_ALONE},
    "hybrid_neighbours": _ALONE,
}
"""The systems that follow neither links nor memories, and how else their recall differs."""
_TAG = "unit:"

Tick = Callable[[str, int, int], None]
"""Called with what is done, how much of it, and of how much."""


@dataclass(frozen=True)
class CaseResult:
    """Results of one case: recall by question, system and rank in [0, 1], and what it cost."""

    categories: list[str]
    recall: dict[str, npt.NDArray[np.float64]]
    """By system a (questions, len(AT)) array."""
    cost: dict[str, float]
    """Sums over the case: counts, seconds, megabytes."""


@dataclass
class CachingEmbedder:
    """An embedder that embeds each text once in its life."""

    inner: Embedder
    seconds: float = 0.0
    """Spent in the inner embedder."""
    _known: dict[str, Vectors] = field(default_factory=dict, repr=False)
    _asked: dict[str, Vectors] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The name of the embedder within: the vectors are its own."""
        return self.inner.name

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return self.inner.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` into a (n, dimension) float32 array, from memory where known."""
        return self._cached(self._known, self.inner.embed, texts)

    def embed_query(self, text: str) -> Vectors:
        """Embed a question, as the inner embedder does."""
        embed = partial(embedded, self.inner, questions=True)
        vector: Vectors = self._cached(self._asked, embed, [text])[0]
        return vector

    def _cached(
        self,
        known: dict[str, Vectors],
        embed: Callable[[list[str]], Vectors],
        texts: Sequence[str],
    ) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            started = time.perf_counter()
            known.update(zip(new, embed(new), strict=True))
            self.seconds += time.perf_counter() - started
        rows = [known[text] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)


def systems(
    placebo: bool = True,
    notes: bool = False,
    reranked: bool = False,
    undreamt: bool = False,
    rehearsed: bool = False,
) -> tuple[str, ...]:
    """The names of the systems in the order of the table."""
    unrehearsed = (UNREHEARSED,) if rehearsed else ()
    with_notes = (NOTES, SHUFFLED, *unrehearsed) if notes else ()
    without = (*((UNDREAMT,) if undreamt else ()), *((PLACEBO,) if placebo else ()))
    last = (RERANKED,) if reranked else ()
    return (*BASELINES, *without, OURS, *with_notes, *last)


def run_case(
    case: Case,
    policy: DreamPolicy,
    embedder: CachingEmbedder,
    *,
    placebo: bool,
    tick: Tick,
    notes: Sequence[Note] | None = None,
    reranker: Any = None,
    undreamt: bool = False,
    rehearsals: Sequence[Rehearsal] = (),
) -> CaseResult:
    """Record, dream and ask one case in a fresh embedded store that is removed afterwards.

    With `undreamt`, one more system does not dream. With `notes`, two more dream with a model that
    answers with them, and with the same notes under each other's citations; its `rehearsals` are
    asked with and without. With a `reranker`, ours is also asked with it.
    """
    before = embedder.seconds
    with (
        tempfile.TemporaryDirectory() as folder,
        DreamStore.open(folder, embedder=embedder, policy=policy, reranker=reranker) as store,
    ):
        ours = store.namespace("benchmark", OURS)
        cost = _live(ours, case, tick)
        cost["store_mb"] = _megabytes(Path(folder))
        doors = dict.fromkeys((*BASELINES, OURS), ours)
        if undreamt:
            doors[UNDREAMT] = _recorded(store.namespace("benchmark", UNDREAMT), case)
        if placebo:
            doors[PLACEBO] = _placebo(store.namespace("benchmark", PLACEBO), ours, case, policy)
        if notes is not None:
            for name, own in ((NOTES, notes), (SHUFFLED, shuffled(notes))):
                asked = rehearsals if name == NOTES else ()
                taker = note_taker(case, own, asked)
                doors[name] = store.namespace("benchmark", name, model=taker)
                lived = _live(doors[name], case, tick)
                cost |= {f"{part}_{name}": lived[part] for part in ("memories", "model_calls")}
                if name == NOTES:  # shuffled ones are there to be bad
                    if rehearsals:
                        doors[UNREHEARSED] = doors[name]
                    cost["rejected"] += lived["rejected"]
                    cost["guard_loss"] = max(cost["guard_loss"], lived["guard_loss"])
        if reranker is not None:
            doors[RERANKED] = ours
        # Embedded before the clock starts: every system asks with the same, known vectors.
        for question in case.questions:
            embedder.embed_query(question.text)
        recall = _ask(doors, policy, case, cost, tick)
    cost["seconds_embedding"] = embedder.seconds - before
    return CaseResult([question.category for question in case.questions], recall, cost)


def episodes(case: Case) -> list[Episode]:
    """The units of a case as episodes, in order."""
    return [
        Episode(
            id=_episode_id(case, unit),
            text=unit.text,
            said=unit.said,
            answered=unit.answered,
            thread=_thread(case, unit),
            position=unit.position,
            speaker=unit.speaker,
            time=moment,
            zone=AS_WRITTEN,  # a set names the clock of its speakers, and no zone
            tags=(_TAG + unit.id,),
        )
        for unit, moment in zip(case.units, times(case.units), strict=True)
    ]


def batches(case: Case) -> Iterator[list[Episode]]:
    """The episodes between two dreams."""
    by_unit = {unit_of(episode): episode for episode in episodes(case)}
    for sitting in sittings(case):
        yield [by_unit[unit.id] for unit in sitting]


def _live(namespace: Namespace, case: Case, tick: Tick) -> dict[str, float]:
    recording = dreaming = 0.0
    dreams = rejected = 0
    calls = guard_loss = 0.0
    parts = list(batches(case))
    for index, part in enumerate(parts):
        tick(f"{case.name}: recording and dreaming", index, len(parts))
        started = time.perf_counter()
        namespace.record(part)
        namespace.flush()
        recorded = time.perf_counter()
        report = namespace.dream()
        calls += report.cost.get("model_calls", 0)
        rejected += report.status == "rejected"
        health = report.health
        lost = health.get("recall_without", 0.0) - health.get("recall_with", 0.0)
        guard_loss = max(guard_loss, lost)
        dreaming += time.perf_counter() - recorded
        recording += recorded - started
        dreams += 1
    return {
        "items": len(case.units),
        "links": len(namespace.links()),
        "memories": len(namespace.memories()),
        "dreams": dreams,
        "rejected": rejected,
        "guard_loss": guard_loss,
        "model_calls": calls,
        "seconds_recording": recording,
        "seconds_dreaming": dreaming,
    }


def _recorded(namespace: Namespace, case: Case) -> Namespace:
    """The same episodes without a dream."""
    for part in batches(case):
        namespace.record(part)
    namespace.flush()
    return namespace


def _placebo(namespace: Namespace, ours: Namespace, case: Case, policy: DreamPolicy) -> Namespace:
    """The same episodes without a dream, under random links of the same degrees."""
    _recorded(namespace, case)
    known = {episode.id: episode for episode in namespace.episodes()}
    # A memory has no like among the placebo's items, so only links of episodes are shuffled.
    links = [link for link in ours.links() if link.a in known and link.b in known]
    committed = [dream.number for dream in ours.dreams() if dream.status == "committed"]
    links = weights_now(links, committed, policy.downscale)
    namespace.add_links(
        shuffle_links(
            links,
            {key: episode.thread for key, episode in known.items()},
            {key: episode.time for key, episode in known.items()},
        )
    )
    return namespace


def _ask(
    doors: Mapping[str, Namespace],
    policy: DreamPolicy,
    case: Case,
    cost: dict[str, float],
    tick: Tick,
) -> dict[str, npt.NDArray[np.float64]]:
    alone = policy.model_copy(update={"reranked": 0})
    policies = {name: alone.model_copy(update=BASELINES.get(name, {})) for name in doors}
    policies[RERANKED] = policy
    policies[UNREHEARSED] = alone.model_copy(update={"rehearsal_weight": 0.0})
    recall = {name: np.zeros((len(case.questions), len(AT))) for name in doors}
    cost.update({f"seconds_recall_{name}": 0.0 for name in doors})
    session = {unit.id: unit.session for unit in case.units}
    used: set[str] = set()
    for row, question in enumerate(case.questions):
        tick(f"{case.name}: asking", row, len(case.questions))
        for name, namespace in doors.items():
            started = time.perf_counter()
            answer = namespace.recall(
                question.text,
                max(AT),
                links=name not in BASELINES,
                note=False,
                policy=policies[name],
                floor=0,
            )
            cost[f"seconds_recall_{name}"] += time.perf_counter() - started
            found = [unit_of(entry.item) for entry in answer.items]
            recall[name][row] = _recall_at(question, found)
            near = {session.get(unit) for unit in found[:SHOWN]}
            hit = not near.isdisjoint(session[unit] for unit in question.gold)
            cost[f"sessions_{name}"] = cost.get(f"sessions_{name}", 0.0) + hit
            if name in (OURS, NOTES):
                _count_shown(cost, name, namespace, question)
            if name == OURS:
                used.update(hop.link for entry in answer.items for hop in entry.why.path)
    cost["links_used"] = len(used)
    return recall


def _count_shown(cost: dict[str, float], name: str, namespace: Namespace, asked: Question) -> None:
    """Add the tokens that a model is shown for a question, and the evidence turns among them.

    A memory that is shown stands for the turns that it cites.
    """
    answer = namespace.recall(asked.text, SHOWN, note=False, floor=0)
    shown = {unit_of(entry.item) for entry in answer.items if not entry.borne_by}
    cited = {
        i for entry in answer.memories if isinstance(m := entry.item, Memory) for i in m.sources
    }
    shown |= {unit_of(episode) for episode in (namespace.episodes(list(cited)) if cited else ())}
    for part, value in (
        ("tokens", tokens_of(fence_recall(answer))),
        ("turns", len(shown.intersection(asked.gold))),
    ):
        cost[f"shown_{part}_{name}"] = cost.get(f"shown_{part}_{name}", 0.0) + value


def _recall_at(question: Question, found: Sequence[str]) -> list[float]:
    gold = set(question.gold)
    return [len(gold.intersection(found[:rank])) / len(gold) for rank in AT]


def unit_of(item: object) -> str:
    """The unit an episode stands for; "" for anything else that is recalled."""
    tags = item.tags if isinstance(item, Episode) else ()
    return next((tag.removeprefix(_TAG) for tag in tags if tag.startswith(_TAG)), "")


def _episode_id(case: Case, unit: Unit) -> str:
    """Ids of episodes begin with an e; a unit's own id may be any text."""
    key = json.dumps([case.name, unit.id]).encode()
    return "e" + hashlib.blake2b(key, digest_size=12).hexdigest()


def _thread(case: Case, unit: Unit) -> str:
    return f"{case.name}/{unit.session}"


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
