"""Figures of a dream's health beside those of its counts (dream/commit/figures.py).

novelty_to_last   share of what it is about (terms of links, memories) that the last was not;
                  absent where it is about neither
untrusted         share of its new episodes that nobody vouches for, or that give orders
later_use         share of what the ten dreams before it made that recalls returned since the
                  last
echoes            share of its confirmations that say word for word what recall had shown before
graph_items, graph_links, links_per_item      size of the whole

What it cost stands in the report by itself.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.language.words import content_sequence
from langgraph_dreams.safety.trust import doubtful
from langgraph_dreams.store import NamespaceStore, RecallNote
from langgraph_dreams.types.items import Episode, Link, Memory
from langgraph_dreams.types.operations import LINK_KINDS, MEMORY_KINDS, Operation
from langgraph_dreams.types.reports import DreamReport

_LOOKED_BACK = 10  # dreams whose later use is counted
_MADE = ("add_memory", "add_link")


def figures_of(context: StageContext, report: DreamReport) -> dict[str, float]:
    """The figures of a dream before it is written."""
    vault = context.vault
    nights = [d for d in vault.dreams() if d.status == "committed" and d.depth != "nap"]
    earlier = [d for d in nights if d.id != report.id]
    last = vault.get_dream(earlier[-1].id) if earlier else None
    notes = vault.noted(list(report.recalls)) if report.recalls else []
    return {
        **_novelty(report.operations, last.operations if last else ()),
        "untrusted": _untrusted(vault, report.episodes),
        "later_use": _later_use(vault, earlier[-_LOOKED_BACK:], notes),
        "echoes": _echoes(context, report.operations, notes),
        **_size(vault, report.operations),
    }


def made_by(vault: NamespaceStore, notes: Iterable[RecallNote]) -> Counter[str]:
    """By dream, in how many recalls something came that it had made: a memory, or by a link."""
    notes = list(notes)
    links = vault.get_links(sorted({link for note in notes for link in note.links}))
    shown = vault.get(sorted({i for note in notes for i in note.items if i.startswith("m")}))
    dreams = {name: link.dream for name, link in links.items()}
    dreams |= {name: item.dream for name, item in shown.items() if isinstance(item, Memory)}
    used: Counter[str] = Counter()
    for note in notes:
        used.update({dreams[i] for i in (*note.links, *note.items) if i in dreams})
    return used


def _later_use(
    vault: NamespaceStore, earlier: Sequence[DreamReport], notes: Sequence[RecallNote]
) -> float:
    made = sum(dream.counts.get(kind, 0) for dream in earlier for kind in _MADE)
    if not made or not notes:
        return 0.0
    names = {dream.id for dream in earlier}
    links = vault.get_links(sorted({link for note in notes for link in note.links}))
    shown = vault.get(sorted({i for note in notes for i in note.items if i.startswith("m")}))
    found = [*links.values(), *shown.values()]
    used = sum(isinstance(x, Link | Memory) and x.dream in names for x in found)
    return _share(min(used, made), made)


def _novelty(new: Iterable[Operation], last: Iterable[Operation]) -> dict[str, float]:
    now, before = _about(new), _about(last)
    return {"novelty_to_last": _share(len(now - before), len(now))} if now else {}


def _about(operations: Iterable[Operation]) -> set[str]:
    """What operations are about: the terms of links, and the memories."""
    found: set[str] = set()
    for operation in operations:
        state = operation.state_after()
        if isinstance(state, Link) and operation.kind in LINK_KINDS:
            found.update(state.bridge)
        elif isinstance(state, Memory) and operation.kind in MEMORY_KINDS:
            found.add(operation.target)
    return found


def _untrusted(vault: NamespaceStore, episodes: Sequence[str]) -> float:
    found = [e for e in vault.get(episodes).values() if isinstance(e, Episode)]
    return _share(sum(doubtful(e) for e in found), len(found))


def _echoes(
    context: StageContext, operations: Iterable[Operation], notes: Sequence[RecallNote]
) -> float:
    """Recall shows a memory, somebody reads it aloud, and the next dream counts that as said again.

    Of the sources that confirm a memory anew, the share that say no more than it does, after a
    recall returned it.
    """
    shown = {name: note.time for note in reversed(notes) for name in note.items}  # the first time
    gained: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    for operation in operations:
        before = operation.state_before()
        if operation.kind == "merge_memory" and isinstance(before, Memory):
            after = operation.memory()
            gained[after.id] = tuple(i for i in after.sources if i not in before.sources)
            texts[after.id] = before.text
    found = context.vault.get([i for names in gained.values() for i in names])
    language = context.vault.language
    read = total = 0
    for name, sources in gained.items():
        words = content_sequence(language, texts[name])
        for episode in (found[i] for i in sources if i in found):
            if isinstance(episode, Episode):
                total += 1
                said = content_sequence(language, episode.said or episode.text)
                read += name in shown and shown[name] <= episode.time and said == words
    return _share(read, total)


def _size(vault: NamespaceStore, operations: Iterable[Operation]) -> dict[str, float]:
    counts = vault.count()
    new = Counter(o.kind for o in operations)
    items = counts["episodes"] + counts["memories"] + new["add_memory"]
    links = counts["links"] + new["add_link"] - new["retire_link"]
    per_item = round(links / items, 4) if items else 0.0
    return {"graph_items": items, "graph_links": links, "links_per_item": per_item}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
