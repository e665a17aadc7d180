"""Passages of long texts: found for themselves, kept with their episode, and gone with it."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from dream_support import WordEmbedder, episode
from file_bytes import bytes_of

from langgraph_dreams import DreamStore, Namespace
from langgraph_dreams.integrations.fenced_recall import fence_recall
from langgraph_dreams.store.passages import LONG, passages_in, passages_of, spans_of

SAID = "The turtle of my sister is called Fridolin."
WORDS = ("garden", "house", "roof", "budget", "meeting", "invoice", "terrace", "garage", "plumber")
PROSE = " ".join(
    f"The {WORDS[i % 9]} of the {WORDS[i % 7]} and the {WORDS[i % 5]} is old." for i in range(400)
)
CODE = "\n".join(f"    {WORDS[i % 9]}_{i} = {WORDS[i % 7]}[{i}] + {i * 3}" for i in range(400))
NOISE = {"prose": PROSE, "code": CODE}
ASKED = "turtle sister called"


class Nearsighted(WordEmbedder):
    """Reads the first words of a text only, as the local model does."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return super().embed([" ".join(text.split()[:40]) for text in texts])


def opened(path: Path) -> DreamStore:
    return DreamStore.open(path, embedder=Nearsighted())


def filled(store: DreamStore, text: str) -> Namespace:
    namespace = store.namespace("acme", "ada")
    others = [episode(f"{word.title()} matters today.", day=i) for i, word in enumerate(WORDS)]
    namespace.record([*others, episode(text, day=20)])
    return namespace


@pytest.mark.parametrize("noise", NOISE.values(), ids=NOISE)
@pytest.mark.parametrize("form", ["{0}\n{1}", "{1}\n{0}", "{1}\n\n{0}\n\n{1}"])
def test_the_sentence_is_found_and_shown_wherever_it_stands(noise: str, form: str) -> None:
    text = form.format(SAID, noise)
    with DreamStore.in_memory(embedder=Nearsighted()) as store:
        namespace = filled(store, text)
        for share in (0.0, 0.5, 1.0):
            policy = namespace.policy.model_copy(update={"dense_weight": share})
            best = namespace.recall(ASKED, 3, policy=policy).items[0]
            assert best.item.text == text
            assert SAID in best.passage
            assert len(best.passage) < 600
            assert best.passage in text
        shown = fence_recall(namespace.recall(ASKED, 1))
        assert SAID in shown
        assert len(shown) < 1_500


def test_before_its_time_it_is_not_found() -> None:
    with DreamStore.in_memory(embedder=Nearsighted()) as store:
        namespace = filled(store, f"{PROSE}\n{SAID}")
        time = episode("", day=20).time
        before = namespace.recall(ASKED, 20, as_of=time - timedelta(days=1)).items
        assert before
        assert not any("Fridolin" in found.item.text for found in before)
        assert "Fridolin" in namespace.recall(ASKED, 20, as_of=time).items[0].passage


def test_one_long_text_does_not_crowd_out_the_others() -> None:
    with DreamStore.in_memory(embedder=Nearsighted()) as store:
        namespace = filled(store, PROSE)
        found = namespace._session.vault.lexical("garden house roof budget meeting", 5)
        assert len(found) == len({id_ for id_, _ in found}) == 5


def test_reopened_with_or_without_the_index_and_embedded_anew(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        filled(store, f"{CODE}\n\n{SAID}")
    for index in (False, True):
        if index:
            for file in tmp_path.rglob("*.sqlite3"):
                if file.name != "chroma.sqlite3":
                    file.unlink()
        with opened(tmp_path) as store:
            found = store.namespace("acme", "ada").recall(ASKED, 1).items[0]
            assert SAID in found.passage
            assert {found["level"] for found in store.check()} == {"ok"}
    with DreamStore.open(tmp_path, embedder=Nearsighted("other", 32)) as store:
        store.reembed("acme", "ada")
        found = store.namespace("acme", "ada").recall(ASKED, 1).items[0]
        assert SAID in found.passage


def test_forgotten_with_its_episode(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        namespace = filled(store, f"{CODE}\n\n{SAID}")
        namespace.forget(text="Fridolin")
        assert not any("turtle" in f.item.text for f in namespace.recall(ASKED, 20).items)
        assert namespace._session.vault._rows("SELECT count(*) FROM passages") == [(0,)]
        assert {found["level"] for found in store.check()} == {"ok"}
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(b"Fridolin" in bytes_of(file) for file in files)


def test_spans_cover_what_people_say_and_end_where_it_ends() -> None:
    text = f"{PROSE}\n\n{SAID}\n\n{CODE}"
    spans = spans_of(text)
    assert SAID in [text[start:stop] for start, stop in spans]
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert spans_of(text[:LONG]) == []
    assert len(spans_of("x" * 50_000)) < 300
    assert len(spans_of("\n".join(f"line {i} of {i}" for i in range(5000)))) < 20


@pytest.mark.parametrize("said", ["Our alarm code is 7731.", "My flight is LH 1234 on 3 May."])
def test_a_sentence_with_figures_in_it_is_no_figure(said: str) -> None:
    dump = "\n".join(f"{i:08x}  {i * 7919 % 65536:04x} {i * i % 65536:04x}" for i in range(1200))
    text = f"{dump}\n\n{said}\n\n{dump}"
    assert any(text[start:stop] == said for start, stop in spans_of(text))
    assert len(spans_of(text)) < 60


def test_vectors_come_back_as_they_were() -> None:
    embedder = WordEmbedder()
    (made,) = passages_of({"e1": PROSE}, {"e1": spans_of(PROSE)}, embedder.embed).values()
    read = passages_in({"passages": made.stored()}, "e1")
    assert read == made
    assert passages_in({}, "e1") is None
