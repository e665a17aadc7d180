"""Write the items of a namespace into a new collection, without a moment at which it has none.

With the vectors of another embedder, or with the same, in place of an index that has become bad.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from langgraph_dreams.errors import StoreError
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.store.chroma.client_gate import ClientGate
from langgraph_dreams.store.chroma.collection import (
    Collection,
    batches,
    collection_names,
    drop_collection,
)
from langgraph_dreams.store.chroma.jitter import jitter
from langgraph_dreams.store.embedded.repair_log import lost_vectors, settle_repairs
from langgraph_dreams.store.items import Item, item_of, portions
from langgraph_dreams.store.namespace_state import NamespaceState
from langgraph_dreams.store.passages import PASSAGES, Passages, passages_of
from langgraph_dreams.store.records.registry import Registry
from langgraph_dreams.store.searched import searched
from langgraph_dreams.store.validation import Vectors, embedded

if TYPE_CHECKING:
    from langgraph_dreams.embedding.protocol import Embedder

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
VectorsOf = Callable[[Sequence[Item]], Vectors]
PassagesOf = Callable[[Sequence[Item]], Mapping[str, Passages]]
_PAGE = 200
_MANY = 1000  # erased items from which on they matter


def reembed(
    gate: ClientGate,
    registry: Registry,
    state: NamespaceState,
    embedder: "Embedder",
    on_progress: Progress | None,
) -> int:
    """Give every item of a namespace a vector of `embedder`; returns the number of items.

    Other writers of the namespace wait. Killed or failed half-way, the former collection stays in
    use. Raises EmbedderError or StoreError, the namespace unchanged.
    """
    with state.write_lock:
        total = len(state.items.ids())
        done = 0

        def vectors_of(items: Sequence[Item]) -> Vectors:
            nonlocal done
            vectors = _made(embedder, items, state.index.language)
            done += len(items)
            if on_progress is not None:
                on_progress(done, total)
            return vectors

        def parts_of(items: Sequence[Item]) -> dict[str, Passages]:
            spans = {item.id: searched(item, state.index.language).spans for item in items}
            texts = {item.id: item.text for item in items}
            return passages_of(texts, spans, lambda parts: embedded(embedder, parts))

        total = _renew(
            gate, registry, state, embedder.name, embedder.dimension, vectors_of, parts_of
        )
        state.start_anew()  # the index has the passages' vectors
        return total


def embed_lost(
    gate: ClientGate, registry: Registry, state: NamespaceState, embedder: "Embedder", path: Path
) -> None:
    """Embed again what has only a placeholder since a repair.

    In a new collection: an index in which placeholders were replaced misses a third of its items
    at times, since the first place of a vector decides about its neighbours. Killed half-way, the
    next opening of the namespace begins again. Raises EmbedderError or StoreError.
    """
    former = state.items.name
    lost = lost_vectors(path, former)

    def vectors_of(items: Sequence[Item]) -> Vectors:
        vectors = state.items.vectors([item.id for item in items if item.id not in lost])
        wanted = [item for item in items if item.id not in vectors]
        vectors |= zip(
            (item.id for item in wanted), _made(embedder, wanted, state.index.language), strict=True
        )
        return np.stack([vectors[item.id] for item in items])

    if lost:
        with state.write_lock:
            _renew(gate, registry, state, embedder.name, embedder.dimension, vectors_of)
            settle_repairs(path, former, lost)
        logger.warning(
            "%s: %d items of %s were embedded again, after a repair",
            path,
            len(lost),
            "/".join(state.entry.parts),
        )
    state.embedded = True


def rebuild_thinned(state: NamespaceState) -> None:
    """Write the items anew when most of what their index holds was erased.

    An erased item keeps its place in the index, and with it links that others are found by; the
    more there are, the more of the rest is missed. On a server, which others use too, it is left:
    they would lose the collection that they have open.
    """
    if state.shared or state.erased() <= max(_MANY, state.items.count()):
        return

    def vectors_of(items: Sequence[Item]) -> Vectors:
        vectors = state.items.vectors([item.id for item in items])
        return np.stack([vectors[item.id] for item in items])

    entry = state.entry
    with state.write_lock:
        _renew(state.gate, state.registry, state, entry.embedder, entry.dimension, vectors_of)


def drop_strays(gate: ClientGate, registry: Registry) -> None:
    """Delete collections of items that no namespace uses, which a death while copying leaves.

    Nobody else may use the store meanwhile.
    """
    for name in registry.stray_items(collection_names(gate)):
        drop_collection(gate, name)


def _renew(
    gate: ClientGate,
    registry: Registry,
    state: NamespaceState,
    embedder: str,
    dimension: int,
    vectors_of: VectorsOf,
    parts_of: PassagesOf = lambda items: {},
) -> int:
    """Write a new collection of items, switch the registry to it, then delete the former."""
    state.fresh()
    former = state.entry
    name = registry.items_name(former.key, int(former.items.rsplit(".", 1)[1]) + 1)
    drop_collection(gate, name)
    target = state.open_items(name)
    try:
        total = _copy(state.items, target, vectors_of, parts_of)
    except BaseException:
        drop_collection(gate, name)
        raise
    entry = replace(former, items=name, embedder=embedder, dimension=dimension)
    if embedder != former.embedder:
        entry = replace(entry, floor=None, floor_of=0)  # it is of one embedder
    state.registered.put(entry)
    state.items = target
    target.widen(total)
    state.bump()
    drop_collection(gate, former.items)
    return total


def _made(embedder: "Embedder", items: Sequence[Item], language: Language) -> Vectors:
    vectors = embedded(embedder, [searched(item, language).text for item in items])
    return jitter([item.id for item in items], vectors)


def _copy(
    source: Collection, target: Collection, vectors_of: VectorsOf, parts_of: PassagesOf
) -> int:
    ids = source.ids()
    for page in batches(ids, _PAGE):
        rows = list(source.rows(page, texts=True).values())
        items = [item_of(row) for row in rows]
        vectors = vectors_of(items)
        parts = {id_: {PASSAGES: own.stored()} for id_, own in parts_of(items).items()}
        for start, stop in portions(items):
            batch = rows[start:stop]
            target.add(
                [row.id for row in batch],
                vectors[start:stop],
                [row.text for row in batch],
                [{**row.fields, **parts.get(row.id, {})} for row in batch],
            )
    if target.count() != len(ids):
        raise StoreError(
            f"the store changed while it was re-embedded: {len(ids)} items before, {target.count()}"
            " copied; nothing was switched, run it again"
        )
    return len(ids)
