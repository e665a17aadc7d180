"""A served agent whose nights a person reviews: plain HTTP, as a chat page speaks it."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from benchmarks.dev_server import langgraph_dev
from langgraph_dreams.server.demo_agent import AFTER
from langgraph_dreams.server.graphs import REVIEW, STORE

pytestmark = pytest.mark.server

SISTER = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."
KEY = "Grandmother Philippa keeps the spare cellar key under the blue flowerpot."
VAN = "The delivery van of the workshop is inspected every October in Villach."
QUESTION = "Where is the spare cellar key?"
EDITED = "Philippa keeps the spare cellar key in the shed."
LONG = "3600"


class Page:
    """What a chat page does: threads, runs that stream, states, and answers to interrupts."""

    def __init__(self, client: httpx.Client, namespace: str) -> None:
        self.client = client
        self.context = {"namespace": namespace}

    def post(self, path: str, body: Any) -> httpx.Response:
        answer = self.client.post(path, json=body)
        answer.raise_for_status()
        return answer

    def thread(self) -> str:
        return str(self.post("/threads", {}).json()["thread_id"])

    def run(self, thread: str, graph: str, **body: Any) -> list[tuple[str, Any]]:
        """The events of a run."""
        asked = {"assistant_id": graph, "context": self.context, "stream_mode": ["values"], **body}
        streamed = self.post(f"/threads/{thread}/runs/stream", asked).text
        events = []
        for block in streamed.replace("\r\n", "\n").split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if "event" in lines:
                events.append((lines["event"], json.loads(lines.get("data", "null"))))
        assert not [data for event, data in events if event == "error"]
        return events

    def say(self, content: Any, thread: str = "") -> str:
        """The agent's answer."""
        given = {"messages": [{"role": "user", "content": content}]}
        values = [d for e, d in self.run(thread or self.thread(), "agent", input=given)]
        return str(values[-1]["messages"][-1]["content"])

    def asked(self, thread: str) -> dict[str, Any]:
        """The value of the one interrupt that the thread's state tells of."""
        state = self.client.get(f"/threads/{thread}/state").raise_for_status().json()
        interrupts = [one for task in state["tasks"] for one in task["interrupts"]]
        assert len(interrupts) == 1
        assert set(interrupts[0]) >= {"id", "value"}
        value: dict[str, Any] = interrupts[0]["value"]
        return value

    def status(self, thread: str) -> str:
        return str(self.client.get(f"/threads/{thread}").raise_for_status().json()["status"])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("served")
    settings = {STORE: str(folder / "memory"), AFTER: LONG, REVIEW: "ask"}
    with (
        langgraph_dev(folder, 4, settings) as url,
        httpx.Client(base_url=url, timeout=120) as opened,
    ):
        yield opened


def told(client: httpx.Client, namespace: str) -> Page:
    """A page whose user has said three things in each of three chats, and some more.

    The second and the third time they are answered alike.
    """
    page = Page(client, namespace)
    for _ in range(3):
        thread = page.thread()
        for text in ("Hello!", SISTER, KEY, VAN, QUESTION):
            page.say(text, thread)
    return page


def texts(request: dict[str, Any]) -> dict[str, int]:
    """The memories that are to be decided on, and the place of each."""
    actions = request["action_requests"]
    return {
        action["args"]["text"]: place
        for place, action in enumerate(actions)
        if action["name"] == "add_memory"
    }


def test_a_night_is_asked_about_decided_on_and_known(client: httpx.Client) -> None:
    page = told(client, "desk/ann")
    night = page.thread()
    events = page.run(night, "dream", input={"review": "ask"})
    assert page.status(night) == "interrupted"
    # The stream tells it, too: a page need not ask for the state.
    assert any("__interrupt__" in (data or {}) for event, data in events if event == "values")

    request = page.asked(night)
    assert json.loads(json.dumps(request)) == request
    kinds = {config["action_name"]: config for config in request["review_configs"]}
    for action in request["action_requests"]:
        assert set(action) == {"name", "args", "description"}
        assert isinstance(action["args"], dict)
        assert isinstance(action["description"], str)
        assert action["description"]
        assert {"approve", "reject"} <= set(kinds[action["name"]]["allowed_decisions"])
    assert "edit" in kinds["add_memory"]["allowed_decisions"]
    assert set(texts(request)) == {SISTER, KEY, VAN}

    decisions: list[dict[str, Any]] = [{"type": "approve"} for _ in request["action_requests"]]
    place = texts(request)[KEY]
    args = {**request["action_requests"][place]["args"], "text": EDITED}
    decisions[place] = {"type": "edit", "edited_action": {"name": "add_memory", "args": args}}
    decisions[texts(request)[VAN]] = {"type": "reject", "message": "That is over."}
    events = page.run(night, "dream", command={"resume": {"decisions": decisions}})
    report = events[-1][1]["report"]
    assert report["status"] == "committed", report["notes"]
    added = {o["after"]["text"] for o in report["operations"] if o["kind"] == "add_memory"}
    assert added == {SISTER, EDITED}
    assert page.status(night) == "idle"


def test_an_answer_that_cannot_be_taken_is_asked_again(client: httpx.Client) -> None:
    page = told(client, "desk/bob")
    night = page.thread()
    page.run(night, "dream", input={"review": "ask"})
    request = page.asked(night)
    for wrong in ({"decisions": [{"type": "approve"}]}, {"decisions": "all"}, {"type": "respond"}):
        page.run(night, "dream", command={"resume": wrong})
        again = page.asked(night)
        assert again["problem"]
        for action, before in zip(
            again["action_requests"], request["action_requests"], strict=True
        ):
            assert action["args"] == before["args"]
            assert action["description"].endswith(before["description"])
            assert action["description"].startswith("**The last answer was not taken")
    refused = [{"type": "reject"} for _ in request["action_requests"]]
    events = page.run(night, "dream", command={"resume": {"decisions": refused}})
    report = events[-1][1]["report"]
    assert report["operations"] == [] or report["status"] == "rejected"
    assert page.status(night) == "idle"


def test_what_the_agent_is_asked_is_answered_from_its_own_memory(client: httpx.Client) -> None:
    page, other = told(client, "desk/cho"), Page(client, "desk/dan")
    assert page.say(QUESTION) == f"I remember: {KEY}"
    assert other.say(QUESTION) == "That is new to me."


def blocks(*texts: str) -> list[dict[str, Any]]:
    """What is said as agent-chat-ui sends it."""
    return [{"type": "text", "text": text} for text in texts]


def test_what_is_said_in_blocks_is_understood(client: httpx.Client) -> None:
    page = told(client, "desk/eve")
    assert page.say(blocks(QUESTION)) == f"I remember: {KEY}"
    assert page.say(blocks("Where is the", "spare cellar key?")) == f"I remember: {KEY}"
    for nothing in ("", [], blocks(" ")):
        assert page.say(nothing) == "That is new to me."
    picture = {"type": "image", "url": "https://example.com/a.png"}
    assert page.say([*blocks(QUESTION), picture]) == f"I remember: {KEY}"


@pytest.mark.parametrize(
    "said",
    [
        "Good night!",
        *(
            pytest.param(said, marks=pytest.mark.slow)
            for said in (blocks("good night"), blocks(" ", "Good night.\n"))
        ),
    ],
)
def test_told_good_night_it_asks_behind_its_own_word(client: httpx.Client, said: Any) -> None:
    page = told(client, f"desk/night{len(str(said))}")
    thread = page.thread()
    page.say(blocks("Hello!"), thread)
    given = {"messages": [{"role": "user", "content": said}]}
    asked = page.run(thread, "agent", input=given, stream_subgraphs=True)
    assert page.status(thread) == "interrupted"
    request = page.asked(thread)
    assert set(texts(request)) == {SISTER, KEY, VAN}
    # Where the last message were the human's, and the agent had spoken before, no page would ask.
    state = client.get(f"/threads/{thread}/state").json()["values"]
    assert state["messages"][-1]["type"] == "ai"

    decisions = [{"type": "approve"} for _ in request["action_requests"]]
    events = page.run(
        thread, "agent", command={"resume": {"decisions": decisions}}, stream_subgraphs=True
    )
    states = [data for event, data in [*asked, *events] if event.partition("|")[0] == "values"]
    assert all(state["messages"] for state in states), "a page takes each for the thread's"
    values = events[-1][1]
    assert values["report"]["status"] == "committed", values["report"]["notes"]
    assert values["messages"][-1]["type"] == "ai"
    assert page.status(thread) == "idle"
