"""Errors of Chroma turned into errors of this library, which say what they mean and what to do."""

import httpx

from langgraph_dreams.errors import StoreError, StoreReadOnlyError

_DAMAGED = ("hnsw", "error finding id", "error getting embedding")
_FULL = (
    "database or disk is full",
    "no space left",
    "disk i/o error",
    "file too large",
    "failed to apply logs to the metadata segment",  # all that Chroma says of it at most writes
)
_READ_ONLY = ("readonly database", "read-only file system", "permission denied")
_REFUSED = (401, 403)
_BROKEN = ("disk image is malformed", "is not a database")


def is_index_damage(error: Exception) -> bool:
    """True if an error says that the vector index of a collection cannot be used."""
    return _says(error, _DAMAGED)


def store_error(doing: str, error: Exception, folder: bool) -> StoreError:
    """This library's error for one of Chroma's; `folder`: the store is embedded."""
    told = f"{doing}: Chroma answered {type(error).__name__}: {error}"
    answer = error.__context__  # chromadb raises the text of the body alone
    if isinstance(answer, httpx.HTTPStatusError) and answer.response.status_code in _REFUSED:
        return StoreError(
            f"{doing}: the server refused with status {answer.response.status_code}: {error}. Make"
            " the client with a token that holds: chromadb.HttpClient(..., headers=...)"
        )
    if _says(error, _READ_ONLY):
        return StoreReadOnlyError(
            f"{told}. The store cannot be written any more: make its folder and files writable and"
            " do it again; what was acknowledged is kept"
        )
    if _says(error, _FULL):
        return StoreError(
            f"{told}. Its database could not be written, most often because the disk is full: free"
            " some space and do it again; what was acknowledged is kept"
        )
    if folder and _says(error, _BROKEN):
        return StoreError(f"{told}. Its chroma.sqlite3 is damaged: restore it from a backup")
    if folder and is_index_damage(error):
        return StoreError(
            f"{told}. Its index is damaged: close the store and open it again, which repairs it"
        )
    return StoreError(told)


def _says(error: Exception, texts: tuple[str, ...]) -> bool:
    said = str(error).lower()
    return any(text in said for text in texts)
