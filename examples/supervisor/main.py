"""A supervisor and two workers: what each found is recorded as theirs, and recalled later.

Run: python main.py
"""

import tempfile
from typing import Any

from langchain_core.runnables import RunnableConfig
from team import build

from langgraph_dreams import DreamStore

FIRST = "At which heat does the cobalt glaze melt, and what does it cost?"
LATER = "How hot may I fire the cobalt glaze?"


def ask(team: Any, question: str, thread: str) -> None:
    """One question to the team; prints who worked, and the answer."""
    config: RunnableConfig = {"configurable": {"thread_id": thread}}
    state = team.invoke({"messages": [("user", question)]}, config)
    print(f"\n{thread}: {question}")
    for message in state["messages"][1:]:
        print(f"  {message.name}: {message.text}")


def main() -> None:
    """Ask, dream, and ask again."""
    with tempfile.TemporaryDirectory() as folder, DreamStore.open(folder) as store:
        memory = store.namespace("workshop")
        team = build(memory)

        ask(team, FIRST, "monday")
        memory.flush()  # writing is done in the background
        print("\nRecorded, as whose it is")
        for episode in memory.episodes():
            print(f"  user, {episode.said_trust or episode.trust}: {episode.said}")
            for part in episode.others:
                print(f"  {part.name}: {part.text}")

        report = memory.dream()
        print(f"\nThe night: {report.status}, {len(memory.memories())} memories of what they said")
        ask(team, LATER, "friday")


if __name__ == "__main__":
    main()
