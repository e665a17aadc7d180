"""The project's one family of exceptions.

Every message says what was wrong, with which value, and what to do next.
"""


class DreamsError(Exception):
    """Base of everything this library raises on purpose."""


class InvalidInputError(DreamsError, ValueError):
    """An argument, a text, a vector or a setting cannot be taken as it is."""


class NamespaceError(InvalidInputError):
    """A namespace is malformed, or a template value is missing from the config."""


class LogFormatError(InvalidInputError):
    """A line of an imported log cannot be read; names the line."""


class EmbedderError(DreamsError):
    """The embedder failed, or answered vectors that cannot be stored."""


class EmbedderMismatchError(EmbedderError):
    """The namespace was written by another embedder or in another dimension."""


class MissingDependencyError(DreamsError, ImportError):
    """An optional package is needed; names the extra that brings it."""


class StoreError(DreamsError):
    """The store cannot be opened, read or written."""


class StoreLockedError(StoreError):
    """Another process has the embedded store open."""


class StoreReadOnlyError(StoreError):
    """The folder of the embedded store cannot be written."""


class StoreClosedError(StoreError):
    """The store was closed, or was opened by the parent of this forked process."""


class BusyError(StoreError):
    """Somebody else has the lease of the namespace: a dream, a rollback, or a forgetting."""


class DreamError(DreamsError):
    """A dream could not be planned or committed; the store is as it was before."""


class ReviewError(DreamError):
    """A review cannot be answered like that, or no longer; the store is as it was before."""


class RollbackError(DreamError):
    """A dream cannot be rolled back as asked; the store is as it was before."""


class UnknownDreamError(DreamError, KeyError):
    """No dream of that id in this namespace."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""
