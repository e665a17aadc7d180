"""Finds in a namespace what a person asks to be forgotten."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_strings, checked_time
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.store import NamespaceStore, RecallNote, batches
from langgraph_dreams.store.puts import texts_in
from langgraph_dreams.types.items import Episode, Memory, MemoryStatus, ToolUse

_PAGE = 500
_ALL_NOTES = 1_000_000_000
_WORD = re.compile(r"\w+")
# Scripts without spaces between words (Thai to Lao, kana, Han): a phrase ends anywhere there.
_DENSE = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
EVERY_STATUS: tuple[str, ...] = get_args(MemoryStatus)


@dataclass(frozen=True)
class Wanted:
    """A request to forget: all of what is given has to hold for an episode."""

    episodes: tuple[str, ...] | None = None
    thread: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None
    memories: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Chosen:
    """Items forgotten for themselves; what follows from them is found later."""

    episodes: tuple[str, ...] = ()
    memories: tuple[str, ...] = ()
    recalls: tuple[str, ...] = ()
    text: str = field(default="", repr=False)


def wanted(
    episodes: Sequence[str] | None,
    thread: str | None,
    since: datetime | None,
    until: datetime | None,
    text: str | None,
    memories: Sequence[str] | None,
) -> Wanted:
    """The arguments of `forget`, checked. Raises InvalidInputError."""
    for name, words in (("thread", thread), ("text", text)):
        if words is not None and not isinstance(words, str):
            raise InvalidInputError(f"{name} is {shown(words)}; pass a text")
    if text is not None and not _WORD.search(text):
        raise InvalidInputError(f"text is {shown(text)}; name at least one word to look for")
    others = (episodes, thread, since, until, text)
    if memories is not None and any(other is not None for other in others):
        raise InvalidInputError("memories are forgotten by themselves; forget the rest separately")
    if memories is None and all(other is None for other in others):
        raise InvalidInputError(
            "nothing says what to forget; give episodes, memories, thread, since, until or text,"
            " or everything=True for the whole namespace"
        )
    return Wanted(
        episodes=_ids("episodes", episodes),
        thread=thread,
        since=_time("since", since),
        until=_time("until", until),
        text=text,
        memories=_ids("memories", memories),
    )


def _ids(name: str, values: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(dict.fromkeys(checked_strings(name, values)))


def _time(name: str, value: datetime | None) -> datetime | None:
    return None if value is None else checked_time(name, value)


def choose(vault: NamespaceStore, want: Wanted) -> Chosen:
    """Find what matches in a namespace; a time range is from `since` to before `until`.

    Raises InvalidInputError for ids that are not there.
    """
    if want.memories is not None:
        return Chosen(memories=_known(vault, want.memories, Memory))
    ids = _placed(vault, want)
    if want.text is None:
        return Chosen(tuple(ids))
    alone = want == Wanted(text=want.text)
    phrase = Phrase(want.text)
    episodes = [e for e in _read(vault, ids) if isinstance(e, Episode)]
    memories = list(memories_of(vault).values())
    among = set(ids)
    said = [m.id for m in memories if (alone or among & set(m.sources)) and phrase.within([m.text])]
    asked = [n.id for n in notes(vault) if alone and phrase.within([n.query])]
    told = [e.id for e in episodes if phrase.within(texts_of(e))]
    return Chosen(tuple(told), tuple(said), tuple(asked), want.text)


def _placed(vault: NamespaceStore, want: Wanted) -> list[str]:
    """Episodes in the places asked for, oldest first."""
    every = vault.episode_ids()
    if want.episodes is not None:
        named = set(_known(vault, want.episodes, Episode))
        every = [id_ for id_ in every if id_ in named]
    if want.thread is None and want.since is None and want.until is None:
        return every
    places = vault.order(every)
    since = want.since.timestamp() if want.since else float("-inf")
    until = want.until.timestamp() if want.until else float("inf")
    return [
        id_
        for id_ in every
        if since <= places[id_].time < until and want.thread in (None, places[id_].thread)
    ]


def _known(
    vault: NamespaceStore, ids: Sequence[str], kind: type[Episode] | type[Memory]
) -> tuple[str, ...]:
    found = vault.get(ids)
    unknown = [id_ for id_ in ids if not isinstance(found.get(id_), kind)]
    if unknown:
        name = "episodes" if kind is Episode else "memories"
        listed = ", ".join(unknown[:10])
        raise InvalidInputError(
            f"{len(unknown)} of these are no {name} of the namespace {vault.parts}: {listed};"
            " nothing was forgotten"
        )
    return tuple(ids)


def _read(vault: NamespaceStore, ids: Iterable[str]) -> list[Episode | Memory]:
    return [item for page in batches(ids, _PAGE) for item in vault.get(page).values()]


def memories_of(vault: NamespaceStore) -> dict[str, Memory]:
    """Every memory and rehearsal, whatever its status, by id."""
    ids = [*vault.memory_ids(EVERY_STATUS), *vault.rehearsal_ids(EVERY_STATUS)]
    every = _read(vault, ids)
    return {memory.id: memory for memory in every if isinstance(memory, Memory)}


def episodes_of(vault: NamespaceStore, ids: Iterable[str]) -> dict[str, Episode]:
    """Episodes by id; unknown ids are absent."""
    return {item.id: item for item in _read(vault, ids) if isinstance(item, Episode)}


def notes(vault: NamespaceStore) -> list[RecallNote]:
    """Every recall note."""
    return vault.recalls(undreamt=False, limit=_ALL_NOTES)


def texts_of(episode: Episode) -> list[str]:
    """Everything that was said in an episode."""
    told = [episode.text, episode.said, episode.answered, episode.error, episode.reaction]
    others = [text for other in episode.others for text in (other.name, other.text)]
    put = texts_in(episode.put) if episode.put else ()
    return [text for text in (*told, *others, *_done(episode.done), *put) if text]


def _done(uses: Sequence[ToolUse]) -> list[str]:
    return [text for use in uses for text in (use.args, use.result)]


class Phrase:
    """Whole words side by side, in any case and with any signs between them."""

    def __init__(self, text: str) -> None:
        words = _WORD.findall(text.casefold())
        before = "" if _DENSE.match(words[0][0]) else r"(?<!\w)"
        after = "" if _DENSE.match(words[-1][-1]) else r"(?!\w)"
        self._pattern = re.compile(before + r"\W+".join(map(re.escape, words)) + after)

    def within(self, texts: Iterable[str]) -> bool:
        """True if one of the texts has it."""
        return any(self._pattern.search(text.casefold()) for text in texts)


def said_by(items: Iterable[Episode | Memory]) -> list[str]:
    """Everything that items said."""
    return [
        text
        for item in items
        for text in (texts_of(item) if isinstance(item, Episode) else (item.text, item.quote))
        if text
    ]
