"""Whom a question names of those who speak."""

import pytest

from langgraph_dreams.language.mixed import MIXED
from langgraph_dreams.language.speakers import named_speaker

GROUP = ("Ada Lovelace", "Bruno", "Will", "林梅")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What did Ada cook?", "Ada Lovelace"),
        ("what did ada lovelace cook", "Ada Lovelace"),
        ("What is Bruno's dog called?", "Bruno"),
        ("林梅喜欢什么？", "林梅"),
        ("When does Will arrive?", "Will"),
        ("Will it rain?", ""),
        ("What will she cook?", ""),
        ("What did Ada give to Bruno?", ""),
        ("What did Carla cook?", ""),
        ("What did Lovelace cook?", ""),
        ("", ""),
    ],
)
def test_one_speaker_is_named_or_none(question: str, name: str) -> None:
    assert named_speaker(MIXED, question, GROUP) == name


def test_of_two_with_one_first_name_the_full_name_tells() -> None:
    two = ("Ada Lovelace", "Ada Yonath", "Bruno")
    assert named_speaker(MIXED, "What did Ada cook?", two) == ""
    assert named_speaker(MIXED, "What did Ada Yonath cook?", two) == "Ada Yonath"
    assert named_speaker(MIXED, "What did Ada cook?", ("Ada", "Ada Yonath")) == "Ada"
