"""The forms in which a language states a lasting fact about its speaker."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LASTING = frozenset({"name", "home", "job", "family", "health", "wish"})
"""Kinds of facts that say who somebody is, or how an agent shall always answer."""
LIKING = frozenset({"preference", "wish"})
OTHERS = "another"
"""Kind of a part that no fact is taken of."""


@dataclass(frozen=True)
class Forms:
    """Patterns over the parts of a sentence, each from where a part begins."""

    leads: re.Pattern[str]
    """Words that only lead in: "well", "by the way", "I should say that"."""
    cut: re.Pattern[str]
    """Where the next part begins."""
    beside: re.Pattern[str]
    """A relative with a name between commas: "my wife, Ada, works"."""
    kinds: Mapping[str, re.Pattern[str]]
    """By kind of fact, in the order in which they are tried."""
    wish: re.Pattern[str]
    """A sentence that says how the agent shall always do it."""
    doubtful: re.Pattern[str]
    """What is supposed, reported or exaggerated: neither that part nor a later one is taken."""
    passing: re.Pattern[str]
    """What is so for the moment only, or of the work at hand."""
    joking: re.Pattern[str]


def words(*lists: str) -> str:
    """A pattern for one of the words, which stand between blanks; "_" is a blank in one of them."""
    found = (word.replace("_", " ") for text in lists for word in text.split())
    return f"(?:{'|'.join(sorted(found, key=len, reverse=True))})"


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern in either case, but where it says (?-i:...)."""
    return re.compile(pattern, re.IGNORECASE)
