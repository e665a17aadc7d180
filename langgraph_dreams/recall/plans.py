"""Plans whose day has passed: marked in what recall shows, until something was said of them since.

A plan is a memory or a turn that names a day ahead of when it was said. What tells of it is a later
statement on the same matter: that it was called off or moved, at any time; or of something that
was, from its day on. In doubt there is word of it, so that nothing is marked which was told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from langgraph_dreams.language.stated.planned import (
    Period,
    called_off,
    doubtful,
    planned,
    tells_of_past,
    undated,
)
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.safety.trust import users_words
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.base import UNDATED_UNTIL
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.recall import Recall, RecallItem
from langgraph_dreams.types.telling.morning import overdue
from langgraph_dreams.types.zones import day_is_over, local_time

_LONGEST = 600  # characters of a statement that is read
_NEAR = 24  # later turns looked at
_ABOUT = 0.3  # of the words of the shorter of a plan and a later statement
_WORDS = 2  # or so many of them
_CLOSE = 0.45  # or cosine of both
_OFF = 0.22  # cosine from which on what was called off may be the plan: it is said in few words
_TRIED = 4  # plans looked at for each that is wanted
_DATED_ANEW = 0.5  # of the words of a plan, in a statement that names another day


@dataclass(frozen=True)
class Plan:
    """A plan, its days, and when it was said last."""

    item: Episode | Memory
    period: Period
    said: datetime


def plan_of(vault: NamespaceStore, item: Episode | Memory) -> Plan | None:
    """The plan that an item states, if it states one."""
    if isinstance(item, Memory):
        if item.kind not in ("fact", "preference") or not item.current:
            return None
        text, said, zone = item.text, item.valid_from or item.learned_at, vault.zone
        latest = max(said, item.last_confirmed or said)
    else:
        text, said, zone = users_words(item), item.time, item.zone
        latest = said
    if len(text) > _LONGEST or said < UNDATED_UNTIL:
        return None
    day = _day(said, zone)
    if isinstance(item, Memory) and item.event_from:
        ahead = item.event_from > day and not doubtful(text)
        period = Period(item.event_from, item.event_to or item.event_from) if ahead else None
    else:
        period = planned(text, day)
    return Plan(item, period, latest) if period else None


def _day(time: datetime, zone: str) -> date:
    return (local_time(time, zone) or time).date()


def passed(vault: NamespaceStore, plan: Plan, now: datetime) -> bool:
    """True if its last day is over where it was said."""
    zone = plan.item.zone if isinstance(plan.item, Episode) else vault.zone
    return day_is_over(plan.period.last, now, zone)


def unheard(vault: NamespaceStore, plan: Plan, until: datetime) -> bool:
    """True if no turn up to a time tells what became of a plan."""
    text = undated(plan.item.text)
    latest = until.timestamp()
    found = dict(vault.dense(vault.embed([text]), _NEAR, "e", latest)[0])
    names = [*found, *(name for name, _ in vault.lexical(text, _NEAR, "e", latest))]
    own = plan.item.sources if isinstance(plan.item, Memory) else (plan.item.id,)
    later = [
        e
        for e in vault.get([n for n in dict.fromkeys(names) if n not in own]).values()
        if isinstance(e, Episode) and not e.replaced_by and plan.said < e.time <= until
    ]
    return not any(_tells(vault, plan, e, found.get(e.id, 0.0)) for e in later)


def _tells(vault: NamespaceStore, plan: Plan, turn: Episode, cosine: float) -> bool:
    said = users_words(turn)
    told = " ".join(vault.language.assertions(said[:_LONGEST])) or ""
    if not told:
        return False
    about = content_terms(vault.language, undated(plan.item.text))
    words = content_terms(vault.language, undated(told))
    shared, least = len(about & words), min(len(about), len(words))
    share = shared / max(1, len(about))
    near = shared >= max(1, _ABOUT * least) or shared >= _WORDS or cosine >= _CLOSE
    if called_off(told) and (near or cosine >= _OFF):
        return True
    if not near:
        return False
    day = _day(turn.time, turn.zone)
    anew = planned(told, day)
    if anew and anew != plan.period and share >= _DATED_ANEW:
        return True
    return bool(day >= plan.period.first) and tells_of_past(told)


def marked(vault: NamespaceStore, recall: Recall, as_of: datetime | None, now: datetime) -> Recall:
    """The recall, where what was planned for a day that has passed without a word says so."""
    at = now if as_of is None else as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)
    known: dict[str, str] = {}
    changed = {
        kind: tuple(_noted(vault, entry, at, known) for entry in getattr(recall, kind))
        for kind in ("memories", "items")
    }
    return recall.model_copy(update=changed) if any(known.values()) else recall


def _noted(
    vault: NamespaceStore, entry: RecallItem, at: datetime, known: dict[str, str]
) -> RecallItem:
    plan = plan_of(vault, entry.item)
    if plan is None or not passed(vault, plan, at):
        return entry
    sources = plan.item.sources if isinstance(plan.item, Memory) else (plan.item.id,)
    note = next((known[name] for name in sources if name in known), None)
    if note is None:
        note = overdue(plan.period.words()) if unheard(vault, plan, at) else ""
    known.update(dict.fromkeys(sources, note))
    return entry.model_copy(update={"note": note}) if note else entry


def open_plans(
    vault: NamespaceStore, memories: Sequence[Memory], now: datetime, most: int
) -> list[Plan]:
    """Plans whose day passed without a word since, the latest first."""
    plans = [plan for m in memories if (plan := plan_of(vault, m)) and passed(vault, plan, now)]
    plans.sort(key=lambda p: (p.period.last, p.item.id), reverse=True)
    found: list[Plan] = []
    for plan in plans[: _TRIED * most]:
        if len(found) < most and unheard(vault, plan, now):
            found.append(plan)
    return found
