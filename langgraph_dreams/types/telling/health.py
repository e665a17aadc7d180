"""What a dream's health is told by: why it brought nothing, its alarms, and what was refused."""

from typing import Literal

from langgraph_dreams.types.base import FrozenModel

Nothing = Literal[
    "nothing_new",
    "no_update",
    "budget",
    "no_shared_concepts",
    "below_floor",
    "known_already",
    "refused",
]
"""A reason why a dream brought nothing."""

NOTHING: dict[Nothing, tuple[str, str]] = {
    "nothing_new": (
        "nothing new was recorded since the last dream",
        "record what the agent lives, or dream less often",
    ),
    "no_update": (
        "the last turns repeat, contradict and update nothing",
        "nothing has to be done; the next sleep dreams of these turns",
    ),
    "budget": (
        "the budget of its model was used up, or has no room for a call",
        "give it more calls or tokens, or dream more often, of less",
    ),
    "no_shared_concepts": (
        "no new episode shares a rare word with another",
        "nothing is wrong with short logs; raise rare_most, or band_rare_most, if it goes on",
    ),
    "below_floor": (
        "every pair that was found is too weak a link",
        "lower link_floor, or half_strength, if such links would be of use",
    ),
    "known_already": (
        "everything that was found is known already",
        "nothing has to be done; a focus looks at old episodes anew",
    ),
    "refused": (
        "the guard, a rule or a person wants none of what was found",
        "its notes say why; a refused change is proposed again with new evidence only",
    ),
}
"""Each reason in words, and what may be done."""

AlarmKind = Literal["barren", "repeating", "exploding", "self_feeding"]


class Alarm(FrozenModel):
    """A sign that dreams do no good, with what may be done."""

    kind: AlarmKind
    """Barren, repeating, exploding or self-feeding nights."""
    text: str
    """What was seen, in words."""
    advice: str = ""
    """What may be done about it."""


class Refusal(FrozenModel):
    """A change that a person refused or undid, so that it is proposed on new evidence only."""

    kind: str
    """Kind of the operation."""
    target: str
    """Id of the memory, link or episode."""
    statement: str = ""
    """What a refused memory says: other words for it are refused likewise."""
    rests_on: tuple[str, ...] = ()
    """Ids of what it rested on, and hashes of the words that a link went over."""
