"""All of a namespace as JSON lines, from which it can be restored."""

from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from langgraph_dreams._text import shown
from langgraph_dreams.dream.recovery import recover_pending
from langgraph_dreams.dream.transaction.apply import leased
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.exporters.folder import write_file
from langgraph_dreams.exporters.lines import Header, Record, Value, written
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import Core
from langgraph_dreams.types.weights import Learned

WAIT = 10.0
"""Seconds for whoever has the lease, such as a dream under way, to let it go."""


def write_jsonl(namespace: Namespace, path: Path) -> dict[str, int]:
    """Write all of a namespace as JSON lines; returns the lines by kind.

    Nothing is dreamt, undone or forgotten meanwhile. Raises BusyError, InvalidInputError when the
    file cannot be written, StoreError.
    """
    namespace.flush()
    vault = namespace.vault
    with leased(vault, "an export", namespace.policy.lease_seconds, WAIT):
        recover_pending(vault)
        whole = _Whole(vault)
        header = Header(
            library=library_version(),
            exported=now().isoformat(),
            namespace=vault.parts,
            counts=whole.counts(),
            **asdict(vault.settings()),
        )
        write_file(path, written(header, whole.values()))
    return header.counts


def checked_namespace(namespace: object) -> None:
    """Raises InvalidInputError for what is no namespace."""
    if not isinstance(namespace, Namespace):
        raise InvalidInputError(
            f"namespace is {shown(namespace)}; pass what `store.namespace(...)` returns"
        )


class _Whole:
    """What is kept in a namespace at one time; what is recorded meanwhile is of the next export."""

    def __init__(self, vault: NamespaceStore) -> None:
        self._vault = vault
        links = sorted(vault.links(include_expired=True), key=lambda link: link.id)
        self._ids = vault.stored_ids()  # after the links: both ends of each are among them
        self._dreams = [report.id for report in vault.dreams()]
        core, learned = vault.get_core(), vault.get_learned()
        others = vault.other_records().items()
        self._rest: dict[str, list[Value]] = {
            "link": list(links),
            "core": [core] if core != Core() else [],
            "weights": [learned] if learned != Learned() else [],
            "recall": list(vault.all_recalls()),
            "record": [Record(id_, fields) for id_, fields in others],
        }

    def counts(self) -> dict[str, int]:
        """The lines by kind."""
        episodes = sum(id_.startswith("e") for id_ in self._ids)
        return {
            "episode": episodes,
            "memory": len(self._ids) - episodes,
            "dream": len(self._dreams),
            **{kind: len(values) for kind, values in self._rest.items()},
        }

    def values(self) -> Iterator[Value]:
        """All of it: items, what joins them, and what dreams have told."""
        yield from self._vault.stored_items(self._ids)
        for kind in ("link", "core", "weights"):
            yield from self._rest[kind]
        for id_ in self._dreams:
            report = self._vault.get_dream(id_)
            if report is not None:
                yield report
        for kind in ("recall", "record"):
            yield from self._rest[kind]


def library_version() -> str:
    """The version of this library."""
    try:
        return version("langgraph_dreams")
    except PackageNotFoundError:
        return "(not installed)"
