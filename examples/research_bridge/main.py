"""A bridge between papers: A with B in one note, B with C in another, A with C in none.

Run: python main.py [FILE.svg]
"""

import os
import sys
import tempfile
from pathlib import Path

from drawing import Bridge, draw

from langgraph_dreams import DreamStore, Namespace, Recall, import_log

NOTES = Path(__file__).parent / "notes.jsonl"
QUESTION = "What is fish oil good for?"
K = 5


def ask(memory: Namespace, links: bool) -> Recall:
    """The question, by search alone or along the links of dreams."""
    return memory.recall(QUESTION, k=K, links=links, note=False)


def bridge_in(memory: Namespace, recall: Recall) -> Bridge | None:
    """The first item that only a link has brought, with the note that led to it."""
    for entry in recall.items:
        if entry.why.by_link:
            hop = entry.why.path[-1]
            first, last = (memory.episodes([name])[0] for name in (hop.source, hop.target))
            return Bridge(first.said, hop.bridge, last.said, hop.weight)
    return None


def tell(title: str, recall: Recall) -> None:
    """Print what was found, and why."""
    print(f"\n{title}")
    for place, entry in enumerate(recall.items, start=1):
        print(f"  {place}. {entry.item.text.removeprefix('user: ')}")
        if entry.why.by_link:
            print(f"     because: {' and '.join(entry.why.path[-1].bridge)}")


def main(picture: str = "bridge.svg") -> None:
    """Read the notes, ask, dream, ask again, and draw what the dream found."""
    key = os.environ.get("OPENAI_API_KEY")  # with one, a model dreams, too
    model = os.environ.get("MODEL", "openai:gpt-4.1-mini") if key else None
    with tempfile.TemporaryDirectory() as folder, DreamStore.open(folder) as store:
        memory = store.namespace("library")
        print(f"{import_log(memory, NOTES).imported} notes read; asked: {QUESTION}")
        tell("Before the dream", ask(memory, links=True))

        report = memory.dream(model=model)
        print(f"\nThe dream made {report.counts.get('add_link', 0)} links")

        after = ask(memory, links=True)
        tell("After the dream", after)
        bridge = bridge_in(memory, after)
        if bridge is not None:
            Path(picture).write_text(draw(bridge), encoding="utf-8")
            print(f"\nThe bridge is drawn in {picture}")


if __name__ == "__main__":
    main(*sys.argv[1:])
