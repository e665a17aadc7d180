"""Give a namespace the vectors of another embedder, without a moment at which it has none."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from langgraph_dreams.errors import StoreError

from .chroma import ITEM_SPACE, Collection, batches, drop_collection
from .gate import Gate
from .items import document_of, fields_of, item_of, portions
from .registry import Registry
from .repair_notes import lost_vectors, settle_repairs
from .room import Room
from .texts import embedded

if TYPE_CHECKING:
    from langgraph_dreams.embeddings import Embedder

logger = logging.getLogger(__name__)

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


def embed_lost(path: Path, room: Room, embedder: "Embedder") -> int:
    """Embed again what has only a placeholder since a repair; returns how many.

    Killed in the middle, the next opening of the namespace begins again. Raises EmbedderError or
    StoreError.
    """
    lost = lost_vectors(path, room.items.name)
    if lost:
        _embed_again(path, room, embedder, lost)
    room.embedded = True
    return len(lost)


def _embed_again(path: Path, room: Room, embedder: "Embedder", lost: set[str]) -> None:
    done: list[str] = []
    for page in batches(sorted(lost), _PAGE):
        items = [item_of(row) for row in room.items.rows(page, texts=True).values()]
        vectors = embedded(embedder, [item.text for item in items])
        for start, stop in portions(items):
            ids = [item.id for item in items[start:stop]]
            room.items.replace_vectors(ids, vectors[start:stop])
            done += ids
    settle_repairs(path, room.items.name, done)
    logger.warning(
        "%s: %d items of %s were embedded again, after a repair",
        path,
        len(done),
        "/".join(room.entry.parts),
    )
