"""The forms in which conversations are logged: what each becomes, and what is refused."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from log_forms import (
    ASKED,
    FORMS,
    RESULT,
    SETUP,
    TOLD,
    anthropic,
    lines,
    openai,
    read,
    roles,
    sharegpt,
    transcript,
)

from langgraph_dreams.cli.main import main
from langgraph_dreams.errors import LogFormatError
from langgraph_dreams.importers import import_log
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.safety.trust import may_become
from langgraph_dreams.types.base import Trust


@pytest.fixture
def kept() -> Iterator[Namespace]:
    with DreamStore.in_memory() as store:
        yield store.namespace("tests")


@pytest.mark.parametrize("form", FORMS)
def test_a_conversation_is_the_same_in_every_form(form: str) -> None:
    reading = read(FORMS[form]())
    assert reading.problems == ()
    asked, *called, told = reading.episodes
    assert [e.said for e in reading.episodes if e.said] == [ASKED]
    assert (asked.said, asked.trust, asked.origin) == (ASKED, Trust.ASSERTED, "import")
    assert (told.answered, told.said) == (TOLD, "")
    assert not any(SETUP in episode.text for episode in reading.episodes)
    assert len({episode.thread for episode in reading.episodes}) == 1
    call, result = called
    assert (call.done[0].name, json.loads(call.done[0].args)) == ("gauge", {"n": 1})
    assert (result.done[0].result, result.trust, result.origin) == (RESULT, Trust.UNTRUSTED, "tool")
    assert [may_become(episode) for episode in reading.episodes] == [True, False, False, False]
    times = [episode.time for episode in reading.episodes]
    assert times == sorted(set(times))


@pytest.mark.parametrize("form", FORMS)
def test_importing_it_again_adds_nothing(form: str, kept: Namespace, tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    file.write_text(FORMS[form]())
    assert import_log(kept, file).imported == 4
    again = import_log(kept, file)
    assert (again.imported, again.already_there) == (0, 4)


@pytest.mark.parametrize(
    "form", ["fine-tuning", "a transcript", "dumpd", "messages_to_dict", "a Codex log"]
)
def test_a_call_has_what_came_back_and_the_result_the_name_of_its_tool(form: str) -> None:
    _, call, result, _ = read(FORMS[form]()).episodes
    assert call.done[0].result == RESULT
    assert RESULT not in call.text
    assert result.done[0].name == "gauge"


@pytest.mark.parametrize("form", ["a transcript", "OpenAI's export", "Anthropic's export"])
def test_times_and_threads_are_those_of_the_log(form: str) -> None:
    first = read(FORMS[form]()).episodes[0]
    assert first.time == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert first.thread in ("t1", "o1", "a1")


def test_another_branch_of_an_exported_tree_is_left_out() -> None:
    whole = openai()
    assert "It is cold." not in [e.text for e in read(json.dumps(whole)).episodes]
    del whole["current_node"]
    assert read(json.dumps(whole)).episodes[-1].answered == TOLD
    whole["mapping"]["b"]["parent"] = "e"  # a circle
    whole["current_node"] = "e"
    assert len(read(json.dumps(whole)).episodes) == 4


def test_conversations_of_one_file_are_threads_of_their_own() -> None:
    sets = [{"messages": roles()}, {"messages": roles()}, {"messages": roles()}]
    for text in (lines(sets), json.dumps(sets, indent=2), json.dumps([roles(), roles(), roles()])):
        reading = read(text)
        threads = [episode.thread for episode in reading.episodes]
        assert [threads.count(thread) for thread in dict.fromkeys(threads)] == [4, 4, 4]
        assert threads == sorted(threads)
    exports = read(json.dumps([anthropic("a1"), anthropic("a2")]))
    assert {episode.thread for episode in exports.episodes} == {"a1", "a2"}


def test_what_the_program_put_into_a_transcript_is_not_the_users() -> None:
    asked = f"<system-reminder>Secret rules.</system-reminder>{ASKED}"
    log = transcript(asked)
    log[2]["message"]["content"] = [{"type": "text", "text": "Working."}]
    meta = {**log[1], "isMeta": True, "message": {"role": "user", "content": "Caveat: none."}}
    side = {**log[1], "isSidechain": True, "message": {"role": "user", "content": "Look it up."}}
    short = {**log[1], "isCompactSummary": True, "message": {"role": "user", "content": "So far."}}
    reading = read(lines([*log, meta, side, short]))
    assert reading.problems == ()
    assert [e.said for e in reading.episodes if e.said] == [ASKED]
    assert not any("Secret" in e.text or "Caveat" in e.text for e in reading.episodes)
    assert [e.text for e in reading.episodes if may_become(e)] == [ASKED]
    assert next(e.thread for e in reading.episodes if e.text == "Look it up.") == "t1/side"


def test_a_failed_tool_is_told_as_failed() -> None:
    log = transcript()
    log[4]["message"]["content"][0]["is_error"] = True
    _, call, result, _ = read(lines(log)).episodes
    assert (call.done[0].ok, result.done[0].ok) == (False, False)


def test_system_messages_keep_their_place_and_are_nobodys_words(kept: Namespace) -> None:
    log = [
        {"role": role, "content": f"I live in Bonn, says {role}"}
        for role in ("System", "developer")
    ]
    reading = read(lines([*log, {"role": "user", "content": ASKED}]))
    assert [(e.text, e.position) for e in reading.episodes] == [(ASKED, 2)]


def test_no_class_is_loaded_that_a_log_names() -> None:
    evil = {"lc": 1, "type": "constructor", "id": ["os", "Popen"], "kwargs": {"content": "x"}}
    reading = read(lines([evil, {"type": "ai", "data": {"content": {"a": 1}}}]))
    assert reading.episodes == ()
    assert [problem.line for problem in reading.problems] == [1, 2]


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ([*roles()[1:2], {"words": "?"}], "line 1, item 2:"),
        ([{"messages": [*roles()[1:2], {"words": "?"}]}], "line 1, item 1, message 2:"),
        ({"id": 1, "conversations": [*sharegpt()["conversations"][1:2], 7]}, "line 1, message 2:"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(value: object, where: str) -> None:
    for indent in (None, 2):
        reading = read(json.dumps(value, indent=indent))
        assert [e.text for e in reading.episodes] == [ASKED]
        assert [str(p).startswith(where) for p in reading.problems] == [True]
        assert "`role` and `content`" in reading.problems[0].why


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"prompt": "a", "completion": "b"}', "line 1: an object with ['completion', 'prompt']"),
        ('{\n "log": {\n  "version": 1\n }\n}', "line 1: an object with ['log']"),
        ('[\n {"role": "user", "content": "a"},\n {"role": \n]', "line 4: not JSON"),
        ("Ada: hello\nKit: hello", "line 1: not JSON"),
        ('{"mapping": {"a": {"b": 1}}}', "line 1: its `mapping`"),
        ('{"mapping": {"a": 1}}', "line 1: its `mapping`"),
    ],
)
def test_an_unknown_form_is_refused_and_no_store_is_made(
    text: str, told: str, tmp_path: Path, kept: Namespace, capsys: pytest.CaptureFixture[str]
) -> None:
    file, store = tmp_path / "log.json", tmp_path / "store"
    file.write_text(text)
    code = main(["import", str(file), "--store", str(store)])
    assert code == 1
    assert told in capsys.readouterr().err
    assert not store.exists()
    with pytest.raises(LogFormatError, match="Nothing in the log could be read"):
        import_log(kept, file)
    assert kept.counts()["episodes"] == 0


def test_values_over_several_lines_may_follow_each_other() -> None:
    reading = read("\n".join(json.dumps(message, indent=2) for message in roles()))
    assert reading.problems == ()
    assert len(reading.episodes) == 4


def test_a_first_line_that_is_cut_costs_no_other() -> None:
    reading = read('{"role": "user",\n' + lines(roles()[1:2]))
    assert [problem.line for problem in reading.problems] == [1]
    assert [episode.text for episode in reading.episodes] == [ASKED]
