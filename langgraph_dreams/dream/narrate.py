"""The story of the night: a short text in which every sentence cites the operations it tells of."""

from typing import Any

from langgraph_dreams.dream.context import Bed
from langgraph_dreams.dream.state import DreamState
from langgraph_dreams.models import Episode, Memory

_TOLD = 3  # links and memories told one by one
_CITED = 3  # operations cited by id in one sentence
_SNIPPET = 90  # characters


def narrate(bed: Bed, state: DreamState) -> dict[str, Any]:
    """Tell the operations; the text goes to the journal, never into a prompt."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for operation in state["operations"]:
        by_kind.setdefault(operation["kind"], []).append(operation)
    links = sorted(by_kind.get("add_link", []), key=lambda o: (-o["after"]["weight"], o["id"]))
    memories = [*by_kind.get("add_memory", []), *by_kind.get("merge_memory", [])]
    texts = _texts(bed, links[:_TOLD])
    lines = []
    if links:
        lines.append(f"{_many(len(links), 'association')} held {_cite(links)}.")
    lines += [_link_line(o, texts) for o in links[:_TOLD]]
    lines += [
        f"“{_short(o['after']['text'])}” was {o['reason']} and is remembered as one {_cite([o])}."
        for o in memories[:_TOLD]
    ]
    for kind, words in (
        ("strengthen_link", "came back and grew stronger"),
        ("retire_link", "faded away; the record is kept"),
    ):
        if told := by_kind.get(kind):
            lines.append(f"{_many(len(told), 'association')} {words} {_cite(told)}.")
    for operation in by_kind.get("weaken_link", []):
        factor = operation["after"]["factor"]
        lines.append(f"All older associations were scaled by {factor:g} {_cite([operation])}.")
    return {"narrative": "\n".join(lines) or "A quiet night: nothing new held together."}


def _texts(bed: Bed, operations: list[dict[str, Any]]) -> dict[str, str]:
    ends = list({end for o in operations for end in (o["after"]["a"], o["after"]["b"])})
    return {
        name: f"“{_short(item.text)}”"
        + (f" ({item.time.day} {item.time:%b %Y})" if isinstance(item, Episode) else "")
        for name, item in bed.vault.get(ends).items()
        if isinstance(item, Episode | Memory)
    }


def _link_line(operation: dict[str, Any], texts: dict[str, str]) -> str:
    link = operation["after"]
    over = ", ".join(link["bridge"]) or link["channel"]
    new, old = texts.get(link["a"], link["a"]), texts.get(link["b"], link["b"])
    return f"{new} met {old} over {over} {_cite([operation])}."


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _cite(operations: list[dict[str, Any]]) -> str:
    ids = [o["id"][:10] for o in operations[:_CITED]]
    more = len(operations) - len(ids)
    return f"[{', '.join(ids)}{f' and {more} more' if more else ''}]"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SNIPPET else line[: _SNIPPET - 1].rstrip() + "…"
