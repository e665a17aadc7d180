"""What contradicts what without a model, and which claims of a model are believed."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langgraph_dreams.language.english.comparison.contradiction import contradiction
from langgraph_dreams.language.english.comparison.replacement import replacement_fault
from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.language.protocol import Difference
from langgraph_dreams.types.items import Memory

DAY = datetime(2026, 5, 4, 9, tzinfo=UTC)

CHANGES = [
    ("The rent is 900 euros", "The rent is now 950 euros", "number"),
    ("My rent is 900 euros a month.", "my rent went up to 950 euros a month", "number"),
    ("The staging server runs on port 8080", "The staging server runs on port 9090", "number"),
    ("Our budget is €5,000", "Our budget is €7,000", "number"),
    ("The price dropped to 40 euros.", "The price dropped to 35 euros.", "number"),
    ("My weight is 72kg", "My weight is 70 kg now", "number"),
    ("The app is at version 2.4.", "Finished! The app is at version 3.0.", "number"),
    (
        "My dentist appointment is on Tuesday at 3 pm",
        "My dentist appointment is on Thursday at 5 pm",
        "date",
    ),
    (
        "The deadline for the grant is 3 May",
        "The deadline for the grant has moved to 10 May",
        "date",
    ),
    ("Our standup is at 10:00 every day.", "oh, by the way the standup moved to 10:30", "date"),
    ("The standup is at 10:00", "The standup moved from 10:00 to 10:30", "date"),
    ("We are going to Crete in August.", "We are going to Crete in September.", "date"),
    ("We meet in room Kepler", "We meet in room Noether", "place"),
    ("The class is in building C.", "The class is in building F.", "number"),
    ("I live in Paris", "I live in Berlin now", "place"),
    ("My sister Mira lives in Hamburg.", "Mira has settled in Leipzig, she loves it", "place"),
    ("Vera's address is 12 Mill Lane.", "Vera's address is 8 Harbour Road.", "place"),
    ("Ada eats meat", "Ada no longer eats meat", "negation"),
    ("I drink my coffee with milk.", "I drink my coffee without milk now.", "negation"),
    ("Debug mode is enabled on the gateway", "Debug mode is disabled on the gateway", "negation"),
    ("I don't drink coffee", "I drink coffee again", "negation"),
    ("The kiln fires at 1240 degrees.", "The kiln fires at 1260 degrees.", "number"),
    ("My kilns fire at 1240 degrees.", "My kilns fire at 1260 degrees.", "number"),
    ("We bake for 40 minutes.", "We bake for 45 minutes now.", "number"),
    ("The rent is 900 euros a month.", "Great news! The rent is 850 euros a month now.", "number"),
]

LOOKALIKES = """
Anna's flight leaves on Tuesday | Ben's flight leaves on Friday
the blue bike costs 300 | the red bike costs 400
I ran 5 km on Monday | I ran 7 km on Tuesday
I dropped Mia at school at 8:10 | I dropped Mia at school at 8:20
I have a dog | I have a cat
we visited Rome | we visited Oslo
I live in Paris | I also live in Berlin
I live in Paris | My sister lives in Berlin
I live in Paris | I lived in Berlin
He lives in Paris | He lives in Rome
I work on Falcon | I work on Heron
I take vitamin C | I take vitamin D
I have a friend in Lyon | I have a friend in Porto
chapter 3 has 20 pages | chapter 4 has 25 pages
Step 2 takes 10 minutes | Step 3 takes 15 minutes
The 42 bus leaves at 9:00 | The 43 bus leaves at 9:30
The flat has 3 rooms | The flat has 80 square metres
The rent is 900 euros | The rent is 900 dollars
The rent is 900 euros | Is the rent 950 euros?
The rent is 900 euros | If the rent is 950 euros we move out
The rent is 900 euros | The rent might be 950 euros
The rent is 900 euros | Tom said the rent is 950 euros
The rent is 900 euros | My neighbour wrote: "The rent is 950 euros"
The rent is 900 euros | The rent is 950 euros with heating
The rent is 900 euros | The rent is 80 euros for the garage
My rent is 900 euros | Mira called, the rent is 720 euros now
My rent is 900 euros | Her rent is 950 euros now
It costs 300 euros | It costs 400 euros
- milk 2 litres | - milk 3 litres
2. Set the timeout to 30 seconds | 3. Set the timeout to 60 seconds
I have a meeting on Tuesday at 3 pm | I have a meeting on Thursday at 5 pm
I'm meeting Anna on Monday | I'm meeting Anna on Tuesday
I play tennis on Tuesdays | I play tennis on Thursdays
There is a bus at 10:00 | There is a bus at 10:30
The shop opens at 9:00 on Mondays | The shop opens at 10:00 on Saturdays
On Monday the shop opens at 9:00 | On Friday the shop opens at 10:00
The movie starts at 20:00 | The movie ends at 22:00
Lunch is at 12:00 today | Lunch is at 13:00 today
The train to Lisbon leaves at 9:00 | The train from Lisbon leaves at 10:00
My flight to Lisbon leaves at 7:15. | My flight back from Lisbon leaves at 18:05.
The wifi password at home is red42 | At the office, the wifi password is blue77
Ben owes Anna 20 euros | Anna owes Ben 30 euros
Maria eats meat | Maria does not eat fish
I do not work on Fridays | I do not work on Mondays
The test server is not reachable | The staging server is reachable
Debug logging is enabled on the gateway | Debug logging is not enabled on the proxy
The old contract costs 30 euros | The new contract costs 25 euros
The ticket costs 20 euros for adults | The ticket costs 10 euros for children
The temperature was 20 degrees | The temperature was 25 degrees
The gateway was down for 5 minutes on Tuesday | The gateway was down for 9 minutes on Friday
The forest fires in 2019 | The forest fires in 2020
Two eggs for 3 people | Two eggs for 4 people
The glass at 20 degrees | The glass at 30 degrees
The kiln fires at 1240 degrees | The oven fires at 1260 degrees
The kiln fires at 1240 degrees | The kiln cools at 600 degrees
Lena: I live in Paris | Ben: I live in Berlin now
""".strip().splitlines()


@pytest.mark.parametrize(("old", "new", "kind"), CHANGES)
def test_a_changed_figure_time_place_or_not_contradicts(old: str, new: str, kind: str) -> None:
    found = contradiction(old, new)
    assert found is not None
    assert found.kind == kind
    assert found.bridge


@pytest.mark.parametrize(
    "new",
    [
        "It turned out that I am not allergic to penicillin.",
        "The test showed that I am not allergic to penicillin.",
        "I have just found out I am not allergic to penicillin.",
    ],
)
def test_where_a_fact_is_known_from_is_no_part_of_it(new: str) -> None:
    old = "I am allergic to penicillin."
    assert ENGLISH.contradiction(old, new) is not None
    assert ENGLISH.update(old, new, lambda _: 0.6) is not None
    hers = new.replace("I am not", "my sister is not")
    assert ENGLISH.contradiction(old, hers) is None


@pytest.mark.parametrize("pair", LOOKALIKES)
def test_what_only_looks_like_a_change_contradicts_nothing(pair: str) -> None:
    old, new = pair.split(" | ")
    assert contradiction(old, new) is None


def test_the_same_again_contradicts_nothing() -> None:
    for old, new, _ in CHANGES:
        assert contradiction(old, old) is None
        assert contradiction(new, new) is None
    assert contradiction("The rent is 900 euros", "The rent is still 900 euros") is None


def test_a_difference_says_what_changed_and_what_is_common() -> None:
    found = contradiction("The rent of the flat is 900 euros", "The rent of the flat is 950 euros")
    assert found == Difference("number", "900", "950", ("flat", "rent"))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_is_too_odd(old: str, new: str) -> None:
    found = contradiction(old, new)
    assert found is None or isinstance(found, Difference)
    assert isinstance(replacement_fault(memory(old or "x", 0), memory(new or "y", 1)), str)


_TEXT = """the my Ada's Ben is are was not no at in on 3 pm 10:00 Tuesday 3 May euros rent room
Kepler moved to from now went up have a , . ? " - address left don't it's may €5 8080 v1.2"""
_WORDS = st.sampled_from(_TEXT.split())


@settings(max_examples=300, deadline=None)
@given(st.lists(_WORDS, max_size=12), st.lists(_WORDS, max_size=12))
def test_no_order_of_words_is_too_odd(old: list[str], new: list[str]) -> None:
    one, other = " ".join(old), " ".join(new)
    assert contradiction(one, one) is None
    contradiction(one, other)
    replacement_fault(memory(one, 0, about=other), memory(other, 1))


@pytest.mark.no_cover  # its time is bounded
@pytest.mark.parametrize(
    "piece", ["a", "1", "a1-", "'", "- ", "The rent is 900 euros. ", '"', "é€ "]
)
def test_long_texts_take_no_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    started = time.process_time()
    assert contradiction(text, text + "x") is None
    replacement_fault(memory(text, 0), memory(text + "x", 1))
    assert time.process_time() - started < 2


# -- claims


def memory(text: str, day: int, about: str = "", **fields: object) -> Memory:
    return Memory.model_validate(
        {
            "id": f"m{day}",
            "text": text,
            "about": about,
            "sources": ("e1",),
            "valid_from": DAY + timedelta(days=day),
            "learned_at": DAY + timedelta(days=day),
            **fields,
        }
    )


def refusal(old: str, new: str, about: str = "", about_new: str | None = None) -> str:
    return replacement_fault(
        memory(old, 0, about), memory(new, 5, about if about_new is None else about_new)
    )


@pytest.mark.parametrize(
    ("old", "new", "about"),
    [
        ("Lena's rent is 900 euros.", "The landlord raised Lena's rent to 950 euros.", "rent"),
        ("The daily standup is at 10:00.", "The standup has been moved to 10:30.", "standup"),
        ("Rahul has the on-call duty.", "Jelena has the on-call duty.", "on-call duty"),
        ("Mira lives in Hamburg.", "Mira found a flat in Leipzig and lives there now.", "Mira"),
        ("Lena's manager is Claudia Reyes.", "Lena's manager is Tomasz Wilk.", "Lena's manager"),
        ("My talk with Ben is at 10:00.", "My talk with Ben is at 11:00.", "Ben"),
        ("Ada eats meat.", "Ada has become a vegetarian and eats no meat.", "Ada"),
        ("The team is in building C.", "The team is in building F.", "team"),
        ("Production runs Postgres 14.", "Production was upgraded to Postgres 16.", "database"),
    ],
)
def test_a_true_update_stands_in_any_wording(old: str, new: str, about: str) -> None:
    assert refusal(old, new, about) == ""


@pytest.mark.parametrize(
    ("old", "new", "about", "about_new"),
    [
        ("Anna's flight leaves on Tuesday.", "Ben's flight leaves on Friday.", "Anna", "Ben"),
        ("Anna's flight leaves on Tuesday.", "Ben's flight leaves on Friday.", "flight", "flight"),
        ("Ada eats meat.", "Otto no longer eats meat.", "Ada", "Ada"),
        ("The blue bike costs 300.", "The red bike costs 400.", "bike", "bike"),
        ("Lena has a dog.", "Lena has a cat.", "Lena", "Lena"),
        ("Lena visited Rome.", "Lena visited Oslo.", "Lena", "Lena"),
        ("Lena plays the piano.", "Lena plays the accordion.", "Lena", "Lena"),
        ("Lena lives in Paris.", "Lena's sister lives in Berlin.", "Lena", "Lena"),
        ("Chapter 3 has 20 pages.", "Chapter 4 has 25 pages.", "chapter", "chapter"),
        ("The flat has 3 rooms.", "The flat has 80 square metres.", "flat", "flat"),
        (
            "The app has 4 replicas in production.",
            "The app has 2 replicas in staging.",
            "app",
            "app",
        ),
        ("A day ticket costs 7.80.", "A week ticket costs 29.50.", "ticket", "ticket"),
        ("Lena's rent is 900 euros.", "The parking space costs 60 euros.", "rent", "rent"),
        ("The ferry to Skye leaves at 8:45.", "The ferry from Skye leaves at 9:20.", "", ""),
        ("Lena's favourite colour is teal.", "Lena's favourite season is autumn.", "Lena", "Lena"),
    ],
)
def test_a_lookalike_is_refused(old: str, new: str, about: str, about_new: str) -> None:
    assert refusal(old, new, about, about_new)
    assert "\n" not in refusal(old, new, about, about_new)


def test_only_newer_evidence_replaces() -> None:
    old, new = memory("The rent is 900 euros.", 3), memory("The rent is 950 euros.", 5)
    assert replacement_fault(old, new) == ""
    assert "newer" in replacement_fault(new, old)
    assert "newer" in replacement_fault(old.model_copy(update={"valid_from": new.valid_from}), new)
    confirmed = old.model_copy(update={"last_confirmed": DAY + timedelta(days=9)})
    assert "newer" in replacement_fault(confirmed, new)


@pytest.mark.parametrize("kind", ["page", "insight"])
def test_what_is_made_of_memories_neither_replaces_nor_is_replaced(kind: str) -> None:
    old, new = memory("The rent is 900 euros.", 3), memory("The rent is 950 euros.", 5)
    other = {"kind": kind}
    for one, two in ((old, new.model_copy(update=other)), (old.model_copy(update=other), new)):
        assert "made of memories" in replacement_fault(one, two)


def test_the_same_statement_replaces_nothing() -> None:
    assert "same" in refusal("The rent is 900 euros.", "Rent: 900 euros.", "rent")
