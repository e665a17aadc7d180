"""N1: what was I concerned with? Snapshots the new episodes and the open concerns."""

from typing import Any

from langgraph_dreams.dream.commit import cut_short, finish_pending
from langgraph_dreams.dream.context import Bed
from langgraph_dreams.dream.state import DreamState
from langgraph_dreams.models import Concern, Episode, digest, now
from langgraph_dreams.recall import recall
from langgraph_dreams.store.texts import clean

_REVISITED = 20  # old episodes that a focus brings back
_CONCERNS = 20


def gather(bed: Bed, state: DreamState) -> dict[str, Any]:
    """Fix what this dream is about; what arrives later waits for the next one."""
    vault, policy = bed.vault, bed.policy
    cut = cut_short(vault)
    if state.get("dry_run"):
        notes = [f"dream {dream} was cut short; the next dream finishes it first" for dream in cut]
    else:
        finish_pending(vault, cut)
        notes = [f"finished dream {dream} that had been cut short" for dream in cut]
    waiting = vault.undreamt()
    episodes = waiting[: policy.episodes_per_dream]
    focus = clean(state.get("focus") or "").strip()
    revisited = _revisited(bed, focus, set(episodes))
    if len(waiting) > len(episodes):
        notes.append(f"{len(waiting) - len(episodes)} more episodes wait for the next dream")
    number = max(vault.committed_numbers(), default=0) + 1
    recalls = [note.id for note in vault.recalls()]
    return {
        "dream": "d" + digest("dream", vault.key, number, episodes, focus, recalls),
        "number": number,
        "started": now().isoformat(),
        "episodes": episodes,
        "revisited": revisited,
        "concerns": [c.model_dump(mode="json") for c in _concerns(bed, episodes, focus, revisited)],
        "recalls": recalls,
        "operations": [],
        "candidates": [],
        "counts": {"episodes": len(episodes), "revisited": len(revisited)},
        "notes": notes,
        "narrative": "",
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
