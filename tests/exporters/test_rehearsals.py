"""Rehearsals as files: JSON lines, examples of LangSmith, and tests that run."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import SMALL, WordEmbedder, episode

from langgraph_dreams import DreamStore, InvalidInputError, Namespace
from langgraph_dreams.exporters.rehearsals import export_rehearsals

SAID = "I live in a small village near Graz."


@pytest.fixture(scope="module")
def ada() -> Iterator[Namespace]:
    policy = SMALL.model_copy(update={"rehearsals": 1})
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256), policy=policy) as store:
        namespace = store.namespace("acme", "ada")
        namespace.record([episode(SAID, day=0), episode(SAID, day=3)])
        namespace.dream(depth="deep")
        yield namespace


def test_json_lines_have_all_there_is(ada: Namespace) -> None:
    (row,) = map(json.loads, export_rehearsals(ada).splitlines())
    assert row["question"] == "Where do I live?"
    assert row["memories"] == [SAID]
    assert sorted(row["evidence"][0]) == sorted(e.id for e in ada.episodes())
    assert row["must_not_say"] == []


def test_an_example_of_langsmith_has_inputs_outputs_and_metadata(ada: Namespace) -> None:
    (row,) = map(json.loads, export_rehearsals(ada, "langsmith").splitlines())
    assert set(row) == {"inputs", "outputs", "metadata"}
    assert row["inputs"] == {"question": "Where do I live?"}
    assert row["outputs"]["memories"] == [SAID]
    assert row["metadata"]["namespace"] == "acme/ada"


def test_the_test_module_runs_and_fails_when_the_evidence_is_gone(ada: Namespace) -> None:
    scope: dict[str, Any] = {}
    exec(export_rehearsals(ada, "pytest", store="/no/such"), scope)
    (case,) = scope["CASES"]
    scope["test_evidence_is_recalled"](ada, case)
    with pytest.raises(AssertionError, match="finds nothing"):
        scope["test_evidence_is_recalled"](ada, {**case, "evidence": [["egone"]]})
    with pytest.raises(AssertionError, match="no longer holds"):
        scope["test_evidence_is_recalled"](ada, {**case, "must_not_say": [SAID]})


@pytest.mark.parametrize("form", ["xml", "", None, 3])
def test_an_unknown_format_is_refused(ada: Namespace, form: Any) -> None:
    with pytest.raises(InvalidInputError, match="choose one of pytest, langsmith, jsonl"):
        export_rehearsals(ada, form)
