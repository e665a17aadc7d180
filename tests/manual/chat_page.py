"""A night is reviewed in agent-chat-ui itself, in a real Chromium. By hand; pytest does not run it.

It needs a checkout of https://github.com/langchain-ai/agent-chat-ui with what it depends on
installed there (`pnpm install`), node, and Chromium (or CHROMIUM names one):

    python -m tests.manual.chat_page ~/agent-chat-ui --template --pictures artifacts/chat

`langgraph dev` serves the demo agent, or the project that `langgraph-dreams init` writes. `next
start` serves the page where it is built (`pnpm build`), else `next dev`. Both ways fetch a font of
Google's; where that cannot be reached, `next dev` goes on with another.

Twice it says facts in three chats each, asks about one, and then says "good night" in the last. It
sees that the page asks about the new memories also after it is loaded again, decides, and sees the
report as a message, and by the SDK that the night was committed so: all of the first at once, the
second one by one, with an edit and a rejection, after an answer that cannot be taken.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from langgraph_sdk import get_sync_client
from playwright.sync_api import Locator, Page, expect, sync_playwright

from benchmarks.dev_server import langgraph_dev
from langgraph_dreams.cli.start.init import write_template
from langgraph_dreams.server.demo_agent import AFTER, GOOD_NIGHT
from langgraph_dreams.server.graphs import NAMESPACE, REVIEW, STORE

FIRST = (
    "My sister Ottilie is allergic to walnuts and carries a red emergency pen.",
    "Grandmother Philippa keeps the spare cellar key under the blue flowerpot.",
    "The delivery van of the workshop is inspected every October in Villach.",
)
SECOND = (
    "My brother Casimir repairs church organs in a barn near Passau.",
    "The insurance of the sailing boat is paid to Mr. Hallgrimsson each spring.",
    "Our neighbour Eudora lends her ladder against a jar of quince jelly.",
)
EDITED = "Casimir repairs church organs in Passau."
ASKED = {FIRST: "Where is the spare cellar key?", SECOND: "Who repairs church organs?"}
KEYS = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "MODEL", STORE, NAMESPACE)
CHATS = 3
ANSWER = re.compile(r"^(I remember: |That is new to me|Noted\.)")
SECONDS = 180  # the first visit has `next dev` compile the page


@contextmanager
def agent(folder: Path, template: bool) -> Iterator[str]:
    """The address of the demo agent, or of that of a new project, which ask before they write."""
    if not template:
        settings = {STORE: str(folder / "memory"), NAMESPACE: "desk/ann"}
        with langgraph_dev(folder, 4, {**settings, AFTER: "3600", REVIEW: "ask"}) as api:
            yield api
        return
    project = folder / "my-agent"
    write_template(project)
    example = (project / ".env.example").read_text()
    assert f"# {REVIEW}=ask" in example
    (project / ".env").write_text(example.replace(f"# {REVIEW}=ask", f"{REVIEW}=ask"))
    with langgraph_dev(project, 2, dict.fromkeys(KEYS, ""), own=True) as api:
        yield api


@contextmanager
def chat_page(checkout: Path, api: str, log: Path) -> Iterator[str]:
    """The address of the page, which asks the agent at `api`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    how = "start" if (checkout / ".next" / "BUILD_ID").exists() else "dev"
    command = [str(checkout / "node_modules" / ".bin" / "next"), how, "-H", "127.0.0.1"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "-p", str(port)],
            cwd=checkout,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "NEXT_TELEMETRY_DISABLED": "1"},
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, process, log)
            yield f"{url}/?{urlencode({'apiUrl': api, 'assistantId': 'agent'})}"
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # a group of its own: the command and its server
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(url, timeout=SECONDS).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError(f"next did not serve the page:\n{log.read_text()[-4000:]}")


def say(page: Page, text: str) -> None:
    page.get_by_placeholder("Type your message...").fill(text)
    page.get_by_role("button", name="Send").click()


def tell(page: Page, facts: Sequence[str]) -> None:
    """Say the facts in a new chat, each after the answer to the one before."""
    for place, fact in enumerate(facts, 1):
        say(page, fact)
        expect(page.get_by_text(ANSWER)).to_have_count(place)
        expect(page.get_by_role("button", name="Send")).to_be_visible()


def title(page: Page) -> Locator:
    return page.locator("p.text-2xl")


def card(page: Page) -> Locator:
    """Where a question is approved or edited; that of a rejection has other corners."""
    return page.locator("div.rounded-lg.border-gray-300.p-6")


def asked(page: Page) -> list[tuple[str, str]]:
    """The kind of each question that the page shows, and the words in its fields."""
    expect(title(page)).to_be_visible()
    places = page.get_by_role("button", name=re.compile(r"^Action \d+$"))
    found = []
    for place in reversed(range(places.count())):  # to end at the first
        places.nth(place).click()
        expect(title(page)).to_contain_text(f" ({place + 1}/{places.count()})")
        expect(card(page).get_by_role("button", name="Approve")).to_be_visible()
        fields = [field.input_value() for field in card(page).locator("textarea").all()]
        found.append((title(page).inner_text().split()[0], "\n".join(fields)))
    return found[::-1]


def all_at_once(page: Page, count: int) -> None:
    page.get_by_role("button", name="Approve All").click()


def one_by_one(page: Page, count: int) -> None:
    """Put the first in other words, reject the second, approve the rest."""
    card(page).locator("textarea").fill(EDITED)
    card(page).get_by_role("button", name="Submit").click()
    expect(title(page)).to_contain_text("(2/")
    refusal = page.locator("div.rounded-xl.border-gray-300.p-6")
    refusal.locator("textarea").fill("That is over.")
    refusal.get_by_role("button", name="Submit rejection").click()
    for place in range(3, count + 1):
        expect(title(page)).to_contain_text(f"({place}/")
        card(page).get_by_role("button", name="Approve").click()
    page.get_by_role("button", name=f"Submit all {count} decisions").click()


def not_taken(page: Page, count: int) -> None:
    """Leave the first without words, approve the rest, and see that the page tells why not."""
    card(page).locator("textarea").fill("")
    card(page).get_by_role("button", name="Submit").click()
    for place in range(2, count + 1):
        expect(title(page)).to_contain_text(f"({place}/")
        card(page).get_by_role("button", name="Approve").click()
    page.get_by_role("button", name=f"Submit all {count} decisions").click()
    expect(title(page)).to_contain_text("(1/")
    page.get_by_role("button", name="Description").click()
    expect(page.get_by_text("The last answer was not taken")).to_be_visible()


def night(page: Page, api: str, facts: tuple[str, ...], pictures: Path | None) -> list[str]:
    """Say good night behind a chat, decide on what was dreamt; the memories that were added."""
    say(page, ASKED[facts])
    expect(page.get_by_text(re.compile("^I remember: ")).last).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    say(page, GOOD_NIGHT)
    questions = asked(page)
    for kind, words in questions:
        print(f"asked: {kind}: {words}")
    assert {words for kind, words in questions if kind == "add_memory"} == set(facts)
    name = "all" if facts == FIRST else "singly"
    picture(page, pictures, f"{name}-review")
    if facts == SECOND:
        not_taken(page, len(questions))
        picture(page, pictures, f"{name}-not-taken")
    page.reload()
    assert asked(page) == questions, "after it is loaded again the page asks something else"
    decide = all_at_once if facts == FIRST else one_by_one
    decide(page, len(questions))

    thread = parse_qs(urlsplit(page.url).query)["threadId"][0]
    values = settled(api, thread)
    report = values["report"]
    print(f"night: {report['status']}: {report['summary']}")
    assert report["status"] == "committed", report["notes"]
    expect(title(page)).to_have_count(0)
    # The agent tells the night in the page.
    told = values["messages"][-1]
    assert told["type"] == "ai"
    expect(page.get_by_text(told["content"].splitlines()[0][:40]).last).to_be_visible()
    picture(page, pictures, f"{name}-morning")
    return [o["after"]["text"] for o in report["operations"] if o["kind"] == "add_memory"]


def picture(page: Page, folder: Path | None, name: str) -> None:
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)


def settled(api: str, thread: str) -> dict[str, Any]:
    """What the thread holds when nothing of it runs or waits."""
    with get_sync_client(url=api) as client:
        until = time.monotonic() + SECONDS
        while client.threads.get(thread)["status"] != "idle":
            assert time.monotonic() < until, "the night is not over"
            time.sleep(0.5)
        return dict(client.threads.get_state(thread)["values"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("checkout", type=Path, help="agent-chat-ui, with its node_modules")
    parser.add_argument("--template", action="store_true", help="the agent that `init` writes")
    parser.add_argument("--pictures", type=Path, help="a folder for what the page looks like")
    given = parser.parse_args()
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not (given.checkout / "node_modules" / ".bin" / "next").exists():
        parser.error(f"no `next` in {given.checkout}: run pnpm install there")
    expect.set_options(timeout=SECONDS * 1000)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with (
            agent(folder, given.template) as api,
            chat_page(given.checkout.resolve(), api, folder / "page.log") as url,
            sync_playwright() as playwright,
        ):
            # Root, as in most containers, cannot use Chromium's sandbox.
            flags = ["--no-sandbox"] if os.geteuid() == 0 else []
            opened = playwright.chromium.launch(executable_path=browser, args=flags)
            page = opened.new_page(viewport={"width": 1280, "height": 1600})
            page.set_default_timeout(SECONDS * 1000)
            page.on("pageerror", lambda error: print(f"page: {error}"))
            for facts, kept in ((FIRST, FIRST), (SECOND, (EDITED, SECOND[2]))):
                for _ in range(CHATS):
                    page.goto(url)
                    tell(page, facts)
                added = night(page, api, facts, given.pictures)
                assert sorted(added) == sorted(kept), added
            opened.close()
    print("OK")


if __name__ == "__main__":
    main()
