"""What a model is shown at once."""

import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day, episode

from langgraph_dreams import DreamPolicy, DreamStore, Memory, Trust
from langgraph_dreams.dream.memories.windows import believable, completed, cut
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.types.items import memory_id


def turns(sizes: list[int], length: int = 40) -> list:
    return [
        episode("x" * length, day=thread, position=position)
        for thread, size in enumerate(sizes)
        for position in range(size)
    ]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([3, 3, 3], [6, 3]),
        ([6, 1], [6, 1]),
        ([13], [5, 5, 3]),
        ([1] * 7, [6, 1]),
        ([], []),
    ],
)
def test_threads_stay_together_and_long_ones_are_cut(sizes: list[int], expected: list) -> None:
    groups = cut(turns(sizes), DreamPolicy(window_episodes=6))
    assert [len(group) for group in groups] == expected
    assert [e.id for group in groups for e in group] == [e.id for e in turns(sizes)]


def test_long_turns_make_small_windows() -> None:
    policy = DreamPolicy(window_characters=1_000, episode_characters=400)
    groups = cut(turns([8], length=5_000), policy)
    assert [len(group) for group in groups] == [2, 2, 2, 2]


def test_two_hundred_episodes_need_at_most_nineteen_windows() -> None:
    policy = DreamPolicy()
    worst = 0
    for size in range(1, 60):
        for length in (40, 5_000):
            sizes = [size] * (200 // size) + [200 % size]
            worst = max(worst, len(cut(turns([s for s in sizes if s], length), policy)))
    assert worst <= 19  # and some for pages


def test_what_nobody_vouches_for_is_not_shown() -> None:
    web = episode("The web says so.", day=0, trust=Trust.UNTRUSTED)
    said = episode("I say so.", day=0, position=1, trust=Trust.ASSERTED)
    assert believable([web, said]) == [said]


def test_a_window_interleaves_related_old_episodes_and_shows_near_memories() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        ada = store.namespace("ada")
        ada.record(day(FIRST, 0))
        ada.dream()
        ada.record(day(SECOND, 7))
        old = ada.episodes()[0]
        kiln = memory("The Brandhorst kiln fires twelve pots.", old)
        gone = memory("The Brandhorst kiln was sold.", old, status="superseded")
        ada.vault.put_memories([kiln, gone])
        new = [e for e in ada.episodes() if not e.dreamt]
        context = StageContext(ada.vault, SMALL.model_copy(update={"window_related": 2}), print)
        (window,) = completed(context, [new])
    assert window.new == tuple(new)
    assert len(window.old) == 2
    assert all(e.dreamt for e in window.episodes if e.id in window.old)
    assert list(window.episodes) == sorted(window.episodes, key=lambda e: e.time)
    assert [m.id for m in window.memories] == [kiln.id]


def memory(text: str, source, **fields) -> Memory:
    return Memory(
        id=memory_id("fact", text),
        text=text,
        sources=(source.id,),
        learned_at=source.time,
        **fields,
    )
