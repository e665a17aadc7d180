"""English turns that only ask, and answers that say no more than that nothing is known.

In doubt a text states something: recall holds back what only asks (recall/turns.py). A
question that tells ("did you know that ...", "..., right?") or asks a favour ("could you remind me
to ...") states something as well.
"""

import re
from functools import lru_cache

from langgraph_dreams.language.english.clauses import SENTENCE_END, whole
from langgraph_dreams.language.english.speech_acts import act_of
from langgraph_dreams.language.english.words import acts
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Word, cut

_SPEAKER = re.compile(r"\s*(?:[A-Z]\w{0,30}|user|human):\s")
_COURTESY = lists.a_set(
    "hi hey hello hiya oh ok okay so and but well please sorry thanks thank cheers again then"
    " now um hm hmm wow cool great nice btw by the way just quick question one more time morning"
    " good evening afternoon there you very much me excuse pardon alright right still also"
    " actually maybe perhaps"
)
"""Words before or between questions that say nothing by themselves."""
_WH = rf"(?:{'|'.join(sorted(acts.ASKING))})"
_BE = rf"(?:{'|'.join(sorted(acts.HELPING))})"
_AT = (
    r"(?:in|on|at|for|by|to|from|with|under|since|of|about|after|around|before|between|during|into"
    r"|near|over|through|until|within|without|among|against)"
)
_WE = r"(?:i|you|we|they|he|she|it|there|my|our|your|his|her|their|this|that|these|those|any\w*)"
_ALL = r"(?:the|a|an|all|both|each|every|some|either)"
_VIEW = (
    r"(?:according to|apart from|as for|based on|besides|concerning|considering|in light of"
    r"|regarding|speaking of|with regard to)"
)
_LEAD = re.compile(
    rf"(?:(?:{'|'.join(sorted(_COURTESY, key=len, reverse=True))})\b[\s,;:!.\u2013-]*)+"
    rf"(?=\w)",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    rf"{_VIEW}\b(?!.*\b(?:i|we|my|our)\b.*,)[^,?!]{{1,80}},\s*"
    rf"(?=(?:{_AT} )?{_WH}\b)",
    re.IGNORECASE,
)
"""What a question is asked in view of, and what is no news."""
_ANSWERED = re.compile(
    r"(?:please |just |only )*(?:answer|reply|respond)(?: me)?(?: please| just| only)*"
    r" (?:yes|no|with|in|briefly|shortly)\b[^:]{0,60}$",
    re.IGNORECASE,
)
"""Says how a question shall be answered."""
_ADDRESS = re.compile(
    rf"((?:[\w']+ ){{0,5}}[\w']+ ?)[,:;\u2013-]\s*(?:(?:but|so|and) )?"
    rf"(?=(?:{_AT} )?{_WH}\b|{_BE} (?:{_WE}\b|{_ALL}\b|(?-i:[A-Z]))|{_VIEW}\b)",
    re.IGNORECASE,
)
"""Whatever says nothing before a question: a name, "one more thing"."""
_ASKED = re.compile(
    rf"(?:{_AT} )?{_WH}\b|{_BE}\b|(?:any|anything|anyone|anybody)\b|if\b.*\b{_WH}\b",
    re.IGNORECASE,
)
"""The beginning of a question that has its mark."""
_UNMARKED = re.compile(
    rf"(?:what|where|who|when|how|which|why)"
    rf"(?:'s|'re| (?:is|are|was|were|do|does|did|can|should))\b"
    rf"|(?:which|how|what(?! an?\b)|whose) (?:[\w'-]+ ){{1,3}}(?:is|are|do|does|did|was|were|has"
    rf"|have|can|should)\b"
    rf"|(?:is|are|was|were|does|did|has|had|can|could|should|will|am|do) {_WE}\b",
    re.IGNORECASE,
)
"""The beginning of a question that has none; "do the dishes" and "what a day" are others."""
_WANTED = re.compile(
    rf"(?:(?:can|could|will|would) you )?(?:please |kindly |just )*(?:"
    rf"(?:tell|give|show) (?:me|us)\b(?! that\b)|remind (?:me|us) (?:of\b|again\b|{_WH}\b)"
    rf"|(?:say|explain|repeat|recall|look up|find out|remember|check) {_WH}\b|(?:recall|look up) )"
    rf"|(?:i|we)(?:'d| would)? (?:want|need|like|love) to (?:know|hear)\b"
    rf"|(?:i|we)(?:'m| am|'re| are| was| were)? wonder\w*\b"
    rf"|do you (?:know|remember|recall) {_WH}\b",
    re.IGNORECASE,
)
"""Asks for what is known, in whatever form."""
_FAVOUR = re.compile(
    r"(?:can|could|will|would|won't) (?:you|we)\b|(?:shall|should|why don't|why not|how about) we\b"
    r"|(?:how|what) about (?:[\w']+ )?\w+ing\b"
    r"|(?:did|do|have) you (?:know|hear|heard|remember|notice|see|seen|realise|realize) (?:that"
    r"\b|(?:my|our|i|we|he|she|they|it)\b.*\b(?:is|are|am|was|were|has|have|can|will)\b)",
    re.IGNORECASE,
)
"""A question that asks for a deed, or tells."""
_BESIDE = re.compile(
    r"(?:\b(?:because|since|given that|now that|considering|as)|[,;\u2013-]) ?(?:i|we)(?:'m|'ve| am"
    r"| have| was| moved| live| work| use| bought| got)\b|(?:[,;\u2013-]|\bsince\b|\bbecause\b) ?"
    r"(?:my|our) [\w'-]+ (?:[\w'-]+ )?(?:is|are|was|has|lives|moved)\b",
    re.IGNORECASE,
)
"""What is told beside a question: "since I am allergic to nuts"."""

_CLAUSE = re.compile(
    r"[.!?;\n]+(?:\s+|$)|,\s+|\s[\u2013-]\s|\b(?:but|however|though|although)\b", re.IGNORECASE
)
_LACK = re.compile(
    r"\b(?:no|not|never|none|nothing|without|unable|cannot|unknown|unsure|unaware|unfortunately"
    r"|unclear|forgot|forgotten|dunno|neither|nobody|missing|lack)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_KNOWING = lists.a_set(
    "know knows known knowing knew information info record records recorded find found memory"
    " memories remember recall recalled mention mentioned told tell telling said share shared"
    " idea ideas sure certain data detail details access answer answers see seen note notes"
    " noted context clue aware history conversation conversations conversational chat chats"
    " stored store saved unknown unsure unaware unclear dunno provided provide given available"
    " specific specified entry entries result results match matches matching say come listed"
    " anything forgot forgotten look looked looking search searched knowledge learned heard"
    " determine confirm help question sorry think"
)
_OFFERING = lists.a_set(
    "sorry afraid unfortunately please thanks thank happy glad let help assist like want need"
    " feel free future later next reference yet far time ask asking apologize apologies"
    " apologise question questions wish ready keep mind good great okay alright understood got"
    " noted yes sure thing course will be able ever previous previously earlier past hm hmm"
    " currently right now moment check checking wait second ok hi hello welcome personal user ai"
    " assistant language model update updated"
)
_LONGEST_NAME = 60  # characters
_MOST_LEFT = 2  # words of a clause about not knowing that are neither its own nor the question's


@lru_cache(maxsize=8192)
def only_asks(text: str) -> bool:
    """True if every sentence asks what is known, and none tells anything or wants a deed."""
    found = False
    said = _SPEAKER.sub("", text.replace("\u2019", "'"), count=1).strip()
    for sentence in SENTENCE_END.split(said):
        sentence = sentence.strip(" \t\"'*_")
        bare = _bare(sentence)
        if _courteous(bare) or act_of(sentence) == "greet" or _ANSWERED.match(bare):
            continue
        if not _asks(bare):
            return False
        found = True
    return found


def _bare(sentence: str) -> str:
    """A sentence without what says nothing before a question."""
    rest = _shorter(sentence)
    while rest != sentence:
        sentence, rest = rest, _shorter(rest)
    return rest


def _shorter(sentence: str) -> str:
    if introduced := _INTRODUCED.match(sentence):
        return sentence[introduced.end() :]
    found = _LEAD.match(sentence)
    lead = found.end() if found else 0
    for start in dict.fromkeys((0, lead)):
        address = _ADDRESS.match(sentence, start)
        if address and (_addresses(address[1]) or act_of(address[1]) == "greet"):
            return sentence[address.end() :]
    return sentence[lead:]


def _addresses(lead: str) -> bool:
    """True for "door code" and "Ada", but not for "I moved"."""
    return named(lead) and not re.match(r"(?:i|we|he|she|they|it)\b", lead, re.IGNORECASE)


def _courteous(sentence: str) -> bool:
    words = re.findall(r"\w+", sentence.casefold())
    return all(word in _COURTESY for word in words)


def _asks(sentence: str) -> bool:
    if _BESIDE.search(sentence):
        return False
    marked = sentence.rstrip("\"')! ").endswith("?")
    unmarked = not marked and bool(_UNMARKED.match(sentence))
    if not marked and act_of(sentence) == "assert":
        return unmarked and _unfinished(sentence)  # "what my code is", not "what I need is quiet"
    if _WANTED.match(sentence):
        return True
    if _FAVOUR.match(sentence):
        return False
    return unmarked or (marked and (bool(_ASKED.match(sentence)) or _unfinished(sentence)))


def _unfinished(sentence: str) -> bool:
    """True for "the name of her cat?" and "my port is?": what would be stated is missing."""
    clause = whole(sentence)
    words = clause.words
    if not words or "[" in sentence or any(word.kind != "word" for word in words):
        return False
    ended = words[-1].text in ("called", "named", "again")
    return (clause.verb < 0 and not clause.past) or clause.verb >= len(words) - 1 - ended > 0


@lru_cache(maxsize=8192)
def knows_nothing(answer: str, said: str, echoes: bool) -> bool:
    """True if an answer says only that nothing is known, asks back, or is polite.

    With `echoes` also if it says what was said before it.
    """
    answers = _YES_OR_NO if only_asks(said) else frozenset[str]()
    before = {word.stem for word in cut(said)[0] if word.text not in answers}
    sentences = (s for s in SENTENCE_END.split(answer.replace("\u2019", "'")) if s.strip())
    return all(
        only_asks(sentence)
        or all(_empty(clause, before, echoes) for clause in _CLAUSE.split(sentence))
        for sentence in sentences
    )


def lacks(answer: str) -> bool:
    """True if an answer denies something, such as that it is known."""
    return _LACK.search(answer) is not None


def named(text: str) -> bool:
    """True for a few words that name something and say nothing of it: "door code"."""
    return "\n" not in text and len(text) <= _LONGEST_NAME and _unfinished(text)


_YES_OR_NO = frozenset(("yes", "yeah", "yep", "no", "nope"))


def _empty(clause: str, before: set[str], echoes: bool) -> bool:
    words = cut(clause)[0]
    if any(w.kind != "word" and not (echoes and w.stem in before) for w in words):
        return False
    if len(words) == 1 and words[0].text in _YES_OR_NO:
        return echoes and words[0].stem in before
    left = [w for w in words if w.is_content and w.text not in _KNOWING | _OFFERING]
    new = [w for w in left if w.stem not in before]
    if not _LACK.search(clause) or all(w.text not in _KNOWING for w in words):
        return not (new if echoes else left)  # "Eva" may answer "Is it Eva or Ben?"
    return len(new) <= _MOST_LEFT and not any(_named(w, words) for w in new)


def _named(word: Word, words: list[Word]) -> bool:
    return word.name and word is not words[0]
