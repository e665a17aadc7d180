"""The course of a life: the chats of a set one after another in time, as one case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from langgraph_dreams import InvalidInputError

from ..notes import Note
from ..sets import Case, Question, Unit, sittings, times

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Course:
    """A life, the nights of it, and what is asked again and again."""

    case: Case
    """All chats as one: ids and sessions bear the chat's name."""
    days: tuple[tuple[Unit, ...], ...]
    """The sessions, a night after each."""
    questions: tuple[Question, ...]
    """Those whose evidence all lies in the first sessions."""
    measured: tuple[int, ...]
    """Nights after which they are asked; after the first of them all evidence has been told."""
    chats: int


def course(cases: Sequence[Case], *, first: int, every: int, nights: int | None = None) -> Course:
    """The life of these chats, its first `nights`.

    Asked are the questions of the first `first` sessions, after that night, after every `every`
    nights that follow, and after the last. The chats keep their order, weekdays and hours; the last
    keeps its dates, and those before it are moved back by whole weeks until each ends before the
    next begins. Raises InvalidInputError when nothing can be asked.
    """
    case = _joined(cases)
    days = [tuple(day) for day in sittings(case)][:nights]
    first = min(first, len(days))
    told = {unit.id for day in days[:first] for unit in day}
    asked = tuple(q for q in case.questions if told.issuperset(q.gold))
    if not asked:
        raise InvalidInputError(
            f"no question has all its evidence in the first {first} sessions: give more (--first)"
        )
    measured = (*range(first, len(days), every), len(days))
    return Course(case, tuple(days), asked, measured, len(cases))


def notes_of(cases: Sequence[Case], notes: Mapping[str, Sequence[Note]]) -> list[Note]:
    """The notes of all chats, citing the units as the joined case names them."""
    return [
        replace(note, sources=tuple(_name(case, source) for source in note.sources))
        for case in cases
        for note in notes.get(case.name, ())
    ]


def copied(cases: Sequence[Case]) -> dict[str, list[Note]]:
    """Notes for a set that has none: each turn that holds evidence, told in the third person."""
    return {
        case.name: [
            Note(f"{unit.speaker or 'The user'} said: {unit.text}", unit.speaker, (unit.id,))
            for unit in case.units
            if any(unit.id in question.gold for question in case.questions)
        ]
        for case in cases
    }


def _joined(cases: Sequence[Case]) -> Case:
    units: list[Unit] = []
    before: datetime | None = None
    for case in reversed(cases):
        moments = times(case.units)
        back = timedelta()
        if before is not None and max(moments) >= before:
            back = _WEEK * ((max(moments) - before) // _WEEK + 1)
        before = min(moments) - back
        own = [
            replace(
                unit,
                id=_name(case, unit.id),
                session=_name(case, unit.session),
                when=(moment - back).isoformat(),
            )
            for unit, moment in zip(case.units, moments, strict=True)
        ]
        units[:0] = own
    questions = [
        replace(question, gold=tuple(_name(case, unit) for unit in question.gold))
        for case in cases
        for question in case.questions
    ]
    return Case("life", cases[0].dataset, tuple(units), tuple(questions))


def _name(case: Case, own: str) -> str:
    return f"{case.name}/{own}"
