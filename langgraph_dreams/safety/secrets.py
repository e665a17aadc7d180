"""The ready-made redactor: e-mail addresses, phone, card and account numbers, keys, passwords."""

import importlib
import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from typing import Any

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_strings
from langgraph_dreams.errors import InvalidInputError, MissingDependencyError
from langgraph_dreams.safety.secret_patterns import KEYS, PASSWORDS, TOKENS, Check

KINDS = ("key", "token", "password", "email", "iban", "card", "phone", "ip")
"""Kinds of secrets that can be taken out, in the order in which they are."""
USUAL = KINDS[:-1]
"""Addresses of machines are in every log, and mostly no secret."""

_EMAIL = re.compile(
    r"(?<![\w.%+'/-])[\w.%+'-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}"
    r"(?![\w-])(?!\.[^\W\d_])(?!:[\w~./-]{0,255}/)"  # user@host:path/ names a repository
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?")
_CARD = re.compile(
    r"(?<![\w.,$€£/-])(?:\d{14,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?"
    r"|\d{4}([ -])\d{6}\2\d{4,5})(?![\w-]|[.,]\d)"
)
_ISSUERS = re.compile(
    r"4\d{15}(?:\d{3})?|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3[0689]\d{12}|6\d{15,18}|35\d{14}"
)
_PHONE_ABROAD = re.compile(r"(?<![\w+])(?:\+|00 ?)[1-9][\d ().\-/]{6,22}\d(?!\d)")
_PHONE_HERE = re.compile(
    r"(?<![\w.,/#$€£%&=(+-])(?:1[ .-])?(?:\(\d{2,5}\) ?|\d{2,5}[ .\-/])\d{2,4}"
    r"(?:[ .\-/]\d{2,5}){1,4}"
    r"(?![\w%-]|[.,/]\d)"
)
_PHONE_TOLD = re.compile(
    r"(?i)(?<![a-z])(?:tel|telephone|phone|mobile|cell|fax|whatsapp|sms|call|dial|text|ring)"
    r"(?![a-z])[^\d\n+]{0,12}(\d{9,12})(?!\d)"
)
_PHONE_FILM = re.compile(r"(?<![\w.,/#$-])(?:1[ .-])?\(?555\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])")
_IP = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]{2,39})(?![\w:]|\.\d)")
_SEPARATED = re.compile(r"[ ().\-/]+")
_DIGITS_ABROAD = range(8, 16)
_DIGITS_HERE = range(8, 13)
"""Of a number with and without the prefix of its country."""


def redact_secrets(
    text: str, *, kinds: Sequence[str] = USUAL, regions: Sequence[str] = ("US",)
) -> str:
    """The text with what looks like a secret replaced by "[e-mail]", "[phone]", "[card]" ...

    Patterns, checked by what the numbers themselves allow (Luhn, IBAN's modulus, numbering plans);
    names, addresses and secrets in plain words are not found. The time it takes is linear in the
    text; doing it twice changes nothing. To be passed as it is, `DreamStore.open(...,
    redact=redact_secrets)`, or with settings by `functools.partial`.

    Args:
        text: any text.
        kinds: of KINDS; addresses of machines ("ip") are left alone unless asked for.
        regions: countries (ISO 3166) whose phone numbers are known without their prefix.

    Raises:
        InvalidInputError: no text, a kind or region that is none.
        MissingDependencyError: the extra `redact` is not installed.
    """
    if not isinstance(text, str):
        raise InvalidInputError(f"redact_secrets takes a text, not {type(text).__name__}")
    known = checked_strings("regions", regions)
    for kind in _wanted(kinds):
        text = _REPLACED[kind](text, known)
    return text


def _wanted(kinds: Sequence[str]) -> list[str]:
    given = list(kinds) if isinstance(kinds, Iterable) and not isinstance(kinds, str) else []
    if not given or not all(isinstance(kind, str) and kind in KINDS for kind in given):
        raise InvalidInputError(f"kinds is {shown(kinds)}; give a list of {', '.join(KINDS)}")
    return [kind for kind in KINDS if kind in given]


def _by_table(
    table: tuple[tuple[re.Pattern[str], Check], ...], sign: str
) -> Callable[[str, Sequence[str]], str]:
    def replaced(text: str, _: Sequence[str]) -> str:
        for pattern, check in table:
            text = pattern.sub(partial(_covered, check=check, sign=sign), text)
        return text

    return replaced


def _covered(match: re.Match[str], check: Check, sign: str) -> str:
    """The match with its secret, the first group or all of it, replaced."""
    group = 1 if match.re.groups else 0
    if not check(match[group]):
        return match[0]
    start, stop = match.start(group) - match.start(), match.end(group) - match.start()
    return match[0][:start] + sign + match[0][stop:]


def _emails(text: str, _: Sequence[str]) -> str:
    return _EMAIL.sub("[e-mail]", text)


def _ibans(text: str, _: Sequence[str]) -> str:
    return _replaced(_IBAN, _is_iban, "[iban]", text)


def _is_iban(value: str) -> bool:
    return bool(_package("stdnum.iban").is_valid(value))


def _cards(text: str, _: Sequence[str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match[0])
        valid = _ISSUERS.fullmatch(digits) and _package("stdnum.luhn").is_valid(digits)
        return "[card]" if valid else match[0]

    return _CARD.sub(replaced, text)


def _phones(text: str, regions: Sequence[str]) -> str:
    numbers = _package("phonenumbers")
    unknown = [region for region in regions if region not in numbers.SUPPORTED_REGIONS]
    if unknown:
        raise InvalidInputError(
            f"regions is {shown(regions)}; give a list of countries such as ('US', 'DE')"
        )

    def told(match: re.Match[str]) -> str:
        known = any(_valid_phone(match[1], region, grouped=False) for region in regions)
        return _covered(match, lambda _: known, "[phone]")

    @cache  # for this text: numbers recur in logs, and to check one takes a third of a millisecond
    def here(value: str) -> bool:
        return any(_valid_phone(value, region, grouped=True) for region in regions)

    text = _replaced(_PHONE_ABROAD, cache(_is_abroad), "[phone]", text)
    text = _replaced(_PHONE_HERE, here, "[phone]", text)
    return _PHONE_FILM.sub("[phone]", _PHONE_TOLD.sub(told, text))


def _is_abroad(value: str) -> bool:
    """True if it can be a number with the prefix of its country."""
    plus = "+" + value.removeprefix("00").lstrip() if value.startswith("00") else value
    numbers = _package("phonenumbers")
    if _digits(plus) not in _DIGITS_ABROAD:
        return False
    try:
        parsed = numbers.parse(plus, None)
    except numbers.NumberParseException:
        return False
    return bool(
        numbers.is_possible_number(parsed) if value[0] == "+" else numbers.is_valid_number(parsed)
    )


def _digits(value: str) -> int:
    return sum(character.isdigit() for character in value)


def _valid_phone(value: str, region: str, grouped: bool) -> bool:
    """True if it is a number of the region, `grouped` as numbers are there."""
    if _digits(value) not in _DIGITS_HERE:
        return False
    numbers = _package("phonenumbers")
    level = numbers.Leniency.STRICT_GROUPING if grouped else numbers.Leniency.VALID
    found = [match.raw_string for match in numbers.PhoneNumberMatcher(value, region, level)]
    return found == [value]


def _replaced(pattern: re.Pattern[str], good: Callable[[str], bool], sign: str, text: str) -> str:
    """The text with the longest good beginning of each match replaced.

    The search goes on behind that beginning: another number may stand right beside it.
    """
    parts: list[str] = []
    at = 0
    while match := pattern.search(text, at):
        length = _good_length(match[0], good)
        parts += [text[at : match.start()], sign] if length else [text[at : match.end()]]
        at = match.start() + length if length else match.end()
    return "".join([*parts, text[at:]])


def _good_length(value: str, good: Callable[[str], bool]) -> int:
    """The length of the longest beginning, up to some separator, that is good; 0 for none."""
    stops = [len(value), *(found.start() for found in reversed([*_SEPARATED.finditer(value)]))]
    return next((stop for stop in stops if stop and good(value[:stop])), 0)


def _ips(text: str, _: Sequence[str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        try:
            ipaddress.ip_address(match[0])
        except ValueError:
            return match[0]
        return "[ip]"

    return _IP.sub(replaced, text)


@cache
def _package(name: str) -> Any:
    """A library of the extra. Raises MissingDependencyError."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingDependencyError(
            f"redact_secrets needs {name.partition('.')[0]!r}: pip install"
            " 'langgraph_dreams[redact]', or leave the kinds iban, card and phone out"
        ) from error


_REPLACED: dict[str, Callable[[str, Sequence[str]], str]] = {
    "key": _by_table(KEYS, "[key]"),
    "token": _by_table(TOKENS, "[token]"),
    "password": _by_table(PASSWORDS, "[password]"),
    "email": _emails,
    "iban": _ibans,
    "card": _cards,
    "phone": _phones,
    "ip": _ips,
}
