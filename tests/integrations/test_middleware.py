"""`DreamMiddleware` in agents of the real `create_agent`, sync and async."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from awake_support import ScriptedModel, call, look_up, told, user
from helpers_store import HashEmbedder, episode
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware, ModelRetryMiddleware
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command

from langgraph_dreams import (
    DreamMiddleware,
    DreamStore,
    EpisodeRecorder,
    InvalidInputError,
    Namespace,
    Trust,
)
from langgraph_dreams.errors import NamespaceError

KILN = "The kiln is a Brandhorst."
ASYNC = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


class Failing(ScriptedModel):
    """Raises for as many calls as it is told, then answers its script."""

    failing: int = 1

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kw: Any) -> Any:
        if self.failing:
            self.failing -= 1
            raise ConnectionError("the model is away")
        return super()._generate(messages, stop, run_manager, **kw)


@tool
def burn(what: str) -> str:
    """Burn something."""
    raise OSError(f"no fire for {what}")


@pytest.fixture
def store() -> Iterator[DreamStore]:
    with DreamStore.in_memory(embedder=HashEmbedder()) as opened:
        yield opened


def thread(name: str = "t1", **more: Any) -> Any:
    return {"configurable": {"thread_id": name, **more}}


def run(agent: Any, given: Any, config: Any, is_async: bool) -> dict[str, Any]:
    if is_async:
        return asyncio.run(agent.ainvoke(given, config))
    return agent.invoke(given, config)


def model(*script: str | AIMessage) -> ScriptedModel:
    return ScriptedModel(script=[AIMessage(s) if isinstance(s, str) else s for s in script])


def episodes_of(dreams: DreamMiddleware, ada: Namespace) -> list[Any]:
    assert dreams.recorder is not None
    return told(dreams.recorder, ada)


@ASYNC
def test_a_turn_is_recalled_for_once_and_recorded_once(is_async: bool, ada: Namespace) -> None:
    ada.record([episode(1, KILN)])
    dreams = DreamMiddleware(ada)
    chat = model(call("glaze"), "A Brandhorst.")
    agent = create_agent(chat, [look_up], middleware=[dreams], checkpointer=InMemorySaver())
    state = run(agent, user("What kiln is it?"), thread(), is_async)

    assert [m.type for m in state["messages"]] == ["human", "ai", "tool", "ai"]
    assert set(state) == {"messages"}
    for seen in chat.seen:
        assert [m.type for m in seen][:2] == ["human", "human"]
        assert f"| {KILN}" in seen[0].text
        assert seen[1].text == "What kiln is it?"
    (turn,) = [e for e in episodes_of(dreams, ada) if e.said]
    assert (turn.said, turn.answered, turn.outcome) == ("What kiln is it?", "A Brandhorst.", "ok")
    assert [(u.name, u.result) for u in turn.done] == [("look_up", "found glaze")]
    assert turn.thread == "t1"
    assert KILN not in turn.text


@ASYNC
def test_what_was_recalled_caps_the_trust_of_the_answer(is_async: bool, ada: Namespace) -> None:
    dreams = DreamMiddleware(ada)
    agent = create_agent(model("Noted.", "A Brandhorst."), [], middleware=[dreams])
    run(agent, user(KILN), thread("1"), is_async)
    assert [e.trust for e in episodes_of(dreams, ada)] == [Trust.TRUSTED]
    run(agent, user("What kiln is it?"), thread("2"), is_async)
    assert [e.trust for e in episodes_of(dreams, ada)] == [Trust.TRUSTED, Trust.ASSERTED]


def test_an_attached_recorder_sees_that_text_was_recalled(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    ada.record([episode(1, KILN)])
    agent = create_agent(model("A Brandhorst."), [], middleware=[DreamMiddleware(ada)])
    agent.with_config(callbacks=[recorder]).invoke(user("What kiln is it?"), thread())
    (turn,) = [e for e in told(recorder, ada) if e.said]
    assert turn.trust is Trust.ASSERTED


@ASYNC
@pytest.mark.parametrize("where", ["agent", "call"])
def test_middleware_and_recorder_record_once(
    where: str, is_async: bool, recorder: EpisodeRecorder, store: DreamStore, ada: Namespace
) -> None:
    dreams = DreamMiddleware(store.namespace("acme", "{user_id}"))
    agent = create_agent(model("Hello."), [], middleware=[dreams])
    config = thread(user_id="ada")
    if where == "agent":
        agent = agent.with_config(callbacks=[recorder])
    else:
        config["callbacks"] = [recorder]
    run(agent, user("hi"), config, is_async)
    assert len(told(recorder, ada)) == 1
    assert len(episodes_of(dreams, ada)) == 1
    assert recorder.recorded == 1


def test_a_recorder_of_another_namespace_records_beside_it(
    store: DreamStore, recorder: EpisodeRecorder, ada: Namespace
) -> None:
    team = store.namespace("acme", "team")
    dreams = DreamMiddleware(team)
    agent = create_agent(model("Hello."), [], middleware=[dreams])
    agent.with_config(callbacks=[recorder]).invoke(user("hi"), thread())
    assert len(told(recorder, ada)) == len(episodes_of(dreams, team)) == 1


@ASYNC
def test_a_run_whose_model_raised_is_recorded(is_async: bool, ada: Namespace) -> None:
    dreams = DreamMiddleware(ada)
    agent = create_agent(Failing(script=[]), [], middleware=[dreams])
    with pytest.raises(ConnectionError, match="away"):
        run(agent, user("What kiln is it?"), thread(), is_async)
    (turn,) = episodes_of(dreams, ada)
    assert (turn.said, turn.outcome) == ("What kiln is it?", "error")
    assert turn.error == "ConnectionError: the model is away"


@ASYNC
def test_a_run_whose_tools_raised_is_recorded_once(is_async: bool, ada: Namespace) -> None:
    dreams = DreamMiddleware(ada)
    asked = [{"name": "burn", "args": {"what": w}, "id": w} for w in ("wood", "coal")]
    agent = create_agent(model(AIMessage("", tool_calls=asked)), [burn], middleware=[dreams])
    with pytest.raises(OSError, match="no fire"):
        run(agent, user("Heat it."), thread(), is_async)
    (turn,) = episodes_of(dreams, ada)
    assert turn.outcome == "error"
    assert [u.name for u in turn.done] == ["burn", "burn"]
    assert [u.ok for u in turn.done].count(False) == 1
    # The error's text is a tool's: it comes from outside.
    assert turn.trust is Trust.UNTRUSTED


@ASYNC
def test_a_retried_model_is_one_turn(is_async: bool, ada: Namespace) -> None:
    dreams = DreamMiddleware(ada)
    retry = ModelRetryMiddleware(max_retries=2, initial_delay=0.0)
    agent = create_agent(
        Failing(script=[AIMessage("Hello.")], failing=2), [], middleware=[dreams, retry]
    )
    run(agent, user("hi"), thread(), is_async)
    assert [(e.outcome, e.answered) for e in episodes_of(dreams, ada)] == [("ok", "Hello.")]


def test_behind_a_retry_a_failed_try_is_told_before_the_answer(ada: Namespace) -> None:
    dreams = DreamMiddleware(ada)
    retry = ModelRetryMiddleware(max_retries=2, initial_delay=0.0)
    chat = Failing(script=[AIMessage("Hello.")], failing=2)
    create_agent(chat, [], middleware=[retry, dreams]).invoke(user("hi"), thread())
    assert [(e.outcome, e.answered) for e in episodes_of(dreams, ada)] == [
        ("error", ""),
        ("ok", "Hello."),
    ]


async def test_a_cancelled_run_is_interrupted(ada: Namespace) -> None:
    class Slow(ScriptedModel):
        async def _agenerate(self, *args: Any, **kwargs: Any) -> Any:
            started.set()
            await asyncio.Event().wait()

    started = asyncio.Event()
    dreams = DreamMiddleware(ada)
    agent = create_agent(Slow(script=[]), [], middleware=[dreams])
    task = asyncio.create_task(agent.ainvoke(user("hi"), thread()))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (turn,) = await asyncio.to_thread(episodes_of, dreams, ada)
    assert turn.outcome == "interrupted"


@ASYNC
def test_a_turn_that_asked_is_recorded_when_it_has_ended(is_async: bool, ada: Namespace) -> None:
    ada.record([episode(1, KILN)])
    chat = model(call("glaze"), "Found it.")
    config = thread()

    def agent(dreams: DreamMiddleware, saver: Any) -> Any:
        asks = HumanInTheLoopMiddleware(interrupt_on={"look_up": True})
        return create_agent(chat, [look_up], middleware=[dreams, asks], checkpointer=saver)

    # Another middleware, as in another process, goes on with the turn.
    first, second = DreamMiddleware(ada), DreamMiddleware(ada)
    saver: Any = InMemorySaver()
    state = run(agent(first, saver), user("Which kiln glaze?"), config, is_async)
    assert state["__interrupt__"]
    assert [e for e in episodes_of(first, ada) if e.said] == []
    yes = Command(resume={"decisions": [{"type": "approve"}]})
    run(agent(second, saver), yes, config, is_async)
    (turn,) = [e for e in episodes_of(second, ada) if e.said]
    assert (turn.said, turn.answered) == ("Which kiln glaze?", "Found it.")
    assert [u.result for u in turn.done] == ["found glaze"]
    assert KILN in chat.seen[1][0].text


def test_a_turn_that_began_without_the_middleware_goes_on_with_it(ada: Namespace) -> None:
    chat, saver = model(call("glaze"), "Found it."), InMemorySaver()
    asks: Any = HumanInTheLoopMiddleware(interrupt_on={"look_up": True})
    dreams = DreamMiddleware(ada)
    before = create_agent(chat, [look_up], middleware=[asks], checkpointer=saver)
    after = create_agent(chat, [look_up], middleware=[dreams, asks], checkpointer=saver)
    assert before.invoke(user("Which glaze?"), thread())["__interrupt__"]
    after.invoke(Command(resume={"decisions": [{"type": "approve"}]}), thread())
    assert [(e.said, e.answered) for e in episodes_of(dreams, ada)] == [
        ("Which glaze?", "Found it.")
    ]


def test_a_checkpointer_on_disk_keeps_the_turn(ada: Namespace, tmp_path: Path) -> None:
    dreams = DreamMiddleware(ada)
    for said, answered in (("one", "1"), ("two", "2")):
        with SqliteSaver.from_conn_string(str(tmp_path / "threads.sqlite")) as saver:
            agent = create_agent(model(answered), [], middleware=[dreams], checkpointer=saver)
            state = agent.invoke(user(said), thread())
    assert [m.text for m in state["messages"]] == ["one", "1", "two", "2"]
    turns = episodes_of(dreams, ada)
    assert [(e.said, e.answered) for e in turns] == [("one", "1"), ("two", "2")]
    assert turns[0].run != turns[1].run


@ASYNC
@pytest.mark.parametrize("mode", ["values", "updates", "messages"])
def test_a_streamed_turn_is_recorded_once(mode: Any, is_async: bool, ada: Namespace) -> None:
    dreams = DreamMiddleware(ada)
    agent = create_agent(model("Hello."), [], middleware=[dreams])

    async def astream() -> list[Any]:
        return [part async for part in agent.astream(user("hi"), thread(), stream_mode=mode)]

    def stream() -> list[Any]:
        return list(agent.stream(user("hi"), thread(), stream_mode=mode))

    assert asyncio.run(astream()) if is_async else stream()
    assert [e.answered for e in episodes_of(dreams, ada)] == ["Hello."]


async def test_users_at_once_are_kept_apart(store: DreamStore) -> None:
    class Echo(ScriptedModel):
        def _generate(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
            self.script.append(AIMessage("I see."))
            return super()._generate(messages, *args, **kwargs)

    names = [f"user{n}" for n in range(6)]
    for name in names:
        store.namespace("acme", name).record([episode(1, f"The secret of {name} is kept.")])
    chat = Echo(script=[])
    dreams = DreamMiddleware(store.namespace("acme", "{user_id}"))
    agent = create_agent(chat, [], middleware=[dreams], checkpointer=InMemorySaver())
    asked = [agent.ainvoke(user(f"{n}: What is the secret?"), thread(n, user_id=n)) for n in names]
    await asyncio.gather(*asked)
    for recalled, said in chat.seen:
        name = said.text.split(":")[0]
        assert f"The secret of {name} is kept." in recalled.text
        assert recalled.text.count("The secret of") == 1
    for name in names:
        own = store.namespace("acme", name)
        await asyncio.to_thread(own.flush)
        assert [e.said for e in own.episodes() if e.said] == [f"{name}: What is the secret?"]


@ASYNC
@pytest.mark.parametrize("recall", [False, True])
def test_a_missing_value_of_a_template_is_an_error(
    recall: bool, is_async: bool, store: DreamStore
) -> None:
    dreams = DreamMiddleware(store.namespace("acme", "{user_id}"), recall=recall)
    agent = create_agent(model("Hello."), [], middleware=[dreams])
    with pytest.raises(NamespaceError, match="user_id"):
        run(agent, user("hi"), thread(), is_async)


@ASYNC
def test_the_agent_recalls_and_dreams_by_itself(is_async: bool, ada: Namespace) -> None:
    ada.record([episode(1, KILN)])
    chat = model(
        AIMessage("", tool_calls=[{"name": "dream", "args": {}, "id": "1"}]),
        AIMessage("", tool_calls=[{"name": "recall", "args": {"query": "kiln"}, "id": "2"}]),
        "I slept well.",
    )
    agent = create_agent(chat, [], middleware=[DreamMiddleware(ada, recall=False)])
    state = run(agent, user("Sleep, then say what kiln it is."), thread(), is_async)
    tools = [m.text for m in state["messages"] if m.type == "tool"]
    assert tools[0].startswith("Dream ")
    assert KILN in tools[1]
    assert len(ada.dreams()) == 1


class Wrapped(FakeListChatModel):
    """Hands binding on to what cannot do it, as models that wrap another one do."""

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return FakeListChatModel(responses=[""]).bind_tools(tools, **kwargs)


@ASYNC
@pytest.mark.parametrize("kind", [FakeListChatModel, Wrapped])
def test_a_model_without_tools_goes_on_without_them(
    kind: type[FakeListChatModel], is_async: bool, ada: Namespace, caplog: pytest.LogCaptureFixture
) -> None:
    ada.record([episode(1, KILN)])
    dreams = DreamMiddleware(ada)
    agent = create_agent(kind(responses=["Hello."]), middleware=[dreams])
    for _ in range(3):
        assert run(agent, user("hi"), thread(), is_async)["messages"][-1].text == "Hello."
    assert len([r for r in caplog.records if "cannot call tools" in r.getMessage()]) == 1
    assert len(episodes_of(dreams, ada)) == 4


def test_a_model_with_tools_is_not_warned_of(
    ada: Namespace, caplog: pytest.LogCaptureFixture
) -> None:
    agent = create_agent(model("Hello."), middleware=[DreamMiddleware(ada)])
    run(agent, user("hi"), thread(), False)
    assert "cannot call tools" not in caplog.text


def test_each_part_can_be_left_out(ada: Namespace) -> None:
    ada.record([episode(1, KILN)])
    chat = model("Hello.")
    bare = DreamMiddleware(ada, record=False, recall=False, tools=False)
    create_agent(chat, [], middleware=[bare]).invoke(user("What kiln?"), thread())
    assert bare.recorder is None
    assert bare.tools == []
    assert [m.text for m in chat.seen[0]] == ["What kiln?"]
    assert len(ada.episodes()) == 1


def test_recalled_text_stays_within_its_tokens(ada: Namespace) -> None:
    ada.record([episode(n, f"kiln number {n} is warm " * 20) for n in range(8)])
    chat = model("Hello.")
    agent = create_agent(chat, [], middleware=[DreamMiddleware(ada, k=8, tokens=500)])
    agent.invoke(user("kiln"), thread())
    assert 1 <= chat.seen[0][0].text.count("| kiln number") < 8
    assert len(chat.seen[0][0].text) / 4 <= 500


def test_a_store_that_is_gone_does_not_break_the_agent(
    ada: Namespace, caplog: pytest.LogCaptureFixture
) -> None:
    closed = DreamStore.in_memory(embedder=HashEmbedder())
    keeper = EpisodeRecorder(closed.namespace("acme", "ada"), attempts=1)
    dreams = DreamMiddleware(closed.namespace("acme", "ada"), recorder=keeper)
    closed.close()
    agent = create_agent(model("Hello."), [], middleware=[dreams])
    assert agent.invoke(user("hi"), thread())["messages"][-1].text == "Hello."
    assert not keeper.flush()
    assert keeper.pending == 1
    assert "nothing recalled" in caplog.text


@pytest.mark.parametrize("wrong", [{"k": 0}, {"k": 51}, {"tokens": 0}])
def test_settings_out_of_range_are_refused(wrong: dict[str, int], ada: Namespace) -> None:
    with pytest.raises(InvalidInputError, match=r"out of range|too small"):
        DreamMiddleware(ada, **wrong)


@pytest.mark.slow
def test_without_langchain_the_error_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['langchain'] = None\n"
        "import langgraph_dreams.integrations as awake\n"
        "from langgraph_dreams import MissingDependencyError, create_recall_tool\n"
        "try: awake.DreamMiddleware\n"
        "except MissingDependencyError as error: print(error)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'pip install "langgraph_dreams[langchain]"' in ran.stdout


@pytest.mark.slow
def test_langchain_is_loaded_when_it_is_asked_for() -> None:
    code = "import sys, langgraph_dreams; print('langchain.agents' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
