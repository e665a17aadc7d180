"""The plan of a dream: its cost, told before anything is spent, and what its budget leaves out.

Calls are planned in the order in which they are worth most (measured: well-cited memories gain
more than links): consolidate, pages, rehearsals, judge, narrate. A quarter of the calls is kept for
the later four. Tokens are estimates, at four characters each.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from langgraph_dreams.dream.levels.ladder import may_change, told_levels
from langgraph_dreams.dream.pages.shelf import SLICE
from langgraph_dreams.dream.pages.unfiled import PAGES as LAID_OUT
from langgraph_dreams.dream.pages.unfiled import REHEARSALS as REHEARSED
from langgraph_dreams.dream.pages.unfiled import Mark, expected
from langgraph_dreams.dream.rehearsals.rehearse import SLICE as REHEARSED_AT_ONCE
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.prompts import CONSOLIDATE, JUDGE, JUDGED, PAGES, REHEARSALS
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.stages.appraise import promising
from langgraph_dreams.dream.stages.associate import candidates_of
from langgraph_dreams.dream.stages.consolidate import new_groups
from langgraph_dreams.policy import Budget, DreamPolicy
from langgraph_dreams.types.items import Episode
from langgraph_dreams.types.reports import DreamPlan

_LETTERS = 4  # characters a token
_SHAPE = 400  # tokens of an answer's schema and of headings
_BESIDE = 60  # memories and pages beside the new ones of a call
_STATEMENT = 160  # characters of one, with its heading
_LATER = 4  # one in so many calls is kept for the steps after consolidate


@dataclass(frozen=True)
class Call:
    """One planned request, in tokens."""

    step: str
    tokens_in: int
    tokens_out: int


def planned(context: StageContext, state: DreamState, waiting: int) -> tuple[list[str], DreamPlan]:
    """The new episodes that this dream takes, and the plan.

    `state` is what gather found; `waiting` counts all undreamt episodes. Nothing is written and
    nothing asked. Without a model the plan has no calls.
    """
    policy, budget = context.policy, context.client.budget if context.client else Budget(calls=0)
    groups = new_groups(context, state["episodes"]) if context.client else []
    shown = min(policy.window_memories, len(context.vault.memory_ids())) if groups else 0
    windows = [_window(group, shown, policy) for group in groups]
    later = 3 + -(-policy.judge_pairs // policy.judge_batch)
    kept = _affordable(windows, budget, budget.calls - min(later, budget.calls // _LATER))
    episodes = list(state["episodes"])
    if kept:
        put_off = {e.id for group in groups[len(kept) :] for e in group}
        episodes = [name for name in episodes if name not in put_off]
    taken: DreamState = {**state, "episodes": episodes, "counts": {}}
    quiet = replace(context, emit=lambda _: None)
    candidates, _ = candidates_of(quiet, taken)
    calls = kept
    if context.client and (kept or not windows):
        pairs = len(promising(context, taken, candidates)[: policy.judge_pairs])
        rest = [*_laying_out(context, taken), *_rehearsing(context, taken)]
        rest += [*_judging(pairs, policy), *_telling(policy)]
        calls = [*kept, *_affordable(rest, budget, budget.calls - len(kept), kept)]
    plan = DreamPlan(
        episodes=len(episodes),
        revisited=len(state["revisited"]),
        waiting=waiting - len(episodes),
        pairs=len(candidates),
        calls=dict(Counter(call.step for call in calls)),
        input_tokens=sum(call.tokens_in for call in calls),
        output_tokens=sum(call.tokens_out for call in calls),
        money=_money(calls, budget),
        depth=state["chosen"],
        levels=told_levels(state["levels"], ()),
        notes=tuple(_left_out(context, windows, kept, len(state["episodes"]) - len(episodes))),
    )
    return episodes, plan


def _window(group: Sequence[Episode], memories: int, policy: DreamPolicy) -> Call:
    text = sum(min(len(e.text), policy.episode_characters) + 60 for e in group)
    share = 1 + policy.window_related / max(1, len(group))
    tokens = int((len(CONSOLIDATE) + text * share + memories * 120) / _LETTERS) + _SHAPE
    return Call("consolidate", tokens, 80 + 40 * len(group))


def _judging(pairs: int, policy: DreamPolicy) -> Iterator[Call]:
    for start in range(0, pairs, policy.judge_batch):
        batch = min(policy.judge_batch, pairs - start)
        text = len(JUDGE) + batch * (2 * min(JUDGED, policy.episode_characters) + 150)
        yield Call("judge", text // _LETTERS + _SHAPE, 30 * batch)


def _laying_out(context: StageContext, state: DreamState) -> Iterator[Call]:
    """Calls for pages, by the memories that wait and those that the new episodes may give."""
    least = context.policy.level("page").least if may_change(state, "page") else 0
    memories = _to_come(context, state, least, LAID_OUT)
    yield from _calls("pages", len(PAGES), memories, SLICE, 15)


def _rehearsing(context: StageContext, state: DreamState) -> Iterator[Call]:
    """Calls for rehearsals, likewise."""
    least = context.policy.rehearsals if state["chosen"] == "deep" else 0
    memories = _to_come(context, state, least, REHEARSED)
    yield from _calls("rehearsals", len(REHEARSALS), memories, REHEARSED_AT_ONCE, 60)


def _to_come(context: StageContext, state: DreamState, least: int, mark: Mark) -> int:
    """Memories that wait, and those that the new episodes may give; 0 if they are too few."""
    if not least:
        return 0
    memories, most = expected(context, len(state["episodes"]), mark)
    return max(1, memories) if most >= least else 0


def _calls(step: str, prompt: int, memories: int, slice_: int, answer: int) -> Iterator[Call]:
    """Calls that show so many memories in slices; `answer` is in tokens a memory."""
    calls = -(-memories // slice_)
    for _ in range(calls):
        text = prompt + (memories / calls + _BESIDE) * _STATEMENT
        yield Call(step, int(text / _LETTERS) + _SHAPE, answer * memories // calls)


def _telling(policy: DreamPolicy) -> Iterator[Call]:
    if policy.story:
        yield Call("narrate", 1_500, 300)


def _affordable(
    calls: Sequence[Call], budget: Budget, most: int, before: Sequence[Call] = ()
) -> list[Call]:
    """The first calls that the budget has room for, after those that stand before."""
    taken: list[Call] = []
    for call in calls[: max(0, most)]:
        whole = [*before, *taken, call]
        tokens = sum(c.tokens_in + c.tokens_out for c in whole)
        money = _money(whole, budget)
        if budget.tokens is not None and tokens > budget.tokens:
            break
        if budget.money is not None and money is not None and money > budget.money:
            break
        taken.append(call)
    return taken


def _money(calls: Sequence[Call], budget: Budget) -> float | None:
    if budget.input_price is None or budget.output_price is None:
        return None
    spent = sum(
        c.tokens_in * budget.input_price + c.tokens_out * budget.output_price for c in calls
    )
    return round(spent / 1_000_000, 6)


def _left_out(
    context: StageContext, windows: Sequence[Call], kept: Sequence[Call], put_off: int
) -> Iterator[str]:
    if context.client is None:
        return
    if windows and not kept:
        yield "the budget has no room for a single call: a dream without a model"
    elif put_off:
        room = f"{len(kept)} of {len(windows)} windows"
        yield f"the budget has room for {room}; {put_off} episodes wait for the next dream"


def plan_line(plan: DreamPlan) -> str:
    """The plan in one line."""
    steps = ", ".join(f"{count} {step}" for step, count in plan.calls.items())
    money = "" if plan.money is None else f", about {plan.money:g} in money"
    return (
        f"plan: {plan.episodes} episodes, {plan.pairs} pairs, {plan.total_calls} model calls"
        + (f" ({steps})" if steps else "")
        + (f", {len(plan.archived)} items into the archive" if plan.archived else "")
        + f", about {plan.input_tokens:,} tokens in and {plan.output_tokens:,} out{money}"
    )
