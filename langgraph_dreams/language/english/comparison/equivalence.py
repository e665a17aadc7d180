"""Statements that say the same, so that their evidence adds up; in doubt they stay apart."""

import re

from langgraph_dreams.language.english.comparison.contradiction import contradiction
from langgraph_dreams.language.english.words.tokens import tokenizer
from langgraph_dreams.language.senders import other_sender
from langgraph_dreams.language.words import content

_NUMBER = re.compile(r"\d+")
_NEGATION = re.compile(r"\b(?:no|not|never|none|without|cannot|n't)\b|n['’]t\b", re.IGNORECASE)


def same_statement(one: str, other: str) -> bool:
    """True if one statement has all that the other has: words, figures and order.

    "on Fridays" and "on Wednesdays" each have a word of their own; who owes whom is told by the
    order. What contradicts is not the same, however alike.
    """
    return (
        _NUMBER.findall(one) == _NUMBER.findall(other)
        and len(_NEGATION.findall(one)) == len(_NEGATION.findall(other))
        and _one_within_the_other(_content(one), _content(other))
        and not other_sender(one, other)
        and contradiction(one, other) is None
    )


def _content(text: str) -> list[str]:
    return [token.stem for token in content(tokenizer().cut(text))]


def _one_within_the_other(ones: list[str], others: list[str]) -> bool:
    a, b = set(ones), set(others)
    if not (a <= b or b <= a):
        return False
    return [word for word in ones if word in b] == [word for word in others if word in a]
