"""Plain corrections: the same words with another value; and what only looks like it."""

import pytest

from langgraph_dreams.language.english.comparison.contradiction import contradiction
from langgraph_dreams.language.english.comparison.updates import update

COMMON = 0.3
"""Rarity of words that many episodes have: in the same words they are a bridge all the same."""

CORRECTIONS = """
I love Chinese food. | I hate Chinese food.
I like spinach. | I dislike spinach.
I hate cilantro. | I love cilantro now.
I love opera. | I can't stand opera.
I enjoy running. | I detest running.
I trust my doctor. | I distrust my doctor.
I agree with the plan. | I disagree with the plan.
I love my job. | I don't like my job.
I prefer tea to coffee. | I prefer coffee to tea.
I like tea more than coffee. | I like coffee more than tea.
My knee hurts. | My knee doesn't hurt.
I smoke. | I gave up smoking.
I smoke. | I quit smoking.
I smoke ten cigarettes a day. | I have quit smoking.
I jog every morning. | I stopped jogging.
I drink coffee. | I stopped drinking coffee.
I eat meat. | I have given up meat.
My flat is on the sixth floor. | My flat is on the second floor now.
My flat is on the top floor. | My flat is on the 2nd floor.
I have a car. | I have no car.
Ben is my boss. | Eva is my boss.
My boss is Ben. | Eva is my boss.
My boss is Ben. | Oh sorry, my boss is Eva.
Ben is our captain. | Lea is our captain now.
Mr Smith is our landlord. | Mrs Jones is our landlord.
Anna leads our team. | Lea leads our team.
Rome is my favourite city. | Oslo is my favourite city.
My boss is called Ben. | My boss is called Eva.
My dentist is Dr. Okafor. | My dentist is Dr. Petrov.
My team is Ajax. | My team is Feyenoord.
My name is Anna. | My name is Hanna.
My favourite dish is lasagne. | My favourite dish is ramen.
Ada's favourite fruit is mango. | Ada's favourite fruit is papaya.
My job is teaching. | My job is accounting.
The password is swordfish. | The password is marmalade.
My shirt size is M. | My shirt size is L.
I work as a nurse. | I work as a teacher.
My daughter studies law. | My daughter studies medicine.
I drive a Fiat. | I drive a Skoda.
I use a Mac. | I use a Thinkpad.
I use Vue. | I use React.
I drink my coffee black. | I drink my coffee with milk.
I take my tea with milk. | I take my tea with lemon.
My mother is in Rome. | My mother is in hospital.
The spare key is under the mat. | The spare key is in the shed.
My desk is next to the window. | My desk is next to the door.
My son is in kindergarten. | My son is in school.
I live on Mill Street. | I live on Harbour Road.
I live at 12 Oak Street. | I live at 7 Elm Street.
I sleep in the attic. | I sleep in the basement.
I park my car on the street. | I park my car in the garage.
The heating is on. | The heating is off.
My brother is employed. | My brother is unemployed.
I get up at 6. | I get up at 7.
My train leaves at 8:15. | My train leaves at 8:45.
The alarm rings at 6:30. | The alarm rings at 6:45.
The kiln fires at 1240 degrees. | The kiln fires at 1260 degrees.
We bake at 220 degrees. | We bake at 240 degrees.
The kilns fire at 1240 degrees. | The kilns fire at 1260 degrees.
My locker number is 12. | My locker number is 48.
Call me Bob. | Call me Robert.
""".strip().splitlines()

OF_ONE_KIND = """
I am married. | I am divorced.
I am a nurse. | I am a teacher.
The shop is open. | The shop is closed.
My car is red. | My car is blue.
My car is red. | My car is fast.
My car is a Fiat. | My car is a Skoda.
My bedroom is painted green. | My bedroom is painted yellow.
I take the bus to work. | I take the train to work.
I commute by bus. | I commute by bike.
I am in Berlin. | I am in Munich.
I am tall. | I am hungry.
""".strip().splitlines()
"""Whether it is a change is told by what the two words mean, so by their vectors."""

LOOKALIKES = """
I smoke. | I quit my job.
I drink two coffees a day. | I stopped drinking.
I play chess every Friday. | I stopped playing.
I smoke. | I stopped at the shop.
I smoke. | Ben gave up smoking.
I smoke. | I never gave up smoking.
I play chess. | I gave up tennis.
I eat fish. | I gave my cat fish.
I have a job. | I have a second job.
Ada's favourite dish is lasagne. | Ben's favourite dish is ramen.
My favourite dish is lasagne. | My sister's favourite dish is ramen.
My favourite dish is lasagne. | My favourite drink is cider.
My favourite dish at home is lasagne. | My favourite dish at work is ramen.
I like tea. | I like coffee.
I love jazz. | I hate opera.
I love Chinese food. | My wife hates Chinese food.
I love coffee in the morning. | I hate coffee in the evening.
I love cilantro. | I also love parsley.
I like tea. | I love tea.
I bought milk. | I bought bread.
I visited Rome. | I visited Oslo.
I have a dog. | I have a cat.
I speak French. | I speak Polish.
I play the piano. | I play the cello.
I need eggs. | I need flour.
I take aspirin. | I take ibuprofen.
I take my son to school. | I take my daughter to school.
I put sugar in my tea. | I put milk in my tea.
I am allergic to nuts. | I am allergic to milk.
I am good at chess. | I am good at maths.
Ben is my brother. | Tom is my brother.
Anna is my friend. | Lea is my friend.
Rex is my dog. | Bella is my dog.
Ben is my boss. | Eva is my sister.
My locker is in the main hall. | My second locker is in the main hall.
I have the top bunk. | I have the second room.
Ben is my boss. | Ben is my neighbour.
Ben is in Rome. | Eva is in Rome.
Ben is a nurse. | Eva is a nurse.
Anna leads our team. | Lea joined our team.
Anna knows our team. | Lea knows our team.
Anna leads the design team. | Tom leads the data team.
My mother is in Rome. | My father is in hospital.
My mother is in Rome. | My mother is in love.
My car is in the garage. | My bike is in the cellar.
The milk is in the fridge. | The bread is in the cupboard.
My brother is a doctor. | My brother is funny.
I am a nurse. | I am a mother.
I work as a nurse. | I volunteer as a coach.
I sleep in the attic. | I work in the basement.
She is my boss. | He is my boss.
He lives in Paris. | He lives in Rome.
It is cold. | It is hot.
Wow, that is great. | Wow, that is awesome.
I am here to help. | I am happy to help.
You are my friend. | You are my boss.
I can believe it. | I can't believe it.
My boss is in Rome. | My boss is kind.
My phone number is 555 1234. | My work phone number is 555 9876.
I have an appointment on Monday. | I have an appointment on Friday.
The kiln fires at 1240 degrees. | The oven fires at 1260 degrees.
The glaze fires at 1240 degrees. | The glaze cools at 600 degrees.
My train leaves at 8:15. | My train arrives at 9:40.
Ben is my boss. | Is Eva my boss?
Ben is my boss. | Perhaps Eva is my boss.
Ben is my boss. | Tom said Eva is my boss.
Ben is my boss. | Ben is my boss now.
""".strip().splitlines()


@pytest.mark.parametrize("pair", CORRECTIONS)
def test_another_value_in_the_same_words_is_a_change(pair: str) -> None:
    old, new = pair.split(" | ")
    found = update(old, new, lambda stem: COMMON)
    assert contradiction(old, new) or (found and not found.values)


@pytest.mark.parametrize("pair", OF_ONE_KIND)
def test_of_what_may_be_said_of_one_thing_the_values_must_be_of_one_kind(pair: str) -> None:
    old, new = pair.split(" | ")
    found = update(old, new, lambda stem: COMMON)
    assert contradiction(old, new) is None
    assert found is not None
    assert [value in text for value, text in zip(found.values, (old, new), strict=True)] == [
        True
    ] * 2


@pytest.mark.parametrize("pair", LOOKALIKES)
def test_what_only_looks_like_a_correction_is_none(pair: str) -> None:
    old, new = pair.split(" | ")
    assert contradiction(old, new) is None
    assert update(old, new, lambda stem: 1.0) is None


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("I love Chinese food.", "I hate Chinese food.", "negation"),
        ("My favourite dish is lasagne.", "My favourite dish is ramen.", "value"),
        ("Mr Smith is our landlord.", "Mrs Jones is our landlord.", "value"),
        ("My name is Anna.", "My name is Hanna.", "value"),
    ],
)
def test_what_there_is_one_of_is_ended(old: str, new: str, kind: str) -> None:
    found = contradiction(old, new)
    assert found is not None
    assert found.kind == kind
    assert found.bridge


@pytest.mark.parametrize(
    "new",
    [
        "I hate Chinese food when it is greasy.",
        "I hate Chinese food, but only from the corner shop.",
        "I hate fried Chinese food.",
        "I might hate Chinese food.",
        "We hate Chinese food and so does everyone.",
    ],
)
def test_with_other_words_beside_it_nothing_is_ended(new: str) -> None:
    assert contradiction("I love Chinese food.", new) is None
