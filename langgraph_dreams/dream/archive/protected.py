"""What never goes into the archive, whatever its strength."""

from collections.abc import Iterable, Sequence

from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.recall.update_order import is_update
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.operations import Operation

PINNED = "pinned"
"""Tag of an episode that a person wants to keep in recall."""


def untouchable(
    context: StageContext, state: DreamState, operations: Sequence[Operation]
) -> set[str]:
    """Ids that can be told without reading items.

    Those of what this dream is about or changes, of what no dream has seen, of lines of the core
    with what they cite, and of what bears an item of the archive.
    """
    vault = context.vault
    core = vault.get_core()
    away = vault.archive()
    concerns = (name for concern in state.get("concerns", ()) for name in concern["episodes"])
    return {
        *state["episodes"],
        *state.get("revisited", ()),
        *vault.undreamt(),
        *concerns,
        *(o.target for o in operations),
        *(name for line in core.lines for name in (line.memory, *line.sources)),
        *(vault.bearers(away).values() if away else ()),
    }


def protected(view: NamespaceStore, items: Iterable[Episode | Memory]) -> set[str]:
    """Those of the items that stay: pinned, an open concern, a correction, or on a page."""
    items = list(items)
    ids = [item.id for item in items]
    corrections = {edge.a for edge in view.edges(ids) if is_update(edge)} if ids else set[str]()
    replacing = set(view.replaced_by(ids).values()) if ids else set[str]()
    citing = view.citing(ids) if ids else {}
    standings = view.standings([n for names in citing.values() for n in names])
    heirs = set(view.replaced_by(list(standings)).values()) if standings else set[str]()
    on_page = {
        name
        for name, names in citing.items()
        if any(standings[n].cites and standings[n].holds() for n in names if n in standings)
    }
    corrections |= {name for name, names in citing.items() if heirs.intersection(names)}
    sources = [name for item in items if isinstance(item, Memory) for name in item.sources]
    pinned = {e.id for e in view.get(sources).values() if isinstance(e, Episode) and _kept(e)}
    return {
        item.id
        for item in items
        if item.id in corrections | replacing
        or (isinstance(item, Episode) and _kept(item))
        or (isinstance(item, Memory) and (item.id in on_page or pinned.intersection(item.sources)))
    }


def _kept(episode: Episode) -> bool:
    return PINNED in episode.tags or episode.outcome != "ok"
