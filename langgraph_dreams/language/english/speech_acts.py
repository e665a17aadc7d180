"""What an English sentence does: it asserts, asks, bids, supposes or greets.

A sentence that no rule knows asserts.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from langgraph_dreams.language.english.words import acts
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.stop_words import STOP_WORDS

Act = Literal["assert", "ask", "bid", "suppose", "greet"]

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_BULLET = re.compile(r"^\s*(?:[-*•>#]+|\d{1,3}[.)])\s+")
_NOTED = re.compile(r"\[[^\]]{0,200}\]")  # what is noted beside what was said
_BREAK = re.compile(r"[,:;()–—]|\s-\s")
_LABEL, _ADDRESSED = 6, 2
"""Words before a colon or a comma that may stand before a command."""
REQUEST = re.compile(
    r"^(?:\W*\w+\W+){0,3}?(?:can|could|would|will|won't|can't) you\b", re.IGNORECASE
)
_GIVEN = re.compile(
    r"^(?:please )?(?:remember|note|memori[sz]e|save|store)(?: down)? (?:my|our|his|her)\b"
    r".*(?:\d|: ?\w)"
    r"|\b(?:reach|call|phone|text|e?mail|write(?: to)?|contact) (?:me|us)\b.*"
    r"(?:\d[\d ()/-]{5}|\S@\S)",
    re.IGNORECASE,
)
_LASTING = re.compile(
    r"^(?:always|never(?! mind))\b|\b(?:from now on|from here on|in (?:the )?future|going forward"
    r"|at all times|by default|don't ever|(?:whenever|every time|each time) (?:you|i|we)"
    r"|(?:before|after|when|if) you \w+ any\w*)\b"
    r"|^(?:(?:please|just|you (?:should|can|may)) )*(?:(?:call|address) me"
    r" (?:(?-i:[A-Z])|by )|(?:answer|reply|respond|speak|talk|write)(?: to)?(?: me| us)?(?: only)?"
    r" (?-i:in [A-Z])|(?:use|(?:give|show|tell) (?:me|us)) (?:\w+s )?(?:in )?"
    r"(?:celsius|fahrenheit|metric|imperial|miles|kilomet\w+)\b)",
    re.IGNORECASE,
)
"""How it shall be done every time: a preference."""
_SUPPOSED = re.compile(
    r"^(?:(?:let's|let us|just|now|but|so|and|ok|okay|please) )*(?:suppose|supposing|imagine"
    r"|assume|assuming|pretend|presume|what if|say (?:i|we|my|there)|picture|were (?:i|we)"
    r"|had (?:i|we)|if only|i wish (?!to\b)|(?:i|we) would rather)\b"
    r"|\b(?:let's|let us) (?:say|suppose|assume|imagine|pretend)\b"
    r"|\bhypothetical|\btheoretically|\bin theory\b|\bthought experiment\b|\bas if i\b"
    r"|\bfor (?:the sake of )?argument",
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|in case|provided|unless)\b(?! not\b)", re.IGNORECASE)
_WONDERED = re.compile(
    r"^(?:(?:i|we)(?:'m| am| was|'re| are)? (?:just )?(?:wonder|wondering|curious)\b"
    r"|(?:i|we)(?:'d| would)? (?:want|like|love|need) to (?:know|ask|find out|hear)\b"
    r"|(?:i have|just|quick|one|my) (?:a )?(?:\w+ )?question\b|any (?:idea|news|chance|update)\b)",
    re.IGNORECASE,
)
_BIDDEN = re.compile(
    r"^(?:let's|let us|(?:it's |it is )?time to|make sure|be sure|have a look|no need to)\b"
    r"|^you(?:'ll| will)? (?:must|should|shall|need to|have to|are to|(?:can|may) only|now)\b"
    r"|^you(?:'re| are) (?:an?|the) (?:\w+ ){0,4}(?:assistant|agent|bot|model|ai|chatbot|expert)\b"
    r"|^(?:i|we)(?:'d| would| will)? ?(?:really |also |just )?(?:need|want|like|love|expect|require"
    r"|ask|beg|order|command|urge) (?:for )?you to\b"
    r"|\b(?:be|is) (?:\w+ )?(?:\w+) if you (?:can|could|would)\b|\bappreciate (?:it )?if you\b"
    r"|^you(?:'re| are)(?: now| currently)?"
    r" (?:running|operating|acting|working|executing|deployed)\b"
    r"|^your (?:\w+ )?(?:task|job|goal|role|mission|instructions?|duty) (?:is|are|will be)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:thanks|thank you|thank u|many thanks|thx|cheers|i (?:really |do )?appreciate"
    r" (?:it|that|this|your|all|the)|have an? \w+ (?:day|night|evening|weekend|week|time|trip|one)"
    r"|(?:i |we )?(?:hope|trust) (?:you|this|that|your|all)\b|wish(?:ing)? you|see you|talk to you"
    r"|take care|never mind|sorry (?:for|about|to)\b|(?:great|good|nice|excellent) (?:job|work)\b"
    r"|congrat|(?:it's |it is |it was )?(?:nice|good|great|lovely) (?:to (?:meet|see|hear"
    r"|talk|chat|know)|talking|meeting|seeing|chatting)\b"
    r"|good (?:morning|afternoon|evening|night)\b"
    r"|happy (?:new|birthday|easter|holidays)|merry"
    r"|you(?:'re| are) (?:so |very |really |most )?(?:welcome|the best|kind|helpful|right)"
    r"|(?:as )?(?:i|we)(?:'ve| have)?(?: already| just| even)?"
    r" (?:asked|said|told|mentioned|explained)(?: (?:you|that|this|it|so|before|already|again"
    r"|earlier|once|twice|\w+ times|yesterday|today))*$"
    r"|(?:i|we)(?:'ve| have)?(?: \w+)? (?:forgot|forgotten|forget)(?: it| that| again)*$"
    r"|(?:i|we)(?: really| just)? (?:can't|cannot|don't|do not)(?: \w+)? (?:remember|recall|know"
    r"|find (?:it|that|this))(?: it| that| again| now| any ?more| any longer)*$"
    r"|(?:second|third|last|next|final|another|one more) (?:try|attempt|question|time|thing)$"
    r"|(?:this is|it is|it's)(?: \w+)? (?:urgent|important)$"
    r"|(?:it's|it is|the (?:current )?time is)(?: now| already)? \d{1,2}(?:[:.]\d\d)?"
    r"(?: ?[ap]\.?m| o'clock)?(?: now)?$)",
    re.IGNORECASE,
)
"""Courtesies, and what tells no more than the hour or that something was said before."""
_AT_ME = re.compile(r"\w+ (?:me|us)\b", re.IGNORECASE)
_HEADING = re.compile(r"\w+(?:\s+#?\d+)?\s*[:=]")
_RELATIVE = acts.ASKING | {"that", "if", "whether", "i", "we", "you", "they", "he", "she"}
_PLACED = STOP_WORDS | lists.PLACING
FINITE = acts.BEING | lists.BEING | lists.THIRDS | lists.PAST


def act_of(sentence: str) -> Act:
    """What a sentence does; in doubt it asserts."""
    body = _body(sentence)
    words = words_of(body)
    if not words:
        return "greet"
    if _supposes(body):
        return "suppose"
    starts = list(_starts(body))
    if body.endswith("?") or any(map(_asks, starts)):
        return "ask"
    if any(map(_bids, starts)) or words[-1] == "please":
        return "assert" if _LASTING.search(body) or _GIVEN.search(body) else "bid"
    return "greet" if _greets(body, words) or _greets(starts[-1], words) else "assert"


def goes_on(sentence: str) -> bool:
    """True if a sentence says more of what was supposed before it."""
    words = words_of(sentence)
    return not acts.UNREAL.isdisjoint(words) or words[:1] in (
        ["it"], ["he"], ["she"], ["they"], ["there"], ["then"], ["also"], ["and"],
    )  # fmt: skip


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return list(_words_of(text))


@lru_cache(maxsize=256)  # every rule asks for those of the same sentence
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _body(sentence: str) -> str:
    kept = _BULLET.sub("", _NOTED.sub(" ", sentence.replace("’", "'")))
    return kept.strip(" \t\"'“”*_()!.")


def _starts(body: str) -> Iterator[str]:
    """Where what is asked or bidden may begin: at once, after an address, a label or an adverb."""
    rest = body
    while True:
        rest = _unaddressed(rest)
        yield rest
        found = _BREAK.search(rest)
        if found is None or not rest[found.end() :].strip():
            return
        lead, rest = rest[: found.start()], rest[found.end() :].strip()
        words = words_of(lead)
        if words[:1] == ["to"]:
            return  # how something is done
        leading = bool(words) and words[0] in acts.LEADING
        longest = _LABEL if found[0] == ":" else _ADDRESSED
        if not leading and (len(words) > longest or _finite(words)) and not _greets(lead, words):
            return


def _unaddressed(text: str) -> str:
    """The text without "please", "then" and the like before it, but the last "please" stays."""
    while True:
        found = _WORD.match(text)
        if found is None or found[0].casefold() not in acts.ADDRESS:
            return text
        rest = text[found.end() :].lstrip(" ,!.…-–—:")
        if not rest or (found[0].casefold() in ("please", "kindly") and not _BREAK.match(rest)):
            return text
        text = rest


def _finite(words: list[str]) -> bool:
    """True if there is a subject that does something."""
    persons = ("i", "we", "he", "she", "they", "it", "my", "our")
    return any(w in FINITE or w.partition("'")[0] in persons for w in words)


def _supposes(body: str) -> bool:
    if _SUPPOSED.search(body):
        return True
    found = _IF.search(body)
    if found is None or REQUEST.search(body):
        return False
    before, (condition, _, main) = body[: found.start()], body[found.end() :].partition(",")
    if before.strip() and words_of(before)[-1:] not in (["and"], ["but"], ["so"]):
        return not acts.UNREAL.isdisjoint(words_of(before)) and not _bids(_unaddressed(before))
    words = words_of(condition)
    unreal = any(w in lists.PAST or (w.endswith("ed") and len(w) > 4) for w in words[1:4])
    what = set(words_of(main))
    return unreal or not what or bool(what & (acts.UNREAL | {"will", "i'll", "we'll"}))


def _asks(start: str) -> bool:
    words = words_of(start)
    if _WONDERED.search(start):
        return True
    first, second, third = (*words, "", "", "")[:3]
    base, mark, end = first.partition("'")
    if base in acts.ASKING and mark and end in ("s", "re", "d", "ll", "ve"):
        return True
    turned = second in acts.HELPING and third in acts.SUBJECTS  # "what is the one that is ..."
    stated = second.endswith("s") and not turned and not {"is", "was"}.isdisjoint(words[3:])
    if first == "what" and stated:
        return False  # "what matters to me is quiet"
    if first in acts.ASKING:
        return second in acts.HELPING or (
            first != "when" and second not in acts.SUBJECTS and bool(second)
        )
    if first not in acts.HELPING:
        return False
    persons = ("i", "you", "we", "he", "she", "it", "they", "there")
    if first in ("have", "had", "has", "do", "was", "were", "am", "may", "must", "might"):
        return second in persons
    return second in acts.SUBJECTS and second not in ("a", "an", "all")


def _bids(start: str) -> bool:
    if _BIDDEN.search(start):
        return True
    words = words_of(start)
    if words[:1] in (["please"], ["kindly"]):
        return len(words) > 1
    if words[:1] in (["don't"], ["dont"], ["never"], ["always"]):
        words = words[1:]
    elif words[:2] == ["do", "not"]:
        return len(words) > 2
    first, second = (*words, "", "")[:2]
    if _AT_ME.match(start) and not _past(first) and first not in FINITE:
        return first not in _PLACED or first in acts.BIDDING
    if first == "do":
        return second in acts.OBJECTS
    if first == "be":
        return bool(second) and second not in lists.PLACING
    return first in acts.BIDDING and (second in acts.OBJECTS or not _noun(start, words))


def _past(word: str) -> bool:
    return word in lists.PAST or word.endswith(("ed", "ing", "es", "cost"))


def _noun(start: str, words: list[str]) -> bool:
    """True if the verb is the noun that something is said of: "order number is", "test: passed"."""
    if _HEADING.match(start):
        return True
    for word in words[1:9]:
        if word in _RELATIVE:
            return False
        if word in acts.BEING or word in acts.FOLLOWING or word in lists.PAST:
            return True
    return False


def _greets(start: str, words: list[str]) -> bool:
    rare = set(words) - STOP_WORDS
    content = {w for w in rare if "'" not in w or w.partition("'")[0] not in STOP_WORDS}
    if words[0] in acts.ANSWERS and acts.ANSWERS.issuperset(content):
        return False  # what it answers may stand before it
    if acts.COURTESY.issuperset(content):
        return bool(content) or len(words) < 3
    return bool(_GREETING.search(start)) or words[0] in ("thanks", "thank", "thx")
