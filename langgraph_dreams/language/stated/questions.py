"""Questions that a statement answers, by its form alone: who, where, when, what it is called.

Of "I live in Graz" it is "Where do I live?", or of what Ada said "Where does Ada live?". In
English, German and Spanish; a form that is not known gets none.
"""

import re
from collections.abc import Sequence

from langgraph_dreams.language.mixed import MIXED, spoken
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.stated.english_words import DATE, NUMBER
from langgraph_dreams.language.stated.told import FORMS, led

Template = tuple[re.Pattern[str], str, str]
"""A form of statements, the question in the words of whoever speaks of themselves, and of another;
empty where there is none."""


def question_of(language: Language, text: str, about: str = "") -> str:
    """The question that a statement answers; empty where its form is not known.

    `about` is whose statement it is; empty for the one who will ask.
    """
    codes = [spoken(language, text).code]
    if language is MIXED:
        codes += _TEMPLATES  # few words do not tell their language
    for code in dict.fromkeys(codes):
        for pattern, own, other in _TEMPLATES.get(code, ()):
            found = pattern.match(led(FORMS[code], text))
            template = other if about else own
            if found and template:
                return _filled(template, found.groupdict(""), about, code)
    return ""


def question_about(language: Language, text: str, name: str) -> str:
    """What is known about a name, asked in the language of the text that has it.

    Empty where that is none of the three.
    """
    template = _ABOUT.get(spoken(language, text).code, "")
    return template.format(name=name)


def of_before(question: str) -> bool:
    """True if a question says that it asks for what was so before."""
    return _BEFORE.search(question) is not None


def _filled(template: str, parts: dict[str, str], about: str, code: str) -> str:
    parts = {name: " ".join(part.split()) for name, part in parts.items()}
    if code == "en":
        parts["base"] = _base(parts.get("verb", "").lower())
        if about:
            parts["np"] = re.sub(
                r"^(?:my|our)\b", f"{about}'s", parts.get("np", ""), flags=re.IGNORECASE
            )
    question = template.format(who=about, **{name: _small(part) for name, part in parts.items()})
    first = 1 if question.startswith("¿") else 0
    return question[:first] + question[first].upper() + question[first + 1 :]


def _small(part: str) -> str:
    """A part that began a sentence, within one."""
    begins = _DETERMINER.match(part)
    return part[0].lower() + part[1:] if begins else part


def _base(verb: str) -> str:
    """A verb without the ending of the third person."""
    if verb in ("has", "had"):
        return "have"
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    return verb[:-2] if re.search(r"(?:sh|ch|ss|x)es$", verb) else verb.removesuffix("s")


_ABOUT = {
    "en": "What do you know about {name}?",
    "de": "Was weißt du über {name}?",
    "es": "¿Qué sabes de {name}?",
}
_BEFORE = re.compile(
    r"\b(?:before|used to|former(?:ly)?|previous(?:ly)?|earlier|originally|at first|in the past"
    r"|no longer|any ?more|früher\w*|vorher\w*|zuvor|bevor|ehemal\w*|damals|ursprünglich|nicht mehr"
    r"|bisher|antes|anterior(?:mente)?|previamente|solía\w*|ya no|originalmente)\b",
    re.IGNORECASE,
)
_DETERMINER = re.compile(
    r"(?:my|our|the|mein\w*|unser\w*|der|die|das|mis?|nuestr[oa]s?)\b", re.IGNORECASE
)


def _made(table: Sequence[tuple[str, str, str]]) -> tuple[Template, ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), own, other) for pattern, own, other in table)


_NP = r"(?P<np>(?:my|our|the|(?-i:[A-Z])[\w-]+['’]s) [\w'’ -]{2,40}?)"
_BE = r"(?P<be>is|are|was|were)"
_I = r"(?:i|we)(?: now| still| also| just| currently| only)*"
_ONE = r"(?P<one>(?-i:[A-Z])[\w-]+)(?: now| still| also| just| currently| only)*"
_AT = r"(?:in|at|near|on|with|close to|next to|outside)\b"
_LIKING = r"like|love|enjoy|prefer|hate|dislike|collect|play|speak|drive|teach|study|own"
_LIKES = r"likes|loves|enjoys|prefers|hates|dislikes|collects|plays|speaks|drives|teaches|owns"
_VALUE = (
    r"(?:favou?rite [\w -]+?|[\w -]*?(?:address|number|size|budget|job|role|team|goal|rent|salary"
    r"|deadline|diet|religion|nationality|language|blood type|e-?mail|landlord|boss|doctor"
    r"|dentist|manager|supervisor|teacher|partner|colour|color))"
)
_TEMPLATES: dict[str, tuple[Template, ...]] = {
    "en": _made(
        (
            (
                rf"{_NP} {_BE} (?:called|named)\b",
                "What {be} {np} called?",
                "What {be} {np} called?",
            ),
            (r"(?:my name|call me)\b", "What is my name?", ""),
            (rf"{_NP} {_BE} (?:on |in |at )?(?:{DATE})", "When {be} {np}?", "When {be} {np}?"),
            (rf"{_NP} {_BE} {_AT}", "Where {be} {np}?", "Where {be} {np}?"),
            (rf"{_NP} costs? ", "How much does {np} cost?", "How much does {np} cost?"),
            (
                rf"(?P<np>(?:my|our|(?-i:[A-Z])[\w-]+['’]s) {_VALUE}) {_BE}\b",
                "What {be} {np}?",
                "What {be} {np}?",
            ),
            (
                rf"{_I} (?P<verb>live|reside|stay) {_AT}",
                "Where do I live?",
                "Where does {who} live?",
            ),
            (rf"{_I} work as\b", "What do I work as?", "What does {who} work as?"),
            (
                rf"{_I} (?P<verb>work|study) (?:for\b|{_AT})",
                "Where do I {base}?",
                "Where does {who} {base}?",
            ),
            (
                rf"(?:{_I}|{_I} have|we['’]ve|i['’]ve) (?:just |recently )?moved (?:in|to)\b",
                "Where did I move to?",
                "Where did {who} move to?",
            ),
            (
                r"(?:i am|i['’]m)(?: \w+ly)? allergic to\b",
                "What am I allergic to?",
                "What is {who} allergic to?",
            ),
            (rf"i was born (?:on|in) (?:{DATE}|\d)", "When was I born?", "When was {who} born?"),
            (r"i was born (?:in|at)\b", "Where was I born?", "Where was {who} born?"),
            (
                rf"{_I} have (?:{NUMBER}) (?P<things>[a-z-]+s)\b",
                "How many {things} do I have?",
                "How many {things} does {who} have?",
            ),
            (rf"{_I} (?P<verb>{_LIKING})\b", "What do I {base}?", "What does {who} {base}?"),
            (
                rf"{_ONE} (?P<verb>lives|works|stays|studies) (?:for\b|{_AT})",
                "Where does {one} {base}?",
                "Where does {one} {base}?",
            ),
            (rf"{_ONE} moved to\b", "Where did {one} move to?", "Where did {one} move to?"),
            (rf"{_ONE} works as\b", "What does {one} work as?", "What does {one} work as?"),
            (rf"{_ONE} (?P<verb>{_LIKES})\b", "What does {one} {base}?", "What does {one} {base}?"),
        )
    ),
    "de": _made(
        (
            (r"ich hei(?:ß|ss)e\b", "Wie heiße ich?", ""),
            (
                r"(?P<np>(?:mein\w*|unser\w*|der|die|das) [\w -]{2,40}?) hei(?:ß|ss)t\b",
                "Wie heißt {np}?",
                "",
            ),
            (
                r"(?P<np>(?:mein\w*|unser\w*|der|die|das) [\w -]{2,40}?) (?P<be>ist|sind|war) "
                r"(?:am|um) (?=.*\d|\w+tag|\w+woch)",
                "Wann {be} {np}?",
                "",
            ),
            (
                r"(?P<np>(?:mein\w*|unser\w*|der|die|das) [\w -]{2,40}?) (?P<be>ist|sind|war) "
                r"(?:in|im|bei|beim|neben)\b",
                "Wo {be} {np}?",
                "",
            ),
            (r"ich (?P<verb>wohne|lebe)\b.* (?:in|im|am|an|auf|bei|über)\b", "Wo {verb} ich?", ""),
            (r"ich arbeite(?: \w+)? als\b", "Als was arbeite ich?", ""),
            (r"ich arbeite(?: \w+)? (?:bei|beim|in|im|für|am)\b", "Wo arbeite ich?", ""),
            (r"ich bin(?: \w+)? nach .*gezogen\b", "Wohin bin ich gezogen?", ""),
            (r"ich bin(?: \w+)? allergisch gegen\b", "Wogegen bin ich allergisch?", ""),
            (r"ich bin in .*geboren\b", "Wo bin ich geboren?", ""),
            (r"ich bin am .*geboren\b", "Wann bin ich geboren?", ""),
            (
                r"ich (?P<verb>mag|liebe|hasse|bevorzuge|sammle|spiele|trinke|lerne)\b",
                "Was {verb} ich?",
                "",
            ),
        )
    ),
    "es": _made(
        (
            (r"(?:yo )?me llamo\b", "¿Cómo me llamo?", ""),
            (
                r"(?P<np>(?:mis?|nuestr[oa]s?|el|la) [\w -]{2,40}?) se llama\b",
                "¿Cómo se llama {np}?",
                "",
            ),
            (
                r"(?P<np>(?:mis?|nuestr[oa]s?|el|la) [\w -]{2,40}?) (?P<be>es|son|fue) "
                r"(?:el|a las?) (?=.*\d|lunes|martes|miércoles|jueves|viernes|sábado|domingo)",
                "¿Cuándo {be} {np}?",
                "",
            ),
            (
                r"(?P<np>(?:mis?|nuestr[oa]s?|el|la) [\w -]{2,40}?) (?P<be>están?) (?:en|cerca)\b",
                "¿Dónde {be} {np}?",
                "",
            ),
            (r"(?:yo )?(?:ahora )?vivo (?:en|cerca|con)\b", "¿Dónde vivo?", ""),
            (r"(?:yo )?trabajo (?:como|de)\b", "¿De qué trabajo?", ""),
            (r"(?:yo )?trabajo (?:en|para)\b", "¿Dónde trabajo?", ""),
            (r"(?:yo )?me (?:mudé|he mudado) a\b", "¿A dónde me mudé?", ""),
            (r"(?:yo )?soy (?P<what>alérgic[oa]) a\b", "¿A qué soy {what}?", ""),
            (r"(?:yo )?nací en\b(?!.*\d)", "¿Dónde nací?", ""),
            (r"(?:yo )?nací (?:el|en)\b.*\d", "¿Cuándo nací?", ""),
            (r"(?:yo )?(?P<verb>prefiero|colecciono|estudio|odio)\b", "¿Qué {verb}?", ""),
            (r"(?:a mí )?me (?P<verb>gustan?|encantan?)\b", "¿Qué me {verb}?", ""),
        )
    ),
}
