"""Texts into words: FTS5's own tokenizer, so that what is counted here is what is found there."""

import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice

from langgraph_dreams.language.english.stop_words import STOP_WORDS

TOKENIZER = "porter unicode61"
MAX_QUERY_WORDS = 256
_MAX_QUERY_CHARS = 50_000
_MAX_TERM = 64
"""Longer tokens are blobs, not terms: still found by search, never counted as a concept."""
_CACHE = 200_000

# The tokenizer cuts at every ASCII sign that is no letter or digit, and at general punctuation;
# cutting there first leaves pieces that repeat, so that each is put to the tokenizer once. Lone
# surrogates are left out: no text that is kept has one.
_PIECE = re.compile("[0-9A-Za-z\u0080-\u1fff\u2070-\ud7ff\ue000-\U0010ffff]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: as stemmed, as cut, and as written."""

    stem: str
    word: str
    written: str

    @property
    def is_content(self) -> bool:
        """Whether it says something about the subject of a text."""
        return 1 < len(self.stem) <= _MAX_TERM and self.word not in STOP_WORDS


class Tokenizer:
    """Cuts texts exactly as the derived index does; thread safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cache: dict[str, tuple[Token, ...]] = {}
        self._db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        for name, tokenizer in (("stems", TOKENIZER), ("plain", TOKENIZER.split()[1])):
            self._db.execute(
                f"CREATE VIRTUAL TABLE {name} USING fts5(text, content='', tokenize='{tokenizer}')"
            )
            self._db.execute(
                f"CREATE VIRTUAL TABLE {name}_words USING fts5vocab({name}, 'instance')"
            )

    def __del__(self) -> None:
        self._db.close()  # Python 3.13 warns of connections that are left to the collector

    def cut(self, text: str) -> list[Token]:
        """Every token of `text` in order."""
        pieces = _PIECE.findall(text)
        known = self._learn(pieces)
        return [token for piece in pieces for token in known[piece]]

    def _learn(self, pieces: Iterable[str]) -> dict[str, tuple[Token, ...]]:
        distinct = dict.fromkeys(pieces)
        with self._lock:
            known = {piece: self._cache[piece] for piece in distinct if piece in self._cache}
            new = [piece for piece in distinct if piece not in known]
            if new:
                learned = self._ask(new)
                if len(self._cache) + len(learned) > _CACHE:
                    self._cache.clear()
                self._cache.update(
                    (piece, tokens) for piece, tokens in learned.items() if len(piece) <= _MAX_TERM
                )
                known.update(learned)
        return known

    def _ask(self, pieces: list[str]) -> dict[str, tuple[Token, ...]]:
        found: list[list[tuple[str, str]]] = [[] for _ in pieces]
        db = self._db
        db.execute("BEGIN")
        try:
            for name in ("stems", "plain"):
                db.executemany(
                    f"INSERT INTO {name}(rowid, text) VALUES (?, ?)", enumerate(pieces, 1)
                )
            for doc, stem, word in db.execute(_ALIGNED):
                found[doc - 1].append((stem, word))
        finally:
            db.execute("ROLLBACK")
        return {
            piece: tuple(
                Token(stem, word, piece if len(tokens) == 1 else word) for stem, word in tokens
            )
            for piece, tokens in zip(pieces, found, strict=True)
        }

    def content_words(self, query: str) -> list[str]:
        """Distinct words to search for: stop words only when there is nothing else."""
        tokens = self.cut(query[:_MAX_QUERY_CHARS])
        words = dict.fromkeys(token.word for token in tokens if token.word not in STOP_WORDS)
        words = words or dict.fromkeys(token.word for token in tokens)
        return list(islice(words, MAX_QUERY_WORDS))

    def content_terms(self, text: str) -> tuple[dict[str, int], dict[str, str]]:
        """Stemmed content terms of a text: how often each occurs, and its most readable form."""
        tokens = [token for token in self.cut(text) if token.is_content]
        written: dict[str, str] = {}
        for token in tokens:
            known = written.get(token.stem)
            if known is None or plainness(token.written) < plainness(known):
                written[token.stem] = token.written
        return dict(Counter(token.stem for token in tokens)), written


# MATERIALIZED on both sides: vocabulary tables can only be looked up by term, so that a direct join
# would scan one of them for every row of the other.
_ALIGNED = (
    "WITH s AS MATERIALIZED (SELECT doc, offset, term FROM stems_words),"
    " p AS MATERIALIZED (SELECT doc, offset, term FROM plain_words)"
    " SELECT s.doc, s.term, p.term FROM s JOIN p ON p.doc = s.doc AND p.offset = s.offset"
    " ORDER BY s.doc, s.offset"
)


def plainness(written: str) -> tuple[int, int, str]:
    """Order of readable forms: the shortest, lower case before capitals, then the alphabet."""
    return len(written), sum(letter.isupper() for letter in written), written


@cache
def tokenizer() -> Tokenizer:
    """The process's one tokenizer."""
    return Tokenizer()


def content_sequence(text: str) -> list[str]:
    """Stemmed content words of a text in their order."""
    return [token.stem for token in tokenizer().cut(text) if token.is_content]


def written_terms(text: str) -> dict[str, str]:
    """Stemmed content words of a text, each with the most readable form in which it has it."""
    return tokenizer().content_terms(text)[1]


def content_terms(text: str) -> set[str]:
    """Stemmed content words of a text."""
    return set(content_sequence(text))
