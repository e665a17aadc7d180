"""A night over a folder of notes: one marked section, and no line of a person lost."""

import json
import multiprocessing
import random
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from notes_support import HAND, made, note_of, picture, slept, told_night

from langgraph_dreams import InvalidInputError
from langgraph_dreams.cli.main import main
from langgraph_dreams.nightly.document import (
    line_digest,
    put_together,
    section_digest,
    taken_apart,
)
from langgraph_dreams.nightly.notes import notes_in, statements


@pytest.fixture(scope="module")
def night_of_sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 60 notes after its first night; to be copied, not written to."""
    folder = made(tmp_path_factory.mktemp("notes") / "folder")
    slept(folder)
    return folder


@pytest.fixture
def folder(night_of_sixty: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(night_of_sixty, tmp_path / "notes"))


def section(path: Path) -> list[str]:
    lines = path.read_text().splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("<!-- dreams:begin"))
    return lines[begin + 1 : lines.index("<!-- dreams:end -->")]


def outside(path: Path) -> list[str]:
    lines = path.read_text().splitlines()
    begin = next((i for i, x in enumerate(lines) if x.startswith("<!-- dreams:begin")), len(lines))
    end = lines.index("<!-- dreams:end -->") + 1 if begin < len(lines) else len(lines)
    return [line for line in (*lines[:begin], *lines[end:]) if line.strip()]


def in_order(wanted: Sequence[str], there: Sequence[str]) -> bool:
    rest = iter(there)
    return all(any(line == other for other in rest) for line in wanted if line.strip())


def test_what_holds_stands_in_one_section_with_its_dates_and_notes(folder: Path) -> None:
    told = section(folder / "MEMORY.md")
    glaze = next(line for line in told if "glaze from Karlsson" in line)
    assert glaze.startswith("- The glaze from Karlsson cracks below eight bar. (2026-01-07 to 2026")
    assert "7 times; " in glaze
    assert ".md" in glaze
    assert any("950 euros" in line for line in told)
    assert any("Nantes" in line for line in told)
    # What no longer holds, and what gives orders, is not in it.
    assert not any("Lyon" in line or "mallory" in line for line in told)
    stale = [line for line in told if line.startswith("- may be outdated")]
    assert len(stale) == 1
    assert "“The rent is 900 euros.”; The rent is 950 euros." in stale[0]


def test_lines_of_the_person_stay_byte_by_byte(folder: Path) -> None:
    whole = (folder / "MEMORY.md").read_bytes()
    assert whole.startswith(("\n".join(HAND) + "\n").encode())
    for number in range(60):
        day = date.fromordinal(date(2026, 1, 5).toordinal() + number)
        assert (folder / f"{day}.md").read_text() == note_of(number)


def test_a_second_night_changes_not_a_byte(folder: Path) -> None:
    before = picture(folder)
    assert slept(folder) is None
    assert picture(folder) == before
    # Also when it has to dream to know.
    (folder / ".dreams" / "langgraph-dreams.nightly.json").unlink()
    done = slept(folder)
    assert done is not None
    assert not done.changed
    assert done.recorded.imported == 0
    assert (folder / "MEMORY.md").read_bytes() == before["MEMORY.md"]


def test_a_new_day_is_added_and_the_rest_stays(folder: Path) -> None:
    (folder / "2026-03-09.md").write_text("- My cat is called Rex.\n")
    done = slept(folder)
    assert done is not None
    assert done.recorded.imported == 1
    assert "+- My cat is called Rex. (2026-03-09; 2026-03-09.md)" in done.diff()
    assert in_order(HAND, outside(folder / "MEMORY.md"))


def test_what_a_person_writes_into_the_section_is_kept(folder: Path) -> None:
    path = folder / "MEMORY.md"
    told = section(path)
    first, second = (line for line in told if "Karlsson" in line or "Nantes" in line)
    text = path.read_text()
    text = text.replace(first, first.replace("eight bar", "nine bar") + "\n- Added by hand.")
    text = text.replace(second + "\n", "")
    path.write_text(text + "\nA last line.")
    done = slept(folder)
    assert done is not None
    assert done.moved == 2
    there = outside(path)
    assert in_order(HAND, there)
    changed = first.replace("eight bar", "nine bar")
    assert in_order([changed, "- Added by hand.", "A last line."], there)
    # What was changed or taken out is not written again, tonight or later.
    assert not any(line in section(path) for line in (first, second))
    (folder / "2026-03-10.md").write_text("- My dog is called Max.\n")
    slept(folder)
    assert any("Max" in line for line in section(path))
    assert not any("Nantes" in line for line in section(path))
    assert in_order([changed, "- Added by hand.", "A last line."], outside(path))


def test_a_lost_end_mark_or_ledger_loses_no_line(folder: Path) -> None:
    path = folder / "MEMORY.md"
    own = section(path)
    path.write_text(path.read_text().replace("<!-- dreams:end -->\n", "") + "Below it.\n")
    slept(folder)
    assert in_order([*HAND, "Below it."], outside(path))
    assert section(path) == own
    (folder / ".dreams" / "langgraph-dreams.nightly.json").unlink()
    path.write_text(path.read_text().replace("<!-- dreams:end -->", "- mine\n<!-- dreams:end -->"))
    slept(folder)
    assert in_order([*HAND, "Below it.", "- mine"], outside(path))
    assert section(path) == own


def test_a_file_that_was_changed_meanwhile_is_left(folder: Path) -> None:
    path = folder / "MEMORY.md"
    (folder / "2026-03-09.md").write_text("- My cat is called Rex.\n")

    def edit() -> None:
        path.write_text(path.read_text() + "Typed while it dreamt.\n")

    with pytest.raises(InvalidInputError, match="changed while"):
        slept(folder, before_write=edit)
    assert path.read_text().endswith("Typed while it dreamt.\n")
    slept(folder)
    assert "Typed while it dreamt." in outside(path)
    assert any("Rex" in line for line in section(path))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no end",
        b"a\r\nb\r\n",
        b"\xef\xbb\xbfwith a mark\n",
        b"not \xff utf-8 \xfe\n",
        b"lone\rreturn\n",
        b"<!-- dreams:end -->\nonly an end\n",
        b"x\n<!-- dreams:begin -->\n- typed\n<!-- dreams:begin -->\n- more\n<!-- dreams:end -->\ny",
    ],
)
def test_every_line_of_any_file_is_kept(data: bytes) -> None:
    body = ("## Ours", "", "- A line. (2026-01-01; 2026-01-01.md)")
    kept = [x for x in data.splitlines() if x.strip() and b"dreams:" not in x]
    for _ in range(3):
        data = put_together(taken_apart(data, frozenset()), body)
        there = iter(data.splitlines())
        assert all(any(line == other for other in there) for line in kept)
    assert put_together(taken_apart(data, frozenset()), body) == data


def test_an_untouched_section_is_ours_and_a_touched_one_is_looked_at_line_by_line() -> None:
    body = ("## Ours", "", "- A line.")
    data = put_together(taken_apart(b"mine\n", frozenset()), body)
    assert f"dreams:begin {section_digest(body)}".encode() in data
    assert taken_apart(data, frozenset()).written == b"mine\n\n"
    touched = data.replace(b"- A line.", b"- My line.")
    apart = taken_apart(touched, frozenset())
    assert apart.edited
    assert apart.moved == (b"## Ours\n", b"- My line.\n")
    ours = frozenset(map(line_digest, body))
    assert taken_apart(touched, ours).moved == (b"- My line.\n",)
    assert put_together(taken_apart(data, frozenset()), ()) == b"mine\n\n"


def test_notes_are_read_as_markdown() -> None:
    text = (
        "---\ntitle: x\n---\n# Day\n- one\n  goes on\n- [ ] two\n\npara\nof two lines\n\n"
        "| a | b |\n<!-- hidden\n- comment -->\n```\n- code\n```\n## Sub\n1. three\n"
        "- 2026-01-02: dated\n- also dated (2026-01-03)\n***\n> quoted\n"
    )
    found = statements(text)
    assert [(s.text, s.subject) for s in found] == [
        ("one goes on", "Day"),
        ("open: two", "Day"),
        ("para of two lines", "Day"),
        ("a; b", "Day"),
        ("three", "Day / Sub"),
        ("dated", "Day / Sub"),
        ("also dated", "Day / Sub"),
        ("quoted", "Day / Sub"),
    ]


def test_the_long_term_file_is_the_one_that_is_there(tmp_path: Path) -> None:
    folder = made(tmp_path / "notes", days=1, long_term="CLAUDE.md")
    assert notes_in(folder).long_term.name == "CLAUDE.md"
    (folder / "CLAUDE.md").unlink()
    assert notes_in(folder).long_term.name == "MEMORY.md"
    (folder / "memory").mkdir()
    (folder / "memory" / "2026-01-01.md").write_text("- below\n")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "2026-01-01.md").write_text("- not this\n")
    names = [notes_in(folder).name(path) for path in notes_in(folder).daily]
    assert names == ["memory/2026-01-01.md", "2026-01-05.md"]
    for empty in (tmp_path / "none", tmp_path / "memory.md"):
        with pytest.raises(InvalidInputError):
            notes_in(empty)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInputError, match="no notes"):
        notes_in(tmp_path / "empty")


def test_a_folder_without_a_long_term_file_gets_one_and_links_are_followed(tmp_path: Path) -> None:
    folder = made(tmp_path / "notes", days=1)
    (folder / "MEMORY.md").unlink()
    (folder / "2026-01-06.md").write_text("- My cat is called Rex.\n")
    slept(folder)
    assert (folder / "MEMORY.md").read_text().startswith("# Memory\n\n<!-- dreams:begin")
    real = tmp_path / "real.md"
    (folder / "MEMORY.md").rename(real)
    real.chmod(0o600)
    (folder / "MEMORY.md").symlink_to(real)
    (folder / "2026-01-07.md").write_text("- My dog is called Max.\n")
    slept(folder)
    assert (folder / "MEMORY.md").is_symlink()
    assert "Max" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o600


def test_the_command_asks_and_refuses_where_nobody_can_be_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(tmp_path / "notes", days=3)
    (folder / "2026-01-09.md").write_text("- My cat is called Rex.\n")
    before = picture(folder)
    assert main(["nightly", str(folder)]) == 1
    assert "--yes" in capsys.readouterr().err
    assert main(["nightly", str(folder), "--json"]) == 1
    assert picture(folder) == before  # no store either
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: "n")
    assert main(["nightly", str(folder)]) == 1
    shown = capsys.readouterr().out
    assert "+- My cat is called Rex. (2026-01-09; 2026-01-09.md)" in shown
    assert "is as it was" in shown
    assert (folder / "MEMORY.md").read_bytes() == before["MEMORY.md"]
    assert main(["nightly", str(folder), "--yes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["changed"]
    assert told["recorded"] == 0
    after = picture(folder)
    assert main(["nightly", str(folder), "--yes"]) == 0
    assert "Nothing has changed" in capsys.readouterr().out
    assert picture(folder) == after


# -- kills


FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["notes_support"])  # Chroma is loaded there, and nothing is open


def killed(folder: Path, rng: random.Random) -> str:
    """A night that is killed somewhere; the last step that it told of."""
    hear, tell = FORKS.Pipe(duplex=False)
    child = FORKS.Process(target=told_night, args=(folder, tell))
    child.start()
    tell.close()
    step, told = rng.choice(("open", "dream", "write")), ""
    with hear:
        while told != step:
            try:
                told = hear.recv()
            except EOFError:  # nothing had changed
                break
        child.join(rng.uniform(0, {"open": 0.5, "dream": 3.0, "write": 0.02}[step]))
        child.kill()
        child.join()
    child.close()
    return told


def kills(folder: Path, times: int, seed: int) -> None:
    """Nights that are killed, with a person who writes between them; nothing of theirs is lost."""
    rng = random.Random(seed)
    path = folder / "MEMORY.md"
    mine = [line for line in HAND if line.strip()]
    for number in range(times):
        if number % 3 == 0:
            day = date.fromordinal(date(2026, 4, 1).toordinal() + number)
            (folder / f"{day}.md").write_text(f"- My cat number {number} is called Rex{number}.\n")
        if number % 4 == 1:
            mine.append(f"- By hand {number}.")
            path.write_text(path.read_text() + mine[-1] + "\n")
        notes = {p.name: p.read_bytes() for p in folder.glob("20*.md")}
        before = path.read_bytes()
        killed(folder, rng)
        after = path.read_bytes()
        assert in_order(mine, outside(path))
        assert after == before or after.count(b"dreams:begin") == after.count(b"dreams:end") == 1
        assert {p.name: p.read_bytes() for p in folder.glob("20*.md")} == notes
    slept(folder)
    assert in_order(mine, outside(path))
    assert outside(path) == mine  # nothing of ours was taken for theirs either
    assert not list(folder.glob(".*.part"))
    assert slept(folder) is None


def test_a_kill_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    kills(made(tmp_path / "notes", days=4), times=1, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_two_hundred_kills_lose_no_line(tmp_path: Path) -> None:
    kills(made(tmp_path / "notes", days=60), times=200, seed=2)
