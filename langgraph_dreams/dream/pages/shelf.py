"""Pages: a model says which memories belong together; the lines are the memories' own texts.

A page is looked at again when memories come that may go on it. What is superseded leaves its place
to what replaced it, and what has ended or was forgotten goes, in every dream and without a model.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from langgraph_dreams._text import one_line
from langgraph_dreams.dream.levels.ladder import may_change
from langgraph_dreams.dream.memories.ledger import MemoryLedger
from langgraph_dreams.dream.pages.nearby import Shown, shown_with
from langgraph_dreams.dream.pages.relations import Claim, relate
from langgraph_dreams.dream.pages.unfiled import learned_since, mark_after
from langgraph_dreams.dream.runtime.context import StageContext, calls_allowed
from langgraph_dreams.dream.runtime.prompts import PageNote, Pages, pages_request
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Asking
from langgraph_dreams.safety.injection import suspicious
from langgraph_dreams.safety.trust import may_become
from langgraph_dreams.store import Standing
from langgraph_dreams.types.items import LEAST_CITED, Memory, memory_id
from langgraph_dreams.types.operations import Operation, propose
from langgraph_dreams.types.pages import gathered, heading

SLICE = 60
"""New memories that are put to the model in one call at most."""
_NEW = 3  # memories that a new page needs
_TITLE = 80  # characters of a title, and of whom or what it is about
_SAME = 2 / 3  # of the memories of a new page, from which on it is another one again
_LETTER = re.compile(r"\w")
_GENERATIONS = 16


@dataclass
class Shelf:
    """The pages as they are, and as this dream would leave them."""

    context: StageContext
    ledger: MemoryLedger
    ended: frozenset[str]
    """Memories that this dream retires."""
    pages: dict[str, Memory]
    """Those that hold, by id, as they are stored; new ones without lines."""
    on: dict[str, dict[str, None]]
    """By page the memories that are to be on it."""
    refused: Counter[str] = field(default_factory=Counter)
    _stood: dict[str, Standing] = field(default_factory=dict)
    """Standings of stored memories."""

    def __post_init__(self) -> None:
        cited = [name for names in self.on.values() for name in names]
        self._stood |= self.context.vault.standings(cited)

    def standing(self, name: str) -> str:
        """The memory that holds in the place of one; empty when none does."""
        for _ in range(_GENERATIONS):
            if name in self.ended:
                return ""
            known = self.ledger.now.get(name) or self._stored(name)
            if known is None or known.status == "retired":
                return ""
            if known.status != "superseded":
                return name
            name = known.superseded_by
        return ""

    def _stored(self, name: str) -> Standing | None:
        if name not in self._stood:
            self._stood |= self.context.vault.standings([name])
        return self._stood.get(name)


def settle(
    context: StageContext,
    state: DreamState,
    ledger: MemoryLedger,
    retired: Iterable[str],
) -> Asking[tuple[list[Operation], dict[str, int], list[str]]]:
    """Bring pages up to date in the ledger; operations that retire some, counts, and notes."""
    known = [
        m
        for m in context.vault.get(context.vault.derived_ids()).values()
        if isinstance(m, Memory) and m.current
    ]
    known = [ledger.now.setdefault(m.id, m) for m in known]
    on = {m.id: dict.fromkeys(m.cites) for m in known}
    shelf = Shelf(context, ledger, frozenset(retired), {m.id: m for m in known}, on)
    counts, notes = yield from _asked(context, state, shelf)
    notes += [f"refused {count} {what}" for what, count in sorted(shelf.refused.items())]
    operations, changed = _changes(state, shelf)
    return operations, counts | changed, notes


# -- what the model says


def _asked(
    context: StageContext, state: DreamState, shelf: Shelf
) -> Asking[tuple[dict[str, int], list[str]]]:
    calls = calls_allowed(context, state, "pages")
    least = context.policy.level("page").least
    if not (calls and may_change(state, "page")):
        return {}, []
    added = [shelf.ledger.now[name] for name in shelf.ledger.added]
    learned = learned_since(context, state["number"], [m for m in added if not m.derived])
    unseen = _unfiled(shelf, [one.id for one in learned])
    if len(unseen) < least:
        return {}, []
    size = -(-len(unseen) // -(-len(unseen) // SLICE))
    notes, last = list[str](), ""
    for start in range(0, min(len(unseen), calls * size), size):
        new = unseen[start : start + size]
        shown = shown_with(context, shelf.ledger, new, shelf.pages, shelf.on)
        context.send_progress("consolidate", "progress", f"{len(new)} memories to put on pages")
        characters = context.policy.episode_characters
        request = pages_request(shown.new, shown.near, shown.pages, characters, context.vault.zone)
        answer = (yield [request])[0]
        if answer.problem:
            notes.append(f"pages: {answer.problem}")
        if not isinstance(answer.value, Pages):
            break
        relate(context, state, shelf.ledger, _claims(shelf, answer.value, shown))
        for note in answer.value.pages:
            _put(state, shelf, note, shown)
        last = new[-1].id
    every = [one.id for one in learned]
    done = last == unseen[-1].id
    count = len(every) if done else every.index(last) + 1 if last else 0
    return mark_after(context, learned, count), notes


def _unfiled(shelf: Shelf, names: Sequence[str]) -> list[Memory]:
    """Those of the memories that hold and are on no page."""
    filed = {name for names in shelf.on.values() for name in names}
    wanted = [name for name in names if name not in filed and shelf.standing(name) == name]
    found = {m.id: shelf.ledger.now.setdefault(m.id, m) for m in _read(shelf, wanted)}
    return [m for m in found.values() if may_become(m)]


def _claims(shelf: Shelf, answer: Pages, shown: Shown) -> list[Claim]:
    found = []
    for relation in answer.relations:
        newer, older = (shown.memory(number) for number in (relation.newer, relation.older))
        if newer is None or older is None:
            shelf.refused["relations of memories not shown"] += 1
        else:
            found.append(Claim(relation.kind, newer.id, older.id))
    return found


def _put(state: DreamState, shelf: Shelf, note: PageNote, shown: Shown) -> None:
    """Put memories on the page that a note means, or refuse it."""
    named = [shown.memory(number) for number in dict.fromkeys(note.memories)]
    if unknown := sum(memory is None for memory in named):
        shelf.refused["numbers of memories not shown"] += unknown
    names = [shelf.standing(memory.id) for memory in named if memory is not None]
    names = [name for name in dict.fromkeys(names) if name]
    page = shown.page(note.page)
    if page is None and note.page:
        shelf.refused["pages that were not shown"] += 1
        return
    if page is None:
        page = _same(shelf, note, names) or _new(state, shelf, note, names)
    if page is None:
        return
    there = shelf.on[page.id]
    most = shelf.context.policy.level("page").budget
    room = len(names) if most is None else max(0, most - len(there))
    new = [name for name in names if name not in there]
    if len(new) > room:
        shelf.refused["memories that a page has no room for"] += len(new) - room
    there |= dict.fromkeys(new[:room])


def _same(shelf: Shelf, note: PageNote, names: Sequence[str]) -> Memory | None:
    """The page of that heading, or of nearly the same memories."""
    head = _heading(note).casefold()
    for page in shelf.pages.values():
        shared = len(shelf.on[page.id].keys() & set(names))
        if page.kind == "page" and (
            heading(page).casefold() == head
            or (names and shared >= _SAME * max(len(names), len(shelf.on[page.id])))
        ):
            return page
    return None


def _heading(note: PageNote) -> str:
    parts = (one_line(part, _TITLE) for part in (note.about, note.title))
    return ": ".join(part for part in parts if part)


def _new(state: DreamState, shelf: Shelf, note: PageNote, names: Sequence[str]) -> Memory | None:
    head = _heading(note)
    if not _LETTER.search(head):
        shelf.refused["pages without a title"] += 1
    elif suspicious(head):
        shelf.refused["pages that read as instructions"] += 1
    elif len(names) < _NEW:
        shelf.refused[f"pages of fewer than {_NEW} memories"] += 1
    else:
        page = Memory(
            id=memory_id("page", f"{state['dream']}\n{head}"),
            text=head,
            kind="page",
            status="active",
            about=one_line(note.about, _TITLE),
            sources=(),
            learned_at=datetime.fromisoformat(state["started"]),
            dream=state["dream"],
        )
        shelf.pages[page.id] = page
        shelf.on[page.id] = {}
        return page
    return None


# -- what becomes of them


def _changes(state: DreamState, shelf: Shelf) -> tuple[list[Operation], dict[str, int]]:
    """Changes of pages in the ledger; those that have too little left are retired beside it."""
    retired, counts = list[Operation](), Counter[str]()
    for name, page in shelf.pages.items():
        names = [heir for cited in shelf.on[name] if (heir := shelf.standing(cited))]
        names = list(dict.fromkeys(names))
        if len(names) < LEAST_CITED:
            if page.cites:
                retired.append(_retired(state, page))
        elif page.kind == "page" and set(names) != set(page.cites):
            memories = _read(shelf, names)
            if not page.cites:
                new = gathered(page, memories)
                shelf.ledger.change("add_memory", new, f"gathers {len(memories)} memories")
                counts["pages"] += 1
            else:
                new = gathered(page, memories)
                came, went = set(new.cites) - set(page.cites), set(page.cites) - set(new.cites)
                reason = f"{len(came)} memories came, {len(went)} went"
                shelf.ledger.change("merge_memory", new, reason)
                counts["pages_changed"] += 1
    return retired, dict(counts)


def _read(shelf: Shelf, names: Sequence[str]) -> list[Memory]:
    now = shelf.ledger.now
    stored = shelf.context.vault.get([name for name in names if name not in now])
    found = (now.get(name) or stored.get(name) for name in names)
    return [memory for memory in found if isinstance(memory, Memory)]


def _retired(state: DreamState, page: Memory) -> Operation:
    started = datetime.fromisoformat(state["started"])
    return propose(
        state["dream"],
        "retire_memory",
        page.model_copy(update={"status": "retired", "valid_to": started}),
        before=page,
        reason="fewer than two of the memories that it is made of still hold",
    )
