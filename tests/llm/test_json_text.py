"""Answers as models write them, read and fitted; and babble of 100 kB, in bounded time."""

import json
import time
from enum import Enum
from typing import Any, Literal

import pytest
from llm_support import GOOD, NOTES, Note, Notes
from pydantic import BaseModel, Field

from langgraph_dreams.llm.json_text import MAX_CHARS, json_values
from langgraph_dreams.llm.schema import compact_schema, compact_text, response_format
from langgraph_dreams.llm.validation import Fit, fit

N = 100_000
BABBLE = {
    "brackets": "[" * N,
    "objects in objects": '{"a":' * (N // 5),
    "braces": "{" * N,
    "braces and brackets": "[{" * (N // 2),
    "parentheses": '{"a": ' + "(" * N,
    "objects split in two": '[{"a": 1 "a": 2}, ' + "{" * N,
    "prose": ('The kiln is hot, he said, "again": it\'s a {thing} [1]. ' * 2000)[:N],
    "prose in a fence": "```json\n" + "{a b " * (N // 5),
    "quotes": '{"a":"' + 'x" y ' * (N // 5),
    "bare keys": "{" + "a " * (N // 2),
    "text without end": '{"items": "' + "x" * N,
    "thoughts": "<think>" * (N // 7),
    "fences": "```" * (N // 3),
    "small objects": '{"a": 1} ' * (N // 9),
    "list of numbers": '{"items": [' + "1," * (N // 2),
    "backslashes": '{"a": "' + "\\" * N,
    "escaped quotes": '{"' + '\\"' * (N // 2) + "\\",
    "a huge number": '{"items": ' + "9" * N + "}",
}


def read(text: str, schema: type[BaseModel] = Notes) -> Fit:
    return fit(json_values(text), schema)


@pytest.mark.no_cover  # its time is bounded
@pytest.mark.parametrize("name", BABBLE)
def test_babble_is_no_answer_and_takes_no_time(name: str) -> None:
    began = time.process_time()
    found = read(BABBLE[name])
    assert time.process_time() - began < 8  # about 1 s at most; unbounded, braces take minutes
    assert found.value is None
    assert found.note


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"```json\n{GOOD}",
        f"Sure! Here it is:\n```\n{GOOD}\n```\nNote {{that}} it is [short].",
        f"Of [1] and {{x}} I keep: {GOOD} That is all.",
        f"<think>Perhaps {{}} or {GOOD[:40]}?</think>\n{GOOD}",
        f'so {{"items": []}} it is not</think>{GOOD}',
        GOOD[:-1] + ",}",
        GOOD[:-3],
        GOOD.replace('"', "'"),
        f'{{"answer": {GOOD}}}',
        GOOD.replace('"items"', '"Items"').replace('"fact"', '"FACT"'),
        GOOD.replace("7", '"7"').replace("[1]", '["1"]'),
        GOOD.replace("7", "6.5").replace("[1]", "1"),
        GOOD.replace('"score"', '"mood": {"x": 1}, "score"'),
        json.dumps(json.loads(GOOD)["items"]),
        json.dumps(json.loads(GOOD)["items"][0]),
        f"[{GOOD}]",
        GOOD + "\n" + "and so on " * 30_000,
    ],
)
def test_what_is_meant_is_read(text: str) -> None:
    assert read(text) == Fit(NOTES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The kiln is hot.",
        "null",
        "7",
        "{}",
        "[]{",
        "The list [] and the object {} are empty.",
        '{"summary": "the kiln"}',
        '{"items": "none"}',
        f"<think>{GOOD}",
        json.dumps(Notes.model_json_schema()),
    ],
)
def test_what_is_no_answer_is_none(text: str) -> None:
    found = read(text)
    assert found.value is None
    assert found.note


def test_objects_on_lines_are_one_list() -> None:
    lines = '{"text": "a"}\n{"text": "b"}'
    assert read(lines) == Fit(Notes(items=[Note(text="a"), Note(text="b")]))


def test_a_truncated_list_keeps_what_was_said() -> None:
    found = read('{"items": [{"text": "a"}, {"text": "b"}, {"score": 3, "te')
    assert found.value == Notes(items=[Note(text="a"), Note(text="b")])
    assert "1 element dropped" in found.note


def test_invalid_elements_are_dropped_and_counted() -> None:
    found = read('{"items": [{"text": "a", "refs": [1, "x"]}, {"kind": "x", "text": "b"}, 7]}')
    assert found.value == Notes(items=[Note(text="a", refs=[1])])
    assert "3 elements dropped" in found.note
    assert "items.0.refs.1" in found.note


def test_a_list_that_loses_everything_is_no_answer() -> None:
    assert read('{"items": []}') == Fit(Notes(items=[]))
    assert read('{"items": [{"kind": "fact"}]}').value is None


def test_too_long_a_list_is_cut_to_its_first_valid_elements() -> None:
    elements = [{"text": str(n), "score": 99 if n == 1 else 5} for n in range(6)]
    found = read(json.dumps({"items": elements}))
    assert found.value == Notes(items=[Note(text=n) for n in "023"])
    assert "3 elements dropped" in found.note


class Grade(Enum):
    STRONG = "strong"
    WEAK = "weak"


class Mixed(BaseModel):
    grade: Grade
    level: Literal[1, 2, 3]
    name: str
    best: Note | None = None
    any: int | str | None = None


@pytest.mark.parametrize(
    ("given", "want"),
    [
        ({"grade": "Strong", "level": "2", "name": 7}, (Grade.STRONG, 2, "7", None)),
        ({"GRADE": " weak.", "level": 2.0, "name": "x", "best": None}, (Grade.WEAK, 2, "x", None)),
        (
            {"grade": "weak", "level": 3, "name": "x", "best": [{"text": "t"}]},
            (Grade.WEAK, 3, "x", Note(text="t")),
        ),
        ({"grade": "middling", "level": 3, "name": "x"}, None),
        ({"grade": "weak", "level": 4, "name": "x"}, None),
        ({"grade": "weak", "level": 1, "name": None}, None),
        ({"grade": "weak", "level": [1], "name": "\ud800"}, None),
    ],
)
def test_choices_numbers_and_texts(given: dict[str, Any], want: tuple | None) -> None:
    found = fit([given], Mixed).value
    if want is None:
        assert found is None
    else:
        assert isinstance(found, Mixed)
        assert (found.grade, found.level, found.name, found.best) == want


def test_values_are_not_changed() -> None:
    given = {"items": [{"text": 1, "score": 99}, {"text": "b"}]}
    before = json.dumps(given)
    assert fit([given], Notes).value == Notes(items=[Note(text="b")])
    assert json.dumps(given) == before


def test_a_value_that_fits_as_it_stands_comes_before_a_part() -> None:
    assert fit([{"text": "a part"}, json.loads(GOOD)], Notes).value == NOTES


def test_only_so_much_is_read() -> None:
    assert read("x" * MAX_CHARS + GOOD).value is None


def test_the_schema_in_the_prompt_is_compact_and_whole() -> None:
    made = compact_schema(Notes)
    note = made["properties"]["items"]["items"]
    assert note["properties"]["kind"]["enum"] == ["fact", "user preference"]
    assert note["properties"]["score"] == {"type": "integer", "minimum": 0, "maximum": 10}
    assert made["properties"]["items"]["maxItems"] == 3
    assert "$ref" not in compact_text(Notes)
    assert '"title"' not in compact_text(Notes)


class Titled(BaseModel):
    title: str = Field(description="a title")
    default: int


class Free(BaseModel):
    any: dict[str, int]


class Tree(BaseModel):
    leaves: list["Tree"]


def test_fields_named_like_keywords_stay() -> None:
    assert set(compact_schema(Titled)["properties"]) == {"title", "default"}


def test_the_response_format_is_strict_where_that_is_possible() -> None:
    made = response_format(Notes)["json_schema"]
    note = made["schema"]["properties"]["items"]["items"]
    assert made["strict"] is True
    assert note["required"] == ["text", "kind", "score", "refs"]
    assert note["additionalProperties"] is False
    assert "maxItems" not in json.dumps(made)
    assert response_format(Free)["json_schema"]["strict"] is False
    assert response_format(Tree)["json_schema"]["strict"] is False
