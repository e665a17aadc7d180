"""What a deep dream does beside pages and the core: one place where all of it is called.

Each piece of work is a function of the context and of the state, with the operations of this dream
so far in it; it returns operations, or asks the model for them as a stage does (runtime/work.py).
It tells by `may_change(state, "...")`, or by a setting of its own, whether it has something to do.
"""

from collections.abc import Callable, Generator

from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Asking
from langgraph_dreams.types.operations import Operation

DeepWork = Callable[[StageContext, DreamState], list[Operation] | Asking[list[Operation]]]

DEEP: tuple[DeepWork, ...] = ()
"""In this order: rehearsals, the learner, forgetting."""


def deep_work(
    context: StageContext, state: DreamState, works: tuple[DeepWork, ...] | None = None
) -> Asking[list[Operation]]:
    """Operations of all that a deep dream does besides; none in others."""
    if state.get("chosen") != "deep":
        return []
    made: list[Operation] = []
    for work in DEEP if works is None else works:
        found = work(context, _with(state, made))
        made += (yield from found) if isinstance(found, Generator) else found
    return made


def _with(state: DreamState, made: list[Operation]) -> DreamState:
    operations = [*state["operations"], *(o.model_dump(mode="json") for o in made)]
    return {**state, "operations": operations}
