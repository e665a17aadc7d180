"""What is put lives on: overwritten, deleted, expired, dreamt of, and found along links."""

import time
from pathlib import Path

import pytest
from dream_support import ANSWER, FIRST, QUESTION, SECOND, WordEmbedder

from langgraph_dreams import DreamStore, EmbedderError, InvalidInputError, Namespace, Trust
from langgraph_dreams.dream.transaction.apply import leased
from langgraph_dreams.namespace.base_store.store import DreamBaseStore

ADA = ("users", "ada")
REX, TOM = {"text": "My cat is called Rex."}, {"text": "My cat is called Tom."}


@pytest.fixture
def ada(dreams: DreamStore, root: str) -> Namespace:
    return dreams.namespace(root, *ADA)


def test_an_overwritten_value_is_found_no_more(store: DreamBaseStore, ada: Namespace) -> None:
    store.put(ADA, "cat", REX)
    first = store.get(ADA, "cat")
    seen = ada.episodes()[0].time
    store.put(ADA, "cat", TOM)
    last = store.get(ADA, "cat")
    assert last.value == TOM
    assert first.created_at == last.created_at == first.updated_at < last.updated_at
    assert [item.value for item in store.search(ADA)] == [TOM]
    assert [item.value for item in store.search(ADA, query="What is my cat called?")] == [TOM]
    [found] = ada.recall("What is my cat called?", as_of=seen, floor=0).items
    assert found.item.text == "My cat is called Rex."


def test_another_value_with_the_same_text_is_the_same_episode(
    store: DreamBaseStore, ada: Namespace
) -> None:
    for n in (1, 2):
        store.put(ADA, "cat", {**REX, "n": n}, index=["text"])
    assert [e.text for e in ada.episodes()] == ["My cat is called Rex."]
    [item] = store.search(ADA, query="cat", filter={"n": 2})
    assert item.created_at < item.updated_at


def test_what_was_indexed_may_be_so_no_more_and_again(
    store: DreamBaseStore, ada: Namespace
) -> None:
    for index, texts in (
        (None, ["My cat is called Rex."]),
        (False, ["cat"]),
        (None, [REX["text"]]),
    ):
        store.put(ADA, "cat", REX, index=index)
        assert store.get(ADA, "cat").value == REX
        assert [e.text for e in ada.episodes() if not e.replaced_by] == texts
        [found] = store.search(ADA, query="cat")
        assert (found.score is None) == (index is False)
    assert ada.counts()["undreamt"] == 1  # nobody dreams of what is not indexed


def test_what_is_deleted_is_gone_with_all_that_came_of_it(
    store: DreamBaseStore, ada: Namespace
) -> None:
    store.put(ADA, "cat", REX)
    store.put(ADA, "kiln", {"text": FIRST[0]})
    ada.dream()
    store.put(ADA, "cat", TOM)
    store.search(ADA, query="Who is called Tom?")
    assert [m.text for m in ada.memories()] == [REX["text"]]
    store.delete(ADA, "cat")
    assert store.get(ADA, "cat") is None
    assert [item.key for item in store.search(ADA, query="Who is called Tom?")] == ["kiln"]
    assert [e.text for e in ada.episodes()] == [FIRST[0]]
    assert ada.memories() == []
    assert "Rex" not in str([ada.report(d.id) for d in ada.dreams()])
    store.put(ADA, "cat", REX)
    assert store.get(ADA, "cat").created_at == store.get(ADA, "cat").updated_at


def test_a_memory_of_an_overwritten_value_ends_with_the_next_dream(
    store: DreamBaseStore, ada: Namespace
) -> None:
    store.put(ADA, "cat", REX)
    ada.dream()
    assert [(m.text, m.trust) for m in ada.memories()] == [(REX["text"], Trust.ASSERTED)]
    store.put(ADA, "cat", TOM)
    ada.dream()
    assert [m.text for m in ada.memories()] == [TOM["text"]]


def test_forgetting_by_a_person_takes_the_value_too(store: DreamBaseStore, ada: Namespace) -> None:
    store.put(ADA, "cat", {"text": "My cat is called Rex.", "chip": "a94 Zephyr"}, index=["text"])
    store.put(ADA, "dog", {"chip": "Zephyr b12"}, index=False)
    store.put(ADA, "kiln", {"text": FIRST[0]})
    assert len(ada.forget(text="Zephyr").episodes) == 2
    assert [item.key for item in store.search(ADA)] == ["kiln"]


def test_a_delete_during_a_dream_hides_at_once_and_ends_after_it(
    store: DreamBaseStore, ada: Namespace
) -> None:
    store.put(ADA, "cat", REX)
    store.put(ADA, "kiln", {"text": FIRST[0]})
    with leased(ada.vault, "a dream", 60):
        store.delete(ADA, "cat")
        assert store.get(ADA, "cat") is None
        assert [item.key for item in store.search(ADA, query="My cat is called Rex")] == ["kiln"]
        assert ada.recall("My cat is called Rex", floor=0).items[0].item.text == FIRST[0]
        store.put(ADA, "cat", TOM)
    assert store.get(ADA, "cat").value == TOM
    assert store.get(ADA, "cat").created_at == store.get(ADA, "cat").updated_at
    store.put(ADA, "clay", {"text": FIRST[2]})
    assert "Rex" not in str(ada.episodes())
    assert store.get(ADA, "cat").value == TOM


def test_related_puts_are_linked_by_a_dream_and_found_along_the_link(
    store: DreamBaseStore, ada: Namespace
) -> None:
    for number, texts in enumerate((FIRST, SECOND)):
        for i, text in enumerate(texts):
            store.put(ADA, f"{number} {i}", {"text": text, "night": number})
        ada.dream()
    links = {link.id: link for link in ada.links()}
    assert [link.bridge for link in links.values()] == [("Brandhorst",)]
    found = store.search(ADA, query=QUESTION, limit=8)
    assert found[0].value["text"] == FIRST[0]
    [answer] = [item for item in found if item.value["text"] == ANSWER]
    assert [hop.link for hop in answer.why.path] == list(links)
    assert "Brandhorst" in answer.why.text()
    assert [i.strength for i in found] == sorted((i.strength for i in found), reverse=True)
    filtered = store.search(ADA, query=QUESTION, filter={"night": 1})
    assert filtered[0].value["text"] == ANSWER


def test_what_nobody_vouches_for_becomes_no_memory(make, ada: Namespace) -> None:
    make(trust=Trust.UNTRUSTED).put(ADA, "cat", REX)
    ada.dream()
    assert ada.memories() == []
    assert [e.trust for e in ada.episodes()] == [Trust.UNTRUSTED]


def test_values_are_redacted_and_keys_are_not(root: str) -> None:
    def redact(text: str) -> str:
        return text.replace("secret", "[gone]")

    with DreamStore.in_memory(embedder=WordEmbedder(), redact=redact) as dreams:
        store = dreams.as_base_store(root)
        value = {
            "text": "my secret",
            "id": "secret",
            "time": ["secret"],
            "secret": {"kind": "secret"},
        }
        for _ in range(2):
            store.put(ADA, "secret key", value)
        told = {
            "text": "my [gone]",
            "id": "[gone]",
            "time": ["[gone]"],
            "secret": {"kind": "[gone]"},
        }
        assert store.get(ADA, "secret key").value == told
        assert len(dreams.namespace(root, *ADA).episodes()) == 1


class Failing(WordEmbedder):
    def embed(self, texts):
        if any("fail" in text for text in texts):
            raise RuntimeError("no answer")
        return super().embed(texts)


def test_when_the_embedder_fails_nothing_is_written() -> None:
    with DreamStore.in_memory(embedder=Failing()) as dreams:
        store = dreams.as_base_store()
        with pytest.raises(EmbedderError):
            store.put(ADA, "a", {"text": "fail here"})
        assert store.list_namespaces() == []
        assert store.get(ADA, "a") is None
        store.put(ADA, "a", REX)
        with pytest.raises(EmbedderError):
            store.put(ADA, "a", {"text": "fail here"})
        assert store.get(ADA, "a").value == REX
        assert store.list_namespaces() == [ADA]


# -- time to live


def ends(ada: Namespace) -> list:
    return [e.put.expires for e in ada.episodes()]


def test_what_has_expired_is_gone(make, ada: Namespace) -> None:
    store = make(ttl={"default_ttl": 0.001})
    store.put(ADA, "soon", REX)
    store.put(ADA, "later", TOM, ttl=60)
    store.put(ADA, "never", {"text": FIRST[0]}, ttl=None)
    time.sleep(0.1)
    assert store.get(ADA, "soon") is None
    assert {i.key for i in store.search(ADA)} == {"later", "never"}
    assert {i.key for i in store.search(ADA, query="cat called Rex")} == {"later", "never"}
    late = make(ttl={"omit_expired": False})
    assert late.get(ADA, "soon", refresh_ttl=False).value == REX
    assert store.sweep_ttl() == 1
    assert store.sweep_ttl() == 0
    assert late.get(ADA, "soon") is None
    assert "Rex" not in str(ada.episodes())


def test_reading_and_writing_move_the_end(make, ada: Namespace) -> None:
    store = make(ttl={"refresh_on_read": True})
    store.put(ADA, "cat", REX, ttl=30)
    [first] = ends(ada)
    store.get(ADA, "cat", refresh_ttl=False)
    store.search(ADA, query="cat", refresh_ttl=False)
    assert ends(ada) == [first]
    store.get(ADA, "cat")
    [second] = ends(ada)
    store.search(ADA, query="cat")
    [third] = ends(ada)
    store.put(ADA, "cat", REX, ttl=30)
    [fourth] = ends(ada)
    assert first < second < third < fourth
    store.put(ADA, "cat", REX, ttl=None)
    store.get(ADA, "cat")
    assert ends(ada) == [None]
    still = make(ttl={"refresh_on_read": False})
    still.put(ADA, "cat", REX, ttl=30)
    [end] = ends(ada)
    still.get(ADA, "cat")
    assert ends(ada) == [end]


def test_a_sweeper_sweeps_by_itself_until_the_store_is_closed(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as dreams:
        store = dreams.as_base_store(ttl={"default_ttl": 0.001, "sweep_interval_minutes": 0.001})
        store.put(ADA, "cat", REX)
        ada = dreams.namespace(*ADA)
        for _ in range(300):
            if not store.list_namespaces():
                break
            time.sleep(0.1)
        assert store.list_namespaces() == []
        assert ada.episodes() == []
    assert store.stop_ttl_sweeper(0)


@pytest.mark.parametrize(
    "settings",
    [
        {"ttl": {"default_ttl": 0}},
        {"ttl": {"default_ttl": "5"}},
        {"ttl": {"sweep_interval_minutes": -1}},
        {"ttl": {"omit_expired": 1}},
        {"ttl": {"no": 1}},
        {"ttl": 5},
        {"fields": "text"},
        {"fields": [1]},
        {"fields": None},
        {"trust": 3},
        {"trust": True},
        {"trust": "untrusted"},
    ],
    ids=repr,
)
def test_bad_settings(make, settings: dict) -> None:
    with pytest.raises(InvalidInputError):
        make(**settings)
