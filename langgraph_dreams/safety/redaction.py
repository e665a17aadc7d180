"""Redaction of texts before anything is stored: the hook, and how it is applied.

The ready-made hook is `redact_secrets`, in a module of its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from langgraph_dreams._text import shown
from langgraph_dreams.errors import DreamsError, InvalidInputError

Redactor = Callable[[str], str]
"""Takes a text and answers it without what must not be stored.

It has to answer the same for the same text, and leave alone what it answered before: a dream writes
to the journal what it writes to the store. It is called from several threads.
"""

KEPT = frozenset(
    {
        # whose it is, and what it points to
        *(
            "id",
            "a",
            "b",
            "thread",
            "zone",
            "run",
            "message",
            "dream",
            "dreamt",
            "archived",
            "namespace",
            "target",
            "memory",
        ),
        *("digest", "version", "rests_on", "brought_nothing"),
        *(
            "sources",
            "cites",
            "must_not_say",
            "superseded_by",
            "replaced_by",
            "episode",
            "episodes",
            "recalls",
            "undone",
        ),
        # one of a few words
        *("kind", "channel", "status", "outcome", "origin", "depth", "embedder"),
        "query_map",  # numbers
        # when
        *("time", "until", "valid_from", "valid_to", "learned_at", "last_confirmed"),
        *("created", "last_used", "started", "finished"),
    }
)
"""Fields that are no text, but ids, names of conversations and runs, times, numbers and words of
this library: they are stored as they are. Every other string is redacted."""


def checked_redactor(redact: Redactor | None) -> Redactor | None:
    """The hook, or None. Raises InvalidInputError for what cannot be called."""
    if redact is not None and not callable(redact):
        raise InvalidInputError(
            f"redact is {shown(redact)}; pass a function from text to text, such as"
            " redact_secrets, or None"
        )
    return redact


def redacted(text: str, redact: Redactor | None) -> str:
    """The text as it may be stored.

    Raises InvalidInputError when the hook fails or answers no text. Its message quotes neither the
    text nor what the hook raised, for that may be what must not be seen; the latter is its cause.
    """
    if redact is None or not text:
        return text
    try:
        answer = redact(text)
    except DreamsError:
        raise
    except Exception as error:
        raise InvalidInputError(
            f"redact raised {type(error).__name__} on a text of {len(text):,} characters; nothing"
            " was stored, mend the function and try again"
        ) from error
    if not isinstance(answer, str):
        raise InvalidInputError(
            f"redact answered {type(answer).__name__} for a text of {len(text):,} characters, not a"
            " text; nothing was stored, mend the function and try again"
        )
    return answer


def redacted_all(value: Any, redact: Redactor | None) -> Any:
    """`redacted` for every text in a nest of mappings and sequences, but those of KEPT fields.

    Raises InvalidInputError as `redacted` does.
    """
    if redact is None:
        return value
    if isinstance(value, str):
        return redacted(value, redact)
    if isinstance(value, Mapping):
        return {
            name: inner if name in KEPT and not _nested(inner) else redacted_all(inner, redact)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return type(value)(redacted_all(inner, redact) for inner in value)
    return value


def _nested(value: Any) -> bool:
    """True if a field of a kept name holds more than a name, or a list of names."""
    if isinstance(value, list | tuple):
        return any(isinstance(inner, Mapping | list | tuple) for inner in value)
    return isinstance(value, Mapping)
