"""A life with secrets, and a search for what is left of them in the files of a store."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from dream_support import START, episode
from file_bytes import bytes_of
from helpers_store import link, memory

from langgraph_dreams import Core, CoreLine, DreamReport, Episode, Memory, Namespace, Operation
from langgraph_dreams.types.operations import operation_id

SECRET = "therapist"
SECRETS = (
    "My therapist Quendolyn Färber says the Vexhollow tablets help against the panic.",
    "Quendolyn moved her practice to Nimbusgasse, the door code is 831279046.",
)
PLAIN = (
    "The kiln fires at nine hundred degrees and takes twelve pots.",
    "Order more clay for the beginners course next month.",
)
# The number is longer than a fraction of a second: times hold any shorter one by chance.
WORDS = ("therapist", "Quendolyn", "Färber", "Vexhollow", "Nimbusgasse", "831279046")


def tell(namespace: Namespace) -> tuple[list[Episode], list[Episode]]:
    """Record what is secret, in a thread of its own, and what is not."""
    secret = [
        episode(text, day=1, position=i, thread="thread-of-sorrows", said=text)
        for i, text in enumerate(SECRETS)
    ]
    plain = [episode(text, day=2, position=i, thread="shop") for i, text in enumerate(PLAIN)]
    namespace.record([*secret, *plain])
    return secret, plain


def derive(namespace: Namespace, secret: list[Episode], plain: list[Episode]) -> dict[str, Memory]:
    """Memories, links, core, notes and a dream, as dreams would have left them."""
    own = memory(SECRETS[0], [secret[0].id], quote="Vexhollow tablets")
    old = memory(
        "The kiln takes ten pots.",
        [plain[0].id],
        status="superseded",
        superseded_by=own.id,
        valid_from=START,
        valid_to=START,
    )
    shared = memory(
        "The kiln fires at nine hundred degrees.",
        [plain[0].id, secret[1].id],
        confirmed=2,
        quote="the door code is 831279046",
    )
    vault = namespace.vault
    vault.put_memories([own, old, shared])
    between = link(secret[0].id, plain[0].id, bridge=("kiln",), helps="the panic")
    beside = link(
        plain[0].id, plain[1].id, bridge=("more",), helps="as Quendolyn says", channel="band"
    )
    namespace.add_links([between, beside])
    lines = [CoreLine(memory=m.id, text=m.text, sources=m.sources) for m in (own, shared)]
    vault.put_core(Core(lines=tuple(lines), tokens=40, changed=1))
    vault.note_recall("Who is Quendolyn?", [plain[1].id], [])
    vault.note_recall("What about the kiln?", [plain[0].id], [between.id, beside.id])
    vault.flush()
    vault.put_dream(_dream(namespace, [own, shared, old], between.model_dump(mode="json")))
    return {"own": own, "old": old, "shared": shared}


def _dream(namespace: Namespace, memories: list[Memory], between: dict[str, object]) -> DreamReport:
    made = [
        Operation(
            id=operation_id("dream-1", kind, m.id),
            kind=kind,  # type: ignore[arg-type]
            target=m.id,
            after=m.model_dump(mode="json"),
            reason=f"said of {m.text}",
        )
        for kind, m in zip(("add_memory", "add_memory", "supersede_memory"), memories, strict=True)
    ]
    made.append(
        Operation(
            id=operation_id("dream-1", "add_link", str(between["id"])),
            kind="add_link",
            target=str(between["id"]),
            after=between,
        )
    )
    told = f"“{memories[0].text[:40]}…” is a new memory [{made[0].id[:10]}]."
    return DreamReport.model_validate(
        {
            "id": "dream-1",
            "namespace": namespace.parts,
            "number": 1,
            "status": "committed",
            "started": START,
            "finished": START,
            "episodes": [e.id for e in namespace.episodes()],
            "concerns": [
                {
                    "kind": "error",
                    "text": "the practice in Nimbusgasse did not answer",
                    "episodes": [namespace.episodes()[0].id],
                }
            ],
            "operations": made,
            "summary": f"{told}\n“The kiln” is a new memory [{made[1].id[:10]}].",
            "narrative": "A walk to Nimbusgasse.\nThe oven was warm.",
            "notes": ["asked about 831279046", "nothing else"],
        }
    )


def needles(
    words: Iterable[str], vectors: Iterable[npt.NDArray[np.float32]] = ()
) -> dict[str, bytes]:
    """What must not be found, as bytes by name."""
    found: dict[str, bytes] = {}
    for word in words:
        found[word] = word.encode()
        found[f"{word} (UTF-16)"] = word.encode("utf-16-le")
        found[f"{word} (UTF-16, big)"] = word.encode("utf-16-be")
        found[f"{word} (JSON)"] = json.dumps(word)[1:-1].encode()
    for number, vector in enumerate(vectors):
        found[f"vector {number}"] = vector[:6].tobytes()
    return found


def traces(folder: Path, wanted: Mapping[str, bytes]) -> list[str]:
    """Where in the files of a folder, or in their names, any of it stands; in any case."""
    found = []
    for file in sorted(folder.rglob("*")):
        body = bytes_of(file) + str(file.name).encode()
        found += [f"{name} in {file.name}" for name, what in wanted.items() if what in body]
        lower = body.lower()
        found += [
            f"{name} in {file.name}"
            for name, what in wanted.items()
            if what.lower() in lower and not name.startswith("vector")
        ]
    return sorted(set(found))
