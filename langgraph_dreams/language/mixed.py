"""The default: every text in its own language, English where it is unclear."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, cached_property

from langgraph_dreams.language.detect import LATIN, language_of, pieces
from langgraph_dreams.language.english.language import ENGLISH, English
from langgraph_dreams.language.english.words.tokens import tokenizer
from langgraph_dreams.language.plain import Plain, versions
from langgraph_dreams.language.protocol import Difference, Language, Rarity, Token, Update
from langgraph_dreams.types.items import Memory

_LEARNED = 2_000
"""Characters of a text whose words are cut beforehand; a longer one brings its own."""


class Mixed:
    """English by its rules, other languages by their words alone; told apart text by text."""

    code = "en"
    tokenizer = ""  # the stems of all languages stand in one index
    compares = True

    @cached_property
    def rules(self) -> str:
        """Of all languages: with another version of a library stems may differ."""
        return f"mixed 1 {ENGLISH.rules} {versions()}"

    def of(self, text: str) -> Language:
        """The language of a text."""
        return language_by_code(language_of(text))

    def tokens(self, text: str) -> Sequence[Token]:
        """Every word of a text, each part stemmed in its language.

        Words of another language stand there once more as English has them, as function words: a
        question of a word or two does not tell its language, and is read as English.
        """
        found: list[Token] = []
        for piece, code in pieces(text):
            language = language_by_code(code)
            own = language.tokens(piece)
            found += own
            if code in LATIN:
                known = {token.stem for token in own}
                found += [
                    Token(token.stem, token.word, token.written, True)
                    for token in ENGLISH.tokens(piece)
                    if token.stem not in known
                ]
        return found

    is_stop_word = staticmethod(ENGLISH.is_stop_word)

    def statements(self, text: str) -> Sequence[str]:
        """The sentences of a text that state something, by the marks of its language."""
        return self.of(text).statements(text)

    def assertions(self, text: str) -> Sequence[str]:
        """The sentences of a text that assert something, by the rules of its language."""
        return self.of(text).assertions(text)

    def same_statement(self, one: str, other: str) -> bool:
        """True if two texts of one language say the same."""
        return self._shared(one, other).same_statement(one, other)

    def contradiction(self, old: str, new: str) -> Difference | None:
        """The change by which the newer statement ends the older one, if both are English."""
        return self._shared(old, new).contradiction(old, new)

    def replacement_fault(self, old: Memory, new: Memory) -> str:
        """The reason why a claim that `new` replaces `old` cannot stand; empty when it may."""
        return self._shared(old.text, new.text).replacement_fault(old, new)

    def update(self, old: str, new: str, rarity: Rarity) -> Update | None:
        """The newer text as a probable update of the older one, if both are English."""
        return self._shared(old, new).update(old, new, rarity)

    def absolute_dates(self, text: str, said: datetime) -> str:
        """The text with its relative dates made absolute, if it is English."""
        return self.of(text).absolute_dates(text, said)

    def _shared(self, one: str, other: str) -> Language:
        """English if both texts are; else one that knows of equal words alone."""
        first = self.of(one)
        return self.of(other) if first is ENGLISH else first


@cache
def language_by_code(code: str) -> English | Plain:
    """English by its rules, another language by its words."""
    return ENGLISH if code == ENGLISH.code else Plain(code)


def learn_words(language: Language, texts: Iterable[str]) -> None:
    """Cut the words of many texts at once, before each is read: a tenth of the time.

    The answers stay the same.
    """
    if isinstance(language, English | Mixed):
        tokenizer().learn(text[:_LEARNED] for text in texts)


def spoken(language: Language, text: str) -> Language:
    """The language that a text of a namespace is in."""
    return language.of(text) if isinstance(language, Mixed) else language


MIXED = Mixed()
