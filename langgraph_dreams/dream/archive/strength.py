"""Strength of an episode or a memory, by its uses and how they are spaced; pure.

The base-level activation of ACT-R (Anderson and Schooler 1991), in the form in which a use in
quick succession fades sooner (Pavlik and Anderson 2005):

    m = ln(sum over the uses j of t_j ** -d_j),   d_j = c * exp(m just before use j) + a

with t_j the seconds since use j, and their a = .177 and c = .217. Of two items used as often the
one whose uses lie apart is the stronger. `t` runs from the last use of anything in the namespace,
not from today: an agent that rests forgets nothing. What would scale all strengths alike, as the
downscaling of links does, changes no rank, and is left out.
"""

import math
from collections.abc import Sequence

INTERCEPT, _SCALE = 0.177, 0.217
_SHORTEST = 1.0  # second
_KEPT = 50  # latest uses; each is held against all before it
NEVER = -math.inf
"""Strength of what was never used."""


def strength(uses: Sequence[float], now: float) -> float:
    """Activation m of an item at a time.

    Args:
        uses: times of its uses (UNIX seconds), the first of which made it, in any order.
        now: the time of the last use of anything.
    """
    times = sorted(uses)[-_KEPT:]
    decays: list[float] = []
    for j, time in enumerate(times):
        before = _activation(times[:j], decays, time)
        decays.append(_SCALE * math.exp(before) + INTERCEPT)
    return _activation(times, decays, now)


def _activation(times: Sequence[float], decays: Sequence[float], now: float) -> float:
    if not times:
        return NEVER
    aged = zip(times, decays, strict=True)
    return math.log(sum(max(_SHORTEST, now - time) ** -decay for time, decay in aged))
