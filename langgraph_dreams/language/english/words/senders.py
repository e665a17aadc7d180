"""The sender of a message, as bridges of group chats write it into the text."""

import re
from functools import lru_cache

from langgraph_dreams.language.english.words import lexicon as lists

_HEAD = 600  # characters in which a header ends
_NAME = r"[A-Za-zÀ-ɏ][\w.'’-]{0,30}(?:@[\w.-]{1,60})?(?:\s[A-ZÀ-Þ][\w.'’-]{0,30}){0,2}"
_CLOCK = r"(?:[\d][\d/.:,\sT-]{3,24}(?:[ap]\.?m\.?)?Z?)"
_KEYS = r"(?:from|sender|author|user|username|name|speaker|sent by|message from)"
_HEADERS = tuple(
    re.compile(rf"\s*(?:{form})\s*", re.IGNORECASE if folded else 0)
    for folded, form in (
        (True, r"(?:[^\n{]{0,60}\n)?(?:```(?:json)?\s*)?\{[^{}]*?"
               rf'"{_KEYS}(?:_?name)?"\s*:\s*"(?P<n>[^"\n]{{1,60}})"[^{{}}]*\}}(?:\s*```)?'),
        (True, rf"[\[(]{_KEYS}:?\s@?(?P<n>{_NAME})[\])]:?(?=\s)"),
        (True, rf"<{_KEYS}(?:\sname)?[=>]\s*[\"']?(?P<n>[^\"'<>\n]{{1,60}})[\"']?(?:</?\w*)?>"),
        (True, rf"\**{_KEYS}\**\s?[:=]\**\s*@?(?P<n>[^\n:]{{1,60}}?)\s*(?:\n+\s*"
               r"(?:(?:message|text|content|body|date|time|subject|to):[ \t]*(?:[^\n]*\n+)?)?)"),
        (True, rf"message\sfrom\s@?(?P<n>{_NAME})(?:\s\([^()\n]{{1,30}}\))?:"),
        (False, rf"(?:\[?{_CLOCK}\]?[\s,-]+)?\*{{0,2}}_?@?(?P<n>{_NAME})_?\*{{0,2}}"
                r"(?:\s?[\[(][^\[\]()\n]{1,30}[\])]|\svia\s\w{1,20}|\s@?\s?\d{1,2}:\d\d)?\s?:\*{0,2}(?=\s)"),
        (False, rf"\w{{1,12}}\[@?(?P<n>{_NAME})\]:(?=\s)"),
        (False, rf"@(?P<n>{_NAME})\s*[:>|»-](?=\s)"),
        (False, rf"[\[(<]@?(?P<n>{_NAME})(?:[\s,|-]+{_CLOCK})?[\])>]:?(?=\s)"),
        (False, rf"[\[(<]{_CLOCK}[\s,|-]+@?(?P<n>{_NAME})[\])>]:?(?=\s)"),
        (False, rf"(?:\[?{_CLOCK}\]?[\s,-]+)?<?@?(?P<n>{_NAME})>?\s(?:[>|»]|->|→)(?=\s)"),
        (False, rf"(?P<n>{_NAME})\s(?:wrote|writes|says|said):(?=\s)"),
        (False, rf"\[?{_CLOCK}\]?\s<@?(?P<n>{_NAME})>(?=\s)"),
        (False, r"\*\*@?(?P<n>[^*\n:]{1,40})\*\*(?=\s)"),
        (False, r"@?(?P<n>[A-Z][\w.'-]{0,30}(?:\s[A-Z][\w.'-]{0,30})?):?\n(?=\S)"),
    )
)  # fmt: skip
_SIGNED = re.compile(
    r"(?<=[.!?])\s*\n+\s*(?:(?:-{1,2}|[–—~])\s*\n?\s*"
    r"|(?:cheers|best|thanks|regards|best regards|kind regards|love|yours|bye),?\s*\n\s*)?"
    rf"@?(?P<n>{_NAME})\s*$",
    re.IGNORECASE,
)
_BODY = re.compile(
    r'"(?:text|content|message|body|msg)"\s*:\s*"(?P<t>(?:[^"\\]|\\.){1,2000})"', re.IGNORECASE
)
_LABELS = lists.a_set(
    "update note notes correction fyi ps reminder address todo edit question answer info warning"
    " important news btw also yes no ok okay sorry fact facts summary reason result heads-up"
    " subject title date time place status plan hint tip example memo request"
)
"""Words before a colon that say what follows, and not by whom."""


@lru_cache(maxsize=4096)
def signed(text: str) -> tuple[str, str]:
    """The sender of a text, in lower case and empty when it names none, and what was sent."""
    head = text[:_HEAD]
    for header in _HEADERS:
        match = header.match(head)
        if match is not None and (name := _name(match["n"])):
            body = _BODY.search(match[0])
            return name, text[match.end() :].strip() or (body["t"] if body else "")
        if match is not None and match["n"].casefold() in _LABELS:
            return "", text[match.end() :]
    match = _SIGNED.search(text[-_HEAD:])
    if match is not None and (name := _name(match["n"])):
        return name, text[: len(text) - len(text[-_HEAD:]) + match.start()]
    return "", text


def _name(written: str) -> str:
    name = " ".join(written.split()).strip("@*_ ").casefold()
    unnamed = name in _LABELS or name in lists.PERSONS or not any(c.isalpha() for c in name)
    return "" if unnamed else name


def other_sender(one: str, other: str) -> bool:
    """True if two texts name two senders."""
    first, second = signed(one)[0], signed(other)[0]
    return bool(first and second) and first != second
