"""The request to a person about a dream: its operations with evidence, and a digest of them.

The words are for people (see groups.py); an answer is taken by place or by id (see answer.py).
"""

from collections.abc import Sequence

from langgraph_dreams._text import brief
from langgraph_dreams.dream.review.groups import (
    Group,
    Items,
    args_of,
    description_of,
    evidence_ids,
    grouped,
    plain,
)
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.base import JsonObject, digest
from langgraph_dreams.types.items import Episode, Memory
from langgraph_dreams.types.operations import ALL, Operation
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.review import (
    Evidence,
    ReviewConfig,
    ReviewedOperation,
    ReviewRequest,
)

_SHOWN = 400  # characters of an item that is shown as evidence
_NAMED = 60  # characters of a memory that stand for its operation's id
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
                                "properties": {
                                    "name": {"type": "string"},
                                    "args": {"type": "object"},
                                },
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
    groups, items = grouped(asked), items_of(vault, asked)
    return {
        "action_requests": [
            {
                "name": group.name,
                "args": args_of(group, items),
                "description": description_of(group, items),
            }
            for group in groups
        ],
        "review_configs": list({group.name: _config(group) for group in groups}.values()),
        "decides": [[o.id for o in group.operations] for group in groups],
        "dream": report.id,
        "digest": report.digest,
        "summary": report.summary,
        "notes": list(report.notes),
        "operations": [_reviewed(o, items) for o in asked],
        "response_schema": RESPONSE_SCHEMA,
    }


def asked_again(request: ReviewRequest, problem: str) -> ReviewRequest:
    """The request with the reason why its last answer was not taken.

    The reason is at the head of each description, too, where chat pages show it. There it names an
    operation by its words, not by its id.
    """
    told = problem
    for operation in request["operations"]:
        after = operation["after"] or {}
        words = f"“{brief(after.get('text') or operation['kind'], _NAMED)}”"
        told = told.replace(operation["id"], words)
    head = f"**The last answer was not taken, and nothing of it was written:** {plain(told)}"
    return {
        **request,
        "action_requests": [
            {**action, "description": f"{head}\n\n{action['description']}"}
            for action in request["action_requests"]
        ],
        "problem": problem,
    }


def items_of(vault: NamespaceStore, operations: Sequence[Operation]) -> Items:
    """What operations rest on, by id; new memories as they add them."""
    names = dict.fromkeys(name for o in operations for name in evidence_ids(o))
    added = {o.target: o.memory() for o in operations if o.kind == "add_memory"}
    return {**added, **vault.get(list(names))}


def _config(group: Group) -> ReviewConfig:
    if not group.editable:
        return {"action_name": group.name, "allowed_decisions": ["approve", "reject"]}
    words = {group.key: {"type": "string"}}
    return {
        "action_name": group.name,
        "allowed_decisions": ["approve", "edit", "reject"],
        "args_schema": {"type": "object", "properties": words, "required": [group.key]},
    }


def _reviewed(operation: Operation, items: Items) -> ReviewedOperation:
    evidence = [_shown(items[name]) for name in evidence_ids(operation) if name in items]
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
