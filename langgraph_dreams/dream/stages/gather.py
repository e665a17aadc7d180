"""The gather stage (N1): a snapshot of the new episodes and of the open concerns.

It settles how deep the dream goes, and which levels have their turn in it. A nap takes the last
turns alone, and neither the lease nor anything else before it has found something to write.
"""

from langgraph_dreams._text import one_line
from langgraph_dreams.dream.archive.forgetting import over_budget
from langgraph_dreams.dream.failures.runs import corrected
from langgraph_dreams.dream.levels.ladder import chosen_depth, turns_of, without_turns
from langgraph_dreams.dream.pages.unfiled import expected
from langgraph_dreams.dream.recovery import recover_pending
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.options import checked_focus
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Changes
from langgraph_dreams.dream.stages.plan import plan_line, planned
from langgraph_dreams.dream.stages.since import SINCE_DEEP, since_deep
from langgraph_dreams.dream.transaction.apply import cut_short
from langgraph_dreams.recall.plans import open_plans
from langgraph_dreams.recall.query import recall
from langgraph_dreams.safety.trust import may_become, users_words
from langgraph_dreams.store.validation import clean
from langgraph_dreams.types.base import digest, now
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.reports import Concern, DreamPlan
from langgraph_dreams.types.telling.morning import overdue

_REVISITED = 20  # old episodes that a focus brings back
_CONCERNS = 20
_BURST = 16
"""Turns that a nap looks at; of a longer burst the last ones, the others wait for the sleep."""
_ASKED = "a dream waits for a person, and a nap would overtake it: the turns wait for the next one"
_PLANS = 5  # that passed without a word


def gather(context: StageContext, state: DreamState) -> Changes:
    """Fix what this dream is about; what arrives later waits for the next one."""
    if state.get("depth") == "nap":
        return _last_turns(context, state)
    vault, policy = context.vault, context.policy
    if state.get("dry_run") or state.get("busy"):
        cut = cut_short(vault)
        notes = [f"dream {dream} was cut short; the next dream finishes it first" for dream in cut]
    else:
        cut = recover_pending(vault)
        notes = [f"finished dream {dream} that had been cut short" for dream in cut]
    begun = (d for d in vault.dreams() if d.id in cut and d.depth != "nap")
    taken = {name for report in begun for name in report.episodes}
    waiting = [name for name in vault.undreamt() if name not in taken]
    episodes = [] if state.get("busy") else waiting[: policy.episodes_per_dream]
    focus = vault.redacted(clean(checked_focus(state.get("focus")))).strip()
    revisited = [] if state.get("busy") else _revisited(context, focus, set(episodes))
    if len(waiting) > len(episodes):
        notes.append(f"{len(waiting) - len(episodes)} more episodes wait for the next dream")
    found = _begun(context, state, episodes, notes)
    found["focus"], found["revisited"] = focus, revisited
    found["recalls"] = [] if state.get("busy") else [note.id for note in vault.recalls()]
    waits = expected(context, len(episodes)).most if context.client else 0
    found["chosen"] = chosen_depth(context, state, {"page": waits})
    found["counts"] = {} if state.get("busy") else _counts(context, found)
    found["levels"] = turns_of(context, {**state, **found})
    if not (state.get("busy") or _has_work(found)):
        found["levels"] = without_turns(found["levels"])
    if context.client is not None:
        plan = _planned(context, found, len(waiting))
        context.send_progress(
            "gather", "plan", plan_line(plan), calls=plan.total_calls, pairs=plan.pairs
        )
    return {**found, **_named(context, found)}


def _begun(
    context: StageContext, state: DreamState, episodes: list[str], notes: list[str]
) -> DreamState:
    """What a dream begins with, whatever was in the thread of its run."""
    return {
        "number": context.vault.last_number() + 1,
        "version": context.vault.version(),
        "started": now().isoformat(),
        "focus": "",
        "episodes": episodes,
        "revisited": [],
        "recalls": [],
        "asked": "",
        "reviewed": "",
        "declined": "",
        "operations": [],
        "candidates": [],
        "counts": {},
        "notes": notes,
        "narrative": "",
        "summary": "",
        "plan": {},
        "spent": {},
    }


def _last_turns(context: StageContext, state: DreamState) -> Changes:
    """What a nap is about: the last turns that no nap has looked at and no dream dreamt of."""
    waits = any(d.status in ("waiting", "committing") for d in context.vault.dreams())
    episodes, mark = context.vault.last_turns(0 if waits else _BURST)
    found = _begun(context, state, episodes, [_ASKED] * waits)
    found["looked"], found["chosen"] = mark, "nap"
    found["levels"] = turns_of(context, {**state, **found})
    # A sleep may begin with the same turns.
    found["dream"] = "d" + digest("nap", context.vault.key, found["number"], episodes)
    found["concerns"] = []
    found["counts"] = {"episodes": len(episodes)}
    return found


def _planned(context: StageContext, found: DreamState, waiting: int) -> DreamPlan:
    """With a model: what the dream will cost, told before anything is spent.

    Episodes for which the budget has no call wait for the next dream.
    """
    found["episodes"], plan = planned(context, found, waiting)
    found["plan"] = plan.model_dump(mode="json")
    found["notes"] = [*found["notes"], *plan.notes]
    return plan


def _named(context: StageContext, found: DreamState) -> Changes:
    """Changes that follow from the snapshot: the dream's id, its concerns, the first counts."""
    episodes, revisited, focus = found["episodes"], found["revisited"], found["focus"]
    snapshot = (found["number"], episodes, focus, found["recalls"])
    concerns = _concerns(context, episodes, focus, revisited)
    plans = [c.text for c in concerns if c.kind == "plan"] if not episodes else []
    told = [*snapshot, *([plans] * bool(plans))]  # no later quiet night takes its place
    return {
        "dream": "d" + digest("dream", context.vault.key, *told),
        "concerns": [c.model_dump(mode="json") for c in concerns],
        "counts": {"episodes": len(episodes), "revisited": len(revisited), **found["counts"]},
    }


def _counts(context: StageContext, found: DreamState) -> dict[str, int]:
    """What a deep dream has to do beside its episodes."""
    if found["chosen"] != "deep":
        return {}
    counts = {"over_budget": over_budget(context)}
    if not _has_work(found):  # else it does the rest besides, and need not know
        counts[SINCE_DEEP] = since_deep(context)
    return {name: count for name, count in counts.items() if count}


def _has_work(state: DreamState) -> bool:
    found = state["episodes"] or state["revisited"] or state["recalls"]
    return bool(found or any(state["counts"].get(name) for name in (SINCE_DEEP, "over_budget")))


def after_gather(state: DreamState) -> str:
    """Name of the node that follows: of a night with nothing to dream of, the last one."""
    return "consolidate" if _has_work(state) else "commit"


def after_consolidate(state: DreamState) -> str:
    """Name of the node that follows: a nap draws no associations and tells no story."""
    return "review" if state.get("chosen") == "nap" else "associate"


def _revisited(context: StageContext, focus: str, new: set[str]) -> list[str]:
    if not focus:
        return []
    found = recall(context.vault, focus, _REVISITED, context.policy)
    return [r.item.id for r in found.items if r.item.id not in new]


def _concerns(
    context: StageContext, episodes: list[str], focus: str, revisited: list[str]
) -> list[Concern]:
    concerns = [Concern(kind="focus", text=focus, episodes=tuple(revisited))] if focus else []
    for item in context.vault.get(episodes).values():
        if isinstance(item, Episode) and item.outcome != "ok":
            text = item.error or item.text
            concerns.append(Concern(kind=item.outcome, text=text[:500], episodes=(item.id,)))
        elif isinstance(item, Episode) and corrected(item):
            text = f"{item.reaction}: {item.text}"
            concerns.append(Concern(kind="correction", text=text[:500], episodes=(item.id,)))
    plans = _passed_plans(context)
    if not episodes:  # in quiet nights once
        told = {c.text for d in context.vault.dreams() for c in d.concerns if c.kind == "plan"}
        plans = [plan for plan in plans if plan.text not in told]
    return [*concerns[: _CONCERNS - len(plans)], *plans]


def _passed_plans(context: StageContext) -> list[Concern]:
    """Plans whose day has passed without a word of whether they happened, the latest few."""
    vault = context.vault
    known = [m for m in vault.get(vault.memory_ids()).values() if isinstance(m, Memory)]
    return [
        Concern(
            kind="plan",
            text=f"{one_line(_words(plan.item), 300).rstrip('.')} {overdue(plan.period.words())}",
            episodes=plan.item.sources if isinstance(plan.item, Memory) else (plan.item.id,),
        )
        for plan in open_plans(vault, known, now(), _PLANS)
        if may_become(plan.item)
    ]


def _words(item: Episode | Memory) -> str:
    return users_words(item) if isinstance(item, Episode) else item.text
