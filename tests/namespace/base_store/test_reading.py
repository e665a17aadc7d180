"""What other LangGraph stores do, this one does: get, search, filters, pages, listed namespaces."""

from datetime import UTC, datetime

import pytest
from langgraph.store.base import (
    GetOp,
    InvalidNamespaceError,
    ListNamespacesOp,
    MatchCondition,
    PutOp,
    SearchOp,
)

from langgraph_dreams import DreamStore, InvalidInputError
from langgraph_dreams.namespace.base_store.store import DreamBaseStore

ADA, BOB = ("users", "ada"), ("users", "bob")
VALUE = {
    "text": "The kiln is a Brandhorst.",
    "n": 3,
    "share": 0.1 + 0.2,
    "big": 2**70,
    "none": None,
    "yes": True,
    "nested": {"list": [1, [2, {"three": "3"}]], "empty": {}, "": "no name"},
    "odd": "nul \0 and half \ud800 of a pair, 这是中文, \u2028",
}


def keys(found: list) -> list[str]:
    return [item.key for item in found]


def test_a_value_comes_back_as_it_was_put(store: DreamBaseStore) -> None:
    before = datetime.now(UTC)
    store.put(ADA, "kiln", VALUE)
    item = store.get(ADA, "kiln")
    assert item is not None
    assert item.value == VALUE
    assert (item.key, item.namespace) == ("kiln", ADA)
    assert before <= item.created_at == item.updated_at <= datetime.now(UTC)
    [found] = store.search(ADA)
    assert found.value == VALUE
    assert found.score is None
    [asked] = store.search(ADA, query="Which kiln?")
    assert asked.value == VALUE


def test_what_is_not_there(store: DreamBaseStore, dreams: DreamStore, root: str) -> None:
    assert store.get(ADA, "kiln") is None
    assert store.search(("users",), query="kiln") == []
    store.delete(ADA, "kiln")
    assert not [parts for parts in dreams.namespaces() if parts[0] == root]
    store.put(ADA, "kiln", VALUE)
    assert store.get(ADA, "oven") is None
    assert store.get(BOB, "kiln") is None
    assert store.get(("users",), "kiln") is None


@pytest.mark.parametrize(
    "key", ["", " ", "a.b/c", "/memories/notes.txt", "x" * 5_000, "ключ", "\0"]
)
def test_keys_are_any_texts(store: DreamBaseStore, key: str) -> None:
    store.put(ADA, key, {"text": "one thing"})
    store.put(ADA, f"{key}2", {"text": "another thing"}, index=False)
    found = store.get(ADA, key)
    assert found is not None
    assert (found.key, found.value) == (key, {"text": "one thing"})
    assert sorted(keys(store.search(ADA))) == sorted([key, f"{key}2"])


def test_a_batch_answers_each_in_its_place_and_reads_before_it_writes(
    store: DreamBaseStore,
) -> None:
    store.put(ADA, "a", {"n": 1})
    answers = store.batch(
        [
            PutOp(ADA, "a", {"n": 2}),
            GetOp(ADA, "a"),
            SearchOp(("users",), filter={"n": 1}),
            ListNamespacesOp(),
            PutOp(BOB, "b", {"n": 1}),
            PutOp(BOB, "b", {"n": 4}),
            GetOp(BOB, "b"),
        ]
    )
    assert answers[0] is answers[4] is answers[5] is answers[6] is None
    assert answers[1].value == {"n": 1}
    assert keys(answers[2]) == ["a"]
    assert answers[3] == [ADA]
    assert store.get(ADA, "a").value == {"n": 2}
    assert store.get(BOB, "b").value == {"n": 4}


async def test_the_async_methods_answer_the_same(store: DreamBaseStore) -> None:
    await store.aput(ADA, "a", {"text": "The kiln is a Brandhorst."})
    await store.aput(BOB, "b", {"text": "Grandmother rang."})
    assert (await store.aget(ADA, "a")) == store.get(ADA, "a")
    assert (await store.asearch(("users",))) == store.search(("users",))
    asked = await store.asearch(("users",), query="the kiln", limit=1)
    assert keys(asked) == ["a"]
    assert (await store.alist_namespaces(max_depth=1)) == [("users",)]
    mixed = await store.abatch([PutOp(ADA, "c", {"n": 1}), GetOp(ADA, "a"), GetOp(ADA, "c")])
    assert [item and item.key for item in mixed] == [None, "a", None]
    await store.adelete(ADA, "a")
    assert await store.aget(ADA, "a") is None


ITEMS = {
    "a": {"kind": "note", "n": 1, "tags": ["x", "y"], "who": {"name": "Ada", "age": 36}},
    "b": {"kind": "note", "n": 2.5, "tags": [], "who": {"name": "Bob"}, "done": True},
    "c": {"kind": "task", "n": -3, "day": "2026-03-02", "done": False},
    "d": {"kind": None, "n": 10**30, "day": "2026-11-30", "first-name": "D"},
}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "abcd"),
        ({"kind": "note"}, "ab"),
        ({"kind": None}, "d"),
        ({"missing": None}, "abcd"),
        ({"kind": "note", "n": 1}, "a"),
        ({"n": 1.0}, "a"),
        ({"done": True}, "b"),
        ({"done": 1}, ""),
        ({"n": {"$gt": 1}}, "bd"),
        ({"n": {"$gte": 1}}, "abd"),
        ({"n": {"$lt": 2.5}}, "ac"),
        ({"n": {"$lte": 2.5}}, "abc"),
        ({"n": {"$gt": -5, "$lt": 2}}, "ac"),
        ({"n": {"$lt": float("inf")}}, "abcd"),
        ({"n": {"$eq": float("nan")}}, ""),
        ({"kind": {"$ne": "note"}}, "cd"),
        ({"kind": {"$eq": "task"}}, "c"),
        ({"day": {"$gte": "2026-03-03"}}, "d"),
        ({"day": {"$gt": 5}}, ""),
        ({"tags": ["x", "y"]}, "a"),
        ({"tags": []}, "b"),
        ({"who": {"name": "Ada"}}, "a"),
        ({"who": {"age": {"$gt": 30}}}, "a"),
        ({"who.name": "Bob"}, "b"),
        ({"first-name": "D"}, "d"),
        ({"kind": "note' OR '1'='1"}, ""),
        ({"kind') = 'note' OR ('1": "1"}, ""),
    ],
)
def test_filters(store: DreamBaseStore, wanted: dict, expected: str) -> None:
    for key, value in ITEMS.items():
        store.put(ADA, key, value, index=False)
    assert sorted(keys(store.search(ADA, filter=wanted))) == list(expected)


def test_a_filter_and_a_question(store: DreamBaseStore) -> None:
    for i in range(30):
        store.put(ADA, f"red {i}", {"text": f"a red car, number {i}", "color": "red"})
    store.put(ADA, "green", {"text": "a green apple", "color": "green"})
    store.put(ADA, "odd", {"text": "a green thing nobody asks for", "color": "green"}, index=False)
    found = store.search(ADA, query="a red car", filter={"color": "green"})
    assert keys(found) == ["green", "odd"]
    assert found[0].score is not None
    assert found[1].score is None


def test_pages(store: DreamBaseStore) -> None:
    for i in range(7):
        store.put(ADA if i % 2 else BOB, f"k{i}", {"text": f"test document number {i}"})
    newest = [f"k{i}" for i in reversed(range(7))]
    assert keys(store.search(("users",))) == newest
    assert keys(store.search(("users",), limit=3, offset=2)) == newest[2:5]
    assert store.search(("users",), offset=7) == []
    assert store.search(("users",), limit=0) == []
    store.put(BOB, "k0", {"text": "anew"})
    assert keys(store.search(("users",), limit=1)) == ["k0"]
    asked = [store.search(("users",), query="document", limit=3, offset=at) for at in (0, 3, 6)]
    assert sorted(key for page in asked for key in keys(page)) == sorted(newest)


def test_a_prefix_spans_the_namespaces_below_it(store: DreamBaseStore) -> None:
    names = [("foo",), ("foo", "child"), ("foo", "child", "deep"), ("foobar",), ("Foo",), ("fo*",)]
    for name in names:
        store.put(name, "k", {"text": f"the kiln of {' '.join(name)}"})

    def found(prefix: tuple[str, ...], query: str | None = None) -> set[tuple[str, ...]]:
        return {item.namespace for item in store.search(prefix, query=query, limit=100)}

    for query in (None, "kiln"):
        assert found((), query) == set(names)
        assert found(("foo",), query) == set(names[:3])
        assert found(("foo", "child"), query) == set(names[1:3])
        assert found(("fo",), query) == set()
        assert found(("fo*",), query) == {("fo*",)}


def test_the_best_of_several_namespaces_comes_first(store: DreamBaseStore) -> None:
    store.put(ADA, "far", {"text": "Grandmother rang about her knee."})
    store.put(ADA, "further", {"text": "The market stall made less money."})
    store.put(BOB, "near", {"text": "The Brandhorst kiln fires twelve pots."})
    found = store.search(("users",), query="the Brandhorst kiln")
    assert found[0].key == "near"
    assert [f.strength for f in found] == sorted((f.strength for f in found), reverse=True)


def test_listed_namespaces(store: DreamBaseStore) -> None:
    names = [
        ("a", "b", "c"),
        ("a", "b", "d", "e"),
        ("a", "b", "d", "i"),
        ("a", "c", "f"),
        ("b", "a", "f"),
        ("users", "malice"),
        ("users", "alice"),
    ]
    for name in names:
        store.put(name, "k", {"n": 1}, index=False)
    assert store.list_namespaces() == sorted(names)
    assert store.list_namespaces(prefix=("a", "b")) == names[:3]
    assert store.list_namespaces(prefix=("a", "*", "d")) == names[1:3]
    assert store.list_namespaces(suffix=("f",)) == names[3:5]
    assert store.list_namespaces(suffix=("*", "f")) == names[3:5]
    assert store.list_namespaces(suffix=("alice",)) == [("users", "alice")]
    assert store.list_namespaces(prefix=("a",), suffix=("f",)) == [("a", "c", "f")]
    assert store.list_namespaces(max_depth=1) == [("a",), ("b",), ("users",)]
    assert store.list_namespaces(prefix=("a",), max_depth=3) == [
        ("a", "b", "c"),
        ("a", "b", "d"),
        ("a", "c", "f"),
    ]
    assert store.list_namespaces(limit=2, offset=1) == sorted(names)[1:3]
    assert store.list_namespaces(prefix=("none",)) == []
    store.delete(("b", "a", "f"), "k")
    assert ("b", "a", "f") not in store.list_namespaces()


def test_a_field_is_found_by_itself(make) -> None:
    store = make(fields=["title", "parts[*].text"])
    store.put(
        ADA,
        "both",
        {"title": "kiln", "parts": [{"text": "glaze"}, {"text": "clay"}], "hidden": "van"},
    )
    store.put(ADA, "van", {"hidden": "kiln"}, index=["hidden"])
    store.put(ADA, "none", {"title": "kiln"}, index=False)
    store.put(ADA, "bare", {"other": "kiln"})
    by_key = {item.key: item for item in store.search(ADA, query="kiln")}
    assert by_key["both"].score == pytest.approx(by_key["van"].score, abs=0.01)
    assert by_key["both"].score > 0.9
    assert by_key["none"].score is by_key["bare"].score is None
    glaze = {item.key: item.score for item in store.search(ADA, query="glaze")}
    assert glaze["both"] > 0.9 > glaze["van"]
    van = {item.key: item.score for item in store.search(ADA, query="van")}
    assert van["both"] < 0.9


def test_what_says_the_same_is_all_found(store: DreamBaseStore) -> None:
    for key in ("first", "second", "third"):
        store.put(ADA, key, {"text": "The kiln is a Brandhorst."})
    store.put(ADA, "question", {"text": "Is the kiln a Brandhorst?"})
    found = store.search(ADA, query="Is the kiln a Brandhorst?")
    assert sorted(keys(found)) == ["first", "question", "second", "third"]
    assert all(item.score is not None for item in found)


def test_a_blank_question_is_none(store: DreamBaseStore) -> None:
    store.put(ADA, "a", {"text": "The kiln is a Brandhorst."})
    for query in ("", " ", None):
        [found] = store.search(ADA, query=query)
        assert found.score is None
    for query in ("test " * 200, "!@#$%^&*()", "\0", "这是中文"):
        assert keys(store.search(ADA, query=query)) == ["a"]


def test_langgraphs_own_rules_for_names(store: DreamBaseStore) -> None:
    for namespace in ((), ("the", "thing.about"), ("some", ""), ("langgraph", "x")):
        with pytest.raises(InvalidNamespaceError):
            store.put(namespace, "k", {"n": 1})
    store.batch([PutOp(("langgraph", "x"), "k", {"n": 1})])
    assert store.get(("langgraph", "x"), "k").value == {"n": 1}


CIRCLE: dict = {}
CIRCLE["self"] = CIRCLE


@pytest.mark.parametrize(
    "op",
    [
        PutOp(ADA, "k", ["no", "dict"]),
        PutOp(ADA, "k", {1: "no name"}),
        PutOp(ADA, "k", {"a": {None: 1}}),
        PutOp(ADA, "k", {"when": datetime(2026, 3, 2)}),
        PutOp(ADA, "k", {"a": [{"b": b"bytes"}]}),
        PutOp(ADA, "k", {"a": {"set"}}),
        PutOp(ADA, "k", CIRCLE),
        PutOp(ADA, "k\ud800", {"n": 1}),
        PutOp(ADA, 7, {"n": 1}),
        PutOp(("a\ud800",), "k", {"n": 1}),
        PutOp(("a" * 10_001,), "k", {"n": 1}),
        PutOp((" " * 4_000,), "k", {"n": 1}),
        PutOp("users", "k", {"n": 1}),
        PutOp(ADA, "k", {"n": 1}, index="text"),
        PutOp(ADA, "k", {"n": 1}, index=[3]),
        PutOp(ADA, "k", {"n": 1}, index=True),
        PutOp(ADA, "k", {"n": 1}, ttl=0),
        PutOp(ADA, "k", {"n": 1}, ttl=float("nan")),
        PutOp(ADA, "k", {"n": "x" * 2_000_001}, index=False),
        GetOp(ADA, None),
        SearchOp(ADA, filter={"n": {"$in": [1]}}),
        SearchOp(ADA, filter=["n"]),
        SearchOp(ADA, query=7),
        SearchOp(ADA, limit=-1),
        SearchOp(ADA, offset=1.5),
        ListNamespacesOp(max_depth=0),
        ListNamespacesOp((MatchCondition("middle", ("a",)),)),
        "get",
        None,
    ],
    ids=repr,
)
def test_what_cannot_be_taken_is_refused_whole(store: DreamBaseStore, op: object) -> None:
    with pytest.raises(InvalidInputError) as caught:
        store.batch([PutOp(BOB, "good", {"n": 1}), op])
    assert str(caught.value)
    assert store.get(BOB, "good") is None


def test_the_pages_of_a_search_have_nothing_in_common(store: DreamBaseStore) -> None:
    for number in range(9):
        store.put(("pages",), f"doc{number}", {"text": f"test document number {number}"})
    for most in (1, 2, 4):
        pages = [
            store.search(("pages",), query="test", limit=most, offset=first)
            for first in range(0, 9, most)
        ]
        assert len({item.key for page in pages for item in page}) == sum(map(len, pages)) == 9
        strengths = [item.strength for page in pages for item in page]
        assert strengths == sorted(strengths, reverse=True)
