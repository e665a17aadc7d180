"""Who is asked about: in a chat of several, the turns of the one whom a question names.

"What did Ada cook?" is answered by what Ada says far more often than by what others say of her,
and her name is in a good part of all turns, so that word search makes little of it.
"""

import re
from collections.abc import Sequence

from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import content_terms

_WORD = re.compile(r"\w+")


def named_speaker(language: Language, question: str, speakers: Sequence[str]) -> str:
    """The one speaker whom a question names, in full or by the first name; "" for none or several.

    A name that is a common word ("Will", "May") counts only with a capital inside the question.
    """
    asked = _WORD.findall(question)
    words = {word.casefold() for word in asked}
    inside = {word.casefold() for word in asked[1:] if word[0].isupper()}
    by_first: dict[str, list[str]] = {}
    for name in speakers:
        first = next((word.casefold() for word in _WORD.findall(name)), "")
        common = not content_terms(language, name)
        if first in (inside if common else words) or (not name.isascii() and name in question):
            by_first.setdefault(first, []).append(name)
    if len(by_first) != 1:
        return ""
    (alike,) = by_first.values()
    full = [name for name in alike if {w.casefold() for w in _WORD.findall(name)} <= words]
    return (full or alike)[0] if len(full or alike) == 1 else ""
