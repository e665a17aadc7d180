"""What a model is shown beside new memories to put them on pages: memories and pages near them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from langgraph_dreams.dream.memories.ledger import MemoryLedger
from langgraph_dreams.dream.memories.windows import holds
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.safety.trust import may_become
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.pages import heading

_HITS = 8  # by vectors and by words, for every new memory
_NEAR = 40  # earlier memories shown
_PAGES = 24  # pages shown
_LINES = 4  # of a page that are shown: its first and its last ones


@dataclass(frozen=True)
class Shown:
    """What a model is shown, in the order of its numbers."""

    new: tuple[Memory, ...]
    near: tuple[Memory, ...]
    pages: tuple[tuple[Memory, list[int]], ...]
    """Each, shortened, with the numbers of the shown memories that are on it."""

    def memory(self, number: int) -> Memory | None:
        """The memory of a number; None for one that stands for none."""
        every = (*self.new, *self.near)
        return every[number - 1] if 1 <= number <= len(every) else None

    def page(self, number: int) -> Memory | None:
        """The page of a number; None for one that stands for none."""
        return self.pages[number - 1][0] if 1 <= number <= len(self.pages) else None


def shown_with(
    context: StageContext,
    ledger: MemoryLedger,
    new: Sequence[Memory],
    pages: Mapping[str, Memory],
    on: Mapping[str, Mapping[str, None]],
) -> Shown:
    """New memories, the earlier ones near them, and the pages near either."""
    score = _scores(context, new)
    own = {m.id for m in new}
    ranked = sorted((n for n in score if n not in own), key=lambda n: (-score[n], n))
    found = context.vault.get([n for n in ranked if n not in pages][: 2 * _NEAR])
    every = (ledger.now.setdefault(n, m) for n, m in found.items() if isinstance(m, Memory))
    near = [m for m in every if holds(m) and may_become(m)][:_NEAR]
    numbers = {m.id: number for number, m in enumerate([*new, *near], start=1)}
    best = {name: max(score.get(n, 0.0) for n in (name, *names)) for name, names in on.items()}
    first = sorted(
        (n for n, page in pages.items() if page.kind == "page" and (best[n] or not page.cites)),
        key=lambda n: (-best[n], n),
    )[:_PAGES]
    laid = (
        (_short(pages[n], ledger, on[n]), sorted(numbers[m] for m in on[n] if m in numbers))
        for n in first
    )
    return Shown(tuple(new), tuple(near), tuple(laid))


def _scores(context: StageContext, new: Sequence[Memory]) -> dict[str, float]:
    """Stored memories and pages near any of the new ones: by vector and by words, in [0, 2]."""
    vault = context.vault
    texts = [m.text for m in new]
    best: dict[str, float] = {}
    for text, hits in zip(texts, vault.dense(vault.embed(texts), _HITS, prefix="m"), strict=True):
        scores = {name: max(0.0, cosine) for name, cosine in hits}
        words = vault.lexical(text, _HITS, "m", math.inf)
        most = max((value for _, value in words), default=0.0)
        for name, value in words:
            scores[name] = scores.get(name, 0.0) + (value / most if most > 0 else 0.0)
        for name, value in scores.items():
            best[name] = max(value, best.get(name, 0.0))
    return best


def _short(page: Memory, ledger: MemoryLedger, names: Iterable[str]) -> Memory:
    """The page with its first and last lines alone; it cites all that is on it."""
    lines = page.text.split("\n")[1:]
    if not lines:
        lines = [f"- {ledger.now[name].text}" for name in names]
    if len(lines) > _LINES:
        lines = [*lines[: _LINES // 2], "...", *lines[-_LINES // 2 :]]
    text = "\n".join([heading(page), *lines])
    return page.model_copy(update={"text": text, "cites": tuple(names)})
