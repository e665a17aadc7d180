"""What is left of operations on one memory when one of them goes, operation by operation."""

from datetime import datetime
from typing import Any

from dream_support import SMALL, WordEmbedder
from helpers_store import START, memory

from langgraph_dreams import DreamReport, DreamStore, Operation
from langgraph_dreams.dream.commit.selection import with_approved
from langgraph_dreams.dream.runtime.context import StageContext


def operation(kind: Any, before: dict[str, Any], after: dict[str, Any]) -> Operation:
    return Operation(id=f"o{kind}", kind=kind, target=after["id"], before=before, after=after)


def utc_json(time: datetime) -> str:
    """As the journal writes it."""
    return time.isoformat().replace("+00:00", "Z")


def test_a_memory_that_was_confirmed_after_it_ended_holds_without_its_ending() -> None:
    held = memory("The rent is 420 euros.", status="active").model_dump(mode="json")
    ended = {"status": "superseded", "superseded_by": "mnew", "valid_to": utc_json(START)}
    more = {**held, **ended, "confirmed": 2}
    operations = (
        operation("merge_memory", held, more),
        operation("supersede_memory", more, more),
    )
    report = DreamReport(
        id="d1",
        namespace=("ada",),
        status="waiting",
        started=START,
        finished=START,
        operations=operations,
    )
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        context = StageContext(store.namespace("ada").vault, SMALL, lambda _: None)
        (merge,) = with_approved(context, report, {"omerge_memory"}, {}).operations
        assert merge.after == {**held, "confirmed": 2}
        (gone,) = with_approved(context, report, {"osupersede_memory"}, {}).operations
        assert gone.before == held
        assert gone.after == {**held, **ended}
