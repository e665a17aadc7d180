"""Episodes and memories: what is kept, what is refused, and that nothing is half-written."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from helpers_store import START, FixedEmbedder, HashEmbedder, episode, memory, text_of

from langgraph_dreams.errors import (
    EmbedderError,
    EmbedderMismatchError,
    InvalidInputError,
    NamespaceError,
    StoreError,
)
from langgraph_dreams.store import MAX_TEXT, Backend, NamespaceStore
from langgraph_dreams.store.chroma.jitter import jitter
from langgraph_dreams.types.base import Trust
from langgraph_dreams.types.items import ToolUse


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    opened = Backend.open(tmp_path / "store")
    yield opened
    opened.close()


@pytest.fixture
def vault(backend: Backend) -> NamespaceStore:
    return backend.vault(("acme", "ada"), HashEmbedder())


def test_every_field_of_an_episode_comes_back(vault: NamespaceStore) -> None:
    whole = episode(
        1,
        "what was said",
        run="r1",
        speaker="Ada",
        said="hé \u2028 \U0001f600",
        answered="a",
        done=(ToolUse(name="f", args='{"x": 1}', result="no", ok=False),),
        outcome="error",
        error="boom",
        reaction="thanks",
        origin="tool",
        trust=Trust.UNTRUSTED,
        tags=("a", "b,c"),
        time=START + timedelta(microseconds=7),
    )
    bare = episode(2, thread="", position=0)
    assert vault.add_episodes([whole, bare]) == [whole.id, bare.id]
    assert vault.get([bare.id, "e-unknown", whole.id]) == {whole.id: whole, bare.id: bare}


def test_recording_twice_keeps_the_first(vault: NamespaceStore) -> None:
    embedder = vault.embedder
    assert isinstance(embedder, HashEmbedder)
    vault.add_episodes([episode(1, "first")])
    calls = embedder.calls
    ids = vault.add_episodes([episode(1, "second"), episode(2), episode(2, "later")])
    assert ids == ["e0001", "e0002", "e0002"]
    assert embedder.calls == calls + 1
    assert [item.text for item in vault.get(ids).values()] == ["first", text_of(2)]
    assert vault.count()["episodes"] == 2


def test_more_episodes_than_one_write_takes_keep_their_order(vault: NamespaceStore) -> None:
    made = [episode(n, "x" * 30_000 if n == 7 else "") for n in range(120)]
    vault.add_episodes(made)
    assert vault.episode_ids() == [e.id for e in made]
    some = ["e0119", "e0000"]
    wanted = jitter(some, vault.embed([made[119].text, made[0].text]))
    np.testing.assert_allclose(vault.vectors(some), wanted, atol=1e-6)


@pytest.mark.parametrize("size", [60_000, 1_000_000])
def test_a_long_text_loses_nothing(vault: NamespaceStore, size: int) -> None:
    text = ("wörd " * size)[: size - 7] + " ending"
    vault.add_episodes([episode(1, text)])
    kept = vault.get(["e0001"])["e0001"]
    assert kept.text == text
    assert vault.lexical("ending", 1)[0][0] == "e0001"


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (episode(1, " \n\t "), "empty"),
        (episode(1, "x" * (MAX_TEXT + 1)), "limit is 2,000,000"),
        (episode(1, said="x" * (MAX_TEXT + 1)), "the field said"),
        (episode(1, id="x1"), "must begin with 'e'"),
        (episode(1, id="e" + "x" * 300), "at most 256"),
        (episode(1, position=2**60), "over 2\\*\\*53"),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(
    vault: NamespaceStore, bad: object, message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        vault.add_episodes([episode(0), bad])  # type: ignore[list-item]
    assert vault.count()["episodes"] == 0


def test_nul_and_lone_surrogates_become_replacement_characters(vault: NamespaceStore) -> None:
    vault.add_episodes([episode(1, "a\x00b \ud800 c", thread="t\udfff", tags=("\x00",))])
    kept = vault.get(["e0001"])["e0001"]
    assert kept.text == "a\ufffdb \ufffd c"
    assert (kept.thread, kept.tags) == ("t\ufffd", ("\ufffd",))  # type: ignore[union-attr]
    assert vault.lexical("\x00 c \ud800", 5) == vault.lexical("c", 5)
    assert vault.postings(["\ud800"], 5)["\ud800"] == []


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (np.array([[1, 0, 0, 0], [0, np.nan, 0, 0]]), "index 1"),
        (np.array([[np.inf, 0, 0, 0], [0, 1, 0, 0]]), "index 0"),
        (np.array([[1, 0, 0, 0], [0, 0, 0, 0]]), "index 1"),
        (np.ones((2, 3)), r"\(2, 3\)"),
        (np.ones((1, 4)), r"\(1, 4\)"),
        ([[1.0], [1.0, 2.0]], "no .* array"),
        (None, "shape"),
        (RuntimeError("offline"), "offline"),
    ],
)
def test_bad_vectors_write_nothing(backend: Backend, answer: object, message: str) -> None:
    vault = backend.vault(("n",), FixedEmbedder(answer))
    with pytest.raises(EmbedderError, match=message):
        vault.add_episodes([episode(0), episode(1)])
    with pytest.raises(EmbedderError):
        vault.put_memories([memory("x"), memory("y")])
    assert vault.count() == {"episodes": 0, "memories": 0, "links": 0, "undreamt": 0}


def test_a_memory_changes_without_being_embedded_again(vault: NamespaceStore) -> None:
    embedder = vault.embedder
    assert isinstance(embedder, HashEmbedder)
    first = memory("Ada likes pottery", valid_from=START, valid_to=START + timedelta(days=1))
    vault.put_memories([first])
    calls = embedder.calls
    changed = first.model_copy(update={"status": "superseded", "valid_to": None, "confirmed": 3})
    vault.put_memories([changed])
    assert embedder.calls == calls
    assert vault.get([first.id]) == {first.id: changed}
    assert vault.memory_ids() == []
    assert vault.memory_ids(("superseded",)) == [first.id]
    reworded = changed.model_copy(update={"text": "Ada likes clay"})
    vault.put_memories([reworded])
    assert vault.get([first.id]) == {first.id: reworded}
    assert vault.lexical("pottery", 5, prefix="m") == []
    assert vault.lexical("clay", 5, prefix="m")[0][0] == first.id


def test_dreamt_marks(vault: NamespaceStore) -> None:
    vault.add_episodes([episode(n) for n in (3, 1, 2)])
    assert vault.undreamt() == ["e0001", "e0002", "e0003"]
    assert vault.undreamt(2) == ["e0001", "e0002"]
    vault.mark_dreamt(["e0002", "e-unknown"], "d1")
    assert vault.undreamt() == ["e0001", "e0003"]
    assert vault.get(["e0002"])["e0002"].dreamt == "d1"  # type: ignore[union-attr]
    assert vault.count()["undreamt"] == 2
    vault.mark_dreamt(["e0002"], "")
    assert vault.count()["undreamt"] == 3


def test_unknown_vectors_are_an_error(vault: NamespaceStore) -> None:
    with pytest.raises(StoreError, match="e-none"):
        vault.vectors(["e-none"])
    assert vault.vectors([]).shape == (0, 64)
    with pytest.raises(InvalidInputError, match="the string"):
        vault.get("e0001")


def test_nothing_crosses_a_namespace(backend: Backend) -> None:
    names = [
        ("a", "b"),
        ("ab",),
        ("a", "b", "c"),
        ('a","b',),
        ("\ud800",),
        ("..", "/"),
        ("名", "\x00"),
    ]
    vaults = [backend.vault(name, HashEmbedder()) for name in names]
    for number, one in enumerate(vaults):
        one.add_episodes([episode(0, f"secret{number}")])
    assert sorted(backend.namespaces()) == sorted(names)
    for number, one in enumerate(vaults):
        assert one.get(["e0000"])["e0000"].text == f"secret{number}"
        assert one.count()["episodes"] == 1
        assert one.dense(one.embed(["secret"]), 10)[0][0][0] == "e0000"
        assert one.lexical(f"secret{(number + 1) % len(names)}", 5) == []


@pytest.mark.parametrize("parts", [(), ("",), ("a", ""), (1,), "ab", None, ("x" * 10_001,)])
def test_malformed_namespaces(backend: Backend, parts: object) -> None:
    with pytest.raises(NamespaceError):
        backend.vault(parts, HashEmbedder())  # type: ignore[arg-type]
    assert backend.namespaces() == []


def test_another_embedder_is_refused(backend: Backend, vault: NamespaceStore) -> None:
    vault.add_episodes([episode(1)])
    for other in (HashEmbedder("other"), HashEmbedder(dimension=32)):
        with pytest.raises(EmbedderMismatchError, match=r"'hash' in 64.*reembed"):
            backend.vault(("acme", "ada"), other)
    again = backend.vault(("acme", "ada"), HashEmbedder())
    assert again.count()["episodes"] == 1
