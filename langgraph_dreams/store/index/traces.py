"""Traces of what was taken out of the index: stems and spellings that nothing has any more.

Rows that are deleted are overwritten by SQLite (`secure_delete`); FTS5 keeps the words of deleted
rows until its segments are merged; and a stem keeps the spelling that a deleted text had. To build
the index anew leaves nothing, too, and takes a thousand times as long in a large namespace.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import counted_terms, plainness

_WORDS = ("episode_words", "idle_words", "memory_words", "rehearsal_words")
_SOME = 20


def note_loose(db: sqlite3.Connection, terms: Iterable[str]) -> None:
    """Note stems of what is taken out."""
    db.executemany("INSERT OR IGNORE INTO loose VALUES (?)", [(term,) for term in terms])


def remove_traces(db: sqlite3.Connection, language: Language) -> None:
    """Within a transaction: leave of noted stems, and of deleted words, what is still there."""
    for name in _WORDS:
        db.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{name}_holders"
            f" USING fts5vocab('main', '{name}', 'instance')"
        )
    known = db.execute("SELECT term, written FROM stems JOIN loose USING (term)").fetchall()
    for term, written in known:
        left = _spelling(db, language, term, written)
        if left is None:
            db.execute("DELETE FROM stems WHERE term = ?", (term,))
        elif left != written:
            db.execute("UPDATE stems SET written = ? WHERE term = ?", (left, term))
    db.execute("DELETE FROM loose")
    for name in _WORDS:
        db.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")


def _spelling(db: sqlite3.Connection, language: Language, term: str, known: str) -> str | None:
    """The plainest form in which what is left has a stem; None if nothing has it."""

    def written(texts: Iterable[str]) -> Iterator[str]:
        forms: Iterable[Mapping[str, str]] = (counted_terms(language, t)[1] for t in texts)
        return (form[term] for form in forms if term in form)

    # Most spellings are those of many texts; one that is still there is the plainest of the rest.
    if any(form == known for form in written(_holders(db, term, known, _SOME))):
        return known
    return min(written(_holders(db, term)), key=plainness, default=None)


def _holders(db: sqlite3.Connection, term: str, having: str = "", limit: int = -1) -> Iterator[str]:
    """Texts of the items that have a stem, and some letters in them."""
    quoted = f"{json.dumps(term, ensure_ascii=False)}:"
    by_index = "i.row IN (SELECT doc FROM temp.{name}_holders WHERE term = ?)"
    # The index may cut a stem that is no plain word in two.
    place = by_index if term.isalnum() else "? != ''"
    for name in _WORDS:
        yield from (
            text
            for (text,) in db.execute(
                f"SELECT w.text FROM items i JOIN {name} w ON w.rowid = i.row"
                f" WHERE {place.format(name=name)} AND instr(i.terms, ?) AND instr(w.text, ?)"
                " LIMIT ?",
                (term, quoted, having, limit),
            ).fetchall()
        )
