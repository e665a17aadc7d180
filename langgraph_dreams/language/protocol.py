"""Everything the library asks of a natural language, as a protocol.

`English` is the default implementation, `Plain` serves other languages by equality of words alone.
Every method takes whole texts: an implementation may tell the language of each text by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from langgraph_dreams.types.items import Memory

MAX_TERM = 64
"""Longer words are blobs, not terms: still found by search, never counted as a concept."""

ChangeKind = Literal["number", "date", "place", "negation", "value"]
Rarity = Callable[[str], float]
"""The rarity of a stem among the episodes, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text."""

    stem: str
    """The term under which its inflected forms are counted."""
    word: str
    """The form that is searched for."""
    written: str
    """The form in the text."""
    is_stop: bool = False
    """True for a function word, which says nothing about the subject of a text."""


@dataclass(frozen=True)
class Difference:
    """The change between two statements about one thing that contradict each other."""

    kind: ChangeKind
    old: str
    """As the older statement has it: a figure, a time, a place, or what is denied or not."""
    new: str
    bridge: tuple[str, ...]
    """Content words that both have, longest first."""


@dataclass(frozen=True)
class Update:
    """One statement as the newer state of another."""

    bridge: tuple[str, ...]
    """Words for the thing that both are about, rarest first."""
    change: str
    """Kind of the value that differs: number, clock, date ..., name, negation."""
    cue: bool
    """True if the newer one speaks of a change."""
    covered: float
    """Share of what the older one is about that the newer one names, in [0, 1]."""
    rarity: float
    """Of the rarest word of the bridge."""
    values: tuple[str, ...] = ()
    """The old and the new value where it is an update only if both are of one kind, as "married"
    and "divorced" are: the caller tells by their vectors."""


@runtime_checkable
class Language(Protocol):
    """Words, sentences and statements of a language; any object of this shape will do.

    Used from several threads at once.
    """

    @property
    def code(self) -> str:
        """ISO 639-1 code, or another name of its own; kept with each namespace."""
        ...

    @property
    def rules(self) -> str:
        """Name and version of its rules for words: with others the derived index is built anew."""
        ...

    @property
    def tokenizer(self) -> str:
        """FTS5 tokenizer that cuts texts as `tokens` does; empty to index by the stems instead."""
        ...

    @property
    def compares(self) -> bool:
        """False if no statement ever ends or updates another: such pairs are not searched for."""
        ...

    # -- words

    def tokens(self, text: str) -> Sequence[Token]:
        """Every word of a text in order."""
        ...

    def is_stop_word(self, word: str) -> bool:
        """True for a function word, given in lower case."""
        ...

    # -- statements

    def assertions(self, text: str) -> Sequence[str]:
        """The sentences of a text, or parts of them, that a memory may rest on, word for word.

        Not what asks, bids, supposes or greets, nor code and data; in doubt a sentence asserts.
        """
        ...

    def statements(self, text: str) -> Sequence[str]:
        """The assertions of a text that can be compared with others: in doubt a sentence is none.

        Not what is supposed, quoted, reported or listed.
        """
        ...

    def same_statement(self, one: str, other: str) -> bool:
        """True if two texts say the same, so that their evidence adds up."""
        ...

    def contradiction(self, old: str, new: str) -> Difference | None:
        """The change by which the newer statement ends the older one; None in doubt."""
        ...

    def replacement_fault(self, old: Memory, new: Memory) -> str:
        """The reason why a claim that `new` replaces `old` cannot stand; empty when it may."""
        ...

    def update(self, old: str, new: str, rarity: Rarity) -> Update | None:
        """The newer text as a probable update of the older one; None when it is another matter."""
        ...

    def absolute_dates(self, text: str, said: datetime) -> str:
        """The text with its relative dates made absolute, as of the day of `said`.

        That is on the speaker's clock. Where no clock is known it is asked of several, and the text
        stays as it is unless the answers are equal.
        """
        ...
