"""The derived index of one namespace: an SQLite file that is only ever a copy of what Chroma holds.

Words (FTS5), order of turns, and both directions of the links. When it is lost or damaged it is
built again; see namespace_state.py for how it is kept in step.
"""

import os
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from langgraph_dreams.errors import StoreError
from langgraph_dreams.language.mixed import learn_words
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.store.index.item_rows import (
    Stems,
    drop_item,
    link_row,
    put_item,
    settle,
)
from langgraph_dreams.store.index.schema import (
    LOOSE,
    SCHEMA_VERSION,
    TALLIES,
    TURNS,
    IndexRow,
    schema,
)
from langgraph_dreams.store.index.threads import KeptTurns
from langgraph_dreams.store.index.traces import remove_traces
from langgraph_dreams.store.items import STATEMENT, Item
from langgraph_dreams.store.passages import Passages
from langgraph_dreams.store.validation import clean_all
from langgraph_dreams.types.items import Link

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_FULL = (
    "; most often the disk is full: free some space and do it again; what was acknowledged is kept"
)
_DAMAGE_TEXT = ("no such table", "no such column", "vtable constructor failed")
_UNTOLD = "INSERT OR REPLACE INTO facts VALUES ('untold', 'yes')"
"""Of an older file nobody knows whose words were taken out of it: it has to be built anew once."""
_FIRST_RULES = "english 1"
"""Those of an index that does not say by which it was built."""


class IndexDamagedError(StoreError):
    """The derived index cannot be used; it is set aside and built again."""


class DerivedIndex:
    """One SQLite connection behind a lock, and every change made through it."""

    def __init__(self, path: Path | None, language: Language) -> None:
        """Open or create the index at `path`; None keeps it in memory.

        Raises IndexDamagedError for a file that is no index or of another version, StoreError when
        the folder cannot be written.
        """
        self.path = path
        self.language = language
        self.lock = threading.RLock()
        self.losses = 0
        """Grows when items are taken out: what was read of them before is to be read again."""
        self._turns = KeptTurns()
        self._version = 0
        self._db: sqlite3.Connection | None = None
        self._closed = False
        with self._border():
            self._open()
        self.use_language(language)

    def use_language(self, language: Language) -> None:
        """Index by the words of a language; one that was built by other rules begins again."""
        with self.lock:
            self.language = language
            try:
                known = self.fact("rules") or _FIRST_RULES
            except IndexDamagedError:
                known = ""
            if known != language.rules:
                self.start_anew()

    def _open(self) -> None:
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(
            ":memory:" if self.path is None else self.path,
            check_same_thread=False,
            isolation_level=None,
            timeout=10,
        )
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA secure_delete = ON")
            db.execute("PRAGMA recursive_triggers = ON")  # what is replaced is taken out, too
            self._prepare(db)
        except BaseException:
            db.close()
            raise
        self._db = db
        self._turns.clear()

    def _prepare(self, db: sqlite3.Connection) -> None:
        if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            db.executescript(f"BEGIN IMMEDIATE;{schema(self.language.tokenizer)}COMMIT;")
            db.execute("INSERT INTO facts VALUES ('schema', ?)", (SCHEMA_VERSION,))
            db.execute("INSERT INTO facts VALUES ('writer', ?)", (secrets.token_hex(4),))
            db.execute("INSERT INTO facts VALUES ('rules', ?)", (self.language.rules,))
            return
        found = db.execute("SELECT value FROM facts WHERE name = 'schema'").fetchone()
        if found is None or found[0] != SCHEMA_VERSION:
            raise IndexDamagedError(f"the index is of schema {found}, expected {SCHEMA_VERSION}")
        for statement in TURNS:
            db.execute(statement)
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'tallies'").fetchone() is None:
            db.executescript(f"BEGIN IMMEDIATE;{TALLIES}COMMIT;")
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'loose'").fetchone() is None:
            db.executescript(f"BEGIN IMMEDIATE;{LOOSE};{_UNTOLD};COMMIT;")

    @contextmanager
    def _border(self) -> Iterator[None]:
        where = self.path or "in memory"
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", None) or 0
            if code & 0xFF in _DAMAGE or any(text in str(error) for text in _DAMAGE_TEXT):
                raise IndexDamagedError(f"the index {where} is damaged: {error}") from error
            full = code & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
            raise StoreError(
                f"the index {where} cannot be used: {error}" + (_FULL if full else "")
            ) from error
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"the index {where} cannot be used: {error}") from error

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[IndexRow]:
        """Answer a query. Raises IndexDamagedError or StoreError."""
        values = clean_all(tuple(values))  # nothing that SQLite refuses was ever stored
        with self.lock, self._border(), closing(self._connection().execute(sql, values)) as found:
            return found.fetchall()

    def kept_turns(self) -> KeptTurns:
        """What was read of turns before and has not changed since, here or in another process."""
        with self.lock:
            version = int(self.rows("PRAGMA data_version")[0][0])
            if version != self._version:
                self._turns.clear()
                self._version = version
            return self._turns

    def _connection(self) -> sqlite3.Connection:
        if self._db is None and not self._closed:
            self._open()
        if self._db is None:
            raise StoreError("the index was closed; open the store again")
        return self._db

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        with self.lock, self._border():
            db = self._connection()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def park(self) -> None:
        """Close the file until the next use; an index in memory stays."""
        with self.lock:
            if self._db is not None and self.path is not None:
                self._db.close()
                self._db = None

    def close(self) -> None:
        """Close the file; the object is of no use afterwards."""
        with self.lock:
            self._closed = True
            if self._db is not None:
                self._db.close()
                self._db = None

    def __del__(self) -> None:
        # A store that nobody closed: Python 3.13 warns of connections left to the collector.
        if (db := getattr(self, "_db", None)) is not None:
            db.close()

    def set_aside(self) -> None:
        """Close, and move the file out of the way so that a new one can be made."""
        self.close()
        if self.path is not None:
            set_aside(self.path)

    def start_anew(self) -> None:
        """Begin again with an empty file; nothing of the former one is left on the disk."""
        with self.lock, self._border():
            self._discard()
            self._open()

    def discard(self) -> None:
        """Close for good and delete the file, also what was set aside of it."""
        with self.lock, self._border():
            self._closed = True
            self._discard()

    def _discard(self) -> None:
        self.losses += 1
        if self._db is not None:
            self._db.close()
            self._db = None
        if self.path is not None:
            for suffix in ("", "-wal", "-shm", "-journal", ".damaged"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    # -- facts

    def fact(self, name: str) -> str:
        """A remembered fact, or an empty string."""
        found = self.rows("SELECT value FROM facts WHERE name = ?", (name,))
        return str(found[0][0]) if found else ""

    def remember(self, name: str, value: str) -> None:
        """Keep a fact."""
        with self.change() as db:
            db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    # -- write-ahead marks

    def begin(self, ids: Iterable[str]) -> None:
        """Mark items as about to change in Chroma, before they do."""
        with self.change() as db:
            db.executemany("INSERT OR IGNORE INTO pending VALUES (?)", [(id_,) for id_ in ids])

    def pending(self) -> list[str]:
        """Items whose change was begun and never settled."""
        return [row[0] for row in self.rows("SELECT id FROM pending")]

    # -- changes; each settles the ids it was begun for, in the same transaction

    def put_items(
        self,
        items: Iterable[Item],
        passages: Mapping[str, Passages] | None = None,
        adds: Mapping[str, str] | None = None,
    ) -> None:
        """Add items, or update what may change of known ones; long texts with their passages.

        `adds` says what turns add to their threads that state nothing.
        """
        items = list(items)
        learn_words(self.language, (item.text for item in items))
        with self.change() as db:
            self._turns.drop(items)
            stems = Stems()
            for item in items:
                parts, what = (passages or {}).get(item.id), (adds or {}).get(item.id, STATEMENT)
                put_item(db, item, self.language, parts, what, stems)
            stems.put(db)
            settle(db, [item.id for item in items])

    def mark_dreamt(self, ids: Sequence[str], dream: str) -> None:
        """Note which dream consumed episodes."""
        with self.change() as db:
            db.executemany(
                "UPDATE items SET dreamt = ? WHERE id = ? AND kind = 'e'",
                [(dream, id_) for id_ in ids],
            )
            settle(db, ids)

    def mark_archived(self, ids: Sequence[str], status: str) -> None:
        """Note that episodes are in the archive, or with an empty status that they are not."""
        with self.change() as db:
            self.losses += bool(ids)
            db.executemany(
                "UPDATE items SET status = ? WHERE id = ? AND kind = 'e'",
                [(status, id_) for id_ in ids],
            )
            settle(db, ids)

    def remove_items(self, ids: Iterable[str]) -> None:
        """Drop items, their words, and the links they hold."""
        ids = list(ids)
        with self.change() as db:
            self.losses += bool(ids)
            self._turns.clear()
            for id_ in ids:
                drop_item(db, id_)
                db.execute("DELETE FROM links WHERE a = ?", (id_,))
            settle(db, ids)

    def remove_traces(self) -> bool:
        """Leave nothing in the file of what was taken out; False if it has to be built anew."""
        if self.fact("untold"):
            return False
        with self.change() as db:
            remove_traces(db, self.language)
        with self.lock, self._border():
            if self.path is None:
                return True
            Path(f"{self.path}.damaged").unlink(missing_ok=True)
            busy = self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            return not busy

    def hold(self, held: Mapping[str, Iterable[Link]]) -> None:
        """Replace the links that each item holds."""
        with self.change() as db:
            for a, links in held.items():
                db.execute("DELETE FROM links WHERE a = ?", (a,))
                db.executemany(
                    "INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [link_row(x) for x in links],
                )
            settle(db, list(held))


def set_aside(path: Path) -> None:
    """Rename a damaged index file (and its log) to `*.damaged`, over an older one."""
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    if path.exists():
        os.replace(path, f"{path}.damaged")
