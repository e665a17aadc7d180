"""Functional API: record, recall and dream in an `@entrypoint`, each in a task of its own.

    found = ada.recall(question)                                    # in a @task
    agent = turn.with_config(callbacks=[EpisodeRecorder(ada)])      # records each run
    report = ada.dream()                                            # in a @task

Run: python examples/attach/functional.py
"""

import tempfile
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task

from langgraph_dreams import DreamStore, EpisodeRecorder, Namespace


def build(ada: Namespace) -> Any:
    """An entrypoint that answers from memory, and dreams at the word "night"."""

    @task
    def recall(question: str) -> list[str]:
        return [found.item.text for found in ada.recall(question, k=3).items]

    @task
    def dream() -> dict[str, Any]:
        # What a task returns is kept by the checkpointer: plain JSON.
        return ada.dream().model_dump(mode="json")

    @entrypoint(checkpointer=InMemorySaver())
    def turn(said: str) -> str:
        if "night" in said:
            report = dream().result()
            return f"{report['status']}, episodes: {report['counts']['episodes']}"
        return f"I recall {len(recall(said).result())} of our turns."

    return turn.with_config(callbacks=[EpisodeRecorder(ada)])


def main() -> None:
    with DreamStore.open(tempfile.mkdtemp()) as store:
        agent = build(store.namespace("acme", "ada"))
        for said in ("The kiln is a Brandhorst.", "What kiln?", "Good night."):
            print(said, "->", agent.invoke(said, {"configurable": {"thread_id": "1"}}))
            store.namespace("acme", "ada").flush()  # so that the next turn finds this one


if __name__ == "__main__":
    main()
