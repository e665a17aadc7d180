"""Texts made safe to keep, and short enough to keep or to show.

`shorten` and `one_line` are for what is kept: redaction comes later, so they leave whole words.
`condensed` keeps what people say around what they paste. `cut` and `brief` are for what is only
shown, and `shown` is for values in messages of errors.
"""

import re
import reprlib
from functools import partial
from math import ceil

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LONGEST_WORD = 128
_LAST_WORD = re.compile(r"""(?:[\d().+/-]+ )*[^\s"'`,;<>\[\]{}\x80-\U0010ffff]*\Z""")
"""A word that may be cut; a number in groups is one, such as half the number of a card."""


def storable(text: str) -> bool:
    """True if every database takes the text as it is."""
    return not _UNSTORABLE.search(text)


def clean(text: str) -> str:
    """The text with NUL and lone surrogates, which no database keeps, replaced by U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def plain(text: str) -> str:
    """The text on one line, without control characters: logs are data and steer no terminal."""
    return " ".join(_CONTROL.sub(" ", text).split())


def shorten(text: str, limit: int) -> str:
    """The words within the first `limit` characters, cleaned; says how many more there were.

    A word that may be cut is left out: of half a key or address nobody could tell that it is one.
    """
    if len(text) <= limit:
        return clean(text)
    kept = _whole_words(text[:limit])
    return f"{clean(kept)} … [{len(text) - len(kept)} more characters]"


def _whole_words(text: str) -> str:
    """The text without its last word, but for one that is longer than words are."""
    end = text[-_LONGEST_WORD:]
    last = _LAST_WORD.search(end)
    if last is None or last.end() - last.start() == _LONGEST_WORD:
        return text
    return text[: len(text) - len(end) + last.start()].rstrip()


_FIRST_WORD = re.compile(
    r"""\A[^\s"'`,;<>\[\]{}\x80-\U0010ffff]*(?:(?<=\d)(?: [\d().+/-]+)+(?=\s|\Z))?"""
)
_MOST_READ = 2_000_000
"""Characters of one text that are looked at."""
_ALIKE, _MANY = 3, 10
"""Lines alike that are kept, and lines in a row from which on the others are left out."""
_DATA = re.compile(
    r"""
    \bdata:(?P<kind>[\w.+-]+/[\w.+-]+)?(?:;[\w.+=-]+)*,[^\s"'<>()\\]{64,}
  | (?<![A-Za-z0-9+/]) (?:[A-Za-z0-9+/]{60,80}(?:\s*\n[\s>]*|\\r\\n|\\n)){3,}
    (?:(?=[A-Za-z]*[\d+/=])[A-Za-z0-9+/]{1,80}={0,2}(?=["'\s\\]|\Z))?
  | (?<![A-Za-z0-9+/_=-]) [A-Za-z0-9+/_=-]{256,}
    """,
    re.VERBOSE,
)
"""Data URLs, base64 in lines of equal length, and in one run."""
_LONG_PIECE = 2_000
"""Characters of a piece that are kept in any case."""
_RECORD = r"(?:[ \t\d{}\[\]<|]|[0-9A-Fa-f]{6,}\b).*"
_PIECE = re.compile(
    rf"^```[\s\S]*?^```.*$|^>.*(?:\n>.*)*|^{_RECORD}(?:\n{_RECORD})*|^.+$", re.MULTILINE
)
"""Fenced code, quoted lines in a row, lines in a row that begin as records do, any other line."""
_RUN = re.compile(r"(?<![!-~])[!-~]{2000,}")
"""What has no space for so long is not words. Scripts without spaces are not ASCII."""
_NUMBERED = re.compile(r"\b\w*\d\w*")


def condensed(text: str, limit: int) -> str:
    """The text as it is kept: without data, lines alike, and at last its middle; says where.

    What somebody says stands before, after or between what was pasted: so data goes first (URLs
    of it, base64, long runs without spaces), then, of what is still too long, lines that differ
    only in numbers, and the middle of long lines, quotes and blocks of code.
    """
    text = ends(clean(text), max(limit, _MOST_READ))
    text = _RUN.sub(_data_mark, _DATA.sub(_data_mark, text))
    if len(text) > limit:
        text = _without_lines_alike(text)
    return ends(_without_long_pieces(text, limit) if len(text) > limit else text, limit)


def _data_mark(found: re.Match[str]) -> str:
    kind = found.groupdict().get("kind")
    length = len(found.group())
    return f"[{length:,} characters of {kind or 'data'}]" + "\n" * found.group().endswith("\n")


def _without_lines_alike(text: str) -> str:
    """The text without runs of lines that differ from several before them only in numbers."""
    kept: list[str] = []
    run: list[str] = []
    times: dict[str, int] = {}

    def settle() -> None:
        many = len(run) >= _MANY
        kept.extend([f"[{len(run):,} more lines like these]"] if many else run)
        run.clear()

    for line in text.split("\n"):
        shape = without_numbers(line)
        times[shape] = seen = times.get(shape, 0) + 1
        if seen <= _ALIKE and line.strip():
            settle()
            kept.append(line)
        else:
            run.append(line)
    settle()
    return "\n".join(kept)


def _without_long_pieces(text: str, limit: int) -> str:
    """The text without the middle of its longest pieces, which are records rather than speech."""
    short, most = text, limit
    while len(short) > limit and "\n" in text and most >= 2 * _LONG_PIECE:
        most //= 2
        short = _PIECE.sub(partial(_ends_of, limit=most), text)
    return short


def _ends_of(found: re.Match[str], limit: int) -> str:
    return ends(found.group(), limit)


def without_numbers(text: str) -> str:
    """The text with a 0 in place of every word that has a figure: the lines of a log are alike."""
    return _NUMBERED.sub("0", text)


def ends(text: str, limit: int) -> str:
    """The beginning and the end of a text, within `limit`; says how much stood between them."""
    if len(text) <= limit:
        return text
    tail = text[len(text) - limit // 2 :]
    first = _FIRST_WORD.match(tail)
    if first is not None and first.end() <= _LONGEST_WORD:
        tail = tail[first.end() :].lstrip()
    head = _whole_words(text[: limit - limit // 2])
    return f"{head} … [{len(text) - len(head) - len(tail):,} more characters] … {tail}"


def one_line(text: str, limit: int) -> str:
    """The text with all white space folded into single blanks, shortened."""
    return shorten(_folded(text, limit), limit)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of the text, the last of them an ellipsis if it is longer."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def brief(text: str, limit: int) -> str:
    """The text with all white space folded into single blanks, cut."""
    return cut(_folded(text, limit), limit)


def _folded(text: str, limit: int) -> str:
    """Enough of the text for `limit` characters of one line: a long one costs no more."""
    return " ".join(text[: 4 * limit + 100].split())


_BYTES_PER_TOKEN = 4  # of UTF-8, as in most tokenizers


def tokens_of(text: str) -> int:
    """Size of a text in tokens, estimated."""
    return ceil(len(text.encode("utf-8", "replace")) / _BYTES_PER_TOKEN)


class _Brief(reprlib.Repr):
    """Python's own, for values that may be nested without end or not tell what they are."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxlong = self.maxother = 80

    def repr_int(self, x: int, level: int) -> str:
        # Python refuses to write a number of many thousand digits.
        return super().repr_int(x, level) if x.bit_length() < 1_000 else "a huge number"


_BRIEF = _Brief()


def shown(value: object) -> str:
    """A value as Python writes it, in short, for the message of an error.

    It never raises: not for what is nested without end, nor for what cannot tell what it is.
    """
    return shorten(_BRIEF.repr(value), 200)
