"""N1: what was I concerned with? Snapshots the new episodes and the open concerns."""

from langgraph_dreams.dream.recovery import mended
from langgraph_dreams.dream.runtime.context import Bed
from langgraph_dreams.dream.runtime.drive import Changes
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.stages.plan import plan_line, planned
from langgraph_dreams.dream.transaction.apply import cut_short
from langgraph_dreams.recall.query import recall
from langgraph_dreams.safety.redaction import redacted
from langgraph_dreams.store.validation import clean
from langgraph_dreams.types.base import Concern, DreamPlan, Episode, digest, now

_REVISITED = 20  # old episodes that a focus brings back
_CONCERNS = 20


def gather(bed: Bed, state: DreamState) -> Changes:
    """Fix what this dream is about; what arrives later waits for the next one."""
    vault, policy = bed.vault, bed.policy
    if state.get("dry_run") or state.get("busy"):
        cut = cut_short(vault)
        notes = [f"dream {dream} was cut short; the next dream finishes it first" for dream in cut]
    else:
        cut = mended(vault)
        notes = [f"finished dream {dream} that had been cut short" for dream in cut]
    taken = {i for report in vault.dreams() if report.id in cut for i in report.episodes}
    waiting = [name for name in vault.undreamt() if name not in taken]
    episodes = [] if state.get("busy") else waiting[: policy.episodes_per_dream]
    focus = redacted(clean(state.get("focus") or ""), vault.redact).strip()
    revisited = [] if state.get("busy") else _revisited(bed, focus, set(episodes))
    if len(waiting) > len(episodes):
        notes.append(f"{len(waiting) - len(episodes)} more episodes wait for the next dream")
    found: DreamState = {
        "number": vault.last_number() + 1,
        "version": vault.version(),
        "started": now().isoformat(),
        "focus": focus,
        "episodes": episodes,
        "revisited": revisited,
        "recalls": [] if state.get("busy") else [note.id for note in vault.recalls()],
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
    if bed.mind is not None:
        plan = _planned(bed, found, len(waiting))
        bed.tell("gather", "plan", plan_line(plan), calls=plan.total_calls, pairs=plan.pairs)
    return {**found, **_named(bed, found)}


def _planned(bed: Bed, found: DreamState, waiting: int) -> DreamPlan:
    """With a model: what the dream will cost, told before anything is spent.

    Episodes for which the budget has no call wait for the next dream.
    """
    found["episodes"], plan = planned(bed, found, waiting)
    found["plan"] = plan.model_dump(mode="json")
    found["notes"] = [*found["notes"], *plan.notes]
    return plan


def _named(bed: Bed, found: DreamState) -> Changes:
    """What follows from the snapshot: the dream's id, its concerns, the first counts."""
    episodes, revisited, focus = found["episodes"], found["revisited"], found["focus"]
    snapshot = (found["number"], episodes, focus, found["recalls"])
    concerns = _concerns(bed, episodes, focus, revisited)
    return {
        "dream": "d" + digest("dream", bed.vault.key, *snapshot),
        "concerns": [c.model_dump(mode="json") for c in concerns],
        "counts": {"episodes": len(episodes), "revisited": len(revisited)},
    }


def nothing_new(state: DreamState) -> bool:
    """Whether there is nothing to dream of."""
    return not (state["episodes"] or state["revisited"] or state["recalls"])


def _revisited(bed: Bed, focus: str, new: set[str]) -> list[str]:
    if not focus:
        return []
    found = recall(bed.vault, focus, _REVISITED, bed.policy)
    return [r.item.id for r in found.items if r.item.id not in new]


def _concerns(bed: Bed, episodes: list[str], focus: str, revisited: list[str]) -> list[Concern]:
    concerns = [Concern(kind="focus", text=focus, episodes=tuple(revisited))] if focus else []
    for item in bed.vault.get(episodes).values():
        if isinstance(item, Episode) and item.outcome != "ok":
            text = item.error or item.text
            kind = "error" if item.outcome == "error" else "interrupted"
            concerns.append(Concern(kind=kind, text=text[:500], episodes=(item.id,)))  # type: ignore[arg-type]
    return concerns[:_CONCERNS]
