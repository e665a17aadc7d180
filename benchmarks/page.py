"""The journal page with many links: first paint, and the neighbourhoods of the graph.

    python -m benchmarks.page                       # 100,000 links; some minutes to make them
    python -m benchmarks.page --links 5000          # a short run

Needs a Chromium (CHROMIUM names it, or one of the usual names is found) and the extra `dev`.
"""

import argparse
import os
import random
import shutil
import statistics
import tempfile
import threading
import time
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit

import httpx
import numpy as np
from playwright.sync_api import sync_playwright

from langgraph_dreams import DreamStore, Episode, Link, Namespace
from langgraph_dreams.types.items import link_id
from langgraph_dreams.web import serve_journal

LINKS_OF_ONE = 5
BATCH = 2000
TRIES = 10
START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ("kiln", "glaze", "clay", "fair", "burner", "shelf", "market", "course", "lamp", "van")


class HashedWords:
    """Bags of hashed words: the search is real, the model is not what is measured."""

    name = "hashed words"
    dimension = 64

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.split():
                row[zlib.crc32(word.encode()) % self.dimension] += 1
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


def made_episode(number: int, chance: random.Random) -> Episode:
    said = " ".join(chance.choices(WORDS, k=6))
    return Episode(
        id=f"e{number:07d}",
        text=f"Turn {number} is about {said} and name{number % 997}.",
        thread=f"day {number // 50}",
        position=number % 50,
        time=START + timedelta(minutes=number),
    )


def made_link(number: int, episodes: int, chance: random.Random) -> Link:
    """A link of one item in a fifth of them; some items are hubs."""
    a = number // LINKS_OF_ONE
    b = chance.randrange(50) if number % 50 == 0 else (a + 1 + chance.randrange(episodes - 1))
    ends = (f"e{a:07d}", f"e{b % episodes:07d}")
    return Link(
        id=link_id(*ends),
        a=ends[0],
        b=ends[1],
        channel="bridge",
        bridge=(f"name{number % 997}",),
        weight=chance.random(),
        evidence={"rarity": 0.5},
        created=START,
    )


def fill(namespace: Namespace, links: int) -> None:
    """Episodes and links, as many."""
    chance = random.Random(7)
    episodes = max(100, links // LINKS_OF_ONE)
    for first in range(0, episodes, BATCH):
        last = min(episodes, first + BATCH)
        namespace.record([made_episode(i, chance) for i in range(first, last)])
    for first in range(0, links, BATCH):
        made = (made_link(i, episodes, chance) for i in range(first, min(links, first + BATCH)))
        namespace.vault.put_links([link for link in made if link.a != link.b])
    namespace.dream()


def told(name: str, seconds: Sequence[float]) -> None:
    print(f"{name}: median {statistics.median(seconds):.3f} s, worst {max(seconds):.3f} s")


def measure_answers(address: str) -> None:
    """Times of the server's answers, from the same machine."""
    parts = urlsplit(address)
    base = f"{parts.scheme}://{parts.netloc}{parts.path}"
    with httpx.Client(base_url=base, timeout=120) as client:
        client.get("", params=parts.query)
        hub = "e0000007"
        asked = {
            "strongest links": {},
            "search and its links": {"q": "kiln burner name7"},
            "neighbours of an item": {"around": "e0000083"},
            "neighbours of a hub": {"around": hub},
        }
        for name, parameters in asked.items():
            times = []
            for _ in range(TRIES):
                begun = time.perf_counter()
                response = client.get("api/associations", params={"ns": "page", **parameters})
                times.append(time.perf_counter() - begun)
                response.raise_for_status()
            told(f"{name} ({len(response.json()['links'])} links)", times)


def measure_page(address: str, chromium: str) -> None:
    """First paint and drawn graph of a fresh browser, on the view with the graph."""
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    paints, drawn = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for _ in range(TRIES // 2):
            context = browser.new_context()
            page = context.new_page()
            begun = time.perf_counter()
            page.goto(f"{address}#/associations")
            page.wait_for_selector(".graph[data-drawn]", timeout=120_000)
            drawn.append(time.perf_counter() - begun)
            paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
            paints.append(page.evaluate(paint) / 1000)
            context.close()
        browser.close()
    told("first contentful paint", paints)
    told("graph drawn", drawn)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=100_000)
    parser.add_argument("--store", help="keep the store in this folder; use it when it is filled")
    args = parser.parse_args()
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with tempfile.TemporaryDirectory() as folder:
        store = DreamStore.open(Path(args.store or folder), embedder=HashedWords())
        namespace = store.namespace("page")
        if not namespace.counts()["links"]:
            fill(namespace, args.links)
        print(namespace.counts())
        addresses: Queue[str] = Queue()
        threading.Thread(
            target=serve_journal,
            args=(store,),
            kwargs={"port": 0, "on_start": addresses.put},
            daemon=True,
        ).start()
        address = addresses.get()
        measure_answers(address)
        if found:
            measure_page(address, found)
        else:
            print("no Chromium: first paint not measured; CHROMIUM may name one")
        store.close()


if __name__ == "__main__":
    main()
