"""Agents that take a LangGraph store use this one unchanged: graphs, LangChain's, LangMem, deep."""

from dataclasses import dataclass
from typing import Any

import pytest
from dream_support import FIRST
from langchain.agents import create_agent
from langchain.tools import ToolRuntime, tool
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolCall
from langgraph.config import get_store
from langgraph.func import entrypoint
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.runtime import Runtime

from langgraph_dreams.namespace.base_store.store import DreamBaseStore

ADA = ("memories", "ada")


@dataclass
class Who:
    user: str


class Scripted(GenericFakeChatModel):
    def bind_tools(self, tools: Any, **kwargs: Any) -> "Scripted":
        return self


def calls(*turns: tuple[str, dict[str, Any]]) -> Scripted:
    """A model that calls tools in turn, and then says that it is done."""
    said = [
        AIMessage("", tool_calls=[ToolCall(name=name, args=args, id=f"call {i}")])
        for i, (name, args) in enumerate(turns)
    ]
    return Scripted(messages=iter([*said, AIMessage("Done.")]))


async def test_the_store_of_a_graph(store: DreamBaseStore) -> None:
    def write(state: MessagesState, runtime: Runtime[Who]) -> None:
        assert runtime.store is not None
        runtime.store.put(("memories", runtime.context.user), "kiln", {"text": FIRST[0]})

    async def read(state: MessagesState) -> dict[str, Any]:
        [found] = await get_store().asearch(("memories",), query="Which kiln?")
        return {"messages": [("ai", found.value["text"])]}

    builder = StateGraph(MessagesState, context_schema=Who)
    builder.add_node("write", write)
    builder.add_node("read", read)
    builder.add_edge(START, "write")
    builder.add_edge("write", "read")
    graph = builder.compile(store=store)
    answer = await graph.ainvoke({"messages": [("user", "Hi")]}, context=Who("ada"))
    assert answer["messages"][-1].text == FIRST[0]
    assert store.get(ADA, "kiln").value == {"text": FIRST[0]}


def test_the_store_of_an_entrypoint(store: DreamBaseStore) -> None:
    @entrypoint(store=store)
    def agent(text: str) -> list[str]:
        get_store().put(ADA, "kiln", {"text": text})
        return [item.key for item in get_store().search(ADA, query="kiln")]

    assert agent.invoke(FIRST[0]) == ["kiln"]


def test_create_agent(store: DreamBaseStore) -> None:
    @tool
    def remember(text: str, runtime: ToolRuntime) -> str:
        """Keep something in mind."""
        assert runtime.store is not None
        runtime.store.put(ADA, "note", {"text": text})
        return "kept"

    model = calls(("remember", {"text": FIRST[0]}))
    agent = create_agent(model, [remember], store=store)
    answer = agent.invoke({"messages": [("user", "Remember the kiln.")]})
    assert answer["messages"][-1].text == "Done."
    assert [item.value for item in store.search(ADA, query="kiln")] == [{"text": FIRST[0]}]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
async def test_tools_of_langmem(store: DreamBaseStore) -> None:
    langmem = pytest.importorskip("langmem", reason="langmem is not installed")
    name = ("memories", "{langgraph_user_id}")
    manage = langmem.create_manage_memory_tool(namespace=name)
    search = langmem.create_search_memory_tool(namespace=name)
    config = {"configurable": {"langgraph_user_id": "ada"}}
    agent = create_agent(calls(("manage_memory", {"content": FIRST[0]})), [manage], store=store)
    agent.invoke({"messages": [("user", "Remember the kiln.")]}, config)
    [item] = store.search(ADA)
    assert item.value == {"content": FIRST[0]}
    asking = create_agent(calls(("search_memory", {"query": "Which kiln?"})), [search], store=store)
    answer = await asking.ainvoke({"messages": [("user", "Which kiln?")]}, config)
    [told] = [message for message in answer["messages"] if message.type == "tool"]
    assert FIRST[0] in told.text
    change = {"action": "update", "id": item.key, "content": FIRST[1]}
    agent = create_agent(calls(("manage_memory", change)), [manage], store=store)
    agent.invoke({"messages": [("user", "Not the kiln.")]}, config)
    assert store.get(ADA, item.key).value == {"content": FIRST[1]}
    gone = {"action": "delete", "id": item.key}
    agent = create_agent(calls(("manage_memory", gone)), [manage], store=store)
    await agent.ainvoke({"messages": [("user", "Forget it.")]}, config)
    assert store.search(ADA) == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
async def test_files_of_deep_agents(store: DreamBaseStore) -> None:
    backends = pytest.importorskip("deepagents.backends", reason="deepagents is not installed")
    files = backends.StoreBackend(store=store, namespace=lambda _: ("ada", "filesystem"))
    text = "# Notes\nThe kiln is a Brandhorst.\n"
    assert files.write("/memories/notes.md", text).error is None
    assert (await files.awrite("/memories/old/van.md", "The van was late.")).error is None
    assert files.edit("/memories/notes.md", "Brandhorst", "Nabertherm").error is None
    read = files.read("/memories/notes.md")
    assert read.file_data["content"] == text.replace("Brandhorst", "Nabertherm")
    listed = await files.als("/memories/")
    assert [entry["path"] for entry in listed.entries] == ["/memories/notes.md", "/memories/old/"]
    found = files.grep("Nabertherm", path="/")
    assert [match["path"] for match in found.matches] == ["/memories/notes.md"]
    assert [item.key for item in store.search(("ada",), query="the Nabertherm kiln", limit=1)] == [
        "/memories/notes.md"
    ]
