"""Parts of the other types: times, ids, trust."""

import enum
import hashlib
import json
from abc import abstractmethod
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

JsonObject = dict[str, Any]
"""A JSON object at a border where JSON is what there is: graph state, the journal, HTTP."""

Channel = str
"""The way a candidate link was found: bridge, band, walk, remote, or a caller's own word."""


def utc(value: datetime) -> datetime:
    """A time in UTC; one without a zone is taken as UTC."""
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:  # pydantic makes a ValidationError of a ValueError only
        raise ValueError("the time lies outside the years 1 to 9999 in UTC") from None


Time = Annotated[datetime, AfterValidator(utc)]
"""A point in time; one without a zone is taken as UTC."""


Count = Annotated[int, Field(ge=0)]
"""A number of things, 0 or more."""


UNDATED_UNTIL = datetime(2001, 1, 1, tzinfo=UTC)
"""Earlier times are made up, for logs without any: an order, and no date."""


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def digest(*parts: object, length: int = 24) -> str:
    """Deterministic id: hex BLAKE2b of the parts as JSON, so that no two lists collide."""
    body = json.dumps(parts, ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.blake2b(body.encode(), digest_size=length // 2).hexdigest()


class Trust(enum.IntEnum):
    """Degree to which a source may be believed; what is derived has the lowest of its sources."""

    UNTRUSTED = 0
    """Tool results, web content, other agents."""
    ASSERTED = 1
    """The agent's own words, imported logs."""
    TRUSTED = 2
    """The user, or a person's approval."""


class FrozenModel(BaseModel):
    """A record that is never changed; unknown fields are refused."""

    # What is said below a field is its description in schemas, as Studio shows it.
    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True
    )


class PrintedModel(FrozenModel):
    """A record that a person reads: `str` and `print` tell it in words, `repr` stays technical."""

    @abstractmethod
    def text(self) -> str:
        """The record in words, a few lines."""

    def __str__(self) -> str:
        return self.text()


def lowest_trust(values: Iterable[Trust]) -> Trust:
    """trust(derived) = min(trust(sources)); nothing to derive from is untrusted."""
    return min(values, default=Trust.UNTRUSTED)
