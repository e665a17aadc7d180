"""Whether recall keeps silent: what is asked, and the curves."""

import json
from pathlib import Path

import pytest

from benchmarks import silence
from benchmarks.sets import Case, Question, Unit, write_set
from benchmarks.silence import Asked, curve, renamed, small_talk, told_apart


def asked(group: str, best: float, evidence: float | None = None) -> Asked:
    own = {} if evidence is None else {"cosine": evidence}
    return Asked(group, "text", best > 0, {"cosine": best}, own)


ALL = [
    asked("own", 0.9, 0.9),
    asked("own", 0.5, 0.1),
    asked("own", 0.5),
    asked("foreign", 0.5),
    asked("foreign", 0.1),
    asked("small talk", -1.0),
]


def test_the_curve_tells_what_is_over_each_bar() -> None:
    rows = curve(ALL, "cosine")
    assert [row["bar"] for row in rows] == sorted({row["bar"] for row in rows})
    shares = {"own": 100.0, "foreign": 50.0, "renamed": 0.0, "small talk": 0.0, "evidence": 50.0}
    assert rows[0] == {"bar": 0.5, **shares}
    assert rows[-1]["bar"] == 0.9
    assert rows[-1]["own"] == pytest.approx(33.3)
    assert rows[-1]["foreign"] == 0.0


def test_how_well_groups_are_told_apart() -> None:
    assert told_apart(ALL, "cosine", "foreign") == pytest.approx(5 / 6, abs=0.001)
    assert told_apart(ALL, "cosine", "small talk") == 1.0
    assert told_apart(ALL[:3], "cosine", "foreign") == 0.5


def test_there_is_small_talk_for_each_half() -> None:
    first, second = small_talk("first"), small_talk("second")
    assert (len(first), len(second)) == (30, 85)
    assert len({*first, *second}) == 115
    assert small_talk(None) == first + second


def chat(name: str, *texts: str, who: str = "Ann") -> Case:
    units = tuple(Unit(f"u{i}", text, "s", i, who) for i, text in enumerate(texts))
    return Case(name, "tiny", units, (Question("q", f"What about the {name}?", ("u0",)),))


def test_a_foreign_question_is_asked_about_the_speakers_here() -> None:
    here, there = chat("boat", "It leaks."), chat("oven", "It ticks.", who="Bo")
    assert renamed("What did Bo say to Bob?", there, here) == "What did Ann say to Bob?"


def test_the_command_asks_all_groups(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "small_talk", lambda half: ["thanks!"])
    file, out = tmp_path / "two.jsonl", tmp_path / "out.json"
    boats = chat("boat", "The boat leaks near the keel.", "Rain again.", "Bread.", "A walk.")
    write_set([boats, chat("oven", "The oven ticks.", "Snow.")], file)
    assert silence.main([str(file), "--cases", "1", "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "two.jsonl: 1 of 2 chats" in printed
    result = json.loads(out.read_text())
    assert {name: of[1] for name, of in result["answered"].items()} == dict.fromkeys(
        silence.GROUPS, 1
    )
    own, foreign, _, talk = result["asked"]
    assert own["text"] == "What about the boat?"
    assert foreign["text"] == "What about the oven?"
    assert own["best"]["bm25"] > foreign["best"]["bm25"] == 0
    assert own["evidence"]["cosine"] == own["best"]["cosine"] > talk["best"]["cosine"]
    assert set(result["curves"]) == set(silence.SCORES)


def test_a_single_chat_has_no_foreign_questions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.jsonl"
    write_set([chat("boat", "The boat leaks.")], file)
    assert silence.main([str(file)]) == 2
    assert "has one chat" in capsys.readouterr().err
