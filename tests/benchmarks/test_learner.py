"""The benchmark of the learner: what it teaches, and what it tells."""

import json
from pathlib import Path

import pytest
from dream_support import WordEmbedder, day

from benchmarks import learner
from benchmarks.generated import generate
from langgraph_dreams import DreamStore


def test_templated_questions_are_of_words_that_others_have_too() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        ada = store.namespace("acme", "ada")
        turns = day(["The kiln needs steady pressure.", "Steady pressure fell.", "Hm, fine."], 0)
        ada.record(turns)
        found = learner.templated(ada)
    assert [q.text for q in found] == ["What was it about steady, pressure?"] * 2
    assert [q.evidence for q in found] == [(turns[0].id,), (turns[1].id,)]


@pytest.mark.slow
def test_it_is_told_for_a_set_of_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = generate(1, sessions=7, turns=18)
    monkeypatch.setattr(learner.generated, "generate", lambda: small)
    monkeypatch.setattr(learner, "LocalEmbedder", WordEmbedder)
    monkeypatch.setattr(learner, "TAUGHT", 48)
    out = tmp_path / "out.json"
    arguments = ["--generated", "--questions", "4", "--keep", str(tmp_path), "--json", str(out)]
    assert learner.main(arguments) == 0
    told = json.loads(out.read_text())
    (own,) = told["sets"].values()
    assert own["questions"] == 4
    (lesson,) = own["cases"].values()
    assert 0 < lesson["trained"] <= 32
    assert lesson["held_back"] == 16
    kept, default = own["systems"]["kept"], own["systems"]["default"]
    assert (kept == own["systems"]["learned"]) if lesson["kept"] else (kept == default)
    assert told["on_by_default"] == (own["difference"]["kept"]["ci@10"][0] > 0)
    assert "on by default" in capsys.readouterr().out


def test_without_a_set_it_says_what_to_give() -> None:
    with pytest.raises(SystemExit):
        learner.main([])
