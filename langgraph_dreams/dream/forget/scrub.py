"""Detection of texts that tell of what was forgotten, and the journal without them; pure.

Told is: an id of something forgotten, four words of it in a row (all, where it has fewer), or a
content word that nothing in the namespace has any more.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from copy import copy
from functools import cache
from typing import Any

from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import content_sequence, content_terms
from langgraph_dreams.types.base import JsonObject
from langgraph_dreams.types.items import Archival, Core, Link, Memory, with_lines
from langgraph_dreams.types.operations import Operation
from langgraph_dreams.types.reports import DreamReport
from langgraph_dreams.types.telling.morning import without_items

FORGOTTEN = "(forgotten)"
RUN = 4
"""Words in a row that tell of a text."""

_WORD = re.compile(r"\w+")
_DATED = re.compile(r"\d{1,2}|(?:19|20)\d\d")  # parts of dates, which the library writes itself
_OURS = (
    "a quiet night nothing new held together came written down confirmed no longer hold retired"
    " back grew stronger weaker faded away record kept of the core met probably updates over older"
    " associations scaled took let go put in order memory memories page pages laid out association"
    " change changes said once twice times again by now was recalled looked at more still from"
    " until since then holds before since the last dream changed number date place negation rolled"
    " back UTC Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec notes episodes episode model calls"
    " budget wait waits next without links user agent question questions rehearsed asked dream try"
    " put into archive weak says as much states"
)
"""Words of the sentences in which the library itself tells of dreams."""
_IDS = {"id", "namespace", "target", "a", "b", "memory", "dream", "superseded_by"}
_TIMES = {"started", "finished", "created", "last_used", "valid_from", "valid_to", "learned_at"}
_DAYS = {"event_from", "event_to", "planned"}
_PLAIN = _IDS | _TIMES | _DAYS | {"last_confirmed", "status", "kind", "channel", "trust"}
"""Fields that are no text."""


@cache
def _vocabulary() -> dict[str, frozenset[str]]:
    """By field of a report, the values that it may have where those are listed: no text either."""
    found: dict[str, frozenset[str]] = {}

    def walk(schema: Any, field: str) -> None:
        if isinstance(schema, list):
            for each in schema:
                walk(each, field)
        elif isinstance(schema, dict):
            listed = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]
            found[field] = found.get(field, frozenset()).union(listed)
            named = schema.get("$ref", "").rpartition("/")[2]
            walk([schema.get(key) for key in ("anyOf", "items", "additionalProperties")], field)
            walk(defined.get(named, {}) if "enum" in defined.get(named, {}) else None, field)
            for name, inner in schema.get("properties", {}).items():
                walk(inner, name)

    whole = DreamReport.model_json_schema()
    defined = whole.get("$defs", {})
    walk([whole, *defined.values()], "")
    return found


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in their order."""
    return _WORD.findall(text.casefold())


class Redaction:
    """Finds what tells of forgotten items, and takes it out."""

    def __init__(
        self,
        ids: Set[str],
        texts: Iterable[str],
        lost: Set[str],
        known: Set[str],
        language: Language = ENGLISH,
    ) -> None:
        """Take what was forgotten.

        Args:
            ids: of episodes, memories, links and operations.
            texts: everything that the forgotten items said.
            lost: stemmed content words that only they had.
            known: texts of memories that stay, which are left as they are.
            language: the language of the texts.
        """
        self.ids = ids
        self.asked: Set[str] = frozenset()
        """Past questions that are forgotten, as morning reports have them."""
        self._language = language
        lost = lost - content_terms(language, _OURS)
        self._lost = {term for term in lost if not _DATED.fullmatch(term)}
        self._known = known
        self._runs = {run for text in texts if content_terms(language, text) for run in _runs(text)}
        self._runs |= {tuple(words_of(id_)) for id_ in ids}
        self._longest = max((len(run) for run in self._runs), default=0)

    def also(self, ids: Set[str], asked: Set[str] = frozenset()) -> "Redaction":
        """This, with further ids and past questions."""
        other = copy(self)
        other.ids = self.ids | ids
        other.asked = self.asked | asked
        other._runs = self._runs | {tuple(words_of(id_)) for id_ in ids}
        other._longest = max(map(len, other._runs), default=0)
        return other

    def tells(self, text: str) -> bool:
        """True if a text tells of what was forgotten."""
        words = words_of(text)
        for start in range(len(words)):
            for length in range(1, self._longest + 1):
                if tuple(words[start : start + length]) in self._runs:
                    return True
        return bool(self._lost.intersection(content_sequence(self._language, text)))

    def text(self, text: str) -> str:
        """A text whose telling lines are cut; sentences of the journal have a line each."""
        if text in self._known:
            return text
        return "\n".join(FORGOTTEN if self.tells(line) else line for line in text.split("\n"))

    def value(self, value: Any, field: str = "") -> Any:
        """Plain JSON without forgotten ids, what they stand for, and texts that tell of them."""
        if isinstance(value, Mapping):
            return {key: self.value(inner, key) for key, inner in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self.value(each, field) for each in value if not self._named(each)]
        if not isinstance(value, str) or not value:
            return value
        if value in self.ids:
            return ""
        plain = field in _PLAIN or value in _vocabulary().get(field, ())
        return value if plain else self.text(value)

    def _named(self, value: Any) -> bool:
        """True if an element of a list is a forgotten id, or a line about a forgotten memory."""
        name = value.get("memory") if isinstance(value, Mapping) else value
        return isinstance(name, str) and name in self.ids


def _runs(text: str) -> Iterable[tuple[str, ...]]:
    words = words_of(text)
    if len(words) <= RUN:
        return [tuple(words)]
    return (tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1))


Shrink = Callable[[Memory], Memory | None]
"""A memory without what it has from forgotten items; None when nothing bears it out."""


def without(report: DreamReport, redaction: Redaction, shrink: Shrink) -> DreamReport:
    """The report of a dream as if it had never known what was forgotten.

    Operations on forgotten items are dropped, and the sentences that cite them.
    """
    kept = [o for each in report.operations if (o := _operation(each, redaction, shrink))]
    dropped = {o.id for o in report.operations}.difference(o.id for o in kept)
    if dropped:
        cited = dropped | {id_[:10] for id_ in dropped}
        redaction = redaction.also(cited)
    body = report.model_dump(mode="json", exclude={"operations"})
    for concern in body["concerns"]:
        if concern["episodes"] and redaction.ids >= set(concern["episodes"]):
            concern["text"] = FORGOTTEN
    body["planned"] = [p for p in body["planned"] if p["episode"] not in redaction.ids]
    if body["morning"]:
        body["morning"] = without_items(body["morning"], redaction.ids, redaction.asked)
    told = {**redaction.value(body), "operations": kept}
    told["refused"] = [r for r in told["refused"] if r["target"] and r["rests_on"]]
    return DreamReport.model_validate(told)


def _operation(operation: Operation, redaction: Redaction, shrink: Shrink) -> Operation | None:
    """The operation without what was forgotten; None when nothing is left of it."""
    states = [operation.state_before(), operation.state_after()]
    ends = {end for state in states if isinstance(state, Link) for end in (state.a, state.b)}
    heirs = {state.archived for state in states if isinstance(state, Archival)}
    heirs |= {state.superseded_by for state in states[1:] if isinstance(state, Memory)}
    if redaction.ids & {operation.target, *heirs, *ends}:
        return None
    told = [operation.before, operation.after]
    for i, state in enumerate(states):
        if isinstance(state, Memory):
            left = shrink(state)
            if left is None:
                return None
            told[i] = _redacted_memory(left, redaction)
        elif (raw := told[i]) is not None:
            new = redaction.value(raw)
            told[i] = _recounted(new) if isinstance(state, Core) else new
    before, after = told
    reason = redaction.text(operation.reason)
    return operation.model_copy(update={"before": before, "after": after, "reason": reason})


def _redacted_memory(memory: Memory, redaction: Redaction) -> JsonObject:
    """A memory without what tells of what was forgotten.

    What is left of its quote stands in an episode that stays, and as it is in the memory itself: a
    later dream begins there.
    """
    return {**redaction.value(memory.model_dump(mode="json")), "quote": memory.quote}


def _recounted(told: JsonObject) -> JsonObject:
    """The state of a core with the size that it has now."""
    core = Core.model_validate(told)
    return with_lines(core, core.lines).model_dump(mode="json")
