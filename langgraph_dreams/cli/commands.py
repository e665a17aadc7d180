"""The commands by name, and those of them that plan and recall.

A command answers False when it did not do what it was asked to, and said why.
"""

import argparse
from collections.abc import Callable

from langgraph_dreams.cli.decisions import (
    run_approve,
    run_reject,
    run_rollback,
    run_unattributed,
)
from langgraph_dreams.cli.doctor import examine
from langgraph_dreams.cli.dreaming import run_dream
from langgraph_dreams.cli.files.export import run_export, run_restore
from langgraph_dreams.cli.files.nightly import run_nightly
from langgraph_dreams.cli.forget import run_forget
from langgraph_dreams.cli.journal import run_journal
from langgraph_dreams.cli.output import Output, plain
from langgraph_dreams.cli.past.importing import run_import
from langgraph_dreams.cli.past.trying import run_try
from langgraph_dreams.cli.selection import (
    budget_typed,
    find_dream,
    opened_namespace,
)
from langgraph_dreams.cli.show import run_diff, run_show, run_undo
from langgraph_dreams.cli.start.completion import run_completion
from langgraph_dreams.cli.start.demo import show_demo
from langgraph_dreams.cli.start.init import run_init
from langgraph_dreams.cli.tables import names_of, recall_data, recall_table
from langgraph_dreams.dream.stages.plan import plan_line


def _plan(args: argparse.Namespace, output: Output) -> None:
    with opened_namespace(args) as namespace:
        plan = namespace.plan(
            focus=args.focus, depth=args.depth, model=args.model, budget=budget_typed(args)
        )
    output.data(plan.model_dump(mode="json"))
    told = "; ".join(level.text() for level in plan.levels)
    output.show(plan_line(plan), f"{plan.depth}: {told}", *plan.notes)


def _core(args: argparse.Namespace, output: Output) -> None:
    with opened_namespace(args) as namespace:
        core = namespace.core()
    output.data(core.model_dump(mode="json"))
    lines = [plain(f"- {x.text} [{', '.join(x.sources[:3])}]") for x in core.lines]
    output.show(*(lines or ["The core is empty: nothing was confirmed often enough yet."]))


def _recall(args: argparse.Namespace, output: Output) -> None:
    with opened_namespace(args) as namespace:
        recall = namespace.recall(
            " ".join(args.query),
            k=args.k,
            links=not args.no_links,
            without_dream=[find_dream(namespace, wanted, args).id for wanted in args.without_dream],
            as_of=args.as_of,
            note=not args.no_note,
            floor=args.floor,
            archived=args.archived,
        )
        names = names_of(namespace, [recall])
    output.data({"namespace": list(namespace.parts), **recall_data(recall, names)})
    output.show(recall_table(recall, names))


COMMANDS: dict[str, Callable[[argparse.Namespace, Output], bool | None]] = {
    "demo": lambda args, output: show_demo(args.keep, output),
    "init": run_init,
    "import": run_import,
    "try": run_try,
    "dream": run_dream,
    "plan": _plan,
    "core": _core,
    "recall": _recall,
    "journal": run_journal,
    "diff": run_diff,
    "show": run_show,
    "rollback": run_rollback,
    "undo": run_undo,
    "approve": run_approve,
    "reject": run_reject,
    "forget": run_forget,
    "unattributed": run_unattributed,
    "export": run_export,
    "restore": run_restore,
    "nightly": run_nightly,
    "doctor": lambda args, output: examine(args.store, output),
    "completion": run_completion,
}
