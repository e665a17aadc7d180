"""A store that a former version wrote is opened, asked, dreamt, undone and forgotten from.

`former_versions/VERSION.tar.xz` is a folder in which the code of that version recorded eight turns
by its public API, dreamt twice without a model, and was given one memory. Add one at each release.
"""

import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from langgraph_dreams import DreamStore, Episode, Namespace

FORMER = sorted(Path(__file__).with_name("former_versions").glob("*.tar.xz"))
MEMORY = "Ada's sister Ines makes pottery and fires it in her own kiln."


@pytest.fixture(params=FORMER, ids=[path.name.removesuffix(".tar.xz") for path in FORMER])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DreamStore]:
    with tarfile.open(request.param) as packed:
        packed.extractall(tmp_path, filter="data")
    with DreamStore.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def ada(store: DreamStore) -> Namespace:
    return store.namespace("acme", "ada")


def test_every_version_is_there() -> None:
    assert [path.name[:3] for path in FORMER] == ["0.1", "0.2", "0.3", "0.4"]


def test_it_is_whole(store: DreamStore, ada: Namespace) -> None:
    assert store.namespaces() == [("acme", "ada")]
    counts = ada.counts()
    assert (counts["episodes"], counts["memories"], counts["undreamt"]) == (8, 1, 0)
    (memory,) = ada.memories()
    assert (memory.text, memory.sources) == (MEMORY, ("e2", "e5"))
    assert [found for found in store.check() if found["level"] != "ok"] == []
    assert len(ada.dreams()) == 2


def test_it_is_asked_along_its_links(ada: Namespace) -> None:
    found = ada.recall("When does the inspector of the hives come?", 3)
    assert found.items[0].item.id == "e4"
    linked = ada.recall("What is broken that the inspector of the hives looks at?", 5)
    assert any(entry.why.path for entry in linked.items)
    by_memory = ada.recall("Who fires pottery in a kiln of her own?", 3)
    assert by_memory.memories[0].item.text == MEMORY
    assert {"e2", "e5"} & {entry.item.id for entry in by_memory.items}


def test_it_goes_on_dreaming_and_takes_back_what_it_dreamt(ada: Namespace) -> None:
    links = ada.counts()["links"]
    ada.record(
        [
            Episode(
                id="e8",
                thread="t9",
                text="The thermostat of the kiln came, Ines fits it after the inspector was here.",
                said="The thermostat of the kiln came, Ines fits it after the inspector was here.",
                time=datetime(2026, 4, 1, tzinfo=UTC),
            )
        ]
    )
    report = ada.dream()
    assert report.status == "committed"
    assert ada.counts()["links"] > links
    ada.rollback(report.id)
    assert ada.counts()["links"] == links
    former = ada.dreams()[1]
    ada.rollback(former.id, cascade=True)
    assert ada.counts()["links"] < links


def test_it_forgets(ada: Namespace) -> None:
    ada.forget(episodes=["e2"])
    assert ada.counts()["episodes"] == 7
    assert all("kiln for her" not in found.item.text for found in ada.recall("kiln", 8).items)
