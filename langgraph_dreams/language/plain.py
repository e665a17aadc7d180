"""Any other language: words by well-kept libraries, statements by equality alone.

Stems are those of Snowball (snowballstemmer), function words those of stopwords-iso, both by the
language's ISO 639-1 code. Writing without spaces between words (Chinese, Japanese, Korean, Thai,
Lao, Khmer, Burmese) is indexed by pairs of letters and by single ones, so that a search for a word
finds it. Nothing ends or updates anything, and dates stay as they were said.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from typing import Protocol

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.language.acts import asserts
from langgraph_dreams.language.forms import prose
from langgraph_dreams.language.function_words import FUNCTION_LETTERS, TONES, stop_words
from langgraph_dreams.language.protocol import MAX_TERM, Difference, Rarity, Token, Update
from langgraph_dreams.language.scripts import bare, normal, words
from langgraph_dreams.types.items import Memory

_STEMMERS = {
    **{"ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german"},
    **{"el": "greek", "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian"},
    **{"eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish"},
    **{"hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian"},
    **{"lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish"},
    **{"pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho"},
    **{"sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish"},
}
_SAME = {"nb": "no", "nn": "no"}
_UNLISTED = ("km", "lo", "my")
"""Languages of dense writing that have neither a stemmer nor a list of function words."""
_LIBRARIES = ("snowballstemmer", "PyStemmer", "stopwordsiso")
_CACHE = 100_000
_PUNCTUATION = re.compile(r"""[.,;:!…·"'()\[\]“”„‟‚‘’‛«»‹›¡¿。、，；：！（）「」『』《》｡،؛۔।]+""")
_QUESTION = re.compile(r"[?？؟]")
_ASKED = re.compile(r"[?？؟՞]\W*$")
_END = 20  # characters in which a question ends
_ASKING_END = {
    code: re.compile(rf"[{letters}]\W*$")
    for code, letters in (("zh", "吗么"), ("ja", "か"), ("ko", "까"))
}
"""Particles at the end of a question, which often has no mark."""
_SENTENCE = re.compile(r"(?<=[.!?…؟۔।॥։።។။])(?<!\b\d\.)(?<!\b\d\d\.)\s+|(?<=[。！？｡])\s*|\n+")


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802


class Plain:
    """A language known by its code, of whose grammar nothing is known; thread safe."""

    tokenizer = ""
    compares = False

    def __init__(self, code: str) -> None:
        """A language by its ISO 639-1 code; `codes` has all of them.

        Raises InvalidInputError for another code.
        """
        if not isinstance(code, str) or code not in codes():
            raise InvalidInputError(
                f"there is no language {shown(code)} here; there are {', '.join(sorted(codes()))}"
            )
        self.code = code
        self.rules = f"plain 1 {code} {versions()}"
        known = _SAME.get(code, code)
        self._stemmer = _stemmer(known)
        self._stop_words = stop_words(known)
        self._function_letters = FUNCTION_LETTERS.get(known, frozenset())
        self._bare = str if code in TONES else bare
        self._lock = threading.Lock()
        self._cache: dict[str, tuple[Token, ...]] = {}

    def __repr__(self) -> str:
        return f"Plain({self.code!r})"

    # -- words

    def tokens(self, text: str) -> Sequence[Token]:
        """Every word of a text in order, stemmed; of dense writing the pairs, then the letters."""
        return [token for word, dense in words(text) for token in self._cut(word, dense)]

    def _cut(self, word: str, dense: bool) -> tuple[Token, ...]:
        known = self._cache.get(word)
        if known is None:
            known = tuple(self._pairs(word)) if dense else (self._token(word),)
            if len(word) <= MAX_TERM:
                with self._lock:
                    if len(self._cache) >= _CACHE:
                        self._cache.clear()
                    self._cache[word] = known
        return known

    def _token(self, word: str) -> Token:
        low = self._normal(word)
        stem = low
        if self._stemmer is not None and len(low) <= MAX_TERM:
            with self._lock:  # a stemmer keeps the word that it is at
                stem = self._stemmer.stemWord(low)
        stem = self._bare(stem) or low
        return Token(stem, stem, word, self.is_stop_word(low))

    def _pairs(self, run: str) -> Iterator[Token]:
        low = self._normal(run)
        for first, second in pairwise(low):
            pair = first + second
            function = self.is_stop_word(pair) or not self._function_letters.isdisjoint(pair)
            yield Token(pair, pair, pair, function)
        for letter in low:
            # Found when it is asked for alone; a longer run is asked for by its pairs.
            yield Token(letter, letter, letter, len(low) > 1 or letter in self._function_letters)

    def _normal(self, word: str) -> str:
        if self.code == "tr":
            word = word.replace("I", "ı").replace("İ", "i")
        return normal(word)

    def is_stop_word(self, word: str) -> bool:
        """True for a function word, given in lower case, with or without its accents."""
        return word in self._stop_words

    # -- statements

    def statements(self, text: str) -> Sequence[str]:
        """The sentences of a text that ask nothing, cut at the marks that end one anywhere."""
        cut = (sentence.strip() for sentence in _SENTENCE.split(text))
        return [s for s in cut if s and not _QUESTION.search(s)]

    def assertions(self, text: str) -> Sequence[str]:
        """The sentences that a person may have written and that ask nothing.

        In German and Chinese neither those that bid, suppose or greet.
        """
        cut = (sentence.strip() for sentence in _SENTENCE.split(prose(text)))
        kept = (s for s in cut if any(map(str.isalnum, s)) and not self._asks(s))
        return [s for s in kept if asserts(self.code, s)]

    def _asks(self, sentence: str) -> bool:
        if sentence.startswith("¿") or _ASKED.search(sentence[-_END:]):
            return True
        end = _ASKING_END.get(self.code)
        return end is not None and bool(end.search(sentence[-_END:]))

    def same_statement(self, one: str, other: str) -> bool:
        """True if two texts have equal words in the same order, whatever their punctuation."""
        return self._said(one) == self._said(other)

    def _said(self, text: str) -> list[str]:
        """The words of a text, its figures and signs; commas and the like only end them."""
        return _PUNCTUATION.sub(" ", _QUESTION.sub(" ? ", self._normal(text))).split()

    def contradiction(self, old: str, new: str) -> Difference | None:
        """None: without a grammar it is not known what a statement ends."""
        return None

    def replacement_fault(self, old: Memory, new: Memory) -> str:
        """The reason why no claim stands that a memory replaces another."""
        return f"nothing is known of what replaces what in the language {self.code}"

    def update(self, old: str, new: str, rarity: Rarity) -> Update | None:
        """None: without a grammar it is not known what a statement updates."""
        return None

    def absolute_dates(self, text: str, said: datetime) -> str:
        """The text as it is: relative dates are not read."""
        return text


@cache
def codes() -> frozenset[str]:
    """The ISO 639-1 codes of languages with a stemmer, function words, or dense writing."""
    from snowballstemmer import algorithms
    from stopwordsiso import langs

    stemmed = (code for code, name in _STEMMERS.items() if name in algorithms())
    return frozenset((*langs(), *stemmed, *_SAME, *_UNLISTED))


def _stemmer(code: str) -> _Stemmer | None:
    from snowballstemmer import algorithms, stemmer

    name = _STEMMERS.get(code)
    made: _Stemmer | None = stemmer(name) if name in algorithms() else None
    return made


def versions() -> str:
    """The libraries that stems come from, with their versions."""
    return " ".join(f"{name} {found}" for name in _LIBRARIES if (found := _version(name)))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
