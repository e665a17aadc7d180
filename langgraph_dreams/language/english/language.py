"""English, the default language: the rules of this folder behind the protocol."""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Concatenate, ParamSpec, TypeVar

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

_P = ParamSpec("_P")
_Found = TypeVar("_Found")
_FOUND_OUT = re.compile(
    r"(?:\A|(?<=[.!?]\s))(?:(?:it|this) (?:has )?turn(?:s|ed) out|turn(?:s|ed) out"
    r"|(?:the|my) (?:\w+ )?(?:tests?|results?|papers?|contract|scan)"
    r" (?:now )?(?:shows?|showed|says?|said)"
    r"|(?:i|we)(?:'ve| have)? (?:just |since )?(?:found out|learn(?:ed|t)|reali[sz]ed|noticed)"
    r"|(?:i|we) (?:should|must|have to) (?:say|add|mention))(?:,| that)?\s+"
    r"(?=(?:i|we|my|our|he|she|it|they|his|her|their|the)\b)",
    re.IGNORECASE,
)
"""How somebody says where they know a fact from; what it says is the fact."""


def _framed(
    rule: Callable[Concatenate[str, str, _P], _Found | None],
) -> Callable[Concatenate[str, str, _P], _Found | None]:
    """A rule for two statements that takes them without such a beginning where it fits neither."""

    def compare(old: str, new: str, /, *args: _P.args, **kwargs: _P.kwargs) -> _Found | None:
        found = rule(old, new, *args, **kwargs)
        bare = _FOUND_OUT.sub("", old), _FOUND_OUT.sub("", new)
        if found is None and bare != (old, new):
            return rule(*bare, *args, **kwargs)
        return found

    return compare


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
    contradiction = staticmethod(_framed(contradiction))
    replacement_fault = staticmethod(replacement_fault)
    update = staticmethod(_framed(update))
    absolute_dates = staticmethod(absolute_dates)


ENGLISH = English()
