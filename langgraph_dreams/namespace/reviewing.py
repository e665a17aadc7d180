"""A namespace whose dreams wait for a person: approved, in part or in other words, or rejected."""

import asyncio
from collections.abc import Callable
from typing import Any

from langgraph_dreams._validation import checked_flag
from langgraph_dreams.dream.review.approval import approve, reject
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.transaction.apply import leased
from langgraph_dreams.namespace.dreaming import NamespaceAsleep
from langgraph_dreams.types.reports import DreamReport

_WAIT_SECONDS = 10.0  # for a dream under way to end


class NamespaceReview(NamespaceAsleep):
    """A namespace of a store as far as dreams of it are reviewed."""

    def approve(self, dream_id: str, answer: Any = "all") -> DreamReport:
        """Write a dream that waits, or what is approved of it; returns its report.

        What rests on an operation that is not approved is not written either. The dream is tried
        once more before it is written; one that was overtaken by another since it began, or of
        which something was forgotten, is `rejected`, with the reason.

        Args:
            dream_id: its id, or the unique beginning of it.
            answer: "all"; a list of the operations to approve, by their ids or by those of what
                they change; `{"approve": ..., "reject": ..., "edit": {id: text}}`; or any other
                answer that the review's interrupt takes.

        Raises:
            UnknownDreamError: no such dream, or several.
            ReviewError: it does not wait, or the answer cannot be taken; nothing is written.
            BusyError: a dream is under way in this namespace.
        """
        return self._decided(dream_id, lambda context, entry: approve(context, entry, answer))

    async def aapprove(self, dream_id: str, answer: Any = "all") -> DreamReport:
        """`approve`, off the event loop."""
        return await asyncio.to_thread(self.approve, dream_id, answer)

    def reject(self, dream_id: str, *, redream: bool = True) -> DreamReport:
        """Write nothing of a dream that waits.

        Args:
            dream_id: its id, or the unique beginning of it.
            redream: let the next dream take its episodes up again; False leaves them dreamt, so
                that it does not come back.

        Raises:
            UnknownDreamError: no such dream, or several.
            ReviewError: it does not wait.
            BusyError: a dream is under way in this namespace.
        """
        checked_flag("redream", redream)
        return self._decided(dream_id, lambda context, entry: reject(context, entry, redream))

    async def areject(self, dream_id: str, *, redream: bool = True) -> DreamReport:
        """`reject`, off the event loop."""
        return await asyncio.to_thread(self.reject, dream_id, redream=redream)

    def _decided(
        self, dream_id: str, decide: Callable[[StageContext, DreamReport], DreamReport]
    ) -> DreamReport:
        """What is made of a dream, under the lease."""
        found = self.report(dream_id)
        self.vault.flush()
        context = StageContext(self.vault, self.policy, lambda _: None)
        with leased(self.vault, "a review", self.policy.lease_seconds, _WAIT_SECONDS):
            return decide(context, self.report(found.id))
