"""Statements told again in the same words but for one run: the value that changed.

"Ben is my boss", "Eva is my boss". The words around the run tell whether it is the one value of one
thing, or one of several that hold beside each other: "I like tea", "I like coffee".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from langgraph_dreams.language.english.clauses import TIMES, Clause, verb_place
from langgraph_dreams.language.english.comparison.differences import ARTICLES
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Word

_LONGEST = 4  # words of a value
_OWNING = lists.a_set("my our")
_PLACES = lists.PLACING - {"to", "by", "into"}
_PREPOSITIONS = lists.PLACING | lists.a_set("for of from with without about as like than over")
_PASSED = (lists.CUES - lists.MOVING) | lists.a_set("again still really very quite so just too")
_OPENING = lists.a_set("oh btw fyi hey ah hm well ok okay sorry correction update note wait right")
_POINTING = lists.POINTING | {"there", "here", "let"}
_SIDES = lists.a_set("next close front top left right")
_OPPOSITE = ({"on", "off"}, {"in", "out"}, {"up", "down"})
_UP = lists.a_set("gave given")
_ENDING = _UP | lists.a_set("quit stopped")
_TAKING = lists.a_set("eat eats drink drinks smoke smokes play plays use uses take takes")
_OF_MANY = _TAKING - {"smoke", "smokes"}
"""To have stopped drinking is not to have stopped drinking coffee."""
_OFTEN = lists.a_set("daily every often regularly sometimes always usually")
_COMING = lists.a_set("do does can have come came grown grew learned learnt started begun began to")
"""Before what one likes: "I have come to like olives"."""
_SINCE = lists.a_set("since starting effective")
_PREFIXES = ("dis", "mis", "un", "in", "im")


@dataclass(frozen=True)
class Retold:
    """The value that changed between two statements."""

    change: str
    gone: tuple[Word, ...]
    come: tuple[Word, ...]
    frame: tuple[Word, ...]
    """The words that both have."""
    kindred: bool = False
    """True if it is a change only where both values are of one kind: "married", "divorced"."""
    sure: bool = False
    """True if the two cannot both hold: there is one favourite, and nobody hates what they love."""


def retold(old: Clause, new: Clause) -> Retold | None:
    """The change, when all else is word for word the same; None when it is another matter."""
    if found := _given_up(old, new):
        return found
    if _nameless(old) or _nameless(new):
        return None
    if found := _other_liking(old, new):
        return found
    if old.past or new.past:
        return None
    if found := _denied(old, new):
        return found
    if old.negated() or new.negated():
        return None
    (one, turned_one), (other, turned_other) = in_order(old), in_order(new)
    verb = _verb(one)
    start, end = _alike(one, other, verb)
    gone, come = one[start : len(one) - end], other[start : len(other) - end]
    if verb < 0 or not (0 < len(gone) <= _LONGEST and 0 < len(come) <= _LONGEST):
        return None
    if sorted(w.text for w in gone) == sorted(w.text for w in come):
        kindred: bool | None = False if _compares(one) else None
    elif (turned_one or turned_other) and _one_of_many(one[:verb]):
        return None
    else:
        kindred = _changed(_Run(one, verb, start, gone, come, end))
    if kindred is None:
        return None
    change = "name" if all(w.name for w in _values(gone) + _values(come)) else "word"
    frame = (*one[:start], *one[len(one) - end :])
    one_holder = turned_one and turned_other and any(w.text in lists.ROLES for w in one[:verb])
    known = one_holder or _unique(one[:verb]) or (new.cue and _renamed(one[: len(one) - end], gone))
    sure = not kindred and start > verb and known
    return Retold(change, _values(gone), _values(come), frame, kindred, sure)


@dataclass(frozen=True)
class _Run:
    """Where two statements differ."""

    words: Sequence[Word]
    """Of the older one."""
    verb: int
    start: int
    gone: Sequence[Word]
    come: Sequence[Word]
    end: int
    """Number of words after it, the same in both."""

    def leads(self) -> tuple[str, str]:
        """The prepositions that the values begin with."""
        first, second = (
            run[0].text if run[0].text in _PREPOSITIONS else "" for run in (self.gone, self.come)
        )
        return first, second

    def articles(self) -> int:
        """How many of the two values have one."""
        return sum(any(w.text in ARTICLES for w in run) for run in (self.gone, self.come))

    def between(self) -> list[Word]:
        """Words from the verb to the values."""
        return list(self.words[self.verb + 1 : self.start])


# -- the words, and where they part


def _nameless(clause: Clause) -> bool:
    """True if it is about a mere "it", "she" or "you"."""
    subject = clause.words[: max(clause.verb, 1)]
    return any(w.text in _POINTING or lists.PERSONS.get(w.text) == "second" for w in subject)


def in_order(clause: Clause) -> tuple[list[Word], bool]:
    """The words but those of change, "Ben is my boss" as "my boss is Ben"; and if so turned."""
    words = [w for w in clause.words if w.text not in _PASSED]
    while words and words[0].text in _OPENING:
        words = words[1:]
    for phrase in lists.CUE_PHRASES:
        parts = phrase.split()
        if [w.text for w in words[-len(parts) :]] == parts:
            words = words[: -len(parts)]
    words = words[: _since(words)]
    verb = _verb(words)
    if 0 < verb < len(words) - 2 and words[verb].text in lists.BEING:
        first = words[verb + 1].text
        definite = first in _OWNING | {"the"} or first.endswith("'s")
        if definite and all(w.name for w in words[:verb]):
            return [*words[verb + 1 :], words[verb], *words[:verb]], True
    return words, False


def _since(words: Sequence[Word]) -> int:
    """Where words that only say since when it is so begin: "is stable since Monday"."""
    at = next((n for n, w in enumerate(words) if w.text in _SINCE), len(words))
    tail = words[at + 1 :]
    timed = any(w.kind in TIMES or w.text in lists.FLEETING for w in tail)
    return at if timed and len(tail) <= _LONGEST else len(words)


def _verb(words: list[Word]) -> int:
    found = verb_place(words)
    return found if found >= 0 or len(words) < 2 or words[0].text not in ("i", "we") else 1


def _alike(one: Sequence[Word], other: Sequence[Word], verb: int) -> tuple[int, int]:
    """How many words are the same from the start, but what begins a value, and to the end."""
    first, second = [w.text for w in one], [w.text for w in other]
    most = min(len(one), len(other))
    start = next((i for i in range(most) if first[i] != second[i]), most)
    end = next((i for i in range(most - start) if first[-1 - i] != second[-1 - i]), most - start)
    while start - 1 > verb and first[start - 1] in _PREPOSITIONS | ARTICLES | {"the"}:
        start -= 1
    return start, end


def _values(run: Sequence[Word]) -> tuple[Word, ...]:
    """The words that say something; a single capital is a size or a grade."""
    return tuple(
        w
        for w in run
        if w.is_content or w.name or len(w.text) == 1 != w.written.islower() or _ranks(w)
    )


def _ranks(word: Word) -> bool:
    """True of "second" and "2nd", which say which one and not how many."""
    return word.kind == "number" and word.text.endswith(("st", "nd", "rd", "th"))


def _one_ranked(run: _Run) -> bool:
    """True of "the second floor" and "the top floor"; two figures are compared as such."""
    figures = [[w for w in value if w.kind != "word"] for value in (run.gone, run.come)]
    return not all(figures) and all(_ranks(w) for value in figures for w in value)


# -- whether the run is the one value of one thing


def _changed(run: _Run) -> bool | None:
    """Whether the values must be of one kind to be a change; None when it is none."""
    both = (*run.gone, *run.come)
    if any(w.text in lists.PERSONS or "'" in w.text for w in both):
        return None
    placed = all(lead in _PLACES for lead in run.leads()) or _beside(run)
    addresses = placed and all(any(w.name for w in value) for value in (run.gone, run.come))
    if not addresses and any(w.kind != "word" for w in both) and not _one_ranked(run):
        return None
    if {w.text for w in both} in _OPPOSITE or (run.start and _opposed(run.gone, run.come)):
        return False
    if run.start == 0:
        return _other_doer(run)
    gone, come = _values(run.gone), _values(run.come)
    if run.start <= run.verb or not gone or not come or _kin(gone) != _kin(come):
        return None
    if placed:
        return _other_place(run)
    if run.words[run.verb].text in lists.BEING:
        return _other_state(run, gone, come)
    return _other_object(run, any(w.name for w in (*gone, *come)))


def _opposed(gone: Sequence[Word], come: Sequence[Word]) -> bool:
    """True of "agree" and "disagree"."""
    if len(gone) > 1 or len(come) > 1:
        return False
    short, long = sorted((gone[0].text, come[0].text), key=len)
    return any(long == prefix + short for prefix in _PREFIXES)


def _other_doer(run: _Run) -> bool | None:
    """Another is in a role that one has: "Ben leads our team"."""
    named = all(w.name for w in (*run.gone, *run.come))
    role = run.words[run.verb].text in lists.LEADING and len(run.gone) == run.verb
    return False if named and role and len(run.words) > run.verb + 1 else None


def _beside(run: _Run) -> bool:
    """True of "next to the door", "on top of the shelf"."""
    before = run.words[run.start - 1].text if run.start else ""
    return before in _SIDES and set(run.leads()) <= {"to", "of"} and all(run.leads())


def _other_place(run: _Run) -> bool | None:
    """A thing is in one place only, and so is whoever lives or works somewhere."""
    verbs = {w.text for w in run.words[run.verb : run.start]} & lists.PLACED
    said = [w for w in run.between() if w.is_content and w.text not in lists.PLACED | _SIDES]
    being = run.words[run.verb].text in lists.BEING
    states = [any(w.text in lists.CONDITIONS for w in value) for value in (run.gone, run.come)]
    if not verbs or (being and said) or any(states):
        return None
    return run.articles() > 0 or (being and not _subject(run))


def _other_state(run: _Run, gone: Sequence[Word], come: Sequence[Word]) -> bool | None:
    """Something is something else."""
    names = [w.name for w in (*gone, *come)]
    if any(run.leads()):
        return None
    if _unique(run.words[: run.verb]):
        return False
    loose = not _subject(run)
    if run.articles() == 1 or any(names) != all(names):
        return None
    if loose and (run.end or len(gone) > 1 or len(come) > 1):
        return None
    return not all(names) or run.articles() > 0 or loose


def _other_object(run: _Run, named: bool) -> bool | None:
    """Somebody does it otherwise, or does something that one does one of."""
    leads, between = run.leads(), [w.text for w in run.between()]
    verb = run.words[run.verb].text
    if set(leads) == {"as"}:
        return False
    if set(leads) == {"by"}:
        return True
    if not between and not any(leads):
        if verb in lists.EXCLUSIVE or (named and verb in ("use", "uses")):
            return False
        way = verb in ("take", "takes") and run.end and run.words[-run.end].text == "to"
        return True if way and not named else None
    if _OWNING & set(between) and not run.end and not named and set(leads) <= {"", "with"}:
        return leads == ("", "")
    return None


def _subject(run: _Run) -> list[Word]:
    """What it is about: nothing in "I am", of whom much may be said."""
    return [w for w in run.words[: run.verb] if w.is_content]


def _kin(value: Sequence[Word]) -> bool:
    return any(w.text in lists.KIN for w in value)


def _unique(subject: Sequence[Word]) -> bool:
    """True if there is one of it: "my favourite dish", "Ada's name"."""
    return any(w.text in lists.SINGLE for w in subject) or (
        bool(subject) and subject[-1].text in lists.ATTRIBUTES
    )


def _renamed(words: Sequence[Word], value: Sequence[Word]) -> bool:
    """True of "the cat is called Zorro", where a word of change says that it is not any more."""
    before = words[: len(words) - len(value)]
    named = (
        bool(before)
        and before[-1].text in ("called", "named")
        and all(w.name for w in _values(value))
    )
    return named and (before[0].text in _OWNING | {"the"} or before[0].text.endswith("'s"))


def _one_of_many(subject: Sequence[Word]) -> bool:
    """True if several may be so: "Ben is my friend"."""
    return any(w.text in lists.MANY for w in subject) and not _unique(subject)


# -- other ways to differ


def _compares(words: Sequence[Word]) -> bool:
    """True of "I prefer tea to coffee", where the order says which."""
    texts = {w.text for w in words}
    return bool(texts & {"than", "prefer", "prefers"})


def _other_liking(old: Clause, new: Clause) -> Retold | None:
    """What one loved one hates."""
    one, other = _liking(old), _liking(new)
    if one is None or other is None or one[0] == other[0] or one[1] != other[1]:
        return None
    frame = tuple(w for w in new.words if w != other[2])
    return Retold("negation", (one[2],), (other[2],), frame, sure=True)


def _denied(old: Clause, new: Clause) -> Retold | None:
    """What was so is not, in the same words: "my knee hurts", "my knee does not hurt"."""
    passed = _PASSED | lists.NEGATIONS | ARTICLES | {"do", "does"}
    one, other = ([w for w in c.words if w.text not in passed] for c in (old, new))
    texts = old.text(), new.text()
    if old.negated() == new.negated() or [w.stem for w in one] != [w.stem for w in other]:
        return None
    if any(f" {phrase} " in text for phrase in lists.NOT_DENYING for text in texts):
        return None
    named = any(w.is_content and w.text not in lists.BASES | lists.THIRDS for w in other)
    return Retold("negation", (), (), tuple(other)) if named and len(other) > 2 else None


def _given_up(old: Clause, new: Clause) -> Retold | None:
    """What was done is given up: "I smoke", "I quit smoking"; "I eat meat", "I gave up meat".

    However much of it: "I smoke ten cigarettes a day".
    """
    if old.past or old.negated() or new.negated():
        return None
    one, other = ([w for w in c.words if w.text not in _PASSED] for c in (old, new))
    at = next((n for n, w in enumerate(other) if w.text in _ENDING), 0)
    if not at or (other[at].text in _UP and [w.text for w in other[at + 1 : at + 2]] != ["up"]):
        return None
    who = [w.text for w in other[:at] if w.text not in ("have", "has")]
    ended = [w.stem for w in other[at + 1 + (other[at].text in _UP) :]]
    done = [w.stem for w in one[len(who) :]]
    verb, rest = one[len(who) : len(who) + 1], one[len(who) + 1 :]
    taking = any(w.text in _TAKING for w in verb) and ended == done[1:]
    much = any(w.kind == "number" or w.text in _OFTEN for w in rest)
    whole = ended == done or (
        ended == done[:1] and much and not any(w.text in _OF_MANY for w in verb)
    )
    if not ended or [w.text for w in one[: len(who)]] != who or not (taking or whole):
        return None
    return Retold("negation", (one[len(who)],), (other[at],), tuple(one), sure=True)


def _liking(clause: Clause) -> tuple[bool, list[str], Word] | None:
    """Whether one likes it, the words around that, and the verb."""
    words = [w for w in clause.words if w.text not in _PASSED | _COMING]
    for place, word in enumerate(words):
        if place and word.text in lists.LIKING | lists.DISLIKING:
            denied = sum(w.text in lists.NEGATIONS for w in words[:place]) % 2
            bearing = word.text in ("stand", "bear")
            if bearing and not denied:
                return None
            around = [w.text for w in words if w is not word and w.text not in lists.NEGATIONS]
            return (word.text in lists.LIKING) != bool(denied), around, word
    return None
