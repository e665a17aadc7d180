"""Which of two memories holds: contradictions, claims to replace, and the supersession itself.

Of two that contradict each other the more trusted holds; of equals, the one with the later
evidence. The old memory keeps its text and sources, and gets the time until which it held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from langgraph_dreams._text import shorten
from langgraph_dreams.dream.memories.ledger import MemoryLedger, Vector
from langgraph_dreams.dream.memories.notes import Proposal
from langgraph_dreams.dream.memories.speakers import may_end
from langgraph_dreams.dream.memories.windows import holds
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.language.words import one_word_apart, same_subject
from langgraph_dreams.store import RecallNote
from langgraph_dreams.types.items import Memory

RELATED = 0.5
"""Cosine below which a claim to say the same or to replace is not believed."""
_CLAIMED = "no longer so"
_CARRIED_OUT = "the plan was carried out"
_TOLD = 120  # characters of a text in a note


@dataclass(frozen=True)
class Case:
    """One proposal, and what is around it."""

    proposal: Proposal
    vector: Vector
    near: Sequence[str]
    recalls: Sequence[RecallNote]
    alone: bool = False
    """True if it is held against those that are claimed alone: it was against all others."""

    def around(self, ledger: MemoryLedger) -> list[str]:
        """Memories that it is held against."""
        others = () if self.alone else (*self.near, *ledger.added)
        return [*others, *self.proposal.claimed]


def told(old: Memory, new: Memory) -> str:
    """Both texts, for a note."""
    return f"{shorten(old.text, _TOLD)!r} and {shorten(new.text, _TOLD)!r}"


def since(memory: Memory) -> datetime:
    """Time of its first evidence."""
    return memory.valid_from or memory.learned_at


def latest(memory: Memory) -> datetime:
    """Time of its last evidence."""
    return max(since(memory), memory.last_confirmed or since(memory))


def outranked(ledger: MemoryLedger, new: Memory, case: Case) -> bool:
    """True if a new memory contradicts, or is claimed to replace, one that is more trusted."""
    return any(
        old.trust > new.trust and _contradicted(ledger, old, new, case.proposal)
        for old in ledger.holding(case.around(ledger), new.id)
    )


def end_contradicted(
    context: StageContext, ledger: MemoryLedger, name: str, new: Memory, case: Case
) -> None:
    """Of two that contradict each other the more trusted holds; of equals, the later."""
    for old in ledger.holding(case.around(ledger), name):
        this = ledger.now[name]
        if not holds(this):
            return
        why = _why_replaced(ledger, old, this, case.proposal)
        if not why:
            continue
        held = this.trust < old.trust or (this.trust == old.trust and latest(this) < latest(old))
        gone, stays = (this, old) if held else (old, this)
        if not may_end(context, gone, stays):
            ledger.refused["contradictions of what another said"] += 1
        elif held or this.trust > old.trust:
            supersede(ledger, gone, stays, why)
        elif _recalled_since(context, old, new, case.recalls):
            ledger.refused["contradictions of what was recalled since"] += 1
        else:
            supersede(ledger, old, this, why)


def _why_replaced(ledger: MemoryLedger, old: Memory, new: Memory, proposal: Proposal) -> str:
    """Reason why one replaces the other; empty when they do not contradict each other."""
    why = _contradicted(ledger, old, new, proposal)
    if old.id in (proposal.replaces, proposal.carries_out) and why not in (_CLAIMED, _CARRIED_OUT):
        ledger.refused["claims to replace a memory"] += 1
        fault = ledger.language.replacement_fault(old, new) or "they have little in common"
        ledger.claims.append(f"not taken to replace ({fault}): {told(old, new)}")
    return why


def _contradicted(ledger: MemoryLedger, old: Memory, new: Memory, proposal: Proposal) -> str:
    near = ledger.cosine(old.id, new.id) >= RELATED
    related = near or one_word_apart(ledger.language, old.text, new.text)
    claimed = old.id in (proposal.replaces, proposal.carries_out)
    if claimed and related and not ledger.language.replacement_fault(old, new):
        return _CLAIMED if old.id == proposal.replaces else _CARRIED_OUT
    if not related or not same_subject(old.about, new.about):
        return ""
    change = ledger.language.contradiction(old.text, new.text)
    return f"{change.kind} changed: {change.old} to {change.new}" if change else ""


def supersede(ledger: MemoryLedger, gone: Memory, holding: Memory, why: str) -> None:
    """End one memory with the evidence of the other; both are kept."""
    ended = gone.model_copy(
        update={
            "status": "superseded",
            "valid_to": max(since(holding), latest(gone)),
            "superseded_by": holding.id,
        }
    )
    ledger.change("supersede_memory", ended, f"{why}; now {holding.id}: {holding.text}")


def _recalled_since(
    context: StageContext, old: Memory, new: Memory, recalls: Sequence[RecallNote]
) -> bool:
    """True if the old memory was recalled, without the newer evidence, after that was recorded."""
    notes = [n for n in recalls if old.id in n.items and not set(new.sources) & set(n.items)]
    if not notes:
        return False
    recorded = max(context.vault.recorded(new.sources).values(), default=since(new))
    return any(note.time > recorded for note in notes)
