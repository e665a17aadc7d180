"""The benchmark of kills: a few kills come out clean, and what is lost is noticed."""

import json
from pathlib import Path

import pytest

from benchmarks import kills
from benchmarks.kills_verify import Expected, Verdict, verify
from benchmarks.kills_worker import NAMESPACE, BagEmbedder, episode
from langgraph_dreams import DreamStore


@pytest.mark.slow
def test_a_few_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kills.main(["--tries", "4", "--seed", "2", "--json", str(tmp_path / "out.json")]) == 0
    found = json.loads((tmp_path / "out.json").read_text())
    killed = sum(number for name, number in found.items() if name.startswith("killed while"))
    assert killed == 4
    assert found["acknowledged episodes"] > 0
    assert found["acknowledged writes lost"] == found["stores that need a person"] == 0
    assert "4 kills" in capsys.readouterr().out


class Ear:
    """Keeps the one thing it is sent."""

    def send(self, verdict: Verdict) -> None:
        self.verdict = verdict


def test_what_is_lost_is_noticed(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=BagEmbedder()) as store:
        ids = store.namespace(*NAMESPACE).record([episode(number) for number in range(3)])
    said = {id_: episode(number).text for number, id_ in enumerate(ids)}
    ear = Ear()
    verify(tmp_path, Expected(said, []), ear)  # type: ignore[arg-type]
    assert ear.verdict == Verdict()
    said |= {ids[0]: "another text", "e-gone": "never recorded"}
    verify(tmp_path, Expected(said, ["d-gone"]), ear)  # type: ignore[arg-type]
    lost = " ".join(ear.verdict.lost)
    assert all(name in lost for name in (ids[0], "e-gone", "d-gone"))
    (tmp_path / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    verify(tmp_path, Expected(said, []), ear)  # type: ignore[arg-type]
    assert "chroma.sqlite3" in ear.verdict.helpless[0]
