"""The morning report of a dream, from what its guard has recalled: nothing is asked anew.

Facts that naps changed since the last night are told with it: a nap has no morning of its own.
"""

from collections.abc import Iterable, Sequence

from langgraph_dreams._text import one_line, tokens_of
from langgraph_dreams.dream.commit.floor import FLOOR
from langgraph_dreams.dream.commit.recall_check import RecallCheck, Replay
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.recall.relevance import floor_of
from langgraph_dreams.recall.update_order import UPDATE
from langgraph_dreams.safety.trust import as_evidence, doubtful
from langgraph_dreams.store.items import Item
from langgraph_dreams.types.items import ARCHIVED, Episode, Memory
from langgraph_dreams.types.operations import (
    LINK_KINDS,
    MEMORY_KINDS,
    Operation,
    final_states,
)
from langgraph_dreams.types.recall import Recall, RecallItem
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.telling.morning import (
    KEPT,
    Answered,
    FactChange,
    Morning,
    PastPlan,
    Reached,
    Silenced,
    listed,
    past_plan,
)

_SHOWN = 5  # episodes of a recall that an agent is shown


def with_morning(
    context: StageContext, report: DreamReport, check: RecallCheck | None
) -> DreamReport:
    """The report of a dream that is or would be written, with what it changes for the agent."""
    replays = [r for r in check.replays if r.question.past] if check else []
    telling = _Telling(context, report, replays)
    before, after = (
        sum(_tokens(r) for r in found)
        for found in ([r.before for r in replays], [r.after for r in replays])
    )
    morning = Morning.model_validate(
        {
            "asked": len(replays),
            **listed(
                reached=telling.reached(),
                answers=telling.answers(),
                facts=telling.facts(),
                silenced=telling.silenced(),
                plans=_plans(report),
            ),
            "tokens_before": before,
            "tokens_after": after,
        }
    )
    return report.model_copy(update={"morning": morning})


def quiet_morning(report: DreamReport) -> DreamReport:
    """The report of a night without anything new: plans may have passed in it."""
    if not (plans := _plans(report)):
        return report
    return report.model_copy(update={"morning": Morning.model_validate(listed(plans=plans))})


class _Telling:
    """What the operations of a dream change for past questions; texts are read once."""

    def __init__(
        self, context: StageContext, report: DreamReport, replays: Sequence[Replay]
    ) -> None:
        self._replays = replays
        napped = _napped(context, report)
        self._changed = final_states(report.operations)
        self._after = {**_as_now(context, napped), **self._changed}
        told = [*napped, *report.operations]
        self._links = {o.target for o in report.operations if o.kind in LINK_KINDS}
        self._updates = [
            link for o in told if o.kind == "add_link" and (link := o.link()).kind == UPDATE
        ]
        changes = [o for o in told if o.kind in MEMORY_KINDS and o.target in self._after]
        ended = dict.fromkeys(o.target for o in changes if _ends(o))
        self._ended = [m for name in ended if not (m := self._after[name]).current]
        self._floors = floor_of(context.vault, context.policy), _floor_after(context, report)
        came = [
            (replay, rank, entry)
            for replay in replays
            for rank, entry in enumerate(replay.after.items, 1)
            if entry.item.id not in replay.known and self._by_dream(entry)
        ]
        self._came = came
        names = {end for link in self._updates for end in (link.a, link.b)}
        names |= {m.superseded_by for m in self._after.values() if m.superseded_by}
        names |= {hop.source for *_, e in came for hop in e.why.path}
        names |= {hop.target for *_, e in came for hop in e.why.path}
        names |= {e.why.memory for *_, e in came}
        found = context.vault.get(sorted(names - self._after.keys() - {""}))
        self._items: dict[str, Item] = {**found, **self._after}

    # -- past questions

    def _by_dream(self, entry: RecallItem) -> bool:
        """True if a link or a memory of this dream brought an item."""
        along = any(hop.link in self._links for hop in entry.why.path)
        return along or entry.why.memory in self._changed

    def reached(self) -> list[Reached]:
        """What is found only now."""
        return [
            Reached(
                question=_short(replay.question.text),
                text=_text(entry.item),
                rank=rank,
                path=tuple(self._path(entry)),
                sources=tuple(dict.fromkeys(_passed(entry))),
            )
            for replay, rank, entry in self._came
            if not self._silent(replay, 1)
        ]

    def _path(self, entry: RecallItem) -> Iterable[str]:
        if not any(hop.link in self._links for hop in entry.why.path):
            yield self._told(entry.why.memory)
            return
        yield self._told(entry.why.path[0].source)
        for hop in entry.why.path:
            over = ", ".join(hop.bridge) or hop.channel
            yield f"{_short(over)}: {self._told(hop.target)}"

    def answers(self) -> list[Answered]:
        """Questions of which the first answer rests on other evidence than before."""
        found = []
        for replay in self._replays:
            old, new = (None if self._silent(replay, at) else _first(replay, at) for at in (0, 1))
            if new is None or (old is not None and _evidence(old) & _evidence(new)):
                continue
            was = "" if old is None else _text(old.item)
            now, items = _text(new.item), tuple(x.item.id for x in (old, new) if x)
            if was != now:
                found.append(
                    Answered(question=_short(replay.question.text), old=was, new=now, sources=items)
                )
        return found

    def _silent(self, replay: Replay, at: int) -> bool:
        """True if a question is below the floor, without the dream (0) or with it (1)."""
        return (replay.before, replay.after)[at].relevance < self._floors[at]

    # -- facts

    def facts(self) -> list[FactChange]:
        """What was superseded by something else, and statements that probably update others."""
        heirs = [(m, self._items.get(m.superseded_by)) for m in self._ended]
        pairs = [(old, new) for old, new in heirs if new is not None and _named(old, new)]
        found = [
            FactChange(old=_text(old), new=_text(new), since=old.valid_to, sources=(old.id, new.id))
            for old, new in pairs
            if not old.derived
        ]
        known = {frozenset((*change.sources,)) for change in found}
        for link in self._updates:
            old, new = self._items.get(link.b), self._items.get(link.a)
            if not (isinstance(old, Episode) and isinstance(new, Episode) and _named(old, new)):
                continue
            if frozenset((link.a, link.b)) not in known:
                found.append(
                    FactChange(
                        old=_text(old),
                        new=_text(new),
                        since=new.time,
                        probable=True,
                        sources=(link.b, link.a),
                    )
                )
        return found

    def silenced(self) -> list[Silenced]:
        """Memories that hold no more, and questions that find nothing relevant any more."""
        found = [
            Silenced(
                text=_text(m),
                why="superseded" if m.status == "superseded" else "retired",
                sources=(m.id,),
            )
            for m in self._ended
            if not m.derived
        ]
        return found + [
            Silenced(
                text=_short(replay.question.text),
                why="below the floor",
                sources=tuple(r.item.id for r in replay.before.items[:1]),
            )
            for replay in self._replays
            if self._silent(replay, 1) and not self._silent(replay, 0)
        ]

    def _told(self, name: str) -> str:
        item = self._items.get(name)
        return _text(item) if item is not None else name


def _napped(context: StageContext, report: DreamReport) -> list[Operation]:
    """Operations of the naps since the last night that was committed, as far as they stand."""
    dreams = [d for d in context.vault.dreams() if d.id != report.id and d.status == "committed"]
    last = max((at for at, d in enumerate(dreams) if d.depth != "nap"), default=-1)
    naps = [context.vault.get_dream(d.id) for d in dreams[last + 1 :]]
    return [o for nap in naps if nap for o in nap.operations if o.id not in nap.undone]


def _as_now(context: StageContext, operations: Sequence[Operation]) -> dict[str, Memory]:
    """The memories that operations of earlier dreams changed, as they are now."""
    names = sorted({o.target for o in operations if o.kind in MEMORY_KINDS})
    found = context.vault.get(names) if names else {}
    return {name: item for name, item in found.items() if isinstance(item, Memory)}


def _ends(operation: Operation) -> bool:
    """True if a memory that held before an operation does not after it."""
    before, after = operation.state_before(), operation.memory()
    if after.status == ARCHIVED:  # another one says the same
        return False
    return not after.current and (not isinstance(before, Memory) or before.current)


def _passed(entry: RecallItem) -> Iterable[str]:
    """Ids of an item, and of all on the way to it."""
    yield entry.item.id
    for hop in entry.why.path:
        yield from (hop.source, hop.target)
    if entry.why.memory:
        yield entry.why.memory


def _floor_after(context: StageContext, report: DreamReport) -> float:
    floor = report.health.get(FLOOR)
    fixed = context.policy.recall_floor is not None or floor is None
    return floor_of(context.vault, context.policy) if fixed else floor or 0.0


def _shown(recall: Recall) -> list[RecallItem]:
    """What an agent is shown: memories, then turns that add to them."""
    turns = [entry for entry in recall.items if not entry.borne_by]
    return [*recall.memories, *turns[:_SHOWN]]


def _first(replay: Replay, at: int) -> RecallItem | None:
    return next(iter(_shown((replay.before, replay.after)[at])), None)


def _evidence(entry: RecallItem) -> set[str]:
    """Episodes that an item is, or rests on."""
    own = entry.item.sources if isinstance(entry.item, Memory) else (entry.item.id,)
    return {*own, *entry.repeats}


def _tokens(recall: Recall) -> int:
    return sum(tokens_of(entry.passage or entry.item.text) for entry in _shown(recall))


def _plans(report: DreamReport) -> list[PastPlan]:
    return [past_plan(c.text, c.episodes) for c in report.concerns if c.kind == "plan"]


def _short(text: str) -> str:
    return one_line(text, KEPT)


def _named(*items: Item) -> bool:
    """True if all of these can be told: of what nobody vouches for, only that it is such."""
    return not any(doubtful(_vouched(item)) for item in items)


def _vouched(item: Item) -> Item:
    """What is told of an item: of a turn, what may be evidence of it."""
    return as_evidence(item) if isinstance(item, Episode) else item


def _text(item: Item | None) -> str:
    """What an item says; of what nobody vouches for, that it is such."""
    told = None if item is None else _vouched(item)
    if told is None or doubtful(told):
        return "an untrusted episode" if isinstance(told, Episode) else "an untrusted memory"
    return _short(told.text)
