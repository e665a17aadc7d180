"""N2/N3: what belongs together? Distils episodes into cited memories; supersedes, never deletes.

With a model, windows of new and related old episodes are put to it, and its notes are checked one
by one. Without one, and for windows it gave no usable answer to, statements that repeat become one
counted memory, and a statement that contradicts an older one supersedes it.
"""

from collections import Counter
from collections.abc import Sequence

from langgraph_dreams.dream.context import Bed
from langgraph_dreams.dream.drive import Asking, Changes, Work
from langgraph_dreams.dream.notes import Proposal, proposals
from langgraph_dreams.dream.prompts import Notes, consolidate_request
from langgraph_dreams.dream.repeats import changed, repeated
from langgraph_dreams.dream.settle import settled
from langgraph_dreams.dream.state import DreamState
from langgraph_dreams.dream.windows import Window, believable, completed, cut
from langgraph_dreams.llm import Request
from langgraph_dreams.models import Episode


def consolidate(bed: Bed, state: DreamState) -> Work:
    """Operations on memories: add, merge, supersede."""
    return _consolidate(bed, state)


def _consolidate(bed: Bed, state: DreamState) -> Asking[Changes]:
    distilled, left, notes = yield from _distilled(bed, state)
    again, repeats = repeated(bed, state, left)
    book = settled(bed, state, [*distilled, *again, *changed(bed, state, left)])
    operations = book.operations()
    counts = {**state["counts"], "repeated": repeats}
    for operation in operations:
        counts[operation.kind] = counts.get(operation.kind, 0) + 1
    return {
        "operations": [*state["operations"], *(o.model_dump(mode="json") for o in operations)],
        "counts": counts,
        "notes": [*state["notes"], *notes, *_refused(book.refused)],
    }


def _distilled(bed: Bed, state: DreamState) -> Asking[tuple[list[Proposal], list[str], list[str]]]:
    """Proposals by the model, the episodes it was of no use for, and what there is to say."""
    calls = state["plan"].get("calls", {}).get("consolidate", 0)
    if bed.mind is None or not calls:
        return [], list(state["episodes"]), []
    windows = completed(bed, new_groups(bed, state["episodes"])[:calls])
    requests = [_request(bed, window) for window in windows]
    bed.tell("consolidate", "progress", f"{len(requests)} windows to distil", calls=len(requests))
    answers = yield requests
    found: list[Proposal] = []
    told: set[str] = set()
    refused: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    for window, answer in zip(windows, answers, strict=True):
        if answer.problem:
            problems[answer.problem] += 1
        if isinstance(answer.value, Notes):
            stand, faults = proposals(
                answer.value.memories,
                window,
                state["dream"],
                state["started"],  # type: ignore[arg-type]
            )
            found += stand
            refused += faults
            told.update(e.id for e in window.new)
    many = len(windows)
    notes = [f"consolidate, {n} of {many} windows: {why}" for why, n in problems.items()]
    left = [name for name in state["episodes"] if name not in told]
    return found, left, [*notes, *_refused(refused)]


def _request(bed: Bed, window: Window) -> Request:
    return consolidate_request(
        window.episodes, window.old, window.memories, bed.policy.episode_characters
    )


def new_groups(bed: Bed, episodes: Sequence[str]) -> list[list[Episode]]:
    """The new episodes that a model may be shown, in groups of one call each."""
    found = bed.vault.get(list(episodes)).values()
    return cut(believable([e for e in found if isinstance(e, Episode)]), bed.policy)


def _refused(refused: Counter[str]) -> list[str]:
    return [f"refused {count} {what}" for what, count in sorted(refused.items())]
