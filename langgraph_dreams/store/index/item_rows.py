"""The rows of one item in the derived index: written, written anew, taken out."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence

from langgraph_dreams.language.protocol import Language, Token
from langgraph_dreams.language.words import content_terms, counted, plainer
from langgraph_dreams.safety.trust import users_words
from langgraph_dreams.store.index.passages import drop_passages, put_passages
from langgraph_dreams.store.index.traces import note_loose
from langgraph_dreams.store.items import NOTHING, STATEMENT, Item, memory_key, time_of
from langgraph_dreams.store.passages import Passages
from langgraph_dreams.store.searched import words_of
from langgraph_dreams.types.base import digest
from langgraph_dreams.types.items import ARCHIVED, Episode, Link, Memory
from langgraph_dreams.types.labels import unlabelled


def link_row(link: Link) -> tuple[str | float, ...]:
    """A link as a row of `links`."""
    live, lasting = link.status != "expired", link.status == "consolidated"
    ends = (link.id, link.a, link.b)
    return (*ends, link.weight, link.since, link.dream, int(live), int(lasting))


def settle(db: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Take off the marks of items whose change is made."""
    db.executemany("DELETE FROM pending WHERE id = ?", [(id_,) for id_ in ids])


def put_item(
    db: sqlite3.Connection,
    item: Item,
    language: Language,
    passages: Passages | None,
    adds: str,
    stems: "Stems",
) -> None:
    """Add an item with its words, or update what may change of one whose words are the same.

    Its stems are counted in `stems`, which are to be put afterwards.
    """
    version: tuple[str, str, int] = ("", "", 0)
    if isinstance(item, Episode):
        place = (
            item.thread,
            item.position,
            time_of(item).timestamp(),
            item.dreamt,
            ARCHIVED if item.archived else "",
        )
        kind, words = "e", _table("e", adds)
        if item.message and item.thread:
            wording = item.text if item.put else item.said
            version = (item.message, digest(wording), int(item.outcome == "ok"))
    else:
        place = ("", 0, time_of(item).timestamp(), "", item.status)
        kind = "r" if item.rehearses else "m"
        words = _table(kind)
        _put_memory(db, item)
    said = memory_key(item) if isinstance(item, Memory) else item.text
    if isinstance(item, Episode):
        said = words_of(item, language)
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
    tokens = language.tokens(said)
    terms, written = counted(tokens)
    own = users_words(item) if isinstance(item, Episode) else item.text
    count = len(terms) if own == item.text else len(content_terms(language, own))
    row = db.execute(
        "INSERT INTO items (id, kind, thread, position, time, dreamt, status, terms, said, message,"
        " words, answered, adds, speaker) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(item.id, kind, *place, json.dumps(terms, ensure_ascii=False), count),
            *(*version, adds, item.speaker if isinstance(item, Episode) else ""),
        ),
    ).lastrowid

    def put_words(row: int | None, text: str, tokens: Sequence[Token]) -> None:
        if language.tokenizer:
            db.execute(f"INSERT INTO {words} (rowid, text) VALUES (?, ?)", (row, text))
        else:
            cut = " ".join(token.stem for token in tokens)
            db.execute(
                f"INSERT INTO {words} (rowid, text, stems) VALUES (?, ?, ?)", (row, text, cut)
            )

    def put_part(row: int, start: int, stop: int) -> None:
        text = unlabelled(item.text[start:stop])
        put_words(row, text, () if language.tokenizer else language.tokens(text))

    put_words(row, said, tokens)
    if passages is not None and row is not None:
        put_passages(
            db,
            row,
            passages,
            put_part,
        )
    stems.count(written, int(kind == "e" and adds != NOTHING))


def _table(kind: str, adds: str = STATEMENT) -> str:
    """Where the words of an item are: those of turns that add nothing make no other word common."""
    if kind != "e":
        return "memory_words" if kind == "m" else "rehearsal_words"
    return "idle_words" if adds == NOTHING else "episode_words"


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


class Stems:
    """Stems of several items: in how many episodes each is, and the plainest form it was written
    in."""

    def __init__(self) -> None:
        self._episodes: Counter[str] = Counter()
        self._written: dict[str, str] = {}

    def count(self, written: Mapping[str, str], episodes: int) -> None:
        """Count the stems of one item, which is so many episodes: 1, or 0 of a memory."""
        if episodes:
            self._episodes.update(written.keys())
        for term, form in written.items():
            known = self._written.setdefault(term, form)
            if known != form:
                self._written[term] = plainer(known, form)

    def put(self, db: sqlite3.Connection) -> None:
        """Add them to those that are known."""
        known: dict[str, str] = dict(
            db.execute(
                "SELECT term, written FROM stems WHERE term IN (SELECT value FROM json_each(?))",
                (json.dumps(list(self._written)),),
            ).fetchall()
        )
        db.executemany(
            "INSERT INTO stems VALUES (?, ?, ?) ON CONFLICT (term) DO UPDATE SET"
            " episodes = episodes + excluded.episodes, written = excluded.written",
            [
                (term, self._episodes[term], plainer(known.get(term, form), form))
                for term, form in self._written.items()
            ],
        )


def drop_item(db: sqlite3.Connection, id_: str) -> None:
    """Take out an item with its words and what it cites."""
    _drop_words(db, id_)
    db.execute("DELETE FROM memories WHERE id = ?", (id_,))
    db.execute("DELETE FROM cites WHERE memory = ?", (id_,))


def _drop_words(db: sqlite3.Connection, id_: str) -> None:
    found = db.execute("SELECT row, kind, terms, adds FROM items WHERE id = ?", (id_,)).fetchone()
    if found is None:
        return
    row, kind, terms, adds = found
    db.execute(f"DELETE FROM {_table(kind, adds)} WHERE rowid = ?", (row,))
    db.execute("DELETE FROM items WHERE row = ?", (row,))
    note_loose(db, json.loads(terms))
    if kind == "e":
        drop_passages(db, row)
    if kind == "e" and adds != NOTHING:
        db.executemany(
            "UPDATE stems SET episodes = episodes - 1 WHERE term = ?",
            [(term,) for term in json.loads(terms)],
        )
        # A term that no episode has any more may still be a memory's: asked for, it counts 0.
