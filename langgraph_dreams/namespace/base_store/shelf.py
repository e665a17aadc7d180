"""One namespace of the store: reads, writes and deletes by key."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from langgraph.store.base import Item

from langgraph_dreams.namespace.base_store.names import Path
from langgraph_dreams.namespace.base_store.values import joined, texts_of
from langgraph_dreams.namespace.forgetting import forget_puts
from langgraph_dreams.namespace.session import NamespaceSession
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.store.puts import packed, redacted_value, thread_of, value_of
from langgraph_dreams.types.base import JsonObject, Trust, now
from langgraph_dreams.types.items import Episode, Put, episode_id

UNINDEXED = "unindexed"
"""Stands for the dream that an episode was consumed by which no dream is to see."""
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Write:
    """A put that was checked; a value of None deletes."""

    value: JsonObject | None
    fields: tuple[str, ...] = ()
    ttl: float | None = None


@dataclass(frozen=True)
class Shelf:
    """One namespace, under LangGraph's name for it."""

    path: Path
    session: NamespaceSession
    trust: Trust
    omits_expired: bool

    @property
    def vault(self) -> NamespaceStore:
        """Its kept things."""
        return self.session.vault

    # -- reading

    def get(self, keys: Sequence[str]) -> dict[str, Episode]:
        """What is kept under these keys."""
        return self.live(self.vault.puts(self.vault.put_ids_of(keys)).values())

    def all(self) -> dict[str, Episode]:
        """Everything that is kept, by key."""
        return self.live(self.vault.puts(self.vault.put_ids()).values())

    def live(self, episodes: Iterable[Episode]) -> dict[str, Episode]:
        """Those that are neither deleted, overwritten nor past their end, by key."""
        at = now()
        return {
            e.put.key: e
            for e in episodes
            if e.put and not (e.put.deleted or e.replaced_by or self._gone(e.put, at))
        }

    def _gone(self, put: Put, at: datetime) -> bool:
        return self.omits_expired and put.expires is not None and put.expires <= at

    def touch(self, episodes: Iterable[Episode]) -> None:
        """Count the time to live of what was read from now on."""
        at = now()
        ends = {e.id: _end(at, e.put.ttl) for e in episodes if e.put and e.put.ttl}
        if ends:
            self.vault.expire_puts({id_: end for id_, end in ends.items() if end})

    def item(self, episode: Episode) -> Item:
        """What LangGraph is told of a put."""
        return Item(**item_fields(self.path, episode))

    # -- writing

    def write(self, writes: Mapping[str, Write]) -> list[str]:
        """Keep and delete, by key; answers the episodes that are deleted but cannot go yet.

        Raises InvalidInputError or EmbedderError before anything is written.
        """
        vault = self.vault
        new: list[Episode] = []
        changed: dict[str, Put] = {}
        gone: list[str] = []
        with vault.putting():
            versions = vault.put_versions(writes)
            known = vault.puts(ids[-1] for ids in versions.values())
            for key, write in writes.items():
                last = known.get(key)
                if write.value is None:
                    gone += versions.get(key, [])
                    continue
                fresh = self._episode(key, write, last)
                before = last and last.put
                if last and before and _continues(last, fresh) and fresh.put:
                    changed[last.id] = fresh.put
                    continue
                new.append(fresh)
                ended = before and (before.deleted or self._gone(before, now()))
                if ended or not fresh.put or not fresh.put.fields:
                    gone += versions.get(key, [])
            if new or changed:
                with vault.adding_puts():
                    vault.add_episodes(new)
                    vault.rewrite_puts(changed)
        if seen := sum(not episode.dreamt for episode in new):
            self.session.store._tell_recorded(self.session.parts, seen)
        return self.remove(gone)

    def _episode(self, key: str, write: Write, last: Episode | None) -> Episode:
        vault, at = self.vault, now()
        value = redacted_value(write.value, vault.redact)
        text, spans = joined([vault.redacted(told) for told in texts_of(value, write.fields)])
        before = last.put if last else None
        if last and last.time >= at:  # two clocks, or one that was set back
            at = last.time + _TICK
        keeps = before and not before.deleted and not self._gone(before, at)
        put = Put(
            key=key,
            value=packed(value),
            created=before.created if before and keeps else at,
            updated=at,
            fields=spans,
            ttl=write.ttl,
            expires=_end(at, write.ttl),
        )
        thread = thread_of(key)
        name = episode_id(thread, 0, text, at)
        return Episode(
            id=name,
            text=text or key.strip() or UNINDEXED,
            thread=thread,
            message=thread,
            time=at,
            origin="import",
            trust=self.trust,
            put=put,
            dreamt="" if spans else UNINDEXED,
            archived="" if spans else name,
        )

    def remove(self, ids: Sequence[str]) -> list[str]:
        """Forget episodes; while a dream is under way they are emptied, and answered."""
        if not ids or forget_puts(self.session, ids):
            return []
        vault = self.vault
        with vault.putting():
            held = [e for e in vault.get(ids).values() if isinstance(e, Episode)]
            emptied = {"value": "{}", "deleted": True}
            vault.rewrite_puts({e.id: e.put.model_copy(update=emptied) for e in held if e.put})
            vault.mark_archived({e.id: e.id for e in held})
            vault.note_removed()
        return [e.id for e in held]

    def sweep(self) -> tuple[int, list[str]]:
        """Forget what is past its end or deleted; how many expired, and what cannot go yet."""
        vault, at = self.vault, now()
        held = {e.put.key: e.put for e in vault.puts(vault.put_ids()).values() if e.put}
        over = [key for key, put in held.items() if put.expires and put.expires <= at]
        ended = {*over, *(key for key, put in held.items() if put.deleted)}
        versions = vault.put_versions(ended) if ended else {}
        return len(over), self.remove([id_ for ids in versions.values() for id_ in ids])


def _continues(last: Episode, fresh: Episode) -> bool:
    """True if what is put says the same as before: the episode stays, with another value."""
    if last.put is None or fresh.put is None or last.put.deleted:
        return False
    same = last.text == fresh.text and last.trust == fresh.trust
    return same and bool(last.put.fields) == bool(fresh.put.fields)


def _end(at: datetime, ttl: float | None) -> datetime | None:
    if ttl is None:
        return None
    try:
        return at + timedelta(minutes=ttl)
    except OverflowError:  # so far away that it never comes
        return None


def item_fields(path: Path, episode: Episode) -> JsonObject:
    """The fields of an item of LangGraph's."""
    put = episode.put
    if put is None:
        raise TypeError(f"{episode.id} holds no put")
    return {
        "value": value_of(put),
        "key": put.key,
        "namespace": path,
        "created_at": put.created,
        "updated_at": put.updated,
    }
