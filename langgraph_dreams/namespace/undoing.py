"""What dreams did to a namespace, seen as a difference, and undone."""

import asyncio
from collections.abc import Iterable, Sequence

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_flag
from langgraph_dreams.dream.transaction.apply import leased
from langgraph_dreams.dream.transaction.rollback import diff, roll_back, undo
from langgraph_dreams.errors import InvalidInputError, UnknownDreamError
from langgraph_dreams.namespace.reading import NamespaceKept
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.rollback import DreamDiff, Rollback

_WAIT_SECONDS = 10.0  # for a dream under way to end


class NamespaceUndone(NamespaceKept):
    """A namespace of a store as far as dreams are undone in it."""

    def diff(self, dream: str | DreamReport) -> DreamDiff:
        """What a dream changed, with what a rollback would meet.

        Args:
            dream: the id of one in the journal, or its unique beginning; or a report, such as that
                of a dry run.

        Raises:
            UnknownDreamError: no such dream, or several.
        """
        report = dream if isinstance(dream, DreamReport) else self.report(dream)
        return diff(self.vault, report)

    def rollback(self, dream_id: str, *, cascade: bool = False, redream: bool = True) -> Rollback:
        """Undo a dream: memories, statuses, links, weights and the core are as before it.

        What was changed since by no dream stays as it is, and is named. The dream stays in the
        journal as `rolled_back`.

        Args:
            dream_id: its id, or the unique beginning of it.
            cascade: undo also the operations of later dreams that rest on it.
            redream: let the next dream take its episodes up again; False leaves them dreamt, so
                that it does not come back.

        Raises:
            UnknownDreamError: no such dream, or several.
            RollbackError: it was never committed or is rolled back already, or operations of later
                dreams rest on it and `cascade` is not set; nothing is written.
            BusyError: a dream is under way in this namespace.
        """
        checked_flag("cascade", cascade)
        checked_flag("redream", redream)
        report = self.report(dream_id)
        self.vault.flush()
        with leased(self.vault, "a rollback", self._policy.lease_seconds, _WAIT_SECONDS):
            return roll_back(self.vault, self.report(report.id), cascade, redream)

    async def arollback(
        self, dream_id: str, *, cascade: bool = False, redream: bool = True
    ) -> Rollback:
        """`rollback`, off the event loop."""
        return await asyncio.to_thread(self.rollback, dream_id, cascade=cascade, redream=redream)

    def undo(self, operations: Sequence[str], *, cascade: bool = False) -> Rollback:
        """Undo single operations of one dream; the dream goes on without them.

        Args:
            operations: their ids, all of one dream.
            cascade: undo also the later operations that rest on them.

        Raises:
            InvalidInputError: no ids, or what is none.
            UnknownDreamError: no dream has the first of them.
            RollbackError: one is not in force in that dream, or later operations rest on them and
                `cascade` is not set; nothing is written.
            BusyError: a dream is under way in this namespace.
        """
        checked_flag("cascade", cascade)
        given = [operations] if isinstance(operations, str) else operations
        ids = list(given) if isinstance(given, Iterable) else []
        if not ids or not all(isinstance(i, str) for i in ids):
            raise InvalidInputError(f"undo takes ids of operations, not {shown(operations)}")
        with leased(self.vault, "an undoing", self._policy.lease_seconds, _WAIT_SECONDS):
            return undo(self.vault, self._dream_of(ids[0]), ids, cascade)

    async def aundo(self, operations: Sequence[str], *, cascade: bool = False) -> Rollback:
        """`undo`, off the event loop."""
        return await asyncio.to_thread(self.undo, operations, cascade=cascade)

    def _dream_of(self, operation: str) -> DreamReport:
        for header in reversed(self.vault.dreams()):
            report = self.vault.get_dream(header.id)
            if report is not None and any(o.id == operation for o in report.operations):
                return report
        raise UnknownDreamError(
            f"no dream of {self!r} has an operation {shown(operation)}; `report(id)` lists them"
        )
