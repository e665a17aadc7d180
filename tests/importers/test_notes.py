"""Import of notes in Markdown: subjects, days, and that an edited file brings what is new alone."""

from datetime import date
from pathlib import Path

import pytest

from langgraph_dreams import Namespace
from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.importers.past.sources import import_past, read_past
from langgraph_dreams.types.base import UNDATED_UNTIL

MEMORY = """---
name: memory
---
# Workshop

## Kiln
- The kiln is a Brandhorst.
- 2026-03-01: the thermocouple was changed
- [2026-03-09 14:30] it runs hot again
- Suppliers:
  - Bellwether for glazes
  - Ostrava for bricks,
    paid in advance

<!-- a note to myself
     of two lines -->
```python
print("not a note")
```
A paragraph that goes on
over two lines.

## To do
- [ ] order a new sieve
- [x] pay Ostrava
"""
DAY = """# 2026-03-02

09:15 - Tamsin called about the drawings.

- 10:00: Quoted Orrery Lane 300 euros.
- The yard is under water.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "notes"
    (place / "memory").mkdir(parents=True)
    (place / ".hidden").mkdir()
    (place / "MEMORY.md").write_text(MEMORY)
    (place / "memory" / "2026-03-02.md").write_text(DAY)
    (place / ".hidden" / "OLD.md").write_text("- not to be read\n")
    (place / "picture.png").write_bytes(b"\x89PNG")
    return place


def test_notes_have_their_subjects_and_days(folder: Path, ada: Namespace) -> None:
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    report = import_past(ada, folder)
    told = {e.text: e for e in ada.episodes()}
    assert report.imported == len(told) == 11
    assert "Workshop: Kiln: The kiln is a Brandhorst." in told
    assert "Workshop: Kiln: Suppliers: Bellwether for glazes" in told
    assert "Workshop: Kiln: Suppliers: Ostrava for bricks, paid in advance" in told
    assert "Workshop: Kiln: A paragraph that goes on over two lines." in told
    assert "Workshop: To do: open: order a new sieve" in told
    assert "Workshop: To do: done: pay Ostrava" in told
    assert told["Workshop: Kiln: the thermocouple was changed"].time.date() == date(2026, 3, 1)
    hot = told["Workshop: Kiln: it runs hot again"]
    assert (hot.time.date(), hot.time.hour, hot.time.minute) == (date(2026, 3, 9), 14, 30)
    assert told["Workshop: Kiln: The kiln is a Brandhorst."].time < UNDATED_UNTIL
    called = told["Tamsin called about the drawings."]
    assert (called.time.date(), called.time.hour) == (date(2026, 3, 2), 9)
    assert told["The yard is under water."].time.date() == date(2026, 3, 2)
    assert "1 block of code left out" in str(report.problems[0])
    assert not any("print" in text or "two lines -->" in text for text in told)
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_an_edited_file_brings_what_is_new_alone(folder: Path, ada: Namespace) -> None:
    import_past(ada, folder)
    assert import_past(ada, folder).imported == 0
    file = folder / "MEMORY.md"
    file.write_text(MEMORY.replace("## Kiln\n", "## Kiln\n- It stands in Orrery Lane.\n"))
    assert import_past(ada, folder).imported == 1
    file.write_text(file.read_text() + "- order a new sieve\n- order a new sieve\n")
    assert import_past(ada, folder).imported == 2  # twice there, twice kept


def test_rows_of_a_table_are_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "MEMORY.md").write_text(
        "# Machines\n\n| machine | make | since |\n|---|:-:|---|\n| kiln | Brandhorst | 2021 |\n"
        "| loom | | |\n| press | Vinmark | 2020 | sold |\n\n| alone | here |\n\nAfter it.\n"
    )
    assert [e.text for e in read_past(tmp_path).episodes] == [
        "Machines: machine: kiln; make: Brandhorst; since: 2021",
        "Machines: machine: loom",
        "Machines: machine: press; make: Vinmark; since: 2020; sold",
        "Machines: alone; here",
        "Machines: After it.",
    ]


def test_what_dreams_wrote_into_a_file_is_not_imported(tmp_path: Path) -> None:
    body = (
        "- The kiln is a Brandhorst. (2026-03-01)\n<!-- dreams:begin 0123456789abcdef -->\n"
        "## From the notes\n- A dream's own line.\n<!-- dreams:end -->\n- After it.\n"
    )
    (tmp_path / "MEMORY.md").write_text(body)
    found = read_past(tmp_path).episodes
    assert [e.text for e in found] == ["After it.", "The kiln is a Brandhorst."]
    assert found[1].time.date() == date(2026, 3, 1)


def test_a_single_file_is_enough(folder: Path) -> None:
    reading = read_past(folder / "memory" / "2026-03-02.md")
    assert [e.text for e in reading.episodes] == [
        "Tamsin called about the drawings.",
        "Quoted Orrery Lane 300 euros.",
        "The yard is under water.",
    ]


def test_what_holds_no_notes(tmp_path: Path, ada: Namespace) -> None:
    with pytest.raises(LogFormatError, match="no file of Markdown"):
        import_past(ada, tmp_path)
    (tmp_path / "MEMORY.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LogFormatError, match=r"MEMORY\.md: cannot be read"):
        import_past(ada, tmp_path)
    (tmp_path / "MEMORY.md").write_text("# Only a heading\n")
    with pytest.raises(LogFormatError, match="no note"):
        import_past(ada, tmp_path)
