"""A namespace forgets: the only true delete, asked for by a person, and complete."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from langgraph_dreams._validation import checked_flag
from langgraph_dreams.dream.forget.plan import forgetting_plan
from langgraph_dreams.dream.forget.run import forget, forget_everything, forgotten, inventory
from langgraph_dreams.dream.forget.select import choose, wanted
from langgraph_dreams.dream.recovery import recover_pending
from langgraph_dreams.dream.transaction.apply import leased
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.namespace.reading import NamespaceKept
from langgraph_dreams.types.forgotten import Forgotten

_WAIT_SECONDS = 10.0  # for a dream under way to end


class NamespaceForget(NamespaceKept):
    """A namespace of a store as far as it forgets."""

    def forget(
        self,
        *,
        episodes: Sequence[str] | None = None,
        thread: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        text: str | None = None,
        memories: Sequence[str] | None = None,
        everything: bool = False,
        dry_run: bool = False,
    ) -> Forgotten:
        """Remove episodes and all that came of them; returns what was removed.

        With the episodes go: memories that only they bear out, links, lines of the core, recall
        notes, and whatever the journal tells of them. A memory that other episodes bear out keeps
        those; one that was superseded by a removed memory alone holds again. What other episodes
        say in the same words stays. The files of an embedded store are compacted, so that nothing
        of it is left in them. What was begun is finished by the next opening, if it is cut short.

        Of several selectors an episode has to match all.

        Args:
            episodes: ids.
            thread: a conversation.
            since: from this time on; without a zone it is UTC.
            until: up to, but not at, this time.
            text: whole words side by side, in any case, in what an episode said, did or met; by
                itself it also takes memories and recall notes with these words.
            memories: ids of memories; their episodes stay. Goes with no other selector.
            everything: the whole namespace. Goes with no other selector.
            dry_run: tell what would go, and write nothing.

        Raises:
            InvalidInputError: nothing says what to forget, selectors do not go together, an id is
                not there, or a switch is neither True nor False; nothing is removed.
            NamespaceError: this is a template.
            BusyError: a dream is under way in this namespace.
            StoreError: the store cannot be read or written; what was begun is finished by the next
                opening, or the next `forget`.
        """
        checked_flag("everything", everything)
        checked_flag("dry_run", dry_run)
        selectors = (episodes, thread, since, until, text, memories)
        if everything:
            if any(selector is not None for selector in selectors):
                raise InvalidInputError("everything=True goes with no other selector; give one")
            return self._forget_everything(dry_run)
        want = wanted(*selectors)
        self.flush()
        vault = self.vault
        if dry_run:
            return forgotten(vault, forgetting_plan(vault, choose(vault, want)), dry_run=True)
        with leased(vault, "forgetting", self._policy.lease_seconds, _WAIT_SECONDS):
            recover_pending(vault)
            return forget(vault, choose(vault, want))

    async def aforget(
        self,
        *,
        episodes: Sequence[str] | None = None,
        thread: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        text: str | None = None,
        memories: Sequence[str] | None = None,
        everything: bool = False,
        dry_run: bool = False,
    ) -> Forgotten:
        """`forget`, off the event loop."""
        return await asyncio.to_thread(
            self.forget,
            episodes=episodes,
            thread=thread,
            since=since,
            until=until,
            text=text,
            memories=memories,
            everything=everything,
            dry_run=dry_run,
        )

    def _forget_everything(self, dry_run: bool) -> Forgotten:
        self.flush()
        found = inventory(self.vault)
        if dry_run:
            return found.model_copy(update={"dry_run": True})
        compacted = forget_everything(self.vault, self._policy.lease_seconds, _WAIT_SECONDS)
        return found.model_copy(update={"compacted": compacted})
