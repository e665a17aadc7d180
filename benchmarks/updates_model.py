"""Scripted chat models for facts that change: a careful one, and one that claims too much."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .scripted import Block, ScriptedModel
from .updates_set import Life, Turn

_QUOTED = 6  # words

Claiming = Callable[[Turn, Sequence[tuple[Block, Turn]]], Block | None]


def model_for(told: Life, system: str, claims: list[int]) -> ScriptedModel | None:
    """The model of a system, or None; `claims` gets the wrong and all replacements it claims."""
    ways: dict[str, Claiming] = {"dreams_scripted": careful, "dreams_careless": careless}
    if system not in ways:
        return None
    return ScriptedModel(answers={"consolidate": _note_taker(told, ways[system], claims)})


def careful(turn: Turn, known: Sequence[tuple[Block, Turn]]) -> Block | None:
    """The earlier version of the same fact, when it is shown."""
    earlier = [
        b for b, t in known if turn.fact and t.fact == turn.fact and t.version < turn.version
    ]
    return earlier[-1] if earlier else None


def careless(turn: Turn, known: Sequence[tuple[Block, Turn]]) -> Block | None:
    """The earlier version; else what the turn looks like or shares most words with."""
    right = careful(turn, known)
    if right is not None:
        return right
    others = [(b, t) for b, t in known if not turn.fact or t.fact != turn.fact]
    words = set(turn.memory.split())

    def likeness(pair: tuple[Block, Turn]) -> tuple[bool, int]:
        other = pair[1]
        near = (turn.near or turn.fact) == (other.near or other.fact)
        return near, len(words & set(other.memory.split()))

    return max(others, key=likeness)[0] if others else None


def _note_taker(
    told: Life, claim: Claiming, claims: list[int]
) -> Callable[[Sequence[Block]], Mapping[str, Any]]:
    by_text = {_key(turn.text): turn for turn in told.turns}
    by_memory = {_key(turn.memory): turn for turn in told.turns if turn.memory}

    def answer(shown: Sequence[Block]) -> Mapping[str, Any]:
        known = [
            (b, by_memory[_key(b.text)])
            for b in shown
            if b.letter == "M" and _key(b.text) in by_memory
        ]
        notes = []
        for block in shown:
            if block.letter != "E" or "from earlier" in block.heading:
                continue
            turn = _told(block, by_text)
            if turn is not None and turn.memory:
                replaced, about = claim(turn, known), turn.about
                if replaced is not None:
                    old = next(t for b, t in known if b is replaced)
                    wrong = not (turn.fact and old.fact == turn.fact)
                    # Who claims that one thing is another says so of its name too.
                    about = old.about if wrong else about
                    claims[0] += wrong
                    claims[1] += 1
                notes.append(_note(block, turn, replaced, about))
        return {"memories": notes}

    return answer


def _told(block: Block, by_text: Mapping[str, Turn]) -> Turn | None:
    """The turn that a block shows, with or without its speaker's name."""
    found = by_text.get(_key(block.text))
    if found is None:
        _, _, text = block.text.partition(": ")
        found = by_text.get(_key(text))
    return found


def _note(block: Block, turn: Turn, replaced: Block | None, about: str) -> dict[str, Any]:
    return {
        "kind": "fact",
        "about": about,
        "text": turn.memory,
        "sources": [block.number],
        "quote": " ".join(turn.text.split()[:_QUOTED]),
        "confirms": 0,
        "replaces": replaced.number if replaced else 0,
    }


def _key(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
