"""Words of texts in any script: cut, normalised, and their accents taken off."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

DENSE = (
    "\u0e01-\u0e3a\u0e40-\u0e4e"  # Thai
    "\u0e81-\u0edf"  # Lao
    "\u1000-\u1049\u1050-\u109f"  # Burmese
    "\u1780-\u17d3"  # Khmer
    "\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f"  # Japanese syllables
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"  # Chinese characters
    "\uac00-\ud7a3"  # Korean syllables, whose words end in particles
)
"""Letters of writing that puts no space between words, or none between a word and its particles."""
MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0966-\u0dff\u200c\u200d"
)
"""Signs within words that Python's \\w leaves out: accents, points, vowels of Indian scripts."""
_WORD = re.compile(f"(?P<dense>[{DENSE}]+)|(?:[^\\W_{DENSE}]|[{MARKS}])+")
DENSE_PAIR = re.compile(f"[{DENSE}]{{2}}")
"""Two letters side by side, which need be no word."""
_ASCII_WORD = re.compile("[0-9A-Za-z]+")
_JOINERS = {0x200C: None, 0x200D: None}
_FIRST_UNACCENTED = "\u0400"
"""From here on a letter with a mark is another letter; below are Latin and Greek."""


def words(text: str) -> Iterator[tuple[str, bool]]:
    """The words of a text as written; of dense writing, the runs without a space, and True."""
    for match in _WORD.finditer(text):
        yield match[0], match["dense"] is not None


def written_words(text: str) -> list[str]:
    """The words of a text as written, those of dense writing among them."""
    return _ASCII_WORD.findall(text) if text.isascii() else [word for word, _ in words(text)]


def normal_words(words: Iterable[str]) -> set[str]:
    """`normal` of each."""
    distinct = set(words)
    if all(map(str.isascii, distinct)):
        return set(map(str.lower, distinct))
    return set(map(normal, distinct))


def normal(word: str) -> str:
    """A word in lower case and in one of the ways that Unicode has to write it."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFKC", word.translate(_JOINERS)).casefold()


def bare(word: str) -> str:
    """A normal word without the accents of Latin and Greek letters, which many leave out."""
    return "".join(map(_bare_letter, word))


def _bare_letter(letter: str) -> str:
    if letter.isascii():
        return letter
    base = unicodedata.normalize("NFD", letter)[0]
    if base < _FIRST_UNACCENTED:
        return "" if unicodedata.combining(base) else base
    return "\u0435" if letter == "\u0451" else letter  # Russian texts leave out the dots
