"""Words of texts in any language: the content terms, and the words to search for."""

from collections import Counter
from itertools import islice

from langgraph_dreams.language.protocol import Language, Token

MAX_QUERY_WORDS = 256
_MAX_QUERY_CHARS = 50_000


def content_tokens(language: Language, text: str) -> list[Token]:
    """Content words of a text in their order."""
    return [token for token in language.tokens(text) if token.is_content]


def content_sequence(language: Language, text: str) -> list[str]:
    """Stemmed content words of a text in their order."""
    return [token.stem for token in content_tokens(language, text)]


def content_terms(language: Language, text: str) -> set[str]:
    """Stemmed content words of a text."""
    return set(content_sequence(language, text))


def written_terms(language: Language, text: str) -> dict[str, str]:
    """Stemmed content words of a text, each with the most readable form in which it has it."""
    return counted_terms(language, text)[1]


def counted_terms(language: Language, text: str) -> tuple[dict[str, int], dict[str, str]]:
    """Stemmed content words of a text: how often each occurs, and its most readable form."""
    tokens = content_tokens(language, text)
    written: dict[str, str] = {}
    for token in tokens:
        known = written.get(token.stem)
        if known is None or plainness(token.written) < plainness(known):
            written[token.stem] = token.written
    return dict(Counter(token.stem for token in tokens)), written


def query_words(language: Language, query: str) -> list[str]:
    """Distinct words to search for: function words only when there is nothing else."""
    tokens = language.tokens(query[:_MAX_QUERY_CHARS])
    words = dict.fromkeys(token.word for token in tokens if not token.is_stop)
    words = words or dict.fromkeys(token.word for token in tokens)
    return list(islice(words, MAX_QUERY_WORDS))


def plainness(written: str) -> tuple[int, int, str]:
    """Order of readable forms: the shortest, lower case before capitals, then the alphabet."""
    return len(written), sum(letter.isupper() for letter in written), written


def same_subject(one: str, other: str) -> bool:
    """True if two memories, by what they are about, may be about the same; unknown may be."""
    return not one or not other or one.casefold() == other.casefold()
