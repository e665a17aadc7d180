"""Figures and times in words and in digits are compared by their values."""

import pytest

from langgraph_dreams.language.english.clauses import whole
from langgraph_dreams.language.english.comparison.contradiction import contradiction
from langgraph_dreams.language.english.comparison.updates import update

VALUES = [
    ("quarter past six", ("clock", "06:15?", "")),
    ("ten to eight", ("clock", "07:50?", "")),
    ("six o'clock", ("clock", "06:00?", "")),
    ("six in the evening", ("clock", "18:00", "")),
    ("6.30 p.m.", ("clock", "18:30", "")),
    ("12 am", ("clock", "00:00", "")),
    ("six thirty", ("clock", "06:30?", "")),
    ("noon", ("clock", "12:00", "")),
    ("three hundred and fifty euros", ("number", "350", "euro")),
    ("€350", ("number", "350", "euro")),
    ("350.00 EUR", ("number", "350", "euro")),
    ("twenty-two kilos", ("number", "22", "kilo")),
    ("1,000 people", ("number", "1000", "peopl")),
    ("a thousand people", ("number", "1000", "peopl")),
    ("version 3.10", ("number", "3.10", "")),
    ("10%", ("number", "10", "percent")),
    ("2026-05-03", ("date", "2026-5-3", "")),
    ("the 3rd of May", ("date", "5-3", "")),
]
CHANGED = [
    ("Practice is at quarter past six.", "Practice is at 18:00 now."),
    ("The yoga class starts at quarter past six.", "The yoga class starts at 18:00."),
    ("The meeting is at six.", "The meeting is at 7:30 now."),
    ("The meeting is at half past nine.", "The meeting is at ten o'clock."),
    ("The rent is €900.", "The rent is nine hundred fifty euros now."),
    ("The rent is 900 EUR.", "The rent is €950 now."),
    ("The limit is ten percent.", "The limit is 12% now."),
    ("The deadline is 3 May.", "The deadline is 2026-05-10 now."),
    ("The class has fifteen students.", "The class has 18 students now."),
    ("The shop closes at 18:00.", "The shop closes at half past seven in the evening now."),
    ("My alarm is at 6:00.", "My alarm is at half past five now."),
    ("The gym costs thirty euros a month.", "The gym costs €34 a month now."),
    ("Dinner is at noon.", "Dinner is at half past one now."),
    ("The train leaves at 8:10.", "The train leaves at ten to nine now."),
    ("The trip is on May 3rd.", "The trip is on 4 May now."),
    ("I take the pill at six.", "I take the pill at 7:00 now."),
    ("My appointment is at 4 pm.", "My appointment is at quarter past four now."),
]
THE_SAME = [
    ("Practice is at quarter past six.", "Practice is at 18:15."),
    ("The rent is €900.", "The rent is nine hundred euros."),
    ("The meeting is at half past nine.", "The meeting is at 9:30."),
    ("The deadline is 3 May.", "The deadline is May 3rd, 2026."),
    ("The class has fifteen students.", "The class has 15 students."),
    ("The meeting is at six.", "The meeting is at 18:00."),
    ("The limit is ten percent.", "The limit is 10%."),
    ("The rent is 900 EUR.", "The rent is 900.00 euros now."),
    ("Dinner is at 7 pm.", "Dinner is at 19:00 now."),
    ("The meeting is at six.", "The meeting costs 18 euros."),
    ("I have two cats.", "I have a meeting at 18:00."),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_a_figure_has_the_value_that_it_names(text: str, value: tuple[str, str, str]) -> None:
    assert [(s.kind, s.value, s.unit) for s in whole(f"it is at {text}").slots] == [value]


def test_two_ends_of_a_range_are_two_figures() -> None:
    slots = whole("it holds from five to ten people").slots
    assert [(s.kind, s.value) for s in slots] == [("number", "5"), ("number", "10")]


@pytest.mark.parametrize(("old", "new"), CHANGED)
def test_another_value_is_a_change_however_it_is_written(old: str, new: str) -> None:
    assert contradiction(old, new)


@pytest.mark.parametrize(("old", "new"), THE_SAME)
def test_the_same_value_in_other_words_changes_nothing(old: str, new: str) -> None:
    assert contradiction(old, new) is None
    assert update(old, new, lambda stem: 1.0) is None
