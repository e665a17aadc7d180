"""Zeros written over the memory in Chroma's index files that was reserved but never used.

An index is written with the memory that it has reserved. What was not used yet holds whatever stood
there before, a text of this process as likely as not; so it is overwritten with zeros.
"""

import logging
import os
from pathlib import Path

from langgraph_dreams.errors import StoreError
from langgraph_dreams.store.embedded.formats import COMPONENT, DATA, HEADER, LENGTHS
from langgraph_dreams.store.embedded.hnsw_check import HnswDamagedError, read_header

logger = logging.getLogger(__name__)

_PART = 1_000_000  # bytes looked at at once


def wipe_unused(folder: Path, lengths: bool) -> None:
    """Overwrite unused memory in a persisted index; its client must be closed.

    Args:
        folder: of the index.
        lengths: whether the metric needs the lengths of vectors; else none is ever set.

    Raises:
        StoreError: the files are not as they are known here; nothing is changed.
    """
    try:
        header = read_header(folder)
    except HnswDamagedError as error:
        raise StoreError(f"the index in {folder} is of a form unknown here: {error}") from error
    data, long = folder / DATA, folder / LENGTHS
    # All that is reserved is written, or the items alone; over a longer file, which stays as long.
    written, rest = divmod(data.stat().st_size, header.element or 1)
    whole = header.count <= written <= header.most and not rest
    if not header.known or not whole or long.stat().st_size != written * COMPONENT:
        raise StoreError(f"the index in {folder} is of a form unknown here; report it, please")
    _zero_from(data, header.count * header.element)
    _zero_from(long, header.count * COMPONENT if lengths else 0)


def _zero_from(file: Path, start: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(start)
        while part := opened.read(_PART):
            if part.strip(b"\0"):
                opened.seek(-len(part), os.SEEK_CUR)
                opened.write(bytes(len(part)))


def wipe_all(path: Path) -> None:
    """Overwrite unused memory in every index of a store without a client; a failure is logged.

    Chroma writes what is reserved already when an index is made.
    """
    for header in path.glob(f"*/{HEADER}"):
        try:
            wipe_unused(header.parent, lengths=True)
        except (StoreError, OSError) as error:
            logger.warning("unused memory may stay in the files of an index: %s", error)
