"""The rules of dreams and rollbacks as plainly as they can be said, to hold the library against.

A history of events, and a state that is that history played from the beginning: an operation sets
its target, unless it is undone; what a person writes sets it, too. No journal of states before.
"""

from dataclasses import dataclass, field
from typing import Any

from langgraph_dreams import Core, DreamReport, Link, Memory, Operation
from langgraph_dreams.dream.core import tokens_of

State = dict[str, Any]
MEMORIES = ("add_memory", "merge_memory", "supersede_memory", "retire_memory")
LINKS = ("add_link", "strengthen_link", "retire_link")


@dataclass
class Plain:
    """One namespace by the rules alone."""

    episodes: dict[str, str] = field(default_factory=dict)
    """The dream that consumed each; empty while undreamt."""
    recalls: dict[str, str] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    """Of every dream in the journal."""
    numbers: dict[str, int] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    """Ids of operations."""
    history: list[tuple[str, Operation | Link]] = field(default_factory=list)
    """(dream, operation) or ("", a link that a person wrote)."""
    core: Core = field(default_factory=Core)
    dreams: dict[str, DreamReport] = field(default_factory=dict)

    # -- events

    def recorded(self, ids: list[str]) -> None:
        for id_ in ids:
            self.episodes.setdefault(id_, "")

    def recalled(self, ids: list[str]) -> None:
        for id_ in ids:
            self.recalls.setdefault(id_, "")

    def linked(self, link: Link) -> None:
        self.history.append(("", link))

    def dreamt(self, report: DreamReport) -> None:
        if report.status == "dry_run" or (report.status == "rejected" and not report.operations):
            return
        self.status[report.id] = report.status
        self.numbers[report.id] = report.number
        if report.status != "committed":
            return
        self.dreams[report.id] = report
        self.history += [(report.id, o) for o in report.operations]
        self.episodes |= dict.fromkeys(report.episodes, report.id)
        self.recalls |= dict.fromkeys(report.recalls, report.id)
        for o in report.operations:
            if o.kind == "change_core":
                self.core = Core.model_validate(o.after)

    def standing(self, dream: str) -> list[Operation]:
        """Operations of a dream that are not undone."""
        return [
            o
            for d, o in self.history
            if d == dream and isinstance(o, Operation) and o.id not in self.undone
        ]

    def resting_on(self, chosen: set[str]) -> set[str]:
        """Ids of later operations, until nothing more is found."""
        alive = [o for _, o in self.history if isinstance(o, Operation)]
        alive = [o for o in alive if o.id not in self.undone]
        found = set(chosen)
        while True:
            more = {
                o.id
                for i, o in enumerate(alive)
                if o.id not in found and any(p.id in found and _rests(o, p) for p in alive[:i])
            }
            if not more:
                return found - chosen
            found |= more

    def undid(self, chosen: set[str]) -> None:
        """Those operations, and what rests on them, are undone."""
        gone = chosen | self.resting_on(chosen)
        changed = [o for _, o in self.history if isinstance(o, Operation) and o.id in gone]
        self.undone |= gone
        if any(o.kind == "change_core" for o in changed):
            self.core = self._core_again()

    def rolled_back(self, dream: str, redream: bool) -> None:
        self.undid({o.id for o in self.standing(dream)})
        self.status[dream] = "rolled_back"
        if redream:
            self.episodes = {k: "" if v == dream else v for k, v in self.episodes.items()}
        report = self.dreams[dream]
        self.recalls |= {i: "" for i in report.recalls if i in self.recalls}

    # -- the state

    def memories(self) -> dict[str, Memory]:
        found: dict[str, Memory] = {}
        for _, o in self._standing():
            if isinstance(o, Operation) and o.kind in MEMORIES:
                found[o.target] = Memory.model_validate(o.after)
        return found

    def links(self) -> dict[str, Link]:
        found: dict[str, Link] = {}
        there = {*self.episodes, *self.memories()}
        for _, o in self._standing():
            if isinstance(o, Link):
                found[o.id] = o
            elif o.kind in LINKS:
                found[o.target] = Link.model_validate(o.after)
        return {k: x for k, x in found.items() if x.a in there and x.b in there}

    def committed(self) -> list[int]:
        return sorted(self.numbers[d] for d, s in self.status.items() if s == "committed")

    def _standing(self) -> list[tuple[str, Operation | Link]]:
        return [(d, o) for d, o in self.history if isinstance(o, Link) or o.id not in self.undone]

    def _core_again(self) -> Core:
        """What the last change that stands had made of it, without what holds no more."""
        core = Core()
        for _, o in self._standing():
            if isinstance(o, Operation) and o.kind == "change_core":
                core = Core.model_validate(o.after)
        memories = self.memories()
        lines = tuple(
            line
            for line in core.lines
            if line.memory in memories and memories[line.memory].status in ("tentative", "active")
        )
        if lines == core.lines:
            return core
        core = core.model_copy(update={"lines": lines})
        return core.model_copy(update={"tokens": tokens_of(core.text())})


def _rests(later: Operation, earlier: Operation) -> bool:
    """Whether one operation rests directly on another."""
    if later.target == earlier.target and later.target != "*":
        return True
    if earlier.kind != "add_memory":
        return False
    after = later.after or {}
    lines = [line["memory"] for line in after.get("lines", ())]
    names = [after.get("superseded_by"), after.get("a"), after.get("b"), *after.get("cites", ())]
    return earlier.target in (*names, *lines)
