"""English words as the derived index cuts and stems them."""

from functools import cache

from langgraph_dreams.language.english.words.stop_words import STOP_WORDS
from langgraph_dreams.language.tokenizer import Tokenizer

TOKENIZER = "porter unicode61"
"""For FTS5: the stemmer of Porter (1980) over words of any alphabet."""


@cache
def tokenizer() -> Tokenizer:
    """The process's one tokenizer of English."""
    return Tokenizer(TOKENIZER, STOP_WORDS)


def stem(word: str) -> str:
    """A word as the index keeps it."""
    tokens = tokenizer().cut(word)
    return tokens[0].stem if len(tokens) == 1 else word
