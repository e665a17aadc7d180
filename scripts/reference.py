"""Writes the reference pages of the documentation from the code, so that they cannot drift from it.

`python -m scripts.reference` writes docs/reference/settings.md, command-line.md and
public-names.md; a test compares them with what this would write.
"""

import argparse
import ast
import enum
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import langgraph_dreams
from langgraph_dreams import Budget, DreamPolicy, DreamStore, Namespace, policy
from langgraph_dreams.cli.arguments import build_parser
from langgraph_dreams.integrations.recording import limits
from langgraph_dreams.types import levels, review
from langgraph_dreams.types.levels import LADDER, Level
from langgraph_dreams.types.review import ReviewRule

PAGES = Path(__file__).parents[1] / "docs" / "reference"
MADE = "<!-- Written by `python -m scripts.reference`; edit the docstrings instead. -->\n"

_UNITS = {"Share": "0 to 1", "Count": "0 or more", "bool": "yes or no", "int": "whole number"}
_NAMED = ("seconds", "episodes", "characters", "bytes", "idf units, nats")
"""Units that a docstring names in parentheses."""
_TITLES = {
    "recall: direct search": "Recall: direct search",
    "recall: links": "Recall: links",
    "recall: memories as keys to the episodes they cite": "Recall: memories",
    "dream: what it looks at": "A dream: which pairs it looks at",
    "dream: link life": "A dream: the life of a link",
    "dream: consolidation": "A dream: repeats and stated facts",
    "dream: what brings older statements up to date, without a model": "A dream: updates",
    "dream: with a model": "A dream with a model",
    "dream: what recall learns": "A dream: what recall learns",
    "dream: what keeps it from doing harm": "A dream: what keeps it from doing harm",
    "forgetting: what is weak, and borne by something else, goes into an archive": "Forgetting",
    "levels": "Levels",
}


def _cell(text: str) -> str:
    """A text as one cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


def _fields(module: ModuleType, name: str) -> Iterator[tuple[str, str, str, str]]:
    """Section, name, annotation and docstring of the fields of a class, as its source has them."""
    source = inspect.getsource(module)
    lines = source.splitlines()
    found = next(
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == name
    )
    for node, after in zip(found.body, [*found.body[1:], None], strict=True):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        if ast.unparse(node.annotation).startswith("ClassVar"):
            continue  # of the class, no field
        inside = reversed(lines[found.lineno : node.lineno])
        above = (line for line in inside if line.strip().startswith("# -- "))
        told = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            told = inspect.cleandoc(str(after.value.value))
        section = next(above, "").strip().removeprefix("# -- ")
        yield section, node.target.id, ast.unparse(node.annotation), told


def _unit(annotation: str, told: str) -> str:
    named = next((unit for unit in _NAMED if f"({unit})" in told), "")
    bare = annotation.removesuffix(" | None")
    bounds = dict(re.findall(r"\b(g[et]|l[et])=([\d_.-]+)", bare))
    low, high = bounds.get("ge", bounds.get("gt", "")), bounds.get("le", bounds.get("lt", ""))
    more = "above" if "gt" in bounds else "from"
    span = f"{low} to {high}" if low and high else f"{more} {low}" if low else ""
    span = span.replace("_", "")
    kind = _UNITS.get(bare, "") or span
    return ", ".join(part for part in (named, kind) if part) or "-"


def _default(value: Any) -> str:
    if isinstance(value, tuple) and all(isinstance(x, str) for x in value):
        return ", ".join(f"`{x}`" for x in value)
    if isinstance(value, BaseModel) or value == LADDER:
        return "see below"
    if isinstance(value, enum.Enum):
        return f"`{type(value).__name__}.{value.name}`"
    return f"`{value}`" if value not in ("", PydanticUndefined) else "-"


def _rows(module: ModuleType, name: str, defaults: Mapping[str, Any]) -> dict[str, list[str]]:
    """Rows of a table of fields, by section."""
    rows: dict[str, list[str]] = {}
    for section, field, annotation, told in _fields(module, name):
        cells = (f"`{field}`", _default(defaults[field]), _unit(annotation, told), _cell(told))
        rows.setdefault(section, []).append(f"| {' | '.join(cells)} |")
    return rows


def _table(rows: list[str]) -> str:
    return "\n".join(
        ("| setting | default | unit, range | meaning |", "| --- | --- | --- | --- |", *rows)
    )


def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    return {name: field.get_default() for name, field in model.model_fields.items()}


def _ladder() -> str:
    shown = ("name", "source", "least", "depth", "every", "unit", "budget", "decay", "rollback")
    lines = ["| " + " | ".join(shown) + " |", "| --- " * len(shown) + "|"]
    for level in LADDER:
        told = {**level.model_dump(), "source": level.source or "turns"}
        if level.budget is not None:
            told["budget"] = f"{level.budget} {level.budget_unit}"
        lines.append("| " + " | ".join("-" if told[x] is None else str(told[x]) for x in shown))
        lines[-1] += " |"
    return "\n".join(lines)


def settings() -> str:
    """Every setting of a dream and of recall."""
    sections = "\n\n".join(
        f"## {_TITLES[section]}\n\n{_table(rows)}"
        for section, rows in _rows(policy, "DreamPolicy", _defaults(DreamPolicy)).items()
    )
    bounds = limits.Limits()
    kept = {name: getattr(bounds, name) for name in ("text", "args", "result", "error")}
    kept |= {"tools": bounds.tools, "others": bounds.others}
    ladder = _rows(levels, "Level", _defaults(Level))[""]
    return f"""{MADE}
# Settings

All settings are in one frozen object, `DreamPolicy`. You give it to a store, to a namespace, or to
a single dream or question:

```python
from langgraph_dreams import DreamPolicy, DreamStore

careful = DreamPolicy(links_per_item=4, recall_floor=0.2)
store = DreamStore.in_memory(policy=careful)
ada = store.namespace("acme", "ada", policy=careful.with_level("core", every=3))
```

Where a value was measured, its meaning names the set and what was seen; what each setting of recall
does alone, and the long figures, are in
[What was measured](../measured.md#what-each-setting-of-recall-does). Limits, budgets and times have
no figure: they say how much may be spent, not how well it is found.

Scores and weights have no unit and lie in 0 to 1 unless the table says otherwise. A value out of
range raises pydantic's `ValidationError`; a name that is no setting is refused.

{sections}

### Fields of a level

`policy.with_level("core", every=3, budget=300)` returns the policy with one level changed. A budget
of 0 turns a level off. `policy.level("core")` reads one. A change that would have no effect is
refused.

{_table(ladder)}

The levels by default:

{_ladder()}

## Budget of a model

`Budget` limits what one dream may spend on a model. The dream ends early, with its best so far, at
any of these limits.

{_table(_rows(policy, "Budget", _defaults(Budget))[""])}

## Rule of a review

`ReviewRule` is what a dream with `review="auto"` asks, `DreamPolicy(review=ReviewRule(...))`.

{_table(_rows(review, "ReviewRule", _defaults(ReviewRule))[""])}

## Limits of what is recorded

`langgraph_dreams.integrations.Limits`, given to `EpisodeRecorder(ada, limits=...)`: characters kept
of each part of a turn, but for `tools` (calls) and `others` (pieces).

{_table(_rows(limits, "Limits", kept)[""])}
"""


def command_line() -> str:
    """Every command, its arguments and options."""
    parser = build_parser()
    common = {id_ for action in parser._actions for id_ in action.option_strings}
    lines = [
        f"""{MADE}
# Command line

`langgraph-dreams COMMAND` works on a store in a folder. `langgraph-dreams COMMAND --help` prints
the same as this page. Options of all commands may stand before or after the command:
"""
    ]
    lines += [*_options(parser, frozenset()), ""]
    lines += [
        "The exit code is 0 when all went well, 1 on an error of this library, 2 on wrong usage,",
        "and 130 when you stop it. Ids may be shortened to any unique beginning.",
        "",
    ]
    for name, command in _commands(parser):
        lines += [f"## `{name}`", "", _sentence(command), ""]
        own = frozenset(common)
        lines += [*_options(command, own), ""]
        for sub, nested in _commands(command):
            lines += [f"### `{name} {sub}`", "", _sentence(nested), ""]
            lines += [*_options(nested, own), ""]
    return "\n".join(lines).rstrip() + "\n"


def _sentence(parser: argparse.ArgumentParser) -> str:
    return " ".join((parser.description or "").split())


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _options(parser: argparse.ArgumentParser, known: frozenset[str]) -> list[str]:
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction | argparse._HelpAction):
            continue
        if action.option_strings and set(action.option_strings) <= known:
            continue
        shown = ", ".join(action.option_strings) or str(action.metavar)
        value = action.metavar or ("{" + ",".join(map(str, action.choices or ())) + "}")
        if action.option_strings and (action.metavar or action.choices):
            shown += f" {value}"
        rows.append(f"| `{_cell(shown)}` | {_cell((action.help or '').replace('%(prog)s', ''))} |")
    return ["| argument | meaning |", "| --- | --- |", *rows] if rows else ["It has no options."]


_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Store and namespace": ("DreamStore", "Namespace", "DreamPolicy", "Budget", "Trust"),
    "Attach it to an agent": (
        "DreamMiddleware",
        "EpisodeRecorder",
        "record_node",
        "recall_node",
        "dream_node",
        "create_dream_graph",
        "create_recall_tool",
        "create_dream_tool",
    ),
    "When to dream": (
        "IdleDreamer",
        "dream_all",
        "adream_all",
        "schedule_dreams",
        "aschedule_dreams",
        "schedule_sweep",
        "aschedule_sweep",
    ),
    "What you get": (
        "Recall",
        "RecallItem",
        "Why",
        "Hop",
        "Episode",
        "ToolUse",
        "Memory",
        "Link",
        "Core",
        "CoreLine",
        "DreamReport",
        "Backlog",
        "DreamPlan",
        "DreamEvent",
        "Concern",
        "Operation",
        "DreamDiff",
        "Rollback",
        "Forgotten",
        "ReviewRequest",
        "ReviewRule",
    ),
    "Bring in and take out": (
        "import_log",
        "import_past",
        "read_log",
        "export_namespace",
        "restore_namespace",
        "ImportReport",
        "ExportReport",
        "RestoreReport",
    ),
    "Parts of your own": (
        "Embedder",
        "LocalEmbedder",
        "LangChainEmbedder",
        "Language",
        "Redactor",
        "redact_secrets",
        "create_journal_app",
    ),
}
_ALIASES = {
    "Redactor": "A function that takes a text and returns it without what must not be kept."
}


def public_names() -> str:
    """Every public name with what it is, and the methods of the two objects that matter most."""
    errors = sorted(name for name in _names() if name.endswith("Error"))
    groups = {**_GROUPS, "Errors": tuple(errors)}
    listed = {name for names in groups.values() for name in names}
    if missing := _names() ^ listed:
        raise SystemExit(f"put these public names into a group of scripts/reference.py: {missing}")
    parts = [
        f"""{MADE}
# Public names

Everything here is imported from `langgraph_dreams`. What a name takes, returns and raises is in its
docstring (`help(DreamStore)`); the package is typed. `import langgraph_dreams` loads nothing else
until you ask for a name. Modules below it are not public, except those that this documentation
names.
"""
    ]
    for title, names in groups.items():
        parts.append(
            f"## {title}\n\n{_listed([(n, getattr(langgraph_dreams, n)) for n in names])}\n"
        )
    for owner in (DreamStore, Namespace):
        methods = [
            (name, value)
            for name, value in vars(owner).items()
            if not name.startswith("_") and name not in ("vault", "listen", "unlisten")
        ]
        parts.append(f"## `{owner.__name__}`\n\n{_listed(methods)}\n")
    return "\n".join(parts).rstrip() + "\n"


def _names() -> set[str]:
    return set(langgraph_dreams._HOMES)


def _listed(named: list[tuple[str, Any]]) -> str:
    rows = ["| name | what it is |", "| --- | --- |"]
    for name, value in named:
        value = getattr(value, "__func__", value)
        told = _ALIASES.get(name) or inspect.getdoc(value) or ""
        first = told.split("\n\n")[0]
        if name.startswith("a") and not told:
            first = f"`{name[1:]}`, off the event loop."
        rows.append(f"| `{name}` | {_cell(first)} |")
    return "\n".join(rows)


def pages() -> dict[str, str]:
    """The pages by file name."""
    return {
        "settings.md": settings(),
        "command-line.md": command_line(),
        "public-names.md": public_names(),
    }


if __name__ == "__main__":
    for file, text in pages().items():
        (PAGES / file).write_text(text)
