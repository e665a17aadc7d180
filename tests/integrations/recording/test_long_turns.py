"""Long turns: what is said before, after and between what was pasted is kept; data is not."""

import base64
import json
import random
import textwrap
from typing import Any

import pytest
from awake_support import compiled, thread, told, user
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.types import Command, interrupt

from langgraph_dreams._text import condensed, ends
from langgraph_dreams.integrations import EpisodeRecorder, Limits
from langgraph_dreams.namespace.namespace import Namespace

SAID = "The name of my turtle is Fridolin, in case the bank asks."
DATA = base64.b64encode(random.Random(1).randbytes(30_000)).decode()
LINES = "\n".join(textwrap.wrap(DATA, 76))
LOG = "\n".join(
    f"2026-03-01T09:{i % 60:02d} INFO worker-{i % 7} poll seq={i} ok" for i in range(3000)
)
NOISE = {
    "data URL": f"![scan](data:image/png;base64,{DATA})",
    "base64": DATA,
    "base64 in lines": LINES,
    "base64 in a quoted mail": "\n".join(f"> {line}" for line in LINES.splitlines()),
    "base64 as JSON": json.dumps(LINES),
    "hexadecimal": random.Random(2).randbytes(20_000).hex(),
    "JSON without spaces": json.dumps({f"k{i}": i for i in range(5000)}, separators=(",", ":")),
}


@pytest.mark.parametrize("noise", NOISE.values(), ids=NOISE)
@pytest.mark.parametrize("form", ["{0}\n{1}", "{1}\n{0}", "{1}\n{0}\n{1}", "{0} {1} {0}"])
def test_data_is_named_by_its_length_and_the_words_beside_it_stay(noise: str, form: str) -> None:
    kept = condensed(form.format(SAID, noise), 100_000)
    assert SAID in kept
    assert len(kept) < 400
    assert "characters of" in kept


@pytest.mark.parametrize(
    "text",
    [
        "Look at https://example.org/a/b?c=d#e and /usr/local/lib/python3.12/site-packages/numpy.",
        "这是一个很长的文字没有空格" * 300,
        "iVBORw0KGgo is how a PNG begins; data:text/plain is a scheme.",
        "one\ntwo\none\ntwo\none\ntwo\n" * 20,
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert condensed(text, 100_000) == text


def test_of_a_text_over_the_limit_lines_alike_go_first_then_the_middle() -> None:
    kept = condensed(f"{LOG}\n{SAID}\n{LOG}", 20_000)
    assert SAID in kept
    assert "more lines like these]" in kept
    prose = " ".join(f"word{chr(97 + i % 26)}" for i in range(9000))
    cut = condensed(f"{SAID} {prose} {SAID}", 5_000)
    assert cut.count(SAID) == 2
    assert "more characters]" in cut
    assert len(cut) < 5_100


_WORDS = [f"{a}{b}ner" for a in "bcdfghklmnprstvwz" for b in ("ar", "el", "in", "ol", "un")]
_PROSE = [" ".join(random.Random(i).choices(_WORDS, k=12)) for i in range(2_500)]
PASTED = {
    "records on one line": json.dumps([{"name": line, "id": i} for i, line in enumerate(_PROSE)]),
    "records in lines": json.dumps([{"name": line} for line in _PROSE], indent=1),
    "a quoted mail": "\n".join(f"> {line}" for line in _PROSE),
    "a dump": "\n".join(f"{i:08x}: {line}" for i, line in enumerate(_PROSE)),
    "fenced code": "\n".join(["```python", *_PROSE, "```"]),
}


@pytest.mark.parametrize("pasted", PASTED.values(), ids=PASTED)
@pytest.mark.parametrize("form", ["{0}\n\n{1}", "{1}\n\n{0}", "{1}\n\n{0}\n\n{1}", "{1}\n{0}\n{1}"])
def test_words_between_what_was_pasted_stay(pasted: str, form: str) -> None:
    kept = condensed(form.format(SAID, pasted), 100_000)
    assert SAID in kept
    assert "more characters]" in kept
    assert 20_000 < len(kept) < 100_100


def test_no_half_word_is_left_at_a_cut() -> None:
    words = [f"{first}walnut{last}" for first in "abcdefghij" for last in "klmnopqrstuvwxyz"]
    kept = ends(" ".join(words), 1_000)
    left = {word for word in kept.split() if "wal" in word or "nut" in word}
    assert left <= {*words}
    assert kept.startswith(words[0])
    assert kept.endswith(words[-1])


def test_recorded_turns_hold_no_data_and_say_how_much_went(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    blocks = [
        {"type": "text", "text": f"{LOG[:30_000]}\n{SAID}"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{DATA}"}},
        {"type": "text", "text": f"or so: {DATA}"},
    ]
    compiled(recorder).invoke({"messages": [{"role": "user", "content": blocks}]}, thread())
    (episode,) = told(recorder, ada)
    assert SAID in episode.said
    assert LOG[:30_000] in episode.said
    assert DATA[:100] not in episode.model_dump_json()
    assert recorder.left_out >= len(DATA) - 100


def test_a_state_without_messages_likewise(recorder: EpisodeRecorder, ada: Namespace) -> None:
    builder = StateGraph(dict)
    builder.add_node("answer", lambda state: {"answer": f"<think>{SAID}</think>Noted."})
    builder.add_edge(START, "answer")
    graph = builder.compile().with_config(callbacks=[recorder])
    graph.invoke({"question": f"{DATA}\n{SAID}"}, thread())
    (episode,) = told(recorder, ada)
    assert SAID in episode.said
    assert DATA[:100] not in episode.text
    assert SAID not in episode.answered
    assert "Noted." in episode.answered


def test_small_limits_keep_both_ends(ada: Namespace) -> None:
    recorder = EpisodeRecorder(ada, limits=Limits(text=300))
    compiled(recorder).invoke(user(f"Hello. {'la ' * 500}{SAID}"), thread())
    (episode,) = told(recorder, ada)
    assert episode.said.startswith("Hello.")
    assert episode.said.endswith(SAID)
    assert recorder.left_out > 1_000


def test_thoughts_are_cut_from_answers_and_not_from_what_users_say(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    thought = "<think>The user seems sad about the turtle.</think>"

    def agent(state: MessagesState) -> dict[str, Any]:
        return {"messages": [AIMessage(f"{thought}\n\nI am sorry.")]}

    builder = StateGraph(MessagesState)
    builder.add_node("agent", agent)
    builder.add_edge(START, "agent")
    builder.compile().with_config(callbacks=[recorder]).invoke(
        user(f"What does {thought} mean?"), thread()
    )
    (episode,) = told(recorder, ada)
    assert episode.answered == "I am sorry."
    assert thought in episode.said
    assert episode.text.count("seems sad") == 1


def test_the_answer_to_an_interrupt_is_no_other_version_of_the_message(
    recorder: EpisodeRecorder, ada: Namespace
) -> None:
    def ask(state: MessagesState) -> dict[str, Any]:
        return {"messages": [AIMessage(f"So {interrupt('When?')}.")]}

    builder = StateGraph(MessagesState)
    builder.add_node("ask", ask)
    builder.add_edge(START, "ask")
    builder.add_edge("ask", END)
    graph = builder.compile(checkpointer=InMemorySaver()).with_config(callbacks=[recorder])
    graph.invoke(user("Book a table for Ines."), thread())
    graph.invoke(Command(resume="On Friday."), thread())
    asked, resumed = told(recorder, ada)
    assert (asked.said, resumed.said) == ("Book a table for Ines.", "On Friday.")
    assert not asked.replaced_by
    assert not resumed.replaced_by
