"""What joins two statements: no part of different names, and nothing where two names differ."""

import pytest

from langgraph_dreams.language.english.language import ENGLISH


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("My doctor is Dr Bianchi.", "My dentist is Dr Kern."),
        ("My doctor is Dr Bianchi.", "My new dentist is Dr Kern."),
        ("My bank is on Mill Street.", "My gym is on King Street."),
        ("Our landlady is Mrs Brown.", "Our neighbour is Mrs Gray."),
        ("All that Ilv makes we call Tovu.", "All that Pexan makes we call Thal."),
        ("Ada works with Ben in Leeds.", "Ada works with Carl in York."),
    ],
)
def test_what_names_share_is_no_matter_nor_is_what_two_names_tell_apart(old: str, new: str) -> None:
    assert ENGLISH.update(old, new, lambda _: 0.8) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("My doctor is Dr Bianchi.", "Dr Moreau is my doctor now."),
        ("My dentist is Dr Kern.", "My new dentist is Dr Lindqvist."),
        ("Our hotel is the Grand Park.", "Our hotel is the Royal Park now."),
        ("We meet at Hyde Park.", "We meet at Green Park now."),
    ],
)
def test_another_name_of_the_same_thing_is_an_update(old: str, new: str) -> None:
    found = ENGLISH.update(old, new, lambda _: 0.8)
    assert found is not None
    assert found.change == "name"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("My cat is called Zorro.", "My cat is called Tilly now."),
        ("The cafe on the corner is called Luna.", "The cafe on the corner is now called Sol."),
        ("Mira's dog is named Rex.", "Mira's dog is named Max these days."),
        ("Our team is called the Hawks.", "Our team is called the Owls now."),
    ],
)
def test_what_is_called_otherwise_now_is_not_called_so_any_more(old: str, new: str) -> None:
    found = ENGLISH.contradiction(old, new)
    assert found is not None
    assert found.kind == "value"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("My cat is called Zorro.", "My cat is called Tilly."),  # one may have two
        ("My sister is called Anna.", "My brother is called Ben now."),
        ("One of my hens is called Ada.", "One of my hens is called Berta now."),
        ("A cafe near us is called Luna.", "A cafe near us is called Sol now."),
        ("He is called Bob.", "He is called Rob now."),
        ("The dish is called tasty.", "The dish is called bland now."),
    ],
)
def test_another_of_several_may_be_called_otherwise(old: str, new: str) -> None:
    assert ENGLISH.contradiction(old, new) is None
