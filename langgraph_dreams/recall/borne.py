"""Turns that a memory beside them says already: a reader of the memory learns nothing from them."""

import re
from collections.abc import Callable, Mapping, Sequence, Set

from langgraph_dreams.language.days import dated
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import content_terms, written_terms
from langgraph_dreams.recall.relevance import weights
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.items import Episode, Memory

_BORNE = 0.5
"""Of the words of a turn, by their weight, that a memory has which says as much.

What it leaves out of a turn of a chat is how somebody felt, and what they ask next."""
PARTICULAR = re.compile(r"\b\w*\d\w*|(?<=[^.!?:\s] )[^\W\d_a-zß-öø-ÿ]\w+")
"""Figures, and words with a capital within a sentence, which are names."""
_WORD = re.compile(r"\w+")
_RARE = 0.5  # of the weight of a word that is nowhere else


def bearing_of(
    vault: NamespaceStore, memories: Sequence[Memory]
) -> Callable[[Set[str], Episode], str]:
    """Of a turn and those that say the same, the memory that cites one of them and says as much.

    Words count by how rare they are here. A turn with a figure, a day or a rare name that the
    memory lacks adds to it, whatever else it says.
    """
    language = vault.language
    told = {memory.id: _told(language, memory.text) for memory in memories}

    def bearing(same: Set[str], turn: Episode) -> str:
        citing = [memory.id for memory in memories if not same.isdisjoint(memory.sources)]
        if not citing:
            return ""
        said = written_terms(language, turn.text)
        days = dated(language, turn.text, turn.time, turn.zone)
        named = written_terms(language, " ".join(PARTICULAR.findall(days)))
        weight = weights(vault, [*said, *named, ""])
        lacking = {m: _lacking(said, told[m]) for m in citing}
        most = (1 - _BORNE) * sum(weight[term] for term in said)
        bears = [
            m
            for m in citing
            if sum(weight[term] for term in lacking[m]) <= most
            and all(weight[term] < _RARE * weight[""] for term in _lacking(named, told[m]))
        ]
        return min(bears, key=lambda m: len(lacking[m]), default="")

    return bearing


def _told(language: Language, text: str) -> set[str]:
    """Words of a text and their stems: two short texts may be read in different languages."""
    return content_terms(language, text) | {word.casefold() for word in _WORD.findall(text)}


def _lacking(terms: Mapping[str, str], told: Set[str]) -> list[str]:
    return [t for t, written in terms.items() if t not in told and written.casefold() not in told]
