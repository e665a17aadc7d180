"""What a namespace keeps, by id or whole: episodes, memories, links and the journal."""

import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_flag
from langgraph_dreams.dream.recovery import recover_on_open
from langgraph_dreams.errors import InvalidInputError, NamespaceError, UnknownDreamError
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.namespace.template import checked, placeholder
from langgraph_dreams.policy import DreamPolicy
from langgraph_dreams.store import Vault
from langgraph_dreams.store.validation import check_strings
from langgraph_dreams.types.items import Episode, Link, Memory
from langgraph_dreams.types.reports import DreamReport

if TYPE_CHECKING:
    from langgraph_dreams.namespace.namespace import DreamStore

_FLUSH_SECONDS = 10.0


class NamespaceKept:
    """A namespace of a store as far as it is only looked at, or given links."""

    def __init__(
        self,
        store: "DreamStore",
        parts: Sequence[str],
        policy: DreamPolicy,
        language: Language | None = None,
    ) -> None:
        self._store = store
        self._language = language
        self._parts = checked(parts)
        self._policy = policy
        self._vault: Vault | None = None
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"Namespace({', '.join(map(repr, self._parts))})"

    def __eq__(self, other: object) -> bool:
        """Whether both are one memory: the same name in the same store."""
        if not isinstance(other, NamespaceKept):
            return NotImplemented
        return self._store is other._store and self._parts == other._parts

    def __hash__(self) -> int:
        return hash((id(self._store), self._parts))

    @property
    def parts(self) -> tuple[str, ...]:
        """The names it is made of, outermost first."""
        return self._parts

    @property
    def is_template(self) -> bool:
        """Whether a run's config has to fill in a part."""
        return any(placeholder(part) for part in self._parts)

    @property
    def vault(self) -> Vault:
        """Its kept things (private to the library).

        Raises:
            NamespaceError: this is a template.
            EmbedderMismatchError: another embedder wrote it.
        """
        if self.is_template:
            raise NamespaceError(
                f"{self!r} is a template; resolve it with a run's config, "
                f"or name the namespace in full"
            )
        with self._lock:
            if self._vault is None:
                self._vault = self._store._vault_of(self._parts, self._language)
                recover_on_open(self._vault, self._policy.lease_seconds)
            return self._vault

    def episodes(self, ids: Sequence[str] | None = None) -> list[Episode]:
        """Episodes by id, or all, oldest first; unknown ids are left out."""
        wanted = self.vault.episode_ids() if ids is None else check_strings(ids, "ids")
        found = self.vault.get(wanted)
        return [e for i in wanted if isinstance(e := found.get(i), Episode)]

    def memories(self, ids: Sequence[str] | None = None) -> list[Memory]:
        """Memories by id, or all that hold; unknown ids are left out."""
        wanted = self.vault.memory_ids() if ids is None else check_strings(ids, "ids")
        found = self.vault.get(wanted)
        return [m for i in wanted if isinstance(m := found.get(i), Memory)]

    def links(self, include_expired: bool = False) -> list[Link]:
        """All links; the expired ones too when asked for."""
        checked_flag("include_expired", include_expired)
        return self.vault.links(include_expired=include_expired)

    def add_links(self, links: Sequence[Link]) -> None:
        """Store links of your own; a `since` of 0 stands for now.

        Raises:
            InvalidInputError: an end is not an item of this namespace.
        """
        links = list(links) if isinstance(links, Iterable) else [links]
        for link in links:
            if not isinstance(link, Link):
                raise InvalidInputError(f"add_links takes a list of links, not {shown(link)}")
        ends = {end for link in links for end in (link.a, link.b)}
        unknown = sorted(ends - set(self.vault.get(list(ends))))
        if unknown:
            raise InvalidInputError(
                f"{len(unknown)} ends of these links are not in {self!r}, the first is "
                f"{shown(unknown[0])}; record the episodes first"
            )
        number = max(self.vault.committed_numbers(), default=0)
        self.vault.put_links(
            [x if x.since else x.model_copy(update={"since": number}) for x in links]
        )

    def dreams(self) -> list[DreamReport]:
        """The journal, oldest first, without the operations; with its rejected dreams."""
        return self.vault.dreams()

    def report(self, dream_id: str) -> DreamReport:
        """One dream with its operations; a unique beginning of the id is enough.

        Raises:
            UnknownDreamError: no such dream, or several.
        """
        known = [r.id for r in self.vault.dreams()]
        found = [i for i in known if i.startswith(dream_id)] if isinstance(dream_id, str) else []
        whole = self.vault.get_dream(found[0]) if dream_id and len(found) == 1 else None
        if whole is None:
            raise UnknownDreamError(
                f"{len(found) or 'no'} dreams of {self!r} have an id that begins with "
                f"{shown(dream_id)}; `dreams()` lists them"
            )
        return whole

    def counts(self) -> dict[str, int]:
        """Numbers of episodes, undreamt, memories and links."""
        return self.vault.count()

    def flush(self) -> None:
        """Write what recorders hold back and what recall has noted."""
        with self._store._lock:
            writers = list(self._store._writers)
        for writer in writers:
            writer.flush(_FLUSH_SECONDS)
        self.vault.flush()

    def _dreamt(self, wanted: str | Iterable[str]) -> list[str]:
        """Ids of dreams as a list. Raises UnknownDreamError for one that was never dreamt."""
        ids = wanted if isinstance(wanted, Iterable) and not isinstance(wanted, str) else [wanted]
        ids = list(ids)
        known = {report.id for report in self.vault.dreams()} if ids else set()
        for id_ in ids:
            if not isinstance(id_, str) or id_ not in known:
                raise UnknownDreamError(
                    f"no dream of {self!r} has the id {shown(id_)}; `dreams()` lists them"
                )
        return ids
