"""The async twins of blocking methods: same signature, another thread, a subclass's own method."""

import inspect
import threading
from typing import Any

import pytest
from dream_support import FIRST, WordEmbedder, day

from langgraph_dreams import DreamStore, EpisodeRecorder, IdleDreamer, Namespace
from langgraph_dreams._off_loop import off_loop

QUICK = {"as_retriever", "attach", "resolve"}
"""Methods that read and write nothing."""
ALONE = {"episodes", "memories", "links", "add_links", "dreams", "report", "counts", "core", "diff"}
"""Blocking ones that have no twin; call them by `asyncio.to_thread`."""


def methods(kind: type) -> dict[str, Any]:
    return {
        name: value
        for name, value in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }


def test_every_method_of_a_namespace_has_its_twin() -> None:
    known = methods(Namespace)
    awaited = {name for name, value in known.items() if inspect.iscoroutinefunction(value)}
    blocking = known.keys() - awaited
    assert {name.removeprefix("a") for name in awaited} == blocking - QUICK - ALONE - {"flush"}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((Namespace, name) for name in methods(Namespace) if f"a{name}" in methods(Namespace)),
        (EpisodeRecorder, "flush"),
        (IdleDreamer, "close"),
    ],
)
def test_a_twin_has_the_signature_and_says_whose_it_is(kind: type, name: str) -> None:
    blocking, twin = getattr(kind, name), getattr(kind, f"a{name}")
    assert inspect.signature(twin) == inspect.signature(blocking)
    assert inspect.iscoroutinefunction(twin)
    assert twin.__name__ == f"a{name}"
    assert twin.__qualname__ == f"{kind.__name__}.a{name}"
    assert f"`{name}`" in twin.__doc__


class Watched:
    """Tells the thread of each call."""

    def look(self, place: str, *, often: int = 1) -> tuple[str, int, int]:
        return place, often, threading.get_ident()

    alook = off_loop(look)


class Own(Watched):
    def look(self, place: str, *, often: int = 1) -> tuple[str, int, int]:
        return super().look(f"my {place}", often=often)


async def test_a_twin_runs_on_another_thread_and_calls_the_subclass() -> None:
    place, often, thread = await Watched().alook("house", often=3)
    assert (place, often) == ("house", 3)
    assert thread != threading.get_ident()
    assert (await Own().alook("house"))[:2] == ("my house", 1)


async def test_a_twin_passes_errors_on() -> None:
    with pytest.raises(TypeError, match="never"):
        await Watched().alook("house", often=3, never=4)  # type: ignore[call-arg]


async def test_the_twins_of_a_namespace_block_no_loop() -> None:
    seen: set[int] = set()

    class Embedder(WordEmbedder):
        def embed(self, texts: Any) -> Any:
            seen.add(threading.get_ident())
            return super().embed(texts)

    with DreamStore.in_memory(embedder=Embedder()) as store:
        ada = store.namespace("ada")
        await ada.arecord(day(FIRST, 0))
        await ada.adream()
        await ada.aplan()
        assert (await ada.arecall("kiln", 2)).items
        assert (await ada.aforget(everything=True, dry_run=True)).dry_run
    assert seen
    assert threading.get_ident() not in seen
