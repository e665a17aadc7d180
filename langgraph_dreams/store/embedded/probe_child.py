"""Try the collections of a store, each by a read and a search; probe.py runs it as a process.

It imports nothing of this package, so that it starts fast. One line before each collection and one
after it; whoever reads them knows which one killed the process. The names come as the first line of
its input; when that ends, its parent is dead, and the store must not be touched any longer.
"""

import json
import os
import sys
import threading
from pathlib import Path

import chromadb
from chromadb.config import Settings
from chromadb.errors import ChromaError


def main(path: Path, names: list[str]) -> None:
    """Tell "at NAME", then "well NAME" or "ill NAME: WHY"."""
    client = chromadb.PersistentClient(
        path=str(path), settings=Settings(anonymized_telemetry=False)
    )
    for name in names:
        _say("at", name)
        try:
            collection = client.get_collection(name, embedding_function=None)
            found = collection.get(limit=1, include=["embeddings"])["embeddings"]
            if found is not None and len(found):
                collection.query(query_embeddings=found, n_results=1, include=["distances"])
        except (ChromaError, RuntimeError, ValueError, OSError) as error:
            _say("ill", name, f"{type(error).__name__}: {error}")
        else:
            _say("well", name)


def _say(word: str, name: str, why: str = "") -> None:
    print(json.dumps([word, name, why]), flush=True)


def _die_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    wanted = json.loads(sys.stdin.readline())
    threading.Thread(target=_die_with_parent, daemon=True).start()
    main(Path(sys.argv[1]), wanted)
    sys.stdout.flush()
    os._exit(0)  # a reading thread would hold up a normal end
