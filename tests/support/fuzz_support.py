"""What the fuzz of the public face shares: bad values, a life to call on, and its picture."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
from dream_support import FIRST, day, live
from helpers_store import HashEmbedder
from hypothesis import strategies as st
from langgraph_sdk._async.client import LangGraphClient
from langgraph_sdk._sync.client import SyncLangGraphClient
from pydantic import BaseModel
from typing_extensions import is_typeddict

import langgraph_dreams
from langgraph_dreams import DreamStore, EpisodeRecorder, IdleDreamer, Namespace
from langgraph_dreams.store.backend import ClientAPI
from langgraph_dreams.store.chroma.clients import open_memory

# -- bad values


class Unsayable:
    """Cannot be made a text by `str`, and equals nothing."""

    def __str__(self) -> str:
        raise RuntimeError("no words")

    def __repr__(self) -> str:
        return "<Unsayable>"


def nested(levels: int) -> list[Any]:
    deep: list[Any] = []
    for _ in range(levels):
        deep = [deep]
    return deep


NESTED = nested(2_000)


def some() -> Iterator[object]:
    """A generator: it can be read once, and holds what belongs nowhere."""
    yield from (None, "x\0", Unsayable())


class _Made:
    """A value that is made anew for every call, so that no call finds it used up."""

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make

    def __repr__(self) -> str:
        return f"made by {self.make!r}"


EAST, WEST = timezone(timedelta(hours=14)), timezone(-timedelta(hours=12))
BAD: tuple[object, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, -(2**63) - 1, 10**400, 0.5, 1e308, 1 + 2j),
    *(float("nan"), float("inf"), float("-inf")),
    *("", " \n", "x", "\0", "a\ud800b", "{user_id}", "../..", "*", "e" * 300, "z " * 4_000),
    *(b"", b"\xff\x00", (), [], {}, set(), [None], ("",), ["\ud800"], [1, "a", b"c"], "é" * 9),
    *({"a": None}, {1: 2}, {"configurable": 5}, {"messages": 7}, {"messages": [None, 3]}),
    *(datetime(2024, 1, 1), datetime.min, datetime.max, date(2024, 1, 1), timedelta(1)),
    *(datetime.min.replace(tzinfo=EAST), datetime.max.replace(tzinfo=WEST)),
    *(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
    *(object(), Unsayable(), [Unsayable()], {"a": Unsayable()}, NESTED),
    *(_Made(some), _Made(lambda: iter(()))),
)
"""Values that belong nowhere, or only in a few places; each is tried for every parameter."""

ANYTHING = st.one_of(
    st.sampled_from(BAD),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=20),
    st.binary(max_size=10),
    st.datetimes(timezones=st.sampled_from([None, UTC, EAST, WEST])),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=8,
    ),
)


def fresh(value: object) -> object:
    return value.make() if isinstance(value, _Made) else value


Picture = dict[str, dict[str, object]]
"""Items by id, by namespace."""


# -- a life to call on


def _answer(request: httpx.Request) -> httpx.Response:
    """A LangGraph server that agrees to everything."""
    if request.url.path.endswith("/search"):
        return httpx.Response(200, json=[])
    return httpx.Response(200, json={"run_id": "r", "cron_id": "c"})


@dataclass
class Life:
    """A store with two namespaces that dreamt, and what stands around it."""

    store: DreamStore
    folder: Path
    ada: Namespace = field(init=False)
    other: Namespace = field(init=False)
    recorder: EpisodeRecorder = field(init=False)
    dreamer: IdleDreamer = field(init=False)
    chroma: ClientAPI = field(default_factory=open_memory)
    _spare: Namespace | None = None
    _spares: int = 0
    _asked: Namespace | None = None

    def __post_init__(self) -> None:
        self.ada, self.other = self.store.namespace("ada"), self.store.namespace("other")
        for namespace in (self.ada, self.other):
            live(namespace)
        self.recorder = EpisodeRecorder(self.store.namespace("recorded"))
        self.dreamer = IdleDreamer(self.other, quiet_seconds=1e6)

    @classmethod
    def begun(cls, folder: Path) -> "Life":
        return cls(DreamStore.in_memory(embedder=HashEmbedder()), folder)

    @property
    def spare(self) -> Namespace:
        """A namespace whose newest dream is in force: another once it was undone, or is gone."""
        dreams = self._spare.dreams() if self._spare else []
        whole = bool(dreams) and dreams[-1].status == "committed" and not dreams[-1].undone
        if self._spare is None or not whole:
            self._spares += 1
            self._spare = self.store.namespace("spare", str(self._spares))
            live(self._spare)
        return self._spare

    @property
    def asked(self) -> Namespace:
        """A namespace whose newest dream waits for a person: another once that was decided on."""
        if self._asked is None or self._asked.dreams()[-1].status != "waiting":
            self._spares += 1
            self._asked = self.store.namespace("asked", str(self._spares))
            self._asked.record(day(FIRST + FIRST, 0))
            self._asked.dream(review="ask")
        return self._asked

    def client(self) -> SyncLangGraphClient:
        transport = httpx.MockTransport(_answer)
        return SyncLangGraphClient(httpx.Client(transport=transport, base_url="http://dreams"))

    def aclient(self) -> LangGraphClient:
        transport = httpx.MockTransport(_answer)
        return LangGraphClient(httpx.AsyncClient(transport=transport, base_url="http://dreams"))

    def picture(self) -> Picture:
        """Every item of the namespaces by its id."""
        kept = [self.ada, self.other]
        # Those that the next call is about.
        kept += [self.spare] if self._spare else []
        kept += [self.asked] if self._asked else []
        return {"/".join(one.parts): _held(one) for one in kept}


def _held(namespace: Namespace) -> dict[str, object]:
    namespace.flush()
    vault = namespace.vault
    every: list[Any] = [
        *namespace.episodes(),
        *namespace.memories(vault.memory_ids(("tentative", "active", "superseded", "retired"))),
        *namespace.links(include_expired=True),
        *namespace.dreams(),
    ]
    return {item.id: item for item in every} | {"core": namespace.core()}


# -- a call


@dataclass(frozen=True)
class Case:
    """How a public callable is called well; a fuzz puts bad values in the place of good ones."""

    call: Callable[..., object]
    """Takes the life, and the arguments by name."""
    good: Callable[[Life], Mapping[str, object]] = lambda life: {}
    """Arguments that work, by the names of the signature."""
    writes: bool = False
    """Whether a call that is answered may add to the store."""
    keeps: bool = True
    """False for what may change or take away what is there, when it is answered."""
    costly: bool = False
    """Whether a call takes more than a moment: fewer are made."""


def run(case: Case, life: Life, changed: Mapping[str, object]) -> object:
    """One call, awaited or read to its end."""
    arguments = {**case.good(life), **{name: fresh(value) for name, value in changed.items()}}
    answer = case.call(life, **arguments)
    return asyncio.run(_awaited(answer)) if inspect.iscoroutine(answer) else answer


async def _awaited(coroutine: Coroutine[Any, Any, object]) -> object:
    return await coroutine


# -- what is public

FRAMEWORK = ("on_", "before_", "after_", "abefore_", "aafter_", "wrap_", "awrap_")
"""Hooks that LangChain calls with what it has made itself."""


def public_callables() -> dict[str, Callable[..., object]]:
    """Functions, constructors and methods of what is exported, by name; no errors and no enums.

    Errors take any arguments as Python's do, `Trust` refuses as Python's enums do, `Embedder`,
    `Language` and `Redactor` are shapes for the caller's own, and a TypedDict checks nothing.
    """
    found: dict[str, Callable[..., object]] = {}
    for name in (*langgraph_dreams.__all__, "DreamMiddleware"):
        value = getattr(langgraph_dreams, name)
        if name == "Redactor" or is_typeddict(value):
            continue
        if not inspect.isclass(value):
            found[name] = value
        elif not issubclass(value, Exception) and name not in ("Trust", "Embedder", "Language"):
            if name != "Namespace":  # `DreamStore.namespace` makes it
                found[name] = value
            found |= {f"{name}.{key}": method for key, method in _methods(value)}
    return found


def _methods(kind: type) -> Iterator[tuple[str, Callable[..., object]]]:
    for key in dir(kind):
        owner = next(c for c in kind.__mro__ if key in c.__dict__)
        ours = owner.__module__.startswith("langgraph_dreams") and not key.startswith("_")
        static = inspect.getattr_static(kind, key)
        if ours and not key.startswith(FRAMEWORK) and not isinstance(static, property):
            value = getattr(kind, key)
            if inspect.isroutine(value):
                yield key, value


def parameters(value: Callable[..., object]) -> set[str]:
    """Names of what it takes, without `self`."""
    if inspect.isclass(value) and issubclass(value, BaseModel):
        return set(value.model_fields)
    return set(inspect.signature(value).parameters) - {"self"}
