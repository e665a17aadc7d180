"""The README's Python blocks run as they stand, one after the other."""

from pathlib import Path

import pytest
from page_blocks import ROOT, blocks, run_python, scope

README = ROOT / "README.md"


def test_python_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    given = scope()
    assert len(blocks(README, "python")) >= 6
    run_python(README, given)
    with given["store"]:
        assert given["report"].status == "committed"
        assert "The kiln is a Brandhorst. because" in capsys.readouterr().out.replace(
            "user: ", ""
        ).replace("\nagent: I see.", "")
        assert {"recall", "record", "dream"} <= set(given["builder"].nodes)
        assert given["undone"].dream == given["report"].id
        given["dreamer"].close()


def test_is_short() -> None:
    assert len(README.read_text().splitlines()) < 150
