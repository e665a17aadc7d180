"""The sender of a message is told from what was sent, in the forms that chat bridges use."""

from time import process_time

import pytest

from langgraph_dreams.language.english.comparison.contradiction import contradiction
from langgraph_dreams.language.english.comparison.equivalence import same_statement
from langgraph_dreams.language.english.comparison.updates import update
from langgraph_dreams.language.senders import other_sender, sender, sent

SURE = [
    "From: Ann\n{}", "Sender: ann\n\n{}", "**From:** Ann\n{}", "[Ann 10:12] {}", "[10:12] Ann: {}",
    "[12/05/2024, 10:12:33] Ann: {}", "Ann, [12.05.24 10:12]\n{}", "Ann (10:12): {}", "<Ann> {}",
    "10:12 <Ann> {}", "#general <Ann> {}", "User[ann]: {}", "[from: Ann] {}", "[user:ann] {}",
    "Ann wrote:\n{}", "Ann says: {}", "Message from @ann:\n{}", '{{"sender": "Ann"}}\n{}',
    '{{"text": "{}", "from": {{"first_name": "Ann", "id": 4}}}}', "{}\n\nSent by Ann",
    'Message (metadata):\n```json\n{{"sender": "Ann"}}\n```\n\n{}', '<user name="ann">{}</user>',
    "From: Ann\nTo: team\nSubject: home\n\n{}", "sender: Ann\ntext: {}", "user: From: Ann\n{}",
]  # fmt: skip
LIKELY = [
    "Ann: {}", "ann: {}", "@ann: {}", "**Ann:** {}", "**Ann**: {}", "Ann > {}", "(Ann) {}",
    "[Ann] {}", "~Ann: {}", "`ann`: {}", "👤 Ann: {}", "### Ann\n{}", "Ann\n{}", "Ann:\n{}",
    "user: Ann: {}", "{}\n- Ann", "{}\n-- \nAnn", "{} — Ann", "{}\n\nCheers,\nAnn", "{}\n~ann",
    "12/05/24, 10:12 - Ann: {}", "Ann | {}",
]  # fmt: skip


def linked(old: str, new: str) -> bool:
    return update(old, new, lambda stem: 1.0) is not None


@pytest.mark.parametrize("form", SURE + LIKELY)
def test_each_form_names_its_sender_and_keeps_what_was_sent(form: str) -> None:
    said = form.format("I live in Berlin.")
    (part,) = sent(said)
    assert (part.sender, part.text.strip()) == ("ann", "I live in Berlin.")
    assert part.sure == (form in SURE)
    assert contradiction(said, form.format("I live in Paris."))
    assert same_statement(said, said)


@pytest.mark.parametrize("form", SURE + LIKELY)
def test_one_neither_ends_nor_confirms_nor_updates_what_another_said(form: str) -> None:
    anns = form.format("I work at Siemens.")
    bobs = form.format("I work at Bosch now.").replace("Ann", "Bob").replace("ann", "bob")
    for old, new in ((anns, bobs), (bobs, anns)):
        assert contradiction(old, new) is None
        assert not linked(old, new)
    assert not same_statement(anns, anns.replace("Ann", "Bob").replace("ann", "bob"))


def test_what_is_sure_to_be_forwarded_is_not_the_users_own() -> None:
    assert other_sender("I live in Berlin.", "From: Bob\nI live in Paris.")
    assert not other_sender("My standup is at 9:30.", "Standup: my standup is at 10:00.")


@pytest.mark.parametrize(
    "name", ["Ann Meyer", "Анна", "李雷", "Zoë", "ann_m", "ann42", "May", "+43 660 1234567"]
)
def test_names_of_many_kinds(name: str) -> None:
    assert sender(f"{name}: I live in Berlin.", sure=False) == (
        name.casefold() if name[0] != "+" else "+436601234567"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Update: I live in Paris.", "My car is red\n- Fiat", "I said: no", "From: Berlin to Paris",
        "From: Berlin\nTo: Paris\nI take the train.", "From: 10:00\nTo: 11:00", "From: Berlin",
        "The door code is odd: 4471.", "Hi\nI live in Paris now.", "I live in Paris now.\nThanks",
        "(sorry) I live in Paris now", "Monday: gym\nTuesday: swim", "user: I live in Paris.",
        "From Monday: my shift starts at 7.", "My boss said: the party is at 5", "[3 Jan 10:12] hi",
        "<@U024BE7LH> remind me", "x > 3 is true", "I moved.\n\nRegards", "{}", "<b>I live</b>",
        "- item one\n- item two", "http://x.org: down", "", "{a: 1}", "[x] done",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_sender(text: str) -> None:
    assert sender(text, sure=False) == ""


def test_a_text_of_several_ends_nothing() -> None:
    chat = "<Ann> I live in Berlin.\n<Bob> I work in Paris."
    assert [part.sender for part in sent(chat)] == ["ann", "bob"]
    assert contradiction(chat, "<Bob> I work in Rome.") is None
    assert contradiction(chat, "<Ann> I live in Rome.\n<Bob> I work in Rome.") is None
    assert same_statement(chat, chat)


@pytest.mark.parametrize("part", [" ", "\n", "\t\n ", "<a from=", "{", "a:\n", "(+1 2", "- a "])
def test_no_text_takes_long(part: str) -> None:
    began = process_time()
    assert "".join(p.text for p in sent(part * 5_000))
    assert process_time() - began < 2


def test_a_long_text_is_kept_whole() -> None:
    said = "I live in Berlin. " * 300
    assert sent(said) == (("", False, said),)
    assert len(sent(f"From: Ann\n{said}")[0].text) >= len(said) - 20
