"""The picture of a bridge: two notes, and what they share between them, as SVG."""

import textwrap
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 260
BOX = 230
LINE = 20


@dataclass(frozen=True)
class Bridge:
    """Two notes that are never together, and the words over which a dream linked them."""

    first: str
    shared: tuple[str, ...]
    last: str
    weight: float


def draw(bridge: Bridge) -> str:
    """The bridge as an SVG picture, from left to right."""
    middle = [*bridge.shared, f"weight {bridge.weight:.2f}"]
    right = WIDTH - BOX - 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="14">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<line x1="{BOX + 10}" y1="130" x2="{right}" y2="130" stroke="#667" stroke-width="2"/>',
        _box(10, "A note", textwrap.wrap(bridge.first, 28), "#eef3fb"),
        _box(right, "Another note", textwrap.wrap(bridge.last, 28), "#eef3fb"),
        '<ellipse cx="380" cy="130" rx="105" ry="52" fill="#fdf3dc" stroke="#667"/>',
        _lines(380, 135 - LINE * (len(middle) - 1) // 2, middle, "middle"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _box(x: int, title: str, lines: list[str], colour: str) -> str:
    box = f'<rect x="{x}" y="40" width="{BOX}" height="180" rx="8" fill="{colour}" stroke="#667"/>'
    return box + _lines(x + 14, 68, [title, "", *lines], "start")


def _lines(x: int, y: int, lines: list[str], anchor: str) -> str:
    return "\n".join(
        f'<text x="{x}" y="{y + LINE * row}" text-anchor="{anchor}">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )
