"""Reasoning that a local server leaves in a model's text, cut out of it."""

import re
from bisect import bisect_right
from collections.abc import Sequence

_THOUGHT = (
    r"(?:[a-z]+[:_-])*(?:think(?:ing)?|thoughts?|reasoning|reflection|analysis|scratchpad|draft)"
    r"(?:[_-](?:process|content|block))?"
)
_ANSWER = r"(?:[a-z]+[:_-])*(?:answer|response|output|solution|result|final)"
_ENDS = r"(?:/\s*|end_(?:of_)?)"
_HEADER = r"[^<>{}\[\]\n]{0,80}(?:<\|constrain\|>[\w ]{0,20})?<\|message\|>"
_TAG = re.compile(
    rf"""
      (?P<turn> <\|end\|> )
    | (?P<close> <\|?{_ENDS}{_THOUGHT}\s*\|?> | \[/think(?:ing)?\] | ◁/think▷ | <channel\|> )
    | (?P<open> <\|?{_THOUGHT}(?:\s[^<>{{}}]*)?\|?> | \[think(?:ing)?\] | ◁think▷
        | <\|channel>\s*thought | (?:<\|channel\|>)?\s*\b(?:analysis|commentary){_HEADER}
        | \A(?-i:analysis(?=[A-Z{{\[])) )
    | (?P<after> <\|?{_ENDS}{_ANSWER}\s*\|?> | <\|(?:return|call)\|> )
    | (?P<answer> <\|?{_ANSWER}\|?> | (?:<\|channel\|>)?\s*\bfinal{_HEADER} | assistantfinal )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Marks of a thought and of an answer: tags, and the channels of the harmony format, whose special
tokens some servers leave out. Ends are tried first: their words begin like those of beginnings."""


def has_marks(text: str) -> bool:
    """True if there may be thoughts in `text`."""
    return _TAG.search(text) is not None


def without_thoughts(text: str, spans: Sequence[tuple[int, int]] = ()) -> str:
    """`text` without its thoughts; if an answer is marked as one, only the last of those.

    An end without a beginning ends a thought that began with the text. A thought without end
    leaves what stands before it, and an answer that is marked in it. Marks within `spans` (sorted,
    and apart) are no marks: a string of sound JSON may hold any.
    """
    marks = _marks(text, spans)
    kept = _outside(marks, len(text))
    told = [mark for mark in marks if any(a <= mark.start() < b for a, b in kept)]
    begin = max((mark.end() for mark in told if mark.lastgroup == "answer"), default=0)
    ends = (m.start() for m in told if m.lastgroup == "after" and m.start() >= begin)
    end = min(ends, default=len(text))
    return "".join(text[max(a, begin) : min(b, end)] for a, b in kept).strip()


_CODE = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]+`", re.DOTALL)
_WORK = re.compile(r"<[\w/:-]*(?:draft|reflection|analysis)", re.IGNORECASE)
"""Tags that an agent may also put around what it was asked for."""


def spoken(text: str) -> str:
    """What an agent said: `text` without the thoughts that a server left in it.

    Marks in code, and those between words, are what it speaks of. An answer that is marked is no
    reason to cut where nothing was thought.
    """
    if not has_marks(text):
        return text
    found = [mark for mark in _TAG.finditer(text) if mark.lastgroup in ("open", "close")]
    if not found:
        return text
    begins = found[0].lastgroup == "open" and not text[: found[0].start()].strip()
    end = next((m.end() for m in found if m.lastgroup == "close"), 0) if begins else 0
    told = [code.span() for code in _CODE.finditer(text, end)]
    told += [m.span() for m in found if m.start() >= end and _spoken_of(text, m, begins)]
    spans = sorted(told)
    left = _marks(text, spans)
    thought = {mark.lastgroup for mark in left}
    if not thought & {"open", "close"}:
        return text
    ended = begins or thought & {"close", "turn", "answer"}
    if not ended and not text[: left[0].start()].endswith("\n"):
        return text  # a mark without an end, between words
    said = without_thoughts(text, spans)
    return said if said or not _WORK.match(found[0].group()) else text


def _spoken_of(text: str, mark: re.Match[str], begins: bool) -> bool:
    """True if a mark after the beginning is part of what is said."""
    if _WORK.match(mark.group()):
        return not begins
    lone = mark.lastgroup == "close" and not begins
    around = text[max(0, mark.start() - 1) : mark.start()] + text[mark.end() : mark.end() + 1]
    return lone and around == "  " and not _opened(text, mark)


def _opened(text: str, mark: re.Match[str]) -> bool:
    return any(m.lastgroup == "open" for m in _TAG.finditer(text, 0, mark.start()))


def _marks(text: str, spans: Sequence[tuple[int, int]]) -> list[re.Match[str]]:
    starts = [start for start, _ in spans]
    found = []
    for mark in _TAG.finditer(text):
        at = bisect_right(starts, mark.start()) - 1
        if at < 0 or mark.start() >= spans[at][1]:
            found.append(mark)
    return found


def _outside(marks: Sequence[re.Match[str]], length: int) -> list[tuple[int, int]]:
    """Parts of the text outside of any thought.

    Thoughts may hold thoughts; one that was begun more often than ended ends with its last end.
    """
    kept: list[tuple[int, int]] = []
    depth = at = 0
    marked: int | None = None  # an answer in a thought that may have no end
    for mark in marks:
        kind = mark.lastgroup
        if kind == "open":
            if depth == 0:
                kept.append((at, mark.start()))
            depth, marked, at = depth + 1, None, -1
        elif kind == "close" or (kind == "turn" and depth):
            if depth == 0:
                kept.clear()
            depth, marked, at = max(0, depth - 1), None, mark.end()
        elif kind == "answer" and depth:
            marked = mark.start()
    if at >= 0:
        kept.append((at, length))
    elif marked is not None:
        kept.append((marked, length))
    return kept
