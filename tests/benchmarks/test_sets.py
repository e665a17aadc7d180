"""Reading evidence sets, cutting them, and the generated one."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generated import generate
from benchmarks.generated import main as write_generated
from benchmarks.sets import Case, Unit, parse_time, read_set, sittings, take_half, times, write_set
from langgraph_dreams import LogFormatError


def unit(number: int, session: int | str = 1, **more: Any) -> dict[str, Any]:
    return {"id": f"u{number}", "text": f"text {number}", "session": session, **more}


def row(**more: Any) -> dict[str, Any]:
    question = {"id": "q", "text": "which?", "gold": ["u1"], "category": "kind"}
    return {"case": "c", "dataset": "d", "units": [unit(1)], "questions": [question], **more}


def write(path: Path, *lines: Any) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def test_a_set_is_read_with_plain_defaults(tmp_path: Path) -> None:
    questions = [{"text": "which?", "gold": ["u2", "u2", "u1"]}]
    path = write(tmp_path / "s.jsonl", "", row(units=[unit(1), unit(2)], questions=questions), "")
    (case,) = read_set(path)
    assert [(entry.id, entry.session, entry.position) for entry in case.units] == [
        ("u1", "1", 0),
        ("u2", "1", 1),
    ]
    assert case.questions[0].gold == ("u2", "u1")
    assert case.questions[0].category == "uncategorised"


def test_what_cannot_be_asked_is_left_out_and_counted(tmp_path: Path) -> None:
    questions = [
        {"text": "one?", "gold": ["u1", "gone"]},
        {"text": "two?", "gold": ["gone"]},
        {"text": "three?", "gold": []},
        {"text": "four?", "gold": ["u3"]},
    ]
    units = [unit(1), unit(3, text="  ")]
    (case,) = read_set(write(tmp_path / "s.jsonl", row(units=units, questions=questions)))
    assert [question.text for question in case.questions] == ["one?"]
    assert case.questions[0].gold == ("u1",)
    assert case.left_out == {
        "units without text": 1,
        "gold units not among the units": 3,
        "questions without gold or text": 3,
    }


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("{not json", "is not JSON"),
        ("[1]", "is not a case"),
        (row(case=None), "case None"),
        (row(units="u"), "under 'units'"),
        (row(units=[]), "has no units"),
        (row(questions={}), "under 'questions'"),
        (row(units=[unit(1), unit(1)]), "unit 1 has the id 'u1' of an earlier unit"),
        (row(units=[unit(1, position=-1)]), "position -1"),
        (row(units=[{"id": "u1", "session": 1}]), "text None"),
        (row(questions=[{"text": "x", "gold": "u1"}]), "gold 'u1'"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, bad: Any, words: str) -> None:
    path = write(tmp_path / "s.jsonl", row(), bad)
    with pytest.raises(LogFormatError, match=r"s\.jsonl, line 2") as caught:
        read_set(path)
    assert words in str(caught.value)


def test_an_empty_or_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogFormatError, match="holds no case"):
        read_set(write(tmp_path / "s.jsonl", ""))
    with pytest.raises(LogFormatError, match="cannot be read"):
        read_set(tmp_path / "none.jsonl")


def units(*sessions: str, when: str = "") -> tuple[Unit, ...]:
    return tuple(
        Unit(f"u{index}", "text", session, index, when=when)
        for index, session in enumerate(sessions)
    )


def test_a_dream_comes_after_each_session() -> None:
    parts = sittings(Case("c", "d", units("a", "a", "b", "a", "c"), ()))
    assert [[entry.id for entry in part] for part in parts] == [["u0", "u1", "u3"], ["u2"], ["u4"]]


def test_where_sessions_are_single_units_a_dream_comes_every_hundred() -> None:
    parts = sittings(Case("c", "d", units(*map(str, range(250))), ()))
    assert [len(part) for part in parts] == [100, 100, 50]
    assert parts[2][0].id == "u200"


@pytest.mark.parametrize(
    ("when", "hour"),
    [("1:56 pm on 8 May, 2023", 13), ("2023-05-08T15:56:00+02:00", 13), ("2023-05-08 13:56", 13)],
)
def test_times_that_can_be_read(when: str, hour: int) -> None:
    assert parse_time(when) == datetime(2023, 5, 8, hour, 56, tzinfo=UTC)


def test_times_increase_within_a_session_read_or_made_up() -> None:
    for when in ("", "someday", "1:56 pm on 8 May, 2023"):
        made = times(units("a", "a", "a", when=when))
        assert made == sorted(set(made))
    apart = times(units("a", "b", "c"))
    assert apart == sorted(set(apart))
    assert apart[-1] < datetime.now(UTC)


def test_halves_are_of_the_cases_or_of_a_single_cases_questions() -> None:
    cases = generate(3)
    assert [case.name for case in take_half(cases, "first")] == ["generated-1", "generated-2"]
    assert [case.name for case in take_half(cases, "second")] == ["generated-3"]
    first, second = take_half(cases[:1], "first")[0], take_half(cases[:1], "second")[0]
    assert first.units == second.units == cases[0].units
    assert first.questions + second.questions == cases[0].questions


def test_the_generated_set_survives_its_file(tmp_path: Path) -> None:
    write_generated([str(tmp_path / "g.jsonl"), "--cases", "1"])
    write_set(generate(1), tmp_path / "again.jsonl")
    assert (tmp_path / "g.jsonl").read_bytes() == (tmp_path / "again.jsonl").read_bytes()
    (case,) = read_set(tmp_path / "g.jsonl")
    assert (case.units, case.questions) == (generate(1)[0].units, generate(1)[0].questions)


def test_generated_bridges_share_a_rare_name_across_sessions_and_no_question_tells_it() -> None:
    (case,) = generate(1)
    text = {entry.id: entry.text for entry in case.units}
    session = {entry.id: entry.session for entry in case.units}
    words = {entry.id: set(entry.text.strip(".?!").split()) for entry in case.units}
    spread = Counter(word for each in words.values() for word in each)
    chains = [question for question in case.questions if question.category == "multi-hop"]
    assert len(chains) == 24
    assert len(case.units) == len(set(text)) == 324
    for question in chains:
        first, second = question.gold
        shared = {word.strip(",.?'") for word in text[first].split()} & {
            word.strip(",.?'") for word in text[second].split()
        }
        names = {word for word in shared if word[0].isupper() and word not in question.text}
        assert session[first] != session[second]
        assert any(spread[name] <= 3 for name in names), (text[first], text[second])


def test_too_little_room_is_refused() -> None:
    with pytest.raises(ValueError, match="leave no room"):
        generate(1, sessions=5, turns=5)
