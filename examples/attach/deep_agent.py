"""A deep agent: a to-do list, a file, a sub-agent, and a memory that lasts beyond the thread.

    memory = DreamMiddleware(ada)
    agent = create_agent(model, tools, middleware=[memory, TodoListMiddleware()])
    # the package deepagents: create_deep_agent(model, tools, middleware=[DreamMiddleware(ada)])

Run: python examples/attach/deep_agent.py   (needs the extra `langchain`)
"""

import tempfile
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import TodoListMiddleware
from langchain_core.messages import HumanMessage
from langchain_core.tools import BaseTool, tool
from scripted import calls, scripted

from langgraph_dreams import DreamMiddleware, DreamStore, Namespace


def tools(files: dict[str, str], researcher: Any) -> list[BaseTool]:
    """A virtual file, and a sub-agent with a context of its own."""

    @tool
    def write_file(path: str, text: str) -> str:
        """Write a file."""
        files[path] = text
        return f"wrote {path}"

    @tool
    def research(task: str) -> str:
        """Hand a task to the researcher."""
        answer = researcher.invoke({"messages": [HumanMessage(task)]})
        return str(answer["messages"][-1].text)

    return [write_file, research]


def build(ada: Namespace, files: dict[str, str]) -> Any:
    """Plans, asks the researcher, writes down what it heard."""
    todos = [{"content": "find the firing curve", "status": "in_progress"}]
    model = scripted(  # or "openai:gpt-4.1-mini"
        calls("write_todos", todos=todos),
        calls("research", task="Firing curve of a Brandhorst?"),
        calls("write_file", path="curve.md", text="1240 degrees, 9 hours"),
        "The curve is in curve.md: 1240 degrees, 9 hours.",
    )
    researcher = create_agent(scripted("1240 degrees, 9 hours."), [])
    return create_agent(
        model,
        tools(files, researcher),
        middleware=[DreamMiddleware(ada), TodoListMiddleware()],
    )


def main() -> None:
    files: dict[str, str] = {}
    with DreamStore.open(tempfile.mkdtemp()) as store:
        ada = store.namespace("acme", "ada")
        state = build(ada, files).invoke({"messages": [HumanMessage("Find the firing curve.")]})
        print(state["messages"][-1].text, files)
        print("dream:", ada.dream().status)
        print("recorded:", [use.name for use in ada.episodes()[0].done])


if __name__ == "__main__":
    main()
