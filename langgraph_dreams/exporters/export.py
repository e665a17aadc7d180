"""A namespace taken out, in the form that is asked for."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.exporters.folder import checked_file
from langgraph_dreams.exporters.graphml import write_graphml
from langgraph_dreams.exporters.jsonl import checked_namespace, write_jsonl
from langgraph_dreams.exporters.markdown import write_markdown
from langgraph_dreams.exporters.restore import told
from langgraph_dreams.namespace.namespace import Namespace

_PLAIN = {"markdown": write_markdown, "graphml": write_graphml}
ExportFormat = Literal["jsonl", "markdown", "graphml"]


@dataclass(frozen=True)
class ExportReport:
    """What an export has written."""

    form: str
    path: Path
    counts: dict[str, int]
    """What is in it, by kind."""
    left_out: int = 0
    """Items that are untrusted or read as instructions, in a form that would hide it."""

    def __str__(self) -> str:
        lines = [f"Written to {self.path}: {told(self.counts) or 'nothing, it is empty'}."]
        if self.left_out:
            lines.append(
                f"Left out: {self.left_out:,}, which are untrusted or read as instructions."
            )
        return "\n".join(lines)


def export_namespace(
    namespace: Namespace, out: str | os.PathLike[str], form: ExportFormat = "jsonl"
) -> ExportReport:
    """Write a namespace to a file or folder that is to be made, whole or not at all.

    Args:
        namespace: whose.
        out: where to.
        form: "jsonl": all that is kept, in one file, from which `restore_namespace` makes it
            again; vectors to a millionth. "markdown": a folder with MEMORY.md (what holds now, with
            days and sources), a file a day, and a diary of the dreams that is not for prompts.
            "graphml": the links that hold, and what they join. The last two have nothing of what
            is untrusted or reads as instructions, and no answers of agents.

    Raises:
        InvalidInputError: an unknown format, or `out` is there already or cannot be written.
        NamespaceError: this is a template.
        BusyError: a dream is under way in this namespace.
        StoreError: the store cannot be read.
    """
    checked_namespace(namespace)
    if not isinstance(form, str) or form not in get_args(ExportFormat):
        known = ", ".join(get_args(ExportFormat))
        raise InvalidInputError(f"the format is {shown(form)}; choose one of {known}")
    path = checked_file(out)
    if form == "jsonl":
        return ExportReport(form, path, write_jsonl(namespace, path))
    namespace.flush()
    counts, left_out = _PLAIN[form](namespace, path)
    return ExportReport(form, path, counts, left_out)
