"""What of an item is searched by vectors, and whether a turn adds anything to its thread."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from langgraph_dreams.language.asking import knows_nothing, only_asks
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.store.items import ANSWER, BOTH, NOTHING, STATEMENT, Item, memory_key
from langgraph_dreams.store.passages import LONG, Span, spans_of
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.labels import NOTED, unlabelled

_WORD = re.compile(r"\w")
_ASKED = re.compile(r"[?？؟]")


@dataclass(frozen=True)
class Searched:
    """What a vector is made of for an item."""

    text: str
    spans: tuple[Span, ...] = ()
    """Where the parts of the item's text that have vectors of their own begin and end."""
    adds: str = STATEMENT
    """What a turn adds to its thread."""


def searched(item: Item, language: Language) -> Searched:
    """What of an item is embedded.

    Of a turn in which something is stated, that; who asks or bids is searched together with the
    answer. What else tells something beside it has vectors of its own. What a named speaker asks
    counts as a statement unless an agent answers it: in a group another member may.
    """
    if not isinstance(item, Episode):
        return Searched(memory_key(item))
    spans = tuple(spans_of(item.text))
    if item.put is not None:  # a field of it is found by itself
        several = len(item.put.fields) > 1 and not spans
        return Searched(item.text, item.put.fields if several else spans)
    found = (*(other.text for other in item.others), *(use.result for use in item.done))
    if _WORD.search(_rest(item, (item.answered, *found))):
        return Searched(item.text, spans)
    answered = not _nothing_in(item.answered, item, language)
    beside = [part for part in found if not _nothing_in(part, item, language)]
    told = ANSWER if answered or beside else NOTHING
    if not _WORD.search(item.said):
        return Searched(item.text, spans, told)
    stated = bool(language.assertions(item.said))
    if len(item.text) <= LONG:
        own = [item.answered] if stated and answered else []
        spans = tuple(_spans(item.text, [*beside, *own]))
    said = f"{item.speaker}: {item.said}" if item.speaker else item.said
    # "The cat is called Rex, right?" tells something, whoever answers.
    tells = stated or (_ASKED.search(item.said) and not only_asks(language, item.said))
    return Searched(
        f"{said}\n{item.answered}" if answered and not stated else said,
        spans,
        (BOTH if answered else STATEMENT) if tells or (item.speaker and not answered) else told,
    )


def _spans(text: str, parts: Iterable[str]) -> Iterator[Span]:
    places = {part: text.find(part) for part in parts}
    return ((at, at + len(part)) for part, at in places.items() if at >= 0)


def _nothing_in(part: str, episode: Episode, language: Language) -> bool:
    """True if a part of a turn does not stand in its text, or tells nothing."""
    there = part.strip() and part in episode.text
    return not there or knows_nothing(language, part, episode.said, echoes=True)


def _rest(episode: Episode, beside: Iterable[str]) -> str:
    """What the text of a turn has besides what was said, answered, found and done."""
    text = NOTED.sub("", episode.text)
    for part in sorted((episode.said, *beside), key=len, reverse=True):
        text = text.replace(part, "", 1) if part.strip() else text
    return unlabelled(text, (episode.speaker, *(other.name for other in episode.others)))


def words_of(episode: Episode, language: Language) -> str:
    """The text by whose words a turn is found: without labels, and answers that tell nothing.

    An answer, or a call of a tool, that repeats what was said would count each word twice. What
    other agents brought has words of its own, as a passage: the more they write, the less would
    what was said count.
    """
    text = episode.text
    whole = len(text) > LONG or not _WORD.search(episode.said)
    parts = [] if whole else [other.text for other in episode.others]
    if _WORD.search(episode.said) and knows_nothing(
        language, episode.answered, episode.said, echoes=True
    ):
        parts.append(episode.answered)
    own = content_terms(language, episode.said) if episode.done else set()
    parts += [use.args for use in episode.done if content_terms(language, use.args) <= own]
    for part in parts:
        at = text.rfind(part) if part.strip() else -1
        text = text[:at] + text[at + len(part) :] if at >= 0 else text
    return unlabelled(text, (other.name for other in episode.others))
