"""Dreams put into the queue of a LangGraph server, from any process that can reach it.

Every namespace has a thread of its own on the server, made from its name. A server runs one run of
a thread at a time, so that no two machines dream one namespace at once.
"""

import json
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypedDict

import httpx
from langgraph_sdk.client import (
    LangGraphClient,
    SyncLangGraphClient,
    get_client,
    get_sync_client,
)
from langgraph_sdk.schema import Config, IfNotExists, MultitaskStrategy

from langgraph_dreams._text import clean, shown
from langgraph_dreams._validation import checked_whole, checked_word
from langgraph_dreams.dream.runtime.options import checked_depth, checked_mode
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.template import checked
from langgraph_dreams.types.levels import Depth
from langgraph_dreams.types.review import ReviewMode

_THREADS = uuid.uuid5(uuid.NAMESPACE_URL, "langgraph-dreams:dream-thread")
_MARK = {"langgraph_dreams": "sweep"}
_MOST_CRONS = 100
_LONGEST = 2**31 - 1
"""Seconds or episodes; what a server keeps as a whole number."""


class _RunAsked(TypedDict):
    """Arguments of the server's client for a run of the dream graph."""

    input: dict[str, str]
    config: Config
    multitask_strategy: MultitaskStrategy
    if_not_exists: IfNotExists
    after_seconds: int


class _CronAsked(TypedDict):
    """Arguments of the server's client for the cron of the sweep."""

    schedule: str
    timezone: str
    input: dict[str, int | str]
    metadata: dict[str, str]


def dream_thread(namespace: Sequence[str]) -> str:
    """Id of the server's thread on which a namespace dreams, the same on every machine.

    Raises NamespaceError.
    """
    return str(uuid.uuid5(_THREADS, json.dumps(checked(namespace))))


def schedule_dreams(
    client: SyncLangGraphClient | str,
    namespace: Sequence[str],
    *,
    after_seconds: int = 300,
    graph: str = "dream",
    focus: str = "",
    review: ReviewMode = "",
    depth: Depth | None = None,
) -> str:
    """Have the server dream a namespace when it was quiet for so long; call it after every turn.

    Each call takes the place of the one before it, so that a burst of turns is one dream. A dream
    under way is taken back by the server too; what it had begun to write, the next one finishes.

    Args:
        client: of the server, or its address.
        namespace: its parts.
        after_seconds: how long to wait for the next turn.
        graph: name of the dream graph in langgraph.json.
        focus: as for `Namespace.dream`.
        review: as for `create_dream_graph`. With "ask" the thread waits, interrupted, for an
            answer; the next dream of it takes its place.
        depth: as for `Namespace.dream`.

    Returns:
        Id of the run that waits on the thread `dream_thread(namespace)`.

    Raises:
        InvalidInputError: after_seconds is negative, or there is no such review or depth.
        NamespaceError: the name is none.
        httpx.HTTPError: the server cannot be reached, or refuses.
    """
    asked = _run(graph, namespace, after_seconds, focus, review, depth)
    with _connected(client) as server:
        run = server.runs.create(dream_thread(namespace), graph, **asked)
    return str(run["run_id"])


async def aschedule_dreams(
    client: LangGraphClient | str,
    namespace: Sequence[str],
    *,
    after_seconds: int = 300,
    graph: str = "dream",
    focus: str = "",
    review: ReviewMode = "",
    depth: Depth | None = None,
) -> str:
    """`schedule_dreams` for an event loop; in a node on the server with `get_client()`."""
    asked = _run(graph, namespace, after_seconds, focus, review, depth)
    async with _aconnected(client) as server:
        run = await server.runs.create(dream_thread(namespace), graph, **asked)
    return str(run["run_id"])


async def aqueue_dream(
    client: LangGraphClient,
    namespace: Sequence[str],
    *,
    graph: str = "dream",
    depth: Depth | None = None,
) -> str | None:
    """Have the server dream a namespace now; None when a dream of it waits or is under way.

    Raises as `schedule_dreams`.
    """
    asked = _run(graph, namespace, 0, "", depth=depth)
    asked["multitask_strategy"] = "reject"
    try:
        run = await client.runs.create(dream_thread(namespace), graph, **asked)
    except httpx.HTTPStatusError as error:
        if error.response.status_code == httpx.codes.CONFLICT:
            return None
        raise
    return str(run["run_id"])


def schedule_sweep(
    client: SyncLangGraphClient | str,
    cron: str = "0 3 * * *",
    *,
    timezone: str = "UTC",
    least_episodes: int = 10,
    graph: str = "sweep",
    depth: Depth | None = None,
) -> str:
    """Have the server look through all namespaces at these times, and dream where there is enough.

    A sweep scheduled before is replaced, so that every deployment may call it.

    Args:
        client: of the server, or its address.
        cron: minute, hour, day of month, month, day of week.
        timezone: IANA name of the zone whose clocks that means.
        least_episodes: of a namespace, not dreamt of yet.
        graph: name of the sweep in langgraph.json.
        depth: of the dreams, as for `Namespace.dream`.

    Returns:
        Id of the cron.

    Raises:
        InvalidInputError: least_episodes is no positive number, or there is no such depth.
        httpx.HTTPError: the server cannot be reached, or refuses the schedule.
    """
    asked = _cron(graph, cron, timezone, least_episodes, depth)
    with _connected(client) as server:
        former = server.crons.search(metadata=_MARK, limit=_MOST_CRONS)
        made: Any = server.crons.create(graph, **asked)
        for old in former:
            server.crons.delete(old["cron_id"])
    return str(made["cron_id"])


async def aschedule_sweep(
    client: LangGraphClient | str,
    cron: str = "0 3 * * *",
    *,
    timezone: str = "UTC",
    least_episodes: int = 10,
    graph: str = "sweep",
    depth: Depth | None = None,
) -> str:
    """`schedule_sweep` for an event loop."""
    asked = _cron(graph, cron, timezone, least_episodes, depth)
    async with _aconnected(client) as server:
        former = await server.crons.search(metadata=_MARK, limit=_MOST_CRONS)
        made: Any = await server.crons.create(graph, **asked)
        for old in former:
            await server.crons.delete(old["cron_id"])
    return str(made["cron_id"])


@contextmanager
def _connected(client: SyncLangGraphClient | str) -> Iterator[SyncLangGraphClient]:
    """The caller's client, left open; or one of our own.

    Raises InvalidInputError for what is neither.
    """
    if isinstance(client, str):
        with get_sync_client(url=_address(client)) as own:
            yield own
    else:
        _checked_client(client, SyncLangGraphClient)
        yield client


@asynccontextmanager
async def _aconnected(client: LangGraphClient | str) -> AsyncIterator[LangGraphClient]:
    if isinstance(client, str):
        async with get_client(url=_address(client)) as own:
            yield own
    else:
        _checked_client(client, LangGraphClient)
        yield client


def _checked_client(client: object, kind: type) -> None:
    """Raises InvalidInputError for a client of another kind."""
    if not isinstance(client, kind):
        raise InvalidInputError(
            f"client is {shown(client)}; pass the server's address, or a {kind.__name__}"
        )


def _address(url: str) -> str:
    """The address. Raises InvalidInputError for one without a scheme or a host."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        parsed = httpx.URL()
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise InvalidInputError(
            f"client is {shown(url)}; pass the server's address, such as http://localhost:2024"
        )
    return url


def _run(
    graph: str,
    namespace: Sequence[str],
    after_seconds: int,
    focus: str,
    review: ReviewMode = "",
    depth: Depth | None = None,
) -> _RunAsked:
    checked_word("graph", graph)
    for part in checked(namespace):
        checked_word("a part of the namespace", part)
    checked_whole("after_seconds", after_seconds, 0, _LONGEST)
    if not isinstance(focus, str):
        raise InvalidInputError(f"focus is {shown(focus)}; say in words what to start from")
    told = {"focus": clean(focus), "review": checked_mode(review), "depth": checked_depth(depth)}
    return {
        "input": {name: value for name, value in told.items() if value or name == "focus"},
        "config": {"configurable": {"namespace": list(checked(namespace))}},
        "multitask_strategy": "rollback",
        "if_not_exists": "create",
        "after_seconds": after_seconds,
    }


def _cron(
    graph: str, cron: str, timezone: str, least_episodes: int, depth: Depth | None
) -> _CronAsked:
    told = checked_depth(depth)
    checked_whole("least_episodes", least_episodes, 1, _LONGEST)
    checked_word("graph", graph)
    checked_word("cron", cron)
    checked_word("timezone", timezone)
    return {
        "schedule": cron,
        "timezone": timezone,
        "input": {
            "least_episodes": least_episodes,
            **({"depth": told} if told else {}),
        },
        "metadata": _MARK,
    }
