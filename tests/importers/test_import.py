"""Import of logs: what is read, what is named as a problem, and that order and ids hold."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.importers import import_log, read_log
from langgraph_dreams.importers.times import parse_time
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.types.base import Trust
from langgraph_dreams.types.items import Episode


def case(**changes: object) -> str:
    units = [
        {
            "id": f"D{session}:{position}",
            "text": f"Ann: turn {position} of session {session}",
            "session": session,
            "position": position,
            "speaker": "Ann",
            "when": when,
        }
        for session, when in ((1, "1:56 pm on 8 May, 2023"), (2, "12:05 am on 9 May, 2023"))
        for position in range(3)
    ]
    return json.dumps({"case": "c1", "dataset": "d", "units": units, "questions": []} | changes)


def message(content: object, role: str = "user", **rest: object) -> str:
    return json.dumps({"role": role, "content": content} | rest)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1:56 pm on 8 May, 2023", datetime(2023, 5, 8, 13, 56, tzinfo=UTC)),
        ("12:05 am on 9 Sept 2023", datetime(2023, 9, 9, 0, 5, tzinfo=UTC)),
        ("12:05 pm on 9 December, 2023", datetime(2023, 12, 9, 12, 5, tzinfo=UTC)),
        ("2024-02-29T10:00:00+02:00", datetime(2024, 2, 29, 8, tzinfo=UTC)),
        ("2024-02-29T10:00:00Z", datetime(2024, 2, 29, 10, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
        (1_700_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (1_700_000_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("1700000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_the_forms_logs_use(written: object, expected: datetime) -> None:
    assert parse_time(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        *("", "  ", "yesterday", "13:00 pm on 8 May, 2023", "1:00 pm on 31 April, 2023", "ma"),
        *("1:00 pm on 8 M, 2023", None, True, [], float("nan"), float("inf")),
        *(10**400, -(10**18), "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_what_is_no_time_is_none(written: object) -> None:
    assert parse_time(written) is None


def test_a_case_becomes_an_episode_a_unit() -> None:
    reading = read_log([case()])
    assert reading.problems == ()
    first = reading.episodes[0]
    assert (first.thread, first.position, first.speaker) == ("c1/1", 0, "Ann")
    assert first.text == "Ann: turn 0 of session 1"
    assert first.origin == "import"
    assert first.trust is Trust.ASSERTED
    assert "unit:D1:0" in first.tags
    assert first.time == datetime(2023, 5, 8, 13, 56, tzinfo=UTC)
    assert [episode.thread for episode in reading.episodes] == ["c1/1"] * 3 + ["c1/2"] * 3


def increasing(episodes: tuple[Episode, ...]) -> bool:
    return all(a.time < b.time for a, b in pairwise(episodes))


def test_times_of_a_session_increase_though_the_log_writes_one() -> None:
    episodes = read_log([case()]).episodes
    assert increasing(episodes)
    assert episodes[2].time - episodes[0].time < timedelta(seconds=1)


def test_a_case_without_times_keeps_the_order_of_its_sessions() -> None:
    units = [{"id": f"p{i}", "text": f"passage {i}", "session": i, "when": ""} for i in range(50)]
    episodes = read_log([case(units=units)]).episodes
    assert increasing(episodes)
    assert [e.tags[0] for e in episodes] == [f"unit:p{i}" for i in range(50)]
    assert episodes == read_log([case(units=units)]).episodes


def test_units_out_of_order_are_put_in_the_order_of_their_positions() -> None:
    whole = json.loads(case())["units"]
    shuffled = read_log([case(units=[whole[2], whole[0], whole[1]])]).episodes
    assert [episode.position for episode in shuffled] == [0, 1, 2]
    assert increasing(shuffled)


def test_a_bad_unit_is_named_and_the_others_are_kept() -> None:
    units = [{"id": "a", "text": "kept"}, 7, {"id": "b", "text": " "}, {"id": "c", "text": "too"}]
    reading = read_log(["", case(units=units)])
    assert [episode.text for episode in reading.episodes] == ["kept", "too"]
    assert [(p.line, p.skipped) for p in reading.problems] == [(2, True), (2, True)]
    assert "unit 2 of case 'c1'" in reading.problems[0].why
    assert "unit 3" in reading.problems[1].why


def test_a_message_becomes_an_episode() -> None:
    log = [
        message("Is the kiln hot?", thread="t", time="2024-01-01T08:00:00Z", id="m1"),
        message("Very.", "assistant", thread_id="t", timestamp="2024-01-01T08:01:00Z", name="Kit"),
        message("Ok", session=3, created_at=1_704_096_180),
    ]
    first, second, third = read_log(log).episodes
    assert (first.said, first.answered, first.speaker) == ("Is the kiln hot?", "", "user")
    assert first.tags == ("unit:m1",)
    assert (second.said, second.answered, second.speaker) == ("", "Very.", "Kit")
    assert second.text == "Kit: Very."
    assert (first.thread, second.thread, third.thread) == ("t", "t", "3")
    assert (first.position, second.position, third.position) == (0, 1, 0)
    assert third.time == datetime(2024, 1, 1, 8, 3, tzinfo=UTC)


def test_parts_and_tool_calls_are_part_of_the_message() -> None:
    parts = [{"type": "text", "text": "Look:"}, {"type": "image_url", "image_url": {}}, "there"]
    call = {"id": "1", "type": "function", "function": {"name": "weigh", "arguments": '{"g": 5}'}}
    log = [
        message(parts),
        message(None, "assistant", tool_calls=[call]),
        message("5 g", "tool", name="weigh"),
    ]
    looked, called, weighed = read_log(log).episodes
    assert looked.text == "Look:\n[image_url]\nthere"
    assert (called.done[0].name, called.done[0].args) == ("weigh", '{"g": 5}')
    assert called.text == 'called weigh({"g": 5})'
    assert weighed.done[0].result == "5 g"
    assert (weighed.origin, weighed.trust) == ("tool", Trust.UNTRUSTED)


def test_lines_that_cannot_be_read_are_named_by_number_and_the_rest_is_kept() -> None:
    log: list[str | bytes] = [
        "\ufeff" + message("first") + "\r\n",
        "\r\n",
        "{not json}\n",
        "[1, 2]\n",
        '{"text": "no role"}\n',
        message(""),
        message({"a": 1}),
        "[" * 100_000,
        "1" * 5_000,
        b"\xff\xfe\n",
        message("last"),
    ]
    reading = read_log(log)
    assert [episode.text for episode in reading.episodes] == ["first", "last"]
    assert [problem.line for problem in reading.problems] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert all(problem.skipped for problem in reading.problems)
    error = reading.problems[0].error()
    assert isinstance(error, LogFormatError)
    assert str(error).startswith("line 3: not JSON")


def test_a_message_with_an_unreadable_time_is_kept_and_said() -> None:
    reading = read_log([message("a"), message("b", time="soon"), message("c")])
    assert [episode.text for episode in reading.episodes] == ["a", "b", "c"]
    assert increasing(reading.episodes)
    assert [(p.line, p.skipped) for p in reading.problems] == [(2, False)]


def test_a_thread_written_newest_first_is_turned_round() -> None:
    log = [message(f"m{i}", thread="t", time=f"2024-01-0{9 - i}") for i in range(5)]
    assert [e.text for e in read_log(log).episodes] == ["m4", "m3", "m2", "m1", "m0"]


def test_surrogates_are_made_storable() -> None:
    (whole, lone) = read_log(
        [message("\ud83c\udf5e"), message("a \ud800 b", name="\udfff")]
    ).episodes
    assert whole.text == "\N{BREAD}"
    lone.text.encode()
    lone.speaker.encode()
    assert "a \N{REPLACEMENT CHARACTER} b" in lone.text


def test_a_log_that_has_grown_keeps_the_ids_of_what_was_there() -> None:
    log = [message("a"), message("b", thread="x"), message("c")]
    before = {episode.id for episode in read_log(log).episodes}
    after = [episode.id for episode in read_log([*log, message("d"), message("e")]).episodes]
    assert before <= set(after)
    assert len(after) == len(set(after)) == 5


def test_a_packed_file_is_read_and_a_cut_one_is_kept_so_far(tmp_path: Path) -> None:
    lines = [message(f"line {i} {datetime(2024, 1, 1) + timedelta(i)}") for i in range(2_000)]
    packed = gzip.compress("\n".join(lines).encode())
    whole, cut = tmp_path / "whole.jsonl.gz", tmp_path / "cut.jsonl.gz"
    whole.write_bytes(packed)
    cut.write_bytes(packed[: len(packed) // 2])
    assert len(read_log(whole).episodes) == 2_000
    reading = read_log(cut)
    assert 0 < len(reading.episodes) < 2_000
    assert "cut or damaged" in reading.problems[-1].why


def test_a_file_that_is_no_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogFormatError, match="No such file"):
        read_log(tmp_path / "none.jsonl")
    with pytest.raises(LogFormatError, match="cannot be read"):
        read_log(tmp_path)
    wide = tmp_path / "wide.jsonl"
    wide.write_text(message("x"), encoding="utf-16")
    with pytest.raises(LogFormatError, match="UTF-16"):
        read_log(wide)


@pytest.fixture
def kept() -> Iterator[Namespace]:
    with DreamStore.in_memory() as store:
        yield store.namespace("tests")


def test_an_import_is_recorded_once(kept: Namespace, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text("\n".join([case(), "oops", message("Is the kiln hot?")]))
    told: list[tuple[int, int]] = []
    report = import_log(kept, file, lambda done, total: told.append((done, total)))
    assert (report.imported, report.already_there) == (7, 0)
    assert [problem.line for problem in report.problems] == [2]
    assert told[-1] == (7, 7)
    assert kept.counts()["episodes"] == 7
    again = import_log(kept, file)
    assert (again.imported, again.already_there) == (0, 7)
    assert kept.counts()["episodes"] == 7


def test_imported_order_and_unit_ids_survive_the_store(kept: Namespace) -> None:
    import_log(kept, [case()])
    stored = sorted(kept.episodes(), key=lambda episode: episode.time)
    assert increasing(tuple(stored))
    expected = [f"unit:D{s}:{p}" for s in (1, 2) for p in range(3)]
    assert [episode.tags[0] for episode in stored] == expected


def test_text_that_is_hard_to_store_loses_nothing(kept: Namespace) -> None:
    hard = ["nul \x00 inside", "lone \ud800", "x" * 100_000, "fine"]
    report = import_log(kept, [message(text) for text in hard])
    assert report.imported + len(report.problems) == len(hard)
    assert any(episode.text == "fine" for episode in kept.episodes())
