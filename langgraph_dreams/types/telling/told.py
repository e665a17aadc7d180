"""Changes and costs in words, for reports that are printed."""

from collections.abc import Iterable, Mapping

from langgraph_dreams._text import brief, plain
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.operations import MEMORY_KINDS, Operation, final_states, rehearses

LISTED = 10
"""Texts told one by one; of more, the number is told."""
_LENGTH = 160
_CHANGES = {
    "add_memory": ("new memory", "new memories"),
    "merge_memory": ("memory confirmed", "memories confirmed"),
    "supersede_memory": ("memory superseded", "memories superseded"),
    "retire_memory": ("memory retired", "memories retired"),
    "rehearsals": ("question rehearsed", "questions rehearsed"),
    "retire_episode": ("episode put into the archive", "episodes put into the archive"),
    "restore_episode": ("episode back from the archive", "episodes back from the archive"),
    "add_link": ("new link", "new links"),
    "strengthen_link": ("link stronger", "links stronger"),
    "retire_link": ("link expired", "links expired"),
}


def many(number: int, noun: str) -> str:
    """A number of things."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def quoted(text: str) -> str:
    """A text on one line, cut."""
    return f"“{brief(plain(text), _LENGTH)}”"


def listed(texts: Iterable[str]) -> list[str]:
    """The first few lines, and how many more there are."""
    lines = list(texts)
    more = [f"... and {len(lines) - LISTED} more"] if len(lines) > LISTED else []
    return lines[:LISTED] + more


def counted(counts: Mapping[str, int]) -> str:
    """The operations by kind, in words."""
    told = [
        f"{count:,} {one if count == 1 else more}"
        for kind, (one, more) in _CHANGES.items()
        if (count := counts.get(kind, 0))
    ]
    return ", ".join(told)


def memory_lines(operations: Iterable[Operation]) -> list[str]:
    """What became of each memory that operations change, a line each; new ones first."""
    changes = [o for o in operations if o.kind in MEMORY_KINDS and not rehearses(o)]
    after = final_states(changes)
    lines: list[str] = []
    for kind in _CHANGES:
        told = dict.fromkeys(o.target for o in changes if o.kind == kind)
        lines += listed(_line(kind, after[name], after) for name in told if name in after)
    return lines


def _line(kind: str, memory: Memory, after: Mapping[str, Memory]) -> str:
    line = f"{_CHANGES[kind][0]}: {quoted(memory.text)}"
    if kind != "supersede_memory" or not memory.superseded_by:
        return line
    heir = after.get(memory.superseded_by)
    return f"{line}; since then: {quoted(heir.text) if heir else memory.superseded_by}"


def cost_line(cost: Mapping[str, float]) -> str:
    """Seconds and what the model took."""
    model = ("model_calls", "input_tokens", "output_tokens", "money")
    seconds = {name: value for name, value in cost.items() if name not in model}
    parts = [f"{sum(seconds.values()):.1f} s"]
    if slow := [f"{name} {took:.1f}" for name, took in seconds.items() if took >= 0.1]:
        parts[0] += f" ({', '.join(slow)})"
    if "model_calls" in cost:
        calls, came, went = (int(cost.get(name, 0)) for name in model[:3])
        parts.append(used(calls, came, went, cost.get("money")))
    return "; ".join(parts)


def used(calls: int, tokens_in: int, tokens_out: int, money: float | None) -> str:
    """Use of a model."""
    priced = "" if money is None else f", money {money:g}"
    return f"{many(calls, 'model call')}, {tokens_in:,} tokens in, {tokens_out:,} out{priced}"
