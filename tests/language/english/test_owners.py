"""What is one's own and what is a relative's, and who sent what, are told apart."""

import pytest

from langgraph_dreams.language.english.contradiction import contradiction
from langgraph_dreams.language.english.updates import update
from langgraph_dreams.language.english.words.senders import signed


def linked(old: str, new: str) -> bool:
    return update(old, new, lambda stem: 1.0) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("My car is a red Fiat.", "My wife's car is a black Opel."),
        ("My office is in Graz.", "My husband's office is in Linz."),
        ("My flight is at 7:30.", "My parents' flight is at 9:15."),
        ("The dog of my uncle is 4.", "The dog of my aunt is 9."),
        ("My shift starts at 6.", "My colleague's shift starts at 8."),
    ],
)
def test_a_relatives_thing_is_another(one: str, other: str) -> None:
    for old, new in ((one, other), (other, one)):
        assert contradiction(old, new) is None
        assert not linked(old, new)


def test_the_same_owner_may_bring_his_own_up_to_date() -> None:
    assert linked("My brother's car is a black Opel.", "My brother's car is a white Opel now.")
    assert contradiction("My mum's shift starts at 6.", "My mother's shift starts at 7.") is None
    assert contradiction("My dad's shift starts at 6.", "My dad's shift starts at 7.")


@pytest.mark.parametrize(
    "form",
    [
        "Ann: {}", "@ann: {}", "From: Ann\n{}", "Sender: ann\n\n{}", "[Ann 10:12] {}",
        "**Ann:** {}", "<Ann> {}", "User[ann]: {}", "{}\n- Ann", '{{"sender": "Ann"}}\n{}',
        "Ann wrote:\n{}", "[10:12] Ann: {}", "Ann\n{}",
    ],
)  # fmt: skip
def test_a_sender_is_told_from_what_was_sent(form: str) -> None:
    sender, sent = signed(form.format("I live in Berlin."))
    assert (sender, sent.strip()) == ("ann", "I live in Berlin.")
    ours, theirs = form.format("I live in Berlin."), form.format("I live in Paris.")
    assert contradiction(ours, theirs)
    bobs = theirs.replace("Ann", "Bob").replace("ann", "bob")
    assert contradiction(ours, bobs) is None
    assert not linked(ours, bobs)


@pytest.mark.parametrize("text", ["Update: I live in Paris.", "My car is red\n- Fiat", "I said: no"])
def test_a_label_is_no_sender(text: str) -> None:
    assert signed(text)[0] == ""
