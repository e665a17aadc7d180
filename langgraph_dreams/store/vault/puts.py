"""What a LangGraph store was given in a namespace, by key, and its versions."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from langgraph_dreams.store.chroma.collection import RECORD_BATCH, batches
from langgraph_dreams.store.index.queries import GIVEN, given
from langgraph_dreams.store.items import checked_episode
from langgraph_dreams.store.puts import EXPIRES, THREADS, put_fields, thread_of
from langgraph_dreams.store.vault.reader import NamespaceReader
from langgraph_dreams.types.items import Episode, Put

_END = f"{THREADS[:-1]}!"  # the first text behind all that begin like a thread of a put


class NamespacePuts(NamespaceReader):
    """What was put under a key is the last episode of the key's thread; the others are history."""

    @contextmanager
    def putting(self) -> Iterator[None]:
        """Keep every other writer of this process out between a look and a write.

        What another client of a shared server wrote is looked for anew.
        """
        state = self._state
        with state.write_lock:
            if state.shared:
                state.doubt()
            yield

    def put_ids(self) -> list[str]:
        """The last episode of every key, in the order in which the keys came."""
        rows = self._rows(
            "SELECT thread, id FROM items WHERE kind = 'e' AND thread >= ? AND thread < ?"
            " ORDER BY thread, time, position, row",
            (THREADS, _END),
        )
        return list(dict(rows).values())

    def put_ids_of(self, keys: Iterable[str]) -> list[str]:
        """The last episode of these keys, as far as there is any."""
        return [versions[-1] for versions in self.put_versions(keys).values()]

    def put_versions(self, keys: Iterable[str]) -> dict[str, list[str]]:
        """Every episode of these keys, by key, oldest first."""
        named = {thread_of(key): key for key in keys}
        found: dict[str, list[str]] = {}
        for thread, id_ in self._rows(
            f"SELECT thread, id FROM items WHERE kind = 'e' AND thread IN {GIVEN}"
            " ORDER BY thread, time, position, row",
            (given(named),),
        ):
            found.setdefault(named[thread], []).append(id_)
        return found

    def puts(self, ids: Iterable[str]) -> dict[str, Episode]:
        """The episodes among these that hold a put, by key, deleted ones too."""
        items = self.get(list(ids))
        held = (item for item in items.values() if isinstance(item, Episode))
        return {episode.put.key: episode for episode in held if episode.put}

    def rewrite_puts(self, episodes: Mapping[str, Put]) -> None:
        """Write other values, times or marks beside the text of episodes, by their ids.

        Raises InvalidInputError before anything is written.
        """
        known = self.get(list(episodes))
        changed = {
            id_: checked_episode(item.model_copy(update={"put": episodes[id_]}), self.redact)
            for id_, item in known.items()
            if isinstance(item, Episode)
        }
        fields = {id_: put_fields(e.put) for id_, e in changed.items() if e.put}
        with self._state.write_lock:  # the index has none of it
            self._state.items.annotate(fields)

    def expire_puts(self, times: Mapping[str, datetime]) -> None:
        """Move the ends of puts, by the ids of their episodes; unknown ids are ignored."""
        with self._state.write_lock:
            known = self.known(times)
            self._state.items.annotate({i: {EXPIRES: times[i].isoformat()} for i in known})

    @contextmanager
    def adding_puts(self) -> Iterator[None]:
        """Register that puts are here, before the body adds them: a death in between loses none.

        And again after it: another client may have taken out what was the last one meanwhile.
        """
        if not self._state.entry.puts:
            self._state.registered.change_puts(True)
        try:
            yield
        except BaseException:
            self.note_removed()
            raise
        self._state.registered.change_puts(True)

    def note_removed(self) -> None:
        """Register whether any put is left, and let every client see what went.

        The index of a folder keeps words of it until it is built anew at the next opening.
        """
        state = self._state
        with state.write_lock:
            if state.shared:
                state.doubt()
            pages = batches(self.put_ids(), RECORD_BATCH)
            held = (episode.put for page in pages for episode in self.puts(page).values())
            state.registered.change_puts(any(put and not put.deleted for put in held))
            state.bump()
            if not state.shared:
                state.start_anew(later=True)
