"""Procedures from failed runs, without a model: a failure of a tool, and what worked for it later.

A failure with the same signature as one that was followed by a success in another conversation
becomes a memory that cites both. It is tentative, and as trusted as the least of its sources: the
text of a failed call comes from outside, so it is told as data, and is never the user's word. What
worked again confirms it; what it says failing again makes it tentative, and then retires it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from langgraph_dreams._text import one_line
from langgraph_dreams.dream.failures.runs import (
    Call,
    Failure,
    agreement,
    before,
    difference,
    failures,
    kin,
    successes,
)
from langgraph_dreams.dream.memories.ledger import MemoryLedger
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.recall.failures import (
    canonical,
    failure_key,
    gist,
    known_ways,
    near_procedures,
    same_args,
    signature_of,
)
from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.safety.trust import flagged
from langgraph_dreams.types.base import lowest_trust
from langgraph_dreams.types.items import Episode, Memory, memory_id
from langgraph_dreams.types.operations import Operation, propose

_LOOKED_AT = 100  # new calls whose like is searched for in one dream
_FETCHED = 32  # episodes looked at for each
_MOST = 20  # new procedures of one dream
_CITED = 4  # failures that one cites
_STRONG = 2.0
"""Of a success that came after the very same failure, over what is only alike."""
_TEXT, _ERROR = 500, 160  # characters
_AGAIN = 2  # failures of a call in one conversation that say that trying again does not help
_HOW = {"failed": "failed with", "interrupted": "was stopped with", "corrected": "was corrected:"}


@dataclass(frozen=True)
class Pair:
    """A failure, and the success that followed it elsewhere."""

    failure: Failure
    success: Call
    likeness: float

    @property
    def rank(self) -> tuple[float, tuple[float, int, int]]:
        """By which the best of several is chosen."""
        return self.likeness, self.success.order


def learn_procedures(
    context: StageContext, state: DreamState, ledger: MemoryLedger, new: Sequence[str]
) -> list[Operation]:
    """Let the ledger have procedures from new episodes; operations that retire some beside it."""
    fresh = _episodes(context, new)
    failing = [f for e in fresh for f in failures(e)][:_LOOKED_AT]
    working = [c for e in fresh for c in successes(e)][:_LOOKED_AT]
    if not (failing or working):
        return []
    known = [*failing, *_earlier(context, failing, working, {e.id for e in fresh})]
    added = 0
    for pair in _pairs(context, known, working):
        if not _confirmed(context, ledger, pair, known) and added < _MOST:
            added += _add(context, state, ledger, pair, known)
    return _failed_again(context, state, ledger, failing, working)


def _episodes(context: StageContext, names: Sequence[str]) -> list[Episode]:
    found = context.vault.get(list(names)).values()
    return [e for e in found if isinstance(e, Episode) and e.done and not e.replaced_by]


def _earlier(
    context: StageContext, failing: Sequence[Failure], working: Sequence[Call], new: set[str]
) -> list[Failure]:
    """Failures of earlier nights that new calls may have to do with."""
    vault = context.vault
    owners = list(dict.fromkeys(c.episode.id for c in (*failing, *working)))
    near = vault.dense(vault.vectors(owners), _FETCHED) if owners else []
    names = {name for hits in near for name, _ in hits}
    texts = dict.fromkeys(f"{c.tool} {c.use.args}"[:_TEXT] for c in working)
    texts |= dict.fromkeys(failure_key(f.tool, f.error) for f in failing)
    for text in texts:
        names |= {name for name, _ in vault.lexical(text, _FETCHED)}
    tools = {c.tool for c in (*failing, *working)}
    old = _episodes(context, sorted(names - new))
    return [f for e in old for f in failures(e) if f.tool in tools]


def _pairs(context: StageContext, known: Sequence[Failure], working: Sequence[Call]) -> list[Pair]:
    """For each kind of failure the later successes in other conversations, the best first."""
    language = context.vault.language
    found: dict[tuple[str, str], Pair] = {}
    for success in working:
        if flagged(success.episode):
            continue
        own = {f.signature for f in before(success, known)}
        for failure in known:
            if (
                failure.tool != success.tool
                or failure.thread == success.thread
                or failure.order >= success.order
            ):
                continue
            strong = _STRONG if failure.signature in own else 0.0
            alike = kin(language, failure, success)
            if not strong + alike:
                continue
            pair = Pair(failure, success, strong + alike)
            at = failure.signature, f"{success.thread}\n{canonical(success.use.args)}"
            if at not in found or pair.rank > found[at].rank:
                found[at] = pair
    return sorted(found.values(), key=lambda p: p.rank, reverse=True)


def _ways(context: StageContext, ledger: MemoryLedger, failure: Failure) -> list[Memory]:
    """Procedures that hold for a failure, as the ledger has them."""
    stored = known_ways(context.vault, failure.tool, failure.error)
    added = (ledger.now[name] for name in ledger.added)
    new = [m for m in added if signature_of(m) == failure.signature]
    found = [ledger.now.setdefault(m.id, m) for m in stored]
    return [m for m in (*new, *found) if m.current]


def _confirmed(
    context: StageContext, ledger: MemoryLedger, pair: Pair, known: Sequence[Failure]
) -> bool:
    """True if a procedure says so already; it then cites the new success, too."""
    for way in _ways(context, ledger, pair.failure):
        if not same_args(way.quote, pair.success.use.args):
            continue
        success = pair.success.episode
        if success.id in way.sources:
            return True
        threads = {e.thread or e.id for e in _episodes(context, way.sources)}
        again = pair.success.thread not in threads
        sources = (*way.sources, success.id)
        cited = _episodes(context, sources)
        merged = way.model_copy(
            update={
                "sources": sources,
                "confirmed": way.confirmed + again,
                "status": "active" if again else way.status,
                "last_confirmed": max(success.time, way.last_confirmed or success.time),
                "trust": lowest_trust(e.trust for e in cited),
            }
        )
        ledger.change("merge_memory", merged, f"worked {merged.confirmed} times")
        return True
    return False


def _add(
    context: StageContext,
    state: DreamState,
    ledger: MemoryLedger,
    pair: Pair,
    known: Sequence[Failure],
) -> int:
    """Add a procedure, unless another holds for that failure and this one only looks alike."""
    failure, success = pair.failure, pair.success
    if pair.likeness < _STRONG and _ways(context, ledger, failure):
        return 0
    error = one_line(gist(failure.error), _ERROR)
    wrong = f"{failure.tool} {_HOW[failure.how]} “{error}”"
    text = one_line(f"{wrong}; what worked: {difference(_tried(pair, known), success)}", _TEXT)
    alike = [f for f in known if f.signature == failure.signature and f.order < success.order]
    alike.sort(key=lambda f: f.order, reverse=True)
    failed = [failure.episode, *(f.episode for f in alike)]
    cited = {e.id: e for e in [*failed[:_CITED], success.episode]}
    name = memory_id("procedure", f"{failure.signature}\n{canonical(success.use.args)}")
    there = name in ledger.now or name in context.vault.get([name])
    if suspicious(text) or there:  # what a person or a failure has ended stays so
        return 0
    memory = Memory(
        id=name,
        text=text,
        kind="procedure",
        about=failure.tool,
        sources=tuple(cited),
        quote=success.use.args,
        questions=(failure_key(failure.tool, failure.error),),
        trust=lowest_trust(e.trust for e in cited.values()),
        valid_from=success.episode.time,
        learned_at=datetime.fromisoformat(state["started"]),
        last_confirmed=success.episode.time,
        status="tentative",
        dream=state["dream"],
    )
    ledger.change("add_memory", memory, "a failure, and what worked for it in another conversation")
    return 1


def _tried(pair: Pair, known: Sequence[Failure]) -> Failure:
    """The failure that a success is told beside: of its own conversation, the last of its kind.

    Else the one with the most alike arguments: what differs from it is what made it work, and not
    what else the two were about.
    """
    failure, success = pair.failure, pair.success
    alike = [f for f in before(success, known) if f.signature == failure.signature]
    if alike:
        return alike[-1]
    others = [
        f
        for f in known
        if f.signature == failure.signature and f.tool == success.tool and f.order < success.order
    ]
    return max(others, key=lambda f: (agreement(f, success), f is failure, f.order))


# -- what does not work any more


def _failed_again(
    context: StageContext,
    state: DreamState,
    ledger: MemoryLedger,
    failing: Sequence[Failure],
    working: Sequence[Call],
) -> list[Operation]:
    """Weaken procedures whose call failed since; operations that retire those that were weak."""
    retired: dict[str, Operation] = {}
    for failure in failing:
        near = near_procedures(context.vault, f"{failure.tool} {failure.use.args}"[:_TEXT])
        near += known_ways(context.vault, failure.tool, failure.error)
        for way in {m.id: ledger.now.setdefault(m.id, m) for m in near}.values():
            if way.id in retired or not _fails(context, way, failure, failing, working):
                continue
            if way.status == "active":
                weaker = way.model_copy(
                    update={"status": "tentative", "last_confirmed": failure.episode.time}
                )
                ledger.change("merge_memory", weaker, f"failed again, in {failure.episode.id}")
            else:
                retired[way.id] = _retired(state, ledger, way, failure)
    return list(retired.values())


def _fails(
    context: StageContext,
    way: Memory,
    failure: Failure,
    failing: Sequence[Failure],
    working: Sequence[Call],
) -> bool:
    """True if a failure is one of what a procedure says, and nothing in its thread mends it."""
    since = way.last_confirmed or way.learned_at
    if not way.current or way.about != failure.tool or failure.how != "failed":
        return False
    if failure.episode.time <= since or not same_args(way.quote, failure.use.args):
        return False
    own = [c for c in working if c.thread == failure.thread and c.tool == failure.tool]
    if any(same_args(c.use.args, way.quote) and c.order > failure.order for c in own):
        return False
    cited = _episodes(context, way.sources)
    again = any(same_args(f.use.args, way.quote) for e in cited for f in failures(e))
    tries = [f for f in failing if f.thread == failure.thread and same_args(f.use.args, way.quote)]
    return not again or len(tries) >= _AGAIN


def _retired(state: DreamState, ledger: MemoryLedger, way: Memory, failure: Failure) -> Operation:
    ended = way.model_copy(
        update={"status": "retired", "valid_to": datetime.fromisoformat(state["started"])}
    )
    reason = f"failed again, in {failure.episode.id}"
    return propose(state["dream"], "retire_memory", ended, before=way, reason=reason)
