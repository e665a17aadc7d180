"""A personal assistant over three weeks: it is told things, it dreams at night, and it is asked.

Run: python main.py
"""

import tempfile
from datetime import datetime, timedelta
from typing import Any

from assistant import build
from diary import DAYS, FLIGHT, MOVERS, SAFE
from langchain_core.runnables import RunnableConfig

from langgraph_dreams import DreamReport, DreamStore


def say(agent: Any, text: str, at: datetime) -> str:
    """One turn, at a time of the diary; each day is a conversation of its own."""
    config: RunnableConfig = {
        "configurable": {"thread_id": f"{at:%Y-%m-%d}"},
        "metadata": {"time": at.isoformat()},  # only a replay says it: now, if left out
    }
    state = agent.invoke({"messages": [("user", text)]}, config)
    answer: str = state["messages"][-1].text
    return answer


def main() -> None:
    """Live three weeks, then ask."""
    with tempfile.TemporaryDirectory() as folder, DreamStore.open(folder) as store:
        memory = store.namespace("assistant", "mara")
        agent = build(memory)
        told: DreamReport | None = None

        for day, texts in DAYS.items():
            print(f"\n{day:%A %d %B}")
            for number, text in enumerate(texts):
                answer = say(agent, text, day + timedelta(minutes=number))
                print(f"  Mara: {text}\n  assistant: {answer}")
            memory.flush()  # writing is done in the background
            report = memory.dream()
            morning = report.morning
            print(f"  night: {morning.line() if morning else report.status}")
            if morning and morning.facts:
                told = report

        print("\nThe report of a morning\n")
        print(told.markdown() if told else "Nothing changed.")

        later = day + timedelta(days=1)
        print("What was corrected holds")
        for question in (FLIGHT, SAFE):
            print(f"  Mara: {question}\n  assistant: {say(agent, question, later)}")

        print("\nTwo facts, sixteen days apart")
        for links in (False, True):
            print(f"  recalled {'along links' if links else 'by search alone'}:")
            for entry in memory.recall(MOVERS, k=3, links=links, note=False).items:
                print(f"    {entry.item.text.splitlines()[0]}")
                if entry.why.by_link:
                    shared = " and ".join(entry.why.path[-1].bridge)
                    print(f"      because a dream linked it to the first, by {shared}")
        print(f"  Mara: {MOVERS}\n  assistant: {say(agent, MOVERS, later)}")


if __name__ == "__main__":
    main()
