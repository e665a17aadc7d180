"""A check whether the form of a store's files is known; if not, they are left to Chroma alone."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from langgraph_dreams.store.embedded.folder import size
from langgraph_dreams.store.embedded.formats import (
    DATABASE,
    UnknownFormatError,
    installed,
    known_here,
)
from langgraph_dreams.store.embedded.hnsw_check import check_form, is_persisted
from langgraph_dreams.store.embedded.probe import probe
from langgraph_dreams.store.embedded.segments import database, segments

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unknown:
    """The parts of a store's files whose form is not known; false when all of it is known."""

    text: str = ""
    unusable: Mapping[str, str] = field(default_factory=dict)
    """Collections that the installed Chroma cannot use either, and why."""

    def __bool__(self) -> bool:
        return bool(self.text)


def recognize(path: Path) -> Unknown:
    """Look at the files of a store that nobody has open; changes nothing.

    An index of unknown form is tried in a separate process, which Chroma may kill: it loads files
    as they are. One whose ids it would not find is not tried: it would write a new index over it.
    Raises StoreError when the database is damaged.
    """
    strange: dict[str, UnknownFormatError] = {}
    sizes: dict[str, int] = {}
    try:
        installed()
        if not (path / DATABASE).exists():
            return Unknown()
        with database(path) as db:
            for segment in segments(db):
                try:
                    check_form(path / segment.vectors, segment.dimension, segment.persisted)
                except UnknownFormatError as error:
                    strange[segment.name] = error
                    if is_persisted(path / segment.vectors):
                        sizes[segment.name] = size(path / segment.vectors)
    except UnknownFormatError as error:
        return Unknown(left_to_chroma(path, error))
    if not strange:
        return Unknown()
    text = left_to_chroma(path, next(iter(strange.values())))
    unusable = (strange.keys() - sizes.keys()) | probe(path, sizes).keys()
    return Unknown(text, {name: str(strange[name]) for name in unusable})


def left_to_chroma(path: Path, error: UnknownFormatError) -> str:
    """Warn that the files of a store are not known, and what follows; the same as a text."""
    told = (
        f"{error}; langgraph_dreams knows the files of {known_here()}. They are left as they are:"
        " no repair, no checkpoint (writes grow slower), no compaction (what is forgotten stays in"
        " the files for now)"
    )
    logger.warning("%s: %s. %s", path, told, advice())
    return told


def advice() -> str:
    """Advice on what to do about it."""
    return (
        "Install a newer langgraph_dreams with the chromadb it asks for; or, if only Chroma was"
        f" upgraded and nothing was written since, {known_here()}"
    )
