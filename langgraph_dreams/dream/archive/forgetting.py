"""Forgetting: what is over the budget, weak and borne by something else goes into the archive.

Recall finds the archive when asked for it, or for a time before; nothing is deleted, and a rollback
brings all of it back. What comes back by itself: an item that a recall of the archive returned, and
one whose bearer is gone. What nothing else says stays, also beyond the budget, unless the policy
says that the budget holds: then the episodes that state least go after it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from langgraph_dreams.dream.archive.borne import Bearers
from langgraph_dreams.dream.archive.order import Candidate, Strategy, strategy
from langgraph_dreams.dream.archive.protected import protected, untouchable
from langgraph_dreams.dream.archive.strength import strength
from langgraph_dreams.dream.archive.worth import least_worth
from langgraph_dreams.dream.commit.preview import PreviewStore
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.items import ARCHIVED, Archival, Episode, Memory
from langgraph_dreams.types.operations import SINGLE_KINDS, Operation, propose

_READ = 200  # items read at once
_NOTES = 1_000_000


def over_budget(context: StageContext) -> int:
    """The number of items that are over the budget of their number; 1 if only their size is."""
    policy, vault = context.policy, context.vault
    if policy.keep_items is None and policy.keep_bytes is None:
        return 0
    more = 0
    if policy.keep_items is not None:
        more = max(0, len(_searched(vault)) - policy.keep_items)
    if not more and policy.keep_bytes is not None:
        more = int(_bytes(vault, _searched(vault)) > policy.keep_bytes)
    return more


def forgetting(context: StageContext, state: DreamState) -> list[Operation]:
    """Operations on the archive, after all others of the dream: what goes, and what comes back."""
    back = returning(context, state)
    if not over_budget(context):
        return back
    operations = [Operation.model_validate(o) for o in state.get("operations", ())]
    view = PreviewStore(context.vault, [o for o in operations if o.kind not in SINGLE_KINDS])
    fixed = untouchable(context, state, operations) | {o.target for o in back}
    return [*back, *_leaving(context, state, view, fixed)]


def _searched(vault: NamespaceStore) -> list[str]:
    """Items that recall searches: episodes out of the archive, memories that hold."""
    return [*vault.episode_ids(archived=False), *vault.memory_ids()]


def _bytes(vault: NamespaceStore, ids: Sequence[str]) -> int:
    batches = (ids[at : at + _READ] for at in range(0, len(ids), _READ))
    return sum(len(item.text.encode()) for batch in batches for item in vault.get(batch).values())


# -- what goes


def _leaving(
    context: StageContext, state: DreamState, view: NamespaceStore, fixed: set[str]
) -> list[Operation]:
    policy, vault = context.policy, context.vault
    ids = _searched(vault)
    many = len(ids) - policy.keep_items if policy.keep_items is not None else 0
    size = _bytes(vault, ids) - policy.keep_bytes if policy.keep_bytes is not None else 0
    found: list[Operation] = []
    for item, bearer in _in_order(context, view, ids, fixed):
        if (many <= 0 and size <= 0) or len(found) >= policy.archived_per_dream:
            break
        many, size = many - 1, size - len(item.text.encode())
        found.append(_operation(state, item, bearer))
    context.send_progress(
        "narrate", "progress", f"{len(found)} items for the archive", archived=len(found)
    )
    return found


def _in_order(
    context: StageContext, view: NamespaceStore, ids: Sequence[str], fixed: set[str]
) -> Iterator[tuple[Episode | Memory, str]]:
    """What may go, each with what bears it: what is borne, and then the rest, if it may."""
    policy, vault = context.policy, context.vault
    derived = set(vault.derived_ids())
    chosen, bearers = strategy(), Bearers(view, policy)
    uses = _uses(vault, [name for name in ids if name not in fixed and name not in derived])
    ordered = [c.id for c in chosen.order(uses.candidates())]
    gone: set[str] = set()
    for at in range(0, len(ordered), _READ):
        items = list(view.get(ordered[at : at + _READ]).values())
        for item, bearer in _going(view, bearers, chosen, items):
            gone.add(item.id)
            yield item, bearer
    if policy.keep_unborne or not chosen.only_borne:
        return
    left = [name for name in ordered if name not in gone and name.startswith("e")]
    least = least_worth(view, left, uses.recalled, uses.now, policy.archived_per_dream)
    for at in range(0, len(least), _READ):
        items = list(view.get(least[at : at + _READ]).values())
        kept = protected(view, items)
        for item in items:
            if item.id not in kept and not bearers.needed(item.id):
                bearers.let_go(item.id)
                yield item, ""


def _going(
    view: NamespaceStore,
    bearers: Bearers,
    chosen: Strategy,
    items: Sequence[Episode | Memory],
) -> Iterator[tuple[Episode | Memory, str]]:
    """Items that may go, in their order, each with what bears it."""
    kept = protected(view, items)
    if not chosen.only_borne:
        yield from ((item, item.id) for item in items if item.id not in kept)
        return
    borne = bearers.of(items, kept)
    yield from ((item, borne[item.id]) for item in items if item.id in borne)


def _operation(state: DreamState, item: Episode | Memory, bearer: str) -> Operation:
    dream = state.get("dream", "")
    if not bearer:
        bearer, why = item.id, "states least, and the budget holds"
    else:
        why = "states nothing" if bearer == item.id else f"{bearer} says as much"
    why = f"weak, and {why}"
    if isinstance(item, Episode):
        after, before = Archival(id=item.id, archived=bearer), Archival(id=item.id)
        return propose(dream, "retire_episode", after, before=before, reason=why)
    heir = "" if bearer == item.id else bearer
    put = item.model_copy(update={"status": ARCHIVED, "superseded_by": heir})
    return propose(dream, "retire_memory", put, before=item, reason=why)


@dataclass
class _Uses:
    """When items were said, and when recalls returned them (UNIX seconds)."""

    said: dict[str, list[float]]
    recalled: dict[str, list[float]]
    now: float
    """The last use of anything."""

    def candidates(self) -> list[Candidate]:
        """The items with their strength."""
        return [
            Candidate(name, strength([*times, *self.recalled.get(name, ())], self.now), min(times))
            for name, times in self.said.items()
        ]


def _uses(vault: NamespaceStore, ids: Sequence[str]) -> _Uses:
    episodes = [name for name in ids if name.startswith("e")]
    memories = [name for name in ids if name.startswith("m")]
    places = vault.order(episodes) if episodes else {}
    standings = vault.standings(memories) if memories else {}
    said = vault.order([i for s in standings.values() for i in s.sources]) if standings else {}
    times = {name: [place.time] for name, place in places.items()}
    for name, standing in standings.items():
        times[name] = [said[i].time for i in standing.sources if i in said] or [standing.valid_from]
    recalled: dict[str, list[float]] = defaultdict(list)
    for note in vault.recalls(undreamt=False, limit=_NOTES):
        for name in set(note.items) & times.keys():
            recalled[name].append(note.time.timestamp())
    uses = (time for own in (*times.values(), *recalled.values()) for time in own)
    return _Uses(times, recalled, max(uses, default=0.0))


# -- what comes back


def returning(context: StageContext, state: DreamState) -> list[Operation]:
    """What comes back from the archive, with any dream."""
    vault = context.vault
    memories = vault.memory_ids([ARCHIVED])
    if not (memories or vault.archive_size()):
        return []
    changed = {Operation.model_validate(o).target for o in state.get("operations", ())}
    return [o for o in _returning(context, state, memories) if o.target not in changed]


def _returning(
    context: StageContext, state: DreamState, memories: Sequence[str]
) -> Iterator[Operation]:
    """What recalls of the archive returned since the last dream, and what is borne no more."""
    vault, dream = context.vault, state.get("dream", "")
    asked = {name for note in vault.noted(list(state.get("recalls", ()))) for name in note.items}
    episodes = vault.bearers(vault.archive())
    put = [m for m in vault.get(memories).values() if isinstance(m, Memory)]
    there = vault.get(list({*episodes.values(), *(m.superseded_by for m in put)} - {""}))
    for name, bearer in episodes.items():
        if name in asked or (bearer != name and _gone(there.get(bearer))):
            after, before = Archival(id=name), Archival(id=name, archived=bearer)
            reason = _back(name in asked)
            yield propose(dream, "restore_episode", after, before=before, reason=reason)
    for memory in put:
        if memory.id in asked or _gone(there.get(memory.superseded_by)):
            woken = memory.model_copy(update={"status": "active", "superseded_by": ""})
            reason = _back(memory.id in asked)
            yield propose(dream, "merge_memory", woken, before=memory, reason=reason)


def _gone(bearer: Episode | Memory | None) -> bool:
    """True if a bearer says nothing any more: forgotten, retired, or edited since."""
    if isinstance(bearer, Episode):
        return bool(bearer.replaced_by)
    return bearer is None or bearer.status == "retired"


def _back(asked: bool) -> str:
    return "a recall returned it" if asked else "nothing bears it any more"
