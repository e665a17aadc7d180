"""The senders of a message, as bridges of group chats write them into its text.

A header is cut into words; what is left without times, keys and brackets is the name, if it looks
like one. So "[Ann 10:12] ", "**Ann:** " and "From: Ann" need no pattern each.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from langgraph_dreams.language.english.words.lexicon import a_set

_LONGEST = 2_000  # characters; only the head of a longer text is looked at
_LINES = 40
_KEYS = a_set("from sender sent speaker message wrote writes says said")
_WEAK_KEYS = a_set("user username name author member by via msg forwarded signed")
"""They also stand for other things than a sender: "User: ann" may be of a login."""
_NOBODY = a_set(
    "user human me myself i we you he she they it my our the a an this that assistant ai agent bot"
    " system tool everyone all today yesterday tomorrow monday tuesday wednesday thursday friday"
    " saturday sunday mon tue wed thu fri sat sun"
    # labels say what follows, not by whom
    " update updates note notes correction fyi ps btw reminder todo edit question answer info"
    " warning important news also yes no ok okay sorry oops typo fact facts summary reason result"
    " heads-up subject title date time place status plan hint tip example memo request re fwd fw"
    " address"
    # what letters begin and end with
    " hi hello hey dear thanks thank cheers best regards love yours bye greetings kind sincerely"
    " please ciao"
)
_MONTHS = a_set(
    "january february march april may june july august september october november december jan feb"
    " mar apr jun jul aug sep sept oct nov dec"
)
_HALF = re.compile(r"(\d)[\s,]+(?=[ap]\.?m\b)", re.IGNORECASE)
_KEYED = re.compile(r"\b(from|sender|user|author|name|speaker)[:=]", re.IGNORECASE)
_TIME = re.compile(r"\d[\d/.:,T+-]*(?:[ap]\.?m\.?|Z|st|nd|rd|th)?", re.IGNORECASE)
_PHONE = re.compile(r"[~\s]*(\+\d[\d\s()-]{6,20})[\s:]*")
_NUMBER = re.compile(r"\+\d[\d\s-]{3,20}\d")  # beside a name it is left out
_NAME = re.compile(r"[^\W\d_](?:(?!//)[\w.'’/@#:+-]){1,40}|[^\W\d_a-z]")
_BRACKETS = re.compile(r"[\[\](){}<>«»|=,;]+")
_GAP = re.compile(r"\n{3,}")
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_MARKS = r"[^\w\s\[\](){}<>«»/+-]{0,4}\s?"  # an emoji, or the star of bold type

_BRACKETED = re.compile(
    rf"\s*(?:#\S{{1,30}}\s)?{_MARKS}(\[[^\[\]\n]{{1,80}}\]|\([^()\n]{{1,80}}\)|<[^<>\n]{{1,80}}>"
    r"|\{[^{}\n]{1,80}\}|«[^«»\n]{1,80}»)[*_]*:?(?=\s)"
)
_COLON = re.compile(r"([^\n]{1,80}?):(?=[*_`]{0,3}(?:\s|$))[*_`]{0,3}")
_ARROW = re.compile(r"([^\n]{1,60}?)\s?(?:>|\||»|->|=>|→)\s")
_DASHED = re.compile(r"([^\n]{1,60}?)\s[-–—]\s")
_BOLD = re.compile(r"\s*\*\*([^*\n]{1,60})\*\*\s")
_LINE = re.compile(r"\s*([^\n]{1,80}?)[ \t]*\n+(?=\s*\S)")
_FIELDS = re.compile(
    r"(?:[\w -]{1,20}:[^\n]*\n+){0,5}?\W{0,3}(?:from|sender|speaker|sent by)\W{1,4}([^\n]{1,80})\n",
    re.IGNORECASE,
)
_MORE_FIELDS = re.compile(
    r"(?:\s*(?:to|cc|subject|date|time|sent|channel|group|reply-to):[^\n]*\n+)*"
    r"\s*(?:(?:message|text|body|content):\s)?",
    re.IGNORECASE,
)
_JOURNEY = re.compile(r"\s*to:(?![^\n]*@)(?![^\n]*\n\s*(?:subject|date|cc|sent):)", re.IGNORECASE)
_TAG = re.compile(
    r"""<\w+\s[^>\n]{0,60}?\b(?:from|sender|speaker|author|name|user)=["']?([^"'>\n]{1,60})["']?"""
    r"""[^>\n]{0,80}>"""
)
_CLOSE = re.compile(r"\s*</\w{1,20}>\s*\Z")
_TAGGED = re.compile(r"\s*<(?:from|sender|speaker|author)>([^<>\n]{1,60})</\w+>", re.IGNORECASE)
_SIGNED = re.compile(
    r"(?:\s*\n\s*(?P<dash>(?:--?|[–—~])\s*\n?\s*)?|\s+[—~]\s?)(?P<n>[^\n]{1,60}?)\s*$"
)
_CLOSING = re.compile(
    r"(?:\A|\n)\s*(?:cheers|best|thanks|thank you|love|yours|bye|\w+ regards|regards)[,!.]?\s*\Z",
    re.IGNORECASE,
)


class Sent(NamedTuple):
    """Part of a text, and who sent it."""

    sender: str
    """In lower case; empty when it names none."""
    sure: bool
    """True if nothing but a sender is written like that; "Ann: " may be a heading."""
    text: str


def other_sender(one: str, other: str) -> bool:
    """True if two texts were not sent by one person, as far as they tell."""
    first, second = sent(one), sent(other)
    if len(first) > 1 or len(second) > 1:
        return one != other
    mine, yours = first[0], second[0]
    known = mine.sure or yours.sure or (mine.sender and yours.sender)
    return bool(known) and mine.sender != yours.sender


def sender(text: str, *, sure: bool) -> str:
    """Who sent a text, or all who did; empty when none is named, or when that is not sure."""
    named = (part for part in sent(text) if part.sure or not sure)
    return ", ".join(dict.fromkeys(part.sender for part in named if part.sender))


def unsigned(text: str) -> str:
    """What was sent, without who sent it."""
    return "\n".join(part.text for part in sent(text))


@lru_cache(maxsize=4096)
def sent(text: str) -> tuple[Sent, ...]:
    """The parts of a text by their senders; the whole when it names at most one."""
    head, rest = text[:_LONGEST], text[_LONGEST:]
    lines = (" ".join(line.split()) for line in head.split("\n"))  # patterns meet no long gaps
    bare = _GAP.sub("\n\n", "\n".join(lines)).strip()
    first = _whole(bare)
    found: list[Sent] = []
    said: list[str] = []
    begun = first
    for number, line in enumerate(first.text.split("\n")):
        this = _line(line) if 0 < number < _LINES or not begun.sender else None
        if this is not None and (this.sure or begun.sender):
            if said or begun.sender:
                found.append(begun._replace(text="\n".join(said)))
            begun, said = this, [this.text]
        else:
            said.append(line)
    if len({part.sender for part in (*found, begun) if part.sender}) < 2:
        return (first._replace(text=text if first.text == bare else first.text + rest),)
    return (*found, begun._replace(text="\n".join(said) + rest))


def _whole(text: str) -> Sent:
    """A text whose head, or whose last line, names the sender of all of it."""
    for made in (*_structured(text), *_headed(text), *_ended(text)):
        if made.sender:
            return made
    label = _COLON.match(text)
    plain = label and label[1].strip().isalpha()
    return Sent("", False, text[label.end() :].lstrip() if label and plain else text)


def _structured(text: str) -> Iterator[Sent]:
    """JSON, XML, and the fields of a mail."""
    start = text.find("{", 0, 90)
    if start >= 0:
        try:
            data, end = json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            data, end = None, 0
        if isinstance(data, dict):
            rest = text[end:].strip("`\n ")
            body = next((data[k] for k in ("text", "content", "message", "body", "msg")
                         if isinstance(data.get(k), str)), "")  # fmt: skip
            yield Sent(_field(data), True, rest or body)
    if match := _TAG.match(text) or _TAGGED.match(text):
        yield Sent(_name(match[1]).sender, True, _CLOSE.sub("", text[match.end() :]).strip())
    if match := _FIELDS.match(text):
        rest = text[match.end() :]
        if not _JOURNEY.match(rest):
            yield Sent(_name(match[1]).sender, True, rest[_MORE_FIELDS.match(rest).end() :])  # type: ignore[union-attr]


def _field(data: dict[str, Any]) -> str:
    """The sender of an object, at the top or one level below."""
    for key in ("sender", "from", "author", "speaker", "user", "sender_name", "username", "name"):
        value = data.get(key)
        if isinstance(value, dict):
            value = next((value[k] for k in ("name", "username", "first_name", "display_name", "id")
                          if value.get(k)), "")  # fmt: skip
        if (
            value
            and isinstance(value, str | int)
            and not isinstance(value, bool)
            and (name := _name(str(value)).sender or str(value))
        ):
            return "" if name.casefold() in _NOBODY else name.casefold()
    inner = (value for value in data.values() if isinstance(value, dict))
    return next((name for value in inner if (name := _field(value))), "")


def _headed(text: str) -> Iterator[Sent]:
    if this := _line(text):
        yield this
    match = _LINE.match(text)
    if (
        match
        and match[1][-1] not in ".!?,;"
        and not _JOURNEY.match(text, match.end())
        and not match[1].lstrip().startswith(("- ", "* "))
    ):
        named = _name(match[1])
        if named.sure or named.sender != named.sender.casefold() or named.text[:1].isupper():
            yield named._replace(text=text[match.end() :])


def _line(text: str) -> Sent | None:
    """What begins with a sender, on one line with what was sent."""
    text = text.lstrip()
    if (phone := _PHONE.match(text)) and text[phone.end() - 1] in ": ":
        return Sent("".join(phone[1].split()), False, text[phone.end() :].lstrip())
    first = _BRACKETED.match(text)
    rest = text[first.end() :].lstrip() if first else text
    for pattern in (_COLON, _ARROW, _DASHED, _BOLD):
        match = pattern.match(rest)
        if match is None:
            continue
        named = _name(match[1])
        if named.sender and (pattern is not _DASHED or named.sure or first or "@" in match[1]):
            timed = first is not None and _timed(first[1])
            body = rest[match.end() :].lstrip(" *_")
            return named._replace(sure=named.sure or timed, text=body)
        if pattern is _COLON and _only_role(match[1]):
            return _line(rest[match.end() :])
    if first is None or not rest.strip() or (first[1][:2] == "<@" and first[0][-1] != ":"):
        return None
    named = _name(first[1])
    written = named.text[:1].isupper() or set(first[1]) & {*"@/<"}
    if first[1][0] == "<" and f"</{first[1][1:]}" in text:
        return None
    sure = named.sure or (first[1][0] == "<" and named.text[:1].isupper())
    return named._replace(sure=sure, text=rest) if named.sender and (written or sure) else None


def _only_role(written: str) -> bool:
    """True for the "user: " before what was sent."""
    return _EDGE.sub("", written).casefold() in ("user", "human", "input")


def _ended(text: str) -> Iterator[Sent]:
    """What ends with its sender: "- Ann", "Cheers,\\nAnn", "[from: Ann]"."""
    match = _SIGNED.search(text[-200:])
    if match is None:
        return
    body = text[: len(text) - len(text[-200:]) + match.start()]
    named, closed = _name(match["n"]), _CLOSING.search(body)
    if closed:
        body = body[: closed.start()]
    dashed = match["dash"] or "\n" not in match[0] or closed or "@" in match["n"]
    ends = body.rstrip()[-1:] in (".", "!", "?", "…", ")")
    if named.sure or (ends and (dashed or named.text[:1].isupper())):
        yield named._replace(text=body)


def _timed(written: str) -> bool:
    return any(
        _TIME.fullmatch(word) and ":" in word for word in _BRACKETS.sub(" ", written).split()
    )


def _name(written: str) -> Sent:
    """The name in a header, and, as its text, how it is written; of none the sender is empty."""
    if phone := _PHONE.fullmatch(written):
        return Sent("".join(phone[1].split()), False, phone[1])
    key_before = re.match(r"\W*(?:message\s)?(\w+)(?:\s?[:=]|\sby\b|\sfrom\b)\s*", written)
    bare = _NUMBER.sub(" ", _KEYED.sub(r"\1 ", _HALF.sub(r"\1", written)))
    words = [_EDGE.sub("", w) for w in _BRACKETS.sub(" ", bare).split()]
    times = [w for w in words if _TIME.fullmatch(w)]
    timed = any(not w.isdigit() for w in times)
    dated = any(":" not in w for w in times)  # a month is a name beside a mere clock
    words = [w for w in words if w and w not in times]
    if timed:
        passed = _NOBODY | {"at", "on", "am", "pm", "utc"} | (_MONTHS if dated else set())
        words = [w for w in words if w.casefold() not in passed]
    low = {w.casefold() for w in words}
    keys = low & _KEYS
    rest = [w for w in words if w.casefold() not in _KEYS | _WEAK_KEYS]
    fits = 0 < len(rest) <= 4 and all(map(_NAME.fullmatch, rest))
    cased = len(rest) == 1 or not any(w[0].islower() and not set(w) & {*"@/"} for w in rest)
    if not fits or not cased or any(w.casefold() in _NOBODY for w in rest):
        return Sent("", False, "")
    bracket = bool(re.search(r"[\[(<{]", written)) and (timed or bool(low & _WEAK_KEYS))
    told = bool(keys - {"from"}) or (keys and key_before is not None)
    return Sent(" ".join(rest).casefold(), bool(told) or bracket, " ".join(rest))
