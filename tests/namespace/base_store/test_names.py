"""LangGraph's labels and our parts: one to one, whatever the label."""

import pytest
from dream_support import FIRST, day
from hypothesis import given
from hypothesis import strategies as st
from langgraph.store.base import GetOp, PutOp, SearchOp

from langgraph_dreams import DreamStore, NamespaceError
from langgraph_dreams.namespace.base_store.names import label_of, part_of
from langgraph_dreams.namespace.base_store.store import DreamBaseStore
from langgraph_dreams.namespace.template import checked, placeholder, refuse_half_templates

ODD = ["{user_id}", "user-{user_id}", "{}", " ", "\n", "%", "%20", "a.b", "a b", "", "alice\n", "*"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_every_label_has_a_part_and_comes_back(label: str) -> None:
    part = part_of(label)
    assert label_of(part) == label
    checked([part])
    refuse_half_templates([part])
    assert not placeholder(part)


@given(st.lists(st.text(st.sampled_from("a%{} 2.0\n")), min_size=2, max_size=2, unique=True))
def test_no_two_labels_have_one_part(labels: list[str]) -> None:
    assert part_of(labels[0]) != part_of(labels[1])


def test_a_plain_label_is_the_part() -> None:
    for label in ("users", "ada", "a.b", "x y", "*", "ключ"):
        assert part_of(label) == label


def test_odd_labels_hold_items_of_their_own(store: DreamBaseStore) -> None:
    store.batch([PutOp((label,), "k", {"label": label}, index=False) for label in ODD])
    assert store.list_namespaces(limit=100) == sorted((label,) for label in ODD)
    for label in ODD:
        [item], [found] = store.batch([GetOp((label,), "k")]), store.batch([SearchOp((label,))])
        assert item.value == found[0].value == {"label": label}
        assert item.namespace == (label,)


def test_the_namespace_is_the_one_of_the_same_parts(
    store: DreamBaseStore, dreams: DreamStore, root: str
) -> None:
    store.put(("users", "ada"), "k", {"text": "The kiln is a Brandhorst."})
    [episode] = dreams.namespace(root, "users", "ada").episodes()
    assert episode.text == "The kiln is a Brandhorst."
    assert (root, "users", "ada") in dreams.namespaces()
    everything = dreams.as_base_store()
    assert (root, "users", "ada") in everything.list_namespaces(limit=1000)
    assert everything.get((root, "users", "ada"), "k") is not None


def test_recorded_turns_are_no_items(store: DreamBaseStore, dreams: DreamStore, root: str) -> None:
    ada = dreams.namespace(root, "ada")
    ada.record(day(FIRST, 0))
    assert store.list_namespaces() == []
    store.put(("ada",), "k", {"text": "A kiln of the Brandhorst people."})
    assert [item.key for item in store.search(("ada",), query="the kiln")] == ["k"]
    assert [item.key for item in store.search(("ada",))] == ["k"]


@pytest.mark.parametrize("root", ["", " ", "{user_id}", "a{b}", "%x", None, 7, "x" * 10_001])
def test_bad_roots(dreams: DreamStore, root: object) -> None:
    with pytest.raises(NamespaceError):
        dreams.as_base_store("acme", root)  # type: ignore[arg-type]
