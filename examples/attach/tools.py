"""Tools: an agent that recalls and dreams by itself, with any chat model.

    tools = [create_recall_tool(ada), create_dream_tool(ada)]
    agent = create_agent(model, tools)     # or ToolNode(tools) in a graph of your own
    agent = agent.with_config(callbacks=[EpisodeRecorder(ada)])

Run: python examples/attach/tools.py [MODEL]   (such as openai:gpt-4.1-mini)
"""

import sys
import tempfile

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from scripted import calls, scripted

from langgraph_dreams import DreamStore, EpisodeRecorder, create_dream_tool, create_recall_tool


def main(model: str | BaseChatModel | None = None) -> None:
    model = model or scripted(
        "I will keep that in mind.",
        calls("dream"),
        "I slept well.",
        calls("recall", query="kiln"),
        "A Brandhorst.",
    )
    with DreamStore.open(tempfile.mkdtemp()) as store:
        ada = store.namespace("acme", "{user_id}")
        tools = [create_recall_tool(ada), create_dream_tool(ada)]
        agent = create_agent(model, tools).with_config(callbacks=[EpisodeRecorder(ada)])
        config: RunnableConfig = {"configurable": {"thread_id": "1", "user_id": "ada"}}
        for said in ("My kiln is a Brandhorst.", "Go and dream.", "What kiln do I have?"):
            state = agent.invoke({"messages": [HumanMessage(said)]}, config)
            print(state["messages"][-1].text)


if __name__ == "__main__":
    main(*sys.argv[1:])
