"""Threads of a running LangGraph Server, read through its own client; nothing is written to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import httpx
from langgraph.types import Interrupt

from langgraph_dreams._text import brief
from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.importers.past.savers import time_of
from langgraph_dreams.importers.past.steps import Source, State, Step
from langgraph_dreams.importers.times import parse_time

if TYPE_CHECKING:
    from langgraph_sdk.client import SyncLangGraphClient

PAGE = 100
"""Threads, runs or checkpoints asked for at a time."""
_OUTLINE: list[Any] = ["next", "tasks", "checkpoint", "metadata", "created_at", "parent_checkpoint"]
"""All of a checkpoint but its values, which are large."""
_IDENTITY = "langgraph_auth_user_id"
_REASON = 300


def is_server(address: str) -> bool:
    """True for an address of HTTP."""
    return address.startswith(("http://", "https://"))


def is_client(source: object) -> bool:
    """True for a sync client of a LangGraph Server, without importing one."""
    return type(source).__name__ == "SyncLangGraphClient"


@contextmanager
def server_source(address: "str | SyncLangGraphClient") -> Iterator[Source]:
    """The threads of a server, by its address or a client of it.

    By an address the client takes its key from the environment (LANGGRAPH_API_KEY,
    LANGSMITH_API_KEY). Raises LogFormatError for a server that does not answer or refuses.
    """
    if isinstance(address, str):
        from langgraph_sdk import get_sync_client

        try:
            opened = get_sync_client(url=address)
        except (ValueError, httpx.InvalidURL) as error:
            raise LogFormatError(f"{address!r} is no address of a server: {error}.") from error
        with opened as client, _told(address):
            yield _source(client)
    else:
        with _told("the client's server"):
            yield _source(address)


@contextmanager
def _told(address: str) -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise LogFormatError(
            f"The threads of {address} cannot be read ({brief(str(error), _REASON)}). Name a"
            " LangGraph Server like http://127.0.0.1:2024, as for its client, and set"
            " LANGGRAPH_API_KEY if it asks for a key."
        ) from error


def _source(client: "SyncLangGraphClient") -> Source:
    select: list[Any] = ["thread_id"]
    threads = _pages(
        lambda offset: client.threads.search(
            limit=PAGE, offset=offset, sort_by="created_at", sort_order="asc", select=select
        )
    )
    return Source(ServerThreads(client), {str(found["thread_id"]): 0 for found in threads})


class ServerThreads:
    """The checkpoints of a server's threads."""

    def __init__(self, client: "SyncLangGraphClient") -> None:
        """Takes a client of the server."""
        self._client = client

    def steps(self, thread: str) -> list[Step]:
        """The steps of a thread's own graph, oldest first."""
        states = self._history(thread)
        runs = {str(run["run_id"]): run for run in self._runs(thread)}
        resumed = _resumed(states, list(runs.values()))
        load = lru_cache(maxsize=4)(self._state)
        return [
            _step(
                state,
                runs.get(str((state.get("metadata") or {}).get("run_id") or ""), {}),
                resumed.get(_id(state), ()),
                lambda state=state: load(thread, _id(state)),  # type: ignore[misc]
            )
            for state in states
        ]

    def _history(self, thread: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        before: Any = None
        while True:
            page = self._client.threads.get_history(
                thread, limit=PAGE, before=before, select=_OUTLINE
            )
            found += cast("list[Mapping[str, Any]]", page)
            if len(page) < PAGE:
                return found[::-1]
            before = page[-1]["checkpoint"]

    def _runs(self, thread: str) -> list[Mapping[str, Any]]:
        """The runs of a thread, oldest first, with what each was given."""
        runs = _pages(lambda offset: self._client.runs.list(thread, limit=PAGE, offset=offset))
        return sorted(runs, key=lambda run: str(run.get("created_at") or ""))

    def _state(self, thread: str, id_: str) -> State:
        place: Any = {"thread_id": thread, "checkpoint_id": id_, "checkpoint_ns": ""}
        found = self._client.threads.get_state(thread, checkpoint=place)
        values = found.get("values") or {}
        fields: dict[str, Any] = (
            dict(values) if isinstance(values, Mapping) else {"__root__": values}
        )
        for task in found.get("tasks") or ():
            if task["name"] == "__start__":
                fields["__start__"] = task["result"]
        time = parse_time(found.get("created_at")) or time_of(id_)
        if time is None:
            raise LogFormatError(f"the checkpoint {id_} has no time")
        return State(fields, time)


def _pages(ask: Callable[[int], Sequence[Any]]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    while True:
        page = ask(len(found))
        found += page
        if len(page) < PAGE:
            return found


def _id(state: Mapping[str, Any]) -> str:
    return str(state["checkpoint"]["checkpoint_id"])


def _step(
    state: Mapping[str, Any],
    run: Mapping[str, Any],
    answers: Sequence[Any],
    load: Callable[[], State],
) -> Step:
    metadata, tasks = state.get("metadata") or {}, state.get("tasks") or ()
    interrupts = [found for task in tasks for found in task.get("interrupts") or ()]
    errors = [str(task["error"]) for task in tasks if task.get("error")]
    return Step(
        id=_id(state),
        parent=str((state.get("parent_checkpoint") or {}).get("checkpoint_id") or ""),
        source=str(metadata.get("source") or "loop"),
        number=int(metadata.get("step") or 0),
        load=load,
        run=str(metadata.get("run_id") or ""),
        metadata={**_given(run), **metadata},
        error=errors[0] if errors else "",
        interrupts=tuple(
            Interrupt(value=found.get("value"), id=str(found.get("id") or ""))
            for found in interrupts
        ),
        answers=tuple(answers),
        unfinished=bool(state.get("next")),
    )


def _given(run: Mapping[str, Any]) -> dict[str, Any]:
    """What the caller of a run named: its config, its context, and who it was."""
    given = run.get("kwargs") or {}
    config = given.get("config") or {}
    named = {**(config.get("configurable") or {}), **(given.get("context") or {})}
    # An authenticated identity is not to be contradicted by what its caller wrote.
    known = {"user": named[_IDENTITY]} if named.get(_IDENTITY) else {}
    return {**(config.get("metadata") or {}), **{k: v for k, v in named.items() if v}, **known}


def _resumed(
    states: Sequence[Mapping[str, Any]], runs: Sequence[Mapping[str, Any]]
) -> dict[str, list[Any]]:
    """By checkpoint that asked something: what the runs answered that went on from it, in order."""
    asking = [
        state for state in states if any(t.get("interrupts") for t in state.get("tasks") or ())
    ]
    resumed: dict[str, list[Any]] = {}
    for run in runs:
        given = run.get("kwargs") or {}
        command = given.get("command")
        if not isinstance(command, Mapping) or command.get("resume") is None:
            continue
        began = str(run.get("created_at") or "")
        named = (given.get("config") or {}).get("configurable") or {}
        open_ = [state for state in asking if str(state.get("created_at") or "") <= began]
        open_ = [s for s in asking if _id(s) == named.get("checkpoint_id")] or open_
        if open_:
            resumed.setdefault(_id(open_[-1]), []).append(command["resume"])
    return resumed
