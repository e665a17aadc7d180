"""The journal of dreams and the recall log."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from helpers_store import START, HashEmbedder

from langgraph_dreams.store import Backend, NamespaceStore
from langgraph_dreams.store.chroma.collection import Collection, Value
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import DreamReport


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    opened = Backend.open(tmp_path)
    yield opened
    opened.close()


def vault_of(backend: Backend) -> NamespaceStore:
    return backend.vault(("journal",), HashEmbedder())


def report(number: int, operations: int = 0, status: str = "committed") -> DreamReport:
    return DreamReport.model_validate(
        {
            "id": f"d{number}",
            "namespace": ("journal",),
            "number": number,
            "status": status,
            "started": START + timedelta(hours=number),
            "finished": START + timedelta(hours=number, minutes=1),
            "episodes": ("e1", "e2"),
            "counts": {"add_link": operations},
            "narrative": "Once \u2028 upon",
            "operations": tuple(
                Operation(id=f"o{n}", kind="add_link", target=f"l{n}", after={"w": n})
                for n in range(operations)
            ),
        }
    )


def test_a_report_comes_back_whole(backend: Backend) -> None:
    vault = vault_of(backend)
    whole = report(1, operations=1201)
    vault.put_dream(whole)
    assert vault.get_dream("d1") == whole
    assert vault.get_dream("d-none") is None
    assert vault.dreams() == [whole.model_copy(update={"operations": ()})]
    assert vault.dreams(operations=True) == [whole]


def test_a_report_is_replaced_and_leaves_no_old_operations(backend: Backend) -> None:
    vault = vault_of(backend)
    vault.put_dream(report(1, operations=1201, status="committing"))
    assert vault.committed_numbers() == []
    assert [f for f in backend.check() if "cut off while committing" in f.text]
    final = report(1, operations=3)
    vault.put_dream(final)
    assert vault.get_dream("d1") == final
    assert vault.committed_numbers() == [1]
    assert not [f for f in backend.check() if f.level != "ok"]


def test_operations_that_are_there_are_not_written_again(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = vault_of(backend)
    vault.put_dream(report(1, operations=1201, status="committing"))
    written: list[str] = []
    plain = Collection.put

    def put(self: Collection, records: Mapping[str, dict[str, Value]]) -> None:
        written.extend(name for name in records if not name.startswith("revision:"))
        plain(self, records)

    monkeypatch.setattr(Collection, "put", put)
    vault.put_dream(report(1, operations=1201))
    assert written == ["dream:d1"]
    done = report(1, operations=1201)
    other = done.operations[600].model_copy(update={"reason": "another"})
    done = done.model_copy(
        update={"operations": (*done.operations[:600], other, *done.operations[601:])}
    )
    vault.put_dream(done)
    assert written[1:] == ["operations:d1:1", "dream:d1"]
    assert vault.get_dream("d1") == done


def test_dreams_are_listed_oldest_first_after_reopening(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    for number in (2, 3, 1):
        vault_of(backend).put_dream(report(number, status="noop" if number == 3 else "committed"))
    backend.close()
    backend = Backend.open(tmp_path)
    assert [found.id for found in vault_of(backend).dreams()] == ["d1", "d2", "d3"]
    assert vault_of(backend).committed_numbers() == [1, 2]
    backend.close()


def test_recalls_are_noted_read_and_marked(backend: Backend) -> None:
    vault = vault_of(backend)
    for number in range(70):
        vault.note_recall(f"question {number} \ud800", [f"e{number}", "e0"], ["l1"])
    vault.flush()
    notes = vault.recalls()
    assert [note.query for note in notes] == [f"question {n} \ufffd" for n in range(70)]
    assert (notes[3].items, notes[3].links, notes[3].dreamt) == (("e3", "e0"), ("l1",), "")
    vault.mark_recalls([note.id for note in notes[:69]], "d1")
    assert [note.id for note in vault.recalls()] == [notes[69].id]
    assert len(vault.recalls(undreamt=False)) == 70
    assert len(vault.recalls(undreamt=False, limit=5)) == 5


def test_closing_writes_the_recalls_that_were_kept_back(tmp_path: Path) -> None:
    backend = Backend.open(tmp_path)
    vault_of(backend).note_recall("q", ["e1"], [])
    backend.close()
    backend = Backend.open(tmp_path)
    assert [note.query for note in vault_of(backend).recalls()] == ["q"]
    backend.close()
