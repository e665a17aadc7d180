"""Who said what: in a group each member's words are that member's, and end nobody else's."""

from collections.abc import Iterable, Sequence

from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.language.senders import other_sender, sender
from langgraph_dreams.types.items import Episode, Memory

_ROLES = ("user", "human")
"""Logs give them for a name; who has none is one person."""


def statement(episode: Episode) -> str:
    """The words that were said, without the answer."""
    return episode.said or episode.text


def own_words(episode: Episode) -> str:
    """The words that were said, without the name of who said them."""
    return statement(episode).removeprefix(f"{episode.speaker}: ")


def speaker(episode: Episode) -> str:
    """The name of who said it: the text's, where it is sure to be one, before the message's."""
    named = "" if episode.speaker.casefold() in _ROLES else episode.speaker
    return sender(statement(episode), sure=True) or named


def speakers(episodes: Iterable[Episode]) -> str:
    """All who said something, and what may be names."""
    told = (sender(statement(e), sure=False) or speaker(e) for e in episodes)
    return ", ".join(sorted({name.casefold() for name in told if name}))


def same_speaker(one: Episode, other: Episode) -> bool:
    """True if one person said both, as far as it is known."""
    alike = speaker(one).casefold() == speaker(other).casefold()
    return alike and not other_sender(statement(one), statement(other))


def may_end(context: StageContext, old: Memory, new: Memory) -> bool:
    """True if each person who said the older has said the newer: nobody ends what another said.

    What an agent said, and what is made of memories, is no person's.
    """
    if old.derived:
        return True
    before, later = _said(context, old.sources), _said(context, new.sources)
    before = [e for e in before if e.origin in ("user", "import") and (e.said or not e.answered)]
    later = [e for e in later if e.id not in old.sources] or later
    return all(any(same_speaker(one, other) for other in later) for one in before)


def may_confirm(context: StageContext, old: Memory, new: Memory) -> bool:
    """True if somebody who said the one said the other, too."""
    before, later = _said(context, old.sources), _said(context, new.sources)
    pairs = ((one, other) for one in before for other in later)
    return not (before and later) or any(same_speaker(*pair) for pair in pairs)


def _said(context: StageContext, names: Sequence[str]) -> list[Episode]:
    return [e for e in context.vault.get(list(names)).values() if isinstance(e, Episode)]
