"""The answer of a person, in whichever form, as decisions on operations.

Raises ReviewError for what is no answer, says why, and names what would be one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langgraph_dreams._text import clean, shown
from langgraph_dreams.dream.commit.selection import EDITABLE
from langgraph_dreams.dream.review.groups import Group, args_of, grouped, taken
from langgraph_dreams.dream.review.request import items_of, offered
from langgraph_dreams.errors import ReviewError
from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import DreamReport

_TAKEN = (
    'answer "approve" or "reject"; {"decisions": [...]}, one for each action request in their'
    ' order, each {"type": "approve"}, {"type": "reject"} or {"type": "edit", "edited_action":'
    ' {"name": ..., "args": {...}}} with another text or fewer lines;'
    ' or {"approve": "all" or ids, "reject": ids, "edit":'
    " {id: text}}"
)
_ALL = ("all", "approve", True)
_NONE = ("none", "reject", False)
_SHORT = {"approve", "reject", "edit", "digest"}
_LONGEST = 500  # characters of a memory, as for those of a model
_NEAR = 5  # memories that an edited text is compared with
_LEAST_ID = 6  # letters from which on the beginning of an id stands for it


@dataclass
class Answered:
    """Operations that a person lets pass, and the words for them."""

    approved: set[str] = field(default_factory=set)
    """Ids of operations."""
    texts: dict[str, str] = field(default_factory=dict)
    """New texts of memories, by their ids."""
    message: str = ""
    """Words of the person to a rejection."""


def answer_of(vault: NamespaceStore, report: DreamReport, answer: Any) -> Answered:
    """The decisions that an answer to a review makes.

    Taken are the forms of `RESPONSE_SCHEMA`, "all" and "none", True and False, and a list of ids.

    Raises ReviewError: it is none of them, names what is not asked about, is about another digest,
        or has a text that cannot be a memory's.
    """
    asked = offered(report)
    if isinstance(answer, str | bool) and answer in (*_ALL, *_NONE):
        return Answered({o.id for o in asked} if answer in _ALL else set())
    if isinstance(answer, list | tuple):
        answer = {"approve": list(answer)}
    if not isinstance(answer, Mapping) or not answer:
        raise ReviewError(f"{shown(answer)} is no answer to a review; {_TAKEN}")
    _check_digest(report, answer.get("digest"))
    decisions = "decisions" in answer
    unknown = sorted(map(str, answer.keys() - ({"decisions", "digest"} if decisions else _SHORT)))
    if unknown:
        raise ReviewError(f"an answer to a review has no {shown(unknown[0])}; {_TAKEN}")
    found = _decided(vault, asked, answer["decisions"]) if decisions else _named(asked, answer)
    stored = [o for o in asked if o.target in found.texts]
    found.texts = {o.target: _text(vault, o, found.texts[o.target]) for o in stored}
    return found


def _check_digest(report: DreamReport, digest: object) -> None:
    if digest is not None and digest != report.digest:
        raise ReviewError(
            f"the answer is about {shown(digest)}, and dream {report.id} asks about"
            f" {report.digest}; look at it again"
        )


# -- {"decisions": [...]}


def _decided(vault: NamespaceStore, asked: Sequence[Operation], decisions: Any) -> Answered:
    groups = grouped(asked)
    given = len(decisions) if isinstance(decisions, list | tuple) else shown(decisions)
    if given != len(groups):
        raise ReviewError(f"{len(groups)} decisions are needed, not {given}; {_TAKEN}")
    found = Answered()
    said = []
    for group, decision in zip(groups, decisions, strict=True):
        kind = decision.get("type") if isinstance(decision, Mapping) else None
        if kind == "edit":
            _edited(vault, asked, found, group, decision.get("edited_action"))
        elif kind == "approve":
            found.approved.update(o.id for o in group.operations)
        elif kind == "reject":
            said.append(decision.get("message"))
        else:
            raise ReviewError(f"{shown(decision)} is no decision on {group.name}; {_TAKEN}")
    found.message = next((m for m in said if isinstance(m, str) and m.strip()), "")
    return found


def _edited(
    vault: NamespaceStore, asked: Sequence[Operation], found: Answered, group: Group, action: Any
) -> None:
    """Approve what an edited action leaves of a group, in its words."""
    args = action.get("args") if isinstance(action, Mapping) else None
    if not isinstance(args, Mapping):
        raise ReviewError(f"an edit of {group.name} has no edited_action with args; {_TAKEN}")
    if action.get("name", group.name) != group.name:
        raise ReviewError(f"an edit of {group.name} is named {shown(action['name'])}; {_TAKEN}")
    left = taken(group, args_of(group, items_of(vault, asked)), args)
    for operation in group.operations:
        if operation.id in left:
            found.approved.add(operation.id)
            if (text := left[operation.id]) is not None:
                _edit(found, operation, text)


def _edit(found: Answered, operation: Operation, text: Any) -> None:
    """Approve an operation in other words."""
    if operation.kind not in EDITABLE:
        raise ReviewError(
            f"{operation.kind} {operation.id} has no text to edit; approve or reject it"
        )
    if not isinstance(text, str):
        raise ReviewError(f"the text for {operation.id} is {shown(text)}; say it in words")
    found.approved.add(operation.id)
    if text != operation.memory().text:
        found.texts[operation.target] = text


# -- {"approve": ..., "reject": ..., "edit": {...}}


def _named(asked: Sequence[Operation], answer: Mapping[str, Any]) -> Answered:
    edits = answer.get("edit", {})
    if not isinstance(edits, Mapping):
        raise ReviewError(f"edit is {shown(edits)}; give a text for each id; {_TAKEN}")
    rejected = _meant(asked, "reject", answer.get("reject", []))
    approved = (
        _meant(asked, "approve", answer["approve"])
        if "approve" in answer
        else {o.id for o in asked} - rejected
    )
    both = sorted(approved & rejected) if answer.get("approve") != "all" else []
    if both:
        raise ReviewError(f"{both[0]} is both approved and rejected; decide on one")
    found = Answered(approved - rejected)
    for name, text in edits.items():
        meant = [o for o in asked if o.id in _meant(asked, "edit", [name])]
        wordy = [o for o in meant if o.kind in EDITABLE] or meant
        for operation in wordy:
            if operation.id in rejected:
                raise ReviewError(f"{operation.id} is both edited and rejected; decide on one")
            _edit(found, operation, text)
    return found


def _meant(asked: Sequence[Operation], what: str, names: Any) -> set[str]:
    """Ids of the operations that are named, by theirs or by what they change."""
    if names == "all":
        return {o.id for o in asked}
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise ReviewError(f'{what} is {shown(names)}; give "all" or a list of ids; {_TAKEN}')
    found: set[str] = set()
    for name in names:
        found |= _one(asked, name)
    return found


def _one(asked: Sequence[Operation], name: Any) -> set[str]:
    """The operations that one name stands for: all on one target, or one of them."""
    known = {o.target for o in asked} | {o.id for o in asked}
    exact = isinstance(name, str) and name in known
    begun = isinstance(name, str) and len(name) >= _LEAST_ID
    meant = {name} if exact else {k for k in known if begun and k.startswith(name)}
    if len(meant) != 1:
        raise ReviewError(
            f"{shown(name)} stands for {len(meant) or 'no'} operations or targets of those asked"
            " about; name them by their ids"
        )
    return {o.id for o in asked if meant & {o.id, o.target}}


# -- texts


def _text(vault: NamespaceStore, operation: Operation, given: str) -> str:
    """An edited text as it may be stored; it is held to what every memory is held to."""
    if operation.memory().kind == "page":
        raise ReviewError(
            f"the page of {operation.id} has the words of the memories on it; put those in other"
            " words, or reject it"
        )
    text = vault.redacted(" ".join(clean(given).split())).strip()
    if not text or len(text) > _LONGEST:
        raise ReviewError(
            f"the text for {operation.id} has {len(text)} characters; give 1 to {_LONGEST},"
            " or reject it"
        )
    if why := suspicious(text):
        raise ReviewError(
            f"the text for {operation.id} reads as instructions ({why[0]}); say what is so,"
            " or reject it"
        )
    if same := _said_by(vault, operation.target, text):
        raise ReviewError(
            f"the text for {operation.id} is what memory {same} says already; reject it, or say"
            " something else"
        )
    return text


def _said_by(vault: NamespaceStore, target: str, text: str) -> str:
    """Id of another memory that says the same; empty when there is none."""
    near = vault.dense(vault.embed([text]), _NEAR, prefix="m")[0]
    found = vault.get([name for name, _ in near if name != target]).values()
    return next((m.id for m in found if m.text.casefold() == text.casefold()), "")
