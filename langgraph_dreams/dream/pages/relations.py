"""What a model finds two known memories to be to each other, held to the rules for all claims.

What says the same becomes one memory with the evidence of both. What is claimed to be out of date
is superseded where a new memory would supersede it (supersede.py); what is only said to contradict
another, where the texts show that; else both stand, and a note names them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from langgraph_dreams.dream.memories.ledger import MemoryLedger
from langgraph_dreams.dream.memories.notes import Proposal
from langgraph_dreams.dream.memories.reconcile import (
    WEAKER,
    merge,
    no_twin,
    note_conflict,
    noted_recalls,
)
from langgraph_dreams.dream.memories.supersede import (
    Case,
    end_contradicted,
    outranked,
    since,
    supersede,
    told,
)
from langgraph_dreams.dream.memories.windows import holds
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState


@dataclass(frozen=True)
class Claim:
    """One relation between two memories in the ledger, by their ids."""

    kind: Literal["same", "update", "contradicts"]
    newer: str
    older: str


def relate(
    context: StageContext, state: DreamState, ledger: MemoryLedger, claims: Sequence[Claim]
) -> None:
    """Change the ledger by the claims that stand."""
    pairs = [name for claim in claims for name in (claim.newer, claim.older)]
    names = [name for name in dict.fromkeys(pairs) if name not in ledger.vectors]
    texts = [ledger.now[name].text for name in names]
    if names:
        ledger.vectors.update(zip(names, context.vault.embed(texts), strict=True))
    recalls = noted_recalls(context, state)
    for claim in dict.fromkeys(claims):
        new, old = ledger.now[claim.newer], ledger.now[claim.older]
        if new.id == old.id or not (holds(new) and holds(old)):
            continue
        if claim.kind == "same":
            _join(context, ledger, claim)
            continue
        proposal = (
            Proposal(new, replaces=old.id)
            if claim.kind == "update"
            else Proposal(new, conflicts=old.id)
        )
        case = Case(proposal, ledger.vectors[new.id], (), recalls, alone=True)
        if outranked(ledger, new, case):
            ledger.refused[WEAKER] += 1
            continue
        end_contradicted(context, ledger, new.id, new, case)
        if holds(ledger.now[new.id]):
            note_conflict(ledger, case)


def _join(context: StageContext, ledger: MemoryLedger, claim: Claim) -> None:
    """Let the one that was known first stand for both, with the evidence of both."""
    pair = (ledger.now[claim.older], ledger.now[claim.newer])
    old, new = sorted(pair, key=lambda m: (since(m), m.id))
    fault = no_twin(context, ledger, old, new)
    if not fault and old.trust != new.trust:
        fault = "one of them is trusted more"
    if fault:
        ledger.claims.append(f"not taken to say the same ({fault}): {told(old, new)}")
        return
    merge(context, ledger, old, new)
    supersede(ledger, ledger.now[new.id], ledger.now[old.id], "says the same")
