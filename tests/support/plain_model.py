"""The rules of dreams and rollbacks as plainly as they can be said, to hold the library against.

A history of events, and a state that is that history played from the beginning: an operation sets
its target, unless it is undone; what a person writes sets it, too. No journal of states before.
"""

from dataclasses import dataclass, field
from typing import Any

from langgraph_dreams import Core, DreamReport, Link, Memory, Operation
from langgraph_dreams._text import tokens_of
from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.language.words import content_terms

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
    history: list[tuple[str, Operation | Link | Memory]] = field(default_factory=list)
    """(dream, operation) or ("", what was written by no dream)."""
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

    def dependents_of(self, chosen: set[str]) -> set[str]:
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
        gone = chosen | self.dependents_of(chosen)
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

    def forgot(self, gone: dict[str, str], texts: dict[str, str]) -> None:
        """Episodes are forgotten, with all that came of them.

        Args:
            gone: their texts by id.
            texts: of the episodes that stay.
        """
        memories, links = self.memories(), self.links()
        self.episodes = {k: v for k, v in self.episodes.items() if k not in gone}
        left = _without(memories, gone, texts)
        there = {*self.episodes, *left}
        kept_links = {k: x for k, x in links.items() if x.a in there and x.b in there}
        lines = tuple(
            line.model_copy(update={"sources": left[line.memory].sources})
            for line in self.core.lines
            if line.memory in left
        )
        core = self.core.model_copy(update={"lines": lines})
        if core != self.core:
            core = core.model_copy(update={"tokens": tokens_of(core.text())})
        self.core = core
        self.history = [("", x) for x in (*left.values(), *kept_links.values())]

    def rejoined(self, reports: list[DreamReport]) -> None:
        """What the journal tells after a forgetting is what can be undone from now on.

        What it tells no more, nothing undoes: it is as if a person had written it.
        """
        state = {x.id: x for _, x in self.history if isinstance(x, Memory | Link)}
        committed = [r for r in reports if r.status == "committed"]
        self.dreams = {r.id: r for r in committed}
        told = [(r.id, o) for r in sorted(committed, key=lambda r: r.number) for o in r.operations]
        images = (Memory, Link)
        last = {o.target: (o, images[o.kind in LINKS]) for _, o in told if o.id not in self.undone}
        by_hand = [
            x
            for k, x in state.items()
            if k not in last or last[k][1].model_validate(last[k][0].after) != x
        ]
        gone = {k for k in last if k not in state and k not in ("*", "core")}
        told = [(d, o) for d, o in told if o.target not in gone]
        # Where the beginning is told no more, the first that is told began with what was there.
        stand = [o for _, o in told if o.id not in self.undone and o.target in state]
        first = {o.target: (o, images[o.kind in LINKS]) for o in reversed(stand)}
        there = [
            image.model_validate(o.before) for o, image in first.values() if o.before is not None
        ]
        self.history = [("", x) for x in there] + told + [("", x) for x in by_hand]

    # -- the state

    def memories(self) -> dict[str, Memory]:
        found: dict[str, Memory] = {}
        for _, o in self._standing():
            if isinstance(o, Memory):
                found[o.id] = o
            elif isinstance(o, Operation) and o.kind in MEMORIES:
                found[o.target] = Memory.model_validate(o.after)
        return {k: _free(m, found) for k, m in found.items()}

    def links(self) -> dict[str, Link]:
        found: dict[str, Link] = {}
        there = {*self.episodes, *self.memories()}
        for _, o in self._standing():
            if isinstance(o, Link):
                found[o.id] = o
            elif isinstance(o, Operation) and o.kind in LINKS:
                found[o.target] = Link.model_validate(o.after)
        return {k: x for k, x in found.items() if x.a in there and x.b in there}

    def committed(self) -> list[int]:
        return sorted(self.numbers[d] for d, s in self.status.items() if s == "committed")

    def _standing(self) -> list[tuple[str, Operation | Link | Memory]]:
        return [
            (d, o)
            for d, o in self.history
            if not isinstance(o, Operation) or o.id not in self.undone
        ]

    def _core_again(self) -> Core:
        """What the last change that stands had made of it, without what holds no more."""
        core = Core()
        for _, o in self._standing():
            if isinstance(o, Operation) and o.kind == "change_core":
                core = Core.model_validate(o.after)
        memories = self.memories()
        lines = tuple(
            line.model_copy(update={"sources": line.sources or memories[line.memory].sources})
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


def _free(memory: Memory, there: dict[str, Memory]) -> Memory:
    """What nothing that is there supersedes holds."""
    if not memory.superseded_by or memory.superseded_by in there:
        return memory
    status = "active" if memory.status == "superseded" else memory.status
    return memory.model_copy(update={"superseded_by": "", "valid_to": None, "status": status})


def _without(
    memories: dict[str, Memory], gone: dict[str, str], texts: dict[str, str]
) -> dict[str, Memory]:
    """Memories that what is left bears out, with what they keep."""
    left = dict(memories)
    while True:
        out = {*gone, *(memories.keys() - left.keys())}
        shrunk = {k: _shrunk(memories[k], out, gone, texts) for k in left}
        if all(shrunk.values()):
            break
        left = {k: m for k, m in left.items() if shrunk[k]}
    found = {}
    for k, m in shrunk.items():
        assert m is not None
        if m.kind == "page":
            on_it = [shrunk[c] for c in m.cites if c in shrunk]
            cited = {s for each in on_it if each for s in each.sources}
            m = m.model_copy(update={"sources": tuple(s for s in m.sources if s in cited)})
        heir = m.superseded_by
        while heir and heir not in shrunk:
            heir = memories[heir].superseded_by
        if m.superseded_by and not heir:
            status = "active" if m.status == "superseded" else m.status
            m = m.model_copy(update={"superseded_by": "", "valid_to": None, "status": status})
        elif heir != m.superseded_by:
            since = memories[heir].valid_from
            assert since is not None
            until = max(since, m.valid_from or since)
            m = m.model_copy(update={"superseded_by": heir, "valid_to": until})
        found[k] = m
    return found


def _shrunk(
    memory: Memory, out: set[str], gone: dict[str, str], texts: dict[str, str]
) -> Memory | None:
    sources = tuple(s for s in memory.sources if s not in out)
    cites = tuple(c for c in memory.cites if c not in out)
    if not sources or (memory.derived and len(cites) < 2):
        return None
    if memory.kind == "page":
        head, *lines = memory.text.split("\n")
        left = [line for c, line in zip(memory.cites, lines, strict=True) if c not in out]
        text = "\n".join([head, *left])
        return memory.model_copy(update={"text": text, "cites": cites, "sources": sources})
    if sources == memory.sources:
        return memory.model_copy(update={"cites": cites})
    own = content_terms(ENGLISH, memory.text)
    kept = [content_terms(ENGLISH, texts[s]) for s in sources]
    lost = {t for s in memory.sources if s in gone for t in content_terms(ENGLISH, gone[s])}
    if own & (lost - set().union(*kept)):
        return None
    if not memory.derived and max(len(own & k) for k in kept) * 2 < len(own):
        return None
    new = {"sources": sources, "cites": cites, "confirmed": len(sources)}
    return memory.model_copy(update=new)


TIMES_AND_WORDS = {"valid_from", "last_confirmed", "quote", "about"}
"""Fields of a memory that follow from the episodes it keeps; not modelled here."""
