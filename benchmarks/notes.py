"""Notes that stand in for a model in consolidate and pages: a JSONL file, one session a line.

A line is `{"case", "session", "notes": [{"text", "about", "sources": [unit ids]}]}`; a note may
have `kind`, `quote` and `questions` besides. The scripted model answers a window of episodes with
the notes whose sources are shown in it; one without a quote quotes the first words of a source. A
line may have `pages` (`text`, `notes` = the `id`s of the case's notes that are on it): asked which
of the memories shown belong together, the model puts these there.

Rehearsals (`read_rehearsals`): a line a case, `{"case", "rehearsals": [{"question", "memories"}]}`,
where `memories` are the texts of the notes that it was written from. The model asks a question when
the last of these is new.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from langgraph_dreams import LogFormatError

from .scripted import Block, ScriptedModel, appearance, letters
from .sets import Case

SEED = 11
_QUOTED = 6  # words


@dataclass(frozen=True)
class Note:
    """A statement about a conversation and the units that it cites."""

    text: str
    about: str
    sources: tuple[str, ...]
    kind: str = "fact"
    quote: str = ""
    questions: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    """Titles of the pages that it is on."""


@dataclass(frozen=True)
class Rehearsal:
    """A question that a session could ask, and the texts of the notes it was written from."""

    question: str
    memories: tuple[str, ...]


def read_notes(path: Path) -> dict[str, list[Note]]:
    """Notes by case. Raises LogFormatError naming the line for one that is no session of notes."""
    found: dict[str, list[Note]] = defaultdict(list)
    places: dict[tuple[str, str], int] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LogFormatError(f"{path} cannot be read ({error}): give a UTF-8 JSONL file") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            case = str(row["case"])
            own = found[case]
            places |= {
                (case, str(n["id"])): len(own) + i for i, n in enumerate(row["notes"]) if "id" in n
            }
            own += [
                Note(
                    str(n["text"]),
                    str(n.get("about") or ""),
                    tuple(map(str, n["sources"])),
                    str(n.get("kind") or "fact"),
                    str(n.get("quote") or ""),
                    tuple(map(str, n.get("questions") or ())),
                )
                for n in row["notes"]
            ]
            for page in row.get("pages") or ():
                title = str(page["text"]).partition(":")[0]
                for at in {places[case, str(name)] for name in page["notes"]}:
                    own[at] = replace(own[at], pages=(*own[at].pages, title))
        except (ValueError, KeyError, TypeError) as error:
            raise LogFormatError(
                f"{path}, line {number} holds no notes ({error!r}): case, session and a list of "
                f"notes with text and sources are needed"
            ) from error
    return dict(found)


def read_rehearsals(path: Path) -> dict[str, list[Rehearsal]]:
    """Questions by case. Raises LogFormatError for a file that holds none."""
    try:
        rows = [
            json.loads(line) for line in path.read_text("utf-8-sig").split("\n") if line.strip()
        ]
        return {
            str(row["case"]): [
                Rehearsal(str(r["question"]), tuple(map(str, r["memories"])))
                for r in row["rehearsals"]
            ]
            for row in rows
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LogFormatError(
            f"{path} holds no rehearsals ({error!r}): a line needs case and rehearsals, each with"
            " question and memories"
        ) from error


def shuffled(notes: Sequence[Note], seed: int = SEED) -> list[Note]:
    """The same notes under each other's citations: what memories without sense would do."""
    order = np.random.default_rng(seed).permutation(len(notes))
    return [replace(n, sources=notes[i].sources) for n, i in zip(notes, order, strict=True)]


def note_taker(
    case: Case, notes: Sequence[Note], rehearsals: Sequence[Rehearsal] = ()
) -> ScriptedModel:
    """A chat model that answers consolidate with these notes, pages with theirs, and rehearsals."""
    units: dict[tuple[str, str], list[str]] = defaultdict(list)
    for unit, shown_as in appearance(case).items():
        units[shown_as].append(unit)

    def answer(shown: Sequence[Block]) -> Mapping[str, Any]:
        left = {key: list(ids) for key, ids in units.items()}
        place: dict[str, Block] = {}
        for block in shown:
            when = block.heading.removesuffix(" (from earlier)")
            waiting = left.get((when, letters(block.text))) if block.letter == "E" else None
            if waiting:
                place[waiting.pop(0)] = block
        found = [(n, [place[s] for s in n.sources if s in place]) for n in notes]
        return {"memories": [_written(n, cited) for n, cited in found if cited]}

    titles = {letters(note.text): note.pages for note in notes}

    def laid_out(shown: Sequence[Block]) -> Mapping[str, Any]:
        pages: dict[str, list[int]] = defaultdict(list)
        for block in shown:
            for title in titles.get(letters(block.text), ()) if block.letter == "M" else ():
                pages[title].append(block.number)
        there = {b.text.partition("\n")[0]: b.number for b in shown if b.letter == "P"}
        return {
            "pages": [
                {"page": there.get(title, 0), "title": title, "memories": numbers}
                for title, numbers in pages.items()
            ],
            "relations": [],
        }

    told = {letters(note.text): at for at, note in enumerate(notes)}

    def asked(shown: Sequence[Block]) -> Mapping[str, Any]:
        number = {letters(b.text): b.number for b in shown if b.letter == "S"}
        new = {letters(b.text) for b in shown if b.heading.startswith("new")}
        found = []
        for rehearsal in rehearsals:
            known = [text for m in rehearsal.memories if (text := letters(m)) in told]
            there = [number[text] for text in known if text in number]
            last = max(known, key=lambda text: told[text], default="")
            if last in new and len(there) >= min(2, len(known)):
                found.append({"question": rehearsal.question, "memories": there})
        return {"questions": found}

    return ScriptedModel(answers={"consolidate": answer, "pages": laid_out, "rehearsals": asked})


def _written(note: Note, cited: Sequence[Block]) -> dict[str, Any]:
    return {
        "kind": note.kind,
        "about": note.about,
        "text": note.text,
        "sources": [block.number for block in cited],
        "quote": note.quote or " ".join(cited[0].text.split()[:_QUOTED]),
        "questions": list(note.questions),
        "confirms": 0,
        "replaces": 0,
    }
