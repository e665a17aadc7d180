"""Rows are read as they were given, packed or as an older version wrote them."""

import pytest

from langgraph_dreams.store.chroma.packing import Value, packed, packed_item, unpacked

LONG = "Die Färberin 🌋 lives at the harbour. " * 40


@pytest.mark.parametrize("text", ["", "short", LONG, "\x1bz", "\x1bzis no compressed text", "{}"])
def test_what_is_packed_comes_back(text: str) -> None:
    fields: dict[str, Value] = {"is": "episode", "dreamt": "", "said": text, "position": 3}
    row = unpacked("e1", None, packed_item(text, fields))
    assert (row.text, row.fields) == (text, fields)
    assert unpacked("x", None, packed(fields)).fields == fields


def test_it_is_shorter() -> None:
    stored = packed_item(LONG, {"is": "episode", "said": LONG})
    assert sum(len(str(value)) for value in stored.values()) < len(LONG) / 4


def test_of_an_episode_what_was_changed_by_itself_holds() -> None:
    stored = packed_item("x", {"is": "episode", "dreamt": "", "reaction": "no"})
    assert unpacked("e1", None, {**stored, "reaction": ""}).fields["reaction"] == ""


def test_of_a_memory_what_was_written_whole_holds() -> None:
    stored = packed_item("new", {"is": "memory", "status": "retired"})
    older = {"is": "memory", "status": "active"}
    row = unpacked("m1", "old", {**older, **stored})
    assert (row.text, row.fields["status"]) == ("new", "retired")


def test_rows_of_older_versions_are_read() -> None:
    row = unpacked("e1", "said", {"is": "episode", "thread": "t"})
    assert (row.text, row.fields) == ("said", {"is": "episode", "thread": "t"})


def test_a_damaged_text_is_told() -> None:
    with pytest.raises(ValueError, match="damaged"):
        unpacked("e1", None, {"body": "\x1bzAAAA"})
