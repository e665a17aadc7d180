"""The benchmark with notes, and the one of the judge, from end to end on real stores."""

import json
from pathlib import Path
from typing import Any

import pytest
from dream_support import WordEmbedder

from benchmarks.evidence import main, measure
from benchmarks.generated import generate
from benchmarks.judge import TOP, co_evidence
from benchmarks.judge import main as main_judge
from benchmarks.judge import measure as measure_judge
from benchmarks.notes import Note, Rehearsal, note_taker, read_notes, shuffled
from benchmarks.scripted import Block, appearance, blocks
from benchmarks.sets import write_set
from langgraph_dreams import LogFormatError

CASES = generate(1, sessions=8, turns=16)


def notes() -> list[Note]:
    """For every question a note in its words that cites the evidence."""

    def told(text: str) -> str:
        return f"It is known {text[0].lower()}{text[1:].rstrip('?')}."

    return [Note(told(q.text), "", (unit,)) for q in CASES[0].questions for unit in q.gold]


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    return measure(CASES, embedder=WordEmbedder(), notes={CASES[0].name: notes()})


def test_the_scripted_model_rehearses_what_was_written_from_new_notes() -> None:
    own = [Note("The kiln is old.", "", ("u1",)), Note("The pots are blue.", "", ("u2",))]
    asked = [
        Rehearsal("What is old?", ("The kiln is old.",)),
        Rehearsal("What is there in the shop?", ("The kiln is old.", "The pots are blue.")),
    ]
    model = note_taker(CASES[0], own, asked)
    shown = [
        Block("S", 1, "new, since Monday", "The pots are blue."),
        Block("S", 2, "earlier, since Monday", "The kiln is old."),
    ]
    assert model.answers["rehearsals"](shown) == {
        "questions": [{"question": "What is there in the shop?", "memories": [2, 1]}]
    }


@pytest.mark.slow
def test_well_cited_notes_lift_their_sources_and_shuffled_ones_do_not(summary: Any) -> None:
    found = {name: row["all"]["recall@5"] for name, row in summary["systems"].items()}
    assert list(found)[-3:] == ["dreams", "dreams_notes", "dreams_notes_shuffled"]
    assert found["dreams_notes"] > found["dreams"] + 5
    assert found["dreams_notes_shuffled"] < found["dreams_notes"] - 5
    assert summary["cost"]["memories_dreams_notes"] > 0
    assert summary["cost"]["model_calls_dreams_notes"] >= 8
    assert "dreams_notes - dreams_notes_shuffled" in summary["differences"]


def test_shuffled_notes_keep_every_citation() -> None:
    own, other = notes(), shuffled(notes())
    assert [n.text for n in own] == [n.text for n in other]
    assert sorted(n.sources for n in own) == sorted(n.sources for n in other)
    assert own != other
    assert other == shuffled(notes())


def test_a_window_is_answered_with_the_notes_whose_sources_it_shows() -> None:
    unit = CASES[0].units[3]
    model = note_taker(CASES[0], [Note("What it says.", "them", (unit.id, "elsewhere"))])
    when, _ = appearance(CASES[0])[unit.id]
    shown = f"[E1] Monday 1 May 2023, 09:00\n| Other.\n[E2] {when}\n| {unit.speaker}: {unit.text}"
    told = json.loads(str(model.invoke(shown).content))
    assert [n["sources"] for n in told["memories"]] == [[2]]
    assert told["memories"][0]["quote"] in f"{unit.speaker}: {unit.text}"


def test_blocks_of_a_prompt_are_read_as_they_stand() -> None:
    (block,) = blocks("intro\n[P12] T1 and T2\n| one\n| two\n</end>")
    assert (block.letter, block.number, block.heading) == ("P", 12, "T1 and T2")
    assert block.text == "one\ntwo"


@pytest.mark.parametrize(
    "line", ["[]", "{", '{"case": "a", "notes": [{"text": "x"}]}', '{"notes": []}']
)
def test_bad_notes_are_named_by_their_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text(f'{{"case": "a", "session": 1, "notes": []}}\n{line}\n')
    with pytest.raises(LogFormatError, match="line 2"):
        read_notes(path)


def test_missing_notes_are_an_error_of_ours(tmp_path: Path) -> None:
    assert main(["--generated", "--notes", str(tmp_path / "none.jsonl")]) == 2


@pytest.mark.slow
def test_the_judge_helps_and_chance_does_not(tmp_path: Path) -> None:
    found = measure_judge(CASES, embedder=WordEmbedder())["systems"]
    least = found["random"][f"precision@{TOP}"]
    assert found["perfect_judge"][f"precision@{TOP}"] > found["heuristic"][f"precision@{TOP}"]
    assert found["heuristic"][f"precision@{TOP}"] > least
    assert found["perfect_judge"]["calls"] > 0
    assert found["heuristic"]["calls"] == 0


def test_co_evidence_pairs_are_of_different_sessions() -> None:
    session = {unit.id: unit.session for unit in CASES[0].units}
    pairs = co_evidence(CASES[0])
    assert pairs
    assert all(len({session[end] for end in pair}) == 2 for pair in pairs)


@pytest.mark.slow
def test_the_judge_from_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "set.jsonl", tmp_path / "out.json"
    write_set(CASES, path)
    assert main_judge([str(path), "--json", str(out)]) == 0
    assert "perfect_judge" in capsys.readouterr().out
    assert json.loads(out.read_text())["pairs"] == len(co_evidence(CASES[0]))
    assert main_judge([str(tmp_path / "none.jsonl")]) == 2
