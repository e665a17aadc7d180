"""Chat models that answer by script: what a model would say, without one and without its price.

A scripted model reads the prompt as a model would: the numbered blocks inside the fence. What it
answers is given by functions, one a step; a step without one gets an empty answer.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from .sets import Case, Unit, times

_HEADING = re.compile(r"^\[([A-Z])(\d+)\] ?(.*)$")
_STEPS = {"E": "consolidate", "P": "judge", "M": "pages", "S": "rehearsals", "O": "narrate"}
"""By the letter of the first block that a prompt shows."""
_NOTHING: Mapping[str, Any] = {
    name: [] for name in ("memories", "judgements", "pages", "relations", "questions", "sentences")
}
"""A valid answer to every step: one that is not is asked for again."""


@dataclass(frozen=True)
class Block:
    """One numbered block of a prompt: `[E3] Monday 8 May 2023, 13:56` and the text below."""

    letter: str
    number: int
    heading: str
    text: str


Answering = Callable[[Sequence[Block]], Mapping[str, Any]]


def blocks(prompt: str) -> list[Block]:
    """The numbered blocks of a prompt, in order."""
    found: list[tuple[str, int, str, list[str]]] = []
    for line in prompt.splitlines():
        heading = _HEADING.match(line)
        if heading:
            found.append((heading[1], int(heading[2]), heading[3], []))
        elif found and line.startswith("|"):
            found[-1][3].append(line[2:])
    return [Block(letter, number, text, "\n".join(own)) for letter, number, text, own in found]


def appearance(case: Case) -> dict[str, tuple[str, str]]:
    """Each unit as a prompt shows it, by id: its minute, and its letters."""
    return {
        unit.id: (f"{time:%A} {time.day} {time:%B %Y, %H:%M}", letters(_said(unit)))
        for unit, time in zip(case.units, times(case.units), strict=True)
    }


def _said(unit: Unit) -> str:
    """A prompt names the speaker when the text does not."""
    named = not unit.speaker or unit.text.startswith((f"{unit.speaker}:", f"{unit.speaker} "))
    return unit.text if named else f"{unit.speaker}: {unit.text}"


def letters(text: str) -> str:
    """The letters and digits of a text: what no fence changes."""
    return "".join(letter for letter in text if letter.isalnum())


class ScriptedModel(BaseChatModel):
    """A chat model that answers each step of a dream by a function of the blocks it is shown."""

    answers: dict[str, Answering]
    """By step: consolidate, pages, rehearsals, judge, narrate."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        shown = blocks("\n".join(str(message.content) for message in messages))
        step = next((_STEPS[b.letter] for b in shown if b.letter in _STEPS), "")
        answer = self.answers[step](shown) if step in self.answers else _NOTHING
        text = json.dumps(answer, ensure_ascii=False)
        read = sum(len(str(message.content)) for message in messages) // 4
        usage = {"input_tokens": read, "output_tokens": len(text) // 4}
        message = AIMessage(
            text,
            usage_metadata={**usage, "total_tokens": sum(usage.values())},
        )
        return ChatResult(generations=[ChatGeneration(message=message)])
