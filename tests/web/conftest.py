"""A browser, a small life to look at, and the page opened on it."""

import os
from collections.abc import Iterator

import pytest
from dream_support import FIRST, QUESTION, SECOND, SMALL, WordEmbedder, day, episode
from journal_support import TOKEN, served
from page_support import BEFORE, BROWSER, HOSTILE, SINCE, WALNUTS
from playwright.sync_api import Browser, Page, expect, sync_playwright

from langgraph_dreams import DreamStore, Namespace
from langgraph_dreams.web import create_journal_app

expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Root, as in most containers, cannot use Chromium's sandbox.
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        launched = playwright.chromium.launch(executable_path=BROWSER, args=flags)
        yield launched
        launched.close()


@pytest.fixture
def ada() -> Iterator[Namespace]:
    """Two nights: a question that reaches more since the second, a fact that changed, a memory."""
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        namespace = store.namespace("acme", "ada")
        namespace.record(
            [
                *day(FIRST, 0),
                episode(WALNUTS, day=0, position=9),
                episode(BEFORE, day=0, position=10),
            ]
        )
        namespace.dream()
        namespace.recall(QUESTION)
        namespace.record([*day(SECOND, 7), episode(WALNUTS, day=7, position=9)])
        namespace.record([episode(SINCE, day=7, position=10)])
        namespace.record([episode(HOSTILE, day=7, position=11)])
        namespace.dream()
        namespace.recall(QUESTION)
        store.namespace("ben").record(day(FIRST, 0))
        yield namespace


@pytest.fixture
def page(browser: Browser, ada: Namespace) -> Iterator[Page]:
    """The page, opened with its token; no test passes when it complains of anything."""
    with served(create_journal_app(ada._store, token=TOKEN)) as address:
        opened = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        faults: list[str] = []
        opened.on("console", lambda message: faults.append(message.text))
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
        opened.goto(f"{address}?token={TOKEN}")
        expect(opened.locator("h1")).to_have_text("This morning")
        assert TOKEN not in opened.url
        yield opened
        opened.context.close()
        assert faults == []
