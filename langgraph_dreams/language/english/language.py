"""English, the default language: the rules of this folder behind the protocol."""

from collections.abc import Callable, Sequence
from functools import cached_property

from langgraph_dreams.language.english.assertions import assertions
from langgraph_dreams.language.english.comparison.contradiction import contradiction
from langgraph_dreams.language.english.comparison.equivalence import same_statement
from langgraph_dreams.language.english.comparison.replacement import replacement_fault
from langgraph_dreams.language.english.comparison.updates import update
from langgraph_dreams.language.english.dates import absolute_dates
from langgraph_dreams.language.english.sentences import statements
from langgraph_dreams.language.english.words.stop_words import STOP_WORDS
from langgraph_dreams.language.english.words.tokens import TOKENIZER, tokenizer
from langgraph_dreams.language.protocol import Token


class English:
    """Rules over word lists, no model: where none fits, nothing is merged, ended or updated."""

    code = "en"
    rules = "english 1"
    tokenizer = TOKENIZER
    compares = True

    @cached_property
    def tokens(self) -> Callable[[str], Sequence[Token]]:
        """Every word of a text in order, stemmed as the index does."""
        return tokenizer().cut

    is_stop_word = staticmethod(STOP_WORDS.__contains__)
    assertions = staticmethod(assertions)
    statements = staticmethod(statements)
    same_statement = staticmethod(same_statement)
    contradiction = staticmethod(contradiction)
    replacement_fault = staticmethod(replacement_fault)
    update = staticmethod(update)
    absolute_dates = staticmethod(absolute_dates)


ENGLISH = English()
