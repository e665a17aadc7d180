"""Questions to a vault: dense, lexical, neighbours, terms."""

from collections.abc import Iterator

import numpy as np
import pytest
from helpers_store import HashEmbedder, episode, memory
from hypothesis import given, settings
from hypothesis import strategies as st

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.store import Backend, NamespaceStore

TEXTS = (
    "Caroline makes pottery on Sundays",
    "Melanie ran a marathon; it's her first!",
    "the pottery class of Caroline's sister",
    "naïve café tables",
)


@pytest.fixture(scope="module")
def vault() -> Iterator[NamespaceStore]:
    backend = Backend.memory()
    made = backend.vault(("search",), HashEmbedder(dimension=256))
    made.add_episodes([episode(n, text) for n, text in enumerate(TEXTS)])
    made.put_memories([memory("Caroline loves pottery"), memory("Melanie runs")])
    yield made
    backend.close()


def ids(hits: list[tuple[str, float]]) -> list[str]:
    return [id_ for id_, _ in hits]


def test_dense_finds_episodes_memories_or_both(vault: NamespaceStore) -> None:
    queries = vault.embed(["Caroline loves pottery", TEXTS[1]])
    both = vault.dense(queries, 3, prefix=None)
    assert both[0][0][0][0] == "m"
    assert both[1][0] == ("e0001", pytest.approx(1.0, abs=1e-5))
    episodes = vault.dense(queries, 4)
    assert sorted(ids(episodes[0])) == [f"e000{n}" for n in range(4)]
    assert {id_[0] for id_ in ids(vault.dense(queries, 4, prefix="m")[0])} == {"m"}
    for hits in (*both, *episodes):
        assert [score for _, score in hits] == sorted((s for _, s in hits), reverse=True)


def test_dense_has_bounds(vault: NamespaceStore) -> None:
    query = vault.embed(["x"])
    assert vault.dense(query, 0) == [[]]
    assert len(vault.dense(query, 1000)[0]) == len(TEXTS)
    assert vault.dense(np.zeros((0, 256), dtype=np.float32), 3) == []
    for bad in (np.full((1, 256), np.nan), np.ones((1, 3)), np.ones(256), "x"):
        with pytest.raises(InvalidInputError):
            vault.dense(bad, 3)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError):
        vault.dense(query, -1)


def test_few_memories_are_found_among_many_episodes() -> None:
    backend = Backend.memory()
    vault = backend.vault(("many",), HashEmbedder(dimension=16))
    vault.add_episodes([episode(n, f"word{n % 7} same text") for n in range(300)])
    vault.put_memories([memory("quite another thing"), memory("and more of that")])
    assert len(vault.dense(vault.embed(["word1 same text"]), 2, prefix="m")[0]) == 2
    backend.close()


def test_lexical_stems_and_ranks(vault: NamespaceStore) -> None:
    assert set(ids(vault.lexical("potteries", 5))) == {"e0000", "e0002"}
    assert ids(vault.lexical("cafe NAIVE", 5)) == ["e0003"]
    assert ids(vault.lexical("the pottery of a sister", 5)) == ["e0002", "e0000"]
    assert all(score > 0 for _, score in vault.lexical("pottery sundays", 5))
    assert ids(vault.lexical("pottery", 1, prefix=None))
    assert {id_[0] for id_ in ids(vault.lexical("pottery", 5, prefix=None))} == {"e", "m"}


def test_stop_words_count_only_alone(vault: NamespaceStore) -> None:
    assert ids(vault.lexical("the", 5)) == ["e0002"]
    assert ids(vault.lexical("the marathon", 5)) == ["e0001"]
    assert vault.lexical("", 5) == vault.lexical("?!", 5) == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=40))
@pytest.mark.parametrize("wrap", ["{}", '"{}', "pottery* OR ({}", "NEAR({} , 2) AND NOT ^{}:"])
def test_any_text_is_a_safe_query(vault: NamespaceStore, wrap: str, text: str) -> None:
    query = wrap.replace("{}", text)
    for hits in (vault.lexical(query, 3), vault.lexical(query, 3, prefix=None)):
        assert len(hits) <= 3
    vault.phrase(query, 3)
    vault.postings([query], 3)
    vault.frequencies([query])


def test_a_huge_query_is_safe(vault: NamespaceStore) -> None:
    assert ids(vault.lexical("marathon " + " ".join(f"w{n}" for n in range(150_000)), 3))
    assert vault.lexical("x" * 1_000_000, 3) == []


def test_terms_are_stemmed_content_words(vault: NamespaceStore) -> None:
    found = vault.terms(["e0001", "e0002", "e-none"])
    assert found["e0002"] == {"potteri": 1, "class": 1, "carolin": 1, "sister": 1}
    assert set(found["e0001"]) == {"melani", "ran", "marathon", "first"}
    assert "e-none" not in found


def test_frequencies_count_episodes_only(vault: NamespaceStore) -> None:
    assert vault.frequencies(["potteri", "carolin", "love", "nothing"]) == {
        "potteri": 2,
        "carolin": 2,
        "love": 0,
        "nothing": 0,
    }
    assert vault.postings(["potteri"], 5)["potteri"] == ["e0000", "e0002"]
    assert vault.postings(["potteri"], 1)["potteri"] == ["e0000"]


def test_what_has_a_word_is_told_whole_or_not_at_all(vault: NamespaceStore) -> None:
    found = vault.having(["potteri"], 2)
    assert found is not None
    assert found.keys() == {"e0000", "e0002"}
    assert "potteri" in found["e0002"]
    assert vault.having(["potteri"], 1) is None
    assert vault.having([], 1) == vault.having(["unseen"], 1) == {}


def test_surface_is_readable(vault: NamespaceStore) -> None:
    assert vault.surfaces(["potteri", "carolin", "cafe", "unseen"]) == {
        "potteri": "pottery",
        "carolin": "Caroline",
        "cafe": "café",
        "unseen": "unseen",
    }


def test_what_adds_nothing_has_no_rank_among_the_neighbours_that_tell() -> None:
    vault = Backend.memory().vault(("n",), HashEmbedder())
    turns = [
        ("I moved to Porto.", "Noted.", "m1"),
        ("Thanks!", "You're welcome!", "m2"),
        ("The flat is on the third flor.", "Noted.", "m3"),
        ("The flat is on the third floor.", "Noted.", "m3"),
        ("When does the train leave?", "I do not know that.", "m4"),
        ("The train leaves at 7:40.", "Noted.", "m5"),
    ]
    told = [
        episode(n, thread="a").model_copy(
            update={"said": said, "answered": answer, "message": message}
            | {"text": f"user: {said}\nagent: {answer}"}
        )
        for n, (said, answer, message) in enumerate(turns)
    ]
    vault.add_episodes(told)
    ids = [e.id for e in told]
    for width in (1, 2):  # a thread that is read whole, and one of which a part is read
        near = vault.neighbours([ids[3]], width, telling=True)
        assert near == {ids[3]: [(-1, ids[0]), (1, ids[5])]}
    assert vault.neighbours([ids[3]], 1) == {ids[3]: [(-1, ids[2]), (1, ids[4])]}
    assert vault.idle(ids) == {ids[1], ids[4]}


def test_statements_are_counted_by_themselves_whatever_is_asked_between() -> None:
    vault = Backend.memory().vault(("n",), HashEmbedder())
    turns = [
        ("I moved to Porto.", "Noted."),
        ("When does the train leave?", "At 7:40 from platform 3."),
        ("Where is my key?", "In the drawer of the hall table."),
        ("The flat is on the third floor.", "Noted."),
        ("What does the ferry cost?", "It costs 12 euros."),
        ("The lift is broken.", "Noted."),
    ]
    told = [
        episode(n, thread="a").model_copy(
            update={"said": said, "answered": answer, "text": f"user: {said}\nagent: {answer}"}
        )
        for n, (said, answer) in enumerate(turns)
    ]
    vault.add_episodes(told)
    ids = [e.id for e in told]
    near = vault.neighbours([ids[3]], 1, telling=True)[ids[3]]
    assert near == [(-1, ids[0]), (-1, ids[2]), (1, ids[4]), (1, ids[5])]
    assert vault.neighbours([ids[3]], 1)[ids[3]] == [(-1, ids[2]), (1, ids[4])]


def test_neighbours_go_by_rank_within_the_thread() -> None:
    backend = Backend.memory()
    vault = backend.vault(("n",), HashEmbedder())
    vault.add_episodes(
        [episode(n, thread="a") for n in (40, 10, 20)]
        + [episode(n, thread="b") for n in (11, 12)]
        + [episode(n, thread="") for n in (1, 2)]
    )
    assert vault.neighbours(["e0020", "e0011", "e0001", "e-none"], 2) == {
        "e0020": [(-1, "e0010"), (1, "e0040")],
        "e0011": [(1, "e0012")],
        "e0001": [],
    }
    assert vault.neighbours(["e0010"], 1) == {"e0010": [(1, "e0020")]}
    place = vault.order(["e0010"])["e0010"]
    assert (place.thread, place.position) == ("a", 10)
    backend.close()


def test_stores_in_memory_share_nothing() -> None:
    one, other = Backend.memory(), Backend.memory()
    one.vault(("x",), HashEmbedder()).add_episodes([episode(1)])
    assert other.namespaces() == []
    assert other.vault(("x",), HashEmbedder()).count()["episodes"] == 0
    one.close()
    other.close()
