"""Which of two statements is the newer answer to one question."""

import pytest

from langgraph_dreams.language.english.comparison.answered import answered_anew


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        ("Which bank am I with?", "My bank is Sparbank.", "I am with the bank Fidelia now."),
        (
            "When is our meeting?",
            "We have our meeting at 9:30.",
            "Our meeting is at half past two.",
        ),
        ("What is the name of my cat?", "The name of my cat is Mozart.", "My cat is called Zorro."),
        ("Do I eat meat?", "I eat meat.", "I don't eat meat any more."),
        ("Which gym do I go to?", "I go to the gym Fitworld.", "My gym is now Bodyfit."),
        ("What is my locker?", "My locker is 12.", "I got locker 44 now."),
    ],
)
def test_another_answer_in_whatever_words(question: str, old: str, new: str) -> None:
    assert answered_anew(question, old, new)


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        ("Who is my boss?", "My boss is Eva.", "My sister's boss is Ben."),
        ("What is my phone number?", "My phone number is 4471.", "My work phone number is 8890."),
        ("Who is my dentist?", "My dentist is Dr Kern.", "My dentist was Dr Aubin."),
        (
            "Who is my dentist?",
            "My dentist is Dr Kern.",
            "My dentist's practice is on Mill Street.",
        ),
        ("Which bank am I with?", "My bank is Hypo.", "I also have the bank Fidelia."),
        ("What is the code?", "The code is abc12.", "The code of the office is xyz99."),
        ("When is the concert?", "The concert is on Friday.", "The concert is sold out."),
        ("Who is my dentist?", "My dentist is Dr Kern.", "Is my dentist Dr Aubin?"),
        ("Who is my dentist?", "My dentist is Dr Kern.", "My dentist is Dr Kern."),
    ],
)
def test_another_matter_or_the_same_again(question: str, old: str, new: str) -> None:
    assert not answered_anew(question, old, new)
