"""Concepts: the rare terms and names that two episodes share, and what each is worth."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from langgraph_dreams.store import Vault

_WORD = re.compile(r"\w[\w'’]*")
_GAP = re.compile(r"[ \t\-&]+")
_JOINS = frozenset({"of", "the", "and", "de", "la", "le", "van", "von", "der", "for", "in"})
_LONGEST = 8  # words of a name
_MOST_NAMES = 40  # of one episode


@dataclass(frozen=True)
class Concept:
    """A term or name, the episodes that have it, and its worth as a bridge."""

    text: str
    episodes: tuple[str, ...]
    worth: float
    is_name: bool

    @property
    def fan(self) -> int:
        """In how many episodes it occurs."""
        return len(self.episodes)


def worth(frequency: int, total: int, fan_penalty: float) -> float:
    """Worth of a concept in nats: its rarity, divided by its fan.

    Source: idf as in BM25 (Robertson and Sparck Jones 1976); the fan effect (Anderson 1974):
    the more facts share a concept, the less it brings back any one of them.
    """
    idf = math.log1p((total - frequency + 0.5) / (frequency + 0.5))
    return float(idf / max(1, frequency - 1) ** fan_penalty)


def names(text: str) -> list[str]:
    """Names in a text: runs of two or more capitalised words, and a short first line (a title)."""
    found: dict[str, None] = {}
    head, newline, _ = text.partition("\n")
    if newline and 2 <= len(title := _WORD.findall(head)) <= _LONGEST:
        found[" ".join(title)] = None
    run: list[str] = []
    end = 0
    for match in _WORD.finditer(text[:20_000]):
        word = match.group()
        joined = not run or _GAP.fullmatch(text[end : match.start()]) is not None
        if joined and (word[0].isupper() or (run and word in _JOINS)):
            run.append(word)
        else:
            _keep(run, found)
            run = [word] if word[0].isupper() else []
        end = match.end()
    _keep(run, found)
    return list(found)[:_MOST_NAMES]


def _keep(run: list[str], found: dict[str, None]) -> None:
    while run and run[-1] in _JOINS:
        run = run[:-1]
    if sum(word not in _JOINS for word in run) >= 2 and len(run) <= _LONGEST:
        found[" ".join(run)] = None


def concepts_of(
    vault: Vault,
    texts: Mapping[str, str],
    *,
    rare_most: int,
    fan_penalty: float,
) -> dict[str, list[Concept]]:
    """Concepts of each given episode that occur in 2 to `rare_most` episodes, worthiest first."""
    total = vault.count()["episodes"]
    terms = vault.terms(list(texts))
    frequencies = vault.frequencies({term for counts in terms.values() for term in counts})
    known: dict[str, Concept | None] = {}

    def term(text: str) -> Concept | None:
        if text not in known:
            frequency = frequencies.get(text, 0)
            known[text] = (
                Concept(
                    text,
                    tuple(vault.postings(text, rare_most)),
                    worth(frequency, total, fan_penalty),
                    is_name=False,
                )
                if 2 <= frequency <= rare_most
                else None
            )
        return known[text]

    def name(text: str) -> Concept | None:
        key = "name " + text.casefold()
        if key not in known:
            holders = vault.phrase(text, rare_most + 1)
            known[key] = (
                Concept(text, tuple(holders), worth(len(holders), total, fan_penalty), is_name=True)
                if 2 <= len(holders) <= rare_most
                else None
            )
        return known[key]

    return {
        episode: _worthiest(
            [term(t) for t in terms.get(episode, {})] + [name(n) for n in names(text)]
        )
        for episode, text in texts.items()
    }


def _worthiest(concepts: Iterable[Concept | None]) -> list[Concept]:
    return sorted((c for c in concepts if c), key=lambda c: (-c.worth, c.text))
