"""What would be missing without a turn that nothing else bears: what it states, and who asked.

    worth = sum over its words of weight ** 2 * (1.5 if it is of the speaker)
            * (1 + sum over recalls of (days since) ** -.177)

The words are those of what it states, and weigh by how rare they are among the episodes
(recall/relevance.py): a few rare ones tell more than many common ones, and what people say of
themselves is asked for more often than what they say of others. A recall that returned the turn
counts as much as all it says, and fades as a use does in ACT-R (strength.py); its age counts for
nothing. Of the evidence of LoCoMo's questions the half of a chat with the most worth has 89%, and
91% in the five chats on which nothing was chosen; half of it by chance 46%, the newer half 51%.
"""

import heapq
from collections.abc import Mapping, Sequence

from langgraph_dreams.dream.archive.strength import INTERCEPT
from langgraph_dreams.dream.memories.evidence import asserted
from langgraph_dreams.language.asking import of_oneself
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.recall.relevance import weights
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.labels import unlabelled

_DAY = 86_400.0  # seconds
_READ = 200  # items read at once
_ONESELF = 1.5
_LOOKED_AT = 4  # times as many as wanted are read: what a turn asks, it does not state


def least_worth(
    view: NamespaceStore,
    ids: Sequence[str],
    recalled: Mapping[str, Sequence[float]],
    now: float,
    number: int,
) -> list[str]:
    """About so many episodes, those of least worth, the least first.

    Args:
        view: where they are.
        ids: of episodes.
        recalled: UNIX seconds at which recalls returned them, by id.
        now: the time of the last use of anything (UNIX seconds).
        number: how many are wanted.
    """
    use = {name: 1 + sum(_faded(now - time) for time in recalled.get(name, ())) for name in ids}
    said = {
        name: set(terms)
        for at in range(0, len(ids), _READ)
        for name, terms in view.terms(ids[at : at + _READ]).items()
    }
    weight = weights(view, set().union(*said.values())) if said else {}
    weight = {term: value**2 for term, value in weight.items()}
    rough = {name: use[name] * sum(weight[t] for t in terms) for name, terms in said.items()}
    few = heapq.nsmallest(_LOOKED_AT * number, rough, key=lambda name: (rough[name], name))
    worth: dict[str, float] = {}
    for at in range(0, len(few), _READ):
        for name, item in view.get(few[at : at + _READ]).items():
            text = asserted(view.language, unlabelled(item.text))
            stated = content_terms(view.language, text) & said[name]
            own = _ONESELF if of_oneself(text) else 1.0
            worth[name] = use[name] * own * sum(weight[t] for t in stated)
    return sorted(worth, key=lambda name: (worth[name], name))


def _faded(seconds: float) -> float:
    return float((max(_DAY, seconds) / _DAY) ** -INTERCEPT)
