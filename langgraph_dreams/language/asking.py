"""Whether a text only asks, whether an answer says nothing, and the words by which texts are equal.

Not part of the protocol: English has rules of its own, any other language is told by its marks.
"""

import re
from functools import lru_cache

from langgraph_dreams.language.english import asking, owners
from langgraph_dreams.language.english.comparison import answered
from langgraph_dreams.language.english.language import English
from langgraph_dreams.language.mixed import spoken
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.scripts import normal
from langgraph_dreams.language.words import content_terms

_SENTENCE = re.compile(r"(?<=[.!?…؟۔।॥։።។။])\s+|(?<=[。！？｡])\s*|\n+")
_ASKED = re.compile(r"[?？؟]\s*$|か[。.]?\s*$|까[.]?\s*$|[吗嗎呢][。.]?\s*$")
_GREETING = re.compile(r"[^\W\d]+[\s,!.，！。、]*$")  # one word beside a question
_UNKNOWN = re.compile(
    r"\b(?:wei(?:ß|ss)\b.{0,40}\bnicht|kein\w* (?:ahnung|information\w*|angaben|daten|eintr\w+)"
    r"|nicht (?:bekannt|gefunden|gesagt)|unbekannt"
    r"|(?:ne )?(?:sais|connais|trouve) pas|aucune (?:idée|information\w*)|inconnu\w*"
    r"|no (?:lo |la )?(?:sé|conozco|tengo (?:esa |ninguna )?informaci\w+)|ni idea|desconocid\w+"
    r"|não (?:sei|conheço|tenho (?:essa )?informa\w+)|desconhecid\w+"
    r"|non (?:lo |la )?(?:so|conosco|ho (?:queste |questa )?informazion\w+)|sconosciut\w+"
    r"|weet\b.{0,20}\bniet|geen (?:idee|informatie)|onbekend|vet inte|nie wiem"
    r"|не знаю|не известно)\b"
    r"|知りません|分かりません|わかりません|不知道|不清楚|모르겠|모릅니다|لا أعرف|לא יודע",
    re.IGNORECASE,
)
"""Common ways to say that something is not known, in other languages than English."""
_OF_ASKING = re.compile(
    r"\b(?:ask(?:s|ed|ing)?|questions?|quer(?:y|ies)|wonder(?:ed|ing)?|(?:ge)?frag\w*|demandé\w*"
    r"|pregunt\w*|pergunt\w*|domand\w*|chiest\w*|(?:ge)?vra(?:ag|gen)\w*|frågade?|pyta\w*"
    r"|спрашива\w*|спроси\w*|вопрос\w*)\b|问|問|聞いた|聞きまし|물었|물어",
    re.IGNORECASE,
)
"""Words of a question that is about what was asked."""
_SAY = (
    "tell|say|recommend|suggest|describe|name|give|mention|advise|explain|propose|list|write|quote"
    "|estimate|warn|promise|offer|answer|reply"
)
_SAID = (
    "told|said|recommended|suggested|described|named|gave|given|mentioned|advised|explained"
    "|proposed|listed|wrote|written|quoted|estimated|warned|promised|offered|answered|replied"
)
_OF_ANSWERS = re.compile(
    rf"\b(?:(?:did|had|have) you (?:\w+ )?(?:{_SAY}|{_SAID})"
    rf"|you(?:['’]d|['’]ve)? (?:(?:had|have|just|once|also|first|last) )*(?:{_SAID})"
    r"|according to you|your (?:advice|suggestion|recommendation|answer|tip|estimate|explanation)s?"
    r"|(?:hast|hattest) du\b.{0,80}\b(?:gesagt|empfohlen|vorgeschlagen|genannt|geraten|erklärt"
    r"|beschrieben|erwähnt|gegeben)|dein\w* (?:rat|vorschlag|empfehlung|antwort|tipp)"
    r"|dijiste|recomendaste|sugeriste|propusiste|aconsejaste|mencionaste|explicaste|describiste"
    r"|según tú|tu (?:consejo|sugerencia|recomendación|respuesta)"
    r"|(?:tu (?:m['’])?as|(?:m['’])?as-tu) (?:dit|recommandé|conseillé|suggéré|proposé|décrit"
    r"|expliqué|mentionné|donné)|ton conseil|ta (?:réponse|recommandation|suggestion))\b",
    re.IGNORECASE,
)
"""Words of a question that is about what the one who is asked has said."""
_ONESELF = re.compile(
    r"\b(?:i|i['’]\w+|my|mine|me|myself|we|our|ours|ich|mein\w*|mir|mich|wir|unser\w*"
    r"|je|j['’]\w*|mon|mes|moi|nous|notre|nos|yo|mi|mis|mí|nosotr\w+|nuestr\w+|eu|meus?|minhas?"
    r"|nosso\w?|mio|mia|miei|noi|ik|mijn|wij|onze|jag|mitt|vi|vår\w?|я|мо[йяеи]\w*|мне|мы|наш\w*)\b"
    r"|我|私|僕|俺|나는|내가|제가",
    re.IGNORECASE,
)
_TO_TELL = (
    r"(?:(?:do|can|could) you (?:remember|recall|tell me)|(?:please )?tell me"
    r"|wei(?:ß|ss)t du(?: noch)?|recuerdas|sabes|dime)\W+"
)
_ASKS_WHEN = re.compile(
    rf"^\W*(?:(?:and|so|but|und|also|y|pero)\b\W*)?(?:{_TO_TELL}when\b|(?:{_TO_TELL})?"
    r"(?:(?:in|on|at|by|since|until|till|for|around|an|im|seit|bis|en|desde|hasta|a) )?"
    r"(?:when(?:['’]s| (?:did|do|does|is|are|was|were|will|would|has|have|had|can|could"
    r"|should)\b)"
    r"|(?:what|which) (?:day|date|weekday|month|year|season|time|week(?:end)?)\b|how long ago\b"
    r"|wann\b|(?:welche[mnrs]?|was für ein)"
    r" (?:tag|datum|wochentag|monat|jahr|woche|wochenende|uhrzeit)\b|wie lange ist .{1,60}\bher\b"
    r"|cuándo\b|cuando (?:es|son|era|fue|será|va)\b"
    r"|qué (?:día|fecha|mes|año|semana|hora)\b|hace cuánto\b))",
    re.IGNORECASE,
)
"""Beginnings of a question that asks when something was or will be."""
_SIGN = r"""[.,;:!…·"'()\[\]“”„‟‚‘’‛«»‹›¡¿。、，；：！（）「」『』《》｡،؛۔।]+"""
_PUNCTUATION = re.compile(rf"(?<!\d){_SIGN}|{_SIGN}(?!\d)")
_MARK = re.compile(r"\s*([?？؟])\s*")
_FILLING = frozenset(
    ("a", "an", "the", "please", "hey", "hi", "hello", "oh", "ok", "okay", "well", "just", "again")
)


def only_asks(language: Language, text: str) -> bool:
    """True if a text asks and states nothing, as far as the rules can tell."""
    if isinstance(spoken(language, text), English):
        return asking.only_asks(text)
    sentences = [s.strip() for s in _SENTENCE.split(text) if s.strip()]
    asked = [s for s in sentences if _ASKED.search(s)]
    others = [s for s in sentences if not _ASKED.search(s)]
    return bool(asked) and all(_GREETING.match(s) for s in others)


def of_oneself(text: str) -> bool:
    """True if whoever speaks speaks of themselves: "Where do I work?"."""
    return _ONESELF.search(text) is not None


def of_asking(text: str) -> bool:
    """True if a question is about what was asked: "What did I ask you about the cat?"."""
    return _OF_ASKING.search(text) is not None


def of_answers(text: str) -> bool:
    """True if a question is about what the one who is asked has said: "Which did you suggest?"."""
    return bool(_OF_ANSWERS.search(text))


def asks_when(text: str) -> bool:
    """True if a question asks when something was or will be, as far as its first words show."""
    return bool(_ASKS_WHEN.search(text))


def knows_nothing(language: Language, answer: str, said: str, echoes: bool = False) -> bool:
    """True if an answer says no more than that nothing is known, or is polite.

    With `echoes` also if it only says again what was said.
    """
    if not answer.strip() or asking.knows_nothing(answer, said, echoes):
        return True
    if isinstance(spoken(language, answer), English):
        return False
    added = content_terms(language, answer) - content_terms(language, said)
    unknown = _UNKNOWN.search(answer) is not None and len(added) <= _UNKNOWN_WORDS
    return unknown or (echoes and not added)


def named_in_vain(language: Language, said: str, answer: str) -> bool:
    """True if a text only names what is wanted, and the answer is that it is not known."""
    english = isinstance(spoken(language, said), English)
    return bool(said.strip()) and english and asking.named(said) and asking.lacks(answer)


def answered_anew(language: Language, question: str, old: str, new: str) -> bool:
    """True if the newer of two statements answers a question as the older one does."""
    english = isinstance(spoken(language, question), English)
    return english and answered.answered_anew(question, old, new)


def of_another(language: Language, question: str, said: str) -> bool:
    """True if a statement is of another person than the question asks for."""
    english = isinstance(spoken(language, question), English)
    return english and owners.of_another(question, said)


_UNKNOWN_WORDS = 6
"""Content words of such an answer at most, beside those of the question."""


@lru_cache(maxsize=8192)
def wording(text: str) -> tuple[str, ...]:
    """The words, figures and signs by which two texts are equal.

    Letter case, articles, courtesies and the marks that end words do not count; every other word
    does, so that no two texts that say different things are equal.
    """
    words = _MARK.sub(" ? ", _PUNCTUATION.sub(" ", normal(text))).split()
    kept = tuple(word for word in words if word not in _FILLING)
    return kept or tuple(words)
