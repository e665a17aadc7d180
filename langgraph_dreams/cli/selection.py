"""The store, the namespace and the dream that a command was told."""

import argparse
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from langgraph_dreams.cli.arguments import DEFAULT_NAMESPACE, DEFAULT_STORE
from langgraph_dreams.dream.runtime.options import budget_of
from langgraph_dreams.errors import (
    InvalidInputError,
    NamespaceError,
    StoreError,
    UnknownDreamError,
)
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.policy import Budget
from langgraph_dreams.safety.secrets import redact_secrets
from langgraph_dreams.types.reports import DreamReport


@contextmanager
def opened(args: argparse.Namespace, create: bool = False) -> Iterator[DreamStore]:
    """The store of --store. Raises StoreError when there is none and none is to be made."""
    if not create and not Path(args.store).is_dir():
        raise StoreError(
            f"There is no store at {args.store!r}; fill one with `{typed(args, 'import FILE')}` "
            "or name another with --store."
        )
    with DreamStore.open(args.store, redact=redact_secrets if args.redact else None) as store:
        yield store


def existing(store: DreamStore, args: argparse.Namespace) -> Namespace:
    """The namespace of --namespace. Raises NamespaceError when the store does not know it."""
    parts = namespace_parts(args.namespace)
    known = store.namespaces()
    if parts not in known:
        listed = ", ".join("/".join(other) for other in sorted(known)[:10]) or "none yet"
        listed += f" and {len(known) - 10} more" if len(known) > 10 else ""
        raise NamespaceError(
            f"No namespace {'/'.join(parts)!r} in {args.store!r}; it has: {listed}. "
            "Name one with --namespace."
        )
    return store.namespace(*parts)


@contextmanager
def opened_namespace(args: argparse.Namespace) -> Iterator[Namespace]:
    """The namespace of --namespace in the store of --store. Raises StoreError, NamespaceError."""
    with opened(args) as store:
        yield existing(store, args)


def namespace_parts(values: Sequence[str] | None) -> tuple[str, ...]:
    """The parts of a namespace as typed. Raises NamespaceError on an empty part."""
    parts = tuple(part for value in values or [DEFAULT_NAMESPACE] for part in value.split("/"))
    if not all(part.strip() for part in parts):
        typed = " ".join(values or [])
        raise NamespaceError(f"The namespace {typed!r} has an empty part; write it like acme/ada.")
    return parts


def typed(args: argparse.Namespace, command: str) -> str:
    """A command of this program as it is to be typed for the same store and namespace."""
    words = ["langgraph-dreams", *command.split()]
    if args.store != DEFAULT_STORE:
        words += ["--store", args.store]
    for name in args.namespace or []:
        words += ["--namespace", name]
    return shlex.join(words)


def typed_budget(args: argparse.Namespace) -> Budget:
    """The budget as typed. Raises InvalidInputError."""
    given = {name: getattr(args, name) for name in ("calls", "tokens", "seconds")}
    return budget_of({k: v for k, v in given.items() if v is not None}, Budget())


def find_dream(namespace: Namespace, wanted: str, args: argparse.Namespace) -> DreamReport:
    """The dream of that id, number, or beginning of an id.

    Raises UnknownDreamError when there is none, InvalidInputError when there are several.
    """
    dreams = namespace.dreams()
    exact = [dream for dream in dreams if dream.id == wanted]
    numbered = [dream for dream in dreams if wanted.isdigit() and dream.number == int(wanted)]
    begun = [dream for dream in dreams if wanted and dream.id.startswith(wanted)]
    found = exact or numbered or begun
    if not found:
        raise UnknownDreamError(
            f"No dream {wanted!r} among {len(dreams)}; `{typed(args, 'journal')}` lists them."
        )
    if len(found) > 1:
        ids = ", ".join(dream.id for dream in found[:5])
        raise InvalidInputError(f"{wanted!r} names {len(found)} dreams ({ids}); write more of it.")
    return found[0]
