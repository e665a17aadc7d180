"""The door to chat models, with a scripted model: answers, retries, budget, threads, context."""

import asyncio
import contextvars
import json
import os
import subprocess
import sys
import threading
import time
from typing import Any, ClassVar

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage
from langchain_core.runnables import RunnableLambda
from langgraph.graph import START, MessagesState, StateGraph
from llm_support import (
    GOOD,
    NOTES,
    AsyncScripted,
    Note,
    Notes,
    Scripted,
    Time,
    asked,
    counted,
    in_turn,
    mind,
    request,
)
from pydantic import BaseModel, PrivateAttr, model_validator

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.llm.client import Answer, ModelClient, Request, Usage
from langgraph_dreams.llm.reply import reply_of
from langgraph_dreams.policy import Budget

BOTH = pytest.mark.parametrize("door", ["sync", "async"])
MODELS = pytest.mark.parametrize(
    ("door", "model"),
    [("sync", Scripted), ("async", Scripted), ("async", AsyncScripted), ("sync", AsyncScripted)],
)


class StatusError(Exception):
    def __init__(self, code: int, text: str = "no", **headers: str) -> None:
        super().__init__(text)
        self.status_code = code
        self.response = type("Response", (), {"headers": headers})()


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        [GOOD],
        [{"type": "text", "text": GOOD}],
        [{"type": "output_text", "text": GOOD}],
        [{"text": GOOD[:9]}, {"type": "reasoning", "text": "no"}, {"text": GOOD[9:]}],
        [{"type": "image_url", "image_url": "x"}, {"type": "text", "text": GOOD}],
    ],
)
def test_an_answer_is_read_from_any_blocks(content: Any) -> None:
    assert reply_of(AIMessage(content)).text == GOOD


@MODELS
def test_answers_come_in_order(door: str, model: type[Scripted]) -> None:
    def say(messages: list[Any]) -> str:
        return json.dumps({"items": [{"text": messages[1].text.split()[0]}]})

    made = mind(model(say=say), concurrency=3)
    answers = asked(door, made, [request(f"{n} is kept") for n in range(9)])
    assert answers == [Answer(Notes(items=[Note(text=str(n))])) for n in range(9)]
    assert made.usage.calls == 9
    assert asked(door, made, []) == []


def test_the_prompt_ends_with_the_schema() -> None:
    model = Scripted(say=in_turn(GOOD))
    mind(model).ask([request("What of the kiln?")])
    system, user = model.seen[0]
    assert system == SystemMessage("You keep notes.")
    assert user.text.startswith("What of the kiln?")
    assert "JSON only" in user.text
    assert user.text.endswith('"required":["items"],"type":"object"}')


@BOTH
def test_an_answer_that_cannot_be_used_is_asked_for_once_more(door: str) -> None:
    model = Scripted(say=in_turn("It is hot.", GOOD))
    made = mind(model)
    assert asked(door, made, [request()]) == [Answer(NOTES)]
    echo, complaint = model.seen[1][2:]
    assert echo == AIMessage("It is hot.")
    assert isinstance(complaint, HumanMessage)
    assert "no JSON" in complaint.text
    assert made.usage.calls == 2


@BOTH
def test_twice_of_no_use_is_the_end(door: str) -> None:
    made = mind(Scripted(say=in_turn('{"items": 7}', "", GOOD)))
    [answer] = asked(door, made, [request()])
    assert answer.value is None
    assert "twice" in answer.problem
    assert made.usage.calls == 2


def test_what_was_dropped_is_said() -> None:
    made = mind(Scripted(say=in_turn('{"items": [{"text": "a"}, {"score": 1}]}')))
    [answer] = made.ask([request()])
    assert answer.value == Notes(items=[Note(text="a")])
    assert "1 element dropped" in answer.problem
    assert "\n" not in answer.problem


class Picky(BaseModel):
    items: list[Note]

    @model_validator(mode="after")
    def _broken(self) -> "Picky":
        raise KeyError("a validator with a mistake")


class Witness(BaseModel):
    items: list[Note]
    _threads: ClassVar[list[threading.Thread]] = []

    @model_validator(mode="after")
    def _seen(self) -> "Witness":
        self._threads.append(threading.current_thread())
        return self


async def test_a_long_reply_is_read_beside_the_event_loop() -> None:
    Witness._threads.clear()
    made = mind(AsyncScripted(say=in_turn(GOOD, GOOD + " " * 20_000)))
    for _ in range(2):
        await made.aask([request(schema=Witness)])
    short, long = Witness._threads
    assert short is threading.current_thread()
    assert long is not threading.current_thread()


def test_a_schema_that_raises_is_no_answer() -> None:
    [answer] = mind(Scripted(say=in_turn(GOOD))).ask([request(schema=Picky)])
    assert "KeyError" in answer.problem


@pytest.mark.parametrize(
    "said",
    [
        AIMessage([{"type": "text", "text": GOOD[:20]}, {"type": "text", "text": GOOD[20:]}]),
        AIMessage([{"type": "thinking", "thinking": "{}"}, GOOD]),
        AIMessage("", tool_calls=[{"name": "Notes", "args": NOTES.model_dump(), "id": "1"}]),
        AIMessage(
            "", invalid_tool_calls=[{"name": "N", "args": GOOD[:-2], "id": "1", "error": "cut"}]
        ),
        AIMessage("", additional_kwargs={"parsed": NOTES}),
    ],
)
def test_every_place_of_an_answer_is_read(said: AIMessage) -> None:
    assert mind(Scripted(say=in_turn(said))).ask([request()]) == [Answer(NOTES)]


@pytest.mark.parametrize("ended", [{"finish_reason": "length"}, {"stop_reason": "max_tokens"}])
def test_an_answer_that_was_cut_off_says_so(ended: dict[str, str]) -> None:
    said = AIMessage(GOOD[:-1], response_metadata=ended)
    [answer] = mind(Scripted(say=in_turn(said))).ask([request()])
    assert answer.value == NOTES
    assert "cut off" in answer.problem


def test_a_refusal_is_said() -> None:
    model = Scripted(say=in_turn(AIMessage("", additional_kwargs={"refusal": "I must not."})))
    mind(model).ask([request()])
    assert model.seen[1][2].text == "I must not."


class Tooled(Scripted):
    """A model with structured output through tools."""

    _bound: list[Any] = PrivateAttr(default_factory=list)

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        self._bound.append(tools)
        return self.bind()


@BOTH
def test_structured_output_of_other_models_is_used(door: str) -> None:
    call = {"name": "Notes", "args": {"items": [{"text": "a", "score": "x"}, {"text": "b"}]}}
    model = Tooled(say=in_turn(AIMessage("", tool_calls=[{**call, "id": "1"}])))
    [answer] = asked(door, mind(model), [request()])
    assert answer.value == Notes(items=[Note(text="b")])
    assert model._bound == [[Notes]]


@BOTH
def test_a_server_that_refuses_tools_is_asked_in_plain_text_from_then_on(door: str) -> None:
    model = Tooled(say=in_turn(StatusError(400, "model does not support tools"), GOOD))
    made = mind(model)
    assert asked(door, made, [request(), request()]) == [Answer(NOTES)] * 2
    assert made.usage.calls == 3 if door == "async" else made.usage.calls in (3, 4)
    bound = len(model._bound)
    assert asked(door, made, [request()]) == [Answer(NOTES)]
    assert len(model._bound) == bound


# -- failures


@MODELS
@pytest.mark.parametrize(
    "error", [StatusError(429), StatusError(503), TimeoutError(), ConnectionResetError("gone")]
)
def test_what_passes_is_tried_again(door: str, model: type[Scripted], error: Exception) -> None:
    clock = Time()
    made = mind(model(say=in_turn(error, error, GOOD)), clock)
    assert asked(door, made, [request()]) == [Answer(NOTES)]
    assert made.usage.calls == 3
    first, second = clock.slept
    assert 0.5 <= first <= 1.0
    assert 1.0 <= second <= 1.5


@BOTH
def test_retry_after_is_honoured_up_to_a_limit(door: str) -> None:
    clock = Time()
    errors = [StatusError(429, **{"retry-after": value}) for value in ("7", "9999", "soon")]
    made = mind(Scripted(say=in_turn(*errors, GOOD)), clock)
    assert asked(door, made, [request()]) == [Answer(NOTES)]
    assert clock.slept[:2] == [7.0, 60.0]
    assert clock.slept[2] < 3


@BOTH
def test_what_never_passes_is_given_up(door: str) -> None:
    made = mind(Scripted(say=in_turn(StatusError(500, "sk-secret broke\nhere"))), retries=2)
    [answer] = asked(door, made, [request()])
    assert answer.value is None
    assert "500" in answer.problem
    assert "secret" not in answer.problem
    assert "\n" not in answer.problem
    assert made.usage == Usage(calls=3)


@BOTH
@pytest.mark.parametrize(
    "error",
    [
        StatusError(400),
        StatusError(404),
        ValueError("odd"),
        StopIteration(),
        MemoryError(),
        Exception(),
    ],
)
def test_what_does_not_pass_is_not_tried_again(door: str, error: Exception) -> None:
    made = mind(Scripted(say=in_turn(error, GOOD)))
    first, second = [asked(door, made, [request()])[0] for _ in range(2)]
    assert first.value is None
    assert type(error).__name__ in first.problem or str(error.status_code) in first.problem  # type: ignore[attr-defined]
    assert second == Answer(NOTES)
    assert made.usage.calls == 2


@BOTH
@pytest.mark.parametrize(
    "error", [StatusError(401), StatusError(403), StatusError(429, "insufficient_quota")]
)
def test_after_a_refused_key_nothing_is_asked_and_it_is_said_once(
    door: str, error: Exception
) -> None:
    model = Scripted(say=in_turn(error))
    made = mind(model, concurrency=1)
    answers = asked(door, made, [request() for _ in range(4)])
    assert len(model.seen) == 1
    assert str(error.status_code) in answers[0].problem  # type: ignore[attr-defined]
    assert answers[1:] == [Answer(None)] * 3
    assert asked(door, made, [request()]) == [Answer(None)]
    assert made.usage.calls == 1


def test_a_refused_key_is_said_once_by_calls_side_by_side() -> None:
    meeting = threading.Barrier(4)

    def say(messages: list[Any]) -> Exception:
        meeting.wait(30)
        return StatusError(401)

    answers = mind(Scripted(say=say), concurrency=4).ask([request() for _ in range(4)])
    assert [bool(answer.problem) for answer in answers].count(True) == 1


@MODELS
@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_goes_through_and_nothing_more_is_sent(
    door: str, model: type[Scripted], stop: type[BaseException]
) -> None:
    made = mind(model(say=in_turn(stop())), concurrency=1)
    with pytest.raises(stop):
        asked(door, made, [request() for _ in range(5)])
    assert made.usage.calls == 1


def test_after_an_interrupt_the_calls_beside_it_send_nothing_more() -> None:
    gone = threading.Event()
    both = threading.Barrier(2)
    first = iter([KeyboardInterrupt()])

    def say(messages: list[Any]) -> Any:
        both.wait(30)
        interrupt = next(first, None)
        if interrupt is None:
            gone.wait(10)
        return interrupt or "of no use, to be asked for again"

    model = Scripted(say=say)
    with pytest.raises(KeyboardInterrupt):
        mind(model, concurrency=2).ask([request() for _ in range(9)])
    gone.set()
    for thread in threading.enumerate():
        if thread.name == "langgraph-dreams-model":
            thread.join(10)
    assert len(model.seen) == 2


async def test_a_call_that_is_cancelled_from_within_takes_the_others_along() -> None:
    over = threading.Event()
    both = threading.Barrier(2)
    first = iter([asyncio.CancelledError()])

    def say(messages: list[Any]) -> Any:
        both.wait(30)
        return next(first, None) or (over.wait(60) and GOOD)

    model = Scripted(say=say)
    began = time.perf_counter()
    with pytest.raises(asyncio.CancelledError):
        await mind(model, timeout=50.0, concurrency=2).aask([request() for _ in range(5)])
    assert time.perf_counter() - began < 30
    assert len(model.seen) < 5
    over.set()


async def test_cancelling_cancels_every_call() -> None:
    ended: list[str] = []
    begun = asyncio.Event()

    async def for_ever() -> str:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")
        return GOOD

    made = mind(AsyncScripted(say=lambda messages: for_ever()))
    task = asyncio.ensure_future(made.aask([request(), request()]))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert ended == ["ended", "ended"]
    assert made.usage.calls == 2


# -- hanging


@MODELS
def test_a_hang_ends_in_time(door: str, model: type[Scripted]) -> None:
    over = threading.Event()

    def say(messages: list[Any]) -> Any:
        if door == "async" and model is AsyncScripted:
            return asyncio.sleep(60, GOOD)
        over.wait(60)
        return GOOD

    scripted = model(say=say)
    made = mind(scripted, timeout=0.05, retries=1)
    began = time.perf_counter()
    [answer] = asked(door, made, [request()])
    assert time.perf_counter() - began < 30
    assert "in time" in answer.problem
    assert made.usage.calls == 2
    assert made.usage.estimated
    assert made.usage.input_tokens > 0
    over.set()


def test_an_async_model_that_ignores_being_cancelled_is_left() -> None:
    over = False

    async def stubborn() -> str:
        until = time.perf_counter() + 60
        while not over and time.perf_counter() < until:
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                continue
        return GOOD

    made = mind(AsyncScripted(say=lambda messages: stubborn()), timeout=0.05, retries=0)

    async def go() -> tuple[float, Answer]:
        nonlocal over
        began = time.perf_counter()
        [answer] = await made.aask([request()])
        over = True
        return time.perf_counter() - began, answer

    took, answer = asyncio.run(go())
    assert took < 30
    assert "in time" in answer.problem


@pytest.mark.slow
@BOTH
def test_a_process_ends_although_a_model_hangs(door: str) -> None:
    code = """
import asyncio, sys, threading
from llm_support import Scripted, asked, mind, request
made = mind(Scripted(say=lambda messages: threading.Event().wait()), timeout=0.05, retries=0)
print(asked(sys.argv[1], made, [request()])[0].problem)
"""
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code, door],
        env=path,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert "in time" in done.stdout
    assert done.returncode == 0


@MODELS
def test_no_thread_of_the_door_keeps_the_interpreter(door: str, model: type[Scripted]) -> None:
    seen: set[threading.Thread] = set()
    before = set(threading.enumerate())

    def say(messages: list[Any]) -> str:
        seen.update(set(threading.enumerate()) - before)
        return GOOD + " " * 20_000  # long: read beside the event loop

    asked(door, mind(model(say=say)), [request() for _ in range(4)])
    seen.update(set(threading.enumerate()) - before)
    if model is Scripted:
        assert seen
    assert [thread.name for thread in seen if not thread.daemon] == []


# -- budget


def test_spent_is_plain_json_and_back() -> None:
    used = Usage(3, 200, 50, True)
    assert used.as_dict() == {
        "calls": 3,
        "input_tokens": 200,
        "output_tokens": 50,
        "estimated": True,
    }
    assert Usage.from_dict(used.as_dict()) == used
    assert Usage.from_dict({}) == Usage()
    assert used.money(Budget()) is None
    assert used.money(Budget(input_price=1, output_price=4)) == pytest.approx(0.0004)


@MODELS
def test_calls_hold_exactly(door: str, model: type[Scripted]) -> None:
    scripted = model(say=in_turn("prose"))
    made = mind(scripted, budget=Budget(calls=7), concurrency=8)
    answers = asked(door, made, [request() for _ in range(20)])
    assert len(scripted.seen) == made.usage.calls == 7
    assert answers[-1] == Answer(None, "budget of calls is used up")
    assert asked(door, made, [request()]) == answers[-1:]


@BOTH
def test_tries_count_as_calls(door: str) -> None:
    made = mind(Scripted(say=in_turn(StatusError(500))), budget=Budget(calls=2))
    assert asked(door, made, [request()]) == [Answer(None, "budget of calls is used up")]
    assert made.usage.calls == 2


@MODELS
@pytest.mark.parametrize(
    "budget",
    [Budget(calls=99, tokens=10_000), Budget(calls=99, money=0.01, input_price=1, output_price=1)],
)
def test_tokens_and_money_hold_within_one_call(
    door: str, model: type[Scripted], budget: Budget
) -> None:
    scripted = model(say=in_turn(counted(GOOD, 200, 1300)))
    made = mind(scripted, budget=budget, concurrency=8)
    answers = asked(door, made, [request() for _ in range(40)])
    part = "tokens" if budget.tokens else "money"
    assert 10_000 <= made.usage.tokens < 10_000 + 1500
    assert Answer(None, f"budget of {part} is used up") in answers
    assert asked(door, made, [request()]) == [Answer(None, f"budget of {part} is used up")]
    assert answers.count(Answer(NOTES)) == made.usage.calls == 7
    assert not made.usage.estimated


def test_calls_side_by_side_while_there_is_room() -> None:
    meeting = threading.Barrier(4)

    def say(messages: list[Any]) -> AIMessage:
        meeting.wait(30)
        return counted(GOOD, 200, 100)

    made = mind(Scripted(say=say), budget=Budget(tokens=100_000), concurrency=4)
    assert made.ask([request() for _ in range(4)]) == [Answer(NOTES)] * 4


@BOTH
def test_a_prompt_beyond_the_budget_is_not_sent(door: str) -> None:
    model = Scripted(say=in_turn(GOOD))
    made = mind(model, budget=Budget(tokens=2000))
    assert asked(door, made, [request("x " * 5000)])[0].problem == "budget of tokens is used up"
    assert made.usage == Usage()
    assert asked(door, made, [request()]) == [Answer(NOTES)]
    assert len(model.seen) == 1


@BOTH
def test_seconds_end_the_asking(door: str) -> None:
    clock = Time()
    model = Scripted(say=in_turn(StatusError(503)))
    made = mind(model, clock, budget=Budget(seconds=10), seconds_used=8.0)
    [answer] = asked(door, made, [request()])
    assert clock.now < 2.0  # no pause goes beyond the end
    assert answer.value is None
    clock.now = 2.0
    assert asked(door, made, [request()]) == [Answer(None, "budget of seconds is used up")]


@BOTH
def test_seconds_cap_the_time_of_a_call(door: str) -> None:
    over = threading.Event()
    made = mind(
        Scripted(say=lambda messages: over.wait(60) and GOOD),
        budget=Budget(seconds=0.05),
        timeout=60.0,
        clock=time.monotonic,
        retries=0,
    )
    began = time.perf_counter()
    [answer] = asked(door, made, [request()])
    assert time.perf_counter() - began < 30
    assert answer.value is None
    over.set()


def test_what_was_spent_before_counts() -> None:
    made = mind(Scripted(say=in_turn(GOOD)), budget=Budget(calls=3), usage=Usage(calls=2))
    assert [a.value is None for a in made.ask([request(), request()])].count(True) == 1
    assert made.usage.calls == 3


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0},
        {"input_tokens": -5, "output_tokens": -1, "total_tokens": -6},
    ],
)
def test_tokens_that_no_server_counted_are_estimated(usage: Any) -> None:
    made = mind(Scripted(say=in_turn(AIMessage(GOOD, usage_metadata=usage))))
    made.ask([request()])
    assert made.usage.estimated
    assert 50 < made.usage.input_tokens < 300
    assert 10 < made.usage.output_tokens < 50


@pytest.mark.parametrize(
    "wrong", [{"concurrency": 0}, {"timeout": 0.0}, {"timeout": float("nan")}, {"retries": -1}]
)
def test_settings_without_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        mind(Scripted(say=in_turn(GOOD)), **wrong)


# -- surroundings


class Notices(BaseCallbackHandler):
    def __init__(self) -> None:
        self.tags: list[list[str]] = []

    def on_chat_model_start(self, *args: Any, tags: list[str] | None = None, **more: Any) -> None:
        self.tags.append(tags or [])


@MODELS
def test_callbacks_and_context_reach_the_model(door: str, model: type[Scripted]) -> None:
    mark: contextvars.ContextVar[str] = contextvars.ContextVar("mark", default="")
    marks: list[str] = []

    def say(messages: list[Any]) -> str:
        marks.append(mark.get())
        return GOOD

    made = mind(model(say=say))
    heard = Notices()

    def outer(_: Any) -> Any:
        mark.set("from outside")
        return made.ask([request()])

    async def aouter(_: Any) -> Any:
        mark.set("from outside")
        return await made.aask([request()])

    chain = RunnableLambda(outer, afunc=aouter)
    config: Any = {"callbacks": [heard], "tags": ["night"]}
    if door == "sync":
        chain.invoke("x", config)
    else:
        asyncio.run(chain.ainvoke("x", config))
    assert marks == ["from outside"]
    assert len(heard.tags) == 1
    assert {"nostream", "night"} <= set(heard.tags[0])


@BOTH
def test_tokens_of_a_dream_do_not_show_in_a_stream_of_messages(door: str) -> None:
    def model() -> GenericFakeChatModel:
        return GenericFakeChatModel(messages=iter([AIMessage(GOOD)]))

    def builder(run: Any, arun: Any) -> Any:
        graph = StateGraph(MessagesState)
        graph.add_node("dream", RunnableLambda(run, afunc=arun))
        graph.add_edge(START, "dream")
        return graph.compile()

    answers: list[Answer] = []

    def dream(state: Any) -> dict[str, Any]:
        answers.extend(mind(model()).ask([request()]))
        return {}

    async def adream(state: Any) -> dict[str, Any]:
        answers.extend(await mind(model()).aask([request()]))
        return {}

    def chat(state: Any) -> dict[str, Any]:
        model().invoke("x")
        return {}

    async def achat(state: Any) -> dict[str, Any]:
        await model().ainvoke("x")
        return {}

    async def streamed(graph: Any) -> list[Any]:
        return [part async for part in graph.astream({"messages": []}, stream_mode="messages")]

    def parts(graph: Any) -> list[Any]:
        if door == "async":
            return asyncio.run(streamed(graph))
        return list(graph.stream({"messages": []}, stream_mode="messages"))

    assert [p for p in parts(builder(chat, achat)) if isinstance(p[0], AIMessageChunk)]
    assert parts(builder(dream, adream)) == []
    assert answers == [Answer(NOTES)]


def test_one_mind_is_shared_by_threads() -> None:
    made = mind(Scripted(say=in_turn(counted(GOOD, 10, 5))), budget=Budget(calls=30))
    threads = [
        threading.Thread(target=made.ask, args=([request() for _ in range(10)],)) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made.usage == Usage(30, 300, 150)


def test_a_model_is_taken_by_name_or_refused() -> None:
    with pytest.raises(InvalidInputError, match="provider:name"):
        ModelClient("gpt", Budget())  # type: ignore[arg-type]


def test_a_request_keeps_its_step() -> None:
    assert request() == Request("consolidate", "You keep notes.", "What is worth keeping?", Notes)
