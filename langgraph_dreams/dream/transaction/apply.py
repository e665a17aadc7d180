"""A dream as one transaction: its operations applied, under the lease of its namespace.

Whoever changes what dreams have made holds the lease of the namespace, so that a dream found in the
journal as being committed is a dead one's, and can be finished. Every operation sets a state; to
apply one twice changes nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.store import Lease, NamespaceStore
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import Link, Memory
from langgraph_dreams.types.operations import (
    EPISODE_KINDS,
    LINK_KINDS,
    MEMORY_KINDS,
    Operation,
)
from langgraph_dreams.types.reports import DreamReport


@contextmanager
def leased(vault: NamespaceStore, what: str, seconds: float, wait: float = 0.0) -> Iterator[Lease]:
    """Hold the lease of a namespace while the body runs. Raises BusyError."""
    lease = vault.leases.take(what, seconds, wait)
    stop = vault.leases.keep(lease, seconds)
    try:
        yield lease
    finally:
        stop()
        vault.leases.release(lease)


def cut_short(vault: NamespaceStore) -> list[str]:
    """Ids of the dreams that were journalled but not finished, oldest first."""
    return [r.id for r in vault.dreams() if r.status == "committing"]


def finish_pending(vault: NamespaceStore, ids: Sequence[str]) -> None:
    """Under the lease: finish dreams that a death cut short."""
    for name in ids:
        whole = vault.get_dream(name)
        if whole is not None and whole.status == "committing":
            finish(vault, whole)


def finish(
    vault: NamespaceStore,
    pending: DreamReport,
    timed: Callable[[DreamReport], DreamReport] | None = None,
) -> DreamReport:
    """Carry out a journalled dream; `timed` adds the seconds of the commit to its report."""
    apply(vault, pending.operations)
    if pending.depth != "nap":  # which looked at them; the sleep dreams of them
        vault.mark_dreamt(list(pending.episodes), pending.id)
    vault.mark_recalls(list(pending.recalls), pending.id)
    done = pending.model_copy(update={"status": "committed", "finished": now()})
    done = timed(done) if timed else done
    vault.put_dream(done)
    return done


def apply(vault: NamespaceStore, operations: tuple[Operation, ...]) -> None:
    """Write what operations say; every one sets a state, so that a second time changes nothing."""
    links = [o.link() for o in operations if o.kind in LINK_KINDS]
    memories = [o.memory() for o in operations if o.kind in MEMORY_KINDS]
    cores = [o.core() for o in operations if o.kind == "change_core"]
    learned = [o.learned() for o in operations if o.kind == "change_weights"]
    places = {o.target: o.archival().archived for o in operations if o.kind in EPISODE_KINDS}
    if memories:
        vault.put_memories(memories)
    if places:
        vault.mark_archived(places)
    if cores:
        vault.put_core(cores[-1])
    if learned:
        vault.put_learned(learned[-1])
    if links:
        put_links(vault, links)


def put_links(vault: NamespaceStore, links: list[Link]) -> None:
    """Write links, but for those whose end is gone: that must not block every later dream."""
    try:
        vault.put_links(links)
    except InvalidInputError:
        here = vault.get(list({end for link in links for end in (link.a, link.b)}))
        kept = [link for link in links if link.a in here and link.b in here]
        if len(kept) == len(links):
            raise
        vault.put_links(kept)


def memories_after(
    vault: NamespaceStore, ids: Sequence[str], changed: Mapping[str, Memory]
) -> list[Memory]:
    """Memories by id, changed ones as they will be; unknown ids are left out."""
    stored = vault.get([name for name in ids if name not in changed])
    found = (changed.get(name) or stored.get(name) for name in dict.fromkeys(ids))
    return [memory for memory in found if isinstance(memory, Memory)]
