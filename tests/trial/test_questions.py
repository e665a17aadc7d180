"""Which past questions count, and what their answers needed."""

from datetime import UTC, datetime, timedelta

from langgraph_dreams import Episode, Trust
from langgraph_dreams.language.mixed import MIXED
from langgraph_dreams.trial.questions import PastQuestion, Turns

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)


def turn(number: int, said: str, answered: str = "", thread: str = "") -> Episode:
    text = f"user: {said}\nagent: {answered}" if said else answered
    return Episode(
        id=f"e{number}",
        text=text,
        said=said,
        answered=answered,
        thread=thread or f"t{number}",
        time=FIRST + timedelta(days=number),
        trust=Trust.TRUSTED,
    )


TOLD = "The kiln in Orrery Lane is a Brandhorst."
CALL = "For anything by Brandhorst we call Tamsin."
ASKED = "Whom do I call about Orrery Lane?"
ANSWER = "Call Tamsin, she knows the Brandhorst."


def asked(*turns: Episode) -> list[PastQuestion]:
    return list(Turns(turns, MIXED).questions())


def test_what_the_answer_needed_was_said_before() -> None:
    [found] = asked(turn(0, TOLD), turn(1, CALL), turn(2, ASKED, ANSWER))
    assert sorted(word.casefold() for word in found.needed.values()) == ["brandhorst", "tamsin"]
    assert found.evidence(2) == {0, 1}
    assert found.told_before(2)
    assert not found.told_before(1)  # Tamsin was not told yet


def test_words_of_the_question_do_not_count() -> None:
    assert not asked(turn(0, TOLD), turn(1, "Is the kiln a Brandhorst?", "Yes, a Brandhorst."))


def test_what_was_said_later_or_only_asked_is_no_evidence() -> None:
    assert not asked(turn(0, ASKED, ANSWER), turn(1, TOLD), turn(2, CALL))
    assert not asked(turn(0, "Is Tamsin a Brandhorst?", "No."), turn(1, ASKED, ANSWER))


def test_what_the_agent_still_sees_needs_no_memory() -> None:
    minutes = [FIRST + timedelta(minutes=n) for n in range(3)]
    talk = [
        turn(n, said, answer, "one").model_copy(update={"time": minutes[n]})
        for n, (said, answer) in enumerate(((TOLD, ""), (CALL, ""), (ASKED, ANSWER)))
    ]
    assert not asked(*talk)
    later = talk[2].model_copy(update={"time": FIRST + timedelta(days=1)})
    assert len(asked(*talk[:2], later)) == 1  # the next day it is another conversation


def test_an_answer_that_knows_nothing_counts_for_nothing() -> None:
    assert not asked(turn(0, TOLD), turn(1, ASKED, "I do not know whom to call."))


def test_an_answer_in_a_turn_of_its_own_is_the_answer() -> None:
    """As logs have it that keep each message by itself."""
    reply = turn(3, "", ANSWER, "t2")
    [found] = asked(turn(0, TOLD), turn(1, CALL), turn(2, ASKED), reply)
    assert found.evidence(2) == {0, 1}


def test_common_words_name_nothing() -> None:
    assert not asked(
        turn(0, "We had a good time at home today."),
        turn(1, "How was it?", "It was a good time at home."),
    )
