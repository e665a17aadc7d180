"""The consolidate stage (N2/N3): distils episodes into cited memories; supersedes, never deletes.

With a model, windows of new and related old episodes are put to it, and its notes are checked one
by one; then it is asked which memories belong together (pages/shelf.py). Without one, and for
windows it gave no usable answer to, statements that repeat become one counted memory, what a user
states once of themselves a tentative one, and a statement that contradicts an older one supersedes
it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from langgraph_dreams.dream.failures.procedures import learn_procedures
from langgraph_dreams.dream.memories.evidence import groundless, ticks
from langgraph_dreams.dream.memories.notes import Proposal, proposals
from langgraph_dreams.dream.memories.reconcile import reconcile
from langgraph_dreams.dream.memories.repeats import changed, repeated
from langgraph_dreams.dream.memories.stated import stated
from langgraph_dreams.dream.memories.updates import updates
from langgraph_dreams.dream.memories.windows import Window, completed, cut
from langgraph_dreams.dream.pages.shelf import settle
from langgraph_dreams.dream.runtime.context import StageContext, calls_allowed
from langgraph_dreams.dream.runtime.prompts import Notes, consolidate_request
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Asking, Changes, Work
from langgraph_dreams.dream.stages.nap import nap
from langgraph_dreams.llm.budget import BUDGET_OF
from langgraph_dreams.llm.client import Answer, Request
from langgraph_dreams.safety.trust import as_evidence, believable, flagged
from langgraph_dreams.types.items import Episode


def consolidate(context: StageContext, state: DreamState) -> Work:
    """Operations on memories and pages: add, merge, supersede."""
    return nap(context, state) if state.get("chosen") == "nap" else _consolidate(context, state)


def _consolidate(context: StageContext, state: DreamState) -> Asking[Changes]:
    ticking = ticks(context, state["episodes"])
    heard = [name for name in state["episodes"] if name not in ticking]
    told = yield from _distilled(context, {**state, "episodes": heard})
    again, repeats = repeated(context, state, told.left)
    again += changed(context, state, told.left)
    once = stated(context, state, told.left, again)
    proposed = [*told.found, *once, *again]  # of equal ones the first tells more
    ledger = reconcile(context, state, proposed)
    failed = learn_procedures(context, state, ledger, told.seen(state["episodes"]))
    ended = [*groundless(context, state, ticking, ledger.operations()), *failed]
    retired, laid, problems = yield from settle(context, state, ledger, [o.target for o in ended])
    gone = {o.target for o in ended}
    operations = [*ledger.operations(), *ended, *(o for o in retired if o.target not in gone)]
    operations += (later := updates(context, state, told.left))
    episodes = told.seen(state["episodes"])
    counts = {**state["counts"], "repeated": repeats, "updates": len(later), **laid}
    counts["stated"] = len(once)
    counts["episodes"] = len(episodes)
    if orders := _ordering(context, episodes):
        counts["flagged"] = orders
    for operation in operations:
        counts[operation.kind] = counts.get(operation.kind, 0) + 1
    return {
        "episodes": episodes,
        "operations": [*state["operations"], *(o.model_dump(mode="json") for o in operations)],
        "counts": counts,
        "notes": [
            *state["notes"],
            *told.notes,
            *problems,
            *_refused(ledger.refused),
            *ledger.claims,
            *_kept_out(orders),
            *_by_the_clock(len(state["episodes"]) - len(heard)),
        ],
    }


@dataclass
class _Distilled:
    """Proposals of a model for the windows."""

    found: list[Proposal] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Episodes that it was of no use for."""
    waiting: set[str] = field(default_factory=set)
    """Episodes that it was not shown, since the budget was used up before."""
    notes: list[str] = field(default_factory=list)

    def seen(self, episodes: Sequence[str]) -> list[str]:
        """Those of the episodes that this dream consumes."""
        return [name for name in episodes if name not in self.waiting]


def _distilled(context: StageContext, state: DreamState) -> Asking[_Distilled]:
    """Proposals by the model, and the episodes for which there are none."""
    calls = calls_allowed(context, state, "consolidate")
    if not calls:
        return _Distilled(left=list(state["episodes"]))
    windows = completed(context, new_groups(context, state["episodes"])[:calls])
    context.send_progress(
        "consolidate", "progress", f"{len(windows)} windows to distil", calls=len(windows)
    )
    answers = yield [_request(context, window) for window in windows]
    read = [_read(state, window, answer) for window, answer in zip(windows, answers, strict=True)]
    told = _Distilled(found=[p for stand, _, _ in read for p in stand])
    useful = {e.id for w, (_, _, good) in zip(windows, read, strict=True) if good for e in w.new}
    if any(answer.value is not None for answer in answers):
        unseen = [w for w, a in zip(windows, answers, strict=True) if _unpaid(a)]
        told.waiting = {e.id for window in unseen for e in window.new}
    told.left = [i for i in state["episodes"] if i not in useful and i not in told.waiting]
    problems = Counter(answer.problem for answer in answers if answer.problem)
    many = f"of {len(windows)} windows"
    told.notes = [f"consolidate, {n} {many}: {why}" for why, n in problems.items()]
    if told.waiting:
        told.notes.append(
            f"{len(told.waiting)} episodes were not shown and wait for the next dream"
        )
    told.notes += _refused(sum((refused for _, refused, _ in read), Counter()))
    return told


def _unpaid(answer: Answer) -> bool:
    """True if a request was never sent, since the budget was used up."""
    return answer.value is None and answer.problem.startswith(BUDGET_OF)


def _read(
    state: DreamState, window: Window, answer: Answer
) -> tuple[list[Proposal], Counter[str], bool]:
    """Proposals of one answer, what was refused, and whether the answer was of use.

    An empty list of memories is a good answer; one of which nothing stands is none.
    """
    if not isinstance(answer.value, Notes):
        return [], Counter(), False
    learned = datetime.fromisoformat(state["started"])
    notes = answer.value.memories
    stand, refused = proposals(notes, window, state["dream"], learned)
    return stand, refused, bool(stand) or not notes


def _request(context: StageContext, window: Window) -> Request:
    characters = context.policy.episode_characters
    return consolidate_request(
        window.episodes, window.old, window.memories, characters, window.zone
    )


def new_groups(context: StageContext, episodes: Sequence[str]) -> list[list[Episode]]:
    """The new episodes that a model may be shown, in groups of one call each."""
    found = context.vault.get(list(episodes)).values()
    shown = believable(e for e in found if isinstance(e, Episode))
    return cut([as_evidence(e) for e in shown], context.policy)


def _ordering(context: StageContext, episodes: Sequence[str]) -> int:
    """Number of the episodes that read as instructions."""
    found = context.vault.get(list(episodes)).values()
    return sum(bool(flagged(e)) for e in found if isinstance(e, Episode))


def _kept_out(count: int) -> list[str]:
    if not count:
        return []
    read = "1 episode reads" if count == 1 else f"{count} episodes read"
    return [f"{read} as instructions, kept out of memories and not shown to a model"]


def _by_the_clock(count: int) -> list[str]:
    return [f"{count} episodes say the same at even intervals, kept out of memories"] * bool(count)


def _refused(refused: Counter[str]) -> list[str]:
    return [f"refused {count} {what}" for what, count in sorted(refused.items())]
