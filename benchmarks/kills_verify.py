"""Checks by `benchmarks.kills` of a store after a kill: by the public API, in a fresh process."""

from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from langgraph_dreams import DreamReport, DreamsError, DreamStore, Link, Namespace
from langgraph_dreams.types.operations import Operation

from .kills_worker import NAMESPACE, BagEmbedder

_UNDER_WAY = ("committing", "rolling_back")


@dataclass
class Expected:
    """Writes that were acknowledged."""

    episodes: dict[str, str] = field(default_factory=dict)
    """Text by id."""
    dreams: list[str] = field(default_factory=list)


@dataclass
class Verdict:
    """Faults in words, by kind."""

    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    helpless: list[str] = field(default_factory=list)
    repairs: int = 0


def verify(path: Path, expected: Expected, answer: Connection) -> None:
    """Send a Verdict on the store."""
    verdict = Verdict()
    try:
        with DreamStore.open(path, embedder=BagEmbedder()) as store:
            ada = store.namespace(*NAMESPACE)
            _episodes(ada, expected, verdict)
            _dreams(ada, expected, verdict)
            _health(store, verdict)
    except DreamsError as error:
        verdict.helpless.append(f"{path}: {type(error).__name__}: {error}")
    answer.send(verdict)


def _episodes(ada: Namespace, expected: Expected, verdict: Verdict) -> None:
    """Every acknowledged episode is there, and is found by its own words."""
    there = {found.id: found.text for found in ada.episodes()}
    verdict.lost += [
        f"episode {id_} says {there.get(id_)!r}, not {text!r}"
        for id_, text in expected.episodes.items()
        if there.get(id_) != text
    ]
    for id_, text in list(expected.episodes.items())[-3:]:
        if id_ not in {found.item.id for found in ada.recall(text, 5, note=False, floor=0).items}:
            verdict.lost.append(f"episode {id_} is not recalled by {text!r}")


def _dreams(ada: Namespace, expected: Expected, verdict: Verdict) -> None:
    """Every acknowledged dream is committed, and each dream is applied whole or not at all."""
    reports = [ada.report(dream.id) for dream in ada.dreams()]
    committed = [report for report in reports if report.status == "committed"]
    done = {report.id for report in committed}
    verdict.lost += [f"dream {id_} is not committed" for id_ in expected.dreams if id_ not in done]
    verdict.half += [
        f"dream {report.id} is still {report.status}"
        for report in reports
        if report.status in _UNDER_WAY
    ]
    verdict.half += [f"{kind} {id_} is of no committed dream" for kind, id_ in _stray(ada, done)]
    links = {link.id: link for link in ada.links(include_expired=True)}
    for target, operation in _last_operations(committed).items():
        found = _stored(ada, links, operation)
        if found != operation.after:
            verdict.half.append(f"{operation.kind} of {target}: {operation.after}, found {found}")


def _stray(ada: Namespace, done: set[str]) -> list[tuple[str, str]]:
    """Ids of all that bears the name of a dream that was not committed."""
    links = [
        ("link", link.id) for link in ada.links(include_expired=True) if link.dream not in done
    ]
    marks = [("mark of", one.id) for one in ada.episodes() if one.dreamt and one.dreamt not in done]
    return links + marks


def _last_operations(committed: list[DreamReport]) -> dict[str, Operation]:
    """The operation that decides about each target, dreams in the order they were committed."""
    last: dict[str, Operation] = {}
    for report in sorted(committed, key=lambda one: one.number):
        last |= {operation.target: operation for operation in report.operations}
    last.pop("*", None)  # all links grow weaker with each dream, when they are read
    return last


def _stored(ada: Namespace, links: dict[str, Link], operation: Operation) -> dict[str, Any] | None:
    """The target of an operation as it is now, in the form of `after`."""
    if operation.kind == "change_core":
        return ada.core().model_dump(mode="json")
    if operation.kind == "change_weights":
        return ada.vault.get_learned().model_dump(mode="json")
    if operation.kind.endswith("_memory"):
        memories = ada.memories([operation.target])
        return memories[0].model_dump(mode="json") if memories else None
    link = links.get(operation.target)
    return link.model_dump(mode="json") if link else None


def _health(store: DreamStore, verdict: Verdict) -> None:
    """No finding is an error."""
    for finding in store.check():
        if finding["level"] == "error":
            verdict.helpless.append(f"{finding['subject']}: {finding['text']}")
        verdict.repairs += "was repaired" in finding["text"]
