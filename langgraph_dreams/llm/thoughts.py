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
