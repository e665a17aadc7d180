"""What went wrong in a turn, and what worked: tool calls with the turn that they belong to."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from langgraph_dreams.dream.memories.speakers import own_words
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.recall.failures import canonical, failed, gist, signature
from langgraph_dreams.safety.trust import flagged
from langgraph_dreams.types.items import Episode, ToolUse
from langgraph_dreams.types.labels import ABANDONED

How = Literal["failed", "interrupted", "corrected"]

_OURS = ("resume", "recall", "dream")
"""Calls of the library itself, and what a person answered."""
_ALIKE = 0.5  # of the words of the shorter of two requests, or of two calls' arguments
_WORD = re.compile(r"\w\w+")
_SCORE = re.compile(
    r"\s*(?:thumbs?[ _-]?down|dislike|downvote|negative|bad|-1|👎)\W*\Z", re.IGNORECASE
)
_CORRECTS = re.compile(
    r"\s*(?:no\b(?!\s+(?:problem|worries|need))[,.!:;\s]|nope\b|wrong\b|incorrect\b"
    r"|not (?:that|this)\b"
    r"|(?:that|this|it)(?:['’]s| is| was) (?:not (?:right|correct|what)|wrong|incorrect)"
    r"|(?:that|this|it) (?:isn|wasn)['’]t (?:right|correct|what)"
    r"|you (?:should|were) (?:have|not|supposed)\b"
    r"|I (?:said|meant|asked for)\b"
    r"|nein\b|falsch\b|das (?:ist|war) (?:falsch|nicht)|ich meinte\b"
    r"|no,|eso (?:no|está mal)|incorrecto\b|quise decir\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Call:
    """One tool call, and where it stands."""

    episode: Episode
    place: int
    use: ToolUse

    @property
    def tool(self) -> str:
        """The name of the tool."""
        return self.use.name

    @property
    def thread(self) -> str:
        """Its conversation; a turn without one is its own."""
        return self.episode.thread or self.episode.id

    @property
    def order(self) -> tuple[float, int, int]:
        """By which calls follow one another."""
        return self.episode.time.timestamp(), self.episode.position, self.place


@dataclass(frozen=True)
class Failure(Call):
    """A call that went wrong."""

    error: str
    how: How

    @property
    def signature(self) -> str:
        """What it has in common with others of its kind."""
        return signature(self.tool, self.error)


def failures(episode: Episode) -> list[Failure]:
    """Calls of a turn that failed, or after which it was interrupted or corrected."""
    calls = _calls(episode)
    found = [
        Failure(episode, call.place, call.use, call.use.result, "failed")
        for call in calls
        if failed(call.use.result, call.use.ok)
    ]
    if found or not calls:
        return _telling(found)
    last = calls[-1]
    if episode.outcome == "error":
        found.append(Failure(episode, last.place, last.use, episode.error, "failed"))
    elif episode.outcome == "interrupted" and episode.error != ABANDONED:
        found.append(Failure(episode, last.place, last.use, episode.error, "interrupted"))
    elif corrected(episode):
        found.append(Failure(episode, last.place, last.use, episode.reaction, "corrected"))
    return _telling(found)


def successes(episode: Episode) -> list[Call]:
    """The last call of each tool in a turn that ended well, where it did not fail."""
    if episode.outcome != "ok" or corrected(episode):
        return []
    last = {call.tool: call for call in _calls(episode)}
    return [call for call in last.values() if not failed(call.use.result, call.use.ok)]


def corrected(episode: Episode) -> bool:
    """True if the reaction to a turn says that it was wrong; "No." to a question answers that."""
    return not episode.answered.rstrip().endswith(("?", "？")) and corrects(episode.reaction)


def corrects(reaction: str) -> bool:
    """True if a reaction says that something was wrong."""
    return bool(_SCORE.match(reaction) or _CORRECTS.match(reaction))


def _calls(episode: Episode) -> list[Call]:
    return [
        Call(episode, place, use)
        for place, use in enumerate(episode.done)
        if use.name and use.name not in _OURS
    ]


def _telling(found: Iterable[Failure]) -> list[Failure]:
    return [f for f in found if f.signature and not flagged(f.episode)]


def before(success: Call, known: Sequence[Failure]) -> list[Failure]:
    """Failures of the same tool in the same conversation before it, the last one last."""
    own = [
        f
        for f in known
        if f.tool == success.tool and f.thread == success.thread and f.order < success.order
    ]
    return sorted(own, key=lambda f: f.order)


def kin(language: Language, failure: Failure, success: Call) -> float:
    """How alike two calls of a tool and their requests are, in [0, 1]."""
    one, other = canonical(failure.use.args), canonical(success.use.args)
    if one == other:
        return 1.0
    args = _shared(_values(failure.use.args), _values(success.use.args))
    asked = _shared(
        content_terms(language, own_words(failure.episode)),
        content_terms(language, own_words(success.episode)),
    )
    best = max(args, asked)
    return best if best >= _ALIKE else 0.0


def agreement(failure: Failure, success: Call) -> float:
    """Share of the arguments of two calls that are equal, by name, in [0, 1]."""
    new, old = _read(success.use.args), _read(failure.use.args)
    if isinstance(new, dict) and isinstance(old, dict):
        names = new.keys() | old.keys()
        same = sum(name in new and name in old and new[name] == old[name] for name in names)
        return same / len(names) if names else 1.0
    return _shared(_values(failure.use.args), _values(success.use.args))


def _shared(one: set[str], other: set[str]) -> float:
    least = min(len(one), len(other))
    return len(one & other) / least if least else 0.0


def _values(args: str) -> set[str]:
    """Words of the values of arguments."""
    return {word.casefold() for word in _WORD.findall(" ".join(_leaves(_read(args))))}


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield str(value)


def _read(args: str) -> object:
    try:
        return json.loads(args)
    except ValueError:
        return args


def difference(failure: Failure, success: Call) -> str:
    """What was called in the end, and what is other than before, in words."""
    new, old = _read(success.use.args), _read(failure.use.args)
    if canonical(success.use.args) == canonical(failure.use.args):
        return _after(failure, success) or "the same call again, later"
    if isinstance(new, dict) and isinstance(old, dict):
        changed = [f"{name} = {_json(new[name])}" for name in new if new.get(name) != old.get(name)]
        changed += [f"no {name}" for name in old if name not in new]
        told = ", ".join(changed)
        was = ", ".join(
            f"{name} = {_json(old[name])}" for name in old if new.get(name) != old.get(name)
        )
        told += f" (instead of {was})" if was else ""
        return f"{success.tool} with {told}"
    return f"{success.tool} with {_one(success.use.args)}"


def _after(failure: Failure, success: Call) -> str:
    """Other calls that came before the one that worked, and not before the one that failed."""
    done = {use.name for use in failure.episode.done}
    calls = (u for u in success.episode.done[: success.place] if u.ok and u.name not in done)
    first = dict.fromkeys(f"{u.name}({_one(u.args)})" for u in calls if u.name not in _OURS)
    return f"the same call after {', '.join(list(first)[-2:])}" if first else ""


def _json(value: object) -> str:
    return _one(json.dumps(value, ensure_ascii=False))


def _one(text: str) -> str:
    return gist(text)[:120]
