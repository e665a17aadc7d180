"""Deciding from the page on a night that waits: with the digest of what was shown."""

from collections.abc import Mapping
from typing import TypedDict

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace

_ANSWER = ("approve", "reject", "edit", "digest")


class Decided(TypedDict):
    """A night that was decided on, as it is now."""

    dream: str
    status: str
    operations: int


def review(
    namespace: Namespace, dream: str, answer: Mapping[str, object], redream: bool
) -> Decided:
    """Approve or reject a night that waits, or some of its operations.

    Args:
        namespace: whose.
        dream: id of the dream.
        answer: `approve` and `reject`, each "all" or ids; `edit`, texts by id; `digest`, of the
            operations that were shown.
        redream: whether the next dream takes the episodes of a rejected night up again.

    Raises:
        InvalidInputError: it has no digest.
        ReviewError: the dream does not wait, asks about something else, or the answer is none.
        UnknownDreamError: no such dream.
        BusyError: a dream is under way.
    """
    given = {name: answer[name] for name in _ANSWER if name in answer}
    if not isinstance(given.get("digest"), str):
        raise InvalidInputError("the answer has no digest of what was shown; load the page again")
    if given.get("reject") == "all" and namespace.report(dream).digest == given["digest"]:
        done = namespace.reject(dream, redream=redream)
    else:
        done = namespace.approve(dream, given)
    return {"dream": done.id, "status": done.status, "operations": len(done.operations)}
