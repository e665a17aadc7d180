"""What a night has written into the long-term file, in a file of the store's folder.

By it a line that a person has changed, added or taken out is told from one that the dreams wrote.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from langgraph_dreams.errors import StoreError
from langgraph_dreams.exporters.folder import write_file

FILE = "langgraph-dreams.nightly.json"


@dataclass(frozen=True)
class Ledger:
    """What was written when a folder was last seen to."""

    seen: str = ""
    """Digest of the notes and the long-term file as that night left them."""
    section: str = ""
    """Digest of the section that it wrote."""
    lines: dict[str, str] = field(default_factory=dict)
    """The memories of its lines, by the digest of the line; of lines of no memory ""."""
    ours: tuple[str, ...] = ()
    """Digests of further lines that were written, or were about to be."""
    dismissed: tuple[str, ...] = ()
    """Memories whose lines a person has changed or taken out: they are not written again."""

    @property
    def known(self) -> frozenset[str]:
        """Digests of all lines that dreams wrote."""
        return frozenset((*self.lines, *self.ours))


def read_ledger(store: Path, key: str) -> Ledger:
    """What is known of a folder. Raises StoreError."""
    told = _read(store).get(key)
    try:
        if told is None:
            return Ledger()
        lists = {name: tuple(map(str, told[name])) for name in ("ours", "dismissed")}
        return Ledger(**{**told, **lists})
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(store, error) from error


def write_ledger(store: Path, key: str, ledger: Ledger) -> None:
    """Keep what is known of a folder."""
    whole = {**_read(store), key: asdict(ledger)}
    write_file(store / FILE, [json.dumps(whole, indent=1).encode()])


def _read(store: Path) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads((store / FILE).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _damaged(store, error) from error
    if not isinstance(found, dict):
        raise _damaged(store, TypeError("it is no object"))
    return found


def _damaged(store: Path, error: Exception) -> StoreError:
    return StoreError(
        f"{store / FILE} cannot be read ({error}); move it away: what it tells of a changed section"
        " is lost, and nothing else"
    )
