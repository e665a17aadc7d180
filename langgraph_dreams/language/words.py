"""Words of texts: a tokenizer that cuts as FTS5 does, content terms, and words to search for."""

import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Set
from functools import lru_cache
from itertools import islice

from langgraph_dreams.language.protocol import MAX_TERM, Language, Token

_CACHE = 200_000
_KEPT_CHARS = 1_000
"""Characters up to which the words of a text are remembered."""

# The tokenizer cuts at every ASCII sign that is no letter or digit, and at general punctuation;
# cutting there first leaves pieces that repeat, so that each is put to the tokenizer once. Lone
# surrogates are left out: no text that is kept has one.
_PIECE = re.compile("[0-9A-Za-z\u0080-\u1fff\u2070-\ud7ff\ue000-\U0010ffff]+")


class Tokenizer:
    """Cuts texts exactly as the derived index does; thread safe."""

    def __init__(self, options: str, stop_words: Set[str]) -> None:
        """Cut as the FTS5 tokenizer `options` does, a stemmer before another tokenizer."""
        self._stop_words = stop_words
        self._lock = threading.Lock()
        self._cache: dict[str, tuple[Token, ...]] = {}
        self._db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        for name, tokenizer in (("stems", options), ("plain", options.partition(" ")[2])):
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

    def learn(self, texts: Iterable[str]) -> None:
        """Cut the words of many texts at once: to cut them again is to look them up."""
        self._learn(piece for text in texts for piece in _PIECE.findall(text))

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
                    (piece, tokens) for piece, tokens in learned.items() if len(piece) <= MAX_TERM
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
                Token(stem, word, piece if len(tokens) == 1 else word, word in self._stop_words)
                for stem, word in tokens
            )
            for piece, tokens in zip(pieces, found, strict=True)
        }


# MATERIALIZED on both sides: vocabulary tables can only be looked up by term, so that a direct join
# would scan one of them for every row of the other.
_ALIGNED = (
    "WITH s AS MATERIALIZED (SELECT doc, offset, term FROM stems_words),"
    " p AS MATERIALIZED (SELECT doc, offset, term FROM plain_words)"
    " SELECT s.doc, s.term, p.term FROM s JOIN p ON p.doc = s.doc AND p.offset = s.offset"
    " ORDER BY s.doc, s.offset"
)


MAX_QUERY_WORDS = 256
_MAX_QUERY_CHARS = 50_000


def content(tokens: Iterable[Token]) -> list[Token]:
    """The words that say something about the subject of a text."""
    return [t for t in tokens if 1 < len(t.stem) <= MAX_TERM and not t.is_stop]


def content_tokens(language: Language, text: str) -> list[Token]:
    """Content words of a text in their order."""
    if len(text) > _KEPT_CHARS:
        return content(language.tokens(text))
    return list(_content_tokens(language, text))  # type: ignore[arg-type]  # all have a hash


@lru_cache(maxsize=4096)  # a dream holds each text against many
def _content_tokens(language: Language, text: str) -> tuple[Token, ...]:
    return tuple(content(language.tokens(text)))


def content_sequence(language: Language, text: str) -> list[str]:
    """Stemmed content words of a text in their order."""
    return [token.stem for token in content_tokens(language, text)]


def content_terms(language: Language, text: str) -> set[str]:
    """Stemmed content words of a text."""
    return set(content_sequence(language, text))


def word_terms(language: Language, text: str) -> set[str]:
    """Stemmed content words; of words without spaces between them, pairs of letters."""
    terms = content_terms(language, text)
    dense = [t for t in terms if not t.isascii() and len(t) > 1]
    pairs = {t[i : i + 2] for t in dense for i in range(len(t) - 1)}
    return terms.difference(dense) | pairs


def one_word_apart(language: Language, one: str, other: str) -> bool:
    """True if two texts share a content word, and each has at most one that the other lacks.

    Vectors of short texts are far apart when one rare name stands for another.
    """
    first, second = content_terms(language, one), content_terms(language, other)
    return bool(first & second) and len(first - second) <= 1 and len(second - first) <= 1


def written_terms(language: Language, text: str) -> dict[str, str]:
    """Stemmed content words of a text, each with the most readable form in which it has it."""
    return counted_terms(language, text)[1]


def counted_terms(language: Language, text: str) -> tuple[dict[str, int], dict[str, str]]:
    """Stemmed content words of a text: how often each occurs, and its most readable form."""
    return counted(language.tokens(text))


def counted(tokens: Iterable[Token]) -> tuple[dict[str, int], dict[str, str]]:
    """As `counted_terms`, for the words of a text."""
    found = content(tokens)
    written: dict[str, str] = {}
    for token in found:
        known = written.setdefault(token.stem, token.written)
        if known != token.written:
            written[token.stem] = plainer(known, token.written)
    return dict(Counter(token.stem for token in found)), written


def query_words(language: Language, query: str) -> list[str]:
    """Distinct words to search for: function words only when there is nothing else."""
    tokens = language.tokens(query[:_MAX_QUERY_CHARS])
    words = {token.word: token for token in tokens if not token.is_stop}
    words = words or {token.word: token for token in tokens}
    return [searched(language, token) for token in islice(words.values(), MAX_QUERY_WORDS)]


def searched(language: Language, token: Token) -> str:
    """What the index is asked for: a tokenizer stems words by itself, else stems stand in it."""
    return token.word if language.tokenizer else token.stem


def plainness(written: str) -> tuple[int, int, str]:
    """Order of readable forms: the shortest, lower case before capitals, then the alphabet."""
    return len(written), 0 if written.islower() else sum(map(str.isupper, written)), written


def plainer(one: str, other: str) -> str:
    """The more readable of two forms of a word."""
    return one if one == other else min(one, other, key=plainness)


def same_subject(one: str, other: str) -> bool:
    """True if two memories, by what they are about, may be about the same; unknown may be."""
    return not one or not other or one.casefold() == other.casefold()
