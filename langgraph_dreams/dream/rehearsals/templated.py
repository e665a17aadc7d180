"""Questions without a model, by the form of what was said again or has changed.

Statements that answer the same question, such as everything that somebody likes, answer it
together.
"""

from collections.abc import Iterable, Sequence

from langgraph_dreams.dream.rehearsals.checks import Draft, Rehearsing
from langgraph_dreams.language.stated.questions import question_of
from langgraph_dreams.types.items import Memory

_AGAIN = 2  # times that a statement was said
_MOST = 40  # memories of which questions are made in one dream


def worth_asking(rehearsing: Rehearsing, learned: Iterable[str]) -> list[Memory]:
    """Of the memories learned or confirmed those that hold, and repeat or replace another."""
    names = dict.fromkeys([*learned, *rehearsing.changed])
    memories = [m for m in rehearsing.memories(list(names)) if m.current and not m.derived]
    replaced = set(rehearsing.context.vault.replaced_by([m.id for m in memories]).values())
    replaced |= {m.superseded_by for m in rehearsing.changed.values()}
    found = [m for m in memories if m.confirmed >= _AGAIN or m.id in replaced]
    rehearsed = rehearsing.context.vault.citing([m.id for m in found], "r") if found else {}
    return [m for m in found if m.id not in rehearsed][:_MOST]


def templated(rehearsing: Rehearsing, memories: Sequence[Memory]) -> list[Draft]:
    """A question for each memory whose form is known, those that ask the same together."""
    language = rehearsing.context.vault.language
    together: dict[str, list[Memory]] = {}
    for memory in memories:
        if question := question_of(language, memory.text, memory.about):
            together.setdefault(question, []).append(memory)
    return [Draft(question, tuple(found)) for question, found in together.items()]
