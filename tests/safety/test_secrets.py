"""The ready-made redactor, on texts with a secret and on texts that only look as if."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redact_cases import HARMLESS, SECRETS, UNSEEN_HARMLESS, UNSEEN_SECRETS

from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.safety.secrets import KINDS, redact_secrets

LONG = 1_000_000
SMALL = 10_000


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_secret_is_replaced(text: str, secret: str) -> None:
    answer = redact_secrets(text)
    assert secret not in answer
    assert "[" in answer
    assert redact_secrets(answer) == answer


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_numbers_and_words_stay(text: str) -> None:
    assert redact_secrets(text) == text


def test_precision_and_recall_on_what_it_was_not_built_on() -> None:
    found = [secret for text, secret in UNSEEN_SECRETS if secret not in redact_secrets(text)]
    false = [text for text in UNSEEN_HARMLESS if redact_secrets(text) != text]
    recall = len(found) / len(UNSEEN_SECRETS)
    precision = len(found) / (len(found) + len(false))
    print(f"recall {recall:.3f}, precision {precision:.3f}; false: {false}")
    assert recall >= 0.9
    assert precision >= 0.95


def test_what_stands_around_a_secret_stays() -> None:
    text = "Ada (ada@example.org, +49 30 901820) paid 12.50 with 4111 1111 1111 1111 on 2024-05-12."
    assert redact_secrets(text) == "Ada ([e-mail], [phone]) paid 12.50 with [card] on 2024-05-12."


def test_only_the_kinds_asked_for() -> None:
    text = "ada@example.org from 10.1.2.3 and 2001:db8::1"
    assert redact_secrets(text, kinds=["ip"]) == "ada@example.org from [ip] and [ip]"
    assert redact_secrets(text) == "[e-mail] from 10.1.2.3 and 2001:db8::1"
    assert redact_secrets(text, kinds=KINDS) == "[e-mail] from [ip] and [ip]"


def test_numbers_of_other_countries() -> None:
    assert redact_secrets("020 7946 0958") == "020 7946 0958"
    assert redact_secrets("call 020 7946 0958", regions=["GB"]) == "call [phone]"


@pytest.mark.parametrize(
    "call",
    [
        lambda: redact_secrets(5),
        lambda: redact_secrets("a", kinds="email"),
        lambda: redact_secrets("a", kinds=["mail"]),
        lambda: redact_secrets("a", regions="US"),
        lambda: redact_secrets("a", regions=["Atlantis"]),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(InvalidInputError):
        call()


@pytest.mark.parametrize("between", [" ", ", ", "\n", " / ", " and "])
@pytest.mark.parametrize("number", ["0049 151 12345678", "+49 151 12345678", "NL91ABNA0417164300"])
def test_numbers_side_by_side_are_all_found(number: str, between: str) -> None:
    found = redact_secrets(between.join([number] * 3))
    assert not any(letter.isdigit() for letter in found), found


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.lists(st.sampled_from([text for text, _ in SECRETS] + HARMLESS), max_size=4))
def test_doing_it_twice_changes_nothing(texts: list[str]) -> None:
    once = redact_secrets(" ".join(texts))
    assert redact_secrets(once) == once


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.text(alphabet="aA1 4@.:/-+()=[]_\n", max_size=80))
def test_any_text_is_answered_and_settled(text: str) -> None:
    once = redact_secrets(text)
    assert redact_secrets(once) == once


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["9", "a@a.", "-----BEGIN PRIVATE KEY-----", "415 555 2671 ", "DE89 3704 ", "eyJa."]
)
def test_a_megabyte_of_what_is_hardest_is_answered(piece: str) -> None:
    # A pattern that is not linear would not come back before the timeout of the suite.
    text = piece * (LONG // len(piece))
    assert redact_secrets(redact_secrets(text)[:SMALL])


@pytest.mark.slow
def test_without_the_extra_it_says_which() -> None:
    code = (
        "import sys; sys.modules['phonenumbers'] = None\n"
        "from langgraph_dreams.safety.secrets import redact_secrets\n"
        "assert redact_secrets('a@b.org', kinds=['email']) == '[e-mail]'\n"
        "redact_secrets('a')"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "MissingDependencyError" in ended.stderr
    assert "langgraph_dreams[redact]" in ended.stderr
