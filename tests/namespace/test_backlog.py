"""A backlog is dreamt through, dream after dream, and goes on after whatever ended it."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from dream_support import FIRST, SMALL, WordEmbedder, day, episode

from langgraph_dreams import (
    Backlog,
    DreamStore,
    InvalidInputError,
    Namespace,
    NamespaceError,
    adream_all,
    dream_all,
)

EACH, TURNS = 8, 36
POLICY = SMALL.model_copy(update={"episodes_per_dream": EACH})


def fill(ada: Namespace) -> None:
    texts = [f"{FIRST[n % 4]} Note {n} is about pot {n // 3}." for n in range(TURNS)]
    ada.record([episode(t, day=n // 6, position=n) for n, t in enumerate(texts)])


@pytest.fixture
def ada(tmp_path: Path) -> Iterator[Namespace]:
    with DreamStore.open(tmp_path, embedder=WordEmbedder(), policy=POLICY) as store:
        fill(ada := store.namespace("ada"))
        yield ada


def dreamt_once(ada: Namespace) -> bool:
    """True if every episode was dreamt of by one dream, and by no other."""
    committed = [d for d in ada.dreams() if d.status == "committed" and d.depth != "nap"]
    times = Counter(id_ for dream in committed for id_ in dream.episodes)
    return times == Counter(e.id for e in ada.episodes()) and not ada.counts()["undreamt"]


def test_all_is_dreamt_of_and_progress_tells_how_far(ada: Namespace) -> None:
    told: list[Backlog] = []
    backlog = dream_all(ada, on_progress=told.append)
    assert dreamt_once(ada)
    assert (backlog.dreamt, backlog.left, backlog.dreams_left, backlog.stopped) == (TURNS, 0, 0, "")
    assert [len(d.episodes) for d in backlog.dreams] == [8, 8, 8, 8, 4]
    assert not any(d.operations for d in backlog.dreams)
    assert ada.report(backlog.dreams[0].id).operations
    assert {now.dreamt + now.left for now in told} == {TURNS}
    assert [now.dreamt for now in told] == sorted(now.dreamt for now in told)
    assert (told[0].dreams_left, told[0].seconds_left) == (5, None)
    assert all(now.seconds_left is not None for now in told if now.dreams)
    assert (told[-1].event, told[-1].left) == (None, 0)
    assert "36 episodes dreamt of in 5 dreams" in str(backlog)
    again = dream_all(ada)  # one dream, of nothing new
    assert (len(again.dreams), again.dreamt, again.stopped) == (1, 0, "")


async def test_the_same_off_the_loop(ada: Namespace) -> None:
    told: list[Backlog] = []
    backlog = await adream_all(ada, on_progress=told.append)
    assert dreamt_once(ada)
    assert (backlog.dreamt, len(backlog.dreams)) == (TURNS, 5)
    assert told[-1].left == 0


def test_it_ends_where_a_dream_takes_nothing(ada: Namespace) -> None:
    waiting = dream_all(ada, review="ask")
    assert [d.status for d in waiting.dreams] == ["waiting"]
    assert (waiting.left, waiting.stopped) == (TURNS, "the last dream waits for a person")
    assert "36 episodes left: the last dream waits" in str(waiting)


def test_what_comes_meanwhile_waits(ada: Namespace) -> None:
    """Whoever records as fast as it dreams does not keep it for ever."""

    def more(now: Backlog) -> None:
        if now.event and now.event["node"] == "gather" and now.event["phase"] == "end":
            ada.record([episode(f"Late {len(now.dreams)} {n}.", day=30 + n) for n in range(EACH)])

    backlog = dream_all(ada, on_progress=more)
    assert (len(backlog.dreams), backlog.left) == (5, 5 * EACH + TURNS - 5 * EACH)


def test_wrong_arguments_are_refused(ada: Namespace) -> None:
    for wrong in ({"depth": "nap"}, {"on_progress": 1}, {"policy": 1}, {"review": "maybe"}):
        with pytest.raises(InvalidInputError):
            dream_all(ada, **wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="namespace is 'ada'"):
        dream_all("ada")  # type: ignore[arg-type]
    with pytest.raises(NamespaceError):
        dream_all(ada._store.namespace("{user_id}"))  # type: ignore[attr-defined]
    assert ada.counts()["undreamt"] == TURNS


def test_it_goes_on_after_an_interrupt(ada: Namespace) -> None:
    def stop(now: Backlog) -> None:
        if len(now.dreams) == 2 and now.event and now.event["node"] == "associate":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dream_all(ada, on_progress=stop)
    ada.record(day(["The lease is let go of, and what is new can be recorded."], 40))
    assert dream_all(ada).dreamt == TURNS - 2 * EACH + 1
    assert dreamt_once(ada)


DREAMING = """
import os, signal, sys
from dream_support import WordEmbedder
from langgraph_dreams import DreamStore, dream_all
from test_backlog import POLICY
def die(now):
    event = now.event or {"node": "", "phase": ""}
    if len(now.dreams) == 2 and [event["node"], event["phase"]] == sys.argv[2:]:
        os.kill(os.getpid(), signal.SIGKILL)
with DreamStore.open(sys.argv[1], embedder=WordEmbedder(), policy=POLICY) as store:
    dream_all(store.namespace("ada"), on_progress=die)
"""


@pytest.mark.parametrize("place", [("associate", "end"), ("commit", "start")])
def test_it_goes_on_after_a_kill(tmp_path: Path, place: tuple[str, str]) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder(), policy=POLICY) as store:
        fill(store.namespace("ada"))
    tests = Path(__file__).parents[1]
    where = (tests.parent, tests, tests / "support", tests / "namespace")
    died = subprocess.run(
        [sys.executable, "-c", DREAMING, str(tmp_path), *place],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, where))},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    with DreamStore.open(tmp_path, embedder=WordEmbedder(), policy=POLICY) as store:
        ada = store.namespace("ada")
        assert ada.counts()["undreamt"] == TURNS - 2 * EACH
        assert dream_all(ada).left == 0
        assert dreamt_once(ada)
