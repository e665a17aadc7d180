"""Queries of the derived index for items and memories: order, standing, citations; not words."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from langgraph_dreams.store.index.schema import IndexRow, Rows
from langgraph_dreams.store.index.threads import (
    Beside,
    Facts,
    KeptTurns,
    Message,
    Thread,
    Turn,
)
from langgraph_dreams.store.items import NOTHING
from langgraph_dreams.store.validation import check_count, check_strings
from langgraph_dreams.types.items import ARCHIVED

Neighbours = dict[str, Beside]
GIVEN = "(SELECT value FROM json_each(?))"
OLDEST_FIRST = "time, thread, position, row"
_WIDER = 4
"""Times as many turns are read where some have no rank."""
_WHOLE_THREAD = 64  # turns of a thread that are cheaper to read than one look-up
ALWAYS = math.inf
_SAME_MESSAGE = (
    "FROM items a JOIN items n ON n.thread = a.thread AND n.message = a.message"
    f" AND n.message != '' AND n.row != a.row WHERE a.message != '' AND a.id IN {GIVEN}"
)


class Place(NamedTuple):
    """The place of an episode: its thread, its position there, and its time (UNIX seconds)."""

    thread: str
    position: int
    time: float


def given(values: Iterable[str], name: str = "ids") -> str:
    """Strings as a value of GIVEN; `name` is whose they are. Raises InvalidInputError."""
    return json.dumps(check_strings(values, name))


class IndexQueries:
    """Queries for items and memories, put to an index by its `rows`."""

    def __init__(self, rows: Rows, kept: Callable[[], KeptTurns] = KeptTurns) -> None:
        """`kept` is what was read of turns before; by default nothing."""
        self._answer = rows
        self._kept = kept

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[IndexRow]:
        return self._answer(sql, values)

    def known(self, ids: Iterable[str]) -> dict[str, str]:
        """Kind ("e", "m", or "r" of a rehearsal) of those ids that are there."""
        return dict(self._rows(f"SELECT id, kind FROM items WHERE id IN {GIVEN}", (given(ids),)))

    def all_ids(self) -> set[str]:
        """Ids of every item."""
        return {row[0] for row in self._rows("SELECT id FROM items")}

    def size(self) -> int:
        """The number of items."""
        tallies = self._tallies()
        return sum(tallies[kind] for kind in ("e", "m", "r"))

    def _tallies(self) -> dict[str, int]:
        return dict(self._rows("SELECT name, number FROM tallies"))

    def count(self) -> dict[str, int]:
        """Episodes, memories, live links, and episodes not yet dreamt."""
        tallies = self._tallies()
        return {
            "episodes": tallies["e"],
            "memories": tallies["m"],
            "links": tallies["links"],
            "undreamt": tallies["undreamt"],
        }

    def order(self, ids: Iterable[str]) -> dict[str, Place]:
        """Thread, position and time of items."""
        found = self._rows(
            f"SELECT id, thread, position, time FROM items WHERE id IN {GIVEN}", (given(ids),)
        )
        return {row[0]: Place(*row[1:]) for row in found}

    def episode_ids(self, until: float = ALWAYS, *, archived: bool = True) -> list[str]:
        """Every episode up to a time (UNIX seconds), oldest first; with those in the archive."""
        live = "" if archived else f" AND status != '{ARCHIVED}'"
        return self._ids(
            f"SELECT id FROM items WHERE kind = 'e' AND time <= ?{live} ORDER BY {OLDEST_FIRST}",
            (until,),
        )

    def said_between(self, since: float, until: float, limit: int) -> list[str]:
        """The newest episodes of a time (UNIX seconds, both ends with it), without the archive."""
        return self._ids(
            f"SELECT id FROM items WHERE kind = 'e' AND status != '{ARCHIVED}'"
            " AND time BETWEEN ? AND ? ORDER BY time DESC, row DESC LIMIT ?",
            (since, until, limit),
        )

    def archive(self) -> list[str]:
        """Episodes in the archive, oldest first."""
        return self._ids(
            f"SELECT id FROM items WHERE kind = 'e' AND status = '{ARCHIVED}'"
            f" ORDER BY {OLDEST_FIRST}"
        )

    def archive_size(self) -> int:
        """The number of episodes in the archive."""
        return self._tallies()["archived"]

    def archived(self, ids: Iterable[str]) -> set[str]:
        """Those of the episodes that are in the archive."""
        return set(
            self._ids(
                f"SELECT id FROM items WHERE status = '{ARCHIVED}' AND kind = 'e'"
                f" AND id IN {GIVEN}",
                (given(ids),),
            )
        )

    def undreamt(self, limit: int | None = None) -> list[str]:
        """Episodes that no dream consumed, oldest first."""
        return self._ids(
            "SELECT id FROM items WHERE kind = 'e' AND dreamt = ''"
            f" ORDER BY {OLDEST_FIRST} LIMIT ?",
            (-1 if limit is None else limit,),
        )

    def turns_after(self, row: int, limit: int) -> tuple[list[str], int]:
        """The newest undreamt episodes indexed after a row, oldest first, and the newest row."""
        found = self._rows(
            "SELECT id, row FROM items WHERE row > ? AND kind = 'e' AND dreamt = ''"
            " ORDER BY row DESC LIMIT ?",
            (row, limit),
        )
        return [id_ for id_, _ in reversed(found)], found[0][1] if found else row

    def _ids(self, sql: str, values: Sequence[object] = ()) -> list[str]:
        return [row[0] for row in self._rows(sql, values)]

    def neighbours(self, ids: Iterable[str], width: int, *, telling: bool = False) -> Neighbours:
        """Turns of the same thread up to `width` ranks before and after, as (offset, id).

        The order is that of time, then position: positions that two recorders gave to the turns of
        one thread need not agree. An episode without a thread has no neighbours. With `telling`
        statements are counted by themselves, whatever is asked and answered between them; what adds
        nothing has no rank, and of the versions of one message the last.
        """
        check_count(width, "width")
        episodes = [id_ for id_ in check_strings(ids, "neighbours") if id_[:1] == "e"]
        asked: dict[str, list[str]] = {}
        found: Neighbours = {}
        for id_, facts in self.facts(episodes).items():
            found[id_] = []
            if facts.thread:
                asked.setdefault(facts.thread, []).append(id_)
        sizes = self.thread_sizes(asked)
        short = [t for t, own in asked.items() if sizes.get(t, 0) <= _WHOLE_THREAD * len(own)]
        whole = self._kept().threads.get(short, self._threads)
        for name, own in asked.items():
            for id_ in own:
                thread = whole.get(name)
                if thread is None:
                    reach = _WIDER * width if telling else width
                    thread = Thread(self._around(name, id_, reach))
                found[id_] = thread.beside(id_, width, telling)
        return found

    def _threads(self, names: Iterable[str]) -> dict[str, Thread]:
        """Whole threads."""
        turns: dict[str, list[Turn]] = {}
        for thread, *turn in self._rows(
            f"SELECT thread, id, message, adds FROM items WHERE kind = 'e' AND thread IN {GIVEN}"
            " ORDER BY thread, time, position, row",
            (given(names),),
        ):
            turns.setdefault(thread, []).append(Turn(*turn))
        return {name: Thread(own) for name, own in turns.items()}

    def _around(self, thread: str, id_: str, width: int) -> list[Turn]:
        """A turn and those beside it, without reading the whole thread."""
        rows = self._rows(
            "SELECT id, message, adds, time, position, row FROM items WHERE id = ?", (id_,)
        )
        if not rows:  # gone since it was asked for
            return []
        own, at = Turn(*rows[0][:3]), rows[0][3:]
        before, after = (
            [
                Turn(*row)
                for row in self._rows(
                    "SELECT id, message, adds FROM items WHERE kind = 'e' AND thread = ?"
                    f" AND (time, position, row) {sign} (?, ?, ?)"
                    f" ORDER BY time {way}, position {way}, row {way} LIMIT ?",
                    (thread, *at, width),
                )
            ]
            for sign, way in (("<", "DESC"), (">", "ASC"))
        )
        return [*reversed(before), own, *after]

    def idle(self, ids: Iterable[str]) -> set[str]:
        """Those of the turns that add nothing to their threads."""
        return {id_ for id_, facts in self.facts(ids).items() if facts.adds == NOTHING}

    def facts(self, ids: Iterable[str]) -> dict[str, Facts]:
        """Place of items, how much is said in them, what they add, and who spoke."""
        return self._kept().facts.get(check_strings(ids, "facts"), self._facts)

    def _facts(self, ids: Iterable[str]) -> dict[str, Facts]:
        found = self._rows(
            f"SELECT id, thread, position, time, said, adds, speaker, message FROM items"
            f" WHERE id IN {GIVEN}",
            (given(ids),),
        )
        return {id_: Facts(*row) for id_, *row in found}

    def speakers(self) -> list[str]:
        """The names of all who spoke, in order; each is one step along the index of names."""
        return self._ids(
            "WITH RECURSIVE named (name) AS"
            " (SELECT min(speaker) FROM items WHERE speaker != '' UNION ALL"
            " SELECT (SELECT min(speaker) FROM items WHERE speaker > name AND speaker != '')"
            " FROM named WHERE name IS NOT NULL)"
            " SELECT name FROM named WHERE name IS NOT NULL"
        )

    def thread_sizes(self, threads: Iterable[str], until: float = ALWAYS) -> dict[str, int]:
        """The number of episodes of each thread up to a time (UNIX seconds)."""
        names = check_strings(threads, "thread_sizes")
        if until == ALWAYS:
            return self._kept().sizes.get(names, self._sizes)
        return self._sizes(names, until)

    def _sizes(self, threads: Iterable[str], until: float = ALWAYS) -> dict[str, int]:
        return dict(
            self._rows(
                "SELECT thread, count(*) FROM items WHERE kind = 'e'"
                f" AND thread IN {GIVEN} AND time <= ? GROUP BY thread",
                (given(threads), until),
            )
        )

    def replaced(
        self, ids: Iterable[str], until: float = ALWAYS, *, reworded: bool = False
    ) -> dict[str, str]:
        """Those episodes in whose place another of the same message of the user stands, with that.

        The message was edited, or answered again: its last words stand, with their last answer,
        as far as they had been recorded at a time (UNIX seconds). With `reworded`, only those with
        other words than that.
        """
        messages = {i: m for i, facts in self.facts(ids).items() if (m := facts.of_message)}
        many = self._kept().versions.get(messages.values(), self._versions) if messages else {}
        wanted = [id_ for id_, message in messages.items() if many.get(message, 0) > 1]
        if not wanted:
            return {}
        versions: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
        for thread, message, *version in self._rows(
            "SELECT n.thread, n.message, n.id, n.words, n.answered FROM items n"
            " WHERE n.message != '' AND n.time <= ? AND (n.thread, n.message) IN"
            f" (SELECT thread, message FROM items WHERE id IN {GIVEN} AND message != '')"
            " ORDER BY n.time, n.position, n.row",
            (until, given(wanted)),
        ):
            versions.setdefault((thread, message), []).append(tuple(version))
        heirs: dict[str, str] = {}
        for found in versions.values():
            last = [version for version in found if version[1] == found[-1][1]]
            heir = next((v[0] for v in reversed(last) if v[2]), last[-1][0])
            left = found if not reworded else [v for v in found if v[1] != found[-1][1]]
            heirs |= {id_: heir for id_, _, _ in left if id_ != heir}
        return {id_: heirs[id_] for id_ in wanted if id_ in heirs}

    def _versions(self, messages: Iterable[Message]) -> dict[Message, int]:
        """How many turns are of each message."""
        found = self._rows(
            "SELECT thread, message, count(*) FROM items WHERE message != '' AND (thread, message)"
            " IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)) GROUP BY thread, message",
            (json.dumps(list(messages)),),
        )
        return {(thread, message): number for thread, message, number in found}

    def same_message(self, ids: Iterable[str]) -> list[str]:
        """The other episodes of the messages that these episodes are of."""
        return self._ids(f"SELECT DISTINCT n.id {_SAME_MESSAGE}", (given(ids, "same_message"),))
