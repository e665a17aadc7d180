"""Proposals of memories from a model's notes: cited, borne out, dated, or refused."""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from langgraph_dreams._text import one_line
from langgraph_dreams.dream.memories.citations import Citations
from langgraph_dreams.dream.memories.evidence import asserted, stating
from langgraph_dreams.dream.memories.speakers import speaker, speakers
from langgraph_dreams.dream.memories.windows import Window
from langgraph_dreams.dream.runtime.prompts import CONSOLIDATE, Note
from langgraph_dreams.language.days import dated
from langgraph_dreams.language.english.words.figures import NUMBER, value
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import word_terms
from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.safety.trust import said_trust, strongest, times_said
from langgraph_dreams.types.base import UNDATED_UNTIL, lowest_trust
from langgraph_dreams.types.items import Episode, Memory, memory_id

_LONGEST = 500  # characters of a memory
_QUOTE = 300  # characters of a quote that are kept
_QUOTED_LETTERS = 8  # a shorter quote proves nothing
_DENSE_LETTERS = 3  # likewise, in writing that puts a word into a letter or two
_BORNE_OUT = 0.5  # share of a memory's content words that its sources have, if no quote is found
_QUESTIONS = 2
_QUESTION = 200  # characters of one
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(rf"\d+(?:,\d{{3}})*|\b{NUMBER}\b")
_USER = re.compile(r"\s*(?:the\s)?(?:user|speaker|human|person)?\s*", re.IGNORECASE)
Said = Mapping[str, str]
"""What each source states, by its id."""
_OURS = " ".join(_WORD.findall(CONSOLIDATE.casefold()))


@dataclass(frozen=True)
class Proposal:
    """A memory that a dream might add, and the known ones that it is said to touch."""

    memory: Memory
    confirms: str = ""
    """Id of the memory that says the same, as far as somebody claims."""
    replaces: str = ""
    """Id of the memory that no longer holds because of it, as far as somebody claims."""
    carries_out: str = ""
    """Id of the plan that it carries out, likewise."""
    conflicts: str = ""
    """Id of the memory that cannot be true beside it, likewise."""

    @property
    def claimed(self) -> tuple[str, ...]:
        """Ids of the memories that it is said to touch."""
        names = (self.confirms, self.replaces, self.carries_out, self.conflicts)
        return tuple(name for name in dict.fromkeys(names) if name)


def proposals(
    notes: Sequence[Note], window: Window, dream: str, learned: datetime
) -> tuple[list[Proposal], Counter[str]]:
    """Notes that stand, and how many were refused for what.

    A note under a turn that says nothing of it goes under the one that does.

    Refused are notes that cite nothing they were shown, cite nothing new, repeat the prompt, read
    as instructions, state nothing or cite nothing that does, have neither a quote nor most of
    their words from what a source they cite states, or are to end a known memory by words of which
    no source states one.
    """
    stand: list[Proposal] = []
    refused: Counter[str] = Counter()
    citations = Citations(window)
    for drafted in notes:
        note = _of_what_states(drafted, window.language)
        cited, unknown = _cited(note, window)
        if unknown:
            refused["citations not shown"] += unknown
        if (better := citations.corrected(note.text, cited)) != cited:
            refused["citations of turns that say something else"] += 1
            cited = better
        said = stating(window.language, cited)
        sources = [e for e in cited if e.id in said]
        fault = _fault(note, sources, said, window)
        if fault and cited and not sources:
            fault = "notes of what states nothing"
        if fault:
            refused[fault] += 1
        else:
            best = strongest(sources)
            if not _fault(note, best, said, window):
                sources = best  # what is less trusted adds nothing to what stands without it
            stand.append(_proposal(note, sources, said, window, dream, learned))
    return stand, refused


def _of_what_states(note: Note, language: Language) -> Note:
    """A note without the command or question beside its statement.

    Procedures are left whole, and what reads as instructions, which is refused for it.
    """
    if note.kind == "procedure" or suspicious(note.text):
        return note
    return note.model_copy(update={"text": asserted(language, note.text) or note.text})


def _cited(note: Note, window: Window) -> tuple[list[Episode], int]:
    """Shown episodes by number, and how many numbers stand for none."""
    numbers = list(dict.fromkeys(note.sources))
    known = [n for n in numbers if 1 <= n <= len(window.episodes)]
    return [window.episodes[n - 1] for n in sorted(known)], len(numbers) - len(known)


def _fault(note: Note, sources: Sequence[Episode], said: Said, window: Window) -> str:
    """Reason why a note cannot stand; empty when it can."""
    text = _words(note.text)
    if not text:
        return "notes without text"
    if not sources:
        return "notes without a source"
    if all(e.id in window.old for e in sources):
        return "notes of nothing new"
    if text in _OURS:
        return "copies of the prompt"
    if suspicious(note.text) or suspicious(note.about) or suspicious(note.quote):
        return "notes that read as instructions"
    if note.kind == "fact" and not window.language.assertions(note.text):
        return "notes that state nothing"
    evidence = (note, sources, said, window.language)
    if not (_quoted(*evidence) or _borne_out(*evidence)):
        return "notes that their sources do not bear out"
    if not all(_changed(window.memories[n - 1], *evidence) for n in _ended(note, window)):
        return "notes whose change their sources do not state"
    return ""


def _ended(note: Note, window: Window) -> list[int]:
    """Numbers of the shown memories that a note is to end."""
    claimed = {note.replaces, note.carries_out}
    return [n for n in claimed if 1 <= n <= len(window.memories)]


def _changed(
    known: Memory, note: Note, sources: Sequence[Episode], said: Said, language: Language
) -> bool:
    """True if the sources state some of what a note says otherwise than a known memory.

    All that both say bears a note out, but no change. A note that only denies the memory, as "no
    longer" does, has nothing of its own for a source to state.
    """
    new = _details(language, note.text) - _details(language, known.text)
    change = language.contradiction(known.text, note.text) if new else None
    denied = not new or (change is not None and change.kind == "negation")
    return denied or any(new & _stated_terms(e, said, language) for e in sources)


def _stated_terms(source: Episode, said: Said, language: Language) -> set[str]:
    """Content words of what a source states, with those of its relative dates made absolute."""
    text = f"{source.speaker} {said[source.id]}"
    return _details(language, f"{text} {dated(language, text, source.time, source.zone)}")


def _details(language: Language, text: str) -> set[str]:
    """Content words and the values of all numbers, in words or of however few digits."""
    numbers = _NUMBER.findall(text.casefold())
    return word_terms(language, text).union(value("number", number) for number in numbers)


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _quoted(note: Note, sources: Sequence[Episode], said: Said, language: Language) -> bool:
    """True if the quote stands in what a source states, and the memory says something of it."""
    # With or without the name before it, as a model was shown it.
    stands = any(_stands_in(note.quote, f"{e.speaker} {said[e.id]}", language) for e in sources)
    return stands and _share(note, sources, said, language) > 0


def _stands_in(quote: str, said: str, language: Language) -> bool:
    """True if a text has the quote, or all of it that asserts something."""
    return any(
        len(letters) >= (_QUOTED_LETTERS if letters.isascii() else _DENSE_LETTERS)
        and letters in _letters(said)
        for letters in map(_letters, (quote, *language.assertions(quote)))
    )


def _letters(text: str) -> str:
    return _words(text).replace(" ", "")


def _borne_out(note: Note, sources: Sequence[Episode], said: Said, language: Language) -> bool:
    return _share(note, sources, said, language) >= _BORNE_OUT


def _share(note: Note, sources: Sequence[Episode], said: Said, language: Language) -> float:
    """Share of the memory's content words that stand in what its sources state."""
    own = word_terms(language, note.text)
    there = {term for e in sources for term in word_terms(language, f"{e.speaker} {said[e.id]}")}
    return len(own & there) / len(own) if own else 0.0


def _proposal(
    note: Note,
    sources: Sequence[Episode],
    said: Said,
    window: Window,
    dream: str,
    learned: datetime,
) -> Proposal:
    new = [e for e in sources if e.id not in window.old]
    text = one_line(note.text, _LONGEST)
    speaking = _speaking(note, new, said, window.language)
    if speaking.time > UNDATED_UNTIL:
        text = dated(window.language, text, speaking.time, speaking.zone)
    who, named = speakers(sources), speaker(speaking)
    period = _period(note)
    memory = Memory(
        # "Lives in Paris" is another fact when another says it.
        id=memory_id(note.kind, f"{who}\n{text}" if who else text),
        text=text,
        kind=note.kind,
        about=named if named and _USER.fullmatch(note.about) else one_line(note.about, _LONGEST),
        sources=tuple(e.id for e in sources),
        quote=one_line(note.quote, _QUOTE) if _quoted(note, sources, said, window.language) else "",
        trust=lowest_trust(map(said_trust, sources)),
        valid_from=min(e.time for e in new),
        learned_at=learned,
        questions=_questions(note),
        lasting=note.lasting,
        event_from=period[0],
        event_to=period[1],
        confirmed=times_said(sources),
        last_confirmed=max(e.time for e in sources),
        status="active" if times_said(sources) > 1 else "tentative",
        dream=dream,
    )
    return Proposal(
        memory,
        confirms=_known(note.confirms, window),
        replaces=_known(note.replaces, window),
        carries_out=_known(note.carries_out, window),
        conflicts=_known(note.conflicts, window),
    )


def _questions(note: Note) -> tuple[str, ...]:
    """The first questions that read as questions and as nothing else."""
    told = (one_line(q, _QUESTION) for q in note.questions)
    return tuple(q for q in dict.fromkeys(told) if q and not suspicious(q))[:_QUESTIONS]


def _period(note: Note) -> tuple[date | None, date | None]:
    """First and last day of the event; None where they are not told."""
    first, last = _days(note.begins), _days(note.ends or note.begins)
    if first is None or last is None or last[1] < first[0]:
        return None, None
    return first[0], last[1]


def _days(told: str) -> tuple[date, date] | None:
    """First and last day of a day, month or year in digits; None of anything else."""
    found = _DAY.fullmatch(told.strip())
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:
        return None
    return first, last


def _speaking(note: Note, new: Sequence[Episode], said: Said, language: Language) -> Episode:
    """The new source that the note is from: the one quoted, else the one with most of its words."""
    quoted = [e for e in new if _stands_in(note.quote, said[e.id], language)]
    return (quoted or sorted(new, key=lambda e: -_share(note, [e], said, language)))[0]


def _known(number: int, window: Window) -> str:
    """Id of the shown memory of that number; empty for none."""
    return window.memories[number - 1].id if 1 <= number <= len(window.memories) else ""
