"""A word that is part of two different names joins nothing: it takes more to be of one matter."""

import pytest

from langgraph_dreams.language.english.language import ENGLISH


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("My doctor is Dr Bianchi.", "My dentist is Dr Kern."),
        ("My doctor is Dr Bianchi.", "My new dentist is Dr Kern."),
        ("My bank is on Mill Street.", "My gym is on King Street."),
        ("Our landlady is Mrs Brown.", "Our neighbour is Mrs Gray."),
    ],
)
def test_a_title_or_a_street_is_no_matter(old: str, new: str) -> None:
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
