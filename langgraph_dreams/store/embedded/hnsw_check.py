"""The files of a persisted vector index, read without Chroma: checks, and the vectors in them.

Their form is that of formats.py. Chroma loads damaged files as they are, and then fails, answers
wrongly, or dies of SIGSEGV.
"""

import io
import os
import pickle
import pickletools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from langgraph_dreams.store.embedded.formats import (
    COMPONENT,
    DATA,
    HEADER,
    HEADER_LAYOUT,
    IDS,
    IDS_HEAD,
    INDEX_FILES,
    INDEX_NAME,
    LABEL,
    LABELS_KEY,
    LENGTHS,
    LINK,
    LINKS,
    UnknownFormatError,
    installed,
)
from langgraph_dreams.store.validation import Vectors

_HEAD = 256  # bytes in which the file of ids shows its form
_COMPONENTS = (1, 2, 8)  # bytes that a component of a vector may have elsewhere
_UNIT = 1e-3
"""Tolerance for the length of a vector in a cosine index: Chroma stores them with length 1."""

Bytes = npt.NDArray[np.uint8]


class HnswDamagedError(Exception):
    """A file of the index is missing, too short, or holds what no index does."""


class _ClassNamedError(pickle.UnpicklingError):
    """A pickle names a class."""


class _PlainUnpickler(pickle._Unpickler):
    """Reads dicts, lists, strings and numbers; a file that names any class is refused.

    The one in Python, at two and a half times the time: that in C makes room for as many values as
    the bytes ask for, so that one flipped bit costs gigabytes.
    """

    dispatch: ClassVar = {
        code: load
        for code, load in pickle._Unpickler.dispatch.items()
        if code != pickle.BYTEARRAY8[0]  # makes room before it reads
    }

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Refuse: a pickle that needs a class could run anything."""
        name = f"{module_name}.{global_name}"
        if not all(part.isidentifier() for part in name.split(".")):
            raise pickle.UnpicklingError("what stands where a class is named is no name")
        raise _ClassNamedError(f"it names {name}")


@dataclass(frozen=True, slots=True)
class Header:
    """Counts and byte offsets of an index."""

    version: int
    most: int
    count: int
    element: int
    """Bytes of one element: level-0 links, vector, label."""
    label_at: int
    vector_at: int
    links: int
    """Links of an element on an upper level at most."""
    links0: int
    """Links of an element on the lowest level at most."""

    @property
    def known(self) -> bool:
        """True if it is of the version that is known here."""
        return self.version == installed().index

    @property
    def vector(self) -> int:
        """Bytes of a vector."""
        return self.label_at - self.vector_at

    @property
    def coherent(self) -> bool:
        """True if its numbers fit each other, as those of damaged bytes hardly do."""
        return (
            self.element == self.label_at + LABEL
            and self.vector_at == LINK * self.links0 + LINK
            and self.count <= self.most
        )


def is_persisted(folder: Path) -> bool:
    """True if an index was ever persisted there; until then everything is in the log."""
    return (folder / IDS).exists()


def ids_in(folder: Path) -> set[str]:
    """Ids that the index holds. Raises HnswDamagedError."""
    return set(_labels(folder))


def read_header(folder: Path) -> Header:
    """The header of an index, whatever it says. Raises HnswDamagedError when it is too short."""
    if _size(folder, HEADER) < HEADER_LAYOUT.size:
        raise HnswDamagedError(f"{HEADER} is cut off")
    with (folder / HEADER).open("rb") as opened:
        values = HEADER_LAYOUT.unpack(opened.read(HEADER_LAYOUT.size))
    version, _, most, count, element, label_at, vector_at, _, _, links, links0 = values[:11]
    return Header(version, most, count, element, label_at, vector_at, links, links0)


def check_form(folder: Path, dimension: int, persisted: int) -> None:
    """Tell an index of unknown form from one that is whole, damaged or not there; cheap.

    `persisted`: the cursor that the database has for it. Raises UnknownFormatError for a header
    that is coherent in all but its version or the size of a vector's components, for ids in a whole
    pickle of another shape, and where a file of a persisted index is missing while there is one
    that may be its own by its name, but is not known.
    """
    if not folder.is_dir():
        return
    where = f"the index in {folder.name}"
    names = {file.name for file in folder.iterdir() if INDEX_NAME.fullmatch(file.name)}
    # Without a cursor everything is in the log, and Chroma has yet to write some of the files.
    if persisted and INDEX_FILES - names and names - INDEX_FILES:
        raise UnknownFormatError(f"{where} has the files {', '.join(sorted(names))}")
    if not is_persisted(folder):
        return
    try:
        header = read_header(folder)
    except HnswDamagedError:
        return
    if header.coherent and not header.known and header.version > 0:
        raise UnknownFormatError(
            f"{where} is of the version {header.version} (if no other Chroma ever wrote there, its"
            f" {HEADER} is damaged: move {folder.name} away, and it is built again from its rows)"
        )
    if header.coherent and header.vector in {size * dimension for size in _COMPONENTS}:
        raise UnknownFormatError(f"{where} has {header.vector} bytes a vector of {dimension}")
    with (folder / IDS).open("rb") as opened:
        known = IDS_HEAD.match(opened.read(_HEAD))
    if not known:
        with suppress(HnswDamagedError):
            _labels(folder)


def check_quickly(folder: Path, dimension: int, cosine: bool) -> None:
    """Look whether the files are there and long enough; cheap. Raises HnswDamagedError.

    `cosine`: the vectors are normalised, and their lengths are kept beside them.
    """
    header = _header(folder, dimension)
    for name, least in (
        (DATA, header.count * header.element),
        (LENGTHS, header.count * COMPONENT),
        (LINKS, header.count * LINK),
    ):
        if _size(folder, name) < least:
            raise HnswDamagedError(f"{name} is cut off at {_size(folder, name)} of {least} bytes")
    if not _ends_well(folder / IDS):
        raise HnswDamagedError(f"{IDS} is cut off")
    if cosine and not _is_length(_lengths(folder, header.count)).all():
        raise HnswDamagedError(f"{LENGTHS} holds lengths that are none")


def check_contents(folder: Path, dimension: int, cosine: bool) -> None:
    """Read every file whole: ids, labels, links and vectors must agree. Raises HnswDamagedError."""
    check_quickly(folder, dimension, cosine)
    header = _header(folder, dimension)
    labels = _labels(folder)
    found, vectors, data = _elements(folder, header)
    if len(np.unique(found)) != len(found) or not set(labels.values()) <= set(found.tolist()):
        raise HnswDamagedError(f"{DATA} and {IDS} name different elements")
    if not _sound(vectors, cosine).all():
        raise HnswDamagedError(f"{DATA} holds vectors that are none")
    _check_level0(header, data)
    _check_upper(folder, header)


def readable_vectors(folder: Path, dimension: int) -> dict[str, Vectors]:
    """Vectors saved from a damaged cosine index, by id, (dimension,) float32 each.

    Empty when its header or its ids cannot be read.
    """
    try:
        header, labels = _header(folder, dimension), _labels(folder)
        found, vectors, _ = _elements(folder, header)
    except HnswDamagedError:
        return {}
    lengths = _lengths(folder, len(found))
    lengths = np.where(_is_length(lengths), lengths, 1).astype(np.float32)
    values, counts = np.unique(found, return_counts=True)
    doubted = set(values[counts > 1].tolist())
    sound = _sound(vectors, True)
    rows = {int(label): row for row, label in enumerate(found.tolist()) if sound[row]}
    return {
        id_: np.asarray(vectors[rows[label]] * lengths[rows[label]], dtype=np.float32)
        for id_, label in labels.items()
        if label in rows and label not in doubted
    }


def _ends_well(file: Path) -> bool:
    """True if a pickle has its end, a full stop."""
    with file.open("rb") as opened:
        length = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, length - 1))
        return opened.read() == pickle.STOP


def _size(folder: Path, name: str) -> int:
    try:
        return (folder / name).stat().st_size
    except OSError as error:
        raise HnswDamagedError(f"{name} cannot be read: {error.strerror}") from error


def _is_pickle(raw: bytes) -> bool:
    """True if it is one pickle from its first byte to its last, as damaged bytes hardly are."""
    end = -1
    try:
        for operation, _, place in pickletools.genops(raw):
            end = (place or 0) if operation.name == "STOP" else -1
    except Exception:  # noqa: BLE001 - damaged bytes make it fail in many ways
        return False
    return end == len(raw) - 1


def _header(folder: Path, dimension: int) -> Header:
    header = read_header(folder)
    if not (header.known and header.coherent and header.vector == dimension * COMPONENT):
        raise HnswDamagedError(f"{HEADER} is none of an index of {dimension} dimensions")
    return header


def _labels(folder: Path) -> dict[str, int]:
    """The label of each id. Raises HnswDamagedError, or UnknownFormatError for another shape.

    Only a pickle that loads whole has a shape: damaged bytes may well be opcodes up to the end.
    """
    _size(folder, IDS)
    raw = (folder / IDS).read_bytes()
    opened = io.BytesIO(raw)
    unknown = UnknownFormatError(f"the index in {folder.name} has {IDS} of another shape")
    try:
        read = _PlainUnpickler(opened).load()
    except _ClassNamedError as error:
        if _is_pickle(raw):
            raise unknown from error
        raise HnswDamagedError(f"{IDS} is cut off or overwritten: {error}") from error
    except Exception as error:  # damaged bytes make a pickle fail in many ways
        raise HnswDamagedError(f"{IDS} cannot be read: {error!r:.100}") from error
    labels = read.get(LABELS_KEY) if isinstance(read, dict) else None
    kinds = set(map(type, labels.values())) if isinstance(labels, dict) else {type(labels)}
    if isinstance(labels, dict) and kinds <= {int}:
        return {str(id_): label for id_, label in labels.items()}
    if opened.tell() == len(raw) and int not in kinds:
        raise unknown
    raise HnswDamagedError(f"{IDS} ends early or mixes labels with other values")


def _elements(folder: Path, header: Header) -> tuple[npt.NDArray[np.uint64], Vectors, Bytes]:
    """Labels (n,), vectors (n, dimension) and bytes (n, element) of the elements there are."""
    _size(folder, DATA)
    with (folder / DATA).open("rb") as opened:
        raw = np.frombuffer(opened.read(header.count * header.element), dtype=np.uint8)
    there = len(raw) // header.element
    data = raw[: there * header.element].reshape(there, header.element)
    labels = data[:, header.label_at :].copy().view("<u8").reshape(there)
    vectors = data[:, header.vector_at : header.label_at].copy().view("<f4")
    return labels, vectors, data


def _sound(vectors: Vectors, cosine: bool) -> npt.NDArray[np.bool_]:
    """Mask of the rows that are vectors an index may hold."""
    finite = np.asarray(np.isfinite(vectors).all(axis=1))
    if not cosine:
        return finite
    lengths = np.linalg.norm(np.where(finite[:, None], vectors, 0).astype(np.float64), axis=1)
    return np.asarray(finite & (np.abs(lengths - 1) < _UNIT))


def _lengths(folder: Path, count: int) -> Vectors:
    """Lengths of the first `count` vectors before they were normalised; NaN where cut off."""
    raw = (folder / LENGTHS).read_bytes() if (folder / LENGTHS).exists() else b""
    found = np.frombuffer(raw[: min(count, len(raw) // 4) * 4], dtype="<f4")
    return np.concatenate([found, np.full(count - len(found), np.nan, dtype=np.float32)])


def _is_length(lengths: Vectors) -> npt.NDArray[np.bool_]:
    return np.asarray(np.isfinite(lengths) & (lengths > 0))


def _check_level0(header: Header, data: Bytes) -> None:
    """Links of the lowest level: a count, a mark of deletion, then the elements linked to."""
    linked = data[:, 4 : header.vector_at].copy().view("<u4")
    counts = data[:, :2].copy().view("<u2")
    used = np.arange(linked.shape[1]) < counts
    if (counts > linked.shape[1]).any() or (linked[used] >= header.count).any():
        raise HnswDamagedError(f"{DATA} links to elements that are not there")


def _check_upper(folder: Path, header: Header) -> None:
    """Links of the upper levels: for each element a size in bytes, then so many bytes."""
    raw = (folder / LINKS).read_bytes()
    place = 0
    for _ in range(header.count):
        size = int.from_bytes(raw[place : place + 4], "little")
        level = 4 * header.links + 4
        if place + 4 + size > len(raw) or size % level:
            raise HnswDamagedError(f"{LINKS} is cut off or overwritten at byte {place}")
        for start in range(place + 4, place + 4 + size, level):
            if any(end >= header.count for end in _linked(raw[start : start + level])):
                raise HnswDamagedError(f"{LINKS} links to elements that are not there")
        place += 4 + size


def _linked(level: bytes) -> Iterator[int]:
    count = int.from_bytes(level[:2], "little")
    for number in range(count):
        yield int.from_bytes(level[4 + 4 * number : 8 + 4 * number], "little")
