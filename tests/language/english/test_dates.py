"""Relative dates become absolute from when they were said, and what only looks like one stays."""

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langgraph_dreams.language.english.dates import absolute_dates
from langgraph_dreams.language.english.words.date_rules import MONTHS

MONDAY = datetime(2023, 5, 8, 13, 56, tzinfo=UTC)


def on(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        # days
        ("Ann went to a group yesterday.", "Ann went to a group on 7 May 2023."),
        ("Ann calls today.", "Ann calls on 8 May 2023."),
        ("Ann cooks tonight.", "Ann cooks on the evening of 8 May 2023."),
        ("Ann left yesterday morning.", "Ann left on the morning of 7 May 2023."),
        ("Ann flies tomorrow night.", "Ann flies on the night of 9 May 2023."),
        ("Ann danced last night.", "Ann danced on the night of 7 May 2023."),
        ("Ann ran this morning.", "Ann ran on the morning of 8 May 2023."),
        ("Ann came the day before yesterday.", "Ann came on 6 May 2023."),
        ("Ann leaves the day after tomorrow.", "Ann leaves on 10 May 2023."),
        ("Ann came three days ago.", "Ann came on 5 May 2023."),
        ("Ann called 20 hours ago.", "Ann called on 7 May 2023."),
        # weeks
        ("Ann moved last week.", "Ann moved in the week of 1 May 2023."),
        ("Ann moves next week.", "Ann moves in the week of 15 May 2023."),
        ("Ann works this week.", "Ann works in the week of 8 May 2023."),
        ("Ann came a week ago.", "Ann came in the week of 1 May 2023."),
        ("Ann came the week before last.", "Ann came in the week of 24 April 2023."),
        ("Ann came a couple of weeks ago.", "Ann came around the week of 24 April 2023."),
        ("Ann comes two weeks from now.", "Ann comes in the week of 22 May 2023."),
        ("Ann camped last weekend.", "Ann camped on the weekend of 6 May 2023."),
        ("Ann camps this weekend.", "Ann camps on the weekend of 13 May 2023."),
        ("Ann camped this weekend.", "Ann camped on the weekend of 6 May 2023."),
        ("Ann camped over the weekend.", "Ann camped over the weekend of 6 May 2023."),
        ("Ann camped two weekends ago.", "Ann camped on the weekend of 29 April 2023."),
        # months, seasons, years
        ("Ann moved last month.", "Ann moved in April 2023."),
        ("Ann moved five months ago.", "Ann moved in December 2022."),
        ("Ann moves next December.", "Ann moves in December 2023."),
        ("Ann moved last March.", "Ann moved in March 2023."),
        ("Ann moved last summer.", "Ann moved in summer 2022."),
        ("Ann moved last winter.", "Ann moved in winter 2022."),
        ("Ann moves this fall.", "Ann moves in fall 2023."),
        ("Ann moved last year.", "Ann moved in 2022."),
        ("Ann moved three years ago.", "Ann moved in 2020."),
        ("Ann moved about five years ago.", "Ann moved around 2018."),
        ("Ann moved 10 years ago.", "Ann moved around 2013."),
        ("Ann moved in August last year.", "Ann moved in August 2022."),
        # weekdays
        ("Ann ran last Friday.", "Ann ran on 5 May 2023."),
        ("Ann ran last Tues.", "Ann ran on 2 May 2023."),
        ("Ann ran last Monday.", "Ann ran on 1 May 2023."),
        ("Ann ran last Friday night.", "Ann ran on the night of 5 May 2023."),
        ("Ann runs next Monday.", "Ann runs on 15 May 2023."),
        ("Ann runs this Friday.", "Ann runs on 12 May 2023."),
        ("Ann ran two Fridays ago.", "Ann ran on 28 April 2023."),
        ("Ann ran on Friday last week.", "Ann ran on 5 May 2023."),
        ("Ann ran on Friday.", "Ann ran on 5 May 2023."),
        ("Ann agreed to run on Friday.", "Ann agreed to run on 12 May 2023."),
        (
            "Ann will bring what she bought on Friday.",
            "Ann will bring what she bought on 5 May 2023.",
        ),
        # as vague as it was
        ("Ann came a few weeks ago.", "Ann came a few weeks before 8 May 2023."),
        ("Ann left over five years ago.", "Ann left over five years before May 2023."),
        ("Ann left two or three years ago.", "Ann left two or three years before May 2023."),
        ("Ann left half a year ago.", "Ann left half a year before May 2023."),
        # only what is still to come has a date "in 3 days"
        ("Ann will come in 3 days.", "Ann will come on 11 May 2023."),
        ("The wedding is in two weeks.", "The wedding is in the week of 22 May 2023."),
        ("Ann plans to move in a few months.", "Ann plans to move a few months after May 2023."),
    ],
)
def test_a_relative_date_becomes_absolute(said: str, meant: str) -> None:
    assert absolute_dates(said, MONDAY) == meant
    assert absolute_dates(meant, MONDAY) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Ann is away since yesterday.", "Ann is away since 7 May 2023."),
        ("Ann stays until next Friday.", "Ann stays until 12 May 2023."),
        ("Ann ends by tomorrow.", "Ann ends by 9 May 2023."),
        ("Ann ran on last Friday.", "Ann ran on 5 May 2023."),
        ("Ann moved in last month.", "Ann moved in during April 2023."),
        ("Ann checked in yesterday.", "Ann checked in on 7 May 2023."),
        ("Ann wrote during last summer.", "Ann wrote during summer 2022."),
        ("It ends by the end of next month.", "It ends by the end of June 2023."),
        ("Ann spent last week hiking.", "Ann spent the week of 1 May 2023 hiking."),
        ("Last year was hard.", "2022 was hard."),
        ("Ann hopes next year will be better.", "Ann hopes 2024 will be better."),
        ("Yesterday Ann ran. Last year, too.", "On 7 May 2023 Ann ran. In 2022, too."),
        ("Ann: Tomorrow I run at 5 pm.", "Ann: On 9 May 2023 I run at 5 pm."),
        ("Ann joined 'The Walkers' last year.", "Ann joined 'The Walkers' in 2022."),
    ],
)  # fmt: skip
def test_it_fits_its_sentence(said: str, meant: str) -> None:
    assert absolute_dates(said, MONDAY) == meant
    assert absolute_dates(meant, MONDAY) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Ann went to a group recently, and will go again soon, one day, or later.",
        "Ann loves Last Christmas and The Day After Tomorrow.",
        "Ann sang Yesterday.",
        "Ann said \"I came yesterday\" and ‘see you tomorrow’, not 'last week'.",
        "Ann read yesterday's paper and this week's plan, and next Friday’s menu.",
        "The batteries last two days, and the next week they are dead.",
        "Ann sat next to Bob on the last Friday of the month.",
        "It was Bob's last week at school, and his last year there.",
        "Ann finished it in 3 days.",
        "Ann will come for the first time in 3 years.",
        "The shop opens on Tuesday. Ann swam on Friday nights, and on a Monday.",
        "Ann ran on Monday.",
        "Ann came last Friday, 5 May 2023, and on Tuesday 2 May.",
        "Ann came a week ago today, or a week ago on Friday.",
        "Rome was built 2000 years ago, and the sea 900 years ago.",
        "Ann moves next summer.",
        "It feels like yesterday. In the past week, Ann ran.",
        "Ann likes week-long trips, last-minute plans and next-day delivery.",
    ],
)
def test_what_is_no_date_of_its_own_stays(text: str) -> None:
    assert absolute_dates(text, MONDAY) == text


@pytest.mark.parametrize(
    ("day", "said", "meant"),
    [
        # Nobody says "last Friday" of yesterday, but some may.
        ("2023-05-06", "Ann ran last Friday.", "Ann ran on the Friday before 6 May 2023."),
        ("2023-05-11", "Ann runs next Saturday.", "Ann runs on the Saturday after 11 May 2023."),
        ("2023-05-07", "Ann ran last week.", "Ann ran in the week before 7 May 2023."),
        ("2023-05-07", "Ann will run this week.", "Ann will run in the week of 8 May 2023."),
        ("2024-03-01", "Ann ran yesterday.", "Ann ran on 29 February 2024."),
        ("2024-02-29", "Ann ran a year ago.", "Ann ran in 2023."),
        ("2023-03-31", "Ann ran last month.", "Ann ran in February 2023."),
        ("2023-01-01", "Ann ran last month.", "Ann ran in December 2022."),
        ("2023-01-01", "Ann ran last winter.", "Ann ran in winter 2021."),
        ("2023-12-09", "Ann runs next summer.", "Ann runs in summer 2024."),
        ("2023-10-17", "Ann ran last summer.", "Ann ran in summer 2023."),
        ("2024-02-01", "Ann skis this winter.", "Ann skis in winter 2023."),
        ("2024-04-01", "Ann skis this winter.", "Ann skis this winter."),
        ("2899-12-31", "Ann runs 99 years from now.", "Ann runs in 2998."),
        ("0001-01-01", "Ann ran yesterday, last year.", "Ann ran yesterday, last year."),
        ("9999-12-31", "Ann runs tomorrow, next week.", "Ann runs tomorrow, next week."),
    ],
)
def test_the_day_it_was_said_counts(day: str, said: str, meant: str) -> None:
    assert absolute_dates(said, on(day)) == meant
    assert absolute_dates(meant, on(day)) == meant


def test_the_day_is_that_of_the_zone_given() -> None:
    tokyo = timezone(timedelta(hours=9))
    late = datetime(2023, 5, 8, 20, tzinfo=UTC)
    assert absolute_dates("Ann ran yesterday.", late.astimezone(tokyo)) == "Ann ran on 8 May 2023."


PIECES = st.sampled_from(
    """yesterday|Yesterday|today|tonight|tomorrow|last|Last|next|this|past|coming|the|a|her|week|weeks
    |weekend|month|year|years|days|summer|winter|night|morning|Friday|Fridays|Fri|May|March|ago
    |from now|on|in|over|since|until|by|around|about|two|3|10|few|couple of|half|and|or|to|before
    |after|before yesterday|will|went|is going|plans|first time|moved|was|of|at 5 pm|7 May 2023|2022
    |Ann's|.|,|;|:|"|'|‘|’|“|”|(|-|\n|over the weekend
    |feels like""".replace("\n    |", "|").split("|")
)  # fmt: skip
TIMES = st.datetimes()
USUAL = st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1))


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=12), USUAL)
def test_a_second_time_changes_nothing(pieces: list[str], said: datetime) -> None:
    once = absolute_dates(" ".join(pieces), said)
    assert absolute_dates(once, said) == once


@settings(max_examples=200, deadline=None)
@given(st.text(), st.lists(PIECES), TIMES)
def test_any_text_will_do(text: str, pieces: list[str], said: datetime) -> None:
    for each in (text, text.join(pieces)):
        assert isinstance(absolute_dates(each, said), str)


@pytest.mark.no_cover  # its time is bounded
@pytest.mark.parametrize(
    "piece",
    ["yesterday ", "“", '"', " 'a", "'a", "‘a’b", "last ", "in 3 ", "a", "1", "2 or ", " ",
     "7 May ", "«`", "on Friday, will ", "two weeks ago ", ".\n"],
)  # fmt: skip
def test_long_texts_take_linear_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = time.process_time()
    absolute_dates(text, MONDAY)
    assert time.process_time() - began < 10


@given(st.dates(min_value=date(1100, 1, 1), max_value=date(2899, 12, 31)))
def test_what_is_written_is_read(day: date) -> None:
    said = datetime(day.year, day.month, day.day)
    written = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    assert absolute_dates("Ann runs today.", said) == f"Ann runs on {written}."
