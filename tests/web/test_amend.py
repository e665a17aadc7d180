"""What the page's server tells of an item's past, and what a person may say of it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from dream_support import FIRST, day, episode
from journal_support import TOKEN, everything, served, visitor
from page_support import WALNUTS

from langgraph_dreams import Memory, Namespace
from langgraph_dreams.types.operations import propose
from langgraph_dreams.web import create_journal_app

ADA = {"ns": ["acme", "ada"]}


@pytest.fixture
def ask(ada: Namespace) -> Iterator[httpx.Client]:
    with (
        served(create_journal_app(ada._store, token=TOKEN)) as url,
        visitor(url) as client,
    ):
        yield client


@pytest.fixture
def memory(ada: Namespace) -> Memory:
    return next(m for m in ada.memories() if m.text == WALNUTS)


def get(client: httpx.Client, path: str, **parameters: Any) -> Any:
    """A data answer that has to be given."""
    response = client.get(f"api/{path}", params=ADA | parameters)
    assert response.status_code == 200, response.text
    return response.json()


# -- history


def test_the_history_of_a_memory_names_its_nights(
    ask: httpx.Client, ada: Namespace, memory: Memory
) -> None:
    events = get(ask, "history", id=memory.id)["events"]
    assert [(e["kind"], e["number"]) for e in events] == [("add_memory", 1), ("merge_memory", 2)]
    assert [e["dream"] for e in events] == [d.id for d in ada.dreams()]
    assert not any(e["undone"] for e in events)
    ada.rollback(ada.dreams()[-1].id)
    assert [e["undone"] for e in get(ask, "history", id=memory.id)["events"]] == [False, True]


def test_what_replaced_and_what_was_replaced_name_each_other(
    ask: httpx.Client, ada: Namespace, memory: Memory
) -> None:
    newer = next(m for m in ada.memories() if m.id != memory.id)
    ended = memory.model_copy(update={"status": "superseded", "superseded_by": newer.id})
    last = ada.report(ada.dreams()[-1].id)
    change = propose(last.id, "supersede_memory", ended, before=memory, reason="said otherwise")
    report = last.model_copy(update={"operations": (*last.operations, change)})
    ada.vault.put_dream(report)
    old = get(ask, "history", id=memory.id)
    assert (old["events"][-1]["what"], old["events"][-1]["other"]) == ("changed", newer.id)
    assert old["texts"][newer.id] == newer.text
    new = get(ask, "history", id=newer.id)
    assert (new["events"][-1]["what"], new["events"][-1]["other"]) == ("replaced", memory.id)
    assert new["texts"][memory.id] == memory.text


def test_a_line_of_the_core_is_part_of_the_history(
    ask: httpx.Client, ada: Namespace, memory: Memory
) -> None:
    for number in (10, 11, 12):
        ada.record([episode(WALNUTS, day=number)])
        ada.dream(depth="deep")
    assert memory.id in {line.memory for line in ada.core().lines}
    assert "into_core" in [e["what"] for e in get(ask, "history", id=memory.id)["events"]]


# -- forgetting


def test_what_would_go_is_shown_and_nothing_goes(
    ask: httpx.Client, ada: Namespace, memory: Memory
) -> None:
    before = everything(ada)
    shown = get(ask, "forgetting", id=memory.id)
    assert shown["forgotten"]["memories"] == [memory.id]
    assert shown["forgotten"]["dry_run"] is True
    turn = get(ask, "forgetting", id=memory.sources[0])
    assert turn["forgotten"]["episodes"] == [memory.sources[0]]
    assert turn["forgotten"]["changed"] == [memory.id]
    assert turn["texts"][memory.id] == memory.text
    assert everything(ada) == before


def test_no_more_is_forgotten_than_was_confirmed(
    ask: httpx.Client, ada: Namespace, memory: Memory
) -> None:
    shown = get(ask, "forgetting", id=memory.sources[1])
    ada.rollback(ada.dreams()[-1].id)
    before = everything(ada)
    for confirmed in ("", "another", shown["digest"]):
        body = {**ADA, "item": memory.sources[1], "confirmed": confirmed}
        refused = ask.post("api/forget", json=body)
        assert refused.status_code == 400
        assert "look at it again" in refused.json()["error"]
    assert everything(ada) == before


def test_a_memory_is_forgotten_and_its_turns_stay(
    ask: httpx.Client, ada: Namespace, memory: Memory
) -> None:
    digest = get(ask, "forgetting", id=memory.id)["digest"]
    done = ask.post("api/forget", json={**ADA, "item": memory.id, "confirmed": digest})
    assert done.status_code == 200, done.text
    assert done.json()["forgotten"]["memories"] == [memory.id]
    assert memory.id not in {m.id for m in ada.memories()}
    assert len(ada.episodes(memory.sources)) == 2
    assert ask.get("api/history", params=ADA | {"id": memory.id}).status_code == 400


# -- corrections and pins


def test_a_correction_is_a_turn_that_the_next_dream_reads(
    ask: httpx.Client, ada: Namespace, memory: Memory
) -> None:
    before = everything(ada)
    text = "My sister Ottilie may eat walnuts again."
    body = {**ADA, "memory": memory.id, "text": f"  {text}\n", "speaker": "Ada"}
    done = ask.post("api/correct", json=body)
    assert done.status_code == 200, done.text
    [turn] = ada.episodes([done.json()["episode"]])
    assert (turn.said, turn.text, turn.speaker) == (text, f"Ada: {text}", "Ada")
    assert (turn.origin, turn.trust, turn.dreamt) == ("user", 2, "")
    after = everything(ada)
    assert {k: v for k, v in after.items() if k != "episodes"} == {
        k: v for k, v in before.items() if k != "episodes"
    }
    ada.dream()
    assert ada.episodes([turn.id])[0].dreamt == ada.dreams()[-1].id


def test_a_pin_becomes_a_source_that_keeps_the_memory(
    ask: httpx.Client, ada: Namespace, memory: Memory
) -> None:
    done = ask.post("api/pin", json={**ADA, "memory": memory.id})
    assert done.status_code == 200, done.text
    pinned = done.json()["episode"]
    assert ada.episodes([pinned])[0].tags == ("pinned",)
    assert get(ask, "item", id=memory.id)["pinned"] == []
    ada.dream()
    assert get(ask, "item", id=memory.id)["pinned"] == [pinned]
    ada.forget(episodes=[pinned])
    assert get(ask, "item", id=memory.id)["pinned"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""}, {"text": " \n"}, {"text": "x" * 501}, {"text": WALNUTS}, {"text": 7},
        {"memory": "unknown", "text": "No."}, {"memory": "", "text": "No."}, {},
    ],
    ids=range(8),
)  # fmt: skip
def test_what_is_no_correction_is_refused(
    ask: httpx.Client, ada: Namespace, memory: Memory, body: dict[str, Any]
) -> None:
    before = everything(ada)
    refused = ask.post("api/correct", json={**ADA, "memory": memory.id, **body})
    assert refused.status_code == 400
    assert len(refused.json()["error"]) > 20
    assert everything(ada) == before


@pytest.mark.parametrize("headers", [{"x-journal-csrf": "wrong"}, {"origin": "http://elsewhere"}])
@pytest.mark.parametrize("path", ["forget", "correct", "pin"])
def test_each_needs_the_header_and_the_origin_of_the_page(
    ask: httpx.Client, ada: Namespace, memory: Memory, path: str, headers: dict[str, str]
) -> None:
    before = everything(ada)
    digest = get(ask, "forgetting", id=memory.id)["digest"]
    body = {**ADA, "memory": memory.id, "item": memory.id, "text": "No.", "confirmed": digest}
    assert ask.post(f"api/{path}", json=body, headers=headers).status_code == 403
    assert everything(ada) == before


def test_none_reaches_into_another_namespace(
    ask: httpx.Client, ada: Namespace, memory: Memory
) -> None:
    digest = get(ask, "forgetting", id=memory.id)["digest"]
    body = {"ns": ["ben"], "memory": memory.id, "item": memory.id, "text": "No."}
    for path in ("forget", "correct", "pin"):
        refused = ask.post(f"api/{path}", json={**body, "confirmed": digest})
        assert refused.status_code == 400, path
    for path in ("history", "forgetting"):
        answer = ask.get(f"api/{path}", params={"ns": "ben", "id": memory.id})
        assert answer.status_code == 400, path
        assert WALNUTS not in answer.text
    assert memory.id in {m.id for m in ada.memories()}


# -- the last morning, and links up to a night


def test_the_last_morning_is_of_the_last_night_that_was_written(
    ask: httpx.Client, ada: Namespace
) -> None:
    told = get(ask, "nights")
    night = ada.dreams()[-1]
    assert night.morning is not None
    assert told["last"]["dream"] == night.id
    assert told["last"]["morning"] == night.morning.model_dump(mode="json")
    assert told["nights"][-1]["told"] == night.morning.line()
    assert told["nights"][0]["told"] == ""
    ada.rollback(night.id)
    told = get(ask, "nights")
    assert told["last"]["dream"] == ada.dreams()[0].id
    assert told["nights"][-1]["told"] == ""


def test_links_up_to_a_night(ask: httpx.Client, ada: Namespace) -> None:
    ada.record(day(["The Brandhorst kiln was mended by Ottilie."], 12))
    ada.dream()
    numbers = {d.id: d.number for d in ada.dreams()}
    links = {x.id: numbers[x.dream] for x in ada.links()}
    assert set(links.values()) == {2, 3}
    for until in (1, 2, 3):
        shown = get(ask, "associations", until=until, most=100)
        assert {x["id"] for x in shown["links"]} == {i for i, n in links.items() if n <= until}
        assert [night["number"] for night in shown["nights"]] == [1, 2, 3]
        around = get(ask, "associations", until=until, around=[e.id for e in ada.episodes()])
        assert {x["id"] for x in around["links"]} == {x["id"] for x in shown["links"]}


def test_a_filter_looks_further_than_the_first_links(ask: httpx.Client, ada: Namespace) -> None:
    ada.record(day([f"Shelf {n} holds glaze number {n}." for n in range(40)], 30))
    ends = [e.id for e in ada.episodes() if e.text.startswith("Shelf")]
    like = ada.links()[0]
    pairs = [(a, b) for i, a in enumerate(ends) for b in ends[:i]]
    ada.add_links(
        like.model_copy(
            update={
                "id": f"l{number:024d}",
                "a": a,
                "b": b,
                "dream": "",
                "channel": "walk" if number >= len(pairs) - 5 else "bridge",
                "weight": 0.9 - number / 1000,
            }
        )
        for number, (a, b) in enumerate(pairs)
    )
    plain = get(ask, "associations")
    assert len(plain["links"]) == 24
    assert {x["channel"] for x in plain["links"]} == {"bridge"}
    found = get(ask, "associations", channel="walk")
    assert len(found["links"]) == 5
    assert found["looked"] == found["total"] == len(ada.links())
    assert len(get(ask, "associations", most=7)["links"]) == 7


def test_a_namespace_without_nights_has_no_morning(ask: httpx.Client, ada: Namespace) -> None:
    ada._store.namespace("ben").record(day(FIRST, 0))
    told = ask.get("api/nights", params={"ns": "ben"}).json()
    assert told == {"nights": [], "last": None}
