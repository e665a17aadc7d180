"""Measures recall of evidence in chats with long answers: `python -m benchmarks.assistant [...]`.

The same as `python -m benchmarks.evidence --generated assistant --undreamt`, and takes its options.
"""

import sys
from collections.abc import Sequence

from .. import evidence
from .chats import DATASET


def main(argv: Sequence[str] | None = None) -> int:
    own = sys.argv[1:] if argv is None else argv
    return evidence.main(["--generated", DATASET, "--undreamt", *own])


if __name__ == "__main__":
    sys.exit(main())
