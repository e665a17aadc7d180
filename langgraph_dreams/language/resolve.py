"""The language for a code, or for an object of the caller's."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_word
from langgraph_dreams.errors import DreamsError, InvalidInputError
from langgraph_dreams.language.mixed import MIXED
from langgraph_dreams.language.plain import Plain, codes
from langgraph_dreams.language.protocol import Language

ENTRY_POINTS = "langgraph_dreams.languages"
"""Group of the entry points by which a package brings languages: code = factory of a Language."""


def resolve_language(value: str | Language) -> Language:
    """For "en" each text by itself; else an installed package's language or `Plain` for the code.

    An object of the protocol is taken as it is. Raises InvalidInputError for anything else, and
    for a language that its package cannot make.
    """
    if isinstance(value, str):
        return _named(value)
    if isinstance(value, Language) and not isinstance(value, type):
        return _checked(value)
    raise InvalidInputError(
        f"{shown(value)} is no language: pass an ISO 639-1 code such as 'en' or 'de', or an object"
        " with the properties and methods of langgraph_dreams.Language"
    )


def _checked(language: Language) -> Language:
    """The language, if the derived index can be built by it. Raises InvalidInputError."""
    checked_word("the code of the language", language.code)
    checked_word("the rules of the language", language.rules)
    tokenizer = language.tokenizer
    if not isinstance(tokenizer, str) or "'" in tokenizer:
        raise InvalidInputError(
            f"the tokenizer of the language is {shown(tokenizer)}; give options of FTS5 without"
            " quotes, or an empty text to index by the stems"
        )
    return language


def _named(code: str) -> Language:
    if code == MIXED.code:
        return MIXED
    found = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    if code in found:
        return _made(found[code])
    if code in codes():
        return _plain(code)
    known = ", ".join(sorted({MIXED.code, *found, *codes()}))
    raise InvalidInputError(
        f"there is no language {shown(code)}: pass one of {known}, or install a package with an"
        f" entry point of that name in the group {ENTRY_POINTS}"
    )


@cache
def _plain(code: str) -> Plain:
    return Plain(code)


@cache
def _made(point: EntryPoint) -> Language:
    try:
        made = point.load()()
    except DreamsError:
        raise
    except Exception as error:
        raise InvalidInputError(
            f"the language {point.name!r} of {point.value} cannot be made:"
            f" {type(error).__name__}: {error}"
        ) from error
    if not isinstance(made, Language) or made.code != point.name:
        raise InvalidInputError(
            f"the entry point {point.name!r} of {point.value} made {shown(made)}, which is no"
            f" language of the code {point.name!r}"
        )
    return _checked(made)
