"""What a person is asked about a dream: its operations with their evidence, and a digest of them.

The words are for people; an answer is taken by id (see review_answer.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langgraph_dreams._text import brief
from langgraph_dreams.dream.transaction.dependencies import ALL
from langgraph_dreams.store import Vault
from langgraph_dreams.types.base import digest
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.review import (
    ActionRequest,
    Evidence,
    ReviewConfig,
    ReviewedOperation,
    ReviewRequest,
)

EDITABLE = frozenset({"add_memory", "merge_memory"})
"""Kinds of operations whose text a person may put otherwise; what is ended keeps its words."""
_SHOWN = 400  # characters of an item that is shown as evidence
_SOURCES = 8  # items shown as evidence of one operation
_TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
_NAMES = {"type": "array", "items": {"type": "string"}}

RESPONSE_SCHEMA: dict[str, Any] = {
    "title": "Review",
    "anyOf": [
        {"enum": ["approve", "reject"], "description": "All of it, or none."},
        {
            "type": "object",
            "description": "One decision for each of the action_requests, in their order.",
            "required": ["decisions"],
            "properties": {
                "decisions": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["type"],
                        "properties": {
                            "type": {"enum": ["approve", "edit", "reject"]},
                            "edited_action": {
                                "type": "object",
                                "properties": {"name": {"type": "string"}, "args": _TEXT},
                            },
                            "message": {"type": "string"},
                        },
                    },
                },
                "digest": {"type": "string"},
            },
            "additionalProperties": False,
        },
        {
            "type": "object",
            "description": "Ids of operations or of what they change. Without `approve`, all that"
            " is not rejected is approved; `edit` gives memories another text.",
            "properties": {
                "approve": {"anyOf": [{"const": "all"}, _NAMES]},
                "reject": {"anyOf": [{"const": "all"}, _NAMES]},
                "edit": {"type": "object", "additionalProperties": {"type": "string"}},
                "digest": {"type": "string"},
            },
            "additionalProperties": False,
        },
    ],
}
"""JSON schema of the answers that are taken; True and False stand for all and none, too."""


def digest_of(report: DreamReport) -> str:
    """Of every operation of a dream, in their order."""
    operations = [o.model_dump(mode="json") for o in report.operations]
    return digest("review", report.id, report.started.isoformat(), operations, length=32)


def offered(report: DreamReport) -> list[Operation]:
    """The operations that can be decided on.

    What scales all links alike is a record of something that goes with every dream.
    """
    return [o for o in report.operations if o.target != ALL]


def request_of(vault: Vault, report: DreamReport) -> ReviewRequest:
    """What is asked about a dream that waits."""
    asked = offered(report)
    items = vault.get(list(dict.fromkeys(name for o in asked for name in _evidence_ids(o))))
    kinds = dict.fromkeys(o.kind for o in asked)
    return {
        "action_requests": [_action(o, items) for o in asked],
        "review_configs": [_config(kind) for kind in kinds],
        "dream": report.id,
        "digest": report.digest,
        "summary": report.summary,
        "notes": list(report.notes),
        "operations": [_reviewed(o, items) for o in asked],
        "response_schema": RESPONSE_SCHEMA,
    }


def _config(kind: str) -> ReviewConfig:
    if kind in EDITABLE:
        return {
            "action_name": kind,
            "allowed_decisions": ["approve", "edit", "reject"],
            "args_schema": _TEXT,
        }
    return {"action_name": kind, "allowed_decisions": ["approve", "reject"]}


def args_of(operation: Operation) -> dict[str, Any]:
    """What an operation is about in few words; of a memory, the text is what may be edited."""
    after = operation.after or {}
    found: dict[str, Any] = {"operation": operation.id, "target": operation.target}
    if "text" in after:
        return {**found, "text": after["text"]}
    if "bridge" in after:
        return {**found, "over": ", ".join(after["bridge"]), "weight": after["weight"]}
    return {**found, "lines": "\n".join(line["text"] for line in after.get("lines", ()))}


def _action(operation: Operation, items: Mapping[str, Episode | Memory]) -> ActionRequest:
    lines = [operation.reason] if operation.reason else []
    before = args_of(operation.model_copy(update={"after": operation.before}))
    if operation.before and before != args_of(operation):
        told = before.get("text") or before.get("lines") or f"weight {before.get('weight')}"
        lines.append(f"before: {told}")
    lines += [
        # Indented, so that what shows Markdown shows it as it is.
        f"    {item.id} ({item.trust.name.lower()}): {brief(item.text, _SHOWN)}"
        for item in _evidence(operation, items)
    ]
    return {
        "name": operation.kind,
        "args": args_of(operation),
        "description": "\n\n".join(lines),
    }


def _reviewed(operation: Operation, items: Mapping[str, Episode | Memory]) -> ReviewedOperation:
    evidence = [_shown(item) for item in _evidence(operation, items)]
    told = operation.model_dump(mode="json")
    return {
        "id": operation.id,
        "kind": operation.kind,
        "target": operation.target,
        "before": told["before"],
        "after": told["after"],
        "reason": operation.reason,
        "evidence": evidence,
    }


def _shown(item: Episode | Memory) -> Evidence:
    time = item.time if isinstance(item, Episode) else item.learned_at
    return {
        "id": item.id,
        "text": brief(item.text, _SHOWN),
        "trust": item.trust.name.lower(),
        "time": time.isoformat(),
    }


def _evidence(
    operation: Operation, items: Mapping[str, Episode | Memory]
) -> Sequence[Episode | Memory]:
    return [items[name] for name in _evidence_ids(operation) if name in items]


def _evidence_ids(operation: Operation) -> Iterator[str]:
    """What an operation rests on: episodes, memories that an insight cites, ends of a link."""
    after = operation.after or {}
    yield from (after[end] for end in ("a", "b") if end in after)
    yield from after.get("cites", ())
    yield from list(after.get("sources", ()))[-_SOURCES:]
    if after.get("superseded_by"):
        yield after["superseded_by"]
