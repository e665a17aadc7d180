"""The morning report: what a night changed in what the agent would answer."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from langgraph_dreams._text import brief, plain
from langgraph_dreams.types.base import UNDATED_UNTIL, Count, FrozenModel, JsonObject, Time
from langgraph_dreams.types.telling.told import many, quoted

LISTED = 20
"""Entries of a kind that are told; `counts` has how many there are."""
KEPT = 300
"""Characters of a text that are kept."""
_MARKS = re.compile(r"([\\`*_\[\]<>#|!~])")


class Entry(FrozenModel):
    """One change, and the items that it tells of."""

    sources: tuple[str, ...] = ()
    """Ids of the episodes and memories it tells of."""


class Reached(Entry):
    """A past question that now finds what it did not find before."""

    question: str
    """The question, as it was asked."""
    text: str
    """Text of the episode that it finds now."""
    rank: int
    """Its place, from 1."""
    path: tuple[str, ...] = ()
    """The way that leads there, a step each: a turn, what it shares with the next, and so on; or
    the memory that cites it."""


class Answered(Entry):
    """A past question of which the first answer is another."""

    question: str
    """The question, as it was asked."""
    old: str
    """Its first answer without the dream; empty when there was nothing relevant."""
    new: str
    """Its first answer with it."""


class FactChange(Entry):
    """Something that holds no more, and what holds instead."""

    old: str
    """What held before."""
    new: str
    """What holds instead."""
    since: Time | None = None
    """From when on the new one holds."""
    probable: bool = False
    """True if both stay, and the new one is only shown first."""


class Silenced(Entry):
    """Something that is not told any more."""

    text: str
    """The memory, or the question that finds nothing relevant any more."""
    why: Literal["superseded", "retired", "below the floor"]
    """The reason."""


class PastPlan(Entry):
    """A plan whose day has passed without a word of whether it happened."""

    text: str
    """The plan, as it was told."""
    planned: str
    """The day, in words."""


class Morning(FrozenModel):
    """What a night changed in what the agent would answer: the first of each kind of change."""

    asked: Count = 0
    """Past questions that were asked again, without the dream and with it."""
    reached: tuple[Reached, ...] = ()
    """Past questions that reach what they did not reach before."""
    answers: tuple[Answered, ...] = ()
    """Past questions whose first answer is another."""
    facts: tuple[FactChange, ...] = ()
    """Facts that changed."""
    silenced: tuple[Silenced, ...] = ()
    """What is not told any more."""
    plans: tuple[PastPlan, ...] = ()
    """Plans whose day has passed without a word."""
    counts: dict[str, int] = Field(default_factory=dict)
    """All changes of each kind, as far as more than none."""
    tokens_before: Count = 0
    """Size of what was shown for the past questions without the dream, estimated (tokens)."""
    tokens_after: Count = 0
    """Likewise with it."""

    @property
    def tokens_saved(self) -> int:
        """Tokens that the same questions take less; below zero when they take more."""
        return self.tokens_before - self.tokens_after

    def line(self) -> str:
        """All of it in one line."""
        told = [_COUNTED[kind].format(many(n, _NOUN[kind])) for kind, n in self.counts.items() if n]
        if self.tokens_saved:
            told.append(_saved(self.tokens_saved))
        return ", ".join(told) or "it would answer as before"

    def lines(self) -> Iterator[str]:
        """The same in words, a line each."""
        for r in self.reached:
            yield f"now reached: {quoted(r.question)} finds {quoted(r.text)}{_by(r.path)}"
        for a in self.answers:
            old = quoted(a.old) if a.old else "nothing"
            yield f"answer changed: {quoted(a.question)}: {old}; now {quoted(a.new)}"
        for f in self.facts:
            yield f"{_FACT[f.probable]}: {quoted(f.old)}; now {quoted(f.new)}{_since(f.since)}"
        for s in self.silenced:
            yield f"silenced ({s.why}): {quoted(s.text)}"
        for p in self.plans:
            yield f"plan: {quoted(p.text)} {overdue(p.planned)}"
        if more := self._more():
            yield f"... and {more} more"
        if self.tokens_saved:
            yield f"{_saved(self.tokens_saved)} over {many(self.asked, 'past question')}"

    def markdown(self) -> str:
        """The same as Markdown; what others wrote stands in it as text, never as marks."""
        kinds = (
            ("Now reached", (_reached(r) for r in self.reached)),
            ("Answers that changed", (_answered(a) for a in self.answers)),
            ("Facts that changed", (_changed(f) for f in self.facts)),
            ("Silenced", (f"{escaped(s.text)} ({s.why})" for s in self.silenced)),
            ("Plans", (f"{escaped(p.text)} {escaped(overdue(p.planned))}" for p in self.plans)),
        )
        parts = [
            "\n".join([f"### {title}", "", *(f"- {line}" for line in lines)])
            for title, told in kinds
            if (lines := list(told))
        ]
        if more := self._more():
            parts.append(f"... and {more} more")
        if self.tokens_saved:
            asked = many(self.asked, "past question")
            parts.append(f"{_saved(self.tokens_saved).capitalize()} over {asked}.")
        return "\n\n".join(parts or ["The agent would answer as before."])

    def _more(self) -> int:
        return sum(self.counts.values()) - sum(len(getattr(self, kind)) for kind in _COUNTED)


_NOUN = {
    "reached": "past question",
    "answers": "answer",
    "facts": "fact",
    "silenced": "item",
    "plans": "plan",
}
_COUNTED = {
    "reached": "more reached by {}",
    "answers": "{} changed",
    "facts": "{} changed",
    "silenced": "{} silenced",
    "plans": "{} past without a word",
}
"""Kinds of changes in the order in which they are told."""
_FACT = {False: "fact changed", True: "probably changed"}


def listed(**kinds: Sequence[Entry]) -> dict[str, object]:
    """The fields of a report with the first entries of each kind, and how many there are."""
    counts = {kind: len(entries) for kind, entries in kinds.items() if entries}
    return {**{kind: tuple(e[:LISTED]) for kind, e in kinds.items()}, "counts": counts}


_PLANNED = "was planned for "


def overdue(planned: str) -> str:
    """What is said of a plan whose day has passed."""
    return f"{_PLANNED}{planned}; no word of whether it happened"


def past_plan(text: str, sources: Sequence[str]) -> PastPlan:
    """A plan from the words of a concern, which `overdue` ends."""
    said, _, rest = text.rpartition(_PLANNED)
    return PastPlan(text=said.strip(), planned=rest.partition(";")[0], sources=tuple(sources))


def without_items(
    morning: Mapping[str, object], ids: Collection[str], asked: Collection[str]
) -> JsonObject:
    """A morning report as JSON, without the entries that tell of these items or questions."""
    return {
        kind: [
            e
            for e in value
            if not set(e["sources"]) & set(ids) and e.get("question", e.get("text")) not in asked
        ]
        if kind in _COUNTED and isinstance(value, list)
        else value
        for kind, value in morning.items()
    }


def _by(path: Iterable[str]) -> str:
    way = " > ".join(quoted(step) for step in path)
    return f" by {way}" if way else ""


def _since(time: datetime | None) -> str:
    return f", since {_day(time)}" if time is not None and time > UNDATED_UNTIL else ""


def _day(time: datetime) -> str:
    return f"{time.day} {time:%b %Y}"


def _saved(tokens: int) -> str:
    return f"{abs(tokens):,} tokens {'saved' if tokens > 0 else 'more'}"


# -- as Markdown


def escaped(text: str) -> str:
    """A text of others on one line, without marks that Markdown or a terminal reads."""
    return _MARKS.sub(r"\\\1", brief(plain(text), KEPT))


def _reached(entry: Reached) -> str:
    way = "".join(f"\n  - {escaped(step)}" for step in entry.path)
    return f"**{escaped(entry.question)}** finds, at {entry.rank}: {escaped(entry.text)}{way}"


def _answered(entry: Answered) -> str:
    old = f"~~{escaped(entry.old)}~~" if entry.old else "nothing"
    return f"**{escaped(entry.question)}** {old} → {escaped(entry.new)}"


def _changed(entry: FactChange) -> str:
    probably = " (probably)" if entry.probable else ""
    return f"~~{escaped(entry.old)}~~ → {escaped(entry.new)}{_since(entry.since)}{probably}"
