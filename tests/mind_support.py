"""A life in threads and a scripted model that distils it, for dreams with a mind."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dream_support import episode

from benchmarks.scripted import Block, ScriptedModel
from langgraph_dreams import Episode

TOPICS = ("kiln", "bakery", "garden", "boat", "clinic", "library", "harbour", "orchard")
NAMES = ("Brandhorst", "Quillon", "Vasterling", "Ombrage", "Tindaro", "Zephrine", "Kolmasto")


def life(threads: int, turns: int, first_day: int = 0) -> list[Episode]:
    """Threads of turns a week apart; each turn names a rare name that other threads share."""
    return [
        episode(
            f"Turn {turn}: the {TOPICS[(day + turn) % len(TOPICS)]} needs the part from "
            f"{NAMES[(day * 3 + turn) % len(NAMES)]}{day % 9} before the {day}th.",
            day=7 * (first_day + day),
            position=turn,
        )
        for day in range(threads)
        for turn in range(turns)
    ]


def one_note_a_window(shown: Sequence[Block]) -> Mapping[str, Any]:
    """The first new turn of a window as a memory, in its own words."""
    new = [b for b in shown if b.letter == "E" and "from earlier" not in b.heading]
    return {"memories": [note(block) for block in new[:1]]}


def note(block: Block, **fields: Any) -> dict[str, Any]:
    """A note that says what a block says."""
    return {
        "kind": "fact",
        "about": "the shop",
        "text": block.text,
        "sources": [block.number],
        "quote": block.text[:30],
        **fields,
    }


def judging(connection: int, kind: str = "cause") -> Callable[[Sequence[Block]], Mapping[str, Any]]:
    """The same judgement for every pair."""

    def answer(shown: Sequence[Block]) -> Mapping[str, Any]:
        return {
            "judgements": [
                {"pair": b.number, "connection": connection, "kind": kind, "helps": "the repair"}
                for b in shown
                if b.letter == "P"
            ]
        }

    return answer


def model(**answers: Callable[[Sequence[Block]], Mapping[str, Any]]) -> ScriptedModel:
    """A scripted model; one note a window and a real connection for every pair unless told."""
    return ScriptedModel(answers={"consolidate": one_note_a_window, "judge": judging(2), **answers})
