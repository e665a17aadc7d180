"""The evidence benchmark from end to end, on real stores."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.evidence import main, measure, parse_policy
from benchmarks.generated import generate
from benchmarks.runner import CachingEmbedder
from benchmarks.sets import write_set
from langgraph_dreams import InvalidInputError, LocalEmbedder

SYSTEMS = ["dense", "bm25", "hybrid", "hybrid_neighbours", "placebo", "dreams"]
RANKS = (2, 5, 10, 20)


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    return measure(generate(2))


@pytest.mark.slow
def test_dreams_find_the_planted_bridges_and_random_links_do_not(summary: dict[str, Any]) -> None:
    found = {name: row["multi-hop"] for name, row in summary["systems"].items()}
    assert found["dreams"]["recall@20"] >= found["hybrid"]["recall@20"]
    assert found["dreams"]["recall@10"] > found["hybrid"]["recall@10"]
    assert found["placebo"]["recall@10"] <= found["dreams"]["recall@10"]
    assert found["placebo"]["recall@20"] < found["dreams"]["recall@20"]
    assert found["hybrid"]["recall@10"] < 75, "the set has become too easy to tell systems apart"


@pytest.mark.slow
def test_direct_questions_stay_answered(summary: dict[str, Any]) -> None:
    assert summary["systems"]["hybrid"]["single-hop"]["recall@10"] > 90
    assert summary["systems"]["dreams"]["single-hop"]["recall@10"] > 90


@pytest.mark.slow
def test_the_summary_holds_every_figure(summary: dict[str, Any]) -> None:
    assert json.loads(json.dumps(summary)) == summary
    assert summary["dataset"] == "generated"
    assert list(summary["systems"]) == SYSTEMS
    assert list(summary["differences"]) == [f"dreams - {name}" for name in SYSTEMS[:-1]]
    for row in [*summary["systems"].values(), *summary["differences"].values()]:
        assert list(row) == ["multi-hop", "single-hop", "all"]
        for cell in row.values():
            for rank in RANKS:
                low, high = cell[f"ci@{rank}"]
                assert low <= cell[f"recall@{rank}"] <= high
    assert summary["cost"]["links"] > 0
    assert summary["cost"]["dreams"] == 36
    assert summary["policy_changes"] == {}


@pytest.mark.slow
def test_differences_are_those_of_the_means_and_all_weighs_questions(
    summary: dict[str, Any],
) -> None:
    systems = summary["systems"]
    for name in SYSTEMS[:-1]:
        for category, cell in summary["differences"][f"dreams - {name}"].items():
            gap = systems["dreams"][category]["recall@10"] - systems[name][category]["recall@10"]
            assert cell["recall@10"] == pytest.approx(gap, abs=0.02)
    parts = [systems["dreams"][category] for category in ("multi-hop", "single-hop")]
    mean = sum(part["recall@5"] * part["questions"] for part in parts) / 72
    assert systems["dreams"]["all"]["recall@5"] == pytest.approx(mean, abs=0.02)


def tiny(path: Path) -> Path:
    texts = [
        "the cat sleeps on the mat",
        "rain falls on the roof",
        "Zorbek bakes dark bread",
        "a train left at noon",
        "the shop of Zorbek burnt down",
        "we walked by the sea",
    ]
    units = [
        {"id": f"u{at}", "text": text, "session": at // 2, "position": at % 2}
        for at, text in enumerate(texts)
    ]
    asked = [{"id": "q", "text": "who bakes bread?", "gold": ["u2"], "category": "plain"}]
    row = {"case": "tiny", "dataset": "tiny", "units": units, "questions": asked}
    path.write_text(json.dumps(row) + "\n" + json.dumps({**row, "case": "tiny 2"}) + "\n")
    return path


def test_the_command_prints_json_on_stdout_and_the_table_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tiny(tmp_path / "tiny.jsonl")
    assert main([str(file), "--json", "-", "--cases", "1", "--no-placebo"]) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert list(result["systems"]) == [name for name in SYSTEMS if name != "placebo"]
    assert result["data"]["cases"] == 1
    assert result["systems"]["bm25"]["plain"]["recall@2"] == 100.0
    assert "policy differences from the default: none" in err
    assert "tiny.jsonl (tiny), all, only 1 cases: 1 cases, 6 units, 1 questions" in err
    assert "dreams - hybrid" in err


def test_the_command_writes_json_and_prints_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tiny(tmp_path / "tiny.jsonl"), tmp_path / "out.json"
    settings = ["--half", "second", "--set", "neighbours=1"]
    assert main([str(file), "--json", str(out), *settings]) == 0
    printed = capsys.readouterr().out
    assert "policy differences from the default: neighbours=1" in printed
    assert "any session of their evidence among the first 5, percent: dense 100.0" in printed
    written = json.loads(out.read_text())
    assert written["data"]["part"] == "second half of the cases"
    assert written["cost"]["session_percent_dreams"] == 100


def test_a_bad_file_is_an_error_that_names_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tiny(tmp_path / "bad.jsonl")
    file.write_text(file.read_text() + "{broken\n")
    assert main([str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "bad.jsonl, line 3 is not JSON" in err


def test_a_set_without_evidence_is_refused(tmp_path: Path) -> None:
    (case,) = generate(1)
    file = tmp_path / "none.jsonl"
    write_set([case], file)
    rows = json.loads(file.read_text())
    rows["questions"] = []
    file.write_text(json.dumps(rows))
    assert main([str(file)]) == 2


@pytest.mark.parametrize("setting", ["neighbours", "nonsense=1", "neighbours=-4"])
def test_a_setting_the_policy_does_not_know_is_refused(setting: str) -> None:
    with pytest.raises(InvalidInputError, match="--set"):
        parse_policy([setting])


def test_the_caching_embedder_embeds_a_text_once() -> None:
    class Counting:
        name, dimension = "counting", 384

        def __init__(self) -> None:
            self.seen: list[str] = []

        def embed(self, texts: Any) -> Any:
            self.seen += texts
            return LocalEmbedder().embed(texts)

    inner = Counting()
    caching = CachingEmbedder(inner)
    first = caching.embed(["one", "two", "one"])
    again = caching.embed(["two", "three"])
    assert inner.seen == ["one", "two", "three"]
    assert (first[1] == again[0]).all()
    assert first.shape == (3, 384)
    assert caching.embed([]).shape == (0, 384)
