"""One's home, work or tool in other words; what only looks like it, or is another of several."""

import pytest

from langgraph_dreams.language.english.comparison.contradiction import contradiction
from langgraph_dreams.language.english.comparison.updates import update

MOVED = [
    ("I live in Lisbon.", "I moved to Porto."),
    ("We live in Lisbon with two cats.", "We just moved to Porto last week."),
    ("I live in Lisbon and work as a nurse.", "I have moved to New York."),
    ("I'm based in Oslo.", "I relocated to Bergen this month."),
    ("I moved to Lisbon.", "I live in Porto now."),
    ("I work at Siemens.", "I started at Bosch."),
    ("I work for Siemens.", "I joined Bosch last month."),
    ("I work at Siemens.", "I started a new job at Bosch."),
    ("I use Vim.", "I switched to Emacs."),
    ("I use Vim as my editor.", "I switched to Emacs."),
    ("I use Vim as my editor.", "I have switched to Kate as my editor now."),
    ("I live in Lisbon.", "Well, I've moved back to Porto for good."),
    ("I live in Lisbon.", "We finally moved to Porto, the flat is small."),
]
NOT_MOVED = [
    ("I live in Lisbon.", "My desk moved to Porto Street."),
    ("I live in Lisbon.", "I moved to Porto when I was ten."),
    ("I live in Lisbon.", "I moved to Porto in 2010."),
    ("I live in Lisbon.", "My sister moved to Porto."),
    ("I live in Lisbon.", "Eva moved to Porto."),
    ("I live in Lisbon.", "I moved my desk to Porto."),
    ("I live in Lisbon.", "The team moved to Porto."),
    ("I live in Lisbon.", "I may have moved to Porto."),
    ("I live in Lisbon.", "I have not moved to Porto."),
    ("I work at Siemens.", "I moved to Porto."),
    ("I live in Lisbon.", "I joined Bosch."),
    ("I live in Lisbon.", "I moved to Porto before that."),
    ("I live in Lisbon.", "I moved to Porto Street."),
    ("I work at Siemens.", "I started at 8."),
    ("My sister lives in Lisbon.", "I moved to Porto."),
    ("I live in Lisbon.", "We moved order 12 to Friday."),
    ("I use Vim.", "I moved to Porto."),
    ("I use Vim as my editor.", "I have switched to Kitty as my terminal."),
    ("I live in Lisbon.", "I also moved to Porto."),
    ("I live in Lisbon.", "I moved to Lisbon."),
    ("I live in Lisbon.", "I used to live in Porto."),
    ("I live in Lisbon.", "She moved to Porto."),
    ("I live in Lisbon.", "Did you know I moved to Porto?"),
    ("I live in Lisbon.", "I moved to Porto and back."),
]
ANOTHER = [
    ("We moved order 12 to Friday.", "We moved order 13 to Monday."),
    ("We moved order 12 to Friday.", "Order 13 is moved to Monday now."),
    ("We postponed release 2.1 to May.", "We postponed release 2.2 to June."),
    ("We pushed ticket 44 to Monday.", "We pushed ticket 45 to Tuesday."),
    ("I rescheduled meeting A7 to Friday.", "I rescheduled meeting B9 to Monday."),
    ("We moved invoice 77 to Friday.", "We have moved invoice 78 to Monday."),
    ("We raised budget 4 to 500 euros.", "We raised budget 5 to 700 euros."),
    ("We shifted the order 12 to Friday.", "We shifted the order 13 to Monday."),
    ("We moved Ben's order to Friday.", "We moved Anna's order to Monday."),
    ("We moved the Lisbon trip to Friday.", "We moved the Porto trip to Monday."),
    ("I live in Lisbon.", "My desk moved to Porto Street."),
    ("Delivery of order 12 moved to Friday.", "Delivery of order 13 moved to Monday."),
    ("We moved order twelve to Friday.", "We moved order thirteen to Monday."),
    ("They changed gate 4 to boarding at 9:00.", "They changed gate 5 to boarding at 10:00."),
    ("We postponed batch #12 to Friday.", "We postponed batch #13 to Monday."),
]
OF_ONE = [
    ("We moved order 12 to Friday.", "We moved order 12 to Monday."),
    ("We moved order 12 to Friday.", "Order 12 is moved to Monday now."),
    ("The meeting is in room 12.", "The meeting moved to room 14."),
    ("We moved the launch to 12 May.", "We moved the launch to 14 May."),
    ("We raised the limit to 500.", "We raised the limit to 700."),
    ("We raised the rent from 500 to 600 euros.", "We raised the rent to 700 euros."),
    ("The meeting is on Monday in room 12.", "The meeting is on Tuesday in room 14 now."),
    ("I take bus 12 to work.", "I take bus 14 to work now."),
    ("We changed the port from 80 to 8080.", "We changed the port to 9090."),
]


@pytest.mark.parametrize(("old", "new"), MOVED)
def test_who_moved_lives_elsewhere_if_both_names_are_of_one_kind(old: str, new: str) -> None:
    found = update(old, new, lambda stem: 1.0)
    assert found
    assert len(found.values) == (0 if "as my" in old and "as my" in new else 2)
    assert contradiction(old, new) is None


@pytest.mark.parametrize(("old", "new"), NOT_MOVED)
def test_what_another_did_or_long_ago_is_no_move(old: str, new: str) -> None:
    assert update(old, new, lambda stem: 1.0) is None
    assert contradiction(old, new) is None


@pytest.mark.parametrize(("old", "new"), ANOTHER)
def test_another_thing_that_was_moved_is_no_update(old: str, new: str) -> None:
    for one, other in ((old, new), (new, old)):
        assert update(one, other, lambda stem: 1.0) is None
        assert contradiction(one, other) is None


@pytest.mark.parametrize(("old", "new"), OF_ONE)
def test_the_same_thing_moved_again_is_one(old: str, new: str) -> None:
    assert update(old, new, lambda stem: 1.0) or contradiction(old, new)
