"""The narrate stage: the archive, the core, and the story of the night."""

from collections import Counter

from langgraph_dreams.dream.archive.forgetting import forgetting
from langgraph_dreams.dream.memories.core import changed_core
from langgraph_dreams.dream.narrative.story import story
from langgraph_dreams.dream.narrative.summary import summarize
from langgraph_dreams.dream.runtime.context import StageContext, calls_allowed
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Asking, Changes, Work
from langgraph_dreams.types.operations import Operation


def narrate(context: StageContext, state: DreamState) -> Work:
    """Put away what is weak and borne elsewhere, change the core, then tell it all.

    The text goes to the journal, never into a prompt.
    """
    return _narrate(context, state)


def _narrate(context: StageContext, state: DreamState) -> Asking[Changes]:
    given = [Operation.model_validate(o) for o in state["operations"]]
    new = forgetting(context, state)
    core = changed_core(context, state, [*given, *new])
    new += [core] if core else []
    every = [*given, *new]
    summary = summarize(context, every)
    told, notes = "", list[str]()
    if calls_allowed(context, state, "narrate") and context.policy.story:
        told, notes = yield from story(context, every)
    kinds: Counter[str] = Counter(state["counts"])
    kinds.update(o.kind for o in new)
    return {
        "operations": [*state["operations"], *(o.model_dump(mode="json") for o in new)],
        "counts": dict(kinds),
        "summary": summary,
        "narrative": told or summary,
        "notes": [*state["notes"], *notes],
    }
