"""The journal: what every dream planned and did, as records of the namespace."""

import json
import threading
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from langgraph_dreams.errors import InvalidInputError, StoreError
from langgraph_dreams.safety.redaction import Redactor, redacted_all
from langgraph_dreams.store.chroma.collection import Collection, Row, Value, batches
from langgraph_dreams.store.validation import check_id, clean_all
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import DreamReport

CHUNK = 500
"""Operations in one record."""
_HEADER = "dream"
_OPERATIONS = "operations"
_INTENT = "intent"


def _header_id(dream_id: str) -> str:
    return f"{_HEADER}:{dream_id}"


def _chunk_id(dream_id: str, number: int) -> str:
    return f"{_OPERATIONS}:{dream_id}:{number}"


def storable_report(report: DreamReport, redact: Redactor | None) -> DreamReport:
    """The report of a dream as it may be stored. Raises InvalidInputError when `redact` fails."""
    if redact is None:
        return report
    return DreamReport.model_validate(redacted_all(report.model_dump(mode="json"), redact))


class Journal:
    """Dream reports of one namespace, headers cached."""

    def __init__(self, records: Collection) -> None:
        self._records = records
        self._lock = threading.Lock()
        self._headers: dict[str, DreamReport] | None = None

    def forget_cache(self) -> None:
        """Read the headers anew at the next question: another client wrote some."""
        with self._lock:
            self._headers = None

    def put(self, report: DreamReport) -> None:
        """Write a report: its operations first, its header last, so that a header is never alone.

        Raises InvalidInputError for a report that cannot be stored.
        """
        check_id(report.id, "", "a dream")
        if not report.id:
            raise InvalidInputError("a dream report needs an id")
        values = clean_all(report.model_dump(mode="json"))
        operations = values.pop("operations")
        chunks = list(batches(operations, CHUNK))
        known = self._records.rows([_header_id(report.id)]).get(_header_id(report.id))
        header: dict[str, Value] = {
            "is": _HEADER,
            "dream": report.id,
            "status": report.status,
            "number": report.number,
            "chunks": len(chunks),
            "report": json.dumps(values),
        }
        told: dict[str, dict[str, Value]] = {
            _chunk_id(report.id, number): {
                "is": _OPERATIONS,
                "dream": report.id,
                "operations": json.dumps(chunk),
            }
            for number, chunk in enumerate(chunks)
        }
        # A dream that ends has the operations with which it began to be written.
        there = self._records.rows(told if known else ())
        changed = {k: v for k, v in told.items() if k not in there or there[k].fields != v}
        self._records.put(changed)
        self._records.put({_header_id(report.id): header})
        if known is not None:
            old = int(known.fields.get("chunks", 0))
            self._records.delete(_chunk_id(report.id, n) for n in range(len(chunks), old))
        with self._lock:
            if self._headers is not None:
                self._headers[report.id] = DreamReport.model_validate(values)

    def get(self, dream_id: str) -> DreamReport | None:
        """A whole report, or None."""
        key = _header_id(dream_id)
        row = self._records.rows([key]).get(key)
        return None if row is None else self._with_operations(_header(row), row)

    def _with_operations(self, report: DreamReport, row: Row) -> DreamReport:
        keys = [_chunk_id(report.id, n) for n in range(int(row.fields.get("chunks", 0)))]
        found = self._records.rows(keys)
        try:
            operations = tuple(
                Operation.model_validate(body)
                for key in keys
                for body in json.loads(found[key].fields["operations"])
            )
        except (KeyError, ValueError, ValidationError) as error:
            raise StoreError(f"the operations of dream {report.id} cannot be read") from error
        return report.model_copy(update={"operations": operations})

    def all(self, operations: bool) -> list[DreamReport]:
        """Every report, oldest first."""
        with self._lock:
            if self._headers is None:
                rows = self._records.where(**{"is": _HEADER})
                self._headers = {report.id: report for report in map(_header, rows)}
            headers = _oldest_first(self._headers.values())
        if not operations:
            return headers
        whole = (self.get(report.id) for report in headers)
        return [report for report in whole if report is not None]

    def committed_numbers(self) -> list[int]:
        """Numbers of the committed dreams, sorted; naps are not counted."""
        dreams = (d for d in self.all(False) if d.status == "committed" and d.depth != "nap")
        return sorted(dream.number for dream in dreams)

    # -- what is about to be done to dreams, written first, so that a death cannot halve it

    def put_intent(self, name: str, body: dict[str, Any]) -> None:
        """Note what is about to be done; the same name again replaces it."""
        self._records.put({f"{_INTENT}:{name}": {"is": _INTENT, "intent": json.dumps(body)}})

    def intents(self) -> dict[str, dict[str, Any]]:
        """The changes that were begun and never ended, by name."""
        rows = self._records.where(**{"is": _INTENT})
        try:
            return {row.id.partition(":")[2]: json.loads(row.fields["intent"]) for row in rows}
        except (KeyError, ValueError, TypeError) as error:
            raise StoreError(f"an intent in the journal cannot be read: {error!r}") from error

    def drop_intent(self, name: str) -> None:
        """Note that it is done."""
        self._records.delete([f"{_INTENT}:{name}"])


def _oldest_first(reports: Iterable[DreamReport]) -> list[DreamReport]:
    return sorted(reports, key=lambda report: (report.started, report.number, report.id))


def _header(row: Row) -> DreamReport:
    try:
        return DreamReport.model_validate(json.loads(row.fields["report"]))
    except (KeyError, ValueError, ValidationError) as error:
        raise StoreError(f"the journal entry {row.id} cannot be read: {error}") from error
