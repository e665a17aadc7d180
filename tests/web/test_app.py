"""The journal page's server: what it answers, and undoing through it."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from dream_support import FIRST, QUESTION, SECOND, SMALL, START, WordEmbedder, day, episode, live
from journal_support import TOKEN, everything, served, visitor

from langgraph_dreams import DreamStore, Namespace
from langgraph_dreams.types.items import Link, link_id
from langgraph_dreams.web import create_journal_app

ADA = {"ns": ["acme", "ada"]}
JSON = {"content-type": "application/json"}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "'\"><svg/onload=alert(1)>",
    "\u202egnp.exe\u2066 \x00\x1b[31m",
    "\ud800 half a character",
    "{{7*7}} ${7*7} <!-- %s",
    "x" * 1_000_000,
)


@pytest.fixture
def store() -> Iterator[DreamStore]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as opened:
        yield opened


@pytest.fixture
def ada(store: DreamStore) -> Namespace:
    namespace = store.namespace("acme", "ada")
    live(namespace)
    return namespace


@pytest.fixture
def address(store: DreamStore, ada: Namespace) -> Iterator[str]:
    with served(create_journal_app(store, token=TOKEN)) as url:
        yield url


@pytest.fixture
def ask(address: str) -> Iterator[httpx.Client]:
    with visitor(address) as client:
        yield client


@pytest.fixture(scope="module")
def kept_ada() -> Iterator[Namespace]:
    """A namespace that no test changes."""
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as opened:
        namespace = opened.namespace("acme", "ada")
        live(namespace)
        yield namespace


@pytest.fixture(scope="module")
def kept(kept_ada: Namespace) -> Iterator[httpx.Client]:
    with (
        served(create_journal_app(kept_ada._store, token=TOKEN)) as url,
        visitor(url) as client,
    ):
        yield client


def get(client: httpx.Client, path: str, **parameters: Any) -> Any:
    """A data answer that has to be given."""
    response = client.get(f"api/{path}", params=ADA | parameters)
    assert response.status_code == 200, response.text
    return response.json()


# -- what it answers


def test_nights_and_one_of_them(kept: httpx.Client, kept_ada: Namespace) -> None:
    nights = get(kept, "nights")["nights"]
    assert [night["id"] for night in nights] == [d.id for d in kept_ada.dreams()]
    report = kept_ada.report(nights[-1]["id"])
    night = get(kept, "night", dream=report.id)
    assert night["story"] == (report.narrative or report.summary)
    assert [o["id"] for o in night["operations"]] == [o.id for o in report.operations][:100]
    assert night["total"] == len(report.operations)
    link = next(o for o in report.operations if o.kind == "add_link")
    ends = {link.after["a"], link.after["b"]}  # type: ignore[index]
    assert {night["texts"][end] for end in ends} <= {e.text for e in kept_ada.episodes()}


def test_a_cited_operation_is_on_the_page_that_is_shown(ask: httpx.Client, ada: Namespace) -> None:
    report = ada.report(ada.dreams()[-1].id)
    first = report.operations[0]
    many = [first.model_copy(update={"id": f"o{number:09x}ff"}) for number in range(250)]
    ada.vault.put_dream(report.model_copy(update={"operations": tuple(many)}))
    night = get(ask, "night", dream=report.id, operation=many[-1].id[:10])
    assert (night["offset"], night["total"]) == (200, 250)
    assert night["operations"][-1]["id"] == many[-1].id
    missing = ask.get("api/night", params=ADA | {"dream": report.id, "operation": "offff"})
    assert missing.status_code == 400


def test_recall_is_explained_and_not_noted(ask: httpx.Client, ada: Namespace) -> None:
    ada.flush()
    noted = len(ada.vault.recalls(undreamt=False))
    found = get(ask, "recall", q=QUESTION)
    ours = ada.recall(QUESTION, 10, note=False)
    assert [i["id"] for i in found["items"]] == [r.item.id for r in ours.items]
    assert [i["why"] for i in found["items"]] == [r.why.model_dump(mode="json") for r in ours.items]
    passed = {hop["source"] for i in found["items"] for hop in i["why"]["path"]}
    assert passed
    assert passed <= found["texts"].keys()
    assert len(ada.vault.recalls(undreamt=False)) == noted
    dream = ada.dreams()[-1].id
    without = get(ask, "recall", q=QUESTION, without=dream)
    assert not any(i["why"]["path"] for i in without["items"])


def test_levels_memories_items_and_health(ask: httpx.Client, ada: Namespace) -> None:
    again = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."
    for number in (10, 12):
        ada.record([episode(again, day=number)])
        ada.dream()
    levels = get(ask, "levels")
    assert levels["counts"] == ada.counts()
    listed = get(ask, "memories")
    assert {m["id"] for m in listed["memories"]} == {m.id for m in ada.memories()}
    assert listed["memories"]
    assert get(ask, "memories", kind="page") == {"memories": [], "next": None}
    memory = get(ask, "item", id=listed["memories"][0]["id"])
    assert {row["id"] for row in memory["cites"]} == set(memory["item"]["sources"])
    source = get(ask, "item", id=memory["cites"][0]["id"])
    assert memory["item"]["id"] in [row["id"] for row in source["cited_by"]]
    ada.recall(QUESTION)
    health = get(ask, "health")
    assert [n["id"] for n in health["nights"]] == [d.id for d in ada.dreams()]
    assert health["recalls"] >= 1


def test_memories_come_page_by_page(ask: httpx.Client, ada: Namespace) -> None:
    texts = [f"The shelf {i} in the store room holds glaze number {i}." for i in range(70)]
    for number in (20, 21):
        ada.record(day(texts, number))
        ada.dream(policy=SMALL.model_copy(update={"loss_free": 1000}))
    every = {m.id for m in ada.memories()}
    seen: list[str] = []
    offset: int | None = 0
    while offset is not None:
        page = get(ask, "memories", offset=offset)
        seen += [m["id"] for m in page["memories"]]
        offset = page["next"]
    assert len(seen) == len(set(seen)) > 50
    assert set(seen) >= every


# -- associations


def test_a_neighbourhood_grows_by_the_links_of_an_item(ask: httpx.Client, ada: Namespace) -> None:
    strongest = get(ask, "associations")
    links = {x.id: x for x in ada.links()}
    assert strongest["total"] == len(links)
    assert {x["id"] for x in strongest["links"]} <= links.keys()
    found = get(ask, "associations", q="Brandhorst kiln")
    centre = next(n for n in found["nodes"] if n["centre"] and n["links"])
    around = get(ask, "associations", around=centre["id"])
    touching = {i for i, x in links.items() if centre["id"] in (x.a, x.b)}
    assert {x["id"] for x in around["links"]} == touching
    for shown in around["links"]:
        assert shown["bridge"] == list(links[shown["id"]].bridge)
        assert shown["evidence"] == links[shown["id"]].evidence
        assert 0 < shown["now"] <= 1
    assert get(ask, "associations", q=centre["id"])["nodes"][0]["id"] == centre["id"]


def test_filters_let_through_what_fits_and_all_of_it(ask: httpx.Client, ada: Namespace) -> None:
    ended = ada.links()[0]
    other = ended.model_copy(update={"id": link_id(ended.b, "x"), "channel": "walk", "weight": 0.9})
    ends = [e.id for e in ada.episodes() if e.id not in (ended.a, ended.b)]
    old = {"a": ends[0], "b": ends[1], "created": START, "status": "consolidated"}
    ada.add_links([ended.model_copy(update={"status": "expired"}), other.model_copy(update=old)])
    every = {x.id: x for x in ada.links(include_expired=True)}
    cases: list[tuple[dict[str, Any], Callable[[Link], bool]]] = [
        ({}, lambda x: x.status != "expired"),
        ({"channel": "walk"}, lambda x: x.channel == "walk"),
        ({"channel": ["walk", "bridge"]}, lambda x: x.status != "expired"),
        ({"least": 0.5}, lambda x: x.id == other.id),
        ({"least": 1}, lambda x: False),
        ({"status": "consolidated"}, lambda x: x.id == other.id),
        ({"status": "expired"}, lambda x: x.id == ended.id),
        ({"days": 1}, lambda x: x.created != START and x.status != "expired"),
        ({"kind": "episode"}, lambda x: x.status != "expired"),
        ({"kind": "page"}, lambda x: False),
    ]
    for given, fits in cases:
        shown = get(ask, "associations", around=[e.id for e in ada.episodes()], **given)["links"]
        assert {x["id"] for x in shown} == {i for i, x in every.items() if fits(x)}, given


# -- undoing


def test_undo_brings_back_the_state_of_before_item_by_item(
    store: DreamStore, ask: httpx.Client
) -> None:
    ben = store.namespace("acme", "ben")
    ben.record(day(FIRST, 0))
    ben.dream()
    ben.record(day(SECOND, 7))
    before = everything(ben)
    report = ben.dream()
    assert everything(ben) != before
    body = {"ns": ["acme", "ben"], "dream": report.id}
    done = ask.post("api/undo", json=body)
    assert done.status_code == 200, done.text
    assert done.json()["undone"] == len(report.operations)
    assert everything(ben) == before
    again = ask.post("api/undo", json=body)
    assert again.status_code == 409
    assert "rolled_back" in again.json()["error"]


def test_single_operations_are_undone_and_the_rest_stays(ask: httpx.Client, ada: Namespace) -> None:
    report = ada.report(ada.dreams()[-1].id)
    link = next(o for o in report.operations if o.kind == "add_link")
    before = {x.id: x for x in ada.links()}
    body = {**ADA, "dream": report.id, "operations": [link.id]}
    assert ask.post("api/undo", json=body).json()["undone"] == 1
    assert {x.id: x for x in ada.links()} == {k: v for k, v in before.items() if k != link.target}
    night = get(ask, "night", dream=report.id)
    assert [o["id"] for o in night["operations"] if o["undone"]] == [link.id]


def test_what_rests_on_it_is_shown_first_and_undone_only_when_confirmed(
    ask: httpx.Client, ada: Namespace
) -> None:
    again = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."
    for number in (10, 12):
        ada.record([episode(again, day=number)])
        ada.dream()
    first = next(
        d for d in ada.dreams() if any(o.kind == "add_memory" for o in ada.report(d.id).operations)
    )
    ada.record([episode(again, day=14)])
    ada.dream()
    resting = get(ask, "resting", dream=first.id)["resting"]
    assert resting
    before = everything(ada)
    refused = ask.post("api/undo", json={**ADA, "dream": first.id})
    assert refused.status_code == 409
    assert "confirmed" in refused.json()["error"]
    assert everything(ada) == before
    confirmed = [o["id"] for o in resting]
    done = ask.post("api/undo", json={**ADA, "dream": first.id, "confirmed": confirmed})
    assert done.json()["cascaded"] == len(resting)


# -- a night that waits


def asked(namespace: Namespace) -> dict[str, Any]:
    """A night that waits for a person, as the page is told of it."""
    again = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."
    namespace.record([episode(again, day=number) for number in (20, 27)])
    return namespace.dream(review="ask").model_dump(mode="json")


def test_a_night_that_waits_is_approved_as_it_was_shown(ask: httpx.Client, ada: Namespace) -> None:
    waits = asked(ada)
    night = get(ask, "night", dream=waits["id"])
    assert (night["status"], night["digest"]) == ("waiting", waits["digest"])
    assert night["overtaken"] is False
    before = everything(ada)
    body = {**ADA, "dream": waits["id"]}
    assert ask.post("api/review", json=body).status_code == 400
    other = ask.post("api/review", json={**body, "digest": "another"})
    assert other.status_code == 409
    other = ask.post("api/review", json={**body, "digest": "another", "reject": "all"})
    assert other.status_code == 409
    assert everything(ada) == before
    memory = next(o["id"] for o in night["operations"] if o["kind"] == "add_memory")
    body |= {"digest": night["digest"], "edit": {memory: "Ottilie may eat no walnuts."}}
    done = ask.post("api/review", json=body)
    assert done.json()["status"] == "committed", done.text
    assert "Ottilie may eat no walnuts." in {m.text for m in ada.memories()}
    again = ask.post("api/review", json=body)
    assert again.status_code == 409
    assert "is committed" in again.json()["error"]


def test_a_review_needs_the_header_of_the_page(ask: httpx.Client, ada: Namespace) -> None:
    waits = asked(ada)
    body = {**ADA, "dream": waits["id"], "digest": waits["digest"]}
    for headers in ({"x-journal-csrf": "wrong"}, {"origin": "http://elsewhere"}):
        assert ask.post("api/review", json=body, headers=headers).status_code == 403
    assert ada.report(waits["id"]).status == "waiting"


def test_an_overtaken_night_is_told_as_such(ask: httpx.Client, ada: Namespace) -> None:
    waits = asked(ada)
    ada.record(day(FIRST, 40))
    ada.dream()
    assert get(ask, "night", dream=waits["id"])["overtaken"] is True
    body = {**ADA, "dream": waits["id"], "digest": waits["digest"]}
    assert ask.post("api/review", json={**body, "approve": "all"}).json()["status"] == "rejected"


# -- bad input, hostile texts, tenants


def test_hostile_texts_come_as_data(ask: httpx.Client, ada: Namespace) -> None:
    for position, text in enumerate(HOSTILE):
        [name] = ada.record([episode(f"kiln {text}", day=30, position=position)])
        kept = ada.episodes([name])[0].text
        response = ask.get("api/item", params=ADA | {"id": name})
        assert response.headers["content-type"] == "application/json"
        assert response.content.isascii()
        shown = response.json()
        assert shown["cut"] == (len(kept) > 50_000)
        assert shown["item"]["text"] == (f"{kept[:49_999]}…" if shown["cut"] else kept)
        answer = get(ask, "recall", q=kept[:1000])
        told = next(item["text"] for item in answer["items"] if item["id"] == name)
        assert told[:200] == kept[:200]
        assert len(told) <= 240


@pytest.mark.parametrize(
    "path",
    [
        "night?dream=unknown", "night?dream=", "item?id=unknown", "recall?q=", "recall?q=%20",
        "recall?q=a&k=0", "recall?q=a&k=-1", "recall?q=a&k=x", "recall?q=a&k=nan",
        "recall?q=a&at=soon", "recall?q=a&without=unknown", "memories?status=odd",
        "memories?kind=odd", "memories?offset=-1", "associations?least=2", "associations?days=inf",
        "night?dream=%ff%00&offset=1e99", "nothing",
    ],
)  # fmt: skip
def test_bad_requests_are_answered_in_words(kept: httpx.Client, path: str) -> None:
    response = kept.get(f"api/{path}{'&' if '?' in path else '?'}ns=acme&ns=ada")
    assert response.status_code in {400, 404}
    assert len(response.json()["error"]) > 20


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"7", b"[" * 100_000, b'{"ns": "acme"}', b'{"ns": [7]}', b"\xff",
        b'{"ns": ["acme", "ada"], "dream": 7}', b'{"ns": ["acme", "ada"], "redream": "no"}',
        b'{"ns": ["acme", "ada"], "operations": {}}',
        b'{"ns": ["acme", "ada"], "dream": "\\ud800"}',
        b'{"x": "' + b"x" * 2_000_000 + b'"}',
    ],
    ids=range(13),
)  # fmt: skip
def test_bad_changes_change_nothing(kept: httpx.Client, kept_ada: Namespace, body: bytes) -> None:
    before = everything(kept_ada)
    for path in ("api/undo", "api/review"):
        response = kept.post(path, content=body, headers=JSON)
        assert response.status_code in {400, 404}
        assert len(response.json()["error"]) > 20
    assert everything(kept_ada) == before


def test_one_namespace_is_never_in_anothers_answers(store: DreamStore, ask: httpx.Client) -> None:
    secret = "The Brandhorst kiln secret of Ben is swordfish."
    ben = store.namespace("acme", "ben")
    ben.record([episode(secret, day=1), *day(SECOND, 8)])
    theirs = ben.dream().id
    mine = [e.id for e in ben.episodes()]
    paths = ["nights", "associations", "associations?q=swordfish", "recall?q=swordfish", "levels"]
    paths += ["memories", "health", f"night?dream={theirs}", f"resting?dream={theirs}"]
    paths += [f"item?id={mine[0]}", f"associations?around={mine[0]}", f"associations?q={mine[0]}"]
    for path in paths:
        answer = ask.get(f"api/{path}{'&' if '?' in path else '?'}ns=acme&ns=ada").text
        assert "secret of Ben" not in answer, path
        assert not any(f'"{name}"' in answer for name in (*mine, theirs)), path
    undo = ask.post("api/undo", json={**ADA, "dream": theirs})
    assert undo.status_code == 404
    review = {**ADA, "dream": theirs, "digest": "", "reject": "all"}
    assert ask.post("api/review", json=review).status_code == 404
    assert ben.dreams()[-1].status == "committed"


def test_a_page_of_one_namespace_knows_no_other(store: DreamStore, ada: Namespace) -> None:
    store.namespace("acme", "ben").record(day(FIRST, 0))
    with (
        served(create_journal_app(store, token=TOKEN, only=("acme", "ben"))) as url,
        visitor(url) as client,
    ):
        assert client.get("api/start").json()["namespaces"] == [["acme", "ben"]]
        for parts in (["acme", "ada"], ["nobody"], [], ["acme"], ["{user}"]):
            assert client.get("api/nights", params={"ns": parts}).status_code == 404
    assert sorted(store.namespaces()) == [("acme", "ada"), ("acme", "ben")]
