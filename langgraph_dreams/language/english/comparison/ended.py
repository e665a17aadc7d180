"""What one had, did or could not do, and a later statement says by name that it is over.

"I drive a Golf", "I sold the Golf and drive a Zoe now"; "I can't swim", "I learned to swim". What
came in its place need not be told, and shares no word with what went.
"""

import re
from collections.abc import Sequence

from langgraph_dreams.language.english.clauses import Clause
from langgraph_dreams.language.english.comparison.differences import ARTICLES
from langgraph_dreams.language.english.comparison.retold import Retold
from langgraph_dreams.language.english.sentences import Sentence
from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.english.words.tokens import Word

_ADVERBS = r"(?:(?:have|just|also|finally|then|recently|already|now|actually|so|and|but) )*"
_ENDED = re.compile(
    rf"{_ADVERBS}(?:i|we) {_ADVERBS}(?:sold|dropped|quit|cancell?ed|ditched|scrapped|abandoned"
    r"|replaced|returned|uninstalled|traded in|gave (?:up|away|back)|given (?:up|away|back)"
    r"|(?:got|gotten) rid of|threw (?:out|away)|thrown (?:out|away)|sent back"
    r"|(?:switched|moved|migrated)(?: away)? from|moved out of|resigned from|broke up with"
    r"|divorced|(?:stopped|quit) \w+ing(?: with| at| for| in)?"
    r"|(?:am|are) (?:done|finished|through) with|no longer \w+(?: with| at| for| in)?) "
)
_LEARNED = re.compile(rf"{_ADVERBS}(?:i|we) {_ADVERBS}(?:learned|learnt)(?: how)? to ")
_UNABLE = re.compile(
    r"(?:i|we) (?:cannot|(?:can|could) not|can hardly|never learned(?: how)? to"
    r"|do not know how to|am not able to|are not able to) "
)
_AWAY = re.compile(
    r"(?P<who>.+?) (?:is|am|are) (?:still )?(?:on|in|at) (?:the |a |my )?(?P<where>[^ ]+)"
)
_BACK = re.compile(
    r"(?P<who>.+?) (?:is|am|are|came|got|(?:has|have) come) (?:now |finally )?back (?:home )?from"
    r" (?:the |a |my |his |her )?(?P<where>[^ ]+)"
)
_DETERMINERS = ARTICLES | lists.a_set("the my our that this these those")


def ended(old: Sentence, new: Sentence) -> Retold | None:
    """The change that the newer statement of the same speaker names; None where it names none."""
    for earlier in old.parts:
        for later in new.parts:
            if found := (
                _given_up(earlier, later) or _learned(earlier, later) or _back(earlier, later)
            ):
                return found
    return None


def _given_up(old: Clause, new: Clause) -> Retold | None:
    """What was had or done, and is not any more."""
    run = _thing(_after(new, _ENDED))
    if not run or old.past or old.negated() or not _own(old):
        return None
    start = max(old.verb, 1) + 1
    start += any(w.text.endswith("ing") for w in old.words[start : start + 1])  # "am learning"
    stems, wanted = [w.stem for w in old.words], [w.stem for w in run]
    for place in range(start, len(stems) - len(run) + 1):
        end = place + len(run)
        # "mini golf" and "Golf clubs" are other things than a Golf.
        longer = _says(old.words[max(start, place - 1) : place]) or _says(old.words[end : end + 1])
        if stems[place:end] == wanted and not longer:
            return Retold("negation", tuple(old.words[place:end]), (), tuple(run))
    return None


def _own(clause: Clause) -> bool:
    """True if it is about the speaker, or a thing of theirs."""
    first = [w.text for w in clause.words[:2]]
    return first[:1] in (["i"], ["we"]) or (
        first[:1] in (["my"], ["our"]) and lists.KIN.keys().isdisjoint(first)
    )


def _learned(old: Clause, new: Clause) -> Retold | None:
    """What one could not do, and has learned."""
    unable, able = _after(old, _UNABLE), _after(new, _LEARNED)
    if not unable or not able:
        return None
    rest = [w.stem for w in unable if w.text not in lists.CUES | lists.ASIDE]
    if [w.stem for w in able[: len(rest)]] != rest:
        return None
    return Retold("negation", (), (), tuple(able[: len(rest)]))


def _back(old: Clause, new: Clause) -> Retold | None:
    """Where or in what somebody was, and is back from."""
    away, back = _AWAY.fullmatch(old.text().strip()), _BACK.match(new.text().strip())
    if not away or not back or away["who"] != back["who"] or away["where"] != back["where"]:
        return None
    who = len(away["who"].split())
    return Retold("negation", (), (), (*new.words[:who], old.words[-1]))


def _after(clause: Clause, form: re.Pattern[str]) -> Sequence[Word]:
    """The words of a clause behind those that a form fits at its beginning; none if it does not."""
    found = form.match(f"{clause.text().strip()} ")
    return clause.words[len(found[0].split()) :] if found else ()


def _thing(words: Sequence[Word]) -> list[Word]:
    """The thing that words begin with: "the Golf" of "the Golf and bought a Zoe"."""
    start = 1 if words and words[0].text in _DETERMINERS else 0
    end = start
    while end < len(words) and _says(words[end : end + 1]):
        end += 1
    ends = end == len(words) or words[end].text not in ("of", "'s")
    return list(words[start:end]) if ends else []


def _says(words: Sequence[Word]) -> bool:
    """True if a word names something, and does not only say since when."""
    passed = lists.CUES | lists.ASIDE | lists.FLEETING
    return any((w.is_content or w.kind != "word") and w.text not in passed for w in words)
