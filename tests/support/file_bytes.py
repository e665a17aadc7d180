"""What the files of a store hold, also inside what is compressed in them."""

import base64
import re
import zlib
from contextlib import suppress
from pathlib import Path

_PACKED = re.compile(rb"(?:\x1b|\\u001b)z([A-Za-z0-9+/]{8,})")
"""Compressed texts, as rows and the log have them; of one that is cut off, what is there."""


def bytes_of(file: Path) -> bytes:
    """The bytes of a file, then all that is compressed in it."""
    body = file.read_bytes() if file.is_file() else b""
    return b" ".join((body, *map(_released, _PACKED.findall(body))))


def bytes_below(folder: Path) -> bytes:
    """The bytes of every file of a folder."""
    return b"".join(bytes_of(path) for path in sorted(folder.rglob("*")))


def _released(text: bytes) -> bytes:
    with suppress(zlib.error):
        return zlib.decompressobj().decompress(base64.b64decode(text[: len(text) // 4 * 4]))
    return b""
