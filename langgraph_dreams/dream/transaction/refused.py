"""Records of refused operations: what they changed, and what they rested on."""

from collections.abc import Iterable, Iterator

from langgraph_dreams.types.base import digest
from langgraph_dreams.types.items import ARCHIVED, Archival, Core, Link, Memory
from langgraph_dreams.types.operations import ALL, Operation
from langgraph_dreams.types.telling.health import Refusal


def refusals(operations: Iterable[Operation]) -> tuple[Refusal, ...]:
    """A record of each, but of those on all links alike, and of what came back from the archive.

    That comes back again when it is asked for again, or when nothing else says it.
    """
    return tuple(
        Refusal(
            kind=operation.kind,
            target=operation.target,
            statement=operation.memory().text if operation.kind == "add_memory" else "",
            rests_on=tuple(rests_on(operation)),
        )
        for operation in operations
        if operation.target != ALL and not _returns(operation)
    )


def _returns(operation: Operation) -> bool:
    before = operation.state_before()
    woken = isinstance(before, Memory) and before.status == ARCHIVED
    return woken or operation.kind == "restore_episode"


def rests_on(operation: Operation) -> Iterator[str]:
    """Ids of what an operation is proposed for; words that a link goes over, as hashes.

    More uses of a link are further evidence, as are further episodes of a memory.
    """
    state = operation.state_after()
    if isinstance(state, Memory):
        yield from (*state.sources, *state.cites)
        if state.superseded_by:
            yield state.superseded_by
        if operation.kind == "merge_memory":
            yield f"used {state.uses} times"
    elif isinstance(state, Link):
        yield from (digest("term", term) for term in state.bridge)
        if operation.kind == "strengthen_link":
            yield f"used {state.uses} times"
    elif isinstance(state, Archival):
        yield state.archived
    elif isinstance(state, Core):
        yield from (line.memory for line in state.lines)
