"""The curves of a life: recall by night and variant, beside the same questions without dreams."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from ..statistics import intervals
from .course import Course
from .living import AT, Lived

_TURNS, _FILE = ("turns", "memories"), ("characters", "lines")
"""Names of a point's size and memories."""
WITHIN = 1.0
"""Points of recall by which a life with dreams may lie below one without."""


def summarise(course: Course, lives: Mapping[str, Lived], beside: str) -> dict[str, Any]:
    """All figures, JSON-ready: by variant a point for each measured night, and the lowest."""
    chats = [question.gold[0].split("/")[0] for question in course.questions]
    names = list(dict.fromkeys(chats))
    cases = [names.index(chat) for chat in chats]
    lives = {**lives, **_archived(lives)}
    curves = {name: _curve(lived, lives.get(beside), cases) for name, lived in lives.items()}
    return {
        "measure": f"evidence recall@{AT}, percent",
        "sessions": len(course.days),
        "turns": sum(map(len, course.days)),
        "chats": course.chats,
        "questions": len(course.questions),
        "nights": list(course.measured),
        "beside": beside,
        "variants": curves,
    }


def _archived(lives: Mapping[str, Lived]) -> dict[str, Lived]:
    """Lives that archive, as they are when recall is asked to search the archive, too."""
    return {
        f"{name}, archive searched": replace(
            lived,
            points=[
                replace(p, recall=p.recall if p.whole is None else p.whole) for p in lived.points
            ],
        )
        for name, lived in lives.items()
        if any(point.whole is not None for point in lived.points)
    }


def _curve(lived: Lived, beside: Lived | None, cases: Sequence[int]) -> dict[str, Any]:
    points: list[dict[str, Any]] = []
    for index, point in enumerate(lived.points):
        columns = [np.array(point.recall)]
        if beside is not None:
            columns.append(columns[0] - np.array(beside.points[index].recall))
        means, bounds = intervals(100 * np.stack(columns, axis=1), cases)
        told: dict[str, Any] = {
            "night": point.night,
            "recall": _rounded(means[0], bounds[0]),
            "size": point.size,
            "memories": point.memories,
        }
        if beside is not None:
            told["difference"] = _rounded(means[1], bounds[1])
        points.append(told)
    result: dict[str, Any] = {
        "points": points,
        "kept": _FILE if lived.run["variant"]["way"] == "file" else _TURNS,
        "dreams": lived.dreams,
        "seconds": round(lived.seconds, 1),
    }
    if lived.false:
        result["falsehoods"] = len(lived.false)
        result["wrong supersessions"] = len(lived.wrong)
    if beside is not None and beside is not lived and points:
        lowest = min(points, key=lambda p: p["difference"]["percent"])
        result["lowest"] = {"night": lowest["night"], **lowest["difference"]}
    return result


def _rounded(mean: float, bounds: Sequence[float]) -> dict[str, Any]:
    return {"percent": round(float(mean), 2), "ci": [round(float(b), 2) for b in bounds]}


def fallen(course: Course, lived: Lived, beside: Lived) -> list[dict[str, Any]]:
    """Every question that finds less than without dreams after some night, and what came instead.

    Of a memory file, the lines that came.
    """
    rows = []
    for point, other in zip(lived.points, beside.points, strict=True):
        for index, question in enumerate(course.questions):
            if point.recall[index] >= other.recall[index]:
                continue
            there, before = point.found[index], other.found[index]
            rows.append(
                {
                    "night": point.night,
                    "question": question.text,
                    "category": question.category,
                    "recall": [round(r[index], 3) for r in (other.recall, point.recall)],
                    "lost": [unit for unit in question.gold if unit in set(before) - set(there)],
                    "came": [item for item in there if item not in before],
                }
            )
    return rows


def print_summary(summary: Mapping[str, Any], console: Console) -> None:
    """A row for each variant, a column for each measured night; then what was asked of it."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(f"{summary['measure']} after night", no_wrap=True)
    for night in summary["nights"]:
        table.add_column(str(night), justify="right", no_wrap=True)
    table.add_column("lowest against\nno dreams", no_wrap=True)
    for name, curve in summary["variants"].items():
        cells = [f"{point['recall']['percent']:.1f}" for point in curve["points"]]
        cells += [""] * (len(summary["nights"]) - len(cells))
        low = curve.get("lowest")
        table.add_row(
            name,
            *cells,
            f"{low['percent']:+.1f} [{low['ci'][0]:+.1f}, {low['ci'][1]:+.1f}], night "
            f"{low['night']}"
            if low
            else "",
        )
    console.width = max(console.width, 110 + 9 * len(summary["nights"]))
    console.print(table, highlight=False)
    console.print(
        f"{summary.get('file', 'the set')}: {summary['questions']} questions of the first"
        f" {summary['nights'][0]} sessions, {summary['chats']} chats, {summary['sessions']}"
        f" sessions, {summary['turns']} turns",
        highlight=False,
    )
    for name, curve in summary["variants"].items():
        told = [f"{count} {what}" for what, count in curve["dreams"].items() if count]
        if "falsehoods" in curve:
            told.append(
                f"{curve['falsehoods']} falsehoods claimed, {curve['wrong supersessions']} true"
                " memories ended by one"
            )
        last = curve["points"][-1] if curve["points"] else None
        if last:
            told.append(f"{last['size']} {curve['kept'][0]}, {last['memories']} {curve['kept'][1]}")
        console.print(f"{name}: {', '.join(told)}; {curve['seconds']:.0f} s", highlight=False)
