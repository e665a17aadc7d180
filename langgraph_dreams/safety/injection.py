"""Rules that tell whether a text reads as instructions to the agent or to the dream, and why.

It is a sieve, not a proof: what it lets through is still fenced, cited and weighed by its trust.
A text is looked at as it stands, and as it would be read once disguises are taken off: invisible
letters, look-alikes of other alphabets, figures for letters, letters set apart, escapes, base64,
hexadecimal, rot13 and reversal. The time grows with the length of the text alone.
"""

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from langgraph_dreams.safety.injection_rules import COMMON, LEET, LOOK_ALIKES, RULES

HIDDEN = "hides characters"
ENCODED = "hides text in an encoding"
_DEEPEST = 2  # encodings inside one another
_PROSE_WORDS = 4  # words from which on a decoded text was hidden on purpose
_BLOB = re.compile(r"[A-Za-z0-9+/_\-]{20,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[ :]?){12,}")
_URL_ESCAPES = re.compile(r"(?:%[0-9a-fA-F]{2}[^%\s]{0,12}){4}")
_ESCAPED = re.compile(r"(?:&#x?[0-9a-fA-F]{2,5};){6}|(?:%[2-7][0-9a-fA-F]){6}")
_UNICODE_ESCAPES = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_APART = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*]){3,}[^\W\d_](?![^\W_])")
_BETWEEN_LETTERS = re.compile(r"[ .\-_*]")
_COMMON_WORDS = 3  # different ones; no other language, and no name, has so many by chance
_IN_WORD = re.compile(r"[a-z][013457@$]+[a-z]")
_OVERRIDES = re.compile("[\u202d\u202e\U000e0020-\U000e007f]")
_ZERO_WIDTH = re.compile("[A-Za-z][\u200b-\u200d\u2060\ufeff\u180e]+(?=[A-Za-z])")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_TAGS = re.compile("[\U000e0020-\U000e007e]")
_MARKS = re.compile("[\u0300-\u036f]")
_BLANKS = re.compile(r"[^\S\n]+")
_BETWEEN = re.compile(r"\s*\n\s*")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_ZERO_WIDTHS = 3  # so many inside of words are no accident


@lru_cache(maxsize=8192)
def suspicious(text: str) -> tuple[str, ...]:
    """Reasons why a text reads as instructions to an agent or its memory; empty if it does not.

    Any text will do; it never raises. The reasons are short clauses without a subject, such as
    "sets earlier instructions aside", each once, in alphabetical order.
    """
    return tuple(sorted(set(_reasons(text, 0))))


def _reasons(text: str, depth: int) -> Iterator[str]:
    if _OVERRIDES.search(text) or len(_ZERO_WIDTH.findall(text)) >= _ZERO_WIDTHS:
        yield HIDDEN
    open_text = _opened(text)
    for view in dict.fromkeys(_views(open_text)):
        yield from (rule.reason for rule in RULES if rule.pattern.search(view))
    if _ESCAPED.search(text) or _turned(open_text):
        yield ENCODED
    if depth < _DEEPEST:
        for hidden in _decoded(open_text):
            if len(_WORDS.findall(hidden)) >= _PROSE_WORDS and " " in hidden:
                yield ENCODED
            yield from _reasons(hidden, depth + 1)


# -- disguises of letters


def _opened(text: str) -> str:
    """The text without invisible letters, and with escapes written out."""
    text = _TAGS.sub(lambda tag: chr(ord(tag[0]) - 0xE0000), text)
    text = _INVISIBLE.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    if _URL_ESCAPES.search(text):
        text = unquote(text, errors="replace")
    return _UNICODE_ESCAPES.sub(lambda found: chr(int(found[1] or found[2], 16)), text)


def _views(text: str) -> Iterator[str]:
    """The text as the rules read it: plain, and with each disguise taken off."""
    plain = _plain(text)
    yield plain
    bare = _MARKS.sub("", unicodedata.normalize("NFD", plain)).translate(LOOK_ALIKES)
    yield bare
    if _IN_WORD.search(bare):
        yield bare.translate(LEET)
    if _APART.search(text):
        yield _plain(_APART.sub(lambda found: _BETWEEN_LETTERS.sub("", found[0]), text))
    for turned in (codecs.encode(bare, "rot13"), bare[::-1]):
        if "instruct" in turned or "ignore" in turned:
            yield turned


def _plain(text: str) -> str:
    """Lower case, compatible forms, single blanks; a line break becomes a blank and stays one.

    Rules that begin at a line need the break, all others read across it.
    """
    text = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    lines = _BETWEEN.sub("\n", _BLANKS.sub(" ", text))
    return f"{lines}\n\n{lines.replace(chr(10), ' ')}" if "\n" in lines else lines


# -- encodings


def _turned(text: str) -> bool:
    """True if the text, or a part of it, is English in rot13 or written backwards."""
    plain = text.lower()
    return any(
        len(COMMON.intersection(_WORDS.findall(turned))) >= _COMMON_WORDS
        for turned in (codecs.encode(plain, "rot13"), plain[::-1])
    )


def _decoded(text: str) -> Iterator[str]:
    """Texts that blobs in the text are, decoded."""
    for found in _BLOB.finditer(text):
        yield from _text_of(_base64(found[0]))
    for found in _HEX.finditer(text):
        yield from _text_of(_hexadecimal(found[0]))


def _base64(blob: str) -> bytes:
    body = blob.rstrip("=").replace("-", "+").replace("_", "/")
    body = body[: len(body) - (len(body) % 4 == 1)]
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4))
    except binascii.Error:
        return b""


def _hexadecimal(blob: str) -> bytes:
    digits = blob.replace(" ", "").replace(":", "")
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


def _text_of(body: bytes) -> Iterator[str]:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return
    if text.isprintable() or all(c.isprintable() or c.isspace() for c in text):
        yield text
