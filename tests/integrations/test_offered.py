"""A tool that failed and worked elsewhere: the next agent is shown how, after the same failure."""

from collections.abc import Iterator
from typing import Any

import pytest
from awake_support import ScriptedModel, user
from dream_support import episode
from helpers_store import HashEmbedder
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import ToolException, tool

from langgraph_dreams import DreamMiddleware, DreamStore, Memory, Namespace
from langgraph_dreams.integrations.offered import with_ways
from langgraph_dreams.safety.fencing import FENCE
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import memory_id

ASYNC = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


@tool
def deploy(app: str, region: str) -> str:
    """Deploy an app."""
    if region.startswith("eu"):
        raise ToolException(f"quota exceeded in {region}, request {hash(app) & 0xFFFF}")
    return f"{app} runs in {region}"


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        yield store.namespace("ada")


def asks(region: str, app: str = "shop") -> AIMessage:
    args = {"app": app, "region": region}
    return AIMessage("", tool_calls=[{"name": "deploy", "args": args, "id": f"c-{region}"}])


async def talk(
    ada: Namespace, thread: str, is_async: bool, *script: AIMessage, handled: bool, **how: Any
) -> ScriptedModel:
    deploy.handle_tool_error = handled
    model = ScriptedModel(script=list(script))
    memory = DreamMiddleware(ada, tools=False, **how)
    agent = create_agent(model, [deploy], middleware=[memory])
    given: Any = user("Deploy the shop please.")
    config: Any = {"configurable": {"thread_id": thread}, "metadata": {"thread_id": thread}}
    try:
        _ = await agent.ainvoke(given, config) if is_async else agent.invoke(given, config)
    except ToolException:
        assert not handled
    finally:
        memory.recorder.flush() if memory.recorder else None
    return model


@ASYNC
@pytest.mark.parametrize("handled", [False, True], ids=["raised", "handled"])
async def test_what_worked_is_shown_after_the_same_failure(
    ada: Namespace, is_async: bool, handled: bool
) -> None:
    sorry, done = AIMessage("It did not work."), AIMessage("Done.")
    await talk(ada, "t1", is_async, asks("eu-1"), sorry, handled=handled)
    (failed,) = ada.episodes()
    assert failed.outcome == ("ok" if handled else "error")
    assert not failed.done[0].ok
    ada.dream()
    await talk(ada, "t2", is_async, asks("us-2"), done, handled=handled)
    ada.dream()
    (found,) = (m for m in ada.memories() if m.kind == "procedure")
    assert found.sources == tuple(e.id for e in ada.episodes())

    model = await talk(ada, "t3", is_async, asks("eu-9"), asks("us-2"), done, handled=True)
    first, second, third = model.seen
    assert not any("what worked" in str(m.content) for m in first if m.type == "tool")
    offered = second[-1]
    # Some providers refuse a user's message behind a tool's.
    assert isinstance(offered, ToolMessage)
    assert second[-2].type == "ai"
    assert f"\n\n<{FENCE}>" in offered.text
    assert "| deploy failed with “" in offered.text
    assert 'region = "us-2"' in offered.text
    assert third[-1].type == "tool"  # it worked: nothing to offer
    # It is no part of the conversation, so that what is recorded is what happened.
    assert not any("what worked" in e.text for e in ada.episodes())
    ada.dream()
    (found,) = (m for m in ada.memories() if m.kind == "procedure")
    assert (found.status, found.confirmed) == ("active", 2)


async def test_another_failure_is_offered_nothing(ada: Namespace) -> None:
    await talk(ada, "t1", False, asks("eu-1"), AIMessage("Sorry."), handled=True)
    await talk(ada, "t2", False, asks("us-2"), AIMessage("Done."), handled=True)
    ada.dream()
    how: dict[str, Any] = {"handled": True}
    wrong = AIMessage("", tool_calls=[{"name": "deploy", "args": {"app": "x"}, "id": "c"}])
    model = await talk(ada, "t3", False, wrong, AIMessage("Sorry."), **how)
    assert model.seen[1][-1].type == "tool"
    model = await talk(ada, "t4", False, asks("eu-9"), AIMessage("Hm."), recall=False, **how)
    assert model.seen[1][-1].type == "tool"


def test_a_result_in_blocks_gets_a_further_block(ada: Namespace) -> None:
    key = "deploy failed: QuotaError: no room in eu-1"
    way = Memory(
        id=memory_id("procedure", "way"),
        text="deploy failed with “no room”; what worked: us-2",
        kind="procedure",
        about="deploy",
        questions=(key,),
        sources=tuple(ada.record([episode("Deploy it.", day=0)])),
        learned_at=now(),
    )
    ada.vault.put_memories([way])
    block = {"type": "text", "text": "QuotaError: no room in eu-7"}
    result = ToolMessage([block], tool_call_id="c-eu-1", status="error")
    given: list[Any] = [asks("eu-1"), result]
    first, last = with_ways(ada, given, {})
    assert first is given[0]
    assert last.content[0] == block
    assert "what worked: us-2" in last.content[1]["text"]  # type: ignore[index]
    assert result.content == [block]
