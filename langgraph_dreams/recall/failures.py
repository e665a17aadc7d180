"""Failures of tools by their signature, and the procedures that are known to work after them.

A signature is the tool with its error, in which what differs from time to time is masked: paths,
addresses, times, numbers, hex and ids. That is how log lines and errors are grouped elsewhere, by
masks before all else (Sentry's parameterization of messages; Drain, He et al. 2017).
"""

import json
import re
from collections.abc import Iterable

from langgraph_dreams._text import brief, one_line
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.items import Memory

_NEAR = 24  # memories looked at
_GIST = 240  # characters of an error that are looked at
_MASKS = re.compile(
    r"""
    (?P<code>\b(?:https?|status(?:[ _]code)?|(?:error|exit|return)?[ _]?code|errno)
      [\s:=/#]{1,3}\d{1,3}\b)
  | (?P<url>\b[a-z][a-z0-9+.-]*://[^\s'"<>)\]]+)
  | (?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
  | (?P<id>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)
  | (?P<time>\b\d{4}-\d\d-\d\d(?:[t\s]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s?z\b|\s?[+-]\d\d:?\d\d)?)?
      |\b\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\b)
  | (?P<path>\b[a-z]:\\[^\s'",;)\]]+
      |(?<![\w<])(?:~|\.{1,2})?(?:/[\w.@%+~-]+)+/?
      |\b[\w.-]+(?:/[\w.-]+)+\.\w+)
  | (?P<ip>\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\b(?:[0-9a-f]{0,4}:){4,7}[0-9a-f]{0,4})
  | (?P<hex>\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,}\b)
  | (?P<number>(?<![\w.])[+-]?\d+(?:[.,]\d+)*
      (?:\s?(?:%|(?:ms|s|secs?|seconds?|min|minutes?|h|hours?|[kmgt]?i?b)\b))?
      (?![\w-]))
  | (?P<word>\b\w+(?:error|exception)\b)
  | (?P<token>\b(?=[\w-]*\d)\w+(?:-\w+)*)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_KEPT = ("code", "word")
_ADVICE = re.compile(r"\bPlease fix (?:your mistakes|the error and try again)\.?\s*\Z")
_CALLED = re.compile(r"\AError (?:invoking|executing) tool .*? with error:\s*", re.DOTALL)
_NAME = re.compile(r"\w+(?:\.\w+)*")
_RAISED = ("Error", "Exception", "Interrupt", "Exit", "Timeout", "Warning")
_REPR = re.compile(r"""\A([\w.]+)\((['"])(.*)\2,?\)\Z""", re.DOTALL)
_LABEL = re.compile(r"\A(?:Error|ToolException):\s+(?=\S)")
_READS = re.compile(
    r"\s*(?:(?:error|fatal|failed|failure)\s*:|traceback \(most recent"
    r"|\w+(?:error|exception)\s*[:(])",
    re.IGNORECASE,
)
_WAY = " failed: "


def failed(result: str, ok: bool) -> bool:
    """True if a tool failed: as it is marked, or as its result begins."""
    return not ok or _READS.match(result) is not None


def gist(error: str) -> str:
    """The line of an error that says what went wrong, without what the agent's frame adds."""
    text = _CALLED.sub("", _ADVICE.sub("", error.strip())).strip()
    text = _LABEL.sub("", text)
    if found := _REPR.match(text):
        text = f"{found[1]}: {found[3]}"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    line = next(iter(lines), "")
    if text.startswith("Traceback"):
        line = next((last for last in reversed(lines) if _raised(last)), line)
    return one_line(_raised(line) or line, _GIST)


def _raised(line: str) -> str:
    """A line from the name of an exception on, without its modules; empty when it has none."""
    # No pattern finds it: what backtracks takes minutes for a blob of one long word.
    if not (name := _NAME.match(line)):
        return ""
    at = 0
    for part in name[0].split("."):
        if part.endswith(_RAISED) and part not in _RAISED:
            return line[at:]
        at += len(part) + 1
    return ""


def masked(error: str) -> str:
    """An error with marks in place of what differs from time to time, in lower case."""

    def mask(found: re.Match[str]) -> str:
        kind = found.lastgroup or ""
        return found[0] if kind in _KEPT else f"<{kind}>"

    return " ".join(_MASKS.sub(mask, gist(error)).casefold().split())


def signature(tool: str, error: str) -> str:
    """What two failures of one kind have in common; empty of what says nothing."""
    said = masked(error)
    return f"{tool}\n{said}" if tool and said else ""


def failure_key(tool: str, error: str) -> str:
    """The words by which a procedure is found when its tool fails again."""
    return f"{tool}{_WAY}{gist(error)}"


def signature_of(memory: Memory) -> str:
    """The signature of the failure that a procedure is for; empty for any other memory."""
    key = next(iter(memory.questions), "")
    told = memory.kind == "procedure" and memory.about and key.startswith(memory.about + _WAY)
    return signature(memory.about, key[len(memory.about + _WAY) :]) if told else ""


def known_ways(vault: NamespaceStore, tool: str, error: str) -> list[Memory]:
    """Procedures that hold for a failure of this kind: the active first, then the latest."""
    wanted = signature(tool, error)
    if not wanted:
        return []
    found = (m for m in near_procedures(vault, failure_key(tool, error)) if m.current)
    ways = [m for m in found if signature_of(m) == wanted]
    ways.sort(key=lambda m: m.id)
    ways.sort(key=lambda m: m.last_confirmed or m.learned_at, reverse=True)
    return sorted(ways, key=lambda m: m.status != "active")


def near_procedures(vault: NamespaceStore, text: str) -> list[Memory]:
    """Procedures near a text, by its vector and its words."""
    near = vault.dense(vault.embed([text]), _NEAR, "m")[0]
    near = [*near, *vault.lexical(text, _NEAR, "m")]
    found = vault.get(list(dict.fromkeys(name for name, _ in near))).values()
    return [m for m in found if isinstance(m, Memory) and m.kind == "procedure"]


def same_args(one: str, other: str) -> bool:
    """True if two calls have the same arguments."""
    return canonical(one) == canonical(other)


def canonical(args: str) -> str:
    """Arguments in one form, whatever their order."""
    try:
        return json.dumps(json.loads(args), sort_keys=True)
    except ValueError:
        return " ".join(args.split())


def told_ways(ways: Iterable[Memory], characters: int = 600) -> list[tuple[str, str]]:
    """Procedures as headings and texts for a fence."""
    return [
        (
            f"[{number}] procedure for {m.about}, {_times(m)}",
            brief(m.text, characters),
        )
        for number, m in enumerate(ways, 1)
    ]


def _times(memory: Memory) -> str:
    return "worked once" if memory.confirmed < 2 else f"worked {memory.confirmed} times"
