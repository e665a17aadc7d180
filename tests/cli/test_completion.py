"""A shell completes commands and options by the script that `completion` prints."""

import shutil
import subprocess
from pathlib import Path

import pytest

from langgraph_dreams.cli.arguments import SHELLS
from langgraph_dreams.cli.main import main


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_knows_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(name in script for name in ("nightly", "doctor", "rollback", "dry-run", "nap"))


def test_a_shell_that_is_not_known_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcl"]) == 2
    assert "bash" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [("do", ["doctor"]), ("dream --de", ["--depth"]), ("dream --depth n", ["nap"])],
)
def test_bash_completes(
    typed: str, offered: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["completion", "bash"])
    script = tmp_path / "completion.bash"
    script.write_text(capsys.readouterr().out, encoding="utf-8")
    words = ["langgraph-dreams", *typed.split()]
    asked = (
        f"source {script}; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1};"
        ' $(complete -p langgraph-dreams | sed "s/.*-F \\([^ ]*\\).*/\\1/");'
        ' printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", asked], text=True, capture_output=True, check=True)
    assert done.stdout.split() == offered


def test_the_help_says_where_each_script_goes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert 'eval "$(langgraph-dreams completion bash)"' in told
    assert all(shell in told for shell in SHELLS)
