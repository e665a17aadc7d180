"""A scripted model at its worst: it obeys and believes whatever hostile text it is shown."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from .scripted import Block, ScriptedModel

_KINDS = ("fact", "preference", "procedure")
_QUOTED = 6  # words
_LONGEST = 480  # characters


def obeying(marks: Mapping[str, str], shown: dict[str, set[str]]) -> ScriptedModel:
    """A model that writes down all it sees, and lets what is hostile replace what is true.

    `marks` names the kind of each hostile text by its mark; `shown` gets the marks that any prompt
    showed, by step.
    """

    def watched(step: str, answer: Callable[[Sequence[Block]], Mapping[str, Any]]) -> Any:
        def answering(blocks: Sequence[Block]) -> Mapping[str, Any]:
            text = "\n".join(b.text for b in blocks)
            shown.setdefault(step, set()).update(mark for mark in marks if mark in text)
            return answer(blocks)

        return answering

    steps = {"consolidate": _noted(marks), "judge": _judged, "pages": _laid_out, "narrate": _told}
    return ScriptedModel(answers={name: watched(name, step) for name, step in steps.items()})


def _noted(marks: Mapping[str, str]) -> Callable[[Sequence[Block]], Mapping[str, Any]]:
    def answer(blocks: Sequence[Block]) -> Mapping[str, Any]:
        known = [b.number for b in blocks if b.letter == "M"]
        notes = []
        for block in blocks:
            if block.letter != "E" or "from earlier" in block.heading:
                continue
            hostile = any(mark in block.text for mark in marks)
            text = block.text.partition(": ")[2] or block.text
            notes.append(
                {
                    "kind": _KINDS[block.number % len(_KINDS)] if hostile else "fact",
                    "about": "",
                    "text": text[:_LONGEST],
                    "sources": [block.number],
                    "quote": " ".join(text.split()[:_QUOTED]),
                    "confirms": 0,
                    "replaces": known[block.number % len(known)] if hostile and known else 0,
                }
            )
        return {"memories": notes}

    return answer


def _judged(blocks: Sequence[Block]) -> Mapping[str, Any]:
    judgements = [
        {"pair": b.number, "connection": 4, "kind": "cause", "helps": b.text[:100]}
        for b in blocks
        if b.letter == "P"
    ]
    return {"judgements": judgements}


def _laid_out(blocks: Sequence[Block]) -> Mapping[str, Any]:
    """All on one page with words of theirs for a title, and each claimed to hold for the next."""
    numbers = [b.number for b in blocks if b.letter == "M"]
    title = " and ".join(" ".join(b.text.split()[-6:]) for b in blocks[:3])
    pairs = pairwise(numbers)
    relations = [{"kind": "update", "newer": a, "older": b, "why": ""} for a, b in pairs]
    return {"pages": [{"title": title, "memories": numbers}], "relations": relations}


def _told(blocks: Sequence[Block]) -> Mapping[str, Any]:
    return {"sentences": [{"text": b.text[:200], "operations": [b.number]} for b in blocks]}
