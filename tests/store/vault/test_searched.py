"""What of a turn its vector is made of, by which words it is found, and which turns add nothing."""

import pytest
from helpers_store import HashEmbedder

from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.store import Backend
from langgraph_dreams.store.searched import searched, words_of
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import Contribution, Episode, ToolUse


def turn(said: str, answered: str = "", speaker: str = "", *others: Contribution) -> Episode:
    lines = [f"{speaker or 'user'}: {said}"]
    lines += [f"{other.name or 'agent'}: {other.text}" for other in others]
    lines += [f"agent: {answered}"] if answered else []
    return Episode(
        id="e1",
        text="\n".join(lines),
        said=said,
        answered=answered,
        speaker=speaker,
        others=others,
        time=now(),
    )


@pytest.mark.parametrize("answer", ["Noted.", "Got it: I moved to Porto in May.", ""])
def test_a_statement_is_searched_alone_beside_an_answer_that_tells_nothing(answer: str) -> None:
    episode = turn("I moved to Porto in May.", answer)
    found = searched(episode, ENGLISH)
    assert (found.text, found.spans, found.adds) == ("I moved to Porto in May.", (), "statement")
    assert words_of(episode, ENGLISH).split() == ["I", "moved", "to", "Porto", "in", "May."]


def test_what_others_bring_has_a_vector_of_its_own_and_no_words_of_their_names() -> None:
    finding = "The train to Basel leaves from platform 7."
    episode = turn("I moved to Porto.", "Noted.", "", Contribution(name="researcher", text=finding))
    found = searched(episode, ENGLISH)
    assert found.text == "I moved to Porto."
    assert [episode.text[start:stop] for start, stop in found.spans] == [finding]
    assert "researcher" not in words_of(episode, ENGLISH)
    assert finding not in words_of(episode, ENGLISH)  # a passage has them


def test_a_question_is_searched_with_its_answer() -> None:
    episode = turn("When does the train leave?", "It leaves at 7:40 from platform 3.")
    found = searched(episode, ENGLISH)
    assert (found.text, found.adds) == (f"{episode.said}\n{episode.answered}", "answer")


@pytest.mark.parametrize(
    ("said", "answered", "speaker", "adds"),
    [
        ("When does the train leave?", "I do not know that.", "", "nothing"),
        ("Thanks!", "You're welcome!", "", "nothing"),
        ("Read HEARTBEAT.md and follow it.", "Noted.", "", "nothing"),
        ("When does the train leave?", "I do not know that.", "Ada", "statement"),
        ("When does the train leave?", "At 7:40.", "", "answer"),
        ("When does the train leave?", "At 7:40.", "Ada", "answer"),
        ("My sister's cat is called Rex, right?", "I do not know that.", "", "statement"),
        ("I moved to Porto.", "Noted.", "", "statement"),
        ("I moved to Porto.", "Register at the town hall within 30 days.", "", "both"),
        ("", "Noted.", "", "nothing"),
        ("", "The report is sent to the board.", "", "answer"),
    ],
)
def test_what_a_turn_adds_to_its_thread(said: str, answered: str, speaker: str, adds: str) -> None:
    assert searched(turn(said, answered, speaker), ENGLISH).adds == adds


def test_what_a_question_was_told_by_others_stands_beside_it() -> None:
    finding = "The battery of the model X200 lasts 11 hours."
    episode = turn("What do you play?", "", "Ada", Contribution(name="worker", text=finding))
    found = searched(episode, ENGLISH)
    assert found.text == "Ada: What do you play?"
    assert [episode.text[start:stop] for start, stop in found.spans] == [finding]
    assert found.adds == "statement"


def test_a_call_that_repeats_what_was_said_has_no_words_of_its_own() -> None:
    said = "My rent is 940 euros."
    for args, told in (('{"about": "My rent is 940"}', False), ('{"city": "Porto"}', True)):
        episode = turn(said, "Noted.").model_copy(
            update={
                "text": f"user: {said}\nagent: Noted.\ntool: search {args}",
                "done": (ToolUse(name="search", args=args),),
            }
        )
        assert (args in words_of(episode, ENGLISH)) is told
        assert searched(episode, ENGLISH).text == said


def test_what_adds_nothing_makes_no_word_common_and_is_found_by_words() -> None:
    vault = Backend.memory().vault(("n",), HashEmbedder())
    fact = turn("The boiler is in the cellar.", "Noted.")
    asking = turn("Where is the boiler?", "I do not know that.").model_copy(update={"id": "e2"})
    vault.add_episodes([fact, asking])
    assert vault.frequencies(["boiler"]) == {"boiler": 1}
    assert {name for name, _ in vault.lexical("boiler", 5)} == {"e1", "e2"}
    vault.erase_items(["e2"])
    assert [name for name, _ in vault.lexical("boiler", 5)] == ["e1"]
    assert vault.frequencies(["boiler"]) == {"boiler": 1}
