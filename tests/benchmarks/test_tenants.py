"""The benchmark of tenants: a few seconds come out clean, and what leaks or is lost is noticed."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers_store import HashEmbedder

from benchmarks import tenants
from benchmarks.tenants_use import (
    Answer,
    NotRefusedError,
    Tenant,
    conversation,
    forget_foreign,
    link_foreign_ends,
    look_by_foreign_ids,
    record,
)
from langgraph_dreams import DreamStore

CHANCE = random.Random(3)


@pytest.mark.slow
@pytest.mark.parametrize("where", [[], pytest.param(["--chroma-server"], marks=pytest.mark.server)])
def test_a_few_seconds(
    where: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    wanted = ["--namespaces", "40", "--seconds", "4", "--json", str(out), *where]
    assert tenants.main(wanted) == 0
    found = json.loads(out.read_text())
    assert found["leaks"] == found["errors that are not ours"] == 0
    assert found["lost or foreign in the end"] == found["errors of ours without a reason"] == 0
    assert found["calls"] > 40
    assert found["episodes compared in the end"] >= 100
    assert "mixed use" in capsys.readouterr().out


@pytest.fixture
def pair() -> Iterator[tuple[Tenant, Tenant]]:
    """Two tenants by number who are one in the store: a fence that is down."""
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        one, other = (Tenant(number, store.namespace("same")) for number in (1, 2))
        for tenant in (one, other):
            thread = tenant.new_thread()
            new = conversation(tenant, thread)
            tenant.space.record(new)
            tenant.acknowledged(thread, {episode.id: episode.text for episode in new})
        yield one, other


def test_a_fence_that_is_down_is_noticed(pair: tuple[Tenant, Tenant]) -> None:
    one, other = pair
    fence = tenants.Fence()
    assert not fence.foreign(other, Answer(list(other.texts())))
    found = fence.foreign(one, look_by_foreign_ids(one, other, CHANCE))
    assert found == {other.mark, *other.texts()}
    with pytest.raises(NotRefusedError, match="InvalidInputError was due"):
        link_foreign_ends(one, other, CHANCE)
    with pytest.raises(NotRefusedError, match="InvalidInputError was due"):
        forget_foreign(one, other, CHANCE)


def test_what_is_lost_is_noticed() -> None:
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        run = tenants.Run(store, 3, seed=1)
        for tenant in run.tenants:
            record(tenant, tenant, CHANCE)
        lost, _, robbed = run.tenants
        gone = lost.space.forget(thread="t1").episodes
        robbed.space.record(conversation(lost, "t1")[:1])
        run.verify()
    told = " ".join(run.tally.lost)
    assert all(id_ in told for id_ in gone)
    assert len(run.tally.lost) == 4
    assert lost.mark in " ".join(run.tally.leaks)
    assert not run.tally.sound
