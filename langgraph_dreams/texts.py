"""Texts made safe to keep, and short enough to show."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> bool:
    """Whether every database takes the text as it is."""
    return not _UNSTORABLE.search(text)


def clean(text: str) -> str:
    """The text with NUL and lone surrogates, which no database keeps, replaced by U+FFFD."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def shorten(text: str, limit: int) -> str:
    """The first `limit` characters, cleaned; says how many more there were."""
    if len(text) <= limit:
        return clean(text)
    return f"{clean(text[:limit])} … [{len(text) - limit} more characters]"


def one_line(text: str, limit: int) -> str:
    """The text with all white space folded into single blanks, shortened."""
    return shorten(" ".join(text[: 4 * limit + 100].split()), limit)
