"""A reranker orders the first items anew; what recall holds besides stays true."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from dream_support import START, WordEmbedder, episode
from langchain_core.documents import BaseDocumentCompressor, Document

from langgraph_dreams import (
    DreamPolicy,
    DreamStore,
    Episode,
    InvalidInputError,
    Memory,
    Namespace,
    Recall,
    Trust,
    create_recall_tool,
    recall_node,
)
from langgraph_dreams.types.items import memory_id

NUMBERS = ("one", "two", "three", "four", "five", "six")
TEXTS = tuple(f"The choir sang piece {number}." for number in NUMBERS)
WANTED = "four"
QUESTION = "Which piece did the choir sing?"


def wants(query: str, texts: Sequence[str]) -> list[float]:
    return [float(WANTED in text) for text in texts]


class Pairs:
    """A cross-encoder as LangChain has them."""

    def score(self, text_pairs: list[tuple[str, str]]) -> Any:
        return [float(WANTED in text) for _, text in text_pairs]


class Predicting:
    """One as sentence-transformers has them: it can be called, too, with something else."""

    def predict(self, pairs: list[tuple[str, str]]) -> Any:
        return np.array([[float(WANTED in text)] for _, text in pairs], dtype=np.float32)

    def __call__(self, features: dict[str, Any]) -> Any:
        raise AssertionError


class Compressor(BaseDocumentCompressor):
    """Keeps the best `top_n`, as Cohere's and LangChain's own rerankers do."""

    top_n: int = 3
    bare: bool = False

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Any = None
    ) -> list[Document]:
        ranked = sorted(documents, key=lambda d: WANTED not in d.page_content)[: self.top_n]
        if self.bare:
            return [Document(page_content=d.page_content) for d in ranked]
        score = {"relevance_score": 0.9}
        return [Document(d.page_content, metadata={**d.metadata, **score}) for d in ranked]


RERANKERS: dict[str, Any] = {
    "a function": wants,
    "a function of arrays": lambda query, texts: np.array(wants(query, texts)),
    "pairs": Pairs(),
    "sentence-transformers": Predicting(),
    "a compressor": Compressor(),
    "a compressor that keeps one": Compressor(top_n=1),
    "a compressor that drops metadata": Compressor(bare=True),
}


def lived(
    reranker: Any, texts: Sequence[str] | Sequence[Episode] = TEXTS, **policy: Any
) -> Namespace:
    store = DreamStore.in_memory(
        embedder=WordEmbedder(), policy=DreamPolicy(**policy), reranker=reranker
    )
    ada = store.namespace("ada")
    ada.record([t if isinstance(t, Episode) else episode(t, day=i) for i, t in enumerate(texts)])
    return ada


def shown(found: Recall) -> list[str]:
    return [r.item.text for r in found.items]


@pytest.mark.parametrize("reranker", RERANKERS.values(), ids=RERANKERS)
def test_what_it_finds_best_comes_first_and_nothing_is_lost(reranker: Any) -> None:
    plain = shown(lived(None).recall(QUESTION, 6))
    assert plain[0] != TEXTS[3]
    found = shown(lived(reranker).recall(QUESTION, 6))
    assert found == [TEXTS[3], *(t for t in plain if t != TEXTS[3])]
    assert shown(lived(reranker).recall(QUESTION, 1)) == [TEXTS[3]]


@pytest.mark.parametrize("reranker", RERANKERS.values(), ids=RERANKERS)
def test_the_reason_says_so(reranker: Any) -> None:
    plain = shown(lived(None).recall(QUESTION, 6))
    best = lived(reranker).recall(QUESTION, 2).items[0].why
    assert best.rank_before == plain.index(TEXTS[3]) + 1
    assert "reranked" in best.text()
    assert f"was {best.rank_before}" in best.text()
    assert lived(None).recall(QUESTION, 1).items[0].why.rank_before == 0
    assert "reranked" not in lived(None).recall(QUESTION, 1).items[0].why.text()


def test_its_score_is_told_and_the_score_of_recall_stays() -> None:
    plain = {r.item.id: r.score for r in lived(None).recall(QUESTION, 6).items}
    found = lived(Compressor()).recall(QUESTION, 6).items
    assert [r.why.reranked for r in found] == [0.9] * 3 + [None] * 3
    assert {r.item.id: r.score for r in found} == plain


def test_the_setting_bounds_what_it_reads_and_switches_it_off() -> None:
    read: list[int] = []

    def counting(query: str, texts: list[str]) -> list[float]:
        read.append(len(texts))
        return wants(query, texts)

    ada = lived(counting)
    ada.recall(QUESTION, 1)
    ada.recall(QUESTION, 1, policy=DreamPolicy(reranked=4))
    assert read == [6, 4]
    plain = shown(lived(None).recall(QUESTION, 6))
    assert shown(ada.recall(QUESTION, 6, policy=DreamPolicy(reranked=0))) == plain
    assert shown(ada.recall(QUESTION, 6, policy=DreamPolicy(reranked=1))) == plain
    assert read == [6, 4]


def failing(query: str, texts: list[str]) -> Any:
    raise TimeoutError("busy")


@pytest.mark.parametrize(
    "answer",
    [
        failing,
        lambda query, texts: [1.0],
        lambda query, texts: [float("nan")] * len(texts),
        lambda query, texts: None,
        lambda query, texts: ["good"] * len(texts),
        lambda query, texts: [[1.0, 2.0]] * len(texts),
        lambda query: [],
    ],
)
def test_when_it_fails_recall_goes_on_in_its_own_order(
    answer: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "langgraph_dreams"):
        found = lived(answer).recall(QUESTION, 6)
    assert shown(found) == shown(lived(None).recall(QUESTION, 6))
    assert all(r.why.rank_before == 0 for r in found.items)
    assert "the reranker failed on 6 texts" in caplog.text


def test_a_compressor_that_answers_other_documents_has_failed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Other(Compressor):
        def compress_documents(self, documents: Any, query: str, callbacks: Any = None) -> Any:
            return [Document(page_content="A summary of them all.")]

    assert shown(lived(Other()).recall(QUESTION, 6)) == shown(lived(None).recall(QUESTION, 6))
    assert "none of the documents" in caplog.text


@pytest.mark.parametrize("value", [3, "cohere", Compressor, Pairs, object(), [wants], True])
def test_what_is_no_reranker_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInputError, match="is no reranker"):
        DreamStore.in_memory(reranker=value)


def test_every_door_asks_it() -> None:
    ada = lived(wants)
    assert asyncio.run(ada.arecall(QUESTION, 1)).items[0].item.text == TEXTS[3]
    template = DreamStore.in_memory(embedder=WordEmbedder(), reranker=wants).namespace("{user}")
    config: Any = {"configurable": {"user": "ada"}}
    own = template.resolve(config)
    own.record([episode(text, day=i) for i, text in enumerate(TEXTS)])
    assert own.recall(QUESTION, 1).items[0].item.text == TEXTS[3]
    assert TEXTS[3] in create_recall_tool(template, k=1).invoke({"query": QUESTION}, config)
    node = recall_node(template, k=1, question=lambda state: QUESTION)
    assert TEXTS[3] in str(node.invoke({}, config))


def test_dreams_do_not_ask_it() -> None:
    read: list[str] = []

    def noting(query: str, texts: list[str]) -> list[float]:
        read.append(query)
        return wants(query, texts)

    ada = lived(noting)
    ada.recall(QUESTION, 3)
    ada.dream()
    assert read == [QUESTION]


# -- what recall holds besides


def turn(said: str, answered: str = "", **fields: Any) -> Episode:
    text = f"user: {said}" + (f"\nagent: {answered}" if answered else "")
    return episode(text, **{"said": said, "answered": answered, **fields})


def liking(*words: str) -> Callable[[str, list[str]], list[float]]:
    """Likes texts with the first word best, then those with the second, and so on."""

    def score(query: str, texts: list[str]) -> list[float]:
        return [max((1 / (i + 1) for i, w in enumerate(words) if w in t), default=0) for t in texts]

    return score


def test_an_edited_message_stays_behind_what_stands_in_its_place() -> None:
    old = turn("The wedding of Ines is on 3 May.", "Noted.", day=1, message="u1", thread="t")
    new = turn("The wedding is on 30 May.", "Fine.", day=1, position=1, message="u1", thread="t")
    ada = lived(liking("3 May"), [old, new, *TEXTS])
    found = [r.item.id for r in ada.recall("When is the wedding of Ines?", 9).items]
    assert found.index(new.id) < found.index(old.id)


def test_what_only_asks_stays_last() -> None:
    asking = [turn("Where did I put the passport?", "I do not know that.", day=i) for i in (3, 4)]
    told = turn("The passport lies in the blue drawer.", "Noted.", day=1)
    ada = lived(liking("Where did I"), [told, *asking, *TEXTS])
    found = [r.item.id for r in ada.recall("Where did I put the passport?", 9).items]
    assert len(found) == 8
    assert found[-1] == asking[-1].id
    assert told.id in found


def test_equal_turns_share_one_place() -> None:
    same = [turn("I swim on Mondays.", "Fine.", day=i) for i in range(2, 8)]
    ada = lived(liking("swim"), [*same, *TEXTS])
    found = ada.recall("What sports do I do on Mondays?", 4).items
    assert [r.item.id for r in found if "swim" in r.item.text] == [same[-1].id]
    assert found[0].times == len(same)


def test_a_correction_comes_before_what_it_corrects() -> None:
    old = turn("I live in Graz.", "Fine.", day=1)
    new = turn("I live in Turin now.", "Noted.", day=5)
    ada = lived(liking("Graz"), [old, new, *(turn(t, day=9) for t in TEXTS)])
    ada.dream()
    found = [r.item.id for r in ada.recall("Where do I live?", 2).items]
    assert found == [new.id, old.id]


def test_superseded_evidence_stands_behind_the_current() -> None:
    old = turn("Our shop opens at nine.", "Fine.", day=1)
    new = turn("From June on the doors open at ten.", "Noted.", day=5)
    others = [turn(t, day=9, position=i) for i, t in enumerate(TEXTS)]
    ada = lived(liking("at nine", "piece"), [old, new, *others])
    before, after = (
        Memory(
            id=memory_id("fact", text),
            text=text,
            status=status,
            sources=(source.id,),
            trust=Trust.TRUSTED,
            learned_at=START,
            superseded_by=heir,
            valid_to=new.time if heir else None,
            dream="d",
        )
        for text, status, source, heir in (
            (
                "The shop opens at nine.",
                "superseded",
                old,
                memory_id("fact", "The shop opens at ten."),
            ),
            ("The shop opens at ten.", "active", new, ""),
        )
    )
    ada.vault.put_memories([before, after])
    found = [r.item.id for r in ada.recall("When does the shop open?", 3).items]
    assert found[:2] == [new.id, old.id]


def test_of_a_long_text_it_reads_the_passage_that_answers_best() -> None:
    read: list[str] = []

    def noting(query: str, texts: list[str]) -> list[float]:
        read.extend(texts)
        return [0.0] * len(texts)

    filler = "The river was high and the meadows lay under water for days. " * 40
    text = f"{filler}Aunt Rosa keeps the spare key under the third flowerpot. {filler}"
    ada = lived(noting, [text, *TEXTS])
    ada.recall("Where does Aunt Rosa keep the spare key?", 2)
    (passage,) = [t for t in read if "river" in t or "Rosa" in t]
    assert "flowerpot" in passage
    assert len(passage) < len(text) / 2


def test_an_empty_namespace_and_a_single_turn_do_not_ask() -> None:
    assert lived(failing, []).recall(QUESTION).items == ()
    assert len(lived(failing, TEXTS[:1]).recall(QUESTION).items) == 1
