"""Measures what an assistant makes of a person's first week, without a model.

    python -m benchmarks.firstweek [--half first|second] [--weeks NAME ...] [--json OUT] [--show]

Each week of our own set is lived through a graph with an `EpisodeRecorder`, a dream after each day.
Then its links and its memories are counted:

- links over common words alone: all their shared terms are common words of the language, by the
  package `wordfreq` of the dev packages (without it this is left out);
- planted bridges found: things that turns of different days share by an uncommon word, with a link
  between two of these turns; beside them as many pairs of turns, the most alike by cosine;
- memories of what was stated once, and of what must become none; beside them what comes of taking
  every turn that is no question for a memory. "Right of all" counts those of talk as wrong: read by
  hand, no turn of talk states what lasts.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

from langgraph_dreams import (
    DreamPolicy,
    DreamsError,
    DreamStore,
    Embedder,
    EpisodeRecorder,
    LocalEmbedder,
    Namespace,
)

from ..evidence import parse_policy
from ..runner import CachingEmbedder
from .figures import Figures, Frequency, measure, share, together
from .week import Week, weeks


def run(
    week: Week, embedder: Embedder, policy: DreamPolicy, frequency: Frequency | None
) -> Figures:
    """Live and measure one week in a fresh store that is removed afterwards."""
    with (
        tempfile.TemporaryDirectory() as folder,
        DreamStore.open(folder, embedder=embedder, policy=policy) as store,
    ):
        namespace = store.namespace("firstweek", week.name)
        live(week, namespace)
        return measure(week, namespace, embedder, frequency)


def live(week: Week, namespace: Namespace) -> None:
    """Say all turns to an agent, each day in a thread of its own; dream every night."""
    answers = {turn.id: turn.answer for turn in week.turns}

    def answer(state: MessagesState) -> dict[str, list[AIMessage]]:
        return {"messages": [AIMessage(answers[str(state["messages"][-1].id)])]}

    graph = StateGraph(MessagesState).add_node(answer).add_edge(START, "answer")
    agent = graph.compile(checkpointer=InMemorySaver())
    recorder = EpisodeRecorder(namespace)
    for day in week.days():
        for turn in day:
            config: RunnableConfig = {
                "configurable": {"thread_id": f"day {turn.day}"},
                "metadata": {"time": turn.time.isoformat()},
                "callbacks": [recorder],
            }
            agent.invoke({"messages": [HumanMessage(turn.say, id=turn.id)]}, config)
        namespace.flush()
        namespace.dream()


def word_frequency() -> Frequency | None:
    """That of the package `wordfreq`, where it is installed."""
    try:
        from wordfreq import zipf_frequency
    except ImportError:
        return None
    frequency: Frequency = zipf_frequency
    return frequency


def table(figures: Sequence[Figures], with_common: bool) -> str:
    """Two lines a week, and a half: ours, and beside it the plainest way."""
    links = [f"{'links':28}{'number':>8}{'common alone':>20}{'bridges found':>20}"]
    memories = [
        f"{'memories':28}{'precision':>18}{'recall':>18}{'of traps':>10}{'wrong':>7}{'of talk':>9}"
        f"{'right of all':>20}"
    ]
    for own in figures:
        for system, n in own.links.items():
            common = _of(n.common, n.links) if with_common else "-"
            found = _of(n.found, n.planted)
            links.append(f"{own.name + ', ' + system:28}{n.links:8}{common:>20}{found:>20}")
        for system, m in own.memories.items():
            judged = m.right + m.wrong + m.trapped()
            precision, recall = _of(m.right, judged), _of(m.recalled, m.stated)
            memories.append(
                f"{own.name + ', ' + system:28}{precision:>18}{recall:>18}"
                f"{m.trapped():10}{m.wrong:7}{m.beside:9}{_of(m.right, m.made()):>20}"
            )
    return "\n".join([*links, "", *memories])


def _of(part: int, whole: int) -> str:
    return f"{share(part, whole):.0f}% ({part} of {whole})"


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments, measure, print; 2 when the input cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.firstweek", description="What becomes of a first week."
    )
    parser.add_argument("--half", choices=("first", "second"), help="only that half of the weeks")
    parser.add_argument("--weeks", nargs="+", choices=[week.name for week in weeks()])
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures")
    parser.add_argument("--show", action="store_true", help="tell every miss")
    options = parser.parse_args(argv)
    chosen = [
        week
        for week in weeks()
        if options.half in (None, week.half) and (not options.weeks or week.name in options.weeks)
    ]
    try:
        policy = parse_policy(options.set)
        frequency, embedder = word_frequency(), CachingEmbedder(LocalEmbedder())
        results = [run(week, embedder, policy, frequency) for week in chosen]
    except DreamsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    halves = {half: [own for own in results if own.half == half] for half in ("first", "second")}
    sums = [together(own, f"half {half}") for half, own in halves.items() if own]
    print(f"firstweek: {sum(len(week.turns) for week in chosen)} turns of {len(chosen)} weeks")
    print(table([*results, *sums], frequency is not None))
    if frequency is None:
        print("Common words are not told: pip install wordfreq")
    if options.show:
        for own in results:
            print(f"\n{own.name}", *own.missed, sep="\n  ")
    if options.json:
        rows = [asdict(own) for own in results]
        options.json.write_text(
            json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
