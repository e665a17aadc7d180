"""Concepts: the rare terms and names that two episodes share, and what each is worth.

Rare means rare in the language as well as here: a few turns show too little of what is common.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from langgraph_dreams.dream.links.frequency import COMMON, is_named, zipf
from langgraph_dreams.language.detect import function_words_elsewhere
from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.language.mixed import spoken
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.scripts import normal
from langgraph_dreams.language.words import content_tokens
from langgraph_dreams.safety.trust import users_words
from langgraph_dreams.store import Facts, NamespaceStore, batches
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.labels import unlabelled

_WORD = re.compile(r"\w[\w'’]*")
_GAP = re.compile(r"[ \t\-&]+")
_JOINS = frozenset({"of", "the", "and", "de", "la", "le", "van", "von", "der", "for", "in"})
_LONGEST = 8  # words of a name
_MOST_NAMES = 40  # of one episode
_BEFORE = 1000  # episodes of the language at large that are counted with those that are here
_WORDS = 20  # of one of them
_NAME = 1.5  # times a name is worth what another word is
_AT_ONCE = 500  # terms looked up together
_LIKELY = 0.05  # of the texts of a night; a language of fewer may be a mistake


@dataclass(frozen=True)
class Concept:
    """A term or name, the episodes that have it, and its worth as a bridge."""

    text: str
    episodes: tuple[str, ...]
    worth: float
    is_name: bool
    """True for a name, and for a word that is in no list of the language."""
    is_rare: bool = True
    """True if it is rare in the language: what is common joins nothing by itself."""

    @property
    def fan(self) -> int:
        """Number of episodes in which it occurs."""
        return len(self.episodes)


def worth(frequency: int, total: int, fan_penalty: float, common: float = 0.0) -> float:
    """Worth of a concept in nats: its rarity, divided by its fan.

    Both are counted here and in further episodes of the language at large, in which a word of the
    Zipf frequency `common` occurs as often as it does there: so fifty turns are judged as five
    thousand are. Source: idf as in BM25 (Robertson and Sparck Jones 1976); the fan effect
    (Anderson 1974): the more facts share a concept, the less it brings back any one of them.
    """
    elsewhere = _BEFORE * -math.expm1(-_WORDS * 10 ** (common - 9)) if common else 0.0
    known = frequency + elsewhere
    idf = math.log1p((total + _BEFORE - known + 0.5) / (known + 0.5))
    return float(idf / max(1.0, known - 1) ** fan_penalty)


def names(text: str, language: Language = ENGLISH, titled: bool = True) -> list[str]:
    """Names in a text: runs of two or more capitalised words, and a short first line (a title).

    What somebody said in a turn is no title; `titled` is false then.
    """
    found: dict[str, None] = {}
    head, newline, _ = text.partition("\n")
    if titled and newline and 2 <= len(title := _WORD.findall(head)) <= _LONGEST:
        found[" ".join(title)] = None
    run: list[str] = []
    end = 0
    for match in _WORD.finditer(text[:20_000]):
        word = match.group()
        joined = not run or _GAP.fullmatch(text[end : match.start()]) is not None
        capital = word[0].isupper() and not language.is_stop_word(word.split("'")[0].lower())
        if joined and (capital or (run and word in _JOINS)):
            run.append(word)
        else:
            _keep(run, found)
            run = [word] if capital else []
        end = match.end()
    _keep(run, found)
    return list(found)[:_MOST_NAMES]


def telling(language: Language, text: str) -> set[str]:
    """Terms of a text that may bring two texts together: no function words of any, no figures."""
    elsewhere = function_words_elsewhere(text)
    return {
        token.stem
        for token in content_tokens(language, text)
        if not token.stem[0].isdigit() and normal(token.written) not in elsewhere
    }


def _keep(run: list[str], found: dict[str, None]) -> None:
    while run and run[-1] in _JOINS:
        run = run[:-1]
    if sum(word not in _JOINS for word in run) >= 2 and len(run) <= _LONGEST:
        found[" ".join(run)] = None


class Lexicon:
    """Concepts of a namespace as they are now, each looked up once."""

    def __init__(self, vault: NamespaceStore, *, rare_most: int, fan_penalty: float) -> None:
        self._vault = vault
        self._total = vault.count()["episodes"]
        self._rare_most = rare_most
        self._fan_penalty = fan_penalty
        self._known: dict[tuple[str, str], Concept | None] = {}
        self._holders: dict[str, list[str]] = {}
        self._written: dict[str, str] = {}
        self._likely: set[str] = set()
        self._said: dict[str, set[str] | None] = {}
        self._episodes: dict[str, Episode] = {}
        self._facts: dict[str, Facts] = {}

    def of(self, texts: Mapping[str, str]) -> dict[str, list[Concept]]:
        """Concepts of each episode (id -> text) that others share, worthiest first."""
        language = self._vault.language
        said = {episode: unlabelled(text) for episode, text in texts.items()}
        codes = Counter(spoken(language, text).code for text in said.values())
        likely = [code for code, number in codes.items() if number >= _LIKELY * len(said)]
        self._likely = {ENGLISH.code, *likely}
        terms = {episode: telling(language, text) for episode, text in said.items()}
        often = self._vault.frequencies({term for own in terms.values() for term in own})
        rare = {term for term, number in often.items() if 2 <= number <= self._rare_most}
        for some in batches(sorted(rare), _AT_ONCE):
            self._holders |= self._vault.postings(some, self._rare_most)
            self._written |= self._vault.surfaces(some)
        found: dict[str, list[Concept]] = {}
        for episode, text in said.items():
            own = spoken(language, text)
            own_names = names(text, own, titled=text == texts[episode])
            concepts = [self._term(term, own.code) for term in sorted(terms[episode] & rare)]
            found[episode] = _worthiest([*concepts, *(self._name(n, own) for n in own_names)])
        return found

    def episodes(self, ids: Sequence[str]) -> Mapping[str, Episode]:
        """These episodes as far as they are there, and others; each is read once."""
        if new := [id_ for id_ in ids if id_ not in self._episodes]:
            found = self._vault.get(new)
            self._episodes |= {i: item for i, item in found.items() if isinstance(item, Episode)}
        return self._episodes

    def facts(self, ids: Iterable[str]) -> Mapping[str, Facts]:
        """The facts of these episodes, and of others; each is read once."""
        if new := [id_ for id_ in ids if id_ not in self._facts]:
            self._facts |= self._vault.facts(new)
        return self._facts

    def borne_out(self, concept: Concept, episode: Episode) -> bool:
        """True if the user says it in the episode, and not only an agent or a tool."""
        if episode.id not in self._said:
            words = users_words(episode)
            self._said[episode.id] = None if words == episode.text else self._stems(words)
        said = self._said[episode.id]
        return said is None or self._stems(concept.text) <= said

    def _stems(self, text: str) -> set[str]:
        return {token.stem for token in self._vault.language.tokens(text)}

    def _term(self, stem: str, code: str) -> Concept | None:
        if ("", stem) not in self._known:
            holders = self._holders[stem]
            text = self._written[stem]  # with a capital if it is never written without
            common = zipf(stem, text, code, self._likely)
            is_name = not common or (common < COMMON and is_named(text, code))
            self._known["", stem] = self._concept(text, holders, common, is_name)
        return self._known["", stem]

    def _name(self, name: str, language: Language) -> Concept | None:
        key = language.code, name.casefold()
        if key not in self._known:
            holders = self._vault.phrase(name, self._rare_most + 1, language)
            self._known[key] = self._concept(name, holders, 0.0, is_name=True)
        return self._known[key]

    def _concept(
        self, text: str, holders: list[str], common: float, is_name: bool
    ) -> Concept | None:
        if not 2 <= len(holders) <= self._rare_most:
            return None
        value = worth(len(holders), self._total, self._fan_penalty, common)
        value *= _NAME if is_name else 1
        return Concept(text, tuple(holders), value, is_name, common < COMMON)


def _worthiest(concepts: Iterable[Concept | None]) -> list[Concept]:
    return sorted((c for c in concepts if c), key=lambda c: (-c.worth, c.text))
