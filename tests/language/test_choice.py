"""A store or a namespace speaks a language: chosen, kept, changed, and searched by its words."""

import logging
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from dream_support import SMALL, WordEmbedder, day
from helpers_store import HashEmbedder, episode, memory
from language_support import FRAMES, LANGUAGES, PAIRS, turns

from langgraph_dreams import DreamStore, Namespace
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.language import resolve
from langgraph_dreams.language.english.language import English
from langgraph_dreams.language.mixed import MIXED
from langgraph_dreams.language.plain import Plain
from langgraph_dreams.store import Backend
from langgraph_dreams.store import namespace_state as state
from langgraph_dreams.store.chroma.clients import open_memory
from langgraph_dreams.store.records.registry import Registry


def made(**options: object) -> DreamStore:
    return DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL, **options)  # type: ignore[arg-type]


def found(namespace: Namespace, query: str) -> list[str]:
    """Texts that share words with a query."""
    hits = [id_ for id_, _ in namespace.vault.lexical(query, 10)]
    return [namespace.vault.get([id_])[id_].text for id_ in hits]


@pytest.mark.parametrize(
    ("code", "text", "queries"),
    [
        ("es", "Vendimos las casas viejas del abuelo.", ("la casa", "VIEJO", "¿Y la casa?")),
        ("de", "Die Häuser am Hang verkaufen wir.", ("Haus", "ein Verkauf")),
        ("fr", "Les chevaux dorment près de l'école.", ("mon cheval", "les ecoles", "ecole")),
        ("ru", "Анна купила красные яблоки.", ("красное яблоко", "купить")),
        ("zh", "我上个月搬到北京，喜欢喝茶。", ("北京", "你住在北京吗？", "茶")),
        ("ja", "先月、東京に引っ越しました。猫がいます。", ("東京", "猫", "東京の天気")),
        ("ko", "저는 학교에서 한국어를 공부합니다.", ("학교", "한국어")),
        ("th", "ฉันชอบดื่มกาแฟ", ("กาแฟ",)),
    ],
)
def test_words_are_found_in_other_inflections(
    code: str, text: str, queries: tuple[str, ...]
) -> None:
    with made(language=code) as store:
        namespace = store.namespace("ada")
        namespace.record([*day([text], 0), *day(["7 8 9"], 1)])
        for query in queries:
            assert found(namespace, query) == [text]
            assert namespace.recall(query, 1).items[0].item.text == text
        assert found(namespace, "zzz") == []


def dreamt(code: str, language: str) -> Namespace:
    """Forty turns of one language, and a pair that shares a thing, dreamt as another."""
    namespace = made(language=language).namespace("ada")
    namespace.record([e for n, text in enumerate(turns(code)) for e in day([text], n)])
    namespace.record(day(PAIRS[code][:1], 50))
    namespace.dream()
    again = [text.format("...") for text in FRAMES[code]]
    namespace.record([*day(PAIRS[code][1:], 60), *day(again, 70)])
    namespace.dream()
    return namespace


@pytest.mark.parametrize("code", LANGUAGES)
def test_function_words_link_nothing(code: str) -> None:
    assert len(turns(code)) == 40
    namespace = dreamt(code, code)
    (link,) = namespace.links()
    assert {e.text for e in namespace.episodes([link.a, link.b])} == set(PAIRS[code])
    assert len(link.bridge) == 1
    by_default = dreamt(code, "en")  # tells the language by itself, where the text tells it
    for link in by_default.links():
        assert {e.text for e in by_default.episodes([link.a, link.b])} == set(PAIRS[code])


def test_nothing_is_superseded_and_repeats_add_up() -> None:
    with made(
        language="de",
    ) as store:
        namespace = store.namespace("ada")
        rent = "Die Miete der Wohnung kostet 900 Euro im Monat."
        namespace.record(day([rent, "Meine Schwester Ottilie wohnt in Paris."], 0))
        namespace.dream()
        namespace.record(day(["Die Miete der Wohnung kostet jetzt 950 Euro im Monat.", rent], 9))
        report = namespace.dream()
        namespace.record(day(["Meine Schwester Ottilie wohnt nicht in Paris."], 12))
        namespace.dream()
        assert {m.status for m in namespace.memories()} <= {"tentative", "active"}
        (memory,) = [m for m in namespace.memories() if m.status == "active"]
        assert memory.text == rent
        assert len(memory.sources) == 2
        assert not [o for o in report.operations if o.kind == "supersede_memory"]
        assert not [link for link in namespace.links() if link.kind == "update"]


def test_forgetting_speaks_the_language() -> None:
    with made(language="es") as store:
        namespace = store.namespace("ada")
        namespace.record(day(["Vendimos las casas de Ottilie.", "Las casas viejas huelen mal."], 0))
        namespace.dream()
        kept = namespace.vault.dreams(operations=True)
        namespace.forget(text="Ottilie")
        assert found(namespace, "Ottilie") == []
        assert found(namespace, "casa") == ["Las casas viejas huelen mal."]
        (report,) = namespace.vault.dreams(operations=True)
        assert report.id == kept[0].id
        assert "Ottilie" not in report.model_dump_json()


# -- which


def test_english_is_the_default_and_says_so() -> None:
    with made() as store:
        namespace = store.namespace("ada")
        assert namespace.vault.language is MIXED
        namespace.record(day(["The kilns are hot."], 0))
        assert found(namespace, "kiln") == ["The kilns are hot."]
        assert store._backend.registry.all()[0].language == "en"


def test_a_namespace_may_differ_from_its_store() -> None:
    with made(language="de") as store:
        ada, bob = store.namespace("ada"), store.namespace("bob", language="es")
        assert (ada.vault.language.code, bob.vault.language.code) == ("de", "es")
        again = store.namespace("bob")  # whoever opens it from here, such as the idle dreamer
        assert again.vault.language.code == "es"
        template = store.namespace("{user}", language="fr")
        told = template.resolve({"configurable": {"user": "eve"}})
        assert told.vault.language.code == "fr"


def test_the_choice_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    texts = ["Vendimos las casas viejas.", "El perro duerme."]
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        store.namespace("ada", language="es").record(day(texts, 0))
    caplog.set_level(logging.WARNING, "langgraph_dreams")
    for _ in range(2):
        with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
            namespace = store.namespace("ada")
            assert namespace.vault.language.code == "es"
            assert found(namespace, "casa") == texts[:1]
    assert caplog.text == ""


def test_another_language_rebuilds_the_index(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    texts = ["Die Häuser am Hang verkaufen wir.", "The kilns are hot."]
    caplog.set_level(logging.WARNING, "langgraph_dreams")
    with DreamStore.open(tmp_path, embedder=WordEmbedder(), policy=SMALL) as store:
        namespace = store.namespace("ada")
        namespace.record(day(texts, 0))
        namespace.dream()
        counts = namespace.counts()
        assert found(namespace, "Hang") == texts[:1]
        assert caplog.text == ""
    with DreamStore.open(tmp_path, embedder=WordEmbedder(), language="de") as store:
        namespace = store.namespace("ada")
        assert found(namespace, "Haus") == texts[:1]
        assert namespace.counts() == counts
        assert namespace.vault.undreamt() == []
    assert "ada: the language was 'en' and is now 'de'" in caplog.text
    caplog.clear()
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        namespace = store.namespace("ada")
        assert (namespace.vault.language.code, caplog.text) == ("de", "")
        assert store.namespace("ada", language="en").vault.language is MIXED
        assert namespace.vault.language is MIXED  # one namespace, one index
        assert (found(namespace, "Haus"), found(namespace, "kiln")) == ([], texts[1:])
    assert not list(tmp_path.rglob("*.damaged"))


def test_a_namespace_that_was_only_asked_takes_any_language() -> None:
    with made() as store:
        assert store.namespace("ada").recall("x").items == ()
        namespace = store.namespace("ada", language="de")
        assert store.namespaces() == []
        namespace.record(day(["Die Häuser."], 0))
        assert found(namespace, "Haus") == ["Die Häuser."]
        assert store._backend.registry.all()[0].language == "de"


def test_a_stem_that_is_cut_otherwise_rebuilds_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder(), language="de") as store:
        store.namespace("ada").record(day(["Die Häuser."], 0))
    resolve._plain.cache_clear()
    monkeypatch.setattr("langgraph_dreams.language.plain._stemmer", lambda code: None)
    monkeypatch.setattr("langgraph_dreams.language.plain.versions", lambda: "another")
    try:
        with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
            namespace = store.namespace("ada")
            assert found(namespace, "Haus") == []
            assert found(namespace, "häuser") == ["Die Häuser."]
    finally:
        resolve._plain.cache_clear()


def test_other_clients_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "CHECK_EVERY", 0.0)
    client = open_memory()
    key = ("language", "shared")
    backends = [Backend.attach(client), Backend.attach(client)]
    one, other = (backend.vault(key, HashEmbedder()) for backend in backends)
    one.add_episodes([episode(1, "Die Häuser am Hang")])
    assert other.lexical("Haus", 5) == []
    backends[0].vault(key, HashEmbedder(), language="de")
    assert [id_ for id_, _ in one.lexical("Haus", 5)] == ["e0001"]
    assert [id_ for id_, _ in other.lexical("Haus", 5)] == ["e0001"]
    assert other.language.code == "de"
    other.put_memories([memory("Das Haus", ["e0001"])])
    late = Backend.attach(client).vault(key, HashEmbedder())
    assert late.language.code == "de"
    assert len(late.lexical("Häuser", 5, prefix=None)) == 2
    for backend in backends:
        backend.close()


def test_a_store_of_before_is_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put = Registry.put

    def without(self: Registry, entry: object) -> object:
        made = put(self, entry)  # type: ignore[arg-type]
        self._records.delete([made.key])
        fields = {"parts": '["ada"]', "embedder": made.embedder, "dimension": made.dimension}
        fields |= {"items": made.items, "schema": 1, "created": made.created}
        self._records.put({made.key: {**fields, "written": made.written}})
        return made

    monkeypatch.setattr(Registry, "put", without)
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        store.namespace("ada").record(day(["The kilns are hot."], 0))
        index = store.namespace("ada").vault._state.index
        with index.change() as db:
            db.execute("DELETE FROM facts WHERE name = 'rules'")
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        namespace = store.namespace("ada")
        assert namespace.vault.language is MIXED
        assert namespace.vault.losses > 0  # its index was cut otherwise: built again
        assert found(namespace, "kiln") == ["The kilns are hot."]


# -- languages of one's own


class Pirate(English):
    """English, with a function word more."""

    code = "x-pirate"
    rules = "pirate 1"

    def is_stop_word(self, word: str) -> bool:
        return word == "arr" or super().is_stop_word(word)


def brought(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    point = EntryPoint(name, value, resolve.ENTRY_POINTS)
    monkeypatch.setattr(
        resolve, "entry_points", lambda group: [point] if group == resolve.ENTRY_POINTS else []
    )


def test_an_object_of_the_protocol_is_taken(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        namespace = store.namespace("ada", language=Pirate())
        namespace.record(day(["The kilns are hot."], 0))
        assert isinstance(namespace.vault.language, Pirate)
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        with pytest.raises(InvalidInputError, match=r"namespace ada was registered .* 'x-pirate'"):
            store.namespace("ada").counts()
        assert store.namespace("ada", language="de").counts()["episodes"] == 1


def test_a_package_may_bring_a_language(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    brought(monkeypatch, "x-pirate", f"{__name__}:Pirate")
    with DreamStore.open(tmp_path, embedder=WordEmbedder(), language="x-pirate") as store:
        store.namespace("ada").record(day(["The kilns are hot."], 0))
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        namespace = store.namespace("ada")
        assert isinstance(namespace.vault.language, Pirate)
        assert found(namespace, "kiln") == ["The kilns are hot."]
    brought(monkeypatch, "de", f"{__name__}:German")
    assert isinstance(resolve.resolve_language("de"), German)
    with pytest.raises(InvalidInputError, match=r"x-pirate.*\bes\b"):
        resolve.resolve_language("x-pirate")


class German(Plain):
    """A better German."""

    def __init__(self) -> None:
        super().__init__("de")


def broken() -> object:
    raise RuntimeError("no dictionary")


@pytest.mark.parametrize("value", ["broken", "dict", "Pirate", "nothing_of_the_kind"])
def test_a_package_that_brings_none_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    brought(monkeypatch, "xx", f"{'builtins' if value == 'dict' else __name__}:{value}")
    with pytest.raises(InvalidInputError, match="xx"):
        made(language="xx")


@pytest.mark.parametrize(
    "value", ["", "xx", "german", 7, object(), Pirate, ["de"], b"de", "\ud800"]
)
def test_what_is_no_language_is_refused(value: object) -> None:
    with pytest.raises(InvalidInputError, match="language"):
        made(language=value)
    with made() as store, pytest.raises(InvalidInputError, match="language"):
        store.namespace("ada", language=value)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="language"):
        DreamStore(client=open_memory(), language=value)  # type: ignore[arg-type]


def test_a_language_stays_when_everything_is_forgotten() -> None:
    with made() as store:
        plain = store.namespace("ada")
        plain.record(day(["The kilns are hot."], 0))
        german = store.namespace("ada", language="de")
        german.forget(everything=True)
        plain.record(day(["Die Häuser sind warm."], 1))
        german.record(day(["Das Haus ist kalt."], 2))
        assert german.vault.language.code == plain.vault.language.code == "de"


@pytest.mark.parametrize(
    ("name", "value"), [("rules", ""), ("rules", 7), ("tokenizer", "porter'"), ("tokenizer", None)]
)
def test_what_no_index_can_be_built_by_is_refused(name: str, value: object) -> None:
    language = type("Odd", (English,), {"code": "xx", name: value})()
    with pytest.raises(InvalidInputError, match=f"{name} of the language"):
        made(language=language)


def test_a_code_of_no_language_of_ones_own_is_refused() -> None:
    class Nameless(English):
        code = ""

    with pytest.raises(InvalidInputError, match="code"):
        made(language=Nameless())
