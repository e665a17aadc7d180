"""Middleware: an agent of `create_agent` that records, recalls, and may dream.

    ada = DreamStore.open("./memory").namespace("acme", "ada")
    agent = create_agent(model, tools, middleware=[DreamMiddleware(ada)])
    agent.invoke({"messages": [("user", "What kiln do I have?")]})

Run: python examples/attach/middleware.py   (needs the extra `langchain`)
"""

import tempfile

from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from scripted import scripted

from langgraph_dreams import DreamMiddleware, DreamStore


def main() -> None:
    model = scripted("I will remember.", "Your kiln is a Brandhorst.")  # or "openai:gpt-4.1-mini"

    with DreamStore.open(tempfile.mkdtemp()) as store:
        ada = store.namespace("acme", "ada")
        agent = create_agent(model, [], middleware=[DreamMiddleware(ada, tokens=500)])

        # Two threads: what the second one knows of the first comes from memory.
        for thread, said in (("monday", "My kiln is a Brandhorst."), ("friday", "What kiln?")):
            config: RunnableConfig = {"configurable": {"thread_id": thread}}
            state = agent.invoke({"messages": [HumanMessage(said)]}, config)
            print(f"{thread}: {state['messages'][-1].text}")
            ada.flush()  # writing is done in the background: so that friday finds monday
        for episode in ada.episodes():
            print(f"{episode.thread}, trust {episode.trust.name.lower()}: {episode.said}")


if __name__ == "__main__":
    main()
