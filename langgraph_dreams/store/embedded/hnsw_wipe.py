"""What Chroma's index files hold besides the index: memory that was never used.

An index is written with the memory that it has reserved. What was not used yet holds whatever stood
there before, a text of this process as likely as not; so it is overwritten with zeros.
"""

import logging
import os
import struct
from pathlib import Path

from langgraph_dreams.errors import StoreError

logger = logging.getLogger(__name__)

_HEADER = struct.Struct("<iQQQQ")
"""Version, offset, items there is room for, items, bytes an item (hnswlib's saveIndex, as Chroma
has it)."""
_VERSION = 1
_LENGTH = 4  # bytes of the length of a vector, a float
_PART = 1_000_000  # bytes looked at at once


def wipe_unused(folder: Path, lengths: bool) -> None:
    """Overwrite unused memory in a persisted index; its client must be closed.

    Args:
        folder: of the index.
        lengths: whether the metric needs the lengths of vectors; else none is ever set.

    Raises:
        StoreError: the files are not as they are known here; nothing is changed.
    """
    header = (folder / "header.bin").read_bytes().ljust(_HEADER.size, b"\0")
    version, _, room, items, size = _HEADER.unpack_from(header)
    data, long = folder / "data_level0.bin", folder / "length.bin"
    # All that is reserved is written, or the items alone.
    whole = {(number * size, number * _LENGTH) for number in (room, items)}
    if version != _VERSION or (data.stat().st_size, long.stat().st_size) not in whole:
        raise StoreError(f"the index in {folder} is of a form unknown here; report it, please")
    _zero_from(data, items * size)
    _zero_from(long, items * _LENGTH if lengths else 0)


def _zero_from(file: Path, start: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(start)
        while part := opened.read(_PART):
            if part.strip(b"\0"):
                opened.seek(-len(part), os.SEEK_CUR)
                opened.write(bytes(len(part)))


def wipe_all(path: Path) -> None:
    """Do so with every index of a store without a client; one that cannot be is logged.

    Chroma writes what is reserved already when an index is made.
    """
    for header in path.glob("*/header.bin"):
        try:
            wipe_unused(header.parent, lengths=True)
        except (StoreError, OSError) as error:
            logger.warning("unused memory may stay in the files of an index: %s", error)
