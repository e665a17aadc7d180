"""A nap, in place of consolidate: what do the last turns repeat, contradict or bring up to date?

It asks no model, and only what is nearest to these turns is looked at; whole statements are taken
word for word, as in a sleep, so that the sleep which follows finds them done. It adds no memory of
what stands alone. What it ends leaves pages, rehearsals and the core at once.
"""

from collections.abc import Sequence

from langgraph_dreams.dream.memories.core import changed_core
from langgraph_dreams.dream.memories.evidence import asserted, ticks
from langgraph_dreams.dream.memories.notes import Proposal
from langgraph_dreams.dream.memories.reconcile import reconcile
from langgraph_dreams.dream.memories.repeats import changed, repeated
from langgraph_dreams.dream.memories.speakers import own_words, statement
from langgraph_dreams.dream.memories.updates import updates
from langgraph_dreams.dream.narrative.summary import summarize
from langgraph_dreams.dream.pages.shelf import settle
from langgraph_dreams.dream.rehearsals.rehearse import kept_up
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Asking, Changes, Done
from langgraph_dreams.safety.trust import believable
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.operations import Operation


def nap(context: StageContext, state: DreamState) -> Asking[Changes]:
    """Operations on memories, and links of updates; nothing when the turns are only new."""
    new = _telling(context, state["episodes"])
    proposals, repeats = _proposed(context, state, new)
    if proposals and (ticking := ticks(context, new)):
        proposals, repeats = _proposed(context, state, [i for i in new if i not in ticking])
    operations, kept = list[Operation](), Done()
    if proposals:
        ledger = reconcile(context, state, proposals)
        operations += ledger.operations()
        if any(o.kind == "supersede_memory" for o in operations):
            retired, _, _ = yield from settle(context, state, ledger, ())
            operations = [*ledger.operations(), *retired]
            given: DreamState = {"operations": [o.model_dump(mode="json") for o in operations]}
            kept = kept_up(context, {**state, **given})
    later = updates(context, state, new)
    operations += later + kept.operations
    if operations and (core := changed_core(context, state, operations)):
        operations.append(core)
    counts = {**state["counts"], "repeated": repeats, "updates": len(later), **kept.counts}
    for operation in operations:
        if operation in kept.operations:
            continue
        counts[operation.kind] = counts.get(operation.kind, 0) + 1
    told = summarize(context, operations) if operations else ""
    return {
        "operations": [o.model_dump(mode="json") for o in operations],
        "counts": counts,
        "summary": told,
        "narrative": told,
    }


def _telling(context: StageContext, names: Sequence[str]) -> list[str]:
    """The turns that state something; of most others nothing more has to be looked at."""
    language = context.vault.language
    turns = believable(e for e in context.vault.get(names).values() if isinstance(e, Episode))
    return [
        e.id for e in turns if asserted(language, statement(e)) or language.statements(own_words(e))
    ]


def _proposed(
    context: StageContext, state: DreamState, new: Sequence[str]
) -> tuple[list[Proposal], int]:
    said, repeats = repeated(context, state, new)
    return [*said, *changed(context, state, new)], repeats
