"""Insights: what follows from several memories of different conversations, and stands in none.

The model proposes, and every proposal is checked against what it was shown. An insight begins
tentative and is retired, with or without a model, once the memories it was drawn from are gone.
"""

from collections.abc import Sequence
from datetime import datetime

from langgraph_dreams.dream.memories.communities import Community, communities
from langgraph_dreams.dream.memories.insight_check import InsightCheck, covered
from langgraph_dreams.dream.runtime.context import StageContext, calls_allowed
from langgraph_dreams.dream.runtime.prompts import Insights, insights_request
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Asking
from langgraph_dreams.dream.transaction.apply import memories_after
from langgraph_dreams.llm.client import Request
from langgraph_dreams.types.items import HOLDING, LEAST_CITED, Memory
from langgraph_dreams.types.operations import Operation, final_states, propose

_CHARACTERS = 6_000  # of memories in the request
_LEAST_CHARACTERS = 80  # of one memory


def expected(context: StageContext, state: DreamState) -> int:
    """Number of requests for insights the dream will need, guessed before it has any memories.

    A guess of none forbids the request, while one too many costs nothing: nothing is asked when no
    community is found.
    """
    if context.client is None or not context.policy.insights:
        return 0
    if len(context.vault.memory_ids(HOLDING)) >= LEAST_CITED:
        return 1
    places = context.vault.order(state["episodes"])
    return int(len({place.thread or name for name, place in places.items()}) >= LEAST_CITED)


def insights(
    context: StageContext, state: DreamState, operations: Sequence[Operation]
) -> Asking[tuple[list[Operation], list[str]]]:
    """Operations that add insights and retire those that have lost their ground, and notes."""
    changed = final_states(operations)
    known = _insights(context, changed)
    retired = _retired(context, state, [m for m in known if m.current], changed)
    groups: list[Community] = []
    if context.policy.insights and calls_allowed(context, state, "insights"):
        found = communities(context, operations, changed)
        over = [frozenset(m.cites) for m in known]
        new = (c for c in found if not covered({m.id for m in c.memories}, over))
        groups = [c for c, _ in zip(new, range(context.policy.insights), strict=False)]
    if not groups:
        return retired, []
    context.send_progress(
        "narrate", "progress", f"{len(groups)} communities to look at", groups=len(groups)
    )
    answer = (yield [_request(context, groups)])[0]
    notes = [f"insights: {answer.problem}"] if answer.problem else []
    if not isinstance(answer.value, Insights):
        return retired, notes
    check = InsightCheck(context, groups, known, changed)
    added = [_added(state, m, check) for m in check.accepted(answer.value.insights, state)]
    notes += [f"refused {count} {what}" for what, count in sorted(check.refused.items())]
    return [*retired, *added], notes


def _insights(context: StageContext, changed: dict[str, Memory]) -> list[Memory]:
    """Every insight there is, whatever its status, as it will be."""
    new = [m.id for m in changed.values() if m.kind == "insight"]
    return memories_after(context.vault, [*context.vault.insight_ids(), *new], changed)


def _request(context: StageContext, groups: Sequence[Community]) -> Request:
    """Conversations are told by number, in the order in which they come."""
    numbers: dict[str, int] = {}
    shown = []
    for group in groups:
        for memory in group.memories:
            for session in sorted(group.sessions[memory.id]):
                numbers.setdefault(session, len(numbers) + 1)
        shown.append(
            [(m, sorted(numbers[s] for s in group.sessions[m.id])) for m in group.memories]
        )
    share = _CHARACTERS // sum(len(group) for group in shown)
    characters = min(context.policy.episode_characters, max(_LEAST_CHARACTERS, share))
    return insights_request(shown, characters, context.vault.zone)


# -- operations


def _added(state: DreamState, memory: Memory, check: InsightCheck) -> Operation:
    sessions: set[str] = set().union(*(check.sessions[name] for name in memory.cites))
    reason = f"drawn from {len(memory.cites)} memories of {len(sessions)} conversations"
    return propose(state["dream"], "add_memory", memory, reason=reason)


def _retired(
    context: StageContext, state: DreamState, known: Sequence[Memory], changed: dict[str, Memory]
) -> list[Operation]:
    """Insights that have too few memories left that hold: nothing is deleted."""
    cited = list(dict.fromkeys(name for memory in known for name in memory.cites))
    hold = {m.id for m in memories_after(context.vault, cited, changed) if m.current}
    started = datetime.fromisoformat(state["started"])
    return [
        propose(
            state["dream"],
            "retire_memory",
            memory.model_copy(update={"status": "retired", "valid_to": started}),
            before=memory,
            reason="fewer than two of the memories that it was drawn from still hold",
        )
        for memory in known
        if len(hold.intersection(memory.cites)) < LEAST_CITED
    ]
