"""The language of a text, told by its script and its function words; English where it is unclear.

No model and no chance: a text is read in another language only if it has more function words of
that language than of English, one of them a word that English texts do not use. Names such as
"El Paso" or "Die Hard" are no reason.
"""

import re
from collections.abc import Iterable, Sequence, Set
from functools import cache, lru_cache

from langgraph_dreams.language.english.words.stop_words import STOP_WORDS
from langgraph_dreams.language.function_words import stop_words
from langgraph_dreams.language.scripts import (
    DENSE,
    MARKS,
    normal,
    normal_words,
    words,
    written_words,
)

ENGLISH = "en"
LATIN = (
    "de",
    "es",
    "fr",
    "it",
    "pt",
    "nl",
    "sv",
    "da",
    "no",
    "fi",
    "pl",
    "cs",
    "ro",
    "hu",
    "tr",
    "id",
)
"""Languages in Latin letters that are told apart; of equals the first is taken."""
_SCRIPTS = (
    ("\u0370-\u03ff\u1f00-\u1fff", ("el",)),
    ("\u0400-\u052f\u1c80-\u1c8f", ("ru", "uk", "bg")),
    ("\u0530-\u058f", ("hy",)),
    ("\u0590-\u05ff", ("he",)),
    ("\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff", ("ar", "fa", "ur")),
    ("\u0900-\u097f", ("hi", "mr")),
    ("\u0980-\u09ff", ("bn",)),
    ("\u0a80-\u0aff", ("gu",)),
    ("\u0b80-\u0bff", ("ta",)),
)
"""Letters of other alphabets, and the languages that are written in them."""
_DENSE_SCRIPTS = (
    ("\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f", "ja"),
    ("\uac00-\ud7a3", "ko"),
    ("\u0e01-\u0e4e", "th"),
    ("\u0e81-\u0edf", "lo"),
    ("\u1000-\u109f", "my"),
    ("\u1780-\u17d3", "km"),
)
_CHINESE = "zh"
_OTHER = re.compile(
    f"(?P<dense>[{DENSE}]+)|[{''.join(letters for letters, _ in _SCRIPTS)}]"
    f"[{''.join(letters for letters, _ in _SCRIPTS)}{MARKS}]*"
)
_SCRIPT = tuple((re.compile(f"[{letters}]"), codes) for letters, codes in _SCRIPTS)
_DENSE_SCRIPT = tuple((re.compile(f"[{letters}]"), code) for letters, code in _DENSE_SCRIPTS)

_NAMES_LIST = """
ad af al au av bon buenas buenos co da das de del della den der des di do dos du ed el en es hasta
hola il is it la las le les lo los na nous o os sa san si tres u un una uno usa van von y zu
"""
_NAMES = frozenset(_NAMES_LIST.split())
"""Words that names in English texts have too: one by itself is nothing from English."""
_ENGLISH_TOO_LIST = """
ag ah aj alas ali alias alt ante are area asia asian ate atp aura ba bae bald ban bar bare bari
bast bat beau ben bent bet bile bin bland boyle bravo buena bung cali cam car care cat cent
certain chi cite col comment comparable conform cos cum dale dan dank data dear debut deed dell
den design dice die dies different dig din dire divers diverse doe dog door dove dr due eden eh
elf elk ellen email embargo encore end era eras erg ev eva eve even eves ex exact ezer fa face
falls fan far fare fast favor fem fer fin final fine fins fire folk font fora force fore fran
fumes fur fuss ge gene general gift god gore gross ha haha hale hare hat hay heel hem hen hep hint
hit ho hoe hog hop hos hue hum hurrah ie ii iii ilk ill in inc indoor inn ins ira iv ix jest ji
jim kai ki kim kin kind kit lad lain lama large lat later lite local lot maine male man manga
mange manifesto mar mare mas mast mat mate mayor me med meg meme memes men mere mes met mi mien
min mince mind mint mire miss mitt mod mode mogul molt molts mr mrs multi multiple mw nah nan nat
neg net nice non nun nuns nv odd ode oft ono opt ore oust over oz pa pan par parole part pas pat
pet pic piece plus pod poe poem poi port possible pot premier premiere pres press primer pro
probable prof pun pure putin quanta quest rad ram rank rare rat recent relative rend rest saga
sage sale salvo sam sao sap sara sea sean seas seize sen sense sent sept sera sex sin sine sit six
sole solo solos son sons sot spate start stat state stop store sue suit tag tale tao tar tat tata
ted tel tempo ten tenant tend tens terzo th tic tie tied tim tin tine toe tom ton tons top tort
tot total tote tout tri tun uber uc unique vain valor var vars vase via vice vid vii viii vis void
vol volt want war ware wart week were wong word www xi xii xiii xiv xv ya yang zac zero
"""
_ENGLISH_TOO = frozenset(_ENGLISH_TOO_LIST.split())
"""Function words elsewhere that are words of English as well: two of them are no proof.

Among them all that English texts have at least a tenth as often (package wordfreq)."""
_HALF = _ENGLISH_TOO - STOP_WORDS
_TOGETHER = {"de": frozenset(["bin", "das", "den", "der", "die", "dies", "hat", "war"])}
"""Words that prove a language where two of them meet without an English one."""
_ARTICLES = frozenset(["das", "den", "der", "die", "dies"])
_MOSTLY = {"fr": frozenset({"le", "les"})}
"""Words that the lists of other languages have too, but few of their texts."""
_ELIDED = re.compile(r"\b(?i:[cdjlns]|qu)['’](?=[a-zà-ÿ]{3})")
_ELIDING = frozenset({"fr", "it"})
"""Languages that write l'eau, dell'anno."""
_LABEL = re.compile(r"(?:user|agent): ")
"""Before the lines of a turn, whatever its language."""
_ANYWHERE_LIST = """
ok okay hi hey hello oh ah user agent assistant human ai
"""
_ANYWHERE = frozenset(_ANYWHERE_LIST.split())
"""Said in any language, or written before what is said."""
_BORROWED_LIST = """
café cafés cliché clichés déjà entrée façade fiancé fiancée jalapeño jalapeños naïve piñata résumé
résumés soufflé
"""
_BORROWED = frozenset(_BORROWED_LIST.split())
"""English words with accents."""
_LEAST_SHARE = 8
"""One function word in so many words is the least; texts have one in two to four."""
_BEFORE_A_WORD = re.compile(r"\b[^\W\d_]+(?= [^\W\d_A-Z])")
_CAPITAL = re.compile(r"(?<=[^\W_] )[^\W\d_a-z]\w*")
_ADDRESS_LIST = """
ihnen ihr ihre ihrem ihren ihrer lei sie u usted ustedes vous
"""
_ADDRESS = frozenset(_ADDRESS_LIST.split())
"""Written with a capital inside a sentence, and yet no names."""
_FIRST = 4000
"""Letters of a text that are looked at."""


def pieces(text: str) -> list[tuple[str, str]]:
    """The text in parts, each with the code of its language: by line, other scripts by word."""
    usual = _of_letters(text)
    found: list[tuple[str, str]] = []
    for line in text.splitlines(keepends=True):
        own = _latin(_letters(line)) or usual
        place = 0
        if own != ENGLISH and (label := _LABEL.match(line)):
            found.append((label[0], ENGLISH))
            place = label.end()
        for match in _OTHER.finditer(line, place):
            if match.start() > place:
                found.append((line[place : match.start()], own))
            found.append((match[0], _of_script(match[0], line)))
            place = match.end()
        if place < len(line):
            found.append((line[place:], own))
    return found


@lru_cache(maxsize=4096)  # a dream looks at what it has seen again and again
def language_of(text: str) -> str:
    """The code of the language that most of a text is in; English in doubt."""
    first = text[:_FIRST]
    others = [] if first.isascii() else [match[0] for match in _OTHER.finditer(first)]
    if others:
        latin = sum(map(str.isalpha, _OTHER.sub("", first)))
        # A syllable or a Chinese character is worth some letters of an alphabet.
        weight = sum(len(word) * (3 if _is_dense(word) else 1) for word in others)
        if weight > latin:
            return _of_script(max(others, key=len), text)
    return _of_letters(text)


def _of_letters(text: str) -> str:
    return _latin(_letters(text)) or ENGLISH


def _letters(text: str) -> str:
    """The beginning of a text without what is of another script."""
    return (text if text.isascii() else _OTHER.sub(" ", text))[:_FIRST]


@lru_cache(maxsize=4096)
def _latin(text: str) -> str:
    """The language of a text in Latin letters; empty if nothing tells."""
    written = written_words(text)
    said = normal_words(written) - _ANYWHERE
    english = said & STOP_WORDS
    table = _function_words()
    hits: dict[str, set[str]] = {}
    elsewhere = said & table.keys()
    for word in elsewhere:
        for code in table[word]:
            hits.setdefault(code, set()).add(word)
    elided = bool(_ELIDED.search(text))
    named = _named(text, written, elsewhere - _ADDRESS) if hits else frozenset()
    best, most = "", (0.0, 0.0)
    for code in LATIN:
        if english and code not in hits:
            continue
        own = hits.get(code, set()) - named
        rest = english - own
        if rest and len(own) + 1 <= len(rest):
            continue  # `told` is at most one more than its words
        proof = own - _weak()
        told = len(proof) + len(own & _HALF) / 2
        told += elided and code in _ELIDING
        if not (proof or rest):
            # No English word either: articles before words that are no names, or accents.
            apart = _running(text) & own & _NAMES
            apart |= own & _TOGETHER.get(code, frozenset())
            told = max(told, len(apart) / 2 + (elided and code in _ELIDING))
            accents = {w for w in written if w.islower() and not w.isascii()} if own else set()
            if accents - _BORROWED or (accents and own & _NAMES):
                told = max(told, 1.0)
        enough = bool(proof) or told >= 1
        if enough and told > len(rest) and len(own) * _LEAST_SHARE >= len(said):
            # Of equals the one whose words fewer languages have.
            rarity = sum(1 / len(table[word]) for word in own)
            weight = (told, rarity + len(own & _MOSTLY.get(code, frozenset())) / len(LATIN))
            best, most = max((best, most), (code, weight), key=lambda pair: pair[1])
    return best or (ENGLISH if english.difference(*hits.values()) else "")


@lru_cache(maxsize=1)  # asked for by one language after the other
def _running(text: str) -> Set[str]:
    """Words before a word in small letters."""
    found = _BEFORE_A_WORD.findall(text.lower() if text.isupper() else text)
    return {normal(word) for word in found}


def _named(text: str, written: Sequence[str], asked: Set[str]) -> Set[str]:
    """Those of `asked` that stand with a capital inside sentences, as names do: "a day in Pisa"."""
    capital = normal_words(_CAPITAL.findall(text)) & asked
    if not capital or text.isupper() or (text.istitle() and len(written) > 3):
        return set()
    return capital - normal_words(word for word in written if word[:1].islower())


@cache
def _function_words() -> dict[str, tuple[str, ...]]:
    """Words, and the languages in Latin letters whose function words they are."""
    table: dict[str, tuple[str, ...]] = {}
    for code in LATIN:
        for word in stop_words(code):
            table[word] = (*table.get(word, ()), code)
    return table


@cache
def _weak() -> frozenset[str]:
    """Words that by themselves prove no other language."""
    letters = (word for word in _function_words() if len(word) < 2 or not word.isalpha())
    return STOP_WORDS | _NAMES | _ENGLISH_TOO | frozenset(letters)


def function_words_elsewhere(text: str) -> Set[str]:
    """Function words of other languages, which name nothing in an English text or one in doubt.

    A few that are English words too count where the text has nothing else of English.
    """
    return _foreign() if _latin(text) else _foreign() | _TOGETHER["de"]


@cache
def _foreign() -> frozenset[str]:
    return frozenset(_function_words()) - _ENGLISH_TOO - STOP_WORDS | _ARTICLES


def _is_dense(word: str) -> bool:
    match = _OTHER.match(word)
    return match is not None and match["dense"] is not None


def _of_script(word: str, text: str) -> str:
    """The language of a word in another script, by the text around it."""
    if _is_dense(word):
        for pattern, code in _DENSE_SCRIPT:
            if pattern.search(word):
                return code
        return "ja" if _DENSE_SCRIPT[0][0].search(text) else _CHINESE
    for pattern, codes in _SCRIPT:
        if pattern.match(word):
            return _most_said(codes, text) if len(codes) > 1 else codes[0]
    return ENGLISH


@lru_cache(maxsize=1024)
def _most_said(codes: tuple[str, ...], text: str) -> str:
    said = [normal(word) for word, _ in words(text[:_FIRST])]
    return max(codes, key=lambda code: _count(said, _stop_words(code)))


def _count(said: Iterable[str], listed: frozenset[str]) -> int:
    return sum(word in listed for word in said)


_stop_words = cache(stop_words)
