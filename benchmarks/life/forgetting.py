"""The one place where a life is told to forget: down to a share of what it was told.

`strength` is the library's own forgetting, by a budget in the policy of a dream, which holds;
`random` and `oldest` stand beside it, and forget as many episodes by `Namespace.forget`, before
each measurement.
"""

import math
from typing import Literal, get_args

from langgraph_dreams import DreamPolicy, InvalidInputError, Namespace

from .careless import SEED, chance

Order = Literal["strength", "random", "oldest"]
ORDERS: tuple[Order, ...] = get_args(Order)
BUDGET = "keep_items"
"""The setting of a policy that says how many items may stay."""


def budgeted(policy: DreamPolicy, keep: float | None, order: Order, told: int) -> DreamPolicy:
    """The policy of the next dream of a life that keeps this share of `told` episodes.

    Raises InvalidInputError where this version has no such budget.
    """
    if keep is None or order != "strength":
        return policy
    if BUDGET not in DreamPolicy.model_fields:
        raise InvalidInputError(
            f"this version's policy has no {BUDGET}: leave out --keep, or the order strength"
        )
    return policy.model_copy(update={BUDGET: math.ceil(keep * told), "keep_unborne": False})


def forget_beside(namespace: Namespace, keep: float | None, order: Order, told: int) -> None:
    """Forget by chance, or the oldest first, until that share of `told` episodes is left."""
    if keep is None or order == "strength":
        return
    episodes = namespace.episodes()
    surplus = len(episodes) - math.ceil(keep * told)
    if surplus > 0:
        if order == "random":
            episodes.sort(key=lambda episode: chance(SEED, "forgotten", episode.id))
        namespace.forget(episodes=[episode.id for episode in episodes[:surplus]])
