"""What waits for a deep dream, told by the journal: of a namespace at rest nothing else is read.

There is work for it when a dream was committed since the last deep one, or when a step of that one
had no room for all: memories to be rehearsed or put on pages, items over the budget of forgetting.
"""

from collections.abc import Iterator, Sequence

from langgraph_dreams.dream.archive.forgetting import over_budget
from langgraph_dreams.dream.memories.windows import holds
from langgraph_dreams.dream.pages.unfiled import (
    PAGES,
    REHEARSALS,
    Mark,
    learned_since,
    mark_before,
)
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.safety.trust import may_become
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.reports import DreamReport

SINCE_DEEP = "since_deep"
"""Count of a deep dream without anything new: what waited for it."""
_TRIED = frozenset({"committed", "waiting", "rejected", "rolled_back"})
_ARCHIVED = ("retire_episode", "retire_memory")


def since_deep(context: StageContext) -> int:
    """Number of things that wait for a deep dream which is asked for; 0: it has nothing to do.

    They are dreams that were committed since the last one, else memories that one left over.
    """
    dreams = context.vault.dreams()
    last = _last_deep(dreams, frozenset({"committed"}))
    changed = sum(d.status == "committed" for d in dreams[last + 1 :])
    return changed or max(_waiting(context, dreams, _leasts(context)), default=0)


def deep_is_due(vault: NamespaceStore, policy: DreamPolicy, with_model: bool) -> bool:
    """True if a schedule finds work for a deep dream.

    One that was rejected, undone or waits for a person counts as done, and what the last one left
    over counts only if that one got on with it: so that a namespace in which nothing happens comes
    to rest, whatever becomes of its dreams.
    """
    dreams = vault.dreams()
    last = _last_deep(dreams, _TRIED)
    if any(d.status == "committed" for d in dreams[last + 1 :]):
        return True
    if last < 0 or dreams[last].status != "committed":
        return False
    context = StageContext(vault, policy, lambda _: None)
    counts = dreams[last].counts
    archived = sum(counts.get(kind, 0) for kind in _ARCHIVED)
    if archived and archived >= policy.archived_per_dream and over_budget(context):
        return True
    leasts = _leasts(context, with_model)
    got_on = {mark: least for mark, least in leasts.items() if _moved(dreams, last, mark)}
    return any(_waiting(context, dreams, got_on))


def _last_deep(dreams: Sequence[DreamReport], ended: frozenset[str]) -> int:
    found = (at for at, d in enumerate(dreams) if d.depth == "deep" and d.status in ended)
    return max(found, default=-1)


def _leasts(context: StageContext, with_model: bool = False) -> dict[Mark, int]:
    """By mark the memories that a deep dream does something with; none does with fewer."""
    page = context.policy.level("page")
    asks = (context.client is not None or with_model) and page.budget != 0
    leasts = {REHEARSALS: context.policy.rehearsals, PAGES: page.least if asks else 0}
    return {mark: least for mark, least in leasts.items() if least}


def _moved(dreams: Sequence[DreamReport], last: int, mark: Mark) -> bool:
    """True if a deep dream has put memories to the model that were not put to it before."""
    return mark_before(dreams[: last + 1], mark) > mark_before(dreams[:last], mark)


def _waiting(
    context: StageContext, dreams: Sequence[DreamReport], leasts: dict[Mark, int]
) -> Iterator[int]:
    """By mark the memories that wait, where they are enough; read only if they can be."""
    for mark, least in leasts.items():
        through, _ = mark_before(dreams, mark)
        new = (d for d in dreams if d.status == "committed" and d.number > through)
        if sum(d.counts.get("add_memory", 0) for d in new) < least:
            continue
        names = [one.id for one in learned_since(context, mark=mark)]
        filed = context.vault.citing(names) if mark == PAGES else {}
        found = context.vault.get([name for name in names if name not in filed]).values()
        fit = sum(isinstance(m, Memory) and holds(m) and may_become(m) for m in found)
        if fit >= least:
            yield fit
