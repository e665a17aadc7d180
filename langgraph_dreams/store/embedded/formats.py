"""Chroma's own files as far as they are known: versions, names, layouts, tables.

Chroma promises nothing about them; all that this package reads and writes there goes by what is
written down here. A form that is not here is no damage: it raises UnknownFormatError, and the
store is left to Chroma (see recognize.py).
"""

import re
import sqlite3
import struct
from collections.abc import Mapping
from dataclasses import dataclass

import chromadb


class UnknownFormatError(Exception):
    """A file or a table has a form of which nothing is known here."""


@dataclass(frozen=True, slots=True)
class KnownVersions:
    """A range of Chroma versions, and what tells their files from those of others."""

    since: tuple[int, ...]
    before: tuple[int, ...]
    migrations: Mapping[str, int]
    """The newest change of each group of tables."""
    index: int
    """The first word of an index's header."""

    def __str__(self) -> str:
        return f">={_dotted(self.since)},<{_dotted(self.before)}"


KNOWN = (
    # 1.5.5 to 1.5.9 were looked at: their files differ in nothing.
    KnownVersions(
        since=(1, 5, 5),
        before=(1, 6),
        migrations={"embeddings_queue": 2, "metadb": 6, "sysdb": 10},
        index=1,
    ),
)
"""All of them have what follows in common."""

# -- the folder of an index: hnswlib's saveIndex as Chroma has it, and Chroma's own file of ids

HEADER = "header.bin"
DATA = "data_level0.bin"
LENGTHS = "length.bin"
LINKS = "link_lists.bin"
IDS = "index_metadata.pickle"
INDEX_FILES = frozenset({HEADER, DATA, LENGTHS, LINKS, IDS})
INDEX_NAME = re.compile(r"\w+\.(bin|pickle|json)")
"""A name that a file of an index may have in some version. Others are of no matter: systems and
sync tools leave their own beside it (Thumbs.db, desktop.ini, "header (1).bin", header.bin~)."""

HEADER_LAYOUT = struct.Struct("<iQQQQQQiIQQQdQ")
"""Version, offset, items there is room for, items, bytes an item, where in an item its label is and
where its vector, highest level, entry point, most links on an upper level, on the lowest, links of
a new item, the factor of levels, width of building."""
COMPONENT = 4
"""Bytes of a component of a vector, and of the length of one: floats."""
LABEL = 8
LINK = 4
"""Bytes of a link, and of the count that stands before the links of a level."""
LABELS_KEY = "id_to_label"
IDS_HEAD = re.compile(rb"\x80\x03\}.{0,16}dimensionality.{0,120}id_to_label\}", re.DOTALL)
"""First bytes of the file of ids: a pickle of protocol 3, a dict with these keys first."""

# -- the database

DATABASE = "chroma.sqlite3"
UPSERT = 2
ENCODING = "FLOAT32"
TOPIC = re.compile(r"persistent://[^/]+/[^/]+/[^/]+")
DEFAULT_TOPIC = "persistent://default/default/"
"""The name that the log has for a collection is this and the collection's id."""
SEGMENTS = {
    "VECTOR": "urn:chroma:segment/vector/hnsw-local-persisted",
    "METADATA": "urn:chroma:segment/metadata/sqlite",
}
COLUMNS = {
    "collections": "id name dimension database_id config_json_str schema_str",
    "segments": "id type scope collection",
    "max_seq_id": "segment_id seq_id",
    "embeddings": "id segment_id embedding_id seq_id created_at",
    "embeddings_queue": "seq_id created_at operation topic id vector encoding metadata",
    "embedding_metadata": "id key string_value int_value float_value bool_value",
    "embedding_metadata_array": "id key string_value int_value float_value bool_value",
    "embedding_fulltext_search": "string_value",
}


def known_here() -> str:
    """The Chroma versions that are known, as a requirement says it."""
    return " or ".join(f"chromadb{versions}" for versions in KNOWN)


def installed() -> KnownVersions:
    """The entry of the table for the installed Chroma. Raises UnknownFormatError."""
    version = chromadb.__version__
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:3])
    for versions in KNOWN:
        if versions.since <= numbers < versions.before:
            return versions
    raise UnknownFormatError(f"the files of Chroma {version}, which is installed, are not known")


def check_tables(db: sqlite3.Connection) -> bool:
    """Compare a database with what is known; False when Chroma has yet to make its tables.

    Raises UnknownFormatError.
    """
    migrations = installed().migrations
    if not _columns(db, "migrations"):
        if _columns(db, "collections"):
            raise UnknownFormatError(f"{DATABASE} has no list of its migrations")
        return False
    found = dict(db.execute("SELECT dir, max(version) FROM migrations GROUP BY dir"))
    for name, version in found.items():
        if version > migrations.get(name, 0):
            raise UnknownFormatError(f"{DATABASE} has the migration {version} of {name}")
    if found != migrations:
        return False
    for table, columns in COLUMNS.items():
        if (there := _columns(db, table)) != set(columns.split()):
            raise UnknownFormatError(
                f"{DATABASE} has {', '.join(sorted(there)) or 'nothing'} as the table {table}"
            )
    _check_rows(db)
    return True


def _check_rows(db: sqlite3.Connection) -> None:
    """Compare the kinds of rows with those known. Raises UnknownFormatError."""
    for kind, scope in db.execute("SELECT DISTINCT type, scope FROM segments"):
        if SEGMENTS.get(scope) != kind:
            raise UnknownFormatError(f"{DATABASE} has segments {scope} of the type {kind}")
    for topic, encoding in db.execute("SELECT DISTINCT topic, encoding FROM embeddings_queue"):
        if not TOPIC.fullmatch(str(topic)) or encoding not in (ENCODING, None):
            raise UnknownFormatError(f"{DATABASE} has log entries {topic} of vectors {encoding}")
    for table in ("max_seq_id", "embeddings"):
        kind = db.execute(f"SELECT typeof(seq_id) FROM {table} LIMIT 1").fetchone()
        if kind not in (("integer",), None):
            raise UnknownFormatError(f"{DATABASE} numbers {table} by {kind[0]}")


def _columns(db: sqlite3.Connection, table: str) -> set[str]:
    return {str(column[1]) for column in db.execute(f"PRAGMA table_info({table})")}


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
