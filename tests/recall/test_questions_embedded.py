"""Questions are embedded by `embed_query` where an embedder has it; texts never are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from dream_support import FIRST, SECOND, SMALL, WordEmbedder, day
from langchain_core.embeddings import Embeddings

from langgraph_dreams import DreamStore, EmbedderError, Namespace, create_recall_tool
from langgraph_dreams.web.views.associations import found_by

QUESTION = "Who has the keys of the shed?"


class Asking(WordEmbedder):
    """An embedder that answers questions in a form of the caller's, and keeps what it was given."""

    def __init__(self, form: Any = lambda row: row) -> None:
        super().__init__()
        self.form, self.texts, self.questions = form, list[str](), list[str]()

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += texts
        return super().embed(texts)

    def embed_query(self, text: str) -> Any:
        self.questions.append(text)
        return self.form(super().embed([text])[0])


def lived(embedder: Any) -> Namespace:
    ada = DreamStore.in_memory(embedder=embedder, policy=SMALL).namespace("ada")
    ada.record(day(FIRST, 0))
    return ada


@pytest.mark.parametrize(
    "form", [lambda row: row, lambda row: row.tolist(), lambda row: row[None], lambda row: 7 * row]
)
def test_a_vector_is_taken_in_any_form(form: Any) -> None:
    asking = Asking(form)
    found = lived(asking).recall(QUESTION, 3)
    plain = lived(WordEmbedder()).recall(QUESTION, 3)
    assert [r.item.id for r in found.items] == [r.item.id for r in plain.items]
    assert asking.questions == [QUESTION]
    assert QUESTION not in asking.texts


@pytest.mark.parametrize(
    "form", [lambda row: row[:5], lambda row: [row, row], lambda row: None, lambda row: 0 * row]
)
def test_what_is_no_vector_is_refused(form: Any) -> None:
    with pytest.raises(EmbedderError, match="the embedder words"):
        lived(Asking(form)).recall(QUESTION)


def test_a_failing_question_names_the_embedder() -> None:
    def fail(row: Any) -> None:
        raise TimeoutError("busy")

    with pytest.raises(EmbedderError, match="words failed on 1 texts: TimeoutError: busy"):
        lived(Asking(fail)).recall(QUESTION)


def test_an_embedder_without_it_embeds_questions_as_texts() -> None:
    plain = WordEmbedder()
    plain.embed_query = None  # type: ignore[attr-defined]
    assert lived(plain).recall(QUESTION).items


def test_every_door_that_asks_embeds_a_question() -> None:
    asking = Asking()
    ada = lived(asking)
    ada.recall(QUESTION)
    create_recall_tool(ada).invoke({"query": "Where is the ladder?"})
    found_by(ada.vault, "What about the roof?")
    assert asking.questions == [QUESTION, "Where is the ladder?", "What about the roof?"]


def test_a_dream_asks_past_questions_as_questions_and_compares_texts_as_texts() -> None:
    asking = Asking()
    ada = lived(asking)
    ada.recall(QUESTION)
    ada.record(day(SECOND, 7))
    ada.dream()
    assert asking.questions.count(QUESTION) > 1
    assert QUESTION not in asking.texts
    stored = {e.text for e in ada.episodes()} | {m.text for m in ada.memories()}
    assert stored <= set(asking.texts)


def test_langchain_embeddings_get_their_query_prefix() -> None:
    class Prefixed(Embeddings):
        def __init__(self) -> None:
            self.read: list[str] = []

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            self.read += [f"passage: {text}" for text in texts]
            return WordEmbedder().embed(texts).tolist()

        def embed_query(self, text: str) -> list[float]:
            self.read.append(f"query: {text}")
            return WordEmbedder().embed([text])[0].tolist()

    prefixed = Prefixed()
    lived(prefixed).recall(QUESTION)
    assert f"query: {QUESTION}" in prefixed.read
    assert f"passage: {QUESTION}" not in prefixed.read
