"""Words that the library itself writes into the text of a turn, beside what was said and done.

They stand in the text that is read, and are no words of the turn: it is not found or linked by
them.
"""

import re
from collections.abc import Iterable

ABANDONED = "the stream was abandoned before its end"
"""What is said of a turn whose caller went away."""
_LINE = re.compile(
    r"^(?:user|input|human|agent|assistant|ai|tool|system|error|interrupted|decision):(?: |$)"
    r"|^called (?=[\w.:-]+\()",
    re.MULTILINE,
)
_FAILED = re.compile(r"^(tool: .*?) failed: ", re.MULTILINE)
_MARKS = re.compile(
    rf"… \[\d+ more characters\]|\b{ABANDONED}$"
    r"|\[(?:input_)?(?:image|audio|video|file|document|media)(?:_\w+)?\]",
    re.MULTILINE,
)


NOTED = re.compile(r"^(?:tool|error|interrupted|decision): .*|^called [\w.:-]+\(.*", re.MULTILINE)
"""Lines in which the library notes what was done, and how the turn ended."""


def unlabelled(text: str, names: Iterable[str] = ()) -> str:
    """The text of an episode without the labels and marks of the library.

    `names` are those of the agents that brought something to it: they stand before their parts.
    """
    bare = _MARKS.sub("", _LINE.sub("", _FAILED.sub(r"\1 ", text)))
    for name in dict.fromkeys(names):
        bare = re.sub(rf"^{re.escape(name)}: ", "", bare, flags=re.MULTILINE) if name else bare
    return bare
