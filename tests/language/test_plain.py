"""Languages without rules: words by library, sameness by equality, nothing ends anything."""

import threading
from datetime import UTC, datetime

import pytest
from helpers_store import memory
from hypothesis import given, settings
from hypothesis import strategies as st

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.language.plain import Plain, codes
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import content_sequence, query_words

SAID = datetime(2023, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("es", "la casa vieja", "las casas viejas"),
        ("es", "canción", "CANCIONES"),
        ("es", "canción", "cancion"),
        ("de", "das Haus", "die Häuser"),
        ("de", "die Straße", "in den Strassen"),
        ("fr", "le cheval", "les chevaux"),
        ("fr", "l'école", "à l’école"),
        ("it", "il gatto", "dei gatti"),
        ("pt", "a casa", "as casas"),
        ("nl", "het boek", "de boeken"),
        ("sv", "en flicka", "flickorna"),
        ("fi", "talo", "talot"),
        ("ru", "красная машина", "красные машины"),
        ("ru", "ёлка", "елка"),
        ("tr", "IRMAK", "ırmak"),
        ("el", "σπίτι", "ΣΠΊΤΙΑ"),
        ("ar", "كتاب", "الكتاب"),
        ("hi", "किताब", "किताबें"),
        ("ja", "ＡＢＣ", "abc"),
        ("ja", "ｶﾒﾗ", "カメラ"),
    ],
)
def test_inflected_forms_are_one_term(code: str, one: str, other: str) -> None:
    plain = Plain(code)
    assert content_sequence(plain, one) == content_sequence(plain, other) != []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("es", "¿Qué es eso? También lo que está, y tu hermano no"),
        ("es", "despues tambien esta"),
        ("de", "Und obwohl es für uns nicht über das hinaus geht"),
        ("fr", "Ce qu'il n'a jamais été aujourd'hui, c'est celui-ci"),
        ("ru", "Но если бы они были не только с ней"),
        ("zh", "我们的, 因为, 在这"),
        ("ja", "でも、それはです"),
    ],
)
def test_function_words_are_no_terms(code: str, text: str) -> None:
    kept = content_sequence(Plain(code), text)
    assert set(kept) <= {"herman", "hinaus", "それ"}


def test_writing_without_spaces_is_cut_into_pairs() -> None:
    chinese = Plain("zh")
    assert content_sequence(chinese, "北京大学！茶") == ["北京", "京大", "大学"]
    assert query_words(chinese, "北京大学") == ["北京", "京大", "大学"]
    assert query_words(chinese, "茶") == ["茶"]
    assert "茶" in [token.stem for token in chinese.tokens("喜欢喝茶。")]
    assert query_words(Plain("de"), "Das Buch 北京") == ["buch", "北京"]


def test_only_function_words_are_searched_for_all_the_same() -> None:
    assert query_words(Plain("de"), "ist das so") == ["ist", "das", "so"]


def test_accents_that_tell_words_apart_stay() -> None:
    assert content_sequence(Plain("vi"), "bàn") != content_sequence(Plain("vi"), "bán")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ich wohne in Wien.", "ich wohne in wien", True),
        ("Ich wohne, in Wien!", "Ich wohne in „Wien“.", True),
        ("Ich wohne in Wien.", "Ich wohne in Graz.", False),
        ("Ich wohne in Wien.", "Ich wohne nicht in Wien.", False),
        ("Du kommst.", "Du kommst?", False),
        ("Es kostet 5 €.", "Es kostet 5 $.", False),
        ("Es sind 3.5 kg", "Es sind 35 kg", False),
        ("Anna hilft Bert.", "Bert hilft Anna.", False),
        ("私は東京に住んでいます。", "私は東京に住んでいます", True),
        ("私は東京に住んでいます。", "私は京都に住んでいます。", False),
    ],
)
def test_the_same_is_what_has_equal_words(one: str, other: str, same: bool) -> None:
    assert Plain("de").same_statement(one, other) is same


def test_nothing_ends_or_updates_anything() -> None:
    plain = Plain("de")
    old, new = "The rent is 900 euros a month.", "The rent is now 950 euros a month."
    assert ENGLISH.contradiction(old, new) is not None
    assert plain.contradiction(old, new) is None
    assert plain.update(old, new, lambda stem: 1.0) is None
    assert plain.replacement_fault(memory(old), memory(new))
    assert plain.absolute_dates("Ann came yesterday.", SAID) == "Ann came yesterday."
    assert not plain.compares


def test_sentences_are_cut_in_any_writing() -> None:
    plain = Plain("zh")
    assert plain.statements("我住在北京。你呢？很好！ 是的") == ["我住在北京。", "很好！", "是的"]
    assert plain.statements("Uno. ¿Dos? Tres… cuatro\ncinco") == [
        "Uno.",
        "Tres…",
        "cuatro",
        "cinco",
    ]
    assert plain.statements("यह घर है। वह बड़ा है।") == ["यह घर है।", "वह बड़ा है।"]
    assert plain.statements(" \n ") == []


@pytest.mark.parametrize("code", ["", "xx", "deutsch", "DE", None, 7, ["de"]])
def test_an_unknown_code_is_refused_with_those_there_are(code: object) -> None:
    with pytest.raises(InvalidInputError, match=r"\bde\b.*\bzh\b"):
        Plain(code)  # type: ignore[arg-type]


def test_every_language_is_made() -> None:
    assert {"de", "es", "fr", "ru", "zh", "ja", "ko", "th", "nb", "sr", "my"} <= codes()
    for code in codes():
        plain = Plain(code)
        assert isinstance(plain, Language)
        assert plain.code == code
        assert code in plain.rules
        assert [token.stem for token in plain.tokens("2026")] == ["2026"]
    assert isinstance(ENGLISH, Language)


@settings(max_examples=200, deadline=None)
@given(st.text(), st.sampled_from(["de", "ja", "tr", "hi", "ar", "my"]))
def test_any_text_will_do(text: str, code: str) -> None:
    plain = Plain(code)
    for token in plain.tokens(text):
        assert token.stem
        assert token.written in text or len(token.written) <= 2
        assert not set(token.stem) & set(" \"'*^-()")  # a query of them is safe
    assert plain.same_statement(text, text)


def test_threads_share_a_language() -> None:
    plain = Plain("de")
    words = [f"Häuser{letter} Straßen{letter}" for letter in "abcdefghijklmnopqrst"]
    expected = [content_sequence(Plain("de"), text) for text in words]
    found: list[list[list[str]]] = []
    threads = [
        threading.Thread(
            target=lambda: found.append([content_sequence(plain, text) for text in words])
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8
