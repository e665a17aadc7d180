"""Give a namespace the vectors of another embedder, without a moment at which it has none."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from langgraph_dreams.errors import StoreError

from .chroma import ITEM_SPACE, Collection, batches, drop_collection
from .gate import Gate
from .items import document_of, fields_of, item_of, portions
from .registry import Registry
from .room import Room
from .texts import embedded

if TYPE_CHECKING:
    from langgraph_dreams.embeddings import Embedder

Progress = Callable[[int, int], None]
_PAGE = 200


def reembed(
    gate: Gate,
    registry: Registry,
    room: Room,
    embedder: "Embedder",
    on_progress: Progress | None,
) -> int:
    """Write a new collection of items, switch the registry to it, then delete the former.

    Other writers of the namespace wait. Killed before the switch, the former collection stays in
    use, and what was written of the new one is deleted at the next attempt. Returns the number of
    items. Raises EmbedderError or StoreError, the namespace unchanged.
    """
    with room.write_lock:
        room.fresh()
        former = room.entry
        name = registry.items_name(former.key, int(former.items.rsplit(".", 1)[1]) + 1)
        drop_collection(gate, name)
        target = Collection(gate, name, ITEM_SPACE)
        total = _copy(room.items, target, embedder, on_progress)
        room.entry = registry.put(
            replace(former, items=name, embedder=embedder.name, dimension=embedder.dimension)
        )
        room.items = target
        target.widen(total)
        room.bump()
        drop_collection(gate, former.items)
        return total


def _copy(
    source: Collection, target: Collection, embedder: "Embedder", on_progress: Progress | None
) -> int:
    ids = source.ids()
    done = 0
    for page in batches(ids, _PAGE):
        items = [item_of(row) for row in source.rows(page, texts=True).values()]
        vectors = embedded(embedder, [item.text for item in items])
        for start, stop in portions(items):
            batch = items[start:stop]
            target.add(
                [item.id for item in batch],
                vectors[start:stop],
                [document_of(item) for item in batch],
                [fields_of(item) for item in batch],
            )
        done += len(items)
        if on_progress is not None:
            on_progress(done, len(ids))
    if target.count() != len(ids):
        raise StoreError(
            f"the store changed while it was re-embedded: {len(ids)} items before, {target.count()}"
            " copied; nothing was switched, run it again"
        )
    return len(ids)
