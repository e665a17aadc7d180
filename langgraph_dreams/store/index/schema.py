"""The tables of the derived index, and what a query of them answers."""

from collections.abc import Callable, Sequence
from typing import Any

IndexRow = tuple[Any, ...]
Rows = Callable[[str, Sequence[Any]], list[IndexRow]]
"""Answers a query with its values."""

SCHEMA_VERSION = "8"
_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE pending (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE items (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, thread TEXT NOT NULL,
    position INTEGER NOT NULL, time REAL NOT NULL, dreamt TEXT NOT NULL, status TEXT NOT NULL,
    terms TEXT NOT NULL, said INTEGER NOT NULL,
    message TEXT NOT NULL, words TEXT NOT NULL, answered INTEGER NOT NULL,
    adds TEXT NOT NULL, speaker TEXT NOT NULL);
CREATE INDEX items_speaker ON items (speaker) WHERE speaker != '';
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
CREATE VIRTUAL TABLE idle_words USING fts5({words});
CREATE VIRTUAL TABLE memory_words USING fts5({words});
CREATE VIRTUAL TABLE rehearsal_words USING fts5({words});
CREATE VIRTUAL TABLE episode_vocabulary USING fts5vocab(episode_words, 'instance');
CREATE TABLE links (
    id TEXT PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL, weight REAL NOT NULL,
    since INTEGER NOT NULL, dream TEXT NOT NULL, live INTEGER NOT NULL,
    consolidated INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX links_a ON links (a);
CREATE INDEX links_b ON links (b);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, item INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    code BLOB NOT NULL);
CREATE INDEX passages_item ON passages (item);
"""

LOOSE = "CREATE TABLE loose (term TEXT PRIMARY KEY) WITHOUT ROWID"
"""Stems of what was taken out since its traces were last removed (traces.py)."""

TURNS = (  # The one of older files was by position, which two recorders each counted for itself.
    "DROP INDEX IF EXISTS items_thread",
    "CREATE INDEX IF NOT EXISTS items_turns ON items (thread, time, position, row)"
    " WHERE kind = 'e'",
)

_COUNTED = """UPDATE tallies SET number = number {change} WHERE name IN ({row}.kind,
    CASE WHEN {row}.kind = 'e' AND {row}.dreamt = '' THEN 'undreamt' END,
    CASE WHEN {row}.kind = 'e' AND {row}.status = 'archived' THEN 'archived' END);"""
_LINK_COUNTED = "UPDATE tallies SET number = number {change} WHERE name = 'links' AND {row}.live;"


def _kept_up(table: str, counted: str, columns: str) -> str:
    added, taken = counted.format(change="+ 1", row="new"), counted.format(change="- 1", row="old")
    return f"""
CREATE TRIGGER {table}_added AFTER INSERT ON {table} BEGIN {added} END;
CREATE TRIGGER {table}_gone AFTER DELETE ON {table} BEGIN {taken} END;
CREATE TRIGGER {table}_changed AFTER UPDATE OF {columns} ON {table} BEGIN {taken} {added} END;"""


TALLIES = f"""
CREATE TABLE tallies (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO tallies
    SELECT 'e', count(*) FROM items WHERE kind = 'e'
    UNION ALL SELECT 'm', count(*) FROM items WHERE kind = 'm'
    UNION ALL SELECT 'r', count(*) FROM items WHERE kind = 'r'
    UNION ALL SELECT 'undreamt', count(*) FROM items WHERE kind = 'e' AND dreamt = ''
    UNION ALL SELECT 'archived', count(*) FROM items WHERE kind = 'e' AND status = 'archived'
    UNION ALL SELECT 'links', count(*) FROM links WHERE live;
{_kept_up("items", _COUNTED, "kind, dreamt, status")}
{_kept_up("links", _LINK_COUNTED, "live")}
"""
"""Numbers of items and links, kept up by triggers: every recall asks for them, and to count a large
table takes longer than the search itself. Older files do not have them."""

_OWN_STEMS = (
    "text UNINDEXED, stems,"
    """ tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'" """
)
"""Words of a language that cuts its texts itself: FTS5 only splits the stems at their blanks."""


def schema(tokenizer: str) -> str:
    """Statements that make all of it; without a tokenizer for texts that are cut beforehand."""
    words = f"text, tokenize = '{tokenizer}'" if tokenizer else _OWN_STEMS
    return f"{_TABLES.format(words=words)}{';'.join((*TURNS, LOOSE))};{TALLIES}"
