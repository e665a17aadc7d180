"""What of an item is searched by vectors, and whether a turn adds anything to its thread."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from langgraph_dreams.language.asking import knows_nothing, only_asks
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.store.items import Item, memory_key
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
    idle: bool = False
    """True of a turn that only asks, bids or greets, and was told nothing."""


def searched(item: Item, language: Language) -> Searched:
    """What of an item is embedded.

    Of a turn in which something is stated, that: what was answered and found beside it has vectors
    of its own where it tells anything. Who asks or bids is searched together with the answer. A
    turn with a speaker's name is never idle: in a group another member may answer.
    """
    if not isinstance(item, Episode):
        return Searched(memory_key(item))
    spans = tuple(spans_of(item.text))
    beside = (item.answered, *(o.text for o in item.others), *(use.result for use in item.done))
    if not _WORD.search(item.said) or _WORD.search(_rest(item, beside)):
        return Searched(item.text, spans)
    places = {text: item.text.find(text) for text in beside if text.strip()}
    told = {
        text: at
        for text, at in places.items()
        if at >= 0 and not knows_nothing(language, text, item.said, echoes=True)
    }
    stated = bool(language.assertions(item.said))
    if told and not stated:
        return Searched(item.text, spans)
    if len(item.text) <= LONG:
        spans = tuple((at, at + len(text)) for text, at in told.items())
    said = f"{item.speaker}: {item.said}" if item.speaker else item.said
    # "The cat is called Rex, right?" tells something, whoever answers.
    tells = stated or (_ASKED.search(item.said) and not only_asks(language, item.said))
    return Searched(said, spans, idle=not (tells or item.speaker))


def _rest(episode: Episode, beside: Iterable[str]) -> str:
    """What the text of a turn has besides what was said, answered, found and done."""
    text = NOTED.sub("", episode.text)
    for part in sorted((episode.said, *beside), key=len, reverse=True):
        text = text.replace(part, "", 1) if part.strip() else text
    return unlabelled(text, (episode.speaker, *(other.name for other in episode.others)))


def words_of(episode: Episode, language: Language) -> str:
    """The text by whose words a turn is found: without labels, and answers that tell nothing.

    An answer that repeats what was said would count each word of it twice.
    """
    text = episode.text
    for part in (episode.answered, *(other.text for other in episode.others)):
        at = text.rfind(part) if part.strip() and episode.said.strip() else -1
        if at >= 0 and knows_nothing(language, part, episode.said, echoes=True):
            text = text[:at] + text[at + len(part) :]
    return unlabelled(text, (other.name for other in episode.others))
