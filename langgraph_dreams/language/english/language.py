"""English, the default language: the rules of this folder behind the protocol."""

from collections.abc import Sequence
from datetime import datetime

from langgraph_dreams.language.english.contradiction import contradiction
from langgraph_dreams.language.english.dates import absolute
from langgraph_dreams.language.english.equivalence import same_statement
from langgraph_dreams.language.english.replacement import replacement_fault
from langgraph_dreams.language.english.sentences import sentences
from langgraph_dreams.language.english.updates import update
from langgraph_dreams.language.english.words.stemming import TOKENIZER, tokenizer
from langgraph_dreams.language.english.words.stop_words import STOP_WORDS
from langgraph_dreams.language.protocol import Difference, Rarity, Token, Update
from langgraph_dreams.types.items import Memory


class English:
    """Rules over word lists, no model: where none fits, nothing is merged, ended or updated."""

    code = "en"
    rules = "english 1"
    tokenizer = TOKENIZER
    compares = True

    def tokens(self, text: str) -> Sequence[Token]:
        """Every word of a text in order, stemmed as the index does."""
        return tokenizer().cut(text)

    def is_stop_word(self, word: str) -> bool:
        """True for a function word, given in lower case."""
        return word in STOP_WORDS

    def statements(self, text: str) -> Sequence[str]:
        """The sentences that state something, not what is asked, supposed, quoted or listed."""
        return [" ".join(word.written for word in s.whole.words) for s in sentences(text)]

    def same_statement(self, one: str, other: str) -> bool:
        """True if one statement has all that the other has: words, figures and order."""
        return same_statement(one, other)

    def contradiction(self, old: str, new: str) -> Difference | None:
        """The figure, time, place or "not" that the newer statement changes; None in doubt."""
        return contradiction(old, new)

    def replacement_fault(self, old: Memory, new: Memory) -> str:
        """The reason why a claim that `new` replaces `old` cannot stand; empty when it may."""
        return replacement_fault(old, new)

    def update(self, old: str, new: str, rarity: Rarity) -> Update | None:
        """The newer text as a probable update of the older one; None when it is another matter."""
        return update(old, new, rarity)

    def absolute_dates(self, text: str, said: datetime) -> str:
        """The text with its relative dates made absolute, as of the day of `said`."""
        return absolute(text, said)


ENGLISH = English()
