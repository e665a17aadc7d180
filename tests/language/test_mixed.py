"""The default tells the language of each text, and leaves English as it is."""

import pytest

from langgraph_dreams.language.detect import language_of
from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.language.mixed import MIXED
from langgraph_dreams.language.words import content_sequence, query_words


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("de", "Mein Hund heißt Bruno."),
        ("de", "Die Miete beträgt 900 Euro."),
        ("es", "Mi perro se llama Bruno."),
        ("fr", "J'habite à Lyon."),
        ("fr", "Les enfants veulent un lapin."),
        ("zh", "我住在成都。"),
        ("ja", "京都に住んでいます。"),
        ("ko", "저는 학교에 갑니다."),
        ("th", "ฉันชอบดื่มกาแฟ"),
        ("ru", "Моя сестра живёт в Твери."),
        *(("en", text) for text in ("Die Hard is on.", "El Paso trip booked.", "Noted.")),
        *(("en", text) for text in ("Los Angeles flight", "Café bill paid", "résumé sent")),
        *(
            ("en", text)
            for text in ("Dr. Ortiz, Tuesday", "L'Amour tickets", "", "I moved to 北京.")
        ),
    ],
)
def test_a_text_is_in_its_language(code: str, text: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize("text", ["The kilns are hot, Ann's too.\nNoted.", "Los Angeles flight"])
def test_english_is_as_it_was(text: str) -> None:
    assert MIXED.tokens(text) == ENGLISH.tokens(text)
    assert MIXED.statements(text) == ENGLISH.statements(text)


def test_each_part_is_cut_by_its_language() -> None:
    assert content_sequence(MIXED, "I moved to 北京大学 there") == ["move", "北京", "京大", "大学"]
    text = "user: Wir verkaufen die Häuser.\nagent: The kilns are hot."
    assert content_sequence(MIXED, text)[1:] == ["verkauf", "haus", "agent", "kiln", "hot"]
    assert query_words(MIXED, "榛子") == ["榛子"]
    found = {token.stem for token in MIXED.tokens("Wir verkaufen die Häuser.")}
    assert set(query_words(MIXED, "Häuser")) <= found  # a word alone is read as English


@pytest.mark.parametrize(
    "text",
    [
        "Mr Ito teaches me the piano.",
        "Mrs Sara lives in Pisa.",
        "Dr Sim called me.",
        "I live with Mia.",
        "We call her Ella.",
        "Anna moved to Porto.",
        "Ask Otto.",
        "Hans cuts my hair.",
    ],
)
def test_a_name_or_a_title_is_no_word_of_another_language(text: str) -> None:
    assert language_of(text) == "en"
