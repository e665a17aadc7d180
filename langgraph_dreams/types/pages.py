"""Pages: memories gathered under one theme. The lines are the memories' own texts, one each."""

from collections.abc import Collection, Iterable
from datetime import datetime

from langgraph_dreams.types.base import lowest_trust
from langgraph_dreams.types.items import Memory

_BULLET = "- "


def heading(page: Memory) -> str:
    """Whom or what a page is about, and its theme."""
    return page.text.split("\n", 1)[0]


def gathered(page: Memory, memories: Iterable[Memory]) -> Memory:
    """The page with a line for each of these memories, in order of time.

    It is as trusted as the least of them, and cites what they cite.
    """
    told = sorted(memories, key=_when)
    return page.model_copy(
        update={
            "text": "\n".join([heading(page), *(_BULLET + " ".join(m.text.split()) for m in told)]),
            "cites": tuple(m.id for m in told),
            "sources": tuple(dict.fromkeys(source for m in told for source in m.sources)),
            "trust": lowest_trust(m.trust for m in told),
            "valid_from": min(m.valid_from or m.learned_at for m in told),
            "last_confirmed": max(m.last_confirmed or m.learned_at for m in told),
        }
    )


def cut_to(page: Memory, names: Collection[str]) -> Memory | None:
    """The page with the lines of these memories alone; None when none is left.

    What else it cites is left as it is.
    """
    first, *lines = page.text.split("\n")
    if len(lines) != len(page.cites):
        return None  # not as it was laid out: which line is whose is not known
    kept = [(name, line) for name, line in zip(page.cites, lines, strict=True) if name in names]
    if not kept:
        return None
    text = "\n".join([first, *(line for _, line in kept)])
    return page.model_copy(update={"text": text, "cites": tuple(name for name, _ in kept)})


def _when(memory: Memory) -> tuple[datetime, str]:
    since = memory.valid_from or memory.learned_at
    if memory.event_from is None:
        return since, memory.id
    began = datetime(*memory.event_from.timetuple()[:3], tzinfo=since.tzinfo)
    return began, memory.id
