"""Nothing crosses a namespace: by look-alike names, templates, foreign ids, copies or imports."""

import json
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from helpers_store import HashEmbedder, episode, link
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from langgraph_dreams import (
    DreamsError,
    DreamStore,
    InvalidInputError,
    Namespace,
    NamespaceError,
    UnknownDreamError,
    import_log,
)
from langgraph_dreams.store.validation import namespace_key

LONG = "n" * 9_999
ALIKE: list[tuple[str, ...]] = [
    ("a", "b"),
    ("a/b",),
    ("a", "b", "b"),
    ("b", "a"),
    ("a|b",),
    ("a\\b",),
    ("a.b",),
    ("a", "b "),
    ("a", " b"),
    ("a", "B"),
    ("a", "\u0412"),
    ("\u0430", "b"),
    ("a", "b\u200b"),
    ("a", "b\n"),
    ("a", "b\x00"),
    ("a", "*"),
    ("a", "%"),
    ("a", "_"),
    ("a", "."),
    ("a", ".."),
    ("a", "../b"),
    ("a', 'b",),
    ('["a", "b"]',),
    ("a", '"$ne"'),
    ("a", "' OR '1'='1"),
    ("a", unicodedata.normalize("NFC", "e\u0301")),
    ("a", unicodedata.normalize("NFD", "\u00e9")),
    ("a", LONG + "a"),
    ("a", LONG + "b"),
]
"""Names that somebody or something might take for one another."""
PIECES = st.sampled_from(["a", "b", "/", "|", ".", "..", "*", '"', "'", ",", " ", "\u0430", "\x00"])
PARTS = st.lists(
    st.one_of(st.lists(PIECES, min_size=1, max_size=5).map("".join), st.text(min_size=1)),
    min_size=1,
    max_size=4,
).map(tuple)


def told(number: int) -> str:
    """The one word of a namespace's own."""
    return f"secret{number}x"


def test_names_that_look_alike_are_not_alike(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=HashEmbedder()) as store:
        spaces = [store.namespace(*parts) for parts in ALIKE]
        for number, space in enumerate(spaces):
            space.record([episode(1, f"the word is {told(number)}")])
        _each_has_its_own(spaces)
        spaces[0].forget(everything=True)
        assert spaces[0].episodes() == []
    with DreamStore.open(tmp_path, embedder=HashEmbedder()) as store:
        assert sorted(store.namespaces()) == sorted(ALIKE[1:])
        _each_has_its_own([store.namespace(*parts) for parts in ALIKE[1:]], first=1)


def _each_has_its_own(spaces: list[Namespace], first: int = 0) -> None:
    for number, space in enumerate(spaces, first):
        assert [e.text for e in space.episodes()] == [f"the word is {told(number)}"]
        found = space.recall(f"the word is {told(number + 1)}", 10, note=False)
        assert told(number) in found.items[0].item.text
        assert len(found.items) == 1


@given(one=PARTS, other=PARTS)
@settings(max_examples=500, derandomize=True)
def test_two_names_have_two_keys(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (namespace_key(one) == namespace_key(other)) == (one == other)


@pytest.fixture(scope="module")
def empty() -> Iterator[DreamStore]:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        yield store


@given(
    parts=PARTS, value=st.one_of(st.text(), st.integers(), st.none(), st.booleans(), st.just([]))
)
@settings(max_examples=200, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_a_value_from_a_config_fills_its_part_alone(
    empty: DreamStore, parts: tuple[str, ...], value: Any
) -> None:
    assume(not any("{" in part or not part.strip() for part in parts))
    template = empty.namespace(*parts, "{who}", "end")
    try:
        filled = template.resolve({"configurable": {"who": value}}).parts
    except NamespaceError:
        assert isinstance(value, bool | list | None) or not str(value).strip() or "{" in str(value)
    else:
        assert filled == (*parts, str(value), "end")


@pytest.mark.parametrize("value", ["a/b", "a', 'b", "*", "..", "x\x00y", "{x", "a{b}c", "\ud800"])
def test_a_hostile_value_is_a_name_like_others(value: str) -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        victim = store.namespace("t", "a", "b")
        victim.record([episode(1, "the secret of a and b")])
        own = store.namespace("t", "{who}").resolve({"configurable": {"who": value}})
        own.record([episode(1, "the words of another")])
        assert "secret" not in repr((own.episodes(), own.recall("secret", note=False).items))
        assert [e.text for e in victim.episodes()] == ["the secret of a and b"]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Namespace, Namespace]]:
    """Two namespaces: the one is empty but for an episode, the other was dreamt."""
    with DreamStore.open(tmp_path, embedder=HashEmbedder()) as store:
        one, other = store.namespace("t", "one"), store.namespace("t", "other")
        one.record([episode(900, "an own word")])
        texts = [f"the secret kiln number {n % 4} of Brandhorst" for n in range(12)]
        other.record([episode(n, text) for n, text in enumerate(texts)])
        other.dream()
        yield one, other


def test_foreign_ids_are_unknown_in_every_call(pair: tuple[Namespace, Namespace]) -> None:
    one, other = pair
    before = _seen(other)
    ids = [e.id for e in other.episodes()]
    dream = other.report(other.dreams()[0].id)
    assert one.episodes(ids) == [] == one.memories([m.id for m in other.memories()])
    refused: list[tuple[Callable[[], object], type[DreamsError]]] = [
        (lambda: one.add_links([link("e0900", ids[0])]), InvalidInputError),
        (lambda: one.forget(episodes=ids[:1]), InvalidInputError),
        (lambda: one.forget(memories=[dream.operations[0].target]), InvalidInputError),
        (lambda: one.report(dream.id), UnknownDreamError),
        (lambda: one.diff(dream.id), UnknownDreamError),
        (lambda: one.rollback(dream.id, cascade=True), UnknownDreamError),
        (lambda: one.undo([dream.operations[0].id]), UnknownDreamError),
        (lambda: one.recall("kiln", without_dream=dream.id), UnknownDreamError),
    ]
    for call, error in refused:
        with pytest.raises(error) as caught:
            call()
        assert "Brandhorst" not in str(caught.value)
    assert not one.forget(text="Brandhorst").episodes
    assert _seen(other) == before
    assert "Brandhorst" not in repr((_seen(one), one.recall("secret Brandhorst kiln").items))


def test_what_is_the_same_in_two_is_two(pair: tuple[Namespace, Namespace]) -> None:
    one, other = pair
    one.record(other.episodes())
    one.dream()
    before = _seen(other)
    lines = [json.dumps({"role": "user", "content": "mine", "thread": "t", "id": "e0001"})]
    import_log(one, lines)
    one.rollback(one.dreams()[-1].id)
    one.forget(thread="t")
    assert one.episodes() == []
    assert _seen(other) == before
    one.forget(everything=True)
    assert _seen(other) == before


def test_a_copied_folder_is_a_store_of_its_own(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with DreamStore.open(first, embedder=HashEmbedder()) as store:
        store.namespace("ada").record([episode(1, "before the copy")])
    shutil.copytree(first, second)
    with (
        DreamStore.open(first, embedder=HashEmbedder()) as store,
        DreamStore.open(second, embedder=HashEmbedder()) as copy,
    ):
        store.namespace("ada").record([episode(2, "in the first alone")])
        copy.namespace("ada").forget(everything=True)
        copy.namespace("bob").record([episode(3, "in the second alone")])
        assert [e.id for e in store.namespace("ada").episodes()] == ["e0001", "e0002"]
        assert store.namespaces() == [("ada",)]
        assert copy.namespaces() == [("bob",)]


def test_no_two_of_these_names_are_one() -> None:
    assert all(one != other for one, other in combinations(ALIKE, 2))


def _seen(space: Namespace) -> object:
    reports = [space.report(one.id) for one in space.dreams()]
    return (space.episodes(), space.memories(), space.links(True), reports, space.core())
