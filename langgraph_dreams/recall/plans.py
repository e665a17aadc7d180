"""Plans whose day has passed: marked in what recall shows, until something was said of them since.

A plan is a memory or a turn that names a day ahead of when it was said. What tells of it is a later
statement on the same matter: that it was called off or moved, at any time; or of something that
was, from its day on. In doubt there is word of it, so that nothing is marked which was told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from langgraph_dreams.language.stated.periods import Period
from langgraph_dreams.language.stated.planned import (
    called_off,
    doubtful,
    planned,
    tells_of_past,
    undated,
)
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.safety.trust import may_become, users_words
from langgraph_dreams.store import NamespaceStore, Vectors
from langgraph_dreams.types.base import UNDATED_UNTIL
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.recall import Recall
from langgraph_dreams.types.reports import PlannedTurn
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
        period = _planned(vault, text, said, zone)
    return Plan(item, period, latest) if period else None


def _planned(vault: NamespaceStore, text: str, said: datetime, zone: str) -> Period | None:
    """The days that a text plans something for; where no zone is known, by the clock of UTC."""
    here = local_time(said, zone) or said
    return planned(vault.language.absolute_dates(text, here), here.date())


def _day(time: datetime, zone: str) -> date:
    return (local_time(time, zone) or time).date()


def passed(vault: NamespaceStore, plan: Plan, now: datetime) -> bool:
    """True if its last day is over where it was said."""
    zone = plan.item.zone if isinstance(plan.item, Episode) else vault.zone
    return day_is_over(plan.period.last, now, zone)


def _vectors(vault: NamespaceStore, plans: Sequence[Plan]) -> Vectors:
    """A row for each plan: of what it is about, whatever its day."""
    return vault.embed([undated(plan.item.text) for plan in plans])


def _unheard(vault: NamespaceStore, plan: Plan, vectors: Vectors, until: datetime) -> bool:
    """True if no turn up to a time, in the archive or out of it, tells what became of a plan."""
    text, latest = undated(plan.item.text), until.timestamp()
    found = dict(vault.dense(vectors, _NEAR, "e", latest, archived=True)[0])
    words = vault.lexical(text, _NEAR, "e", latest, archived=True)
    names = [*found, *(name for name, _ in words)]
    own = _sources(plan)
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
    anew = _planned(vault, told, turn.time, turn.zone)
    if anew and anew != plan.period and share >= _DATED_ANEW:
        return True
    return bool(day >= plan.period.first) and tells_of_past(told)


def marked(vault: NamespaceStore, recall: Recall, as_of: datetime | None, now: datetime) -> Recall:
    """The recall, where what was planned for a day that has passed without a word says so."""
    at = now if as_of is None else as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)
    plans = {
        entry.item.id: plan
        for entry in (*recall.memories, *recall.items)
        if (plan := plan_of(vault, entry.item)) and passed(vault, plan, at)
    }
    notes = _notes(vault, plans, at) if plans else {}
    if not any(notes.values()):
        return recall
    changed = {
        kind: tuple(
            entry.model_copy(update={"note": note}) if (note := notes.get(entry.item.id)) else entry
            for entry in getattr(recall, kind)
        )
        for kind in ("memories", "items")
    }
    return recall.model_copy(update=changed)


def _notes(vault: NamespaceStore, plans: Mapping[str, Plan], at: datetime) -> dict[str, str]:
    """What is told of each plan; of a memory and a turn that it cites, for the same days, once."""
    firsts: dict[tuple[str, Period], str] = {}
    first: dict[str, str] = {}
    for name, plan in plans.items():
        keys = [(source, plan.period) for source in _sources(plan)]
        first[name] = next((firsts[key] for key in keys if key in firsts), name)
        firsts |= dict.fromkeys(keys, first[name])
    names = list(dict.fromkeys(first.values()))
    vectors = _vectors(vault, [plans[name] for name in names])  # at once: this is of every recall
    told = {
        name: overdue(plans[name].period.words())
        if _unheard(vault, plans[name], vectors[i : i + 1], at)
        else ""
        for i, name in enumerate(names)
    }
    return {name: told[first[name]] for name in plans}


def _sources(plan: Plan) -> Sequence[str]:
    return plan.item.sources if isinstance(plan.item, Memory) else (plan.item.id,)


def turns_ahead(vault: NamespaceStore, episodes: Sequence[str]) -> tuple[PlannedTurn, ...]:
    """Those of the turns that plan something, with the last day of it."""
    found = (e for e in vault.get(episodes).values() if isinstance(e, Episode))
    plans = (plan for e in found if may_become(e) and (plan := plan_of(vault, e)))
    return tuple(PlannedTurn(episode=p.item.id, until=p.period.last) for p in plans)


def open_plans(
    vault: NamespaceStore, memories: Sequence[Memory], now: datetime, most: int
) -> list[Plan]:
    """Plans whose day passed without a word since, the latest first.

    Those of memories, and those of turns that dreams found plans in and made no memory of.
    """
    items: list[Episode | Memory] = [*memories, *_planning_turns(vault, now, _TRIED * most)]
    plans = [plan for m in items if (plan := plan_of(vault, m)) and passed(vault, plan, now)]
    plans.sort(key=lambda p: (p.period.last, p.item.id), reverse=True)
    found: list[Plan] = []
    for plan in plans[: _TRIED * most]:
        if len(found) < most and _unheard(vault, plan, _vectors(vault, [plan]), now):
            found.append(plan)
    return found


def _planning_turns(vault: NamespaceStore, now: datetime, most: int) -> list[Episode]:
    """Turns that planned something for the latest days before now, and that no memory cites.

    The journal names the plans of what was dreamt of, so that no others are read.
    """
    told = {
        turn.episode: turn.until
        for dream in vault.dreams()
        if dream.status == "committed"
        for turn in dream.planned
        if turn.until <= now.date()
    }
    names = sorted(told, key=lambda name: (told[name], name), reverse=True)
    found: list[Episode] = []
    for at in range(0, len(names), most):
        part = names[at : at + most]
        cited = vault.citing(part)
        left = vault.get([name for name in part if name not in cited]).values()
        found += [e for e in left if isinstance(e, Episode) and not e.replaced_by]
        if len(found) >= most:
            break
    return found
