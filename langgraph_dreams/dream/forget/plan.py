"""Everything that has to change so that nothing of what is forgotten is left; writes nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from langgraph_dreams._text import one_line
from langgraph_dreams.dream.forget.effects import fates, shrunk
from langgraph_dreams.dream.forget.scrub import Redaction, without, words_of
from langgraph_dreams.dream.forget.select import (
    Chosen,
    Phrase,
    episodes_of,
    memories_of,
    notes,
    said_by,
)
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import content_terms, written_terms
from langgraph_dreams.store import NamespaceStore, RecallNote
from langgraph_dreams.types.items import Core, Episode, Link, Memory, with_lines
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.telling.morning import KEPT


@dataclass(frozen=True)
class Plan:
    """Items to delete and items to write anew."""

    episodes: tuple[str, ...]
    memories: tuple[str, ...]
    changed: Mapping[str, Memory]
    """Memories that stay, with what they keep."""
    links: tuple[Link, ...]
    changed_links: tuple[Link, ...]
    core: Core | None
    """The core as it will be; None when it stays."""
    core_lines: tuple[str, ...]
    """Memories whose line it loses."""
    dreams: tuple[DreamReport, ...]
    """Dreams as the journal will tell them."""
    recalls: tuple[str, ...]
    changed_recalls: tuple[RecallNote, ...]
    reactions: tuple[str, ...]
    """Episodes whose reaction was what a forgotten one said."""
    restored: tuple[str, ...]
    """Episodes that come back from the archive: what bore them goes."""


def forgetting_plan(vault: NamespaceStore, chosen: Chosen) -> Plan:
    """All that follows from what was chosen; the same again while it is being carried out."""
    gone = episodes_of(vault, chosen.episodes)
    memories = memories_of(vault)
    episodes = _Reader(vault, gone)
    fate = fates(memories, set(chosen.episodes), chosen.memories, episodes, vault.language)
    items: list[Episode | Memory] = [*gone.values()]
    # A rehearsal goes by its id: that a question was asked is no part of what was forgotten.
    items += (m for id_ in fate.removed if not (m := memories[id_]).rehearses)
    ids = {*chosen.episodes, *chosen.memories, *fate.removed}
    links = vault.links_of(sorted(ids), include_expired=True)
    asked = notes(vault)
    stay = {id_: fate.changed.get(id_, m) for id_, m in memories.items() if id_ not in ids}
    stated = [m for m in stay.values() if not m.rehearses]
    redaction = Redaction(
        ids | {link.id for link in links},
        [*said_by(items), chosen.text],
        _lost(vault, items, stated),
        {memory.text for memory in stated},
        vault.language,
    )
    telling = [m.id for m in stay.values() if m.rehearses and redaction.tells(m.text)]
    if telling:
        return forgetting_plan(vault, replace(chosen, memories=(*chosen.memories, *telling)))
    recalls = [n.id for n in asked if n.id in chosen.recalls or _recalled(n, ids, redaction)]
    questions = {one_line(note.query, KEPT) for note in asked if note.id in recalls}
    redaction = redaction.also(set(recalls), questions)
    core = vault.get_core()
    changed_core = _core(core, stay)
    left = [note for note in asked if note.id not in recalls]
    return Plan(
        episodes=tuple(gone),
        memories=fate.removed,
        changed=fate.changed,
        links=tuple(links),
        changed_links=tuple(_links(vault, {link.id for link in links}, redaction, items)),
        core=None if changed_core == core else changed_core,
        core_lines=tuple(line.memory for line in core.lines if line.memory not in stay),
        dreams=tuple(_dreams(vault, redaction, ids, episodes)),
        recalls=tuple(recalls),
        changed_recalls=tuple(_notes(left, {link.id for link in links})),
        reactions=tuple(_reactions(vault, gone)),
        restored=tuple(i for i, by in _archive(vault).items() if by in ids and i not in gone),
    )


def _archive(vault: NamespaceStore) -> dict[str, str]:
    away = vault.archive()
    return vault.bearers(away) if away else {}


class _Reader:
    """Reads episodes by id, each once."""

    def __init__(self, vault: NamespaceStore, known: Mapping[str, Episode]) -> None:
        self._vault = vault
        self._known: dict[str, Episode | None] = dict(known)

    def __call__(self, ids: Sequence[str]) -> dict[str, Episode]:
        new = [id_ for id_ in ids if id_ not in self._known]
        found = episodes_of(self._vault, new)
        self._known.update((id_, found.get(id_)) for id_ in new)
        return {id_: episode for id_ in ids if (episode := self._known[id_])}


def _lost(
    vault: NamespaceStore, items: Sequence[Episode | Memory], stay: Iterable[Memory]
) -> set[str]:
    """Stemmed content words that nothing has any more once the items are gone."""
    terms = {term for text in said_by(items) for term in content_terms(vault.language, text)}
    counted = vault.terms([item.id for item in items if isinstance(item, Episode)])
    held = Counter(term for counts in counted.values() for term in counts)
    everywhere = vault.frequencies(terms)
    lost = {term for term in terms if everywhere.get(term, 0) <= held[term]}
    return lost.difference(*(content_terms(vault.language, memory.text) for memory in stay))


def _recalled(note: RecallNote, ids: set[str], redaction: Redaction) -> bool:
    return bool(ids & set(note.items)) or redaction.tells(note.query)


def _notes(left: Iterable[RecallNote], links: set[str]) -> list[RecallNote]:
    """Recall notes that name a link that goes, without it."""
    return [
        replace(note, links=tuple(id_ for id_ in note.links if id_ not in links))
        for note in left
        if links & set(note.links)
    ]


def _core(core: Core, stay: Mapping[str, Memory]) -> Core:
    lines = tuple(
        line.model_copy(update={"sources": stay[line.memory].sources})
        for line in core.lines
        if line.memory in stay
    )
    return core if lines == core.lines else with_lines(core, lines)


def _dreams(
    vault: NamespaceStore, redaction: Redaction, ids: set[str], episodes: _Reader
) -> list[DreamReport]:
    """Dreams of which the journal has to tell otherwise."""
    changed = []
    for report in vault.dreams(operations=True):
        left = without(report, redaction, lambda m: shrunk(m, ids, episodes, vault.language))
        if left != report:
            changed.append(left)
    return changed


def _reactions(vault: NamespaceStore, gone: Mapping[str, Episode]) -> list[str]:
    """Episodes that stay, whose reaction is in the words of the forgotten turn after them."""
    beside = vault.neighbours(list(gone), 1)
    before = {id_: name for name, near in beside.items() for step, id_ in near if step < 0}
    found = episodes_of(vault, [id_ for id_ in before if id_ not in gone])
    return [
        episode.id
        for episode in found.values()
        if words_of(episode.reaction) and _repeats(episode.reaction, gone[before[episode.id]])
    ]


def _repeats(reaction: str, after: Episode) -> bool:
    phrase = Phrase(" ".join(words_of(reaction)))
    return phrase.within([after.said, after.text])


def _links(
    vault: NamespaceStore, gone: set[str], redaction: Redaction, items: Sequence[Episode | Memory]
) -> list[Link]:
    """Links that stay, but were told of or spelt in forgotten words."""
    words = {word for text in said_by(items) for word in words_of(text)}
    left = [link for link in vault.links(include_expired=True) if link.id not in gone]
    told = {link.id for link in left if link.helps and redaction.tells(link.helps)}
    spelt = {link.id for link in left if words & set(words_of(" ".join(link.bridge)))}
    touched = [link for link in left if link.id in told | spelt]
    ends = vault.get(list(dict.fromkeys(end for x in touched for end in (x.a, x.b))))
    changed = []
    for link in touched:
        texts = [ends[end].text for end in (link.a, link.b) if end in ends]
        bridge = tuple(
            word for term in link.bridge if (word := _spelt(vault.language, term, texts))
        )
        helps = "" if link.id in told else link.helps
        if (bridge, helps) != (link.bridge, link.helps):
            changed.append(link.model_copy(update={"bridge": bridge, "helps": helps}))
    return changed


def _spelt(language: Language, term: str, texts: Sequence[str]) -> str:
    """A bridging term as an end of its link spells it; empty when none has it."""
    if words_of(term) and Phrase(term).within(texts):
        return term
    stems = content_terms(language, term)
    for text in texts:
        written = written_terms(language, text)
        if stems and stems <= written.keys():
            return " ".join(written[stem] for stem in sorted(stems))
    return ""
