"""A coding agent that learns from a failed run: three days, each with a fresh checkout.

Run: python main.py
"""

import tempfile

from coder import build
from langchain_core.messages import BaseMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from project import Checkout

from langgraph_dreams import DreamStore, Namespace

DAYS = {
    "monday": "Run the API tests, please.",
    "tuesday": "Run the API tests, and migrate the database before.",
    "wednesday": "Run the API tests, please.",
}


def work(memory: Namespace, day: str, task: str) -> list[BaseMessage]:
    """One run in a checkout of its own; what was said and done in it."""
    agent = build(memory, Checkout())
    config: RunnableConfig = {"configurable": {"thread_id": day}}
    messages: list[BaseMessage] = agent.invoke({"messages": [("user", task)]}, config)["messages"]
    memory.flush()  # writing is done in the background
    return messages


def main() -> None:
    """A failure, a success elsewhere, and the same failure again."""
    with tempfile.TemporaryDirectory() as folder, DreamStore.open(folder) as store:
        memory = store.namespace("shop", "coder")
        for day, task in DAYS.items():
            print(f"{day}: {task}")
            messages = work(memory, day, task)
            for message in messages:
                if isinstance(message, ToolMessage):
                    print(f"  {message.name}: {message.text}")
            print(f"  agent: {messages[-1].text}")
            memory.dream()
            for way in (m for m in memory.memories() if m.kind == "procedure"):
                print(f"  known after this night: {way.text}")
                print(f"    {way.status}, runs in which it worked: {way.confirmed}")


if __name__ == "__main__":
    main()
