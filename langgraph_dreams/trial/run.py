"""One trial from beginning to end: plan, replay, verdict."""

from collections import Counter
from collections.abc import Callable, Iterable

from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from langgraph_dreams.importers.recording import BATCH, LogReading
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.policy import Budget
from langgraph_dreams.trial.questions import Turns
from langgraph_dreams.trial.replay import CUTS, OnStage, dream_all, replay
from langgraph_dreams.trial.verdict import Cost, Verdict
from langgraph_dreams.types.reports import DreamPlan, DreamReport

PRICE_IN, PRICE_OUT = 0.4, 1.6
"""US dollars a million tokens: a small model of 2025, such as gpt-4.1-mini."""
_SAMPLE = 200
"""Turns of which the plan is made; the whole log costs in proportion."""
_LISTED = 3


def run_trial(
    namespace: Namespace,
    reading: LogReading,
    *,
    keep: str = "",
    model: str | BaseChatModel | None = None,
    budget: Budget | None = None,
    agreed: Callable[[Cost], bool] = lambda cost: True,
    on_stage: OnStage = lambda what, done, total: None,
) -> Verdict | None:
    """Try a log in an empty namespace; None when the cost was not agreed to.

    With `keep`, what is left of the log is recorded and dreamt, too, after the verdict.
    """
    episodes = tuple({episode.id: episode for episode in reading.episodes}.values())
    turns = Turns(episodes, namespace.vault.language)
    questions = list(turns.questions())
    sample = min(_SAMPLE, int(CUTS[0] * len(turns.episodes)))
    namespace.record(turns.episodes[:sample])
    cost = _cost(namespace, len(turns.episodes), model)
    if model is not None and not (cost is not None and agreed(cost)):
        return None
    found = replay(namespace, turns, questions, model, budget, on_stage)
    counts = namespace.counts()
    repeated = _repeated(namespace)
    if keep:
        for at in range(found.recorded, len(turns.episodes), BATCH):
            namespace.record(turns.episodes[at : at + BATCH])
        dream_all(namespace, model, budget, on_stage, len(turns.episodes))
    return Verdict(
        turns=len(turns.episodes),
        threads=len({episode.thread for episode in turns.episodes}),
        skipped=sum(problem.skipped for problem in reading.problems),
        dreamt=found.recorded,
        dreams=sum(report.status == "committed" for report in found.dreams),
        links=counts["links"],
        memories=counts["memories"],
        questions=len(turns.asked),
        possible=found.possible,
        asked=found.asked,
        repeated=repeated,
        contradicted=_changed(found.dreams, probable=False),
        updated=_changed(found.dreams, probable=True),
        cost=cost,
        kept=keep,
    )


def _cost(namespace: Namespace, turns: int, model: str | BaseChatModel | None) -> Cost | None:
    """Of all turns, in proportion to a plan of the first."""
    budget = Budget(calls=100_000, input_price=PRICE_IN, output_price=PRICE_OUT)
    asked = FakeListChatModel(responses=["-"]) if model is None else model  # planned, never asked
    plan: DreamPlan = namespace.plan(model=asked, budget=budget)
    if not plan.episodes:
        return None
    share = turns / plan.episodes
    return Cost(
        calls=round(plan.total_calls * share),
        tokens_in=round(plan.input_tokens * share),
        tokens_out=round(plan.output_tokens * share),
        money=(plan.money or 0.0) * share,
        price_in=PRICE_IN,
        price_out=PRICE_OUT,
    )


def _repeated(namespace: Namespace) -> tuple[tuple[str, int], ...]:
    """What was said most often."""
    told = Counter({m.text: m.confirmed for m in namespace.memories() if m.confirmed > 1})
    return tuple(told.most_common(_LISTED))


def _changed(dreams: Iterable[DreamReport], probable: bool) -> tuple[tuple[str, str], ...]:
    """What was said differently later."""
    facts = [fact for report in dreams if report.morning for fact in report.morning.facts]
    found = ((fact.old, fact.new) for fact in facts if fact.probable == probable)
    return tuple(dict.fromkeys(found))[:_LISTED]
