"""What English texts assert, apart from what they ask, bid, suppose or greet.

What is said beside a question or a command in the same sentence is asserted, too: "book a table, I
am allergic to nuts".
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from langgraph_dreams.language.english.speech_acts import (
    FINITE,
    REQUEST,
    Act,
    act_of,
    goes_on,
    words_of,
)
from langgraph_dreams.language.english.words import acts
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.stop_words import STOP_WORDS
from langgraph_dreams.language.forms import prose

_SENTENCE = re.compile(
    r"(?:(?<=[.!?;])|(?<=[.!?][\"'”’)])(?!\s+[a-z]))(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bSt\.)(?<!\b[A-HJ-Z]\.)"
    r"(?<!\bNo\.)(?<!\bProf\.)(?<!e\.g\.)(?<!i\.e\.)(?<!\bvs\.)(?<!\n\d\.)(?<!\n\d\d\.)(?<!\A\d\.)(?<!\A\d\d\.)\s+|\n+"
)
_SPEAKER = re.compile(r"^\s*\w+:\s")
_QUOTED = re.compile(r"""["“„«][^"“”«»]*["”»]?|(?<!\w)['‘][^'’]*['’](?!\w)""")
_TAG = re.compile(
    r",\s*(?:right|correct|yes|no|true|eh|huh|ok|okay|or not|(?:is|are|am|do|does|did|was|were|have"
    r"|has|had|can|will|would|should)(?:n't)? (?:i|you|we|he|she|it|they|there))\W*$",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"[,;()–—]\s*|\s-\s|^\s*(?=(?:since|as|because|given|now)\b)"
    r"|\s(?=(?:because|since|and|but|although|though)\s(?:i|i'[a-z]+|we|we'[a-z]+|my|our)\s)",
    re.IGNORECASE,
)
_BESIDE_IN_QUESTION = re.compile(r"[,;()–—]\s*|\s-\s")
_QUOTATION = 300
"""Characters; a longer one was never ended."""
_POINTING = lists.POINTING & acts.SUBJECTS - {"there"}
_OWN = frozenset({"i", "we", "my", "our"})
_JOINING = frozenset({"because", "since", "as", "and", "but", "although", "though", "given", "now"})
_NOTING = re.compile(
    r"\b(?:remember|note|memori[sz]e|(?:keep|bear) in mind|mind|be aware|be advised|forget"
    r"|you know|understand|should know|need to know|want you to know|write(?: \w+)? down"
    r"|let me (?:tell you|say|add|be \w+)|jot(?: \w+)? down|save|store|record|log|add|put)\b"
    r"(?P<where>(?: down| this| it| well| of| the fact| for (?:later|me|the record|next time)"
    r"| (?:to|in|into) (?:your |my |the )?(?:memory|mind|notes?|profile|file))*)"
    r"(?P<link>,? that\b|\s*:|\s*,|\s*[–—]|)\s+(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
_RECALLING = re.compile(
    r"\b(?:do|did|don't|didn't|can't) (?:you|i)(?: still| even)? remember", re.IGNORECASE
)
_VERBS = FINITE | acts.HELPING


@lru_cache(maxsize=4096)  # a dream holds each statement against many
def assertions(text: str) -> tuple[str, ...]:
    """The sentences, or parts of them, that assert something, as they are written."""
    found: list[str] = []
    before: tuple[Act, str] = ("assert", "")
    supposing = False
    for sentence in sentences_of(prose(text)):
        act = act_of(sentence)
        supposing = act == "suppose" or (supposing and goes_on(sentence))
        if supposing:
            stated = []
        elif _needs(before, act, sentence):
            stated = [f"{before[1]} {sentence}"]
        else:
            stated = [sentence] if act == "assert" else _beside(sentence, act)
        found += stated
        if act == "bid" and not stated and _material(sentence):
            break  # what follows is what it shall be done with
        before = ("assert" if stated else act, sentence)
    return tuple(found)


def sentences_of(text: str) -> Iterator[str]:
    """Sentences, none cut within a quotation."""
    waiting = ""
    for piece in _SENTENCE.split(text):
        waiting = f"{waiting} {piece}" if waiting else piece
        if waiting.count('"') % 2 == 0 or len(waiting) > _QUOTATION:
            yield waiting.strip()
            waiting = ""
    if waiting.strip():
        yield waiting.strip()


def _needs(before: tuple[Act, str], act: Act, sentence: str) -> bool:
    """True if it says little without the question or command before it: "No, never.", "She is"."""
    words = words_of(sentence)
    if before[0] not in ("ask", "bid") or act not in ("assert", "greet") or not words:
        return False
    if words[0] in acts.ANSWERS:
        asked = before[0] == "ask" and not REQUEST.search(before[1])
        return asked and words[-1] not in ("please", "thanks")
    return act == "assert" and words[0].partition("'")[0] in _POINTING


def _material(sentence: str) -> bool:
    """True if a command ends in, or names after a colon, words to be worked with."""
    lead, colon, _ = sentence.partition(":")
    return (
        bool(colon) and not acts.TEXTUAL.isdisjoint(words_of(lead)) and not _NOTING.search(sentence)
    )


# -- what is said beside a question or command


def _beside(sentence: str, act: Act) -> list[str]:
    whole = sentence
    noted = "" if _RECALLING.search(sentence) else _noted(sentence)
    if noted:
        return [noted]
    if not acts.BIDDING.issuperset(words_of(sentence)[:1]):
        sentence = _SPEAKER.sub("", sentence)
    if ":" in sentence and act != "greet":
        sentence = sentence.partition(":")[0]
    sentence = _QUOTED.sub(" ", sentence.replace("’", "'"))
    asked = act == "ask" and not REQUEST.search(sentence)
    if asked and _TAG.search(sentence):
        return []  # all of it is asked
    parts = (_BESIDE_IN_QUESTION if asked else _BESIDE).split(sentence)
    stated = [part for part in map(_unjoined, parts) if _says(part)]
    if asked and sentence.rstrip().endswith("?"):
        stated = [part for part in stated if words_of(part)[0].partition("'")[0] in _OWN]
    pointing = [part for part in stated if words_of(part)[0].partition("'")[0] in _POINTING]
    if pointing and act != "greet":
        return [whole]  # whom it is about stands in the rest
    return [part for part in stated if part not in pointing]


def _unjoined(part: str) -> str:
    words = words_of(part)
    if words and words[0] in _JOINING:
        part = part.strip()[len(words[0]) :]
        part = re.sub(r"^\s*that\b", "", part, flags=re.IGNORECASE)
    return part.strip(" \t?!.")


def _says(part: str) -> bool:
    """True if a part has a person for a subject, does something, and asserts that."""
    words = words_of(part)
    return not STOP_WORDS.issuperset(words) and _clause(part) and act_of(part) == "assert"


def _clause(text: str) -> bool:
    """True if a text begins with a subject, and there is a verb for it."""
    words = words_of(text)
    first = words[0] if words else ""
    base = first.partition("'")[0]
    if base in ("i", "we"):
        return len(words) > 1
    named = text.strip()[:1].isupper() and first not in acts.LEADING
    if base == "you" or (base not in acts.SUBJECTS and base != "here" and not named):
        return False
    pronoun = base != first and not named
    return pronoun or any(w in _VERBS or w.endswith("ed") for w in words[1:6])


def _noted(sentence: str) -> str:
    """What shall be remembered, if a sentence says it: "remember that", "note my code is"."""
    found = _NOTING.search(sentence)
    if found is None:
        return ""
    verb = words_of(found[0])[0]
    rest = found["rest"].strip(" \t?")
    words = words_of(rest)
    before = words_of(sentence[: found.start()])[-1:]
    if verb == "forget" and before not in (["don't"], ["not"], ["never"]):
        return ""
    if verb in ("add", "put") and not found["where"]:
        return ""
    if found["link"]:
        linked = found["link"].strip() != "," or bool(found["where"])
        return rest if linked and len(words) > 1 and act_of(rest) == "assert" else ""
    own = words[:1] and words[0].partition("'")[0] in _OWN
    return rest if _clause(rest) and (own or verb != "you") else ""
