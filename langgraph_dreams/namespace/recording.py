"""Writing into a namespace by hand: episodes, and links of the caller's own."""

from collections.abc import Iterable, Sequence

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.session import NamespaceSession
from langgraph_dreams.types.items import Episode, Link


def record(session: NamespaceSession, episodes: Sequence[Episode]) -> list[str]:
    """Keep episodes, and tell the listeners of the store; returns their ids in order."""
    if isinstance(episodes, Episode) or not isinstance(episodes, Iterable):
        raise InvalidInputError(f"record takes a list of episodes, not {shown(episodes)}")
    ids = session.vault.add_episodes(list(episodes))
    session.store._tell_recorded(session.parts, len(ids))
    return ids


def add_links(session: NamespaceSession, links: Sequence[Link]) -> None:
    """Store links whose ends are all there; a `since` of 0 stands for now."""
    links = list(links) if isinstance(links, Iterable) else [links]
    for link in links:
        if not isinstance(link, Link):
            raise InvalidInputError(f"add_links takes a list of links, not {shown(link)}")
    vault = session.vault
    ends = {end for link in links for end in (link.a, link.b)}
    unknown = sorted(ends - set(vault.get(list(ends))))
    if unknown:
        raise InvalidInputError(
            f"{len(unknown)} ends of these links are not in {session!r}, the first is "
            f"{shown(unknown[0])}; record the episodes first"
        )
    number = max(vault.committed_numbers(), default=0)
    vault.put_links([x if x.since else x.model_copy(update={"since": number}) for x in links])
