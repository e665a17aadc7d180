"""The demo command: lives the bakery's seven weeks and shows what dreaming changed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from rich import box
from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from langgraph_dreams.cli.output import Output, plain
from langgraph_dreams.cli.start.demo_replay import AskedQuestion, DemoRun, live
from langgraph_dreams.cli.tables import Names, draw_path, dream_story, names_of, recall_data
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.store import DreamStore
from langgraph_dreams.types.reports import DreamReport

NAMESPACE = ("bakery", "nora")
_PLAIN_SHOWN = 5
_CAVEAT = (
    "The log was made up and its wording, like that of the questions, was revised until the "
    "default policy showed the effect: this illustrates, it measures nothing. "
    "To measure, run `python -m benchmarks.evidence FILE`."
)


def show_demo(keep: str | None, output: Output) -> None:
    """Run the demo and tell it. `keep` is the folder to keep the store in.

    Raises InvalidInputError when that folder holds a demo already.
    """
    with _folder(keep) as path, DreamStore.open(path) as store:
        if NAMESPACE in store.namespaces():
            raise InvalidInputError(
                f"{path!r} holds a demo already; name another folder with --keep, "
                f"or look at it with --store {path} --namespace {'/'.join(NAMESPACE)}."
            )
        namespace = store.namespace(*NAMESPACE)
        with output.progress("Living seven weeks") as advance:
            run = live(namespace, advance)
        names = names_of(namespace, [r for asked in run.asked for r in (asked.plain, asked.dreamt)])
        night = _night_of(run)
        story = namespace.report(night.id) if night else None
    output.data(_demo_data(run, story, keep, names))
    output.show(*_tell(run, story, names))
    if keep:
        at = f"--store {keep} --namespace {'/'.join(NAMESPACE)}"
        output.show(f"\nThe store is kept. Look around: langgraph-dreams journal {at}")


@contextmanager
def _folder(keep: str | None) -> Iterator[str]:
    if keep is not None:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="dreams-", ignore_cleanup_errors=True) as path:
        yield path


def _night_of(run: DemoRun) -> DreamReport | None:
    """The dream that made the link of the best question; else the one that made most links."""
    best = run.best
    if best is not None:
        made = {hop.dream for entry in best.bridged for hop in entry.why.path}
        for dream in run.dreams:
            if dream.id in made:
                return dream
    return max(run.dreams, key=lambda dream: dream.counts.get("add_link", 0), default=None)


def _tell(run: DemoRun, story: DreamReport | None, names: Names) -> list[RenderableType]:
    parts: list[RenderableType] = [
        Text(
            f"\nA bakery, lived by a LangGraph agent: {run.messages} messages in "
            f"{run.conversations} conversations, recorded as {run.counts.get('episodes', 0)} "
            f"episodes; {len(run.dreams)} nights dreamt without a model; "
            f"{run.counts.get('links', 0)} links, {run.counts.get('memories', 0)} memories.\n"
        )
    ]
    if run.best is not None:
        parts += _tell_best(run.best, names)
    parts += [Text("\nEvery planted question", style="bold"), _questions_table(run)]
    parts.append(Text(_verdict(run)))
    if story is not None:
        parts += [Text("\nFrom the journal", style="bold"), Panel(dream_story(story))]
    return parts


def _tell_best(best: AskedQuestion, names: Names) -> list[RenderableType]:
    found = [entry.item.id for entry in best.plain.items]
    parts: list[RenderableType] = [
        Panel(Text(best.question.text, style="bold"), title="A question", expand=False),
        Text(f"Plain search, the first {_PLAIN_SHOWN} of {len(found)} turns:", style="bold"),
        *(Text(f"  {rank}. {names(item)}") for rank, item in enumerate(found[:_PLAIN_SHOWN], 1)),
    ]
    missing = sum(rank is None for rank in best.ranks(best.plain))
    parts.append(
        Text(f"  {missing} of {len(best.gold)} pieces of evidence are not among the {len(found)}.")
    )
    for entry in best.bridged:
        rank = best.dreamt.items.index(entry) + 1
        parts.append(Text(f"\nWith dreamt links, place {rank}, by this path:", style="bold"))
        parts.append(draw_path(entry.why.path, names))
    answer = f"Together they answer: {best.question.answer}"
    return [*parts, Text(answer, style="green")]


def _questions_table(run: DemoRun) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("question", ratio=1)
    table.add_column("bridge", no_wrap=True)
    table.add_column("plain search", justify="right", no_wrap=True)
    table.add_column("with dreams", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for asked in run.asked:
        mark = "recovered" if asked.recovered else "missed" if _lost(asked) else "found by both"
        table.add_row(
            Text(plain(asked.question.text)),
            Text(asked.question.bridge or asked.question.category),
            _ranks(asked.ranks(asked.plain)),
            _ranks(asked.ranks(asked.dreamt)),
            Text(mark, style="green" if asked.recovered else "dim"),
        )
    return table


def _lost(asked: AskedQuestion) -> bool:
    return None in asked.ranks(asked.dreamt)


def _ranks(ranks: list[int | None]) -> str:
    return " + ".join("-" if rank is None else str(rank) for rank in ranks)


def _verdict(run: DemoRun) -> str:
    """The count, for or against dreaming."""
    missed = sum(asked.missed for asked in run.asked)
    recovered = sum(asked.recovered for asked in run.asked)
    worse = sum(_lost(asked) and not asked.missed for asked in run.asked)
    text = (
        f"(places of the evidence, - when missing) Of {len(run.asked)} questions plain search "
        f"lacks evidence for {missed}; dreamt links bring it for {recovered} of these"
    )
    if worse:
        text += f", and lose it for {worse} others"
    if run.best is None:
        text += ". No question here was answered by a dreamt link alone"
    return f"{text}. {_CAVEAT}"


def _demo_data(
    run: DemoRun, story: DreamReport | None, keep: str | None, names: Names
) -> dict[str, object]:
    best = run.best
    return {
        "messages": run.messages,
        "exchanges": run.exchanges,
        "conversations": run.conversations,
        "nights": len(run.dreams),
        "counts": run.counts,
        "questions": [_question_data(asked) for asked in run.asked],
        "missed_by_plain_search": sum(asked.missed for asked in run.asked),
        "recovered_by_dreams": sum(asked.recovered for asked in run.asked),
        "lost_by_dreams": sum(_lost(asked) and not asked.missed for asked in run.asked),
        "shown": None
        if best is None
        else {
            "question": best.question.text,
            "answer": best.question.answer,
            "plain": recall_data(best.plain, names),
            "dreamt": recall_data(best.dreamt, names),
        },
        "story": None if story is None else story.model_dump(mode="json"),
        "store": keep,
        "caveat": _CAVEAT,
    }


def _question_data(asked: AskedQuestion) -> dict[str, object]:
    return {
        "id": asked.question.id,
        "text": asked.question.text,
        "category": asked.question.category,
        "bridge": asked.question.bridge,
        "answer": asked.question.answer,
        "evidence": list(asked.gold),
        "plain_places": asked.ranks(asked.plain),
        "dreamt_places": asked.ranks(asked.dreamt),
        "missed_by_plain_search": asked.missed,
        "recovered_by_dreams": asked.recovered,
    }
