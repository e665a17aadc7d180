"""What a person says of an item on the page: it is wrong, it stays, or it goes for good.

No memory is written here, nor changed in place: memories are what dreams distil from turns. A
correction, and the wish to keep a memory, are recorded as turns of the person, and the next dream
makes of them what it makes of any turn. `forget` is the library's own, shown before it is done.
"""

from typing import TypedDict

from langgraph_dreams._text import shown
from langgraph_dreams.dream.archive.protected import PINNED
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.types.base import Trust, digest, now
from langgraph_dreams.types.forgotten import Forgotten
from langgraph_dreams.types.items import Episode, Memory, episode_id
from langgraph_dreams.web.views.items import texts

THREAD = "said on the journal page"
"""Conversation of the turns that are recorded here."""
_LONGEST = 500  # characters of a correction, as of a memory in other words
_NAME = 100  # characters of a name
_TOLD = 50  # items told of by their texts


class Recorded(TypedDict):
    """The turn that was recorded."""

    episode: str


class Forgetting(TypedDict):
    """What would go, or went, with the texts of the first memories and turns of it."""

    forgotten: Forgotten
    digest: str
    """Of all that would go: to confirm it."""
    texts: dict[str, str]


def correct(namespace: Namespace, memory: str, text: str, speaker: str) -> Recorded:
    """Record what holds instead of a memory, as a turn; the next dream sets one against the other.

    Args:
        namespace: whose.
        memory: id of the memory.
        text: what holds, in a person's words.
        speaker: who says so; nobody ends what another said.

    Raises InvalidInputError for an unknown memory, or a text that is blank, too long or the same.
    """
    said = text.strip()
    if not 0 < len(said) <= _LONGEST:
        raise InvalidInputError(
            f"the correction has {len(said)} characters; write 1 to {_LONGEST} on what holds"
        )
    if said == _memory(namespace, memory).text.strip():
        raise InvalidInputError("the correction says what the memory says; write what holds")
    return _said(namespace, said, speaker)


def pin(namespace: Namespace, memory: str) -> Recorded:
    """Say a memory once more, in a pinned turn: once a dream has read it, it stays in recall.

    Raises InvalidInputError for an unknown memory.
    """
    found = _memory(namespace, memory)
    sources = namespace.vault.get(found.sources).values()
    names = {source.speaker for source in sources if isinstance(source, Episode)}
    return _said(namespace, found.text, names.pop() if len(names) == 1 else "", PINNED)


def _memory(namespace: Namespace, memory: str) -> Memory:
    found = namespace.vault.get([memory]).get(memory)
    if not isinstance(found, Memory) or not found.current or found.derived:
        raise InvalidInputError(
            f"{shown(memory)} is no memory that holds and rests on turns; load the page again"
        )
    return found


def _said(namespace: Namespace, text: str, speaker: str, *tags: str) -> Recorded:
    """Record words of the person who sits before the page."""
    name, time = speaker.strip()[:_NAME], now()
    whole = f"{name or 'user'}: {text}"
    turn = Episode(
        id=episode_id(THREAD, 0, whole, time),
        text=whole,
        said=text,
        speaker=name,
        thread=THREAD,
        time=time,
        tags=tags,
        trust=Trust.TRUSTED,
    )
    return {"episode": namespace.record([turn])[0]}


def forgetting(namespace: Namespace, item: str) -> Forgetting:
    """Tell what would go with a memory or a turn; nothing is forgotten.

    Raises InvalidInputError when there is none of that id.
    """
    return _shown(namespace, _forget(namespace, item, dry_run=True))


def forget(namespace: Namespace, item: str, confirmed: str) -> Forgetting:
    """Forget a memory, or a turn with all that came of it; no more than was shown and confirmed.

    Args:
        namespace: whose.
        item: id of the memory or turn.
        confirmed: the digest of what was shown.

    Raises:
        InvalidInputError: there is none, or what would go is not what was confirmed; nothing is
            removed.
        BusyError: a dream is under way.
    """
    if forgetting(namespace, item)["digest"] != confirmed:
        raise InvalidInputError("what would go has changed since it was shown; look at it again")
    done = _forget(namespace, item, dry_run=False)
    return {"forgotten": done, "digest": confirmed, "texts": {}}


def _forget(namespace: Namespace, item: str, *, dry_run: bool) -> Forgotten:
    if isinstance(namespace.vault.get([item]).get(item), Memory):
        return namespace.forget(memories=[item], dry_run=dry_run)
    return namespace.forget(episodes=[item], dry_run=dry_run)


def _shown(namespace: Namespace, found: Forgotten) -> Forgetting:
    gone = [*found.memories, *found.episodes]
    parts = (gone, found.links, found.core, found.changed)
    return {
        "forgotten": found,
        "digest": digest(*(sorted(part) for part in parts)),
        "texts": texts(namespace.vault, [*gone, *found.changed][:_TOLD]),
    }
