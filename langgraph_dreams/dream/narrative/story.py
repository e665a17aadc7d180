"""The story of the night as a model tells it; a sentence that cites no operation is left out."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest

from langgraph_dreams._text import clean
from langgraph_dreams.dream.narrative.summary import OperationSentences, by_kind, cite
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.prompts import Sentence, Story, story_request
from langgraph_dreams.dream.runtime.work import Asking
from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.types.operations import Operation

_SHOWN = 16  # operations
_CHARACTERS = 160  # of a text that an operation speaks of
_SENTENCES = 6
_LONGEST = 400  # characters of a sentence
_REFERENCE = re.compile(r" ?\[[^\[\]]*\]| ?\((?:O\d+(?:, ?)?)+\)")
_WORD = re.compile(r"\w")

_DONE = {
    "page": "memories put on a page",
    "rehearsal": "questions rehearsed",
    "rehearsal_end": "questions asked no more",
    "supersede_memory": "a memory that no longer holds",
    "add_memory": "a new memory",
    "add_link": "a new association",
    "merge_memory": "a memory confirmed",
    "retire_memory": "a memory retired",
    "change_core": "a change of what is always in mind",
    "change_weights": "a change of what is looked for first",
}
"""The kinds that are shown, the most telling first, and what each is called."""


def story(context: StageContext, operations: Sequence[Operation]) -> Asking[tuple[str, list[str]]]:
    """Ask for the story; returns it and notes. It is empty when there is none to tell."""
    kinds = by_kind(operations)
    shown = list(islice(_telling(kinds), _SHOWN))
    if not shown:
        return "", []
    telling = OperationSentences(context, kinds, _CHARACTERS)
    request = story_request([(_DONE[kind], telling.sentence(o)) for kind, o in shown])
    answer = (yield [request])[0]
    notes = [f"story: {answer.problem}"] if answer.problem else []
    if not isinstance(answer.value, Story):
        return "", notes
    every = [_kept(s, [o for _, o in shown]) for s in answer.value.sentences]
    lines = [line for line in every if line]
    if not lines:
        return "", [*notes, "story: no sentence told of an operation"]
    return "\n".join(lines[:_SENTENCES]), notes


def _telling(kinds: dict[str, list[Operation]]) -> Iterator[tuple[str, Operation]]:
    """The first of every kind, then the second of every kind, and so on."""
    columns = [[(kind, o) for o in kinds.get(kind, ())] for kind in _DONE]
    for row in zip_longest(*columns):
        yield from (each for each in row if each)


def _kept(sentence: Sentence, shown: Sequence[Operation]) -> str:
    """A sentence with the ids of the operations it cites; empty when it cannot stand."""
    numbers = dict.fromkeys(n for n in sentence.operations if 1 <= n <= len(shown))
    if not numbers or len(sentence.text) > _LONGEST or suspicious(sentence.text):
        return ""
    # What looks like a citation of ours is none: only checked numbers become ids.
    text = " ".join(_REFERENCE.sub("", clean(sentence.text)).split()).rstrip(" .")
    return f"{text} {cite([shown[n - 1] for n in numbers])}." if _WORD.search(text) else ""
