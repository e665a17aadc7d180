"""What a deep dream does beside pages and the core: one place where all of it is called.

Each piece of work is a function of the context and of the state, with the operations of this dream
so far in it; it returns what it adds, or asks the model for it as a stage does (runtime/work.py).
Operations are counted by their kind, unless it counts them itself.
It tells by `may_change(state, "...")`, or by a setting of its own, whether it has something to do.
What no longer holds goes with any dream: that part has a function of its own, for the others.
"""

from collections import Counter
from collections.abc import Callable, Generator

from langgraph_dreams.dream.archive.forgetting import forgetting, returning
from langgraph_dreams.dream.learner.learn import learn
from langgraph_dreams.dream.rehearsals.rehearse import kept_up, rehearse
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Asking, Done
from langgraph_dreams.types.operations import Operation

Made = list[Operation] | Done
DeepWork = Callable[[StageContext, DreamState], Made | Asking[Done] | Asking[list[Operation]]]

DEEP: tuple[DeepWork, ...] = (rehearse, learn, forgetting)
"""In this order: rehearsals, the learner, forgetting."""
UPKEEP: tuple[DeepWork, ...] = (kept_up, returning)
"""The part of these that other dreams do."""


def deep_work(
    context: StageContext, state: DreamState, works: tuple[DeepWork, ...] = DEEP
) -> Asking[Done]:
    """All that a deep dream does besides; in others only the upkeep."""
    made = Done()
    for work in works if state.get("chosen") == "deep" else UPKEEP:
        found = work(context, _with(state, made.operations))
        told = (yield from found) if isinstance(found, Generator) else found
        done = told if isinstance(told, Done) else Done(told, Counter(o.kind for o in told))
        made.operations += done.operations
        made.counts |= done.counts
        made.notes += done.notes
    return made


def _with(state: DreamState, made: list[Operation]) -> DreamState:
    operations = [*state["operations"], *(o.model_dump(mode="json") for o in made)]
    return {**state, "operations": operations}
