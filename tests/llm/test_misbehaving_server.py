"""The door with LangChain's real ChatOpenAI, against a real server that misbehaves."""

import asyncio
import subprocess
import sys
import time
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.runnables import RunnableLambda
from langchain_openai import ChatOpenAI
from langgraph.graph import START, MessagesState, StateGraph
from llm_support import GOOD, NOTES, Note, Notes, Time, asked, mind, request
from openai_server import (
    Behaviour,
    OpenAIServer,
    closed,
    empty_choices,
    hang,
    no_response_format,
    null_choices,
    ok,
    raw,
    refuse,
)

from langgraph_dreams.errors import InvalidInputError, MissingDependencyError
from langgraph_dreams.llm.client import Answer, ModelClient, Usage, resolve_model
from langgraph_dreams.policy import Budget

BOTH = pytest.mark.parametrize("door", ["sync", "async"])
WRONG_IDS = '{"items": [{"text": "a", "refs": [999]}, {"text": "b", "refs": ["M-1"]}]}'


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_ORG_ID"):
        monkeypatch.delenv(name, raising=False)


def chat(server: OpenAIServer, **more: Any) -> ChatOpenAI:
    return ChatOpenAI(model="m", api_key="sk-secret", base_url=server.url, **more)


def through(
    door: str, behaviours: list[Behaviour], **more: Any
) -> tuple[Answer, ModelClient, list[Any]]:
    with OpenAIServer(*behaviours) as server:
        made = mind(chat(server), **more)
        [answer] = asked(door, made, [request()])
        return answer, made, server.seen


@BOTH
def test_a_good_answer_by_schema_in_one_call(door: str) -> None:
    answer, made, [body] = through(door, [ok(GOOD)])
    assert answer == Answer(NOTES)
    assert made.usage == Usage(1, 100, 20)
    assert body["response_format"]["type"] == "json_schema"
    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["messages"][1]["content"].endswith('"type":"object"}')
    assert not body.get("stream")


@BOTH
@pytest.mark.parametrize(
    ("behaviours", "said", "calls"),
    [
        ([ok("I would keep the kiln.")], "no JSON", 2),
        ([ok("")], "no JSON", 2),
        ([ok(None)], "no JSON", 2),
        ([ok("The kiln is hot. " * 6000)], "no JSON", 2),
        ([ok("{" * 100_000)], "no JSON", 2),
        ([ok(None, refusal="I must not.")], "no JSON", 2),
        ([empty_choices], "model failed", 1),
        ([null_choices], "no answer", 1),
        ([raw("{not json")], "{not json", 1),
        ([raw("<html>502</html>", 502)], "502", 4),
        ([raw('{"error": {"message": "overloaded", "code": 503}}')], "503", 4),
        ([refuse(429, "slow down", {"Retry-After": "2"})], "429", 4),
        ([refuse(500, "broken")], "500", 4),
        ([refuse(400, "context too long")], "400", 1),
        ([refuse(404, "no such model")], "404", 1),
        ([refuse(401, "bad key sk-secret")], "401", 1),
        ([closed], "cannot be reached", 4),
    ],
)
def test_whatever_a_server_does_ends_in_an_answer(
    door: str, behaviours: list[Behaviour], said: str, calls: int
) -> None:
    began = time.perf_counter()
    answer, made, seen = through(door, behaviours)
    assert time.perf_counter() - began < 30
    assert answer.value is None
    assert said in answer.problem
    assert "secret" not in answer.problem
    assert "\n" not in answer.problem
    assert len(seen) == made.usage.calls == calls


@BOTH
def test_what_is_nearly_right_is_used(door: str) -> None:
    answer, _, seen = through(door, [ok(WRONG_IDS)])
    assert answer.value == Notes(items=[Note(text="a", refs=[999]), Note(text="b")])
    assert "1 element dropped" in answer.problem
    assert len(seen) == 1


@BOTH
def test_an_answer_that_was_cut_off_is_read_as_far_as_it_goes(door: str) -> None:
    cut = '{"items": [{"text": "a"}, {"text": "b"}, {"score": 3, "te'
    answer, made, _ = through(door, [ok(cut, finish="length")])
    assert "cut off" in answer.problem
    assert "1 element dropped" in answer.problem
    assert answer.value == Notes(items=[Note(text="a"), Note(text="b")])
    assert made.usage == Usage(1, 100, 20)


@BOTH
def test_a_busy_server_is_waited_for(door: str) -> None:
    clock = Time()
    busy = refuse(429, "slow down", {"Retry-After": "7"})
    answer, made, _ = through(door, [busy, busy, ok(GOOD)], sleep=clock.sleep, clock=clock.clock)
    assert answer == Answer(NOTES)
    assert clock.slept == [7.0, 7.0]
    assert made.usage == Usage(3, 100, 20)


@BOTH
def test_a_lost_connection_is_tried_again(door: str) -> None:
    answer, _, seen = through(door, [closed, ok(GOOD)])
    assert answer == Answer(NOTES)
    assert len(seen) == 2


@BOTH
@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_server_without_response_format_is_asked_in_plain_text(door: str, status: int) -> None:
    with OpenAIServer(no_response_format(GOOD, status)) as server:
        made = mind(chat(server), concurrency=1)
        assert asked(door, made, [request(), request()]) == [Answer(NOTES)] * 2
        assert ["response_format" in body for body in server.seen] == [True, False, False]
        assert made.usage == Usage(3, 200, 40)


@BOTH
def test_a_warning_of_langchain_does_not_hide_the_refusal(door: str) -> None:
    said = "Invalid schema for response_format 'Notes'"
    answer, _, seen = through(door, [refuse(400, said), ok(GOOD)])
    assert answer == Answer(NOTES)
    assert len(seen) == 2


@BOTH
def test_a_hanging_server_is_left(door: str) -> None:
    began = time.perf_counter()
    answer, made, _ = through(door, [hang], timeout=0.2, retries=1)
    assert time.perf_counter() - began < 30
    assert "in time" in answer.problem
    assert made.usage.calls == 2
    assert made.usage.estimated


@BOTH
def test_tokens_are_estimated_when_the_server_sends_none(door: str) -> None:
    answer, made, _ = through(door, [ok(GOOD, usage={})])
    assert answer == Answer(NOTES)
    assert made.usage.estimated
    assert made.usage.input_tokens > 50


@BOTH
def test_calls_hold_exactly_with_the_retries_of_the_client(door: str) -> None:
    with OpenAIServer(refuse(500, "broken")) as server:
        made = mind(chat(server, max_retries=5), budget=Budget(calls=5))
        asked(door, made, [request() for _ in range(6)])
        assert len(server.seen) == made.usage.calls == 5


def test_the_given_model_stays_as_it_is() -> None:
    with OpenAIServer(ok(GOOD)) as server:
        model = chat(server, max_retries=5)
        mind(model).ask([request()])
        assert model.root_client.max_retries == 5
        assert model.disable_streaming is False


def test_one_mind_in_several_event_loops() -> None:
    with OpenAIServer(ok(GOOD)) as server:
        made = mind(chat(server))
        for _ in range(3):
            assert asyncio.run(made.aask([request()])) == [Answer(NOTES)]
        assert made.ask([request()]) == [Answer(NOTES)]


@BOTH
def test_in_a_stream_of_messages_the_server_is_not_asked_to_stream(door: str) -> None:
    with OpenAIServer(ok(GOOD)) as server:
        made = mind(chat(server, streaming=True))
        answers: list[Answer] = []

        def dream(state: Any) -> dict[str, Any]:
            answers.extend(made.ask([request()]))
            return {}

        async def adream(state: Any) -> dict[str, Any]:
            answers.extend(await made.aask([request()]))
            return {}

        builder = StateGraph(MessagesState)
        builder.add_node("dream", RunnableLambda(dream, afunc=adream))
        builder.add_edge(START, "dream")
        graph = builder.compile()

        async def streamed() -> list[Any]:
            return [part async for part in graph.astream({"messages": []}, stream_mode="messages")]

        if door == "sync":
            parts = list(graph.stream({"messages": []}, stream_mode="messages"))
        else:
            parts = asyncio.run(streamed())
        assert [part for part in parts if isinstance(part[0], AIMessageChunk)] == []
        assert answers == [Answer(NOTES)]
        assert not server.seen[0].get("stream")
        assert made.usage == Usage(1, 100, 20)


def test_a_model_by_name_with_its_usual_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIServer(ok(GOOD)) as server:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        model = resolve_model(" openai:some:model ")
        assert isinstance(model, ChatOpenAI)
        assert model.max_retries == 0
        assert model.request_timeout == 60.0
        assert mind(model).ask([request()]) == [Answer(NOTES)]
        assert server.seen[0]["model"] == "some:model"


def test_a_model_is_taken_as_it_is() -> None:
    model = FakeListChatModel(responses=["x"])
    assert resolve_model(model) is model


@pytest.mark.parametrize("key", [None, "", "  "])
def test_a_missing_key_names_its_setting(monkeypatch: pytest.MonkeyPatch, key: str | None) -> None:
    if key is not None:
        monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(InvalidInputError, match="OPENAI_API_KEY"):
        resolve_model("openai:gpt-4.1-mini")


@pytest.mark.parametrize(
    "wrong",
    ["", "gpt-4.1-mini", "openai:", ":gpt", None, 7, ChatOpenAI, RunnableLambda(lambda x: x)],
)
def test_what_is_no_model_is_refused_with_advice(wrong: Any) -> None:
    with pytest.raises(InvalidInputError, match="openai:gpt"):
        resolve_model(wrong)


def test_other_providers_need_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInputError, match="dowsing:rod"):
        resolve_model("dowsing:rod")
    with pytest.raises(MissingDependencyError, match="langchain-mistralai"):
        resolve_model("mistralai:small")
    monkeypatch.setitem(sys.modules, "langchain.chat_models", None)
    with pytest.raises(MissingDependencyError, match=r"langgraph_dreams\[langchain\]"):
        resolve_model("mistralai:small")


def test_nothing_of_openai_is_imported_without_a_model() -> None:
    code = "import sys, langgraph_dreams.llm.client; print('openai' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
