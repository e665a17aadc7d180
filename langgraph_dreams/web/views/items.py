"""Items as the page shows them: shortened in lists, whole with what they cite by themselves."""

from collections.abc import Iterable
from typing import NotRequired, TypedDict

from langgraph_dreams._text import cut, shown
from langgraph_dreams.dream.archive.protected import PINNED
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.items import ARCHIVED, Episode, Memory

BRIEF = 240
"""Characters of a text in a list."""
_FULL = 50_000  # characters of the text of one item
_CITED = 100  # sources told of


class ItemRow(TypedDict):
    """An item of a list."""

    id: str
    kind: str
    text: str
    time: str
    status: str
    """Of a memory; of an episode how it ended, or that it is in the archive."""

    uses: NotRequired[int]
    """From here on of a memory."""
    confirmed: NotRequired[int]
    dream: NotRequired[str]
    sources: NotRequired[int]

    thread: NotRequired[str]
    """From here on of an episode."""
    speaker: NotRequired[str]
    dreamt: NotRequired[str]


class WholeItem(TypedDict):
    """One item with all its fields, what it cites, and what cites it."""

    kind: str
    item: Episode | Memory
    cut: bool
    """True if its text is longer than shown."""
    cites: list[ItemRow]
    cited_by: list[ItemRow]
    links: int
    pinned: list[str]
    """Ids of the pinned turns that keep a memory, or the turn itself, out of the archive."""


def kind_of(item: Episode | Memory) -> str:
    """Kind of a memory, or "episode"."""
    return item.kind if isinstance(item, Memory) else "episode"


def row(item: Episode | Memory) -> ItemRow:
    """The item, shortened for a list."""
    if isinstance(item, Memory):
        return {
            "id": item.id,
            "kind": item.kind,
            "text": cut(item.text, BRIEF),
            "time": item.learned_at.isoformat(),
            "status": item.status,
            "uses": item.uses,
            "confirmed": item.confirmed,
            "dream": item.dream,
            "sources": len(item.sources),
        }
    return {
        "id": item.id,
        "kind": kind_of(item),
        "text": cut(item.text, BRIEF),
        "time": item.time.isoformat(),
        "status": ARCHIVED if item.archived else item.outcome,
        "thread": item.thread,
        "speaker": item.speaker or item.origin,
        "dreamt": item.dreamt,
    }


def texts(vault: NamespaceStore, ids: Iterable[str]) -> dict[str, str]:
    """Beginnings of the texts of those ids that are items."""
    wanted = [id_ for id_ in dict.fromkeys(ids) if id_]
    return {id_: cut(item.text, BRIEF) for id_, item in vault.get(wanted).items()}


def whole_item(namespace: Namespace, item_id: str) -> WholeItem:
    """One item with what it cites, and what cites it.

    Raises InvalidInputError when there is none of that id.
    """
    vault = namespace.vault
    item = vault.get([item_id]).get(item_id)
    if item is None:
        raise InvalidInputError(f"{namespace!r} has no item {shown(item_id)}; search for it")
    cited: list[str] = []
    if isinstance(item, Memory):
        cited = [*item.sources, *item.cites][:_CITED]
    citing = vault.citing([item_id]).get(item_id, [])[:_CITED]
    around = vault.get([*cited, *citing])
    return {
        "kind": kind_of(item),
        "item": item.model_copy(update={"text": cut(item.text, _FULL)}),
        "cut": len(item.text) > _FULL,
        "cites": [row(around[id_]) for id_ in cited if id_ in around],
        "cited_by": [row(around[id_]) for id_ in citing if id_ in around],
        "links": vault.degree([item_id])[item_id],
        "pinned": [
            one.id
            for one in (item, *(around[id_] for id_ in cited if id_ in around))
            if isinstance(one, Episode) and PINNED in one.tags
        ],
    }
