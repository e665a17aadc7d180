"""The settings of a dream as callers give them, checked."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import ValidationError

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_flag, checked_shape
from langgraph_dreams.dream.runtime.state import DreamInput
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.policy import Budget, DreamPolicy
from langgraph_dreams.types.levels import DEPTHS, Depth
from langgraph_dreams.types.review import ReviewMode


def checked_namespace(namespace: Any) -> None:
    """Raises InvalidInputError for what is no namespace."""
    checked_shape("namespace", namespace, ("resolve",), "what `store.namespace(...)` returns")


def checked_budget(budget: Budget | None) -> Budget | None:
    """The budget. Raises InvalidInputError for what is none."""
    if budget is not None and not isinstance(budget, Budget):
        raise InvalidInputError(f"budget is {shown(budget)}; pass a Budget, or None")
    return budget


def checked_mode(review: ReviewMode) -> ReviewMode:
    """The review mode. Raises InvalidInputError for what is none."""
    if not isinstance(review, str) or review not in get_args(ReviewMode):
        raise InvalidInputError(
            f'review is {shown(review)}; pass "ask" for a person, "auto" for a rule, or "" for'
            " nobody"
        )
    return review


def checked_depth(depth: Depth | Literal[""] | None) -> Depth | Literal[""]:
    """The depth, empty for one that the dream chooses. Raises InvalidInputError for none."""
    if (depth and depth not in DEPTHS) or not isinstance(depth, str | None):
        raise InvalidInputError(
            f'depth is {shown(depth)}; pass "nap" for the last turns alone, "sleep", "deep", or'
            " None to have it chosen"
        )
    return depth or ""


def budget_of(given: Mapping[str, Any] | None, usual: Budget) -> Budget:
    """The budget that a dream was given, or the usual one. Raises InvalidInputError."""
    if not given:
        return usual
    try:
        return Budget.model_validate(given)
    except ValidationError as error:
        raise InvalidInputError(f"the budget {shown(given)} cannot be used: {error}") from error


def checked_policy(policy: DreamPolicy | None) -> DreamPolicy | None:
    """The policy. Raises InvalidInputError for what is none."""
    if policy is not None and not isinstance(policy, DreamPolicy):
        raise InvalidInputError(f"policy is {shown(policy)}; pass a DreamPolicy, or None")
    return policy


def checked_focus(focus: object) -> str:
    """What to start from, "" for nothing. Raises InvalidInputError."""
    if focus is not None and not isinstance(focus, str):
        raise InvalidInputError(f"focus is {shown(focus)}; say it in words, or None")
    return focus or ""


def dream_input(
    focus: str | None,
    dry_run: bool,
    budget: Budget | None,
    review: ReviewMode = "",
    depth: Depth | Literal[""] | None = None,
) -> DreamInput:
    """The input of a dream graph, checked. Raises InvalidInputError."""
    checked_flag("dry_run", dry_run)
    focus = checked_focus(focus)
    checked_budget(budget)
    given = {} if budget is None else budget.model_dump(mode="json")
    mode = checked_mode(review)
    return {
        "focus": focus,
        "depth": checked_depth(depth),
        "dry_run": dry_run,
        "budget": given,
        "review": mode,
    }
