"""How relevant what is known is to a question, on a scale of its own: below a floor nothing is.

    relevance = best cosine + .4 * covered / (asked + 16)

of the ten nearest items, with `asked` the weight of the question's content words, rare ones more,
and `covered` the most of it that one item has. Scores of a recall are relative to its best hit,
and there always is one; this is not. The constants were chosen on the first half of the LoCoMo
chats: meaning tells a chat's questions from another chat's, and words what meaning confuses.
"""

import heapq
import math
from collections.abc import Iterable, Mapping

from langgraph_dreams.embedding.local import LocalEmbedder
from langgraph_dreams.language.asking import of_oneself, only_asks
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.candidates import Pool, RecallQuery
from langgraph_dreams.recall.generic import generic
from langgraph_dreams.recall.memory_keys import Keys
from langgraph_dreams.store import NamespaceStore, Vectors
from langgraph_dreams.types.recall import Recall

NEAREST = 10
"""Items that are looked at."""
_WORDS, _FEW = 0.4, 16.0
_STATED = 0.1
"""By how much a memory is nearer to any question than the turns it cites: it names its subject."""
_HIGHEST, _ONE, _GROWTH = 0.55, 0.26, 0.045
"""The usual floor: of many texts, of a single one, and by how much it rises with their number:
something among many is always near."""
_OWN = 0.45
"""Of the floor that holds for what the speaker asks of themselves: "Where do I work?" is about
nobody else, names nobody, and is far from its answer in an embedder's eyes."""
_SHORT = 80  # characters; a longer text is no small talk
_READ = 100  # nearest items of what may be small talk


def relevance(query: RecallQuery, pool: Pool, keys: Keys) -> float:
    """How relevant the best of what was found is to the question, in [0, 1]."""
    near = {
        name: float(cosine)
        for name, cosine in zip(pool.ids, pool.dense, strict=True)
        if name not in query.aside
    }
    near |= {name: float(keys.pool.dense[keys.pool.place[name]]) for name in keys.match}
    if query.plain is not None and query.plain is not query.vector:
        near = _unmapped(query, query.plain, near)
    return rated(query.vault, query.text, near)


def _unmapped(query: RecallQuery, plain: Vectors, near: Mapping[str, float]) -> dict[str, float]:
    """Cosines of the nearest items to the question as the floor was measured: without the map."""
    names = heapq.nlargest(2 * NEAREST, near, key=lambda name: near[name])
    cosines = query.vault.vectors(names) @ plain[0]
    return dict(zip(names, cosines.tolist(), strict=True))


def rated(vault: NamespaceStore, text: str, near: Mapping[str, float]) -> float:
    """Relevance of items, by their cosine, to a question."""
    near = {name: cosine - _STATED * (name[0] == "m") for name, cosine in near.items()}
    best = sorted(near, key=lambda name: -near[name])[:NEAREST]
    if not best:
        return 0.0
    asked = weights(vault, content_terms(vault.language, text))
    known = vault.terms(best).values() if asked else ()
    covered = max((sum(asked[t] for t in asked if t in terms) for terms in known), default=0.0)
    whole = near[best[0]] + _WORDS * covered / (sum(asked.values()) + _FEW)
    return round(min(1.0, max(0.0, whole)), 4)


def weights(vault: NamespaceStore, terms: Iterable[str]) -> dict[str, float]:
    """Weight of each term: the rarer among the episodes, the more it says."""
    many = vault.count()["episodes"]
    return {
        term: math.log((many + 1) / (said + 0.5)) for term, said in vault.frequencies(terms).items()
    }


def usual_floor(vault: NamespaceStore) -> float | None:
    """The floor before a dream has measured one: of the local embedder alone it is known."""
    if vault.embedder.name != LocalEmbedder.name:
        return None
    return min(_HIGHEST, _ONE + _GROWTH * math.log(max(1, vault.count()["episodes"])))


def floor_of(vault: NamespaceStore, policy: DreamPolicy) -> float:
    """The floor that holds: the policy's, else the measured one, else the usual one, else none."""
    for floor in (policy.recall_floor, vault.floor, usual_floor(vault)):
        if floor is not None:
            return floor
    return 0.0


def above(vault: NamespaceStore, found: Recall, floor: float) -> Recall:
    """What was found, without its items if it is below the floor."""
    if of_oneself(found.query) and only_asks(vault.language, found.query):
        floor *= _OWN
    relevant = found.relevance
    if relevant >= floor > 0 and len(found.query) <= _SHORT:
        relevant = min(relevant, _beyond_small_talk(vault, found))
    found = found.model_copy(update={"floor": round(floor, 4), "relevance": relevant})
    return found.model_copy(update={"items": (), "memories": ()}) if found.silent else found


def _beyond_small_talk(vault: NamespaceStore, found: Recall) -> float:
    """Relevance for what may be small talk: it finds small talk, however near, which tells nothing.

    1 for what is none.
    """
    known, vector = generic(vault.embedder), vault.embed_questions([found.query])
    chatting = known.small_talk_in(vector[0])
    if not chatting:
        return 1.0
    near = dict(hit for prefix in "em" for hit in vault.dense(vector, _READ, prefix)[0])
    rows = zip(near.items(), vault.vectors(list(near)), strict=True)
    telling = {name: cosine for (name, cosine), row in rows if not known.small_talk_in(row)}
    return round(max(0.0, rated(vault, found.query, telling) - chatting), 4)
