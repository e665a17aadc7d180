"""The core: the few memories that are worth being always in context, changed rarely.

Only what a person said comes in (trust), and only once several conversations say so, recalls asked
for it, or a model marked it as lasting. Of what says the same of a subject, or something else in
its place, there is one line; those of one page stand together. A line that no longer holds goes
with the dream that finds out; whatever superseded it takes its place.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from langgraph_dreams._text import tokens_of
from langgraph_dreams.dream.levels.ladder import may_change
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.transaction.apply import memories_after
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import same_subject
from langgraph_dreams.recall.update_order import UPDATE, is_update
from langgraph_dreams.safety.fencing import harmless
from langgraph_dreams.safety.trust import may_become
from langgraph_dreams.types.base import Trust
from langgraph_dreams.types.items import HOLDING, Core, CoreLine, Memory, with_lines
from langgraph_dreams.types.operations import Operation, final_states, propose

_KINDS = ("preference", "procedure", "fact", "insight")  # what comes first
_MOST = 200  # memories considered; far more than there is room for
_LASTING = 3  # a model marked it as who somebody is: said once is enough
_LONGEST = 300  # characters of a line; half a statement may say the opposite, so none is cut


def changed_core(
    context: StageContext, state: DreamState, operations: Sequence[Operation]
) -> Operation | None:
    """The operation that changes the core, as it is after all others; None leaves it as it is."""
    level, before = context.policy.level("core"), context.vault.get_core()
    most = sys.maxsize if level.budget is None else level.budget
    changed = final_states(operations)
    if not most:
        lines: Sequence[CoreLine] = ()
    elif may_change(state, "core"):
        chosen = map(_line, _chosen(context, changed, operations))
        lines = _by_page(context, _filled(chosen, most), changed)
    else:
        lines = _filled(_kept(context, before, changed, operations), most)
    after = with_lines(Core(changed=state["number"]), tuple(lines))
    if _told(before) == _told(after):
        return None
    return propose(
        state["dream"], "change_core", after, before=before, reason=_reason(before, after)
    )


def _names(core: Core) -> list[str]:
    return [line.memory for line in core.lines]


def _told(core: Core) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(line.memory, line.text, line.sources[:3]) for line in core.lines]


def _reason(before: Core, after: Core) -> str:
    old, new = _names(before), _names(after)
    came, went = len(set(new) - set(old)), len(set(old) - set(new))
    if not came and not went:
        return "the same memories, told anew"
    return f"{came} came, {went} went"


# -- at its time: chosen anew


def _chosen(
    context: StageContext, changed: dict[str, Memory], operations: Sequence[Operation]
) -> list[Memory]:
    """Memories that may be in the core, what belongs there most first."""
    ids = [*context.vault.memory_ids((*HOLDING, "superseded")), *changed]
    memories = {m.id: m for m in memories_after(context.vault, ids, changed)}
    said = _conversations(context, list(memories.values()))
    worthy = _worthy(memories, said, context.policy.level("core").least)
    language = context.vault.language
    fit = [m for m in memories.values() if m.id in worthy and _fit(m, language)]
    latest = _latest(context, fit, operations)
    ranked = sorted(latest, key=lambda m: _rank(m, said[m.id]))
    return _one_a_matter(language, ranked[:_MOST])


def _conversations(context: StageContext, memories: Sequence[Memory]) -> dict[str, int]:
    """The number of conversations that say so, by memory."""
    facts = context.vault.facts({name for m in memories for name in m.sources})

    def conversation(name: str) -> tuple[str, str]:
        thread = facts[name].thread if name in facts else ""
        return (thread, "") if thread else ("", name)

    # An insight has no episodes of its own.
    threads = {m.id: len(set(map(conversation, m.sources))) or m.confirmed for m in memories}
    return {m.id: min(m.confirmed, threads[m.id]) for m in memories}


def _one_a_matter(language: Language, memories: Sequence[Memory]) -> list[Memory]:
    """The memories, of those on one matter the newest; of those that say the same the first."""
    kept: list[Memory] = []
    for memory in memories:
        for at, other in enumerate(kept):
            if not same_subject(other.about, memory.about):
                continue
            if language.same_statement(other.text, memory.text):
                break
            old, new = sorted((other, memory), key=_newest)
            if _newest(old) < _newest(new) and language.contradiction(old.text, new.text):
                kept[at] = new
                break
        else:
            kept.append(memory)
    return kept


def _worthy(memories: Mapping[str, Memory], said: Mapping[str, int], least: int) -> set[str]:
    """Confirmed or used often enough, marked as lasting, or in the place of a memory that was."""
    worthy = {
        m.id
        for m in memories.values()
        if m.trust == Trust.TRUSTED and (max(said[m.id], m.uses) >= least or m.lasting >= _LASTING)
    }
    heirs = [heir for name in sorted(worthy) for heir in _heirs(memories[name], memories.get)]
    return worthy | {m.id for m in heirs}


def _heirs(memory: Memory, find: Callable[[str], Memory | None]) -> Iterator[Memory]:
    """The memory that superseded one, the one that superseded that, and so on."""
    seen = {memory.id}
    while memory.status == "superseded" and memory.superseded_by not in seen:
        seen.add(memory.superseded_by)
        following = find(memory.superseded_by)
        if following is None:
            return
        memory = following
        yield memory


def _fit(memory: Memory, language: Language) -> bool:
    trusted = memory.trust == Trust.TRUSTED and may_become(memory)
    told = memory.kind != "fact" or bool(language.assertions(memory.text))
    fit = memory.current and memory.kind != "page" and trusted and told
    return fit and bool(_folded(memory.text))


def _latest(
    context: StageContext, memories: Sequence[Memory], operations: Sequence[Operation]
) -> list[Memory]:
    """Those that rest on more than statements that a later one brought up to date."""
    sources = sorted({name for m in memories for name in m.sources})
    older = {edge.b for edge in context.vault.edges(sources) if is_update(edge)}
    new = [o.after for o in operations if o.kind == "add_link" and o.after]
    older |= {str(link["b"]) for link in new if link["kind"] == UPDATE}
    return [m for m in memories if not m.sources or not older.issuperset(m.sources)]


def _newest(memory: Memory) -> datetime:
    return memory.last_confirmed or memory.valid_from or memory.learned_at


def _rank(memory: Memory, said: int) -> tuple[bool, int, bool, int, float, str]:
    return (
        memory.lasting < _LASTING,
        _KINDS.index(memory.kind),
        memory.status != "active",
        -(said + memory.uses),
        -_newest(memory).timestamp(),
        memory.id,
    )


# -- in between: only what no longer holds goes


def _kept(
    context: StageContext,
    core: Core,
    changed: dict[str, Memory],
    operations: Sequence[Operation],
) -> Iterator[CoreLine]:
    """The lines that still hold, and in the place of others what superseded them."""

    def find(name: str) -> Memory | None:
        return next(iter(memories_after(context.vault, [name], changed)), None)

    memories = {m.id: m for m in memories_after(context.vault, _names(core), changed)}
    latest = {m.id for m in _latest(context, list(memories.values()), operations)}
    there = set(_names(core))
    language = context.vault.language
    for line in core.lines:
        memory = memories.get(line.memory)
        if memory is None:
            continue
        if _fit(memory, language):
            if memory.id in latest:
                yield line
            continue
        heir = next((m for m in _heirs(memory, find) if _fit(m, language)), None)
        if heir is not None and heir.id not in there:
            there.add(heir.id)
            yield _line(heir)


# -- lines


def _by_page(
    context: StageContext, lines: Sequence[CoreLine], changed: Mapping[str, Memory]
) -> list[CoreLine]:
    """The lines in order, but each beside the first one that is on the same page."""
    names = [*context.vault.derived_ids(), *changed]
    found = memories_after(context.vault, names, changed) if lines else []
    pages = [set(m.cites) for m in found if m.kind == "page" and m.current]
    placed: dict[str, CoreLine] = {}
    for line in lines:
        beside = set[str]().union(*(page for page in pages if line.memory in page))
        together = (other for other in lines if other.memory in beside)
        placed |= {one.memory: one for one in (line, *together) if one.memory not in placed}
    return list(placed.values())


def _line(memory: Memory) -> CoreLine:
    return CoreLine(memory=memory.id, text=_folded(memory.text), sources=memory.sources)


def _folded(text: str) -> str:
    """The text in one line of visible characters; empty when that is too long for the core."""
    line = " ".join(harmless(text).split())
    return line if len(line) <= _LONGEST else ""


def _filled(lines: Iterable[CoreLine], most: int) -> tuple[CoreLine, ...]:
    """The first lines that together stay within the bound; one that does not fit is left out."""
    kept: list[CoreLine] = []
    text = ""
    for line in lines:
        longer = "\n".join([text] * bool(kept) + [Core(lines=(line,)).text()])
        if tokens_of(longer) <= most:
            kept.append(line)
            text = longer
    return tuple(kept)
