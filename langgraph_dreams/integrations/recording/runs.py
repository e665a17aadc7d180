"""Runs: the turn that each belongs to, and whose memory their config names."""

import sys
from collections import OrderedDict
from collections.abc import Mapping
from types import FrameType
from typing import Any, Generic, TypeVar
from uuid import UUID

from langgraph_dreams.namespace.template import SERVER_ID, identity_of, named

_K = TypeVar("_K")
_V = TypeVar("_V")

_MOST_RUNS = 20_000
_MANAGERS = "langchain_core.callbacks"


class Bounded(Generic[_K, _V]):
    """A mapping that forgets what was used least recently beyond `size` entries."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[_K, _V] = OrderedDict()

    def get(self, key: _K) -> _V | None:
        """The value, now the most recently used; None when unknown or forgotten."""
        value = self._entries.get(key)
        if value is not None:
            self._entries.move_to_end(key)
        return value

    def set(self, key: _K, value: _V) -> None:
        """Stores the value as the most recently used."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)


class Lineage:
    """From each run to the root of its tree.

    A root is a run whose parent this recorder never saw: it need not be without a parent, since
    tracing tools put a run of their own above the graph, and a recorder may be attached to a
    subgraph only. Ended runs stay known for long, so that what a background task of a finished
    run still does is never taken for a run of its own.
    """

    def __init__(self) -> None:
        self._roots: Bounded[UUID, UUID] = Bounded(_MOST_RUNS)

    def root(self, run: UUID | None) -> UUID | None:
        """The root of a known run."""
        return None if run is None else self._roots.get(run)

    def add(self, run: UUID, root: UUID) -> None:
        """Puts a run under a root."""
        self._roots.set(run, root)


def called_as_tool(checkpoint_ns: object) -> bool:
    """True if a graph at this place of its parents runs inside a tool of another agent.

    The place names the nodes that lead to it, outermost first ("tools:<id>|research:<id>");
    `create_agent` names its node of tools "tools", as do the graphs in LangGraph's own guides.
    """
    return any(step.split(":")[0] == "tools" for step in str(checkpoint_ns or "").split("|"))


def placeholders(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The names that a namespace template takes from config["configurable"]."""
    return tuple(p[1:-1] for p in parts if p[:1] + p[-1:] == "{}" and p[1:-1].isidentifier())


def plain_values(
    source: Mapping[str, Any], names: tuple[str, ...], context: Any = None
) -> dict[str, Any]:
    """The named values that can stand in a namespace: texts, numbers, a list of its parts.

    With them, where one is missing, whom the server has authenticated, if anybody.
    Raises NotTheirsError for a run that names another than that.
    """
    found = {name: named(name, source, context) for name in names}
    if None in found.values() and (identity := identity_of(source)):
        found[SERVER_ID] = identity
    return {name: value for name, value in found.items() if is_plain(value)}


def is_plain(value: object) -> bool:
    """True if a value can stand in a namespace."""
    return isinstance(value, str | int | list) and not isinstance(value, bool)


def calling_config() -> tuple[Mapping[str, Any], Any]:
    """`config["configurable"]` and the context of the runnable that is just starting a run.

    LangGraph hands callback handlers the metadata of a run, which carries `thread_id` but no
    other configurable value, and no public way leads from a run to its config. The runnable that
    announces the run is the first caller behind the callback managers, and holds its config in a
    variable of that name; a graph of LangGraph has its `context` beside it.
    Only that one frame is read: with anything unexpected the answer is empty, never another
    run's config.
    """
    caller = sys._getframe(1)
    # Up to the managers (a subclass or a wrapper may stand between), then through them.
    for inside in (False, True):
        while _is_manager(caller) is inside:
            if caller.f_back is None:
                return {}, None
            caller = caller.f_back
    config = caller.f_locals.get("config")
    found = config.get("configurable") if isinstance(config, Mapping) else None
    graph = str(caller.f_globals.get("__name__", "")).startswith("langgraph.pregel")
    context = caller.f_locals.get("context") if graph else None
    return (found if isinstance(found, Mapping) else {}), context


def _is_manager(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith(_MANAGERS)
