"""Turns that a memory beside them says already: a reader of the memory learns nothing from them."""

import re
from collections.abc import Callable, Sequence, Set

from langgraph_dreams.language.days import dated
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.recall.relevance import weights
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.items import Episode, Memory

_BORNE = 0.5
"""Of the words of a turn, by their weight, that a memory has which says as much.

What it leaves out of a turn of a chat is how somebody felt, and what they ask next."""
_PARTICULAR = re.compile(r"\w*\d\w*|(?<=[^.!?:\s] )[^\W\d_a-zß-öø-ÿ]\w+")
"""Figures, and words with a capital within a sentence, which are names."""
_RARE = 0.5  # of the weight of a word that is nowhere else


def bearing_of(
    vault: NamespaceStore, memories: Sequence[Memory]
) -> Callable[[Set[str], Episode], str]:
    """Of a turn and those that say the same, the memory that cites one of them and says as much.

    Words count by how rare they are here. A turn with a figure, a day or a rare name that the
    memory lacks adds to it, whatever else it says.
    """
    language = vault.language
    told = {memory.id: content_terms(language, memory.text) for memory in memories}

    def bearing(same: Set[str], turn: Episode) -> str:
        citing = [memory.id for memory in memories if not same.isdisjoint(memory.sources)]
        if not citing:
            return ""
        weight = weights(vault, content_terms(language, turn.text))
        nowhere = weights(vault, [""])[""]
        said = dated(language, turn.text, turn.time, turn.zone)
        named = content_terms(language, " ".join(_PARTICULAR.findall(said)))
        adding = {t for t, w in weights(vault, named).items() if w >= _RARE * nowhere}
        covered = {m: sum(weight[t] for t in told[m] & weight.keys()) for m in citing}
        bears = [
            m for m in citing if adding <= told[m] and covered[m] >= _BORNE * sum(weight.values())
        ]
        return max(bears, key=lambda m: covered[m], default="")

    return bearing
