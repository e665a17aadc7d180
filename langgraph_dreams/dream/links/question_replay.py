"""Usefulness: open concerns and past questions asked again, with and without what is new."""

from collections import Counter
from collections.abc import Sequence

from langgraph_dreams.dream.links.candidate import ScoredCandidate
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.recall.query import recall
from langgraph_dreams.store import Edge
from langgraph_dreams.types.operations import Operation, leaving

_QUESTIONS = 20  # concerns and past questions that are asked again
_REACH = 10  # ranks that count as within reach


def reached(
    context: StageContext, state: DreamState, chosen: Sequence[ScoredCandidate]
) -> dict[tuple[str, str], float]:
    """Usefulness of each candidate by its ends, in [0, 1]; those of no use are left out.

    Each question is recalled without and with the candidates as links. An episode that comes only
    with them was brought by the links on its path; they are worth as much as the episode by itself
    answers the question (its hybrid score relative to the best).
    """
    asked = questions(context, state)
    if not asked or not chosen:
        return {}
    extra = [_edge(state, c) for c in chosen]
    ends = {c.link: c.pair for c in chosen}
    useful: dict[tuple[str, str], float] = {}
    for question in asked:
        before = recall(context.vault, question, _REACH, context.policy)
        after = recall(context.vault, question, _REACH, context.policy, extra=extra)
        there = {r.item.id for r in before.items}
        for found in after.items:
            if found.item.id not in there:
                for hop in found.why.path:
                    if hop.link in ends:
                        pair = ends[hop.link]
                        worth = min(1.0, max(0.0, found.why.seed))
                        useful[pair] = max(useful.get(pair, 0.0), worth)
    return useful


def questions(context: StageContext, state: DreamState) -> list[str]:
    """Open concerns, then questions asked since the last dream."""
    wanted = set(state["recalls"])
    texts = [c["text"] for c in state["concerns"]]
    if wanted:
        texts += [note.query for note in context.vault.recalls() if note.id in wanted]
    return [t for t in dict.fromkeys(texts) if t.strip()][:_QUESTIONS]


def _edge(state: DreamState, c: ScoredCandidate) -> Edge:
    return Edge(c.a, c.b, c.weight, state["number"], c.link, state["dream"], False)


def useful_memories(
    context: StageContext, state: DreamState, operations: Sequence[Operation]
) -> tuple[list[Operation], int]:
    """The operations, new memories that bring evidence into reach made active; and how many.

    A memory does when it matches a question better than the last episode within reach, and the
    question does not reach its sources by itself.
    """
    changes = Counter(o.target for o in operations)  # what is changed again is settled
    added = (o.memory() for o in operations if o.kind == "add_memory")
    fresh = {m.id: m for m in added if m.status == "tentative" and changes[m.id] == 1}
    asked = questions(context, state) if fresh else []
    if not asked:
        return list(operations), 0
    texts = context.vault.embed([m.text for m in fresh.values()])
    similar = context.vault.embed_questions(asked) @ texts.T
    useful: set[str] = set()
    for question, row in zip(asked, similar.tolist(), strict=True):
        found = recall(context.vault, question, _REACH, context.policy).items
        there = {r.item.id for r in found}
        least = min((r.why.dense for r in found), default=0.0)
        for memory, cosine in zip(fresh.values(), row, strict=True):
            if cosine > least and not there.intersection(memory.sources):
                useful.add(memory.id)
    return [_active(o) if o.target in useful else o for o in operations], len(useful)


def _active(operation: Operation) -> Operation:
    return leaving(operation, operation.memory().model_copy(update={"status": "active"}))
