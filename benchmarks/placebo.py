"""Random links of the same degrees and weights: what linking alone, without sense, would do."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from langgraph_dreams import Link

CHANNEL = "placebo"
SEED = 7
_PASSES = 8
_TRIES = 100
"""Swaps tried in each pass for a pair that may not stand."""


def shuffle_links(
    links: Sequence[Link],
    threads: Mapping[str, str],
    times: Mapping[str, datetime],
    seed: int = SEED,
) -> list[Link]:
    """The links with their ends permuted: items keep their degrees, links their weights.

    A configuration model: all ends are shuffled, then pairs that are self links, duplicates or
    within one thread are mended by swapping ends with other pairs. A pair within one thread that
    cannot be mended stays; a self link or a duplicate is left out. `threads` and `times` are by
    item id; the newer end becomes `a`.
    """
    rng = np.random.default_rng(seed)
    ends = [end for link in links for end in (link.a, link.b)]
    pairs = _mend([ends[index] for index in rng.permutation(len(ends))], threads, rng)
    result: list[Link] = []
    seen: set[tuple[str, str]] = set()
    for link, pair in zip(links, pairs, strict=True):
        first, second = sorted(pair, key=lambda end: (times[end], end))
        if first == second or (first, second) in seen:
            continue
        seen.add((first, second))
        result.append(_placebo(link, second, first))
    return result


def weights_now(links: Sequence[Link], committed: Sequence[int], downscale: float) -> list[Link]:
    """The links with the weights that recall gives them after the committed dreams.

    A stored weight is that of dream number `since`; each later one scales it by `downscale`, but
    for consolidated links. No dream will scale the random ones, so they get the final weight.
    """
    result: list[Link] = []
    for link in links:
        later = sum(number > link.since for number in committed)
        factor = 1.0 if link.status == "consolidated" else downscale**later
        result.append(link.model_copy(update={"weight": link.weight * factor}))
    return result


def degrees(links: Sequence[Link]) -> Counter[str]:
    """Links by item."""
    return Counter(end for link in links for end in (link.a, link.b))


def _placebo(link: Link, a: str, b: str) -> Link:
    key = hashlib.blake2b(f"{CHANNEL}\n{a}\n{b}".encode(), digest_size=12).hexdigest()
    return link.model_copy(
        update={
            "id": f"l{key}",
            "a": a,
            "b": b,
            "channel": CHANNEL,
            "bridge": (),
            "evidence": {},
            "dream": "",
            "since": 0,
            "uses": 0,
            "last_used": None,
        }
    )


def _mend(
    ends: list[str], threads: Mapping[str, str], rng: np.random.Generator
) -> list[tuple[str, str]]:
    """Pair consecutive ends, then swap second ends until no pair is bad, or tries run out."""
    pairs = [(ends[index], ends[index + 1]) for index in range(0, len(ends), 2)]
    held = Counter(_key(pair) for pair in pairs)

    def badness(pair: tuple[str, str], copies: int) -> int:
        if pair[0] == pair[1] or copies > 1:
            return 2
        return int(threads[pair[0]] == threads[pair[1]])

    def swapped(one: int, other: int) -> bool:
        old = pairs[one], pairs[other]
        new = (old[0][0], old[1][1]), (old[1][0], old[0][1])
        before = sum(badness(pair, held[_key(pair)]) for pair in old)
        held.subtract(_key(pair) for pair in old)
        held.update(_key(pair) for pair in new)
        if sum(badness(pair, held[_key(pair)]) for pair in new) < before:
            pairs[one], pairs[other] = new
            return True
        held.subtract(_key(pair) for pair in new)
        held.update(_key(pair) for pair in old)
        return False

    for _ in range(_PASSES):
        # Mending one pair may leave a lesser fault on another that was passed already.
        bad = [at for at, pair in enumerate(pairs) if badness(pair, held[_key(pair)])]
        for index in bad:
            for other in rng.integers(len(pairs), size=_TRIES):
                if not badness(pairs[index], held[_key(pairs[index])]):
                    break
                if other != index:
                    swapped(index, int(other))
    return pairs


def _key(pair: tuple[str, str]) -> tuple[str, str]:
    return min(pair), max(pair)
