"""Effects on memories when some of their sources are forgotten; pure.

Forgotten evidence must not go on speaking: a memory stays as far as what is left bears it out, and
one that was superseded by nothing that is left holds again.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import content_terms
from langgraph_dreams.types.items import ARCHIVED, Episode, Memory
from langgraph_dreams.types.pages import cut_to

BORNE_OUT = 0.5
"""Share of a memory's content words that one remaining source must have, as when it was written."""

_WORD = re.compile(r"\w+")
Episodes = Callable[[Sequence[str]], Mapping[str, Episode]]
"""Reads episodes by id; unknown ids are absent."""


@dataclass(frozen=True)
class Fates:
    """Fates of the memories of a namespace."""

    removed: tuple[str, ...]
    """Ids, sorted."""
    changed: Mapping[str, Memory]
    """Those that stay, but not as they were, by id."""


def fates(
    memories: Mapping[str, Memory],
    gone: Set[str],
    chosen: Collection[str],
    episodes: Episodes,
    language: Language = ENGLISH,
) -> Fates:
    """The fate of every memory.

    Args:
        memories: all of the namespace, by id.
        gone: ids of the forgotten episodes.
        chosen: ids of memories that are forgotten for themselves.
        episodes: reads episodes, also those to be forgotten.
        language: the language of the texts.
    """
    removed = set(chosen) & memories.keys()
    while True:
        forgotten = gone | removed
        left = {
            id_: shrunk(memory, forgotten, episodes, language)
            for id_, memory in memories.items()
            if id_ not in removed
        }
        more = {id_ for id_, memory in left.items() if memory is None}
        if not more:
            break
        removed |= more
    left = {id_: memory and _by_its_lines(memory, left) for id_, memory in left.items()}
    standing = {
        id_: _handed_on(memory, memories, removed) for id_, memory in left.items() if memory
    }
    changed = {id_: memory for id_, memory in standing.items() if memory != memories[id_]}
    return Fates(tuple(sorted(removed)), changed)


def shrunk(
    memory: Memory, gone: Set[str], episodes: Episodes, language: Language = ENGLISH
) -> Memory | None:
    """A memory without what it has from forgotten items; None when nothing bears it out.

    `gone` are ids of episodes and memories. Whom it was superseded by is left alone.
    """
    sources = tuple(id_ for id_ in memory.sources if id_ not in gone)
    cites = tuple(id_ for id_ in memory.cites if id_ not in gone)
    if memory.rehearses and (sources, cites) == (memory.sources, memory.cites):
        said = tuple(id_ for id_ in memory.must_not_say if id_ not in gone)
        return memory.model_copy(update={"must_not_say": said})
    if (sources, cites) == (memory.sources, memory.cites):
        return memory
    if not sources or (memory.derived and len(cites) < memory.least_cited) or memory.rehearses:
        return None
    if memory.kind == "page":
        left = cut_to(memory, cites)
        return left and left.model_copy(update={"sources": sources})
    if sources == memory.sources:
        return memory.model_copy(update={"cites": cites})
    lost = episodes([id_ for id_ in memory.sources if id_ in gone])
    kept = episodes(sources)
    if not _borne_out(memory, list(kept.values()), list(lost.values()), language):
        return None
    left = memory.model_copy(update={"sources": sources, "cites": cites})
    return _borne_out_by(left, kept, language)


def _by_its_lines(memory: Memory, left: Mapping[str, Memory | None]) -> Memory:
    """A page cites no more than what the memories on it cite."""
    if memory.kind != "page":
        return memory
    on_it = (left.get(name) for name in memory.cites)
    cited = {source for m in on_it if m for source in m.sources}
    sources = tuple(name for name in memory.sources if name in cited)
    return memory.model_copy(update={"sources": sources}) if sources else memory


def _borne_out_by(memory: Memory, kept: Mapping[str, Episode], language: Language) -> Memory:
    """The memory with what it says of its evidence, by the sources it keeps."""
    times = [episode.time for episode in kept.values()]
    since = [time for time in (memory.valid_from, min(times, default=None)) if time]
    quoted = any(_words(memory.quote) in _words(episode.text) for episode in kept.values())
    return memory.model_copy(
        update={
            "confirmed": max(len(kept), 1),
            "valid_from": max(since, default=None),
            "last_confirmed": max(times, default=memory.last_confirmed),
            "quote": memory.quote if quoted else "",
            "questions": (),
            "about": memory.about if _said(memory.about, kept.values(), language) else "",
        }
    )


def _said(about: str, kept: Collection[Episode], language: Language) -> bool:
    """True if the remaining sources name a subject as far as it is made of content words."""
    terms = {term for e in kept for term in _terms(e, language)}
    return content_terms(language, about) <= terms


def _borne_out(
    memory: Memory, kept: Sequence[Episode], lost: Sequence[Episode], language: Language
) -> bool:
    """True if a remaining source has enough of the words, and no word is a lost source's alone."""
    own = content_terms(language, memory.text)
    there = [_terms(episode, language) for episode in kept]
    best = max((len(own & terms) for terms in there), default=0)
    if not memory.derived and best < BORNE_OUT * len(own):
        return False
    alone = {term for e in lost for term in _terms(e, language)}.difference(*there)
    return not own & alone


def _terms(episode: Episode, language: Language) -> set[str]:
    return content_terms(language, f"{episode.speaker} {episode.text}")


def _words(text: str) -> str:
    """The words of a text between blanks, so that whole words only stand in another."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _handed_on(memory: Memory, memories: Mapping[str, Memory], removed: Collection[str]) -> Memory:
    """A memory that was superseded by a removed one: by its heir, or it holds again."""
    if memory.superseded_by not in removed:
        return memory
    seen = {memory.id}
    heir = memory.superseded_by
    while heir in removed and heir not in seen:
        seen.add(heir)
        heir = memories[heir].superseded_by
    if (heir not in memories or heir in seen) and memory.rehearses:
        return memory.model_copy(update={"status": "retired", "superseded_by": ""})
    if heir not in memories or heir in seen:
        status = "active" if memory.status in ("superseded", ARCHIVED) else memory.status
        return memory.model_copy(update={"status": status, "valid_to": None, "superseded_by": ""})
    if memory.status == ARCHIVED:  # its heir says the same, and ended nothing
        return memory.model_copy(update={"superseded_by": heir})
    since = memories[heir].valid_from or memories[heir].learned_at
    until = max(since, memory.valid_from or since)
    return memory.model_copy(update={"superseded_by": heir, "valid_to": until})
