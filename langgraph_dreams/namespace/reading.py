"""Looking into a namespace: recall, and what it keeps by id or whole."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_flag, checked_share
from langgraph_dreams.errors import UnknownDreamError
from langgraph_dreams.namespace.session import NamespaceSession, settings_or
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.recall.plans import marked
from langgraph_dreams.recall.query import recall as recalled
from langgraph_dreams.recall.relevance import above, floor_of
from langgraph_dreams.store.validation import check_strings
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import Episode, Link, Memory
from langgraph_dreams.types.recall import Recall
from langgraph_dreams.types.reports import DreamReport


def recall(
    session: NamespaceSession,
    query: str,
    k: int,
    *,
    links: bool,
    without_dream: str | Iterable[str],
    as_of: datetime | None,
    note: bool,
    policy: DreamPolicy | None,
    floor: float | None,
    archived: bool,
) -> Recall:
    """Find the k episodes that answer a question best, and note what helped."""
    checked_flag("links", links)
    if floor is not None:
        checked_share("floor", floor)
    checked_flag("note", note)
    checked_flag("archived", archived)
    settings = settings_or(policy, session.policy)
    if not links:
        settings = settings.model_copy(update={"links": False})
    dreams = _dreamt(session, without_dream)
    found = recalled(
        session.vault,
        query,
        k,
        settings,
        without_dream=dreams,
        as_of=as_of,
        reranker=session.store._reranker,
        archived=archived,
    )
    least = floor_of(session.vault, settings) if floor is None else floor
    found = marked(session.vault, above(session.vault, found, least), as_of, now())
    if note and settings.links and as_of is None and found.items:
        helped = {hop.link for r in found.items if r.why.by_link for hop in r.why.path}
        answers = [r.item.id for r in (*found.items, *found.memories)]
        session.vault.note_recall(query, answers, sorted(helped))
    return found


def episodes(session: NamespaceSession, ids: Sequence[str] | None) -> list[Episode]:
    """Episodes by id, or all, oldest first; unknown ids are left out."""
    wanted = session.vault.episode_ids() if ids is None else check_strings(ids, "ids")
    found = session.vault.get(wanted)
    return [e for i in wanted if isinstance(e := found.get(i), Episode)]


def memories(session: NamespaceSession, ids: Sequence[str] | None) -> list[Memory]:
    """Memories by id, or all that hold; unknown ids are left out."""
    wanted = session.vault.memory_ids() if ids is None else check_strings(ids, "ids")
    found = session.vault.get(wanted)
    return [m for i in wanted if isinstance(m := found.get(i), Memory)]


def links(session: NamespaceSession, include_expired: bool) -> list[Link]:
    """All links; the expired ones too when asked for."""
    checked_flag("include_expired", include_expired)
    return session.vault.links(include_expired=include_expired)


def report(session: NamespaceSession, dream_id: str) -> DreamReport:
    """The dream whose id begins so, with its operations. Raises UnknownDreamError."""
    known = [r.id for r in session.vault.dreams()]
    found = [i for i in known if i.startswith(dream_id)] if isinstance(dream_id, str) else []
    whole = session.vault.get_dream(found[0]) if dream_id and len(found) == 1 else None
    if whole is None:
        raise UnknownDreamError(
            f"{len(found) or 'no'} dreams of {session!r} have an id that begins with "
            f"{shown(dream_id)}; `dreams()` lists them"
        )
    return whole


def _dreamt(session: NamespaceSession, wanted: str | Iterable[str]) -> list[str]:
    """Ids of dreams as a list. Raises UnknownDreamError for one that was never dreamt."""
    ids = wanted if isinstance(wanted, Iterable) and not isinstance(wanted, str) else [wanted]
    ids = list(ids)
    known = {report.id for report in session.vault.dreams()} if ids else set()
    for id_ in ids:
        if not isinstance(id_, str) or id_ not in known:
            raise UnknownDreamError(
                f"no dream of {session!r} has the id {shown(id_)}; `dreams()` lists them"
            )
    return ids
