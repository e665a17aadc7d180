"""English sentences that assert something, apart from those that ask, bid, suppose or greet.

A sentence that no rule knows asserts. What is said beside a question or a command in the same
sentence is asserted, too: "book a table, I am allergic to nuts".
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from langgraph_dreams.language.english.words import acts
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.stop_words import STOP_WORDS
from langgraph_dreams.language.forms import prose

Act = Literal["assert", "ask", "bid", "suppose", "greet"]

_SENTENCE = re.compile(
    r"(?:(?<=[.!?;])|(?<=[.!?][\"'”’)])(?!\s+[a-z]))(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bSt\.)"
    r"(?<!\bNo\.)(?<!\bProf\.)(?<!e\.g\.)(?<!i\.e\.)(?<!\bvs\.)(?<!\n\d\.)(?<!\n\d\d\.)(?<!\A\d\.)(?<!\A\d\d\.)\s+|\n+"
)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_BULLET = re.compile(r"^\s*(?:[-*•>#]+|\d{1,3}[.)])\s+")
_SPEAKER = re.compile(r"^\s*\w+:\s")
_NOTED = re.compile(r"\[[^\]]{0,200}\]")  # what is noted beside what was said
_QUOTED = re.compile(r"""["“„«][^"“”«»]*["”»]?|(?<!\w)['‘][^'’]*['’](?!\w)""")
_TAG = re.compile(
    r",\s*(?:right|correct|yes|no|true|eh|huh|ok|okay|or not|(?:is|are|am|do|does|did|was|were|have"
    r"|has|had|can|will|would|should)(?:n't)? (?:i|you|we|he|she|it|they|there))\W*$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[,:;()–—]|\s-\s")
_BESIDE = re.compile(
    r"[,;()–—]\s*|\s-\s|^\s*(?=(?:since|as|because|given|now)\b)"
    r"|\s(?=(?:because|since|and|but|although|though)\s(?:i|i'[a-z]+|we|we'[a-z]+|my|our)\s)",
    re.IGNORECASE,
)
_BESIDE_IN_QUESTION = re.compile(r"[,;()–—]\s*|\s-\s")
_QUOTATION = 300
"""Characters; a longer one was never ended."""
_LABEL, _ADDRESSED = 6, 2
"""Words before a colon or a comma that may stand before a command."""
_POINTING = lists.POINTING & acts.SUBJECTS - {"there"}
_OWN = frozenset({"i", "we", "my", "our"})
_JOINING = frozenset({"because", "since", "as", "and", "but", "although", "though", "given", "now"})
_REQUEST = re.compile(
    r"^(?:\W*\w+\W+){0,3}?(?:can|could|would|will|won't|can't) you\b", re.IGNORECASE
)
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
    r"|you(?:'re| are) (?:so |very |really |most )?(?:welcome|the best|kind|helpful|right))",
    re.IGNORECASE,
)
_FINITE = acts.BEING | lists.BEING | lists.THIRDS | lists.PAST
_VERBS = _FINITE | acts.HELPING


@lru_cache(maxsize=1024)  # a dream holds each statement against many
def assertions(text: str) -> tuple[str, ...]:
    """The sentences, or parts of them, that assert something, as they are written."""
    found: list[str] = []
    before: tuple[Act, str] = ("assert", "")
    supposing = False
    for sentence in _sentences(prose(text)):
        act = _act(sentence)
        supposing = act == "suppose" or (supposing and _goes_on(sentence))
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


def _sentences(text: str) -> Iterator[str]:
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
    words = _words(sentence)
    if before[0] not in ("ask", "bid") or act not in ("assert", "greet") or not words:
        return False
    if words[0] in acts.ANSWERS:
        asked = before[0] == "ask" and not _REQUEST.search(before[1])
        return asked and words[-1] not in ("please", "thanks")
    return act == "assert" and words[0].partition("'")[0] in _POINTING


def _act(sentence: str) -> Act:
    """What a sentence does; in doubt it asserts."""
    body = _body(sentence)
    words = _words(body)
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


def _body(sentence: str) -> str:
    kept = _BULLET.sub("", _NOTED.sub(" ", sentence.replace("’", "'")))
    return kept.strip(" \t\"'“”*_()!.")


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


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
        words = _words(lead)
        if words[:1] == ["to"]:
            return  # how something is done
        leading = bool(words) and words[0] in acts.LEADING
        longest = _LABEL if found[0] == ":" else _ADDRESSED
        if not leading and (len(words) > longest or _finite(words)):
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
    return any(w in _FINITE or w.partition("'")[0] in persons for w in words)


# -- what a sentence does


def _supposes(body: str) -> bool:
    if _SUPPOSED.search(body):
        return True
    found = _IF.search(body)
    if found is None or _REQUEST.search(body):
        return False
    before, (condition, _, main) = body[: found.start()], body[found.end() :].partition(",")
    if before.strip() and _words(before)[-1:] not in (["and"], ["but"], ["so"]):
        return not acts.UNREAL.isdisjoint(_words(before)) and not _bids(_unaddressed(before))
    words = _words(condition)
    unreal = any(w in lists.PAST or (w.endswith("ed") and len(w) > 4) for w in words[1:4])
    what = set(_words(main))
    return unreal or not what or bool(what & (acts.UNREAL | {"will", "i'll", "we'll"}))


def _asks(start: str) -> bool:
    words = _words(start)
    if _WONDERED.search(start):
        return True
    first, second = (*words, "", "")[:2]
    base, mark, end = first.partition("'")
    if base in acts.ASKING and mark and end in ("s", "re", "d", "ll", "ve"):
        return True
    if first == "what" and second.endswith("s") and not {"is", "was"}.isdisjoint(words[3:]):
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
    words = _words(start)
    if words[:1] in (["please"], ["kindly"]):
        return len(words) > 1
    if words[:1] in (["don't"], ["dont"], ["never"], ["always"]):
        words = words[1:]
    elif words[:2] == ["do", "not"]:
        return len(words) > 2
    first, second = (*words, "", "")[:2]
    if _AT_ME.match(start) and not _past(first) and first not in _FINITE:
        return first not in STOP_WORDS | lists.PLACING or first in acts.BIDDING
    if first == "do":
        return second in acts.OBJECTS
    if first == "be":
        return bool(second) and second not in lists.PLACING
    return first in acts.BIDDING and (second in acts.OBJECTS or not _noun(start, words))


def _past(word: str) -> bool:
    return word in lists.PAST or word.endswith(("ed", "ing", "es", "cost"))


_AT_ME = re.compile(r"\w+ (?:me|us)\b", re.IGNORECASE)
_HEADING = re.compile(r"\w+(?:\s+#?\d+)?\s*[:=]")
_RELATIVE = acts.ASKING | {"that", "if", "whether", "i", "we", "you", "they", "he", "she"}


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
    content = [w for w in words if w not in STOP_WORDS and w.partition("'")[0] not in STOP_WORDS]
    if words[0] in acts.ANSWERS and acts.ANSWERS.issuperset(content):
        return False  # what it answers may stand before it
    if all(w in acts.COURTESY for w in content):
        return bool(content) or len(words) < 3
    return bool(_GREETING.search(start)) or words[0] in ("thanks", "thank", "thx")


def _goes_on(sentence: str) -> bool:
    """True if a sentence says more of what was supposed before it."""
    words = _words(sentence)
    return not acts.UNREAL.isdisjoint(words) or words[:1] in (
        ["it"], ["he"], ["she"], ["they"], ["there"], ["then"], ["also"], ["and"],
    )  # fmt: skip


def _material(sentence: str) -> bool:
    """True if a command ends in, or names after a colon, words to be worked with."""
    lead, colon, _ = sentence.partition(":")
    return (
        bool(colon) and not acts.TEXTUAL.isdisjoint(_words(lead)) and not _NOTING.search(sentence)
    )


# -- what is said beside a question or command


def _beside(sentence: str, act: Act) -> list[str]:
    whole = sentence
    noted = "" if _RECALLING.search(sentence) else _noted(sentence)
    if noted:
        return [noted]
    if not acts.BIDDING.issuperset(_words(sentence)[:1]):
        sentence = _SPEAKER.sub("", sentence)
    if ":" in sentence and act != "greet":
        sentence = sentence.partition(":")[0]
    sentence = _QUOTED.sub(" ", sentence.replace("’", "'"))
    asked = act == "ask" and not _REQUEST.search(sentence)
    if asked and _TAG.search(sentence):
        return []  # all of it is asked
    parts = (_BESIDE_IN_QUESTION if asked else _BESIDE).split(sentence)
    stated = [part for part in map(_unjoined, parts) if _says(part)]
    if asked and sentence.rstrip().endswith("?"):
        stated = [part for part in stated if _words(part)[0].partition("'")[0] in _OWN]
    pointing = [part for part in stated if _words(part)[0].partition("'")[0] in _POINTING]
    if pointing and act != "greet":
        return [whole]  # whom it is about stands in the rest
    return [part for part in stated if part not in pointing]


def _unjoined(part: str) -> str:
    words = _words(part)
    if words and words[0] in _JOINING:
        part = part.strip()[len(words[0]) :]
        part = re.sub(r"^\s*that\b", "", part, flags=re.IGNORECASE)
    return part.strip(" \t?!.")


def _says(part: str) -> bool:
    """True if a part has a person for a subject, does something, and asserts that."""
    words = _words(part)
    return not STOP_WORDS.issuperset(words) and _clause(part) and _act(part) == "assert"


def _clause(text: str) -> bool:
    """True if a text begins with a subject, and there is a verb for it."""
    words = _words(text)
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
    verb = _words(found[0])[0]
    rest = found["rest"].strip(" \t?")
    words = _words(rest)
    before = _words(sentence[: found.start()])[-1:]
    if verb == "forget" and before not in (["don't"], ["not"], ["never"]):
        return ""
    if verb in ("add", "put") and not found["where"]:
        return ""
    if found["link"]:
        linked = found["link"].strip() != "," or bool(found["where"])
        return rest if linked and len(words) > 1 and _act(rest) == "assert" else ""
    own = words[:1] and words[0].partition("'")[0] in _OWN
    return rest if _clause(rest) and (own or verb != "you") else ""
