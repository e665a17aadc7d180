"""Another name for who does a thing for the speaker is an update; what may hold beside is none."""

import pytest

from langgraph_dreams.language.english.language import ENGLISH

UPDATES = [
    ("Mr Ito teaches me the piano.", "Mrs Halloran teaches me the piano now."),
    ("Mr Ito teaches me the piano.", "My piano teacher is Mr Duval."),
    ("My piano teacher is Mr Ito.", "Mr Duval teaches me the piano now."),
    ("Anna cuts my hair.", "Bella cuts my hair now."),
    ("Dr Weber looks after my mother.", "Dr Kim looks after my mother now."),
    ("Tom walks the dog.", "Nina walks the dog these days."),
    ("Acme delivers our groceries.", "Tesco delivers our groceries now."),
    ("My cleaner is Rosa.", "Ivana cleans our flat now."),
    ("Rosa cleans our flat.", "My cleaner is Ivana."),
    ("The name of my cat is Zorro.", "My cat is called Mozart."),
    ("My cat's name is Zorro.", "The name of my cat is Mozart now."),
    ("The name of our new puppy is Nelson.", "No, our puppy is called Wanda."),
    ("Dana manages our project.", "The manager of our project is Luis now."),
]
BESIDE = [
    ("Anna cuts my hair.", "Bella cuts my hair."),  # nothing says that it changed
    ("Anna cuts my hair.", "Bella cuts my hair too now."),
    ("Anna cuts my hair.", "Bella cuts my nails now."),
    ("Anna cuts my hair.", "Bella cuts his hair now."),
    ("Tom likes my cakes.", "Nina likes my cakes now."),
    ("Mr Ito teaches me the piano.", "Mrs Ray teaches me the violin now."),
    ("My piano teacher is Mr Ito.", "My violin teacher is Mrs Ray."),
    ("The name of my cat is Zorro.", "My dog is called Mozart."),
    ("The name of my cat is Zorro.", "My cat is called Zorro."),
    ("The name of my cat is Zorro.", "My sister's cat is called Mozart."),
    ("Tom walks the dog.", "Tom walks the dog now."),
]


@pytest.mark.parametrize(("old", "new"), UPDATES)
def test_another_name_in_its_place_is_an_update(old: str, new: str) -> None:
    found = ENGLISH.update(old, new, lambda _: 0.0)
    assert found is not None
    assert found.change == "name"


@pytest.mark.parametrize(("old", "new"), BESIDE)
def test_what_holds_beside_it_is_none(old: str, new: str) -> None:
    assert ENGLISH.update(old, new, lambda _: 0.0) is None
