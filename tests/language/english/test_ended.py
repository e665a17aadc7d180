"""What a later statement names as given up, sold or learned; what only looks like it."""

import pytest

from langgraph_dreams.language.english.comparison.contradiction import contradiction
from langgraph_dreams.language.english.comparison.updates import update

ENDED = [
    ("I drive a Golf.", "I sold the Golf and drive a Zoe now."),
    ("I study medicine.", "I dropped medicine and study law."),
    ("My car is a Golf.", "We finally got rid of the Golf."),
    ("I have a gym membership.", "I cancelled my gym membership."),
    ("We subscribe to Netflix.", "We cancelled Netflix and got Disney."),
    ("I own a motorbike.", "I sold the motorbike last week."),
    ("I use Notion for notes.", "I switched away from Notion."),
    ("I'm on the parents' council.", "I resigned from the parents' council."),
    ("I work with Jira.", "I no longer work with Jira."),
    ("I have a dog and a cat.", "I gave away the cat."),
    ("I am learning Spanish.", "I gave up Spanish and started Portuguese."),
    ("We ship with DHL.", "We switched from DHL to UPS."),
    ("My manager is on holiday.", "My manager is back from holiday."),
    ("I hate olives.", "I have come to like olives."),
    ("I hate mornings.", "I have started to like mornings."),
]
LEARNED = [
    ("I can't swim.", "I learned to swim this summer."),
    ("I cannot drive.", "I learned how to drive."),
    ("I don't know how to ski.", "I've learned to ski."),
]
OTHERWISE = [
    ("My son is nine.", "My son turned ten yesterday."),
    ("Our release branch is main.", "Our release branch is stable since Monday."),
    ("I drink my coffee black.", "I take my coffee with oat milk these days."),
    ("I take my tea with sugar.", "I take my tea without sugar now."),
]
NOT_ENDED = [
    ("My manager is on holiday.", "My manager's dog is back from holiday."),
    ("I love running.", "I hate to run out of milk."),
    ("I drive a Golf.", "I sold the Golf clubs."),
    ("I play mini golf.", "I gave up golf."),
    ("I washed the Golf on Saturday.", "I sold the Golf."),
    ("My brother drives a Golf.", "I sold the Golf."),
    ("Eva drives a Golf.", "I sold the Golf."),
    ("I drive a Golf.", "Eva sold the Golf."),
    ("I study medicine.", "I dropped my phone."),
    ("I use Slack at work.", "I stopped using Slack notifications."),
    ("I have a cat.", "I gave away the cat tree."),
    ("We use Jenkins for the backend.", "We dropped the backend meeting."),
    ("I own two bikes.", "I sold one of the bikes."),
    ("I can't dance salsa.", "I learned to dance tango."),
    ("I drink my coffee black.", "I drink my tea black now."),
    ("I take my pills in the morning.", "I take my sister to school these days."),
]


def rare(_: str) -> float:
    return 0.6


@pytest.mark.parametrize(("old", "new"), [*ENDED, *LEARNED, *OTHERWISE])
def test_it_is_over(old: str, new: str) -> None:
    assert update(old, new, rare)


@pytest.mark.parametrize(("old", "new"), NOT_ENDED)
def test_it_goes_on(old: str, new: str) -> None:
    assert update(old, new, rare) is None
    assert contradiction(old, new) is None


@pytest.mark.parametrize(("old", "new"), [("I live on Elm Street.", "I moved to Oak Avenue.")])
def test_a_street_is_a_home(old: str, new: str) -> None:
    found = update(old, new, rare)
    assert found
    assert found.values == ("Elm Street", "Oak Avenue")
    assert update("I live in Boston.", new, rare) is None
