"""Thoughts, drafts and forms in a model's text: the last answer counts, and nothing before it."""

import json

import pytest
from llm_support import Note, Notes, Scripted, counted, in_turn, mind, request

from langgraph_dreams.llm.json_text import json_values
from langgraph_dreams.llm.thoughts import spoken
from langgraph_dreams.llm.validation import Fit, fit

DRAFT_NOTE, NOTE = (
    '{"text": "the user moves", "refs": [1]}',
    '{"text": "the sister moves", "refs": [1]}',
)
DRAFT, FINAL = f'{{"items": [{DRAFT_NOTE}]}}', f'{{"items": [{NOTE}]}}'
FORM = '{"items": [{"text": "...", "kind": "fact", "score": 0, "refs": [1]}]}'
MEANT = Notes(items=[Note(text="the sister moves", refs=[1])])
ANALYSIS, LAST = "<|channel|>analysis<|message|>", "<|channel|>final<|message|>"
NEXT = "<|end|><|start|>assistant"


def read(text: str) -> Fit:
    return fit(json_values(text), Notes)


@pytest.mark.parametrize(
    "text",
    [
        f"<Thinking>{DRAFT}</Thinking>\n{FINAL}",
        f"<reasoning>{DRAFT}</reasoning>{FINAL}",
        f"{DRAFT} hmm</reasoning>\n```json\n{FINAL}\n```",
        f"<think>a <think>{DRAFT}</think> {DRAFT}</think>{FINAL}",
        f"<think>a <think> is a tag {DRAFT}</think>{FINAL}",
        f"{FINAL}\n<think>Once more: {DRAFT}</think>",
        f"{FINAL}\n<think>Once more: {DRAFT}",
        f"[THINK]{DRAFT}[/THINK]{FINAL}",
        f"◁think▷{DRAFT}◁/think▷{FINAL}",
        f"<|START_THINKING|>{DRAFT}<|END_THINKING|><|START_RESPONSE|>{FINAL}<|END_RESPONSE|>",
        f"<|channel>thought\n{DRAFT}<channel|>{FINAL}",
        f"{ANALYSIS}{DRAFT}?{NEXT}{LAST}{FINAL}<|return|>",
        f"{ANALYSIS}{DRAFT}{NEXT}<|channel|>final <|constrain|>json<|message|>{FINAL}",
        f"{DRAFT}{NEXT}{LAST}{FINAL}",
        f"{ANALYSIS}{DRAFT}{NEXT}{FINAL}",
        f"{ANALYSIS}{DRAFT}{LAST}{FINAL}",
        f"{LAST}{FINAL}{NEXT}{ANALYSIS}{DRAFT}",
        f"analysisMaybe {DRAFT}, no.assistantfinal{FINAL}",
        f"<think>{DRAFT}</think><answer>{FINAL}</answer> and not {DRAFT}",
        f"<think>{DRAFT}, no: <answer>{FINAL}</answer>",
        f"<think><answer>{DRAFT}</answer>, no</think>{FINAL}",
        "<think>" + f"so {{x}} or {DRAFT} " * 5000 + "</think>" + FINAL,
    ],
)
def test_thoughts_are_not_answers(text: str) -> None:
    assert read(text) == Fit(MEANT)


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{DRAFT}\n```\nWait, no:\n```json\n{FINAL}\n```",
        f"Draft: {DRAFT}\nThe answer: {FINAL}",
        f"{DRAFT}\n{FINAL}",
        f"Draft: {DRAFT}\nThe answer: [{NOTE}]",
        f"Draft: [{DRAFT_NOTE}]\nThe answer: {FINAL}",
        f"Draft: {DRAFT_NOTE}\nThe answer: {NOTE}",
        f"Draft: {DRAFT}\nThe answer: " + FINAL.replace('"', "'"),
        f"Draft: {DRAFT}\nThe answer: {FINAL[:-2]}",
        f"Draft: {DRAFT[:30]} no, wait.\nThe answer: {FINAL}",
        f"```json\n{DRAFT[:-2]}\n```\nWait, no:\n```json\n{FINAL}\n```",
        f'{{"draft": {DRAFT}, "answer": {FINAL}}}',
        f"[{DRAFT}, {FINAL}]",
        f"I think {{ is odd. {FINAL}",
        f"{{{FINAL}}}",
        f"{FINAL}\nIt follows from [1] and {{x}}.",
        f"The form is {FORM}.\n{FINAL}",
        f"{FINAL}\nas the form {FORM} asks",
        f'{FINAL}\nas the form {{"items": [...]}} asks',
    ],
)
def test_the_last_answer_counts(text: str) -> None:
    assert read(text) == Fit(MEANT)


@pytest.mark.parametrize(
    "text",
    [
        f'Draft: {DRAFT}\nSmall talk.\nThe answer: {{"items": []}}',
        f"Draft: {DRAFT}\nThe answer: []",
        f"Draft:\n```\n{DRAFT}\n```\nThe answer:\n```\n[]\n```",
        f"<think>{DRAFT}</think>[]",
    ],
)
def test_an_empty_last_answer_is_the_answer(text: str) -> None:
    assert read(text) == Fit(Notes(items=[]))


@pytest.mark.parametrize(
    "text",
    [
        f"<think>{DRAFT}</think>\n",
        f"{DRAFT}</think>",
        f"<think>a<think>{DRAFT}</think><think>{DRAFT}",
        f"<think>{DRAFT}</think><answer></answer>",
        f"{ANALYSIS}{DRAFT}",
        f"{ANALYSIS}{DRAFT}<|end|>",
        f"{ANALYSIS}{DRAFT}{NEXT}{LAST}",
        f"analysisWe have {DRAFT}",
        f"Draft: {DRAFT}\nThe answer: {{}}",
        f"Draft: {DRAFT}\nThe answer: null",
        f'Draft: {DRAFT}\nThe answer: {{"items": [{{"text": "a", "score": 99}}]}}',
        FORM,
        FORM.replace("...", "string"),
        FORM.replace("...", "<one statement>"),
        '{"items": [...]}',
    ],
)
def test_without_a_valid_last_answer_there_is_none(text: str) -> None:
    assert read(text).value is None


@pytest.mark.parametrize("before", ["", "Here it is: "])
def test_a_tag_in_a_string_of_an_answer_is_text(before: str) -> None:
    text = "the parser splits at </think> and <answer>"
    found = read(before + json.dumps({"items": [{"text": text}]}))
    assert found == Fit(Notes(items=[Note(text=text)]))


def test_labelled_objects_are_one_list() -> None:
    text = 'I keep two.\nNote 1: {"text": "a"}\nNote 2: {"text": "b"}'
    assert read(text) == Fit(Notes(items=[Note(text="a"), Note(text="b")]))


def test_a_form_among_elements_is_dropped_and_counted() -> None:
    found = read(f'{{"items": [{NOTE}, {{"text": "…"}}]}}')
    assert found.value == MEANT
    assert "1 element dropped" in found.note


def test_a_reply_of_thoughts_alone_is_asked_for_again() -> None:
    model = Scripted(say=in_turn(counted(f"<think>{DRAFT}", 9, 9), counted(FINAL, 9, 9)))
    (answer,) = mind(model).ask([request()])
    assert answer.value == MEANT
    assert len(model.seen) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<think>hm\nlet me see</think>\n\nThe pool opens at 9.", "The pool opens at 9."),
        ("let me see</think>The pool opens at 9.", "The pool opens at 9."),
        ("<think>\n\n</think>\n\nThe pool opens at 9.", "The pool opens at 9."),
        ("<think>never closed", ""),
        ("The pool opens at 9.\n<think>Once more: does it", "The pool opens at 9."),
        ("[THINK]x[/THINK]The pool opens at 9.", "The pool opens at 9."),
        ("◁think▷x◁/think▷ The pool opens at 9.", "The pool opens at 9."),
        ("<think>write `</think>` first</think>Done", "Done"),
        ("<think>use ```py code</think>Here: ```py\nx```", "Here: ```py\nx```"),
        ("<think>a</think><answer>42</answer>", "42"),
        (f"{ANALYSIS}The user asks.{NEXT}{LAST}Hello Ada", "Hello Ada"),
        ("<|begin_of_thought|>x<|end_of_thought|><|begin_of_solution|>y", "y"),
    ],
)
def test_what_was_said_is_left(text: str, said: str) -> None:
    assert spoken(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "The `<think>` tag opens a thought. Then more.",
        "The <think> tag opens a thought. Then more.",
        "In the tag </think> it ends.",
        "Like so:\n```html\n<think>a</think>\n```\nBye",
        "Use <result>5</result> in XML.",
        "Here is the <draft>Dear Bob</draft> that you asked for.",
        "<draft>Dear Bob</draft>",
        "My analysis: it is fine.",
        "a < b and c > d",
    ],
)
def test_what_speaks_of_thoughts_is_kept(text: str) -> None:
    assert spoken(text) == text
