"""How common words are in a language at large, by the lists of the package wordfreq.

A few turns tell little of what is rare: "meeting" may occur in two of fifty, and joins nothing.
Zipf frequencies (Van Heuven et al. 2014) are powers of ten in a billion words: 6 is a word like
"want", 4.5 one of thirty in a million, 3 one like "kiln".
"""

import math
from collections.abc import Iterable
from functools import cache

from langgraph_dreams.dream.links.figures import figure_words
from langgraph_dreams.language.function_words import stop_words
from langgraph_dreams.language.mixed import language_by_code
from langgraph_dreams.language.scripts import DENSE_PAIR, normal

COMMON = 4.5
"""Zipf frequency from which on a word names too little to join two texts by itself."""
_NOTHING = 7.0  # of function words and figures
_UNKNOWN = 3.5  # where the language has no list
_STEMMED = 4.0  # the forms of rarer words are not looked for
_TOGETHER = 7.0  # two letters side by side by chance: the sum of their frequencies without this
_CAPITALS = ("de", "lb")  # languages that write every noun with one
_LISTED = {"no": "nb", "nn": "nb", "sr": "sh", "hr": "sh", "bs": "sh"}


def is_named(written: str, code: str) -> bool:
    """True if a word is a name by its capital, which it has wherever it stands."""
    return written[0].isupper() and code not in _CAPITALS


def zipf(stem: str, written: str, code: str, others: Iterable[str] = ()) -> float:
    """Frequency of a word of a language, or in that of `others` where it is most common.

    Zero if no list has it. All its forms count as the most common of them, but for a name, which
    may have the stem of another word.
    """
    word = normal(written)
    forms = (word,) if is_named(written, code) else (stem, word)
    if DENSE_PAIR.fullmatch(word) and word not in (known := _known(code)):
        first, second = (known.get(letter, 0.0) for letter in word)
        return max(0.0, first + second - _TOGETHER)
    found = max(_known(c).get(form, 0.0) for c in (code, *others) for form in forms)
    return found or (0.0 if _list(code) else _UNKNOWN)


@cache
def _list(code: str) -> dict[str, float]:
    """The words that the list of a language has; none where there is no list."""
    from wordfreq import get_frequency_dict  # a second, and needed by dreams alone

    try:
        listed = get_frequency_dict(_LISTED.get(code, code), "small")
    except LookupError:
        listed = {}
    return {word: math.log10(share) + 9 for word, share in listed.items()}


@cache
def _known(code: str) -> dict[str, float]:
    """Words of a language, the stems of the more common ones, function words and figures."""
    found = dict(_list(code))
    language = language_by_code(code)
    common = {word: value for word, value in found.items() if value >= _STEMMED}
    common |= dict.fromkeys(figure_words(code), _NOTHING)
    language.tokens(" ".join(common))  # all at once: it remembers them
    for word, value in common.items():
        for form in (word, *(token.stem for token in language.tokens(word))):
            found[form] = max(value, found.get(form, 0.0))
    return found | dict.fromkeys(stop_words(code), _NOTHING)
