"""German and Chinese sentences that bid, ask without a mark, suppose or greet.

By their first words and a few particles, for these two have no grammar here. In doubt a sentence
asserts, as one does that tells of the speaker beside what it wants: "Bitte buche einen Tisch, ich
bin allergisch gegen Nüsse".
"""

import re
from typing import NamedTuple


class _Acts(NamedTuple):
    opening: re.Pattern[str]
    """Begins a sentence that bids, asks or greets."""
    supposing: re.Pattern[str]
    own: re.Pattern[str]
    """Begins a part that tells of the speaker."""
    lasting: re.Pattern[str]
    """Bids to remember what it says, or says how it shall always be done."""


_PART = re.compile(r"\s*[,;:–—，；：、]\s*|\s-\s")
_FIRST = r"(?:(?:und|aber|ok|okay|gut|ja|nein|bitte|mal)[ ,]+)*"
_WHO = r"(?:du|sie|ihr|ich|wir|man|es|er|das|der|die|jemand|mein\w*|unser\w*)"
_ACTS = {
    "de": _Acts(
        re.compile(
            rf"{_FIRST}(?:"
            # Commands by the stems of deeds that an agent is asked for: "fass", "fassen Sie".
            r"(?:fass|schreib|prüf|überprüf|kontrollier|zeig|erinner|gib|mach|erstell|send|schick|buch"
            r"|lies|öffn|start|stopp|beend|übersetz|erklär|berechn|list|nenn|sag|find|hol|lösch|setz"
            r"|stell|vergleich|analysier|meld|führ|ruf|bestell|reservier|trag|füg|änder|aktualisier"
            r"|hilf|wart|antwort|beantwort|formulier|ergänz|korrigier|kürz|wiederhol|bereit|lass|nimm"
            r"|verwend|benutz|schau|sieh|erzähl|beschreib|sortier|leg|bring|ermittl|recherchier)"
            r"(?:e|en sie|t)? (?!(?:ist|sind|war|waren|wird|hat|haben|und|ich|wir)\b)"
            rf"|(?:wie|was|wer|wo|wann|warum|wieso|weshalb|wohin|woher|wofür|womit|wessen|wem|wen)"
            rf" (?!{_WHO} |mich |mir |uns |gesagt|immer)|welche\w* "
            r"|(?:kann|kannst|können|könnte\w*|würde\w*|darf|soll|sollen|sollte\w*|hast|haben|habe|bist"
            r"|bin|ist|sind|war|waren|weißt|wissen|gibt|willst|wollen|möchte\w*|magst|muss|musst)"
            rf" {_WHO}\b"
            r"|(?:hallo|hi|hey|moin|servus|guten (?:morgen|tag|abend)|gute nacht|grüß\w* \w+"
            r"|tschüss|auf wiedersehen|(?:vielen |besten |herzlichen |lieben )?dank\b|danke"
            r"|schön,? (?:dich|sie)|schönen? (?:tag|abend|woche\w*|feierabend)"
            r"|(?:ist )?genehmigt|einverstanden|freigegeben|abgelehnt|passt|sieht gut aus"
            r"|alles klar)\b(?! (?:ich|mein\w*|wir|unser\w*)\b)"
            r")|[^,]*\bbitte\b(?! um\b)",
            re.IGNORECASE,
        ),
        re.compile(
            r"(?:mal )?(?:angenommen|gesetzt den fall|nehmen wir (?:mal )?an|nimm (?:mal )?an"
            r"|stell(?:en sie)? (?:dir|sich) (?:mal )?vor|was wäre)\b"
            r"|(?=.*\b(?:würde|wäre|hätte|könnte|müsste|dürfte)\w*)(?:.*\b)?(?:wenn|falls)\b",
            re.IGNORECASE,
        ),
        re.compile(
            r"(?:denn |weil |da |und |aber |dass )?(?:ich|wir|mein\w*|unser\w*)\b", re.IGNORECASE
        ),
        re.compile(
            r"\b(?:merk\w*|notier\w*|vermerk\w*|speicher\w*|denk\w* (?:bitte )?dar?an|vergiss"
            r"|vergessen|beacht\w*|immer|stets|nie|niemals|künftig|ab jetzt|in zukunft)\b",
            re.IGNORECASE,
        ),
    ),
    "zh": _Acts(
        re.compile(
            r"(?:那|然后|好的?，?|今天|明天|后天|现在|每天)?(?:"
            r"请(?!假|客)|帮(?:我|忙|他|她|.{0,3}一下)|麻烦|给我(?!的)|替我|告诉我|提醒|查(?:一下|一查|找|看|询)|检查|打开|关闭|总结|翻译|列出|生成|发送|运行"
            r"|执行|分析|解释|比较|预订|预定|更新一下|删除|写[一个封篇]|给.{1,8}?[写发打](?!.*是)"
            r"|你好|您好|早上好|早安|上午好|下午好|晚上好|晚安|再见|谢谢|非常感谢|感谢|多谢|辛苦|很高兴"
            r"|同意|批准|确认|拒绝|好的?(?:$|，)|可以(?:$|，)|没问题|行(?:$|，)"
            r")|(?!.*(?:知道|记得|明白|忘了|不管|无论))(?:.*(?<!没)(?<!没有))?"
            r"(?:什么|哪里|哪儿|哪个|哪些|谁|怎么|怎样|多少|几点|几个|是不是|能不能|可不可以|有没有)(?!.{0,2}[都也])"
        ),
        re.compile(r"(?:假如|假设|假使|倘若|想象|设想|要是)|如果.*[会就]"),
        re.compile(r"(?:因为|但是|不过|而且)?(?:我|咱)(?!的[^，]*[什哪谁])(?!.*[吗呢]$)"),
        re.compile(r"记住|记得|记下|记一下|别忘|不要忘|总是|永远|以后|从现在"),
    ),
}


def asserts(code: str, sentence: str) -> bool:
    """False for a sentence that only bids, asks, supposes or greets; True in any other language."""
    acts = _ACTS.get(code)
    if acts is None:
        return True
    sentence = sentence.strip(" \t\"'“”„*_()-•.!。！")
    if acts.supposing.match(sentence):
        return False
    if not acts.opening.match(sentence) or acts.lasting.search(sentence):
        return True
    return any(map(acts.own.match, _PART.split(sentence)[1:]))
