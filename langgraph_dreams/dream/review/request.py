"""The request to a person about a dream: its operations with evidence, and a digest of them.

The words are for people; an answer is taken by id (see answer.py).
"""

from collections.abc import Iterator, Mapping, Sequence

from langgraph_dreams._text import brief
from langgraph_dreams.dream.commit.selection import EDITABLE
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.base import JsonObject, digest
from langgraph_dreams.types.items import Episode, Link, Memory
from langgraph_dreams.types.operations import ALL, ItemState, Operation
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.review import (
    ActionRequest,
    Evidence,
    ReviewConfig,
    ReviewedOperation,
    ReviewRequest,
)

_SHOWN = 400  # characters of an item that is shown as evidence
_SOURCES = 8  # items shown as evidence of one operation
_TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
_NAMES = {"type": "array", "items": {"type": "string"}}

RESPONSE_SCHEMA: JsonObject = {
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


def request_of(vault: NamespaceStore, report: DreamReport) -> ReviewRequest:
    """The request about a dream that waits."""
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


def args_of(operation: Operation) -> JsonObject:
    """The subject of an operation in few words; of a memory, the text is what may be edited."""
    return _args(operation, operation.state_after())


def _args(operation: Operation, state: ItemState | None) -> JsonObject:
    found: JsonObject = {"operation": operation.id, "target": operation.target}
    if isinstance(state, Memory):
        return {**found, "text": state.text}
    if isinstance(state, Link):
        return {**found, "over": ", ".join(state.bridge), "weight": state.weight}
    return {**found, "lines": "\n".join(line.text for line in state.lines) if state else ""}


def _action(operation: Operation, items: Mapping[str, Episode | Memory]) -> ActionRequest:
    lines = [operation.reason] if operation.reason else []
    before = _args(operation, operation.state_before())
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
    """Ids of what an operation rests on: episodes, memories that it cites, ends of a link."""
    after = operation.state_after()
    if isinstance(after, Link):
        yield from (after.a, after.b)
    elif isinstance(after, Memory):
        yield from after.cites
        yield from after.sources[-_SOURCES:]
        if after.superseded_by:
            yield after.superseded_by
