"""The derived index of one namespace: an SQLite file that is only ever a copy of what Chroma holds.

Words (FTS5), order of turns, and both directions of the links. When it is lost or damaged it is
built again; see namespace_state.py for how it is kept in step.
"""

import json
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from langgraph_dreams.errors import StoreError
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import counted_terms, plainness
from langgraph_dreams.store.index.passages import SCHEMA as PASSAGES
from langgraph_dreams.store.index.passages import drop_passages, put_passages
from langgraph_dreams.store.items import Item, time_of
from langgraph_dreams.store.passages import Passages
from langgraph_dreams.store.validation import clean_all
from langgraph_dreams.types.base import digest
from langgraph_dreams.types.items import Episode, Link, Memory
from langgraph_dreams.types.labels import unlabelled

IndexRow = tuple[Any, ...]
Rows = Callable[[str, Sequence[Any]], list[IndexRow]]
"""Answers a query with its values."""

SCHEMA_VERSION = "3"
MEMORY = ":memory:"
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_FULL = (
    "; most often the disk is full: free some space and do it again; what was acknowledged is kept"
)
_DAMAGE_TEXT = ("no such table", "no such column", "vtable constructor failed")

_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE pending (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE items (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, thread TEXT NOT NULL,
    position INTEGER NOT NULL, time REAL NOT NULL, dreamt TEXT NOT NULL, status TEXT NOT NULL,
    terms TEXT NOT NULL, said INTEGER NOT NULL,
    message TEXT NOT NULL, words TEXT NOT NULL, answered INTEGER NOT NULL);
CREATE INDEX items_message ON items (thread, message) WHERE message != '';
CREATE INDEX items_undreamt ON items (time, thread, position, row)
    WHERE kind = 'e' AND dreamt = '';
CREATE INDEX items_kind ON items (kind, status, time, thread, position, row);
CREATE TABLE memories (
    id TEXT PRIMARY KEY, status TEXT NOT NULL, valid_from REAL NOT NULL, valid_to REAL,
    superseded_by TEXT NOT NULL, dream TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX memories_replaced ON memories (superseded_by) WHERE superseded_by != '';
CREATE TABLE cites (memory TEXT NOT NULL, place INTEGER NOT NULL, cited TEXT NOT NULL,
    PRIMARY KEY (memory, place)) WITHOUT ROWID;
CREATE INDEX cites_cited ON cites (cited);
CREATE TABLE stems (term TEXT PRIMARY KEY, episodes INTEGER NOT NULL, written TEXT NOT NULL)
    WITHOUT ROWID;
CREATE VIRTUAL TABLE episode_words USING fts5({words});
CREATE VIRTUAL TABLE memory_words USING fts5({words});
CREATE VIRTUAL TABLE episode_vocabulary USING fts5vocab(episode_words, 'instance');
CREATE TABLE links (
    id TEXT PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL, weight REAL NOT NULL,
    since INTEGER NOT NULL, dream TEXT NOT NULL, live INTEGER NOT NULL,
    consolidated INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX links_a ON links (a);
CREATE INDEX links_b ON links (b);
"""

_TURNS = (  # The one of older files was by position, which two recorders each counted for itself.
    "DROP INDEX IF EXISTS items_thread",
    "CREATE INDEX IF NOT EXISTS items_turns ON items (thread, time, position, row)"
    " WHERE kind = 'e'",
)

_OWN_STEMS = (
    "text UNINDEXED, stems,"
    """ tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'" """
)
"""Words of a language that cuts its texts itself: FTS5 only splits the stems at their blanks."""
_FIRST_RULES = "english 1"
"""Those of an index that does not say by which it was built."""


class IndexDamagedError(StoreError):
    """The derived index cannot be used; it is set aside and built again."""


class DerivedIndex:
    """One SQLite connection behind a lock, its schema, and every change of it."""

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
            MEMORY if self.path is None else self.path,
            check_same_thread=False,
            isolation_level=None,
            timeout=10,
        )
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA secure_delete = ON")
            self._prepare(db)
        except BaseException:
            db.close()
            raise
        self._db = db

    def _prepare(self, db: sqlite3.Connection) -> None:
        if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            tokenizer = self.language.tokenizer
            words = f"text, tokenize = '{tokenizer}'" if tokenizer else _OWN_STEMS
            schema = _SCHEMA.format(words=words) + PASSAGES
            db.executescript(f"BEGIN IMMEDIATE;{schema}{';'.join(_TURNS)};COMMIT;")
            db.execute("INSERT INTO facts VALUES ('schema', ?)", (SCHEMA_VERSION,))
            db.execute("INSERT INTO facts VALUES ('writer', ?)", (secrets.token_hex(4),))
            db.execute("INSERT INTO facts VALUES ('rules', ?)", (self.language.rules,))
            return
        found = db.execute("SELECT value FROM facts WHERE name = 'schema'").fetchone()
        if found is None or found[0] != SCHEMA_VERSION:
            raise IndexDamagedError(f"the index is of schema {found}, expected {SCHEMA_VERSION}")
        for statement in _TURNS:
            db.execute(statement)

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
        self, items: Iterable[Item], passages: Mapping[str, Passages] | None = None
    ) -> None:
        """Add items, or update what may change of known ones; long texts with their passages."""
        items = list(items)
        with self.change() as db:
            for item in items:
                _put_item(db, item, self.language, (passages or {}).get(item.id))
            _settle(db, [item.id for item in items])

    def mark_dreamt(self, ids: Sequence[str], dream: str) -> None:
        """Note which dream consumed episodes."""
        with self.change() as db:
            db.executemany(
                "UPDATE items SET dreamt = ? WHERE id = ? AND kind = 'e'",
                [(dream, id_) for id_ in ids],
            )
            _settle(db, ids)

    def remove_items(self, ids: Iterable[str]) -> None:
        """Drop items, their words, and the links they hold."""
        ids = list(ids)
        with self.change() as db:
            self.losses += bool(ids)
            for id_ in ids:
                _drop_item(db, id_)
                db.execute("DELETE FROM links WHERE a = ?", (id_,))
            _settle(db, ids)

    def hold(self, held: Mapping[str, Iterable[Link]]) -> None:
        """Replace the links that each item holds."""
        with self.change() as db:
            for a, links in held.items():
                db.execute("DELETE FROM links WHERE a = ?", (a,))
                db.executemany(
                    "INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [_link_row(x) for x in links],
                )
            _settle(db, list(held))


def _link_row(link: Link) -> tuple[str | float, ...]:
    live, lasting = link.status != "expired", link.status == "consolidated"
    ends = (link.id, link.a, link.b)
    return (*ends, link.weight, link.since, link.dream, int(live), int(lasting))


def _settle(db: sqlite3.Connection, ids: Sequence[str]) -> None:
    db.executemany("DELETE FROM pending WHERE id = ?", [(id_,) for id_ in ids])


def _put_item(
    db: sqlite3.Connection, item: Item, language: Language, passages: Passages | None
) -> None:
    version: tuple[str, str, int] = ("", "", 0)
    if isinstance(item, Episode):
        place = (item.thread, item.position, time_of(item).timestamp(), item.dreamt, "")
        words = "episode_words"
        if item.message and item.thread:
            version = (item.message, digest(item.said), int(item.outcome == "ok"))
    else:
        place = ("", 0, time_of(item).timestamp(), "", item.status)
        words = "memory_words"
        _put_memory(db, item)
    said = unlabelled(item.text) if isinstance(item, Episode) else item.text
    known = db.execute("SELECT row FROM items WHERE id = ?", (item.id,)).fetchone()
    if known is not None:
        text = db.execute(f"SELECT text FROM {words} WHERE rowid = ?", known).fetchone()
        if text is not None and text[0] == said:
            db.execute(
                "UPDATE items SET thread = ?, position = ?, time = ?, dreamt = ?, status = ?"
                " WHERE row = ?",
                (*place, known[0]),
            )
            return
        _drop_words(db, item.id)
    terms, written = counted_terms(language, said)
    row = db.execute(
        "INSERT INTO items (id, kind, thread, position, time, dreamt, status, terms, said, message,"
        " words, answered) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (item.id, words[0], *place, json.dumps(terms, ensure_ascii=False), len(terms), *version),
    ).lastrowid

    def put_words(row: int | None, text: str) -> None:
        if language.tokenizer:
            db.execute(f"INSERT INTO {words} (rowid, text) VALUES (?, ?)", (row, text))
        else:
            stems = " ".join(token.stem for token in language.tokens(text))
            db.execute(
                f"INSERT INTO {words} (rowid, text, stems) VALUES (?, ?, ?)", (row, text, stems)
            )

    put_words(row, said)
    if passages is not None and row is not None:
        put_passages(
            db,
            row,
            passages,
            lambda at, start, stop: put_words(at, unlabelled(item.text[start:stop])),
        )
    _count_terms(db, written, int(words == "episode_words"))


def _put_memory(db: sqlite3.Connection, memory: Memory) -> None:
    since, until = memory.valid_from or memory.learned_at, memory.valid_to
    db.execute(
        "INSERT OR REPLACE INTO memories VALUES (?, ?, ?, ?, ?, ?)",
        (
            memory.id,
            memory.status,
            since.timestamp(),
            until.timestamp() if until else None,
            memory.superseded_by,
            memory.dream,
        ),
    )
    db.execute("DELETE FROM cites WHERE memory = ?", (memory.id,))
    cited = dict.fromkeys((*memory.sources, *memory.cites))
    db.executemany(
        "INSERT INTO cites VALUES (?, ?, ?)",
        [(memory.id, place, id_) for place, id_ in enumerate(cited)],
    )


def _count_terms(db: sqlite3.Connection, written: Mapping[str, str], episodes: int) -> None:
    for term, form in written.items():
        known = db.execute("SELECT written FROM stems WHERE term = ?", (term,)).fetchone()
        if known is None:
            db.execute("INSERT INTO stems VALUES (?, ?, ?)", (term, episodes, form))
        else:
            best = form if known[0] == form else min(known[0], form, key=plainness)
            db.execute(
                "UPDATE stems SET episodes = episodes + ?, written = ? WHERE term = ?",
                (episodes, best, term),
            )


def _drop_item(db: sqlite3.Connection, id_: str) -> None:
    _drop_words(db, id_)
    db.execute("DELETE FROM memories WHERE id = ?", (id_,))
    db.execute("DELETE FROM cites WHERE memory = ?", (id_,))


def _drop_words(db: sqlite3.Connection, id_: str) -> None:
    found = db.execute("SELECT row, kind, terms FROM items WHERE id = ?", (id_,)).fetchone()
    if found is None:
        return
    row, kind, terms = found
    db.execute(
        f"DELETE FROM {'episode_words' if kind == 'e' else 'memory_words'} WHERE rowid = ?", (row,)
    )
    db.execute("DELETE FROM items WHERE row = ?", (row,))
    if kind == "e":
        drop_passages(db, row)
        db.executemany(
            "UPDATE stems SET episodes = episodes - 1 WHERE term = ?",
            [(term,) for term in json.loads(terms)],
        )
        # A term that no episode has any more may still be a memory's: asked for, it counts 0.


def set_aside(path: Path) -> None:
    """Rename a damaged index file (and its log) to `*.damaged`, over an older one."""
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    if path.exists():
        os.replace(path, f"{path}.damaged")
