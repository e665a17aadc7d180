"""The contents of a store and the damage found in it, in words; repairs nothing."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import chromadb

from langgraph_dreams.embedding.protocol import Embedder
from langgraph_dreams.errors import DreamsError, EmbedderMismatchError, StoreError
from langgraph_dreams.store.chroma.client_gate import ClientGate
from langgraph_dreams.store.chroma.collection import (
    ITEM_SPACE,
    RECORD_SPACE,
    Collection,
    collection_names,
)
from langgraph_dreams.store.embedded import folder
from langgraph_dreams.store.embedded.compaction import expected
from langgraph_dreams.store.embedded.recognize import advice
from langgraph_dreams.store.embedded.repair_log import Repair, read_repairs
from langgraph_dreams.store.index.queries import IndexQueries
from langgraph_dreams.store.index.schema import SCHEMA_VERSION
from langgraph_dreams.store.namespace_state import NamespaceState
from langgraph_dreams.store.records.journal import Journal
from langgraph_dreams.store.records.registry import Registration, Registry, require_embedder
from langgraph_dreams.store.records.spool import MOST, Spool
from langgraph_dreams.types.reports import REJECTIONS, SET_ASIDE, DreamReport
from langgraph_dreams.types.telling.health import NOTHING
from langgraph_dreams.types.telling.told import many

Level = Literal["ok", "warning", "error"]

_REOPEN = "close the store and open it again, which repairs it; if that fails, restore a backup"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found by a check."""

    level: Level
    subject: str
    """"store", or the parts of a namespace joined by "/"."""
    text: str
    advice: str = ""


def inspect(
    gate: ClientGate,
    registry: Registry,
    path: Path | None,
    index_path: Path | None,
    states: Mapping[str, NamespaceState],
    embedder: Embedder | None = None,
) -> list[Finding]:
    """Look at the whole store, which may be open with this embedder."""
    findings = [_store(path), *_unknown(gate), *_compaction(path)]
    try:
        entries = registry.all()
        names = set(collection_names(gate))
    except StoreError as error:
        return [*findings, Finding("error", "store", str(error), _way_out(gate))]
    findings.append(Finding("ok", "store", many(len(entries), "namespace")))
    if path is not None:
        findings += [_repair(found, names) for found in read_repairs(path)]
    expected = {registry.name, f"{registry.prefix}unattributed"}
    for entry in entries:
        expected |= {entry.items, registry.records_name(entry.key)}
        findings += _namespace(gate, registry, entry, names, index_path, states.get(entry.key))
        findings += _embedded(entry, embedder) if embedder else []
    findings += [
        Finding(
            "warning",
            "store",
            f"the collection {name} belongs to no namespace",
            "left by a re-embedding or an opening that was cut off: do it again",
        )
        for name in sorted(names - expected)
        if name.startswith(registry.prefix)
    ]
    return findings


def unattributed(spool: Spool) -> list[Finding]:
    """Turns that wait for somebody to say whose they are."""
    try:
        waiting = spool.all()
    except StoreError as error:
        return [Finding("error", "store", str(error))]
    if not waiting:
        return []
    first, last = waiting[0], waiting[-1]
    return [
        Finding(
            "warning",
            "store",
            f"{len(waiting)} turns (at most {MOST} are kept) of which nobody said whose they are,"
            f" from {first.episode.time:%Y-%m-%d} to {last.episode.time:%Y-%m-%d}: {last.why}",
            "langgraph-dreams unattributed lists them; with --namespace and --record, or --discard,"
            " they are recorded or deleted",
        )
    ]


def _store(path: Path | None) -> Finding:
    version = f"Chroma {chromadb.__version__}"
    if path is None:
        return Finding("ok", "store", f"no folder of its own, {version}")
    return Finding("ok", "store", f"{path}, {folder.size(path) / 1e6:.1f} MB, {version}")


def _unknown(gate: ClientGate) -> list[Finding]:
    return [Finding("warning", "store", gate.unknown, advice())] if gate.unknown else []


def _way_out(gate: ClientGate) -> str:
    return advice() if gate.unknown else _REOPEN


def _compaction(path: Path | None) -> list[Finding]:
    try:
        if path is None or not expected(path):
            return []
    except StoreError as error:
        return [Finding("error", "store", str(error))]
    text = "what was forgotten is not yet out of the files"
    return [Finding("warning", "store", text, "close the store and open it again")]


def _repair(repair: Repair, names: set[str]) -> Finding:
    told = f"{repair.time}: {repair}"
    if repair.to_embed and repair.collection in names:
        return Finding("warning", "store", told, "embedded when the namespace is next opened")
    advice = f"delete {repair.aside} when nothing is missed" if repair.aside else ""
    return Finding("ok", "store", told, advice)


def _namespace(
    gate: ClientGate,
    registry: Registry,
    entry: Registration,
    names: set[str],
    index_path: Path | None,
    state: NamespaceState | None,
) -> list[Finding]:
    subject = "/".join(entry.parts)
    if entry.items not in names:
        return [
            Finding("error", subject, f"its items ({entry.items}) are gone", "restore a backup")
        ]
    try:
        items = Collection(gate, entry.items, ITEM_SPACE).count()
        records = Collection(gate, registry.records_name(entry.key), RECORD_SPACE)
        dreams = Journal(records).all(False)
    except StoreError as error:
        return [Finding("error", subject, f"cannot be read: {error}", _way_out(gate))]
    findings = [
        Finding(
            "ok",
            subject,
            f"{many(items, 'item')}, {many(len(dreams), 'dream')}, embedder {entry.embedder}"
            f" ({entry.dimension} dimensions)",
        ),
        _index(subject, entry, items, index_path, state),
    ]
    findings += [
        Finding("warning", subject, f"dream {dream.id} was cut off while committing", "dream again")
        for dream in dreams
        if dream.status == "committing"
    ]
    return [*findings, *_rejected(subject, dreams), *_unwell(subject, dreams)]


def _embedded(entry: Registration, embedder: Embedder) -> Iterator[Finding]:
    """Whether what has the store open can open this namespace."""
    try:
        require_embedder(entry, embedder.name, embedder.dimension)
    except EmbedderMismatchError:
        text = f"written by the embedder {entry.embedder}, not by {embedder.name}: not opened here"
        advice = f"open it with {entry.embedder}, or convert it: store.reembed(...)"
        yield Finding("warning", "/".join(entry.parts), text, advice)
    except DreamsError:
        return  # an embedder that is not there is told of by itself


def _rejected(subject: str, dreams: Sequence[DreamReport]) -> Iterator[Finding]:
    """Nights that the guard rejects again and again, and what it set aside for that."""
    for dream in dreams:
        if dream.status == "rejected" and (count := int(dream.health.get(SET_ASIDE, 0))):
            yield Finding(
                "warning",
                subject,
                f"{count} episodes are set aside since dream {dream.id}: they are not dreamt of"
                " again, recall still finds them",
                "its notes say why: langgraph-dreams journal",
            )
    nights = (d for d in reversed(dreams) if d.status != "noop" and d.depth != "nap")
    last = next(nights, None)
    if last is None or last.status != "rejected" or last.health.get(SET_ASIDE):
        return
    if many := int(last.health.get(REJECTIONS, 0)):
        why = next((n for n in reversed(last.notes) if n.startswith("rejected: ")), "rejected")
        text = f"nights in a row that were rejected with the same episodes: {many}; {why}"
        yield Finding("warning", subject, text, f"see dream {last.id}")


def _unwell(subject: str, dreams: Sequence[DreamReport]) -> Iterator[Finding]:
    """Alarms of the last dream, and why it brought nothing; naps, which are not examined, aside."""
    ended = ("committed", "rejected")
    last = next((d for d in reversed(dreams) if d.status in ended and d.depth != "nap"), None)
    if last is None:
        return
    for alarm in last.alarms:
        text = f"{alarm.kind.replace('_', ' ')}: {alarm.text} (dream {last.id})"
        yield Finding("warning", subject, text, alarm.advice)
    for why in () if last.alarms else last.brought_nothing:
        text, advice = NOTHING[why]
        yield Finding("ok", subject, f"the last dream brought nothing: {text}", advice)


def _index(
    subject: str,
    entry: Registration,
    items: int,
    index_path: Path | None,
    state: NamespaceState | None,
) -> Finding:
    path = index_path and index_path / f"{entry.key}.sqlite3"
    if state is not None:
        pending = len(state.index.pending())
        return _index_state(subject, items, IndexQueries(state.rows).size(), pending)
    if path is None:
        return Finding("ok", subject, "index in memory, built at the first question")
    if not path.exists():
        return Finding("warning", subject, "no index file", "built at the first question")
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            schema = db.execute("SELECT value FROM facts WHERE name = 'schema'").fetchone()
            size = db.execute("SELECT count(*) FROM items").fetchone()[0]
            pending = db.execute("SELECT count(*) FROM pending").fetchone()[0]
            sound = db.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except sqlite3.Error as error:
        return Finding("warning", subject, f"index damaged: {error}", "rebuilt when it is used")
    if not sound or schema != (SCHEMA_VERSION,):
        return Finding("warning", subject, "index damaged or old", "rebuilt when it is used")
    return _index_state(subject, items, size, pending)


def _index_state(subject: str, items: int, size: int, pending: int) -> Finding:
    if pending or size != items:
        return Finding(
            "warning",
            subject,
            f"index stale: {size} of {items} items, {pending} unsettled changes",
            "caught up when it is used",
        )
    return Finding("ok", subject, f"index in step, {many(size, 'item')}")
