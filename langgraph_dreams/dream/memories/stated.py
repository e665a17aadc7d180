"""Memories without a model of what a user states once of themselves: tentative, in their words.

Said again it becomes active and is no second memory; changed, it is superseded, as any other. Where
a model wrote the memories of a turn, none are added here: it has judged what is worth keeping.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from langgraph_dreams.dream.memories.evidence import LONGEST
from langgraph_dreams.dream.memories.notes import Proposal
from langgraph_dreams.dream.memories.speakers import own_words, speaker, statement
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.language.days import dated
from langgraph_dreams.language.stated.told import Told, told
from langgraph_dreams.safety.trust import believable, said_trust, users_words
from langgraph_dreams.types.base import UNDATED_UNTIL
from langgraph_dreams.types.items import Episode, Memory, MemoryKind, memory_id

_WHO_ONE_IS = 3


def stated(
    context: StageContext, state: DreamState, new: Sequence[str], beside: Iterable[Proposal]
) -> list[Proposal]:
    """Lasting facts that new episodes state; not parts of what a proposal `beside` says of them."""
    if not context.policy.stated:
        return []
    said: dict[str, list[str]] = {}
    for proposal in beside:
        for name in proposal.memory.sources:
            said.setdefault(name, []).append(proposal.memory.text)
    found = context.vault.get(list(new)).values()
    return [
        _proposal(context, state, episode, fact)
        for episode in believable(e for e in found if isinstance(e, Episode))
        if users_words(episode) and len(statement(episode)) <= LONGEST and _is_turn(episode)
        for fact in told(context.vault.language, own_words(episode))
        if not any(fact.text in text != fact.text for text in said.get(episode.id, ()))
    ]


def _is_turn(episode: Episode) -> bool:
    """False for a document: lines that nobody is known to have said."""
    return bool(episode.said) or "\n" not in episode.text.strip()


def _proposal(context: StageContext, state: DreamState, episode: Episode, fact: Told) -> Proposal:
    kind: MemoryKind = "preference" if fact.liking else "fact"
    about = speaker(episode)
    text = fact.text
    if episode.time > UNDATED_UNTIL:
        text = dated(context.vault.language, text, episode.time, episode.zone)
    return Proposal(
        Memory(
            id=memory_id("fact", f"{about}\n{fact.text}"),
            text=text,
            kind=kind,
            about=about,
            sources=(episode.id,),
            quote=fact.text,
            # What another in the conversation is, is not who the user is.
            lasting=_WHO_ONE_IS if fact.lasting and not about else 0,
            trust=said_trust(episode),
            valid_from=episode.time,
            learned_at=datetime.fromisoformat(state["started"]),
            last_confirmed=episode.time,
            status="tentative",
            dream=state["dream"],
        )
    )
