"""What a trial found, in figures and in words."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import comb
from typing import Any

from langgraph_dreams._text import plain
from langgraph_dreams.trial.replay import Asked, K
from langgraph_dreams.types.telling.told import many, quoted

CLEAR = 0.05
"""Chance below which a difference is called clear: of the questions that one of the two alone
answers, so many would fall to one side in a throw of coins."""
FEW_TURNS, FEW_QUESTIONS = 40, 5
_KNOWN = 0.95
_LISTED = 3


@dataclass(frozen=True)
class Cost:
    """What dreams of the whole log would cost with a model, estimated."""

    calls: int
    tokens_in: int
    tokens_out: int
    money: float
    """In US dollars, at `price_in` and `price_out` of a million tokens."""
    price_in: float
    price_out: float


@dataclass(frozen=True)
class Verdict:
    """Whether dreams help a log."""

    turns: int
    threads: int
    skipped: int
    """Entries of the source that could not be read."""
    dreamt: int
    """Turns that were recorded and dreamt before the last questions."""
    dreams: int
    links: int
    memories: int
    questions: int
    """Turns in which users asked something."""
    possible: int
    """Those whose answer needed something said in an earlier conversation."""
    asked: tuple[Asked, ...]
    repeated: tuple[tuple[str, int], ...]
    """What was said more than once, and how often."""
    contradicted: tuple[tuple[str, str], ...]
    """What held, and what took its place later."""
    updated: tuple[tuple[str, str], ...]
    """What was said, and what perhaps brings it up to date: both stand."""
    cost: Cost | None
    kept: str = ""

    @property
    def alone(self) -> int:
        """Questions whose evidence search alone reaches."""
        return sum(bool(a.alone) for a in self.asked)

    @property
    def with_dreams(self) -> int:
        """Questions whose evidence is reached with dreams."""
        return sum(bool(a.dreamt) for a in self.asked)

    @property
    def gained(self) -> tuple[Asked, ...]:
        """Those that only dreams reach."""
        return tuple(a for a in self.asked if a.dreamt and not a.alone)

    @property
    def lost(self) -> tuple[Asked, ...]:
        """Those that dreams lose."""
        return tuple(a for a in self.asked if a.alone and not a.dreamt)

    @property
    def chance(self) -> float:
        """Of a difference at least so large, if dreams made none (exact sign test)."""
        number = len(self.gained) + len(self.lost)
        fewer = min(len(self.gained), len(self.lost))
        chance: float = 2.0 * sum(comb(number, i) for i in range(fewer + 1)) * 0.5**number
        return min(1.0, chance)

    @property
    def helps(self) -> bool:
        """True if dreams bring clearly more into reach."""
        return len(self.gained) > len(self.lost) and self.chance < CLEAR

    def because(self) -> list[str]:
        """Why dreams do not help this log yet; empty when they do."""
        if self.helps:
            return []
        found = list(self._too_little())
        if found:
            return found
        if self.alone >= _KNOWN * len(self.asked):
            found.append(f"search alone finds the evidence of {self.alone} of {len(self.asked)}")
        if not self.links and not self.memories:
            found.append("what was said shares too little that is rare for a dream to join it")
        gained, lost = len(self.gained), len(self.lost)
        if gained + lost == 0:
            found.append("they change for no question whether its evidence is found")
        elif gained > lost:
            found.append(f"{gained} gained and {lost} lost is too few to be more than chance")
        else:
            found.append(f"they lose {lost} and gain {gained}")
        return found

    def _too_little(self) -> Iterator[str]:
        if self.turns < FEW_TURNS:
            yield f"{many(self.turns, 'turn')} are too few: what is far apart is not there yet"
        if not self.questions:
            yield "nobody asks anything in it, so that nothing can be measured"
        elif len(self.asked) < FEW_QUESTIONS:
            yield (
                f"of {many(self.questions, 'question')} that users asked, {len(self.asked)} needed"
                " something that was said in an earlier conversation: too few to tell"
            )

    def text(self) -> str:
        """The verdict in words."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        skipped = f", {many(self.skipped, 'entry')} skipped" if self.skipped else ""
        where = many(self.threads, "conversation")
        yield f"{many(self.turns, 'turn')} in {where}{skipped}"
        yield (
            f"  {many(self.dreams, 'dream')} over the first {self.dreamt:,}:"
            f" {many(self.links, 'link')}, {'memories' if self.memories != 1 else 'memory'}:"
            f" {self.memories:,}"
        )
        yield (
            f"  {many(self.questions, 'question')} by users; {self.possible:,} needed something"
            f" said in an earlier conversation, {len(self.asked):,} asked again"
        )
        if self.asked:
            yield f"Evidence within the first {K} turns recalled, of {len(self.asked):,}:"
            yield f"  search alone  {self._share(self.alone)}"
            yield f"  with dreams   {self._share(self.with_dreams)}"
            yield f"  gained {len(self.gained)}, lost {len(self.lost)} (chance {self.chance:.2g})"
        for asked in self.gained[:_LISTED]:
            yield from _example(asked)
        if self.repeated:
            yield "Said again and again:"
            yield from (f"  {count} times: {quoted(text)}" for text, count in self.repeated)
        for heading, pairs in (
            ("Contradicted later:", self.contradicted),
            ("Perhaps brought up to date later:", self.updated),
        ):
            if pairs:
                yield heading
                yield from (f"  {quoted(old)} -> {quoted(new)}" for old, new in pairs)
        if self.cost is not None:
            yield (
                f"With a model, all of it: about {self.cost.calls:,} calls,"
                f" {self.cost.tokens_in:,} tokens in and {self.cost.tokens_out:,} out, some"
                f" ${self.cost.money:.2f} at ${self.cost.price_in:g} and ${self.cost.price_out:g}"
                " a million"
            )
        yield from self._conclusion()
        if self.kept:
            yield f"Kept, with all turns recorded and dreamt: {self.kept}"

    def _share(self, count: int) -> str:
        return f"{count:>5,}  ({count / len(self.asked):.0%})"

    def _conclusion(self) -> Iterator[str]:
        if self.helps:
            more = self.with_dreams - self.alone
            yield f"Dreams help this log: they bring the evidence of {more} more into reach."
            return
        yield "Dreams do not help this log yet, because"
        yield from (f"  - {why}" for why in self.because())

    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            **{k: v for k, v in asdict(self).items() if k not in ("asked", "kept")},
            "asked": len(self.asked),
            "alone": self.alone,
            "with_dreams": self.with_dreams,
            "gained": len(self.gained),
            "lost": len(self.lost),
            "chance": self.chance,
            "helps": self.helps,
            "because": self.because(),
            "examples": [_data(asked) for asked in self.gained[:_LISTED]],
            "kept": self.kept,
        }


def _example(asked: Asked) -> Iterator[str]:
    yield f"  asked: {quoted(asked.question.text)}"
    needed = ", ".join(plain(word) for word in asked.question.needed.values())
    yield f"    needed: {needed}; out of reach by search alone, with dreams at place {asked.dreamt}"
    for number, step in enumerate(asked.path):
        yield f"    {'' if number else 'from: '}{plain(step)}"


def _data(asked: Asked) -> dict[str, Any]:
    return {
        "question": asked.question.text,
        "needed": list(asked.question.needed.values()),
        "evidence": list(asked.evidence[:_LISTED]),
        "rank": asked.dreamt,
        "path": list(asked.path),
    }
