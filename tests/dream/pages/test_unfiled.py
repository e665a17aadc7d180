"""Which memories were never shown for pages, whatever has become of those that were."""

from datetime import timedelta

import pytest
from dream_support import SMALL, START, WordEmbedder, episode

from langgraph_dreams import DreamReport, DreamStore, Memory
from langgraph_dreams.dream.pages.unfiled import PAGES, learned_since
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.types.items import MemoryStatus, memory_id


@pytest.mark.parametrize("status", ["active", "superseded", "retired", "archived"])
def test_what_becomes_of_a_memory_moves_no_mark(status: MemoryStatus) -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        ada = store.namespace("ada")
        (source,) = ada.record([episode("The kiln is broken.", day=0)])
        told = [
            Memory(
                id=memory_id("fact", str(number)),
                text=f"Pot {number} is done.",
                sources=(source,),
                learned_at=START + timedelta(hours=number),
                dream="d1",
            )
            for number in range(4)
        ]
        counts = dict(zip(PAGES, (0, 2), strict=True))
        times = {"started": START, "finished": START}
        named = {"id": "d1", "namespace": ("ada",), "number": 1, "status": "committed"}
        ada.vault.put_dream(DreamReport.model_validate({**named, **times, "counts": counts}))
        ada.vault.put_memories([told[0].model_copy(update={"status": status}), *told[1:]])
        found = learned_since(StageContext(ada.vault, SMALL, lambda _: None, None))
        assert [one.id for one in found] == [memory.id for memory in told[2:]]
