"""The curves as a picture: plain SVG, made by hand."""

from collections.abc import Mapping
from html import escape
from typing import Any

_COLOURS = (
    *("#555555", "#1b6ca8", "#0b8f5a", "#8e44ad", "#c0392b"),
    *("#e07b39", "#b8860b", "#17a2a2", "#d6589f"),
)
_DASHED = "memory file"
_LEFT, _TOP, _WIDTH, _HEIGHT, _LEGEND = 56, 46, 560, 300, 230


def svg(summary: Mapping[str, Any], title: str) -> str:
    """Recall by night, a line for each variant; lines of a memory file are dashed."""
    nights: list[int] = summary["nights"]
    first, last = nights[0], max(nights[-1], nights[0] + 1)

    def x(night: int) -> float:
        return round(_LEFT + (night - first) / (last - first) * _WIDTH, 1)

    def y(percent: float) -> float:
        return round(_TOP + (1 - percent / 100) * _HEIGHT, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + _LEGEND}'
        f' {_TOP + _HEIGHT + 56}" font-family="Helvetica, Arial, sans-serif" font-size="12"'
        f' role="img" aria-label="{escape(title)}">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{_LEFT}" y="24" font-size="14" font-weight="bold">{escape(title)}</text>',
    ]
    parts += [
        f'<path d="M{_LEFT} {y(percent)}H{_LEFT + _WIDTH}" stroke="#ddd"/>'
        f'<text x="{_LEFT - 8}" y="{y(percent) + 4}" text-anchor="end">{percent}</text>'
        for percent in range(0, 101, 20)
    ]
    step = max(1, -(-len(nights) // 10))
    parts += [
        f'<text x="{x(night)}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle">{night}</text>'
        for night in dict.fromkeys((*nights[:-1:step], nights[-1]))
    ]
    parts.append(
        f'<text x="{_LEFT + _WIDTH / 2}" y="{_TOP + _HEIGHT + 40}" text-anchor="middle">'
        "nights</text>"
    )
    for index, (name, curve) in enumerate(summary["variants"].items()):
        colour = _COLOURS[index % len(_COLOURS)]
        dashed = ' stroke-dasharray="6 4"' if name.startswith(_DASHED) else ""
        line = " ".join(f"{x(p['night'])},{y(p['recall']['percent'])}" for p in curve["points"])
        height = _TOP + 10 + index * 20
        place = _LEFT + _WIDTH + 16
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'
            f'<path d="M{place} {height - 4}h24" stroke="{colour}" stroke-width="2"{dashed}/>'
            f'<text x="{place + 30}" y="{height}">{escape(name)}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"
