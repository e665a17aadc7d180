"""Function words of languages by code: those of stopwords-iso, and a few corrections of them."""

import re

from langgraph_dreams.language.scripts import bare, normal, words

TONES = ("vi", "yo")
"""Languages in which accents tell words apart, and few leave them out."""
_MORE_STOP_WORDS = {
    "de": "obwohl falls sobald solange sofern sowie",
    "fr": "jamais rien toujours",
}
"""Function words that the lists lack."""
_NO_STOP_WORDS = {
    "ru": (
        "белый большой вернуться вечер взгляд взять видел видеть вода война вопрос выйти главный"
        " глаз говорить голова голос город давать далекий дать дверь делал делать делаю дело деньги"
        " дом дорога друг думать душа ждать жена женщина жить земля знать иди идти книга комната"
        " конец лежать лицо любить маленький мать машина место минута мир москва найти народ начать"
        " нога ночь нужный окно остаться ответить отец писать плечо подойди подумать пойти пол"
        " получить помнить понимать понять последний посмотреть правда путь работа работать ребенок"
        " решить россия рука русский сидеть сила слово случай смотреть советский спросить старый"
        " стол сторона стоять страна считать товарищ увидеть улица утро хороший час"
    ),
}
"""Words of the lists that are frequent, but name things and deeds."""
FUNCTION_LETTERS = {
    "zh": frozenset("的了吗呢吧啊呀是在我你您他她它们这那哪和与就也"),
    "ja": frozenset("をはがにのでともへや"),
}
"""A pair with one of them is no concept: it is mostly a word's end and what follows."""
_ENDINGS = (
    "です ます まし した しま ませ せん でし して てい いる いま ない った てる たい せて れて"
)
"""Pairs that endings of Japanese verbs are made of."""


def stop_words(code: str) -> frozenset[str]:
    """Function words in the parts that texts are cut into, also without their accents."""
    from stopwordsiso import stopwords

    # Of several words with blanks between them, each may well mean something by itself.
    listed = stopwords(code).difference(_NO_STOP_WORDS.get(code, "").split())
    listed = {entry for entry in listed if not re.search(r"\s", entry)}
    found = {normal(word) for entry in listed for word, _ in words(entry)}
    found.update(_MORE_STOP_WORDS.get(code, "").split())
    if code == "ja":
        found.update(_ENDINGS.split())
    return frozenset(found if code in TONES else found | {bare(word) for word in found})
