"""The weight of a link now: later dreams scale older weights down without rewriting them."""

from bisect import bisect_right
from collections.abc import Sequence


class Downscaling:
    """Multiplicative downscaling, applied when a weight is read.

    Source: synaptic homeostasis (Tononi and Cirelli 2006), here as w * factor ** n, where n counts
    the dreams committed after the weight was written. One number a dream stands for a write to
    every link, and a dream that is rolled back gives its share back.
    """

    def __init__(self, committed: Sequence[int], factor: float) -> None:
        self._committed = sorted(committed)
        self._factor = factor

    def __call__(self, weight: float, since: int, *, consolidated: bool = False) -> float:
        """Weight in [0, 1] of a link last written after dream number `since`."""
        if consolidated:
            return weight
        later = len(self._committed) - bisect_right(self._committed, since)
        return weight * float(self._factor**later)
