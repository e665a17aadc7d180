"""The dream in plain words, without a model: every sentence cites the operations it tells of."""

from collections.abc import Sequence
from datetime import datetime

from langgraph_dreams._text import brief
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.recall.update_order import UPDATE
from langgraph_dreams.safety.trust import as_evidence, doubtful
from langgraph_dreams.types.items import Core, Episode, Link, Memory
from langgraph_dreams.types.operations import (
    ALL,
    EPISODE_KINDS,
    SINGLE_KINDS,
    ItemState,
    Operation,
    final_states,
    rehearses,
)
from langgraph_dreams.types.pages import heading
from langgraph_dreams.types.weights import weights_line
from langgraph_dreams.types.zones import local_time

QUIET = "A quiet night: nothing new held together."
_TOLD = 3  # operations of a kind told one by one
_READ = 20  # operations of a kind whose texts are read
_CITED = 3  # operations cited by id in one sentence
_SNIPPET = 90  # characters
_REASON = 160  # characters

_KINDS = {
    "add_link": "{} held",
    "page": "{} were laid out",
    "rehearsal": "{} were rehearsed",
    "rehearsal_end": "{} are asked no more",
    "add_memory": "{} were written down",
    "merge_memory": "{} were confirmed",
    "supersede_memory": "{} no longer hold",
    "retire_memory": "{} were retired",
    "retire_episode": "{} were put into the archive",
    "restore_episode": "{} came back from the archive",
    "strengthen_link": "{} came back and grew stronger",
    "weaken_link": "{} grew weaker",
    "retire_link": "{} faded away; the record is kept",
    "change_core": "{} of the core",
    "change_weights": "{} of what recall counts how much",
}
"""Kinds of operations in the order in which they are told, and what many of one did."""
_COUNTED = frozenset(
    {
        *("rehearsal", "rehearsal_end", "retire_episode", "restore_episode"),
        *("strengthen_link", "weaken_link", "retire_link"),
    }
)
"""Kinds that are counted, not told one by one."""


def summarize(context: StageContext, operations: Sequence[Operation]) -> str:
    """The operations in sentences, one a line."""
    kinds = by_kind(operations)
    telling = OperationSentences(context, kinds)
    lines: list[str] = []
    for kind, every in kinds.items():
        one_by_one = [o for o in every if kind not in _COUNTED or o.target == ALL][:_TOLD]
        rest = [o for o in every if o not in one_by_one]
        if kind == "add_link":
            lines.append(f"{_many(len(every), kind)} {cite(every)}.")
            rest = []
        lines += [f"{telling.sentence(o)} {cite([o])}." for o in one_by_one]
        if rest:
            more = "more " if one_by_one else ""
            lines.append(f"{_many(len(rest), kind, more)} {cite(rest)}.")
    return "\n".join(lines) or QUIET


def by_kind(operations: Sequence[Operation]) -> dict[str, list[Operation]]:
    """Operations by kind, in the order in which they are told; links strongest first.

    Pages, new and changed, are a kind of their own; so are rehearsals, and those that end.
    """
    kinds: dict[str, list[Operation]] = {}
    for operation in operations:
        kinds.setdefault(_kind(operation), []).append(operation)
    if "add_link" in kinds:
        kinds["add_link"].sort(key=lambda o: (-o.link().weight, o.id))
    return {kind: kinds[kind] for kind in _KINDS if kind in kinds}


def _kind(operation: Operation) -> str:
    if rehearses(operation):
        return "rehearsal" if operation.kind == "add_memory" else "rehearsal_end"
    laid = operation.kind in ("add_memory", "merge_memory") and operation.memory().derived
    return "page" if laid else operation.kind


def cite(operations: Sequence[Operation]) -> str:
    """The ids of operations, as every sentence ends."""
    ids = [o.id[:10] for o in operations[:_CITED]]
    more = len(operations) - len(ids)
    return f"[{', '.join(ids)}{f' and {more} more' if more else ''}]"


class OperationSentences:
    """Sentences about single operations; the texts they speak of are read once."""

    def __init__(
        self, context: StageContext, kinds: dict[str, list[Operation]], characters: int = _SNIPPET
    ) -> None:
        """`kinds` as `by_kind` gives them; texts are cut to so many characters."""
        links, gone = (kinds.get(k, [])[:_READ] for k in ("add_link", "supersede_memory"))
        names = [end for o in links for end in (o.link().a, o.link().b)]
        names += [heir for o in gone if (heir := o.memory().superseded_by)]
        changed = final_states(o for every in kinds.values() for o in every)
        self._items = {**context.vault.get(names), **changed}
        self._characters = characters
        self._zone = context.vault.zone

    def sentence(self, operation: Operation) -> str:
        """One operation in words, without the full stop."""
        if operation.kind == "add_link":
            return self._link(operation.link())
        if operation.kind == "weaken_link":
            return f"All older associations were scaled by {operation.factor():g}"
        before = operation.state_before()
        if operation.kind == "change_weights":
            return f"Recall weighs anew, {weights_line(operation.learned().versions[-1])}"
        if operation.kind == "change_core":
            return self._core(_lines(before), _lines(operation.core()))
        after = operation.memory()
        if operation.kind in ("add_memory", "merge_memory") and after.derived:
            return f"{self._quoted(heading(after))} is a page of {len(after.cites)} memories"
        said = self._quoted(after.text)
        if operation.kind == "supersede_memory":
            return f"{said} {self._until(after)}"
        if operation.kind == "retire_memory":
            return f"{said} was retired: {brief(operation.reason, _REASON)}"
        if operation.kind == "merge_memory":
            return f"{said} {_confirmed(before, after)}"
        return f"{said} is a new memory, said {_times(len(after.sources))}"

    def _link(self, link: Link) -> str:
        did = "probably updates" if link.kind == UPDATE else "met"
        return f"{self._item(link.a)} {did} {self._item(link.b)} over {self._over(link)}"

    def _item(self, name: str) -> str:
        """An episode with its day, or a memory; its id when it is gone."""
        item = self._items.get(name)
        if item is None:
            return name
        when = f" ({_day(item.time, item.zone)})" if isinstance(item, Episode) else ""
        if doubtful(item):
            return f"An untrusted episode{when}"
        return self._quoted(_told(item)) + when

    def _over(self, link: Link) -> str:
        """The terms of a link; only their number when what an end says is not told in full."""
        ends = [item for end in (link.a, link.b) if (item := self._items.get(end)) is not None]
        if any(doubtful(item) or _told(item) != item.text for item in ends):
            return f"{len(link.bridge)} shared term(s)"
        return ", ".join(link.bridge) or link.channel

    def _quoted(self, text: str) -> str:
        return f"“{brief(text, self._characters)}”"

    def _until(self, old: Memory) -> str:
        """The time in which a superseded memory held, and what holds instead."""
        since = f" from {_day(old.valid_from, self._zone)}" if old.valid_from else ""
        until = f" until {_day(old.valid_to, self._zone)}" if old.valid_to else " before"
        heir = self._items.get(old.superseded_by)
        if heir is None:
            return f"held{since}{until}, and holds no more"
        return f"held{since}{until}; since then {self._quoted(heir.text)} holds"

    def _core(self, before: dict[str, str], after: dict[str, str]) -> str:
        came = [self._quoted(text) for name, text in after.items() if name not in before]
        went = [self._quoted(text) for name, text in before.items() if name not in after]
        parts = [f"took in {_listed(came)}"] if came else []
        parts += [f"let go of {_listed(went)}"] if went else []
        return f"The core {' and '.join(parts) or 'was put in a new order'}"


def _told(item: Episode | Memory) -> str:
    return as_evidence(item).text if isinstance(item, Episode) else item.text


def _lines(core: ItemState | None) -> dict[str, str]:
    return {line.memory: line.text for line in core.lines} if isinstance(core, Core) else {}


def _confirmed(before: ItemState | None, after: Memory) -> str:
    sources, uses = (len(before.sources), before.uses) if isinstance(before, Memory) else (0, 0)
    if len(after.sources) > sources:
        return f"was said again, {_times(len(after.sources))} by now"
    if after.uses > uses:
        return f"was recalled, {_times(after.uses)} by now"
    return "was looked at again"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _listed(texts: Sequence[str]) -> str:
    """“A”, “B” and “C”, or the first few and how many more."""
    told = [*texts[:_TOLD], *([f"{len(texts) - _TOLD} more"] if len(texts) > _TOLD else [])]
    return " and ".join(part for part in (", ".join(told[:-1]), told[-1]) if part)


def _many(number: int, kind: str, more: str = "") -> str:
    """Number of operations of a kind, and what they did."""
    nouns = {"page": "page", **dict.fromkeys(SINGLE_KINDS, "change")}
    nouns |= dict.fromkeys(EPISODE_KINDS, "episode")
    noun = "question" if kind.startswith("rehearsal") else nouns.get(kind, "memor")
    noun = "association" if kind.endswith("_link") else noun
    one = number == 1
    noun += ("y" if one else "ies") if noun == "memor" else ("" if one else "s")
    done = _KINDS[kind].format(f"{number} {more}{noun}")
    done = done.replace(" are ", " is ") if one else done
    return done.replace(" were ", " was ").replace(" hold", " holds") if one else done


def _day(time: datetime, zone: str) -> str:
    here = local_time(time, zone) or time
    return f"{here.day} {here:%b %Y}"
