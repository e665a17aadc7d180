"""The results of all cases as one JSON-ready summary, and as a table to read."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from rich import box
from rich.console import Console
from rich.table import Table

from .runner import AT, NOTES, OURS, RERANKED, SHOWN, SHUFFLED, CaseResult
from .statistics import intervals

ALL = "all"
_SYSTEM_WIDTH, _COLUMN_WIDTH = 28, 27

Cell = dict[str, Any]
"""`recall@k` in percent and `ci@k` [low, high] for every rank, and `questions`."""


def summarise(results: Sequence[CaseResult], names: Sequence[str]) -> dict[str, Any]:
    """Systems and differences by category, with intervals, and the costs.

    `differences` are ours minus each other system, of the same questions, in percentage points.
    """
    categories = np.array([name for result in results for name in result.categories])
    cases = np.repeat(np.arange(len(results)), [len(result.categories) for result in results])
    recall = {
        name: 100 * np.concatenate([result.recall[name] for result in results]) for name in names
    }
    pairs = compared(names)
    columns = [recall[name] for name in names] + [recall[a] - recall[b] for a, b in pairs]
    labels = [("systems", name) for name in names]
    labels += [("differences", f"{a} - {b}") for a, b in pairs]
    table = np.concatenate(columns, axis=1)
    summary: dict[str, Any] = {
        "systems": {name: {} for name in names},
        "differences": {f"{a} - {b}": {} for a, b in pairs},
    }
    for category in [*dict.fromkeys(sorted(set(categories.tolist()) - {ALL})), ALL]:
        chosen = np.full(len(categories), True) if category == ALL else categories == category
        means, bounds = intervals(table[chosen], cases[chosen].tolist())
        for index, (part, name) in enumerate(labels):
            place = slice(index * len(AT), (index + 1) * len(AT))
            cell = _cell(means[place], bounds[place], int(chosen.sum()))
            summary[part][name][category] = cell
    summary["cost"] = costs(results, names)
    return summary


def compared(names: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of systems to compare: ours with each, and with notes or a reranker without."""
    own = (OURS, NOTES, SHUFFLED, RERANKED)
    pairs = [(OURS, name) for name in names if name not in own]
    if NOTES in names:
        pairs += [(NOTES, OURS), (NOTES, SHUFFLED), (SHUFFLED, OURS)]
    if RERANKED in names:
        pairs.append((RERANKED, OURS))
    return pairs


def costs(results: Sequence[CaseResult], names: Sequence[str]) -> dict[str, float]:
    """Sums over the cases, and what follows from them.

    `seconds_recall_ratio` compares ours with hybrid in the same run, questions embedded before.
    """
    total = {key: sum(result.cost[key] for result in results) for key in results[0].cost}
    questions = sum(len(result.categories) for result in results)
    hybrid = total.get("seconds_recall_hybrid", 0.0)
    cost = {
        **{key: int(total[key]) for key in ("items", "links", "memories", "dreams", "rejected")},
        "guard_loss": max(result.cost["guard_loss"] for result in results),
        **{
            f"{part}_{name}": int(total[f"{part}_{name}"])
            for name in (NOTES, SHUFFLED)
            for part in ("memories", "model_calls")
            if f"{part}_{name}" in total
        },
        **{
            key: value
            for name in (OURS, NOTES)
            if (tokens := total.get(f"shown_tokens_{name}"))
            for key, value in (
                (f"tokens_shown_{name}", tokens / questions),
                (f"turns_per_1000_tokens_{name}", 1000 * total[f"shown_turns_{name}"] / tokens),
            )
        },
        **{
            f"session_percent_{name}": 100 * total[f"sessions_{name}"] / questions for name in names
        },
        "links_per_item": total["links"] / total["items"],
        "links_per_dream": total["links"] / total["dreams"],
        "links_used": int(total["links_used"]),
        "seconds_per_dream": total["seconds_dreaming"] / total["dreams"],
        "store_mb": total["store_mb"],
        "store_kb_per_item": 1000 * total["store_mb"] / total["items"],
        "seconds_recall_ratio": total[f"seconds_recall_{OURS}"] / hybrid if hybrid else 0.0,
        **{
            f"ms_recall_{name}": 1000 * total[f"seconds_recall_{name}"] / questions
            for name in names
        },
        **{
            f"seconds_{part}": total[f"seconds_{part}"]
            for part in ("embedding", "recording", "dreaming")
        },
    }
    return {key: round(value, 4) for key, value in cost.items()}


def print_summary(summary: Mapping[str, Any], console: Console) -> None:
    """Print what was measured on what: recall by system, differences, costs.

    A console that is narrower than the tables is widened, so that no figure is cut off.
    """
    columns = len(summary["systems"][OURS])
    console.width = max(console.width, _SYSTEM_WIDTH + columns * _COLUMN_WIDTH)
    console.print(data_line(summary), soft_wrap=True)
    console.print(_recall_table(summary))
    console.print(_difference_table(summary))
    console.print(_session_line(summary), soft_wrap=True, highlight=False)
    console.print(_cost_line(summary["cost"]), soft_wrap=True, highlight=False)


def data_line(summary: Mapping[str, Any]) -> str:
    """On what data, with which embedder and which policy."""
    data = summary["data"]
    left_out = "".join(f", left out: {count} {what}" for what, count in data["left_out"].items())
    changed = ", ".join(f"{key}={value}" for key, value in summary["policy_changes"].items())
    return (
        f"{data['file']} ({summary['dataset']}), {data['part']}: {data['cases']} cases, "
        f"{data['units']} units, {data['questions']} questions{left_out}; "
        f"embedder {summary['embedder']}; policy differences from the default: {changed or 'none'}"
    )


def _cell(means: npt.NDArray[np.float64], bounds: npt.NDArray[np.float64], questions: int) -> Cell:
    cell: Cell = {"questions": questions}
    for rank, mean, bound in zip(AT, means, bounds, strict=True):
        cell[f"recall@{rank}"] = round(float(mean), 2)
        cell[f"ci@{rank}"] = [round(float(value), 2) for value in bound]
    return cell


def _recall_table(summary: Mapping[str, Any]) -> Table:
    ranks = "/".join(str(rank) for rank in AT)
    table = _table(f"Evidence recall@{ranks}, percent", summary)
    for name, row in summary["systems"].items():
        figures = [
            " ".join(f"{cell[f'recall@{rank}']:5.1f}" for rank in AT) for cell in row.values()
        ]
        table.add_row(name, *figures, style="bold" if name in (OURS, NOTES) else "")
    return table


def _difference_table(summary: Mapping[str, Any]) -> Table:
    table = _table("Differences in percentage points, with 95% intervals", summary)
    for name, row in summary["differences"].items():
        figures = ["\n".join(_difference(cell, rank) for rank in AT) for cell in row.values()]
        table.add_row(f"{name}\n@{' @'.join(str(rank) for rank in AT)}", *figures)
        table.add_section()
    return table


def _difference(cell: Mapping[str, Any], rank: int) -> str:
    low, high = cell[f"ci@{rank}"]
    sure = "*" if low > 0 or high < 0 else " "
    return f"{cell[f'recall@{rank}']:+5.1f}{sure} [{low:+.1f}, {high:+.1f}]"


def _table(title: str, summary: Mapping[str, Any]) -> Table:
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    table.add_column("system", no_wrap=True)
    for category, cell in summary["systems"][OURS].items():
        table.add_column(f"{category}\n(n {cell['questions']})", no_wrap=True, justify="right")
    return table


def _session_line(summary: Mapping[str, Any]) -> str:
    parts = (f"{n} {summary['cost'][f'session_percent_{n}']:.1f}" for n in summary["systems"])
    return (
        f"Questions with any session of their evidence among the first {SHOWN}, percent: "
        f"{', '.join(parts)}. Vendors often report this: one turn of the right day is enough, "
        "whether or not it holds any evidence. It does not tell the systems apart.\n"
    )


def _cost_line(cost: Mapping[str, float]) -> str:
    seconds = ", ".join(
        f"{part} {cost[f'seconds_{part}']:.1f} s" for part in ("embedding", "recording", "dreaming")
    )
    shown = "".join(
        f"; a model is shown {cost[f'tokens_shown_{name}']:.0f} tokens a question by {name}, "
        f"{cost[f'turns_per_1000_tokens_{name}']:.2f} evidence turns per 1,000 tokens"
        for name in (OURS, NOTES)
        if f"tokens_shown_{name}" in cost
    )
    return (
        f"Cost: {cost['links']:,} links ({cost['links_per_item']:.1f} an item, "
        f"{cost['links_per_dream']:.0f} a night, {cost['links_used']:,} on the way of a recall), "
        f"{cost['dreams']} dreams of {cost['seconds_per_dream']:.2f} s "
        f"({cost['rejected']} rejected, most recall lost by one {cost['guard_loss']:.1%}), "
        f"{cost['memories']} memories, store {cost['store_mb']:.1f} MB "
        f"({cost['store_kb_per_item']:.1f} kB an item); {seconds}; "
        f"a recall {cost[f'ms_recall_{OURS}']:.1f} ms, "
        f"{cost['seconds_recall_ratio']:.2f} times hybrid's{shown}"
    )
