"""The past lived again: recorded part by part, dreamt, and asked what was asked next.

A question is asked of what had been recorded and dreamt before it was asked, so that neither it
nor its answer, nor anything later, can help. Each is asked twice: as if no dream had been, and with
the dreams.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel

from langgraph_dreams._text import one_line
from langgraph_dreams.importers.recording import BATCH
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.policy import Budget
from langgraph_dreams.safety.trust import as_evidence, doubtful
from langgraph_dreams.trial.questions import PastQuestion, Turns
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.recall import Recall, RecallItem
from langgraph_dreams.types.reports import DreamReport

K = 10
"""Turns that a recall may show."""
MOST_ASKED = 120
"""Questions that are asked again; of more, as many evenly chosen."""
CUTS = (0.4, 0.6, 0.8)
"""Shares of the log after which it is dreamt, and the questions up to the next are asked."""
_MOST_DREAMS = 200
_LENGTH = 240
_AT_ONCE = 1_000
"""Turns that a dream takes: a few large dreams cost half of what as many small ones do."""

OnStage = Callable[[str, int, int], None]
"""Told (what is done, done, in all)."""


@dataclass(frozen=True)
class Asked:
    """A past question, asked again."""

    question: PastQuestion
    alone: int
    """The place, from 1, at which all that it needed is there, by search alone; 0: it is not."""
    dreamt: int
    """Likewise with the dreams."""
    evidence: tuple[str, ...]
    """What the users had said, in their words."""
    path: tuple[str, ...] = ()
    """How dreams reached what search alone did not: a step each."""


@dataclass(frozen=True)
class Replay:
    """What came of living the past again."""

    asked: tuple[Asked, ...]
    dreams: tuple[DreamReport, ...]
    recorded: int
    """Turns that were recorded and dreamt."""
    possible: int
    """Questions that could have been asked."""


def replay(
    namespace: Namespace,
    turns: Turns,
    questions: Sequence[PastQuestion],
    model: str | BaseChatModel | None,
    budget: Budget | None,
    on_stage: OnStage,
) -> Replay:
    """Record, dream and ask, part by part."""
    total = len(turns.episodes)
    cuts = [int(share * total) for share in CUTS]
    rounds = [
        [q for q in questions if cut <= q.at < end and q.told_before(cut)]
        for cut, end in zip(cuts, [*cuts[1:], total], strict=True)
    ]
    possible = sum(map(len, rounds))
    rounds = _fewer(rounds, possible)
    places = {episode.id: at for at, episode in enumerate(turns.episodes)}
    dreams: list[DreamReport] = []
    asked: list[Asked] = []
    start = 0
    for cut, group in zip(cuts, rounds, strict=True):
        for at in range(start, cut, BATCH):
            namespace.record(turns.episodes[at : min(at + BATCH, cut)])
            on_stage("recorded", min(at + BATCH, cut), total)
        start = cut
        dreams += dream_all(namespace, model, budget, on_stage, cut)
        ids = [report.id for report in dreams if report.status == "committed"]
        for number, question in enumerate(group, 1):
            asked.append(_ask(namespace, turns, question, cut, ids, places))
            on_stage("asked", number, len(group))
    return Replay(tuple(asked), tuple(dreams), start, possible)


def dream_all(
    namespace: Namespace,
    model: str | BaseChatModel | None,
    budget: Budget | None,
    on_stage: OnStage,
    total: int,
) -> list[DreamReport]:
    """Dream until nothing is new."""
    reports: list[DreamReport] = []
    policy = namespace.policy.model_copy(update={"episodes_per_dream": _AT_ONCE})
    left = namespace.counts()["undreamt"]
    while left and len(reports) < _MOST_DREAMS:
        reports.append(namespace.dream(model=model, budget=budget, policy=policy))
        before, left = left, namespace.counts()["undreamt"]
        on_stage("dreamt", total - left, total)
        if left == before:
            break
    return reports


def _fewer(rounds: list[list[PastQuestion]], possible: int) -> list[list[PastQuestion]]:
    """At most so many questions, evenly chosen."""
    if possible <= MOST_ASKED:
        return rounds
    flat = [q for group in rounds for q in group]
    chosen = {flat[int(i * possible / MOST_ASKED)].at for i in range(MOST_ASKED)}
    return [[q for q in group if q.at in chosen] for group in rounds]


def _ask(
    namespace: Namespace,
    turns: Turns,
    question: PastQuestion,
    cut: int,
    dreams: Sequence[str],
    places: Mapping[str, int],
) -> Asked:
    alone, dreamt = (
        namespace.recall(question.text, K, without_dream=without, note=False, floor=0)
        for without in (dreams, ())
    )
    ranks = [_rank(recall, turns, question, places) for recall in (alone, dreamt)]
    told = [turns.episodes[at] for at in sorted(question.evidence(cut))]
    path = _path(namespace, turns, question, alone, dreamt, places) if not ranks[0] else ()
    return Asked(question, ranks[0], ranks[1], tuple(map(shown, told)), path if ranks[1] else ())


def _rank(recall: Recall, turns: Turns, question: PastQuestion, places: Mapping[str, int]) -> int:
    missing = set(question.needed)
    for rank, entry in enumerate(recall.items, 1):
        for name in (entry.item.id, *entry.repeats):
            if name in places:
                missing.difference_update(turns.of(places[name]))
        if not missing:
            return rank
    return 0


def _path(
    namespace: Namespace,
    turns: Turns,
    question: PastQuestion,
    alone: Recall,
    dreamt: Recall,
    places: Mapping[str, int],
) -> tuple[str, ...]:
    """The way to the first item that search alone did not find, and that holds what was needed."""
    there = {entry.item.id for entry in alone.items}
    for entry in dreamt.items:
        name = entry.item.id
        fresh = name not in there and name in places
        if fresh and question.needed.keys() & turns.of(places[name]).keys():
            return tuple(_steps(namespace, entry))
    return ()


def _steps(namespace: Namespace, entry: RecallItem) -> list[str]:
    why = entry.why
    if why.memory:
        found = namespace.memories([why.memory])
        return [f"remembered: {shown(found[0])}" if found else "", shown(entry.item)]
    if not why.path:
        return [shown(entry.item)]
    ids = [why.path[0].source, *(hop.target for hop in why.path)]
    items = namespace.vault.get(ids)
    names = {
        name: shown(item) for name, item in items.items() if isinstance(item, Episode | Memory)
    }
    steps = [names.get(ids[0], ids[0])]
    for hop in why.path:
        over = ", ".join(hop.bridge) or hop.channel
        steps.append(f"shares “{over}” with: {names.get(hop.target, hop.target)}")
    return steps


def shown(item: Episode | Memory) -> str:
    """What an item says on one line; of what nobody vouches for, only that it is such."""
    if isinstance(item, Memory):
        return "an untrusted memory" if doubtful(item) else one_line(item.text, _LENGTH)
    if doubtful(own := as_evidence(item)):
        return "an untrusted turn"
    return one_line(own.said or own.text, _LENGTH)
