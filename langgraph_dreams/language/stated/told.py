"""What somebody states about themselves that lasts: sentences, word for word, with their kind.

Not part of the protocol: a language has forms of its own here, or nothing is taken.
"""

import re
from typing import NamedTuple

from langgraph_dreams.language.english.assertions import sentences_of
from langgraph_dreams.language.forms import prose
from langgraph_dreams.language.mixed import MIXED, language_by_code, spoken
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.senders import sender
from langgraph_dreams.language.stated.english import ENGLISH
from langgraph_dreams.language.stated.forms import LASTING, LIKING, Forms
from langgraph_dreams.language.stated.german import GERMAN
from langgraph_dreams.language.stated.spanish import SPANISH

FORMS = {"en": ENGLISH, "de": GERMAN, "es": SPANISH}
_LONGEST = 300  # characters of a sentence; a longer one tells a story
_QUOTED = re.compile(r"""["“”„«»]|(?<!\w)['‘][^'’]+['’](?!\w)""")
_PASTED = re.compile(
    r":[ \t]*\n|^[ \t]*(?:>|[-*•] |\d+[.)] |\|)|^(?:dear|sehr geehrte|liebe[rs]?|estimad[oa]"
    r"|querid[oa])\b[^\n]*,[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
"""Where what another wrote begins: below a colon, a quoted line, a list, a letter."""


class Told(NamedTuple):
    """A sentence that states a lasting fact."""

    text: str
    kind: str

    @property
    def lasting(self) -> bool:
        """True if it says who somebody is, or how an agent shall always answer."""
        return self.kind in LASTING

    @property
    def liking(self) -> bool:
        """True for what somebody likes or wishes."""
        return self.kind in LIKING


def told(language: Language, text: str) -> list[Told]:
    """The sentences of a text in which its speaker states something lasting of their own."""
    if sender(text, sure=False):
        return []
    own = text[: pasted.start()] if (pasted := _PASTED.search(text)) else text
    codes = [spoken(language, own).code]
    if language is MIXED:
        codes += FORMS  # few words do not tell their language
    for code in dict.fromkeys(codes):
        if forms := FORMS.get(code):
            asserted = language_by_code(code).assertions(own)
            wished = [s for s in sentences_of(prose(own)) if forms.wish.match(led(forms, s))]
            found = [(s, _kind(forms, s)) for s in dict.fromkeys([*asserted, *wished])]
            if kept := [Told(s, kind) for s, kind in found if kind]:
                return kept
    return []


def led(forms: Forms, part: str) -> str:
    """A part of a sentence without what only leads in."""
    part = part.strip(" \t\"'*_-–—•.,;:!¡…")
    lead = forms.leads.match(part)
    return part[lead.end() :] if lead and lead.end() < len(part) else part


def _kind(forms: Forms, sentence: str) -> str:
    """The kind of fact that a sentence states; empty when it states none."""
    if len(sentence) > _LONGEST or _QUOTED.search(sentence) or forms.joking.search(sentence):
        return ""
    if sentence.rstrip().endswith("?"):
        return ""
    if forms.wish.match(led(forms, sentence)):
        return "wish"
    for part in forms.cut.split(forms.beside.sub(r"\1 \2", sentence)):
        begins = led(forms, part)
        kinds = (kind for kind, pattern in forms.kinds.items() if pattern.match(begins))
        kind = "" if forms.passing.search(part) else next(kinds, "")
        if forms.doubtful.search(part):
            return ""
        if kind:
            return kind
    return ""
