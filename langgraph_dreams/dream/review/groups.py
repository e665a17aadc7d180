"""The operations of a dream as a person is asked about them: few questions, in words.

One question is about a new memory, or about all operations of a kind. The latter has a numbered
line for each: whoever answers takes lines out, or puts a memory in other words.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from langgraph_dreams._text import brief
from langgraph_dreams.dream.commit.selection import EDITABLE
from langgraph_dreams.errors import ReviewError
from langgraph_dreams.types.base import JsonObject
from langgraph_dreams.types.items import Archival, Core, Episode, Link, Memory
from langgraph_dreams.types.operations import (
    EPISODE_KINDS,
    LINK_KINDS,
    MEMORY_KINDS,
    SINGLE_KINDS,
    Operation,
    rehearses,
)

_SINGLY = 5
"""New memories that are asked about one by one; more are asked about at once."""
_SHOWN = 400  # characters of an item that is shown as evidence
_WIDTH = 68  # characters of a line of it; so many fit in agent-chat-ui
_LINE = 160  # characters of each end of a link
_SOURCES = 8  # items shown as evidence of one operation
_LINKS, _QUESTIONS = "change_links", "rehearsals"
_ID = re.compile(r"\b[a-z][0-9a-f]{24}\b:? ?")
_NUMBERED = re.compile(r"\s*(\d+)[.)]\s*(.*)")
_ABOUT = {
    "add_memory": ("A new memory", "New memories"),
    "merge_memory": ("A memory that came up again", "Memories that came up again"),
    "supersede_memory": ("A memory that another replaces", "Memories that others replace"),
    "retire_memory": ("A memory that ends", "Memories that end"),
    "retire_episode": ("An episode for the archive", "Episodes for the archive"),
    "restore_episode": ("An episode out of the archive", "Episodes out of the archive"),
    "change_core": ("What is always in context", ""),
    "change_weights": ("What recall counts how much", ""),
    _QUESTIONS: ("A question that may be asked later", "Questions that may be asked later"),
    _LINKS: ("A link", "Links"),
}
_HOW = {"add_link": "new", "strengthen_link": "stronger", "retire_link": "ends"}

Items = Mapping[str, Episode | Memory]


@dataclass(frozen=True)
class Group:
    """What a person decides on at once."""

    name: str
    operations: tuple[Operation, ...]

    @property
    def key(self) -> str:
        """The argument that holds the words: a memory's text, or lines."""
        if self.name in ("add_memory", *SINGLE_KINDS) and len(self.operations) == 1:
            return "text" if self.name == "add_memory" else "lines"
        if self.name in EPISODE_KINDS:
            return "episodes"
        return "links" if self.name == _LINKS else "memories"

    @property
    def editable(self) -> bool:
        """True if a person may change the words."""
        return self.key != "lines"


def grouped(operations: Sequence[Operation]) -> list[Group]:
    """The questions about operations: on memories first, on links last."""
    kinds: dict[str, list[Operation]] = {name: [] for name in _ABOUT}
    for operation in operations:
        kinds[_name(operation)].append(operation)
    added = kinds["add_memory"]
    singly = [Group("add_memory", (o,)) for o in added] if len(added) <= _SINGLY else []
    rest = [Group(name, tuple(found)) for name, found in kinds.items() if found]
    return [*singly, *(g for g in rest if not (singly and g.name == "add_memory"))]


def _name(operation: Operation) -> str:
    if rehearses(operation):
        return _QUESTIONS
    return _LINKS if operation.kind in LINK_KINDS else operation.kind


def evidence_ids(operation: Operation) -> Iterator[str]:
    """Ids of what an operation rests on: episodes, memories that it cites, ends of a link."""
    after = operation.state_after()
    if isinstance(after, Link):
        yield from (after.a, after.b)
    elif isinstance(after, Memory):
        yield from after.cites
        yield from after.sources[-_SOURCES:]
        if after.superseded_by:
            yield after.superseded_by
    elif isinstance(after, Archival):
        yield from dict.fromkeys(name for name in (after.id, after.archived) if name)


def args_of(group: Group, items: Items) -> JsonObject:
    """What is asked about, in words."""
    if group.key == "text":
        return {"text": group.operations[0].memory().text}
    if group.key == "lines":
        (only,) = group.operations
        return {"lines": _core_lines(only.core()) if group.name == "change_core" else only.reason}
    texts = (_line(operation, items) for operation in group.operations)
    return {group.key: "\n".join(f"{n}. {text}" for n, text in enumerate(texts, 1))}


def _line(operation: Operation, items: Items) -> str:
    after = operation.state_after()
    if isinstance(after, Link):
        ends = [
            brief(items[end].text, _LINE) if end in items else "?" for end in (after.a, after.b)
        ]
        over = f" (over {', '.join(after.bridge)})" if after.bridge else ""
        return f"{_HOW[operation.kind]}: {ends[0]} — {ends[1]}{over}"
    if isinstance(after, Memory):
        heir = items.get(after.superseded_by)
        ends_by = f" — instead: {_whole(heir.text)}" if heir is not None else ""
        return f"{_whole(after.text)}{ends_by}"
    if isinstance(after, Archival) and after.id in items:
        return _whole(brief(items[after.id].text, _LINE))
    return operation.reason


def _whole(text: str) -> str:
    return " ".join(text.split())


def _core_lines(core: Core) -> str:
    return "\n".join(line.text for line in core.lines)


# -- what is said of it


def description_of(group: Group, items: Items) -> str:
    """Markdown: what it is, why, and what was said. What others wrote is shown as it is."""
    one, many = _ABOUT[group.name]
    alone = len(group.operations) == 1
    told = [f"**{one if alone else many}**"]
    if not alone:
        may = ", or put memories in other words" if group.operations[0].kind in EDITABLE else ""
        told.append(f"To write only some, take the other lines out{may}.")
    for number, operation in enumerate(group.operations, 1):
        why = plain(operation.reason)
        if alone or why:
            told.append(why if alone else f"**{number}:** {why}")
        told += [_quoted(line) for line in _borne_out(operation, items)]
    return "\n\n".join(line for line in told if line)


def _borne_out(operation: Operation, items: Items) -> Iterable[str]:
    before = operation.state_before()
    if isinstance(before, Core) and before.lines:
        yield from ("until now:", *(line.text for line in before.lines))
    if operation.kind in MEMORY_KINDS | EPISODE_KINDS:
        for item in (items[name] for name in evidence_ids(operation) if name in items):
            time = item.time if isinstance(item, Episode) else item.learned_at
            yield f"{time:%Y-%m-%d}, {item.trust.name.lower()}: {item.text}"


def _quoted(text: str) -> str:
    # Indented, so that what shows Markdown shows it as it is; that breaks no lines by itself.
    lines = textwrap.wrap(
        brief(text, _SHOWN), _WIDTH, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(f"    {line}" for line in lines)


def plain(text: str) -> str:
    """Words that may be quoted from others, on one line, without ids and marks of Markdown."""
    return re.sub(r"([\\`*_\[\]<>#|!])", r"\\\1", brief(_ID.sub("", text), _SHOWN))


# -- what is answered


def taken(group: Group, shown: JsonObject, args: Mapping[str, object]) -> dict[str, str | None]:
    """Of an edited question the operations that are left, by id, with their new words if any.

    Raises ReviewError: something else was changed.
    """
    changed = {k for k, v in args.items() if str(v) != str(shown.get(k))}
    if not group.editable or changed - {group.key}:
        raise ReviewError(
            f"of {group.name} only {group.key if group.editable else 'nothing'} can be edited, not"
            f" {', '.join(sorted(changed)) or 'the rest'}; approve or reject it"
        )
    given = args.get(group.key)
    if not isinstance(given, str):
        raise ReviewError(f"an edit of {group.name} has no text in {group.key!r}; say it in words")
    if group.key == "text":
        (operation,) = group.operations
        return {operation.id: given if group.key in changed else None}
    before = _numbered(shown[group.key])
    left: dict[str, str | None] = {}
    for number, line in _numbered(given).items():
        if number not in before:
            raise ReviewError(f"{group.name} has no line {number}; take lines out, add none")
        operation = group.operations[number - 1]
        same = line == before[number]
        if not same and operation.kind not in EDITABLE:
            raise ReviewError(
                f"line {number} of {group.name} cannot be put in other words; leave it as it is,"
                " or take it out"
            )
        left[operation.id] = None if same else line
    return left


def _numbered(text: str) -> dict[int, str]:
    """Lines by their numbers; one without a number goes on with the line before it."""
    found: dict[int, str] = {}
    number = 0
    for line in text.splitlines():
        begun = _NUMBERED.fullmatch(line)
        if begun and int(begun[1]) not in found:
            number = int(begun[1])
            found[number] = _whole(begun[2])
        elif line.strip():
            found[number] = _whole(f"{found.get(number, '')} {line}")
    return found
