"""Callbacks that do not break the run they listen to, unless nobody says whose it is."""

import functools
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from langgraph_dreams.errors import NamespaceError

_F = TypeVar("_F", bound=Callable[..., Any])


class _Counting(Protocol):
    def failed(self, what: str, error: BaseException) -> None: ...


def quiet(method: _F) -> _F:
    """Recording does not break the agent: what goes wrong is logged and counted by the writer.

    But for a run that is not to be attributed: that is an error of who wrote the agent.
    """

    @functools.wraps(method)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            method(self, *args, **kwargs)
        except NamespaceError:
            raise
        except Exception as error:  # noqa: BLE001 -- the agent must go on
            writer: _Counting = self._writer
            writer.failed(f"recording failed in {method.__name__}", error)

    return cast(_F, wrapped)
