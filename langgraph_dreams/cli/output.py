"""Output of the command line: tables and JSON to stdout, progress and errors to stderr."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from langgraph_dreams._text import cut
from langgraph_dreams._text import plain as plain

PLAIN_WIDTH = 120
"""Columns of the tables when stdout is no terminal."""

Advance = Callable[[int, int, str], None]
"""Told (done, total, one line of text) as work goes on."""


class Output:
    """Output of one command: people's tables, or pure JSON when `as_json`."""

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        width = None if sys.stdout.isatty() else PLAIN_WIDTH
        self._out = Console(file=sys.stdout, width=width, highlight=False)
        self._err = Console(file=sys.stderr, highlight=False)

    def show(self, *parts: RenderableType) -> None:
        """Write for people; nothing when JSON was asked for. Plain strings are not markup."""
        if not self.as_json:
            for part in parts:
                self._out.print(Text(part) if isinstance(part, str) else part)

    def raw(self, text: str) -> None:
        """Write a text as it is, with its own lines; nothing when JSON was asked for."""
        if not self.as_json:
            sys.stdout.write(text)

    def data(self, value: Mapping[str, Any]) -> None:
        """Write the JSON answer; nothing when tables are wanted.

        ASCII only, so that no terminal's encoding can break it.
        """
        if self.as_json:
            sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")

    def warn(self, text: str) -> None:
        """One line on stderr."""
        sys.stderr.write(plain(text) + "\n")

    @contextmanager
    def progress(self, label: str) -> Iterator[Advance]:
        """A bar on stderr while the block runs, when stderr is a terminal."""
        if not self._err.is_terminal:
            yield lambda done, total, text: None
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}", markup=False),
        )
        with Progress(*columns, console=self._err, transient=True) as bar:
            task = bar.add_task(label, total=None, note="")

            def advance(done: int, total: int, text: str) -> None:
                bar.update(task, completed=done, total=total or None, note=shorten(text, 70))

            yield advance


def shorten(text: str, length: int) -> str:
    """At most `length` characters of the text, on one line."""
    return cut(plain(text), length)
