"""Whole dreams over real HTTP: a small model that babbles, and servers that misbehave."""

import json
from collections.abc import Iterator

import pytest
from dream_support import WordEmbedder, episode
from langchain_openai import ChatOpenAI
from mind_support import life
from openai_server import (
    OpenAIServer,
    closed,
    empty_choices,
    hang,
    no_response_format,
    ok,
    raw,
    refuse,
)
from small_model import SmallModel

from langgraph_dreams import Budget, DreamPolicy, DreamReport, DreamStore, Namespace

TEXT = "The Brandhorst kiln needs a new burner before the summer fair."
POLICY = DreamPolicy(
    window_episodes=6,
    window_related=1,
    window_memories=3,
    judge_pairs=6,
    judge_batch=3,
    episode_characters=300,
    model_concurrency=2,
    model_timeout=120.0,
)


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=POLICY) as store:
        namespace = store.namespace("ada")
        namespace.record([episode(TEXT, day=0), episode(TEXT, day=9)])
        namespace.record(life(2, 5, first_day=2))
        yield namespace


def speak_openai(monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    return "openai:smollm2"


def unharmed(namespace: Namespace, before: list, report: DreamReport) -> None:
    """The report is valid and told of in full; every episode is as it was, but for the mark."""
    assert DreamReport.model_validate_json(report.model_dump_json()) == report
    assert report.status == "committed"
    assert namespace.report(report.id) == report
    after = namespace.episodes()
    assert [e.model_copy(update={"dreamt": ""}) for e in after] == before
    assert [e.id for e in after if e.dreamt == report.id] == list(report.episodes)
    assert all(e.dreamt == report.id for e in after[: len(report.episodes)])
    known = {e.id for e in after}
    for memory in namespace.memories(namespace.vault.memory_ids(("tentative", "active"))):
        assert memory.sources
        assert set(memory.sources) <= known or (
            memory.derived and set(memory.cites) <= {m.id for m in namespace.memories()}
        )
    assert namespace.links()
    assert namespace.recall("What does the kiln need?", note=False).items


@pytest.mark.model
@pytest.mark.parametrize("door", ["sync", pytest.param("async", marks=pytest.mark.slow)])
async def test_a_whole_dream_with_a_real_small_model(
    ada: Namespace, small_model: SmallModel, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    model: str | ChatOpenAI = speak_openai(monkeypatch, small_model.base_url)
    if door == "async":  # a model of the caller's own, which may say more than 60 tokens
        model = ChatOpenAI(model="smollm2", max_completion_tokens=60)
    before = ada.episodes()
    settings = {"model": model, "budget": Budget(calls=3)}
    plan = ada.plan(**settings)
    report = await ada.adream(**settings) if door == "async" else ada.dream(**settings)
    unharmed(ada, before, report)
    assert report.plan == plan
    assert 0 < report.cost["model_calls"] <= 3
    assert report.cost["input_tokens"] > 0
    assert report.cost["output_tokens"] > 0


@pytest.mark.model
def test_prompts_longer_than_the_context_leave_the_model_free_form(
    ada: Namespace, small_model: SmallModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.record([episode("word " * 5_000, day=1)])
    before = ada.episodes()
    wide = POLICY.model_copy(update={"episode_characters": 30_000, "window_characters": 200_000})
    model = speak_openai(monkeypatch, small_model.base_url)
    report = ada.dream(model=model, policy=wide, budget=Budget(calls=1))
    unharmed(ada, before, report)
    assert report.cost["model_calls"] == 1
    assert any("context" in line for line in report.notes)


def wrong_ids() -> str:
    note = {"kind": "fact", "about": "", "text": TEXT, "sources": [400], "quote": TEXT}
    return json.dumps({"memories": [{**note, "confirms": 77, "replaces": 99}]})


HOSTILE = {
    "prose": ok("I would rather talk about the weather, which is fine."),
    "truncated": ok('{"memories": [{"kind": "fact", "text": "The kiln', finish="length"),
    "wrong ids": ok(wrong_ids()),
    "empty": ok(""),
    "nothing": ok(None),
    "100 KB": ok("kiln " * 20_000),
    "100 KB of brackets": ok("[" * 100_000),
    "no choices": empty_choices,
    "no JSON": raw("<html>busy</html>"),
    "no format": no_response_format("I do not do that."),
    "429": refuse(429, "slow down", {"Retry-After": "0"}),
    "500": refuse(500, "oops", {"Retry-After": "0"}),
    "401": refuse(401, "who are you"),
    "closed": closed,
    "hang": hang,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("door", ["sync", "async"])
async def test_hostile_answers_end_in_a_valid_report(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch, name: str, door: str
) -> None:
    before = ada.episodes()
    policy = POLICY.model_copy(update={"model_timeout": 0.5 if name == "hang" else 20.0})
    with OpenAIServer(HOSTILE[name]) as server:
        model = speak_openai(monkeypatch, server.url)
        settings = {"model": model, "policy": policy, "budget": Budget(calls=3)}
        report = await ada.adream(**settings) if door == "async" else ada.dream(**settings)
        assert len(server.seen) <= 3
    unharmed(ada, before, report)
    assert report.cost["model_calls"] == len(server.seen) > 0
    assert report.notes
    # What was said twice is remembered as without a model.
    assert [m.text for m in ada.memories()] == [TEXT]
