"""Proposed memories among the known ones: added, merged, superseded, or refused.

A contradiction supersedes and never deletes: the old memory keeps its text and sources, and gets
the time until which it held. A supersession names both memories.

Evidence of lower trust changes nothing about a memory of higher trust: it is no further source, it
neither confirms nor ends it, and what contradicts it is refused. Evidence of higher trust lifts a
memory that it says all of, which then cites that alone.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from langgraph_dreams.dream.memories.ledger import MemoryLedger
from langgraph_dreams.dream.memories.notes import Proposal
from langgraph_dreams.dream.memories.speakers import may_confirm
from langgraph_dreams.dream.memories.supersede import (
    RELATED,
    Case,
    end_contradicted,
    latest,
    outranked,
    since,
    told,
)
from langgraph_dreams.dream.memories.windows import holds
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import (
    content_terms,
    content_tokens,
    one_word_apart,
    same_subject,
)
from langgraph_dreams.safety.trust import times_said
from langgraph_dreams.store import RecallNote, Vectors
from langgraph_dreams.types.base import Trust
from langgraph_dreams.types.items import ARCHIVED, Episode, Memory, memory_id

_NEAR = 12  # known memories looked at for every proposal
_FETCHED = 4 * _NEAR  # a search finds superseded ones, too
_FIGURES = re.compile(r"\d+(?:[.,:]\d+)*")
_HALF = 0.5
WEAKER = "contradictions of what is more trusted"
"""What is refused, as it is counted."""


def reconcile(
    context: StageContext, state: DreamState, proposals: Sequence[Proposal]
) -> MemoryLedger:
    """The ledger of memories after all uses and proposals, oldest evidence first."""
    ledger = MemoryLedger(state["dream"], context.vault.language)
    recalls = noted_recalls(context, state)
    uses = Counter(i for note in recalls for i in note.items if i.startswith("m"))
    vectors = context.vault.embed([p.memory.text for p in proposals])
    near = _near(context, vectors)
    named = {n for p in proposals for n in (*p.claimed, p.memory.id)}
    names = named.union(uses, *near)
    known = {k: m for k, m in context.vault.get(sorted(names)).items() if isinstance(m, Memory)}
    ledger.now.update(known)
    ledger.vectors.update(_vectors(context, known))
    _count_uses(ledger, uses)
    order = sorted(range(len(proposals)), key=lambda i: (since(proposals[i].memory), i))
    for i in order:
        _reconcile_one(context, ledger, Case(proposals[i], vectors[i], near[i], recalls))
    return ledger


def noted_recalls(context: StageContext, state: DreamState) -> list[RecallNote]:
    """The recalls that this dream learns from."""
    wanted = set(state["recalls"])
    return [note for note in context.vault.recalls() if note.id in wanted] if wanted else []


def _vectors(context: StageContext, known: Mapping[str, Memory]) -> dict[str, Vectors]:
    """Vectors of what memories state; those that are stored may be of their questions, too."""
    alone = [name for name, memory in known.items() if not memory.questions]
    asked = [name for name, memory in known.items() if memory.questions]
    found = dict(zip(alone, context.vault.vectors(alone), strict=True)) if alone else {}
    texts = [known[name].text for name in asked]
    return found | (dict(zip(asked, context.vault.embed(texts), strict=True)) if asked else {})


def _near(context: StageContext, vectors: Vectors) -> list[list[str]]:
    """The nearest memories that may be confirmed or superseded, for each vector."""
    current = set(context.vault.memory_ids()).difference(context.vault.derived_ids())
    found = context.vault.dense(vectors, _FETCHED, prefix="m")
    return [[name for name, _ in hits if name in current][:_NEAR] for hits in found]


def _count_uses(ledger: MemoryLedger, uses: Counter[str]) -> None:
    """Note how often recalls returned a memory; one that is used is tentative no more."""
    for name, count in uses.items():
        old = ledger.now.get(name)
        if old is not None and old.current:
            new = old.model_copy(update={"uses": old.uses + count, "status": "active"})
            ledger.change("merge_memory", new, f"recalled {count} times since the last dream")


def _reconcile_one(context: StageContext, ledger: MemoryLedger, case: Case) -> None:
    new = case.proposal.memory
    held = ledger.now.get(new.id)
    if held is not None and held.status == "superseded":
        if held.valid_to is not None and latest(new) <= held.valid_to:
            merge(context, ledger, held, new)  # more evidence of what held then
            return
        if new.trust < _trust_to_beat(context, ledger, held):
            ledger.refused[WEAKER] += 1
            return
        new = _again(context, ledger, held, new)
    if held is not None and held.status == ARCHIVED:
        woken = held.model_copy(update={"status": "active", "superseded_by": ""})
        ledger.change("merge_memory", woken, "said again, and out of the archive")
    ledger.vectors.setdefault(new.id, case.vector)
    twin = _twin(context, ledger, new, case)
    if twin is not None:
        merge(context, ledger, twin, new)
        if new.trust < twin.trust:
            return
    elif new.id in ledger.now:  # retired: what a person or the lack of ground has ended stays so
        return
    elif outranked(ledger, new, case):
        ledger.refused[WEAKER] += 1
        return
    else:
        ledger.change("add_memory", new, _said(new))
    end_contradicted(context, ledger, (twin or new).id, new, case)
    note_conflict(ledger, case)


def note_conflict(ledger: MemoryLedger, case: Case) -> None:
    """Say which two memories a model finds in conflict: both stand, since none is known to hold."""
    old = ledger.now.get(case.proposal.conflicts)
    if old is not None and holds(old):
        ledger.claims.append(f"in conflict, both are kept: {told(old, case.proposal.memory)}")


def _trust_to_beat(context: StageContext, ledger: MemoryLedger, held: Memory) -> Trust:
    """The trust of a superseded memory, or of what holds in its place if that is higher."""
    name = held.superseded_by
    heir = ledger.now.get(name) or context.vault.get([name]).get(name)
    return max(held.trust, heir.trust) if heir else held.trust


def _again(context: StageContext, ledger: MemoryLedger, held: Memory, new: Memory) -> Memory:
    """A memory for what held before and holds again, with a time of its own."""
    begins = max(since(new), held.valid_to or since(new))
    name = memory_id(new.kind, f"{new.text}\n{begins.isoformat()}")
    known = ledger.now.get(name) or context.vault.get([name]).get(name)
    if isinstance(known, Memory):
        ledger.now[name] = known
    return new.model_copy(update={"id": name, "valid_from": begins})


# -- the same again


def _twin(context: StageContext, ledger: MemoryLedger, new: Memory, case: Case) -> Memory | None:
    """The memory that says the same: by its words, as claimed, or by nearly the same words."""
    same = ledger.now.get(new.id)
    if same is not None:
        return same if holds(same) else None
    claim = ledger.now.get(case.proposal.confirms)
    if claim is not None and holds(claim):
        fault = no_twin(context, ledger, claim, new)
        if not fault:
            return claim
        ledger.claims.append(f"not taken to say the same ({fault}): {told(claim, new)}")
    close = [
        m
        for m in ledger.holding(case.around(ledger), new.id)
        if m.id not in case.proposal.claimed
        and ledger.cosine(m.id, new.id) >= context.policy.merge_cosine
        and same_subject(m.about, new.about)
        and ledger.language.same_statement(m.text, new.text)
        and (m.trust >= new.trust or _covers(ledger.language, new.text, m.text))
        and may_confirm(context, m, new)
    ]
    return max(close, key=lambda m: (ledger.cosine(m.id, new.id), m.id), default=None)


def no_twin(context: StageContext, ledger: MemoryLedger, old: Memory, new: Memory) -> str:
    """Why a claim that two memories say the same is not believed; empty when it is.

    The words may differ: the known text stays, and only the evidence is added to it.
    """
    if ledger.cosine(old.id, new.id) < RELATED or _shared(ledger.language, old, new) <= _HALF:
        return "they have little in common"
    if not same_subject(old.about, new.about):
        return "they are about different subjects"
    covered = _covers(ledger.language, old.text, new.text)
    covered = covered or _covers(ledger.language, new.text, old.text)
    if one_word_apart(ledger.language, old.text, new.text) and not covered:
        return "they differ in one word"
    if not _agree(ledger.language, old.text, new.text):
        return "they differ in a value"
    if _turned_round(ledger.language, old.text, new.text):
        return "they have the same words in another order"
    if old.trust < new.trust and not _covers(ledger.language, new.text, old.text):
        return "the known one is less trusted and says more"
    if not may_confirm(context, old, new):
        return "different persons said them"
    return ""


def _shared(language: Language, old: Memory, new: Memory) -> float:
    """Share of the content words of the shorter text, without its subject, that the other has."""
    subject = content_terms(language, f"{old.about} {new.about}")
    ones, others = (content_terms(language, m.text) - subject for m in (old, new))
    least = min(len(ones), len(others))
    return len(ones & others) / least if least else 1.0


def _turned_round(language: Language, one: str, other: str) -> bool:
    """True if one has all words of the other in another order: who owes whom is told by that."""
    ones, others = (
        [token.stem for token in content_tokens(language, text)] for text in (one, other)
    )
    within = set(ones) <= set(others) or set(others) <= set(ones)
    return within and [w for w in ones if w in others] != [w for w in others if w in ones]


def _agree(language: Language, one: str, other: str) -> bool:
    """True if neither text contradicts the other, or has figures where it has others."""
    ones, others = (set(_FIGURES.findall(text)) for text in (one, other))
    same = ones <= others or others <= ones
    return same and not (language.contradiction(one, other) or language.contradiction(other, one))


def _covers(language: Language, text: str, other: str) -> bool:
    """True if a text has every content word of the other."""
    return content_terms(language, other) <= content_terms(language, text)


def merge(context: StageContext, ledger: MemoryLedger, old: Memory, new: Memory) -> None:
    """Add up the evidence of equal trust; the text stays."""
    if new.trust > old.trust:
        _lift(ledger, old, new)
    if new.trust != old.trust:
        return
    sources = tuple(dict.fromkeys([*old.sources, *new.sources]))
    if len(sources) == len(old.sources):
        return
    cited = context.vault.get(sources).values()
    said = max(old.confirmed, times_said(e for e in cited if isinstance(e, Episode)))
    merged = old.model_copy(
        update={
            "sources": sources,
            "confirmed": said,
            "last_confirmed": max(latest(old), latest(new)),
            "status": "active" if holds(old) and said > 1 else old.status,
            "about": old.about or new.about,
            "quote": old.quote or new.quote,
        }
    )
    ledger.change("merge_memory", merged, _said(merged))


def _lift(ledger: MemoryLedger, old: Memory, new: Memory) -> None:
    """Let more trusted evidence stand for the memory, and nothing less trusted beside it."""
    lifted = old.model_copy(
        update={
            "sources": new.sources,
            "trust": new.trust,
            "confirmed": new.confirmed,
            "valid_from": new.valid_from,
            "last_confirmed": new.last_confirmed,
            "status": new.status if holds(old) else old.status,
            "about": new.about,
            "quote": new.quote,
        }
    )
    ledger.change("merge_memory", lifted, f"{_said(lifted)} by one more trusted; cites that alone")


def _said(memory: Memory) -> str:
    return f"said {memory.confirmed} times" if memory.confirmed > 1 else "said once"
