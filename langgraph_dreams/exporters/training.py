"""Training data of a namespace: chat examples, preference pairs, a split by time, a manifest.

Made of memories that hold, of their own questions, of past questions that one of them answers, of
rehearsals, and where there is none of these, of questions by form; and of turns that a dream found
to be about one name, or one to bring the other up to date. Nothing of an untrusted, flagged or
forgotten source is in it, and the same namespace gives the same bytes.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_share
from langgraph_dreams.dream.learner.questions import Sound, known_questions, sound
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.exporters.examples import (
    Answered,
    Example,
    chat_examples,
    cleaner,
    preference_examples,
    superseded,
)
from langgraph_dreams.exporters.folder import checked_folder, write_folder
from langgraph_dreams.exporters.linked import LinkedTurns, asked_by_form, linked_turns
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.safety.redaction import Redactor, checked_redactor, redacted
from langgraph_dreams.safety.secrets import redact_secrets
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.items import HOLDING

FORMAT = 1
"""Of the folder; grows when its files change."""
HELD_OUT = 0.2
_PARTS = ("train", "held_out")


@dataclass(frozen=True)
class TrainingExport:
    """A folder of training data that was written."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def counts(self) -> dict[str, int]:
        """Examples by file."""
        return dict(self.manifest["counts"])


def export_training(
    namespace: Namespace,
    folder: str | Path,
    *,
    held_out: float = HELD_OUT,
    licence: str = "",
    redact: Redactor | None = redact_secrets,
) -> TrainingExport:
    """Write a folder of training data: `chat.*.jsonl`, `preferences.*.jsonl`, `manifest.json`.

    Beside each JSONL file lies one with the provenance of its lines. The folder is written whole
    or not at all. Deleting it is yours: what is forgotten afterwards stays in it, so export anew.

    Args:
        namespace: whose memory.
        folder: where to; it must not be there yet, or be empty.
        held_out: share of the examples, the latest ones, that is held out.
        licence: terms of the data, told with every line and in the manifest.
        redact: takes secrets out of every text, after the store's own hook; None leaves them.

    Raises:
        InvalidInputError: the folder is there or cannot be written, or an argument is none.
        MissingDependencyError: `redact_secrets` needs the extra `redact`.
    """
    path = checked_folder(folder)
    checked_share("held_out", held_out)
    checked_redactor(redact)
    if not isinstance(licence, str):
        raise InvalidInputError(f"licence is {shown(licence)}; give it as a text")
    namespace.flush()
    vault = namespace.vault
    chat, pairs = vault.steadily(lambda: _examples(vault, redact))
    last = _last(chat or pairs, held_out)
    rows: dict[str, list[dict[str, Any]]] = {}
    counts: Counter[str] = Counter()
    for kind, examples in (("chat", chat), ("preferences", pairs)):
        for part in _PARTS:
            own = [e for e in examples if (last is not None and e.time > last) == (part != "train")]
            name = f"{kind}.{part}"
            counts[name] = len(own)
            rows[f"{name}.jsonl"] = [dict(e.line) for e in own]
            rows[f"{name}.provenance.jsonl"] = [
                {"line": number, **e.provenance, "licence": licence}
                for number, e in enumerate(own, start=1)
            ]
    manifest = {
        "format": FORMAT,
        "made_by": f"langgraph_dreams {_version()}",
        "namespace": list(namespace.parts),
        "licence": licence,
        "split": {"by": "time of the latest evidence", "held_out_after": last and last.isoformat()},
        "counts": dict(counts),
    }
    return TrainingExport(path, write_folder(path, rows, manifest))


def _examples(
    vault: NamespaceStore, redact: Redactor | None
) -> tuple[list[Example], list[Example]]:
    clean = cleaner(lambda text: redacted(vault.redacted(text), redact))
    turns = linked_turns(vault)
    known, ended = (_with(sound(vault, s), turns) for s in (HOLDING, ("superseded",)))
    every = _with(sound(vault, ("tentative", "active", "superseded")), turns)
    own = known_questions(vault, known)
    questions: list[Answered] = [*own, *asked_by_form(vault.language, own, known, turns)]
    pairs = [*superseded(questions, ended, every), *turns.preferences(vault.language)]
    return (
        _in_order(chat_examples(questions, known, clean)),
        _in_order(preference_examples(pairs, every, clean)),
    )


def _with(found: Sound, turns: LinkedTurns) -> Sound:
    return Sound(found.memories, {**found.episodes, **turns.episodes})


def _in_order(examples: Any) -> list[Example]:
    """Oldest first; each line once."""
    found = sorted(examples, key=lambda e: (e.time, e.provenance["id"]))
    return list({e.provenance["id"]: e for e in found}.values())


def _last(examples: Sequence[Example], held_out: float) -> datetime | None:
    """The time of the last example to be trained on; None when nothing is held out.

    Examples of one time are not parted.
    """
    most = round(len(examples) * (1 - held_out))
    if not examples or most >= len(examples):
        return None
    return examples[most - 1].time if most else datetime.min.replace(tzinfo=examples[0].time.tzinfo)


def _version() -> str:
    try:
        return version("langgraph_dreams")
    except PackageNotFoundError:
        return "(not installed)"
