"""Questions by form for what nothing asks of: memories without one, and turns that dreams linked.

A life without a model has few memories and no questions of theirs; what its dreams found are links.
A link "update" gives a question that the newer turn answers, and the older one once did. Turns that
are linked over a name are what is known about it, with the memories that have it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from langgraph_dreams.dream.learner.questions import Sound, statements
from langgraph_dreams.dream.links.frequency import is_named
from langgraph_dreams.dream.memories.speakers import own_words, speaker
from langgraph_dreams.exporters.examples import Answered, Asked, Grounded, Preference, Words, still
from langgraph_dreams.language.days import dated
from langgraph_dreams.language.mixed import spoken
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.stated.english_words import DAY, MONTH
from langgraph_dreams.language.stated.questions import question_about, question_of
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.recall.update_order import UPDATE
from langgraph_dreams.safety.trust import may_become, said_trust, users_words
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.base import UNDATED_UNTIL
from langgraph_dreams.types.items import Episode, Link, Memory

_MOST = 6  # statements of one answer about a name, the latest
_INNER = re.compile(r"(?<=[\w,;'’] )[A-ZÀ-Þ][\w-]+(?: [A-ZÀ-Þ][\w-]+)*")
"""Words with a capital within a sentence; at its beginning every word has one."""
_SHORTEST = 3  # letters of a name; "Mr" is none
_CALENDAR = re.compile(rf"(?:{DAY}|{MONTH})", re.IGNORECASE)


@dataclass(frozen=True)
class LinkedTurns:
    """Links whose both ends may be learned from, with those turns by id."""

    episodes: dict[str, Episode]
    links: Sequence[Link]

    @property
    def newer(self) -> dict[str, Link]:
        """By older turn the link to the latest that brings it up to date."""
        found: dict[str, Link] = {}
        updates = (link for link in self.links if link.kind == UPDATE)
        for link in sorted(updates, key=lambda x: (self.episodes[x.a].time, x.id)):
            found[link.b] = link
        return found

    def changes(self, language: Language) -> Iterator[tuple[str, Words, Words]]:
        """A question, what answers it now, and what answered it before."""
        newer = self.newer
        for old, link in newer.items():
            new, seen = link.a, {old}
            while new in newer and new not in seen:
                seen.add(new)
                new = newer[new].a
            before, now = (self._words(language, name, link.dream) for name in (old, new))
            if new in seen or not before or not now or before.text == now.text:
                continue
            yield self._question(language, self.episodes[old], link), now, before

    def preferences(self, language: Language) -> Iterator[Preference]:
        """What was brought up to date, the newer words preferred."""
        for question, now, before in self.changes(language):
            yield Preference(question, now, before)

    def named(self, language: Language) -> Iterator[tuple[str, Episode, Link]]:
        """Each name that joins two turns, and each of these; none that is outdated."""
        newer = self.newer
        for link in self.links:
            for name in link.bridge:
                if any(name != other and name in other for other in link.bridge):
                    continue  # a part of a longer one
                for episode in (self.episodes[link.a], self.episodes[link.b]):
                    code = spoken(language, own_words(episode)).code
                    if _is_name(language, name, code) and episode.id not in newer:
                        yield name, episode, link

    def _words(self, language: Language, name: str, dream: str) -> Words | None:
        return words_of(language, self.episodes[name], dream)

    def _question(self, language: Language, old: Episode, link: Link) -> str:
        """By the form of the older statement: most is asked in the words that were first used."""
        told = language.assertions(own_words(old))
        for sentence in told:
            if question := question_of(language, sentence, speaker(old)):
                return question
        about = content_terms(language, " ".join(link.bridge))
        of_it = [s for s in told if about & content_terms(language, s)]
        return still((of_it or list(told))[0])


def linked_turns(vault: NamespaceStore) -> LinkedTurns:
    """The links that hold between turns of a user that may be learned from."""
    links = [link for link in vault.links(include_expired=False) if link.a[0] == link.b[0] == "e"]
    links.sort(key=lambda link: link.id)
    found = vault.get(list(dict.fromkeys(name for link in links for name in (link.a, link.b))))
    episodes = {
        name: e
        for name, e in found.items()
        if isinstance(e, Episode) and may_become(e) and users_words(e).strip() and not e.archived
    }
    kept = [link for link in links if link.a in episodes and link.b in episodes]
    ends = dict.fromkeys(name for link in kept for name in (link.a, link.b))
    return LinkedTurns({name: episodes[name] for name in ends}, kept)


def words_of(language: Language, episode: Episode, dream: str, name: str = "") -> Words | None:
    """What a turn asserts, and of that only the sentences with a name; None for nothing."""
    written = re.compile(rf"(?<!\w){re.escape(name)}(?:['’]?s)?(?!\w)")
    told = [
        sentence
        for sentence in language.assertions(own_words(episode))
        if content_terms(language, sentence) and (not name or written.search(sentence))
    ]
    text = " ".join(_sentence(part) for part in told)
    if episode.time > UNDATED_UNTIL:
        text = dated(language, text, episode.time, episode.zone)
    return Words(text, (episode.id,), said_trust(episode), dream) if told else None


def asked_by_form(
    language: Language, asked: Iterable[Answered], known: Sound, turns: LinkedTurns
) -> list[Asked]:
    """Questions of memories that none of those `asked` is about, and of linked turns.

    A memory that rests on nothing but turns that others bring up to date is left out.
    """
    has = {memory.id for question in asked for memory in question.memories}
    newer = turns.newer
    memories = [
        m
        for m in statements(known)
        # What has questions that were left out has them for a reason.
        if m.id not in has and not m.questions and not newer.keys() >= set(m.sources)
    ]
    together: dict[tuple[str, str], dict[Grounded, None]] = {}

    def add(question: str, origin: str, told: Grounded) -> None:
        if question:
            together.setdefault((question, origin), {})[told] = None

    for question, now, _ in turns.changes(language):
        add(question, "link", now)
    for memory in memories:
        by_form = question_of(language, memory.text, memory.about)
        add(by_form, "form", memory)
        for name in [] if by_form else _names(language, memory):
            add(question_about(language, memory.text, name), "name", memory)
    for name, episode, link in turns.named(language):
        question = question_about(language, own_words(episode), name)
        told = words_of(language, episode, link.dream, name)
        mine = together.get((question, "name"), {})
        if told and not any(told.sources[0] in one.sources for one in mine):
            add(question, "name", told)
    return [
        Asked(question, origin, answer, known.time(i for m in answer for i in m.sources))
        for (question, origin), found in together.items()
        if (answer := _latest(list(found), known))
    ]


def _latest(found: Sequence[Grounded], known: Sound) -> list[Grounded]:
    """The last statements to be made, oldest first."""
    return sorted(found, key=lambda m: (known.time(m.sources), m.text))[-_MOST:]


def _names(language: Language, memory: Memory) -> list[str]:
    """Words of a memory that are names by their capital."""
    code = spoken(language, memory.text).code
    found = dict.fromkeys(_INNER.findall(memory.text))
    return [name for name in found if _is_name(language, name, code)]


def _is_name(language: Language, word: str, code: str) -> bool:
    return (
        is_named(word, code)
        and len(word) >= _SHORTEST
        and not language.is_stop_word(word.lower())
        and not _CALENDAR.fullmatch(word)
    )


def _sentence(part: str) -> str:
    """An assertion as a sentence of its own."""
    whole = part.strip().rstrip(",;:")
    ended = whole if whole[-1:] in ".!?…。！？" else f"{whole}."
    return ended[:1].upper() + ended[1:]
