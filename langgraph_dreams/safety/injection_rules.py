"""Wordings of orders to an agent or to its memory: one table, compiled once.

A pattern is run on text in lower case with single blanks. It begins with words, and every gap has
a bound, so that the time grows with the length of the text alone.
"""

import re
from dataclasses import dataclass

_GAP = r"(?:\W{1,4}\w{1,30})"
"""One word between two others."""


@dataclass(frozen=True)
class Rule:
    """One way to give orders: why it is one, and how it is worded."""

    reason: str
    pattern: re.Pattern[str]


def _rule(reason: str, *patterns: str) -> list[Rule]:
    return [Rule(reason, re.compile(pattern.replace("~", _GAP))) for pattern in patterns]


_RULEBOOK = (
    r"(?:instructions?|prompts?|rules|guidelines?|directives?|guardrails?|polic(?:y|ies)"
    r"|constraints"
    r"|restrictions?|programming|safeguards?|safety|orders|commands|directions)\b"
)
_MACHINE = r"(?:ai|a\.i\.|llms?|agents?|assistants?|(?:language )?models?|chat ?bots?)\b"
_DREAMER = r"(?:memory|dream(?:er|s|ing)?|consolidat(?:or|ion)|summari[sz]er|note[- ]?taker)\b"
_STATEMENT = r"(?:this|these|the following|following|statement|message|note|memor|sentence|text)"
_STANDING = (
    r"(?:an? |the |its )?(?:\w{1,20} ){0,2}(?:facts?|truth|trusted|authoritative|canonical"
    r"|(?:core|permanent|verified|confirmed|trusted|long[- ]term) (?:memor|fact|preference"
    r"|rule)\w*"
    r"|(?:standing|user|core|permanent) (?:preference|procedure|rule|instruction)s?"
    r"|long[- ]term memory|core memory|permanent memory|user[- ](?:confirmed|approved|stated))\b"
)
_PRIVATE = (
    r"(?:password|passphrase|passcode|credential|api.?key|secret|access token|private key|cookie"
    r"|conversation|chat history|transcript|memor(?:y|ies)|system prompt|user data|personal data"
    r"|contacts|inbox|environment variable)"
)
_ADDRESS = r"(?:https?://|www\.|\w{1,40}@\w)"

RULES: tuple[Rule, ...] = (
    *_rule(
        "sets earlier instructions aside",
        rf"(?:ignore|disregard|forget|override|bypass|discard|set aside|throw out|do not follow"
        rf"|don't follow|stop (?:following|obeying)|no longer (?:follow|obey)|abandon|neglect"
        rf"|pay no attention to|void)"
        rf"~{{0,3}}\W{{1,3}}(?:previous|prior|earlier|above|preceding|your|system|existing"
        rf"|original"
        rf"|foregoing|all|any|every|other|safety|former)~{{0,3}}\W{{1,3}}{_RULEBOOK}",
        rf"(?:your|the) (?:previous|prior|earlier|old|former|original|initial|system) {_RULEBOOK}"
        rf"~{{0,3}}\W{{1,3}}(?:void|cancel|revoked|obsolete|suspended|no longer|replaced|lifted)",
        r"(?:your|the) (?:new|real|actual|updated|true) (?:instructions?|task|objective|orders"
        r"|role"
        r"|mission|directives?) (?:is|are)\b",
        r"(?:new|updated|revised) (?:system )?(?:instructions?|directives?)\s?:",
        r"you are (?:now|no longer|hereby) (?:in )?(?:dan\b|unrestricted|unfiltered|root\b|admin"
        r"|developer|jailb|god|maintenance|debug|bound|restricted|limited)",
        r"(?:developer|debug|god|dan|maintenance|admin|jailbreak) mode\b~{0,3}\W{1,3}(?:enabled"
        r"|on\b"
        r"|active|activated|engaged|unlocked)",
        r"do anything now|jailbreak",
        rf"(?:^|[.!?:;\n]|please|and|then|must|should|now|to) ?(?:ignore|disregard|override"
        rf"|bypass)"
        rf" (?:the |these |those )?(?:\w{{1,20}} )?{_RULEBOOK}",
        r"(?:ignore|disregard)(?:all|any|every|previous|prior|your|the)(?:\w{0,30}instruction"
        r"|\w{0,30}rules)",
        r"(?:pretend|act|behave|imagine|roleplay|role-play)~{0,4}\W{1,3}(?:no|without|free of) "
        r"(?:\w{1,20} )?(?:restrictions|rules|limits|filters|guidelines|constraints)",
    ),
    *_rule(
        "forges a role or a chat template",
        r"<\|\w{2,30}\|>|\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>|</?s>\s?\[",
        r"</?(?:system|sys|instructions?|assistant|developer"
        r"|system[-_ ]\w{1,20})(?:\s[^>]{0,80})?>",
        r"(?:^|[\n\"'`>|])\W{0,4}(?:system|developer|assistant|human)(?: (?:prompt|message|note"
        r"|turn))?"
        r"\W{0,3}[:>]\W{0,4}(?:you\b|your\b|ignore|the (?:user|assistant|agent)|from now|do not"
        r"|never"
        r"|always|override|store|new |all |memory|please|understood|sure|okay|yes|i confirm"
        r"|i will"
        r"|as |remember|confirmed|this )",
        r"#{1,6} ?(?:system|instructions?|assistant|human|response|new instructions?) ?:",
        r"\"role\"\s?:\s?\"(?:system|assistant|developer|tool)\"",
        r"(?:begin|end) (?:of )?(?:system|hidden|admin|secret) (?:prompt|instructions?|message)",
        r"(?:admin|administrator|system|developer|security|root|operator) "
        r"(?:override|directive|command|notice|instruction|bulletin)s?\s?[:\-–—]",
    ),
    *_rule(
        "gives orders to the memory",
        r"(?:to|for) (?:whatever|whoever|whichever) (?:\w{1,20} )?(?:summari|reads|process"
        r"|consolidat|dream)",
        r"memory (?:system|manager|engine|keeper)\s?[,:]",
        r"(?:switch|connect|change|move)\w{0,3} to the (?:memory|memories|namespace|store) of",
        rf"(?:store|save|record|memori[sz]e|persist|log|write|register|commit|file|keep|remember"
        rf"|add|enter|put|treat|mark|classify|label|promote|upgrade|accept|adopt|enshrine|regard"
        rf"|consider|preserve)\W{{1,3}}(?:\w{{1,20}}\W{{1,3}}){{0,3}}?{_STATEMENT}\w{{0,6}}"
        rf"~{{0,6}}\W{{1,3}}(?:as|to|into|in|under) {_STANDING}",
        rf"(?:store|save|record|memori[sz]e|persist|treat|mark|promote|enshrine) (?:it|that)"
        rf"~{{0,2}}\W{{1,3}}(?:as|to|into|in|under) {_STANDING}",
        r"(?:remember|memori[sz]e|store|persist) (?:this|the following|it"
        r"|that)?\W{0,3}(?:permanently"
        r"|in perpetuity|across all|for (?:all|every) (?:future )?(?:sessions?|conversations?"
        r"|users?))",
        r"(?:supersede|merge|overwrite|retire|delete|erase|wipe|purge|demote|invalidate|revoke"
        r"|replace|remove|discard|amend|rewrite)~{0,4}\W{1,3}(?:memories\b|memory (?:of|about"
        r"|that|m\d"
        r"|id|entry|entries|saying|record|number|#)|core (?:memory|lines?)|m[0-9a-f]{6,32}\b"
        r"|m\d{1,3}\b)",
        rf"(?:note|message|attention|instructions?|memo|reminder|order|request|hint|dear|hey"
        rf"|hello)"
        rf"\W{{1,3}}(?:(?:to|for) )?(?:the |any |all |whichever |every )?(?:\w{{1,20}} )?"
        rf"(?:{_DREAMER}|(?:ai|llms?|(?:language|reading) model|future (?:agent|assistant"
        rf"|self))\b)",
        rf"(?:note|message|attention|instructions?|memo|notice|announcement|order)\W{{1,3}}(?:to "
        rf"|for )?"
        rf"(?:all|any|every|each|other) (?:\w{{1,20}} )?{_MACHINE}",
        r"(?:when|while|once|if|whenever|as) you (?:\w{1,20} ){0,2}(?:dream|consolidate|distil"
        r"|summari[sz]e"
        r"|write (?:the|your) memor|update (?:the|your) memor)",
        r"(?:the|your) (?:long[- ]term |permanent |core )?memory (?:must|should|shall|needs to"
        r"|has to"
        r"|will now|is to) ",
        r"(?:rate|score|judge|grade|rank)~{0,4}\W{1,3}(?:pair|connection|association"
        r"|links?)\b~{0,5}"
        r"\W{1,3}(?:4|four|highest|strongest|maximum|strong)\b",
        r"\b(?:connection|importance|priority|confidence|trust(?:[_ ]?(?:level|score))?|verified"
        r"|confirmed)[\"']?\s?[:=]\s?[\"']?(?:true|trusted|max|maximum|high|highest|user|yes"
        r"|[1-9])",
        r"(?:origin|source|speaker)[\"']?\s?[:=]\s?[\"']?(?:trusted|user|owner|admin|system)\b",
        r"(?:never|do not|don't) (?:forget|delete|change|question|doubt|revise|supersede"
        r"|overwrite)"
        r" (?:this|that) (?:memory|fact|rule|entry|record|instruction)",
    ),
    *_rule(
        "claims a confirmation for the user",
        r"(?:confirmed|verified|approved|authori[sz]ed|endorsed|signed off|vouched for|ratified)"
        r"(?: \w{1,20}){0,2} by (?:the |its |our |an? )?(?:user|account (?:holder|owner)"
        r"|admin\w{0,12}"
        r"|operator|human|system owner)\b",
        r"(?:the |our |this )?user (?:\w{1,20} ){0,2}(?:confirm(?:s|ed)|verified|approve[sd]"
        r"|consent(?:s|ed)"
        r"|authori[sz]e[sd]|agree[sd] to|agreed)\b",
        r"(?:user|owner) (?:confirmation|approval|consent|authori[sz]ation)\s?(?:[:=]|received"
        r"|granted"
        r"|given|obtained|recorded|on file|is )",
        r"\bi, the (?:user|owner|admin)|on behalf of the user|speaking (?:for|as) the user",
    ),
    *_rule(
        "asks to hide something from the user",
        r"(?:do not|don't|never|without|must not|avoid)\W{1,3}(?:tell|inform|mention|reveal|show"
        r"|disclos"
        r"|alert|notify|let|ask|warn|consult|bother)\w{0,4}~{0,4}\W{1,3}(?:the user|the owner"
        r"|any human"
        r"|the human|the operator|users\b)",
        r"(?:keep|hide|conceal)~{0,5}\W{1,3}(?:from|secret from) (?:the )?(?:user|owner|human)",
        r"(?:silently|secretly|covertly|quietly) (?:send|forward|add|store|run|execute|update"
        r"|transfer"
        r"|copy|append|insert|upload|include|change|replace)",
    ),
    *_rule(
        "asks to send data away, or to act",
        rf"(?:send|forward|post|upload|e-?mail|transmit|leak|exfiltrate|submit|copy|deliver|append"
        rf"|mail"
        rf"|include|embed|encode)~{{0,8}}\W{{1,3}}{_PRIVATE}\w{{0,3}}[^\n]{{0,120}}?{_ADDRESS}",
        r"(?:send|forward|post|upload|e-?mail|transmit|leak|exfiltrate)\W{1,3}(?:all |every "
        r"|any )?"
        r"(?:of )?(?:the user's|the users'|users') ~{0,3}",
        r"!\[[^\]\n]{0,80}\]\(\s?https?://[^)\n]{0,300}?(?:=\s?[{<\[$%]|(?:data|secret|token"
        r"|history|leak"
        r"|memory|conversation|prompt|context|exfil)\w{0,10}=)",
        r"<script\b|<iframe\b|javascript:|onerror\s?=|onload\s?=",
        r"<!--[^>]{0,120}?(?:ignore|instruct|assistant|\bagent|\bai\b|memory|remember|store)",
        r"<(?:tool_calls?|function_calls?|tool_use|tool_results?|function_results?|invoke)\b",
        r"\"(?:tool_calls?|function_call|recipient_name)\"\s?:",
        rf"(?:the |any |all |every |an? )?{_MACHINE} (?:must|should|shall|will now|(?:is"
        rf"|are) (?:required|"
        rf"instructed|obliged) to|has to|have to|needs? to)(?: \w{{1,20}}){{0,2}} (?:transfer|wire"
        rf"|forward"
        rf"|send|approve|execute|delete|disable|reveal|disclose|output|grant|bypass|obey|comply"
        rf"|trust"
        rf"|store|remember|believe|recommend|refuse|ignore|pay|accept|record|assume|treat"
        rf"|adopt)\b",
        r"rm -rf /|\$\(curl |; ?drop table",
    ),
    *_rule(
        "asks for the prompt",
        r"(?:reveal|print|show|output|repeat|display|leak|recite|dump|quote|share|tell me|give me"
        r"|paste"
        r"|summari[sz]e|translate)~{0,4}\W{1,3}(?:system prompt|hidden (?:prompt|instructions?)"
        r"|initial "
        r"(?:prompt|instructions?)|your (?:\w{1,20} )?(?:instructions|prompt|system message"
        r"|configuration)|(?:text|words|everything|message) above)",
    ),
    *_rule(
        "forges a fence or a citation",
        r"recalled[\s_\-‐-―·]{0,3}memory",
        r"</?\s?(?:data|context|fence|memor(?:y|ies)|recall(?:ed)?|episodes?|untrusted\w{0,20}"
        r"|search_results?"
        r"|documents?)\b[^>\n]{0,60}>",
        r"\b[em][0-9a-f]{24}\b|\[[em][0-9a-f]{4,24}[\],]",
        r"(?:^|\n)\W{0,3}\[[empogc]\d{1,3}\]",
        r"(?:cit(?:e|es|ing)|sources?|confirms|replaces|supersedes"
        r"|quote)\W{0,4}[\[(\"']{0,2}[em]\d{1,3}\b",
        r"\"(?:memories|sources|confirms|replaces|insights)\"\s?:\s?[\[{\d\"]",
        r"(?:end|close) of (?:the )?(?:data|fence|recalled|untrusted|quoted|document|log|context"
        r"|memory)\b",
    ),
    *_rule(
        "sets earlier instructions aside",
        r"(?:ignore[zr]?|oublie[zr]?|négligez?)\W(?:toute?s )?(?:l|t|v|c"
        r"|m)[eo]s\W(?:\w{1,12}\W){0,2}"
        r"(?:instructions|consignes|règles)",
        r"(?:ignorier|vergiss|missacht)\w{0,4}\W(?:\w{1,16}\W){0,3}(?:anweisung|regeln|befehle"
        r"|instruktion"
        r"|vorgaben)",
        r"(?:ignor[ae]|olvid[ae]|descart[ae])\w{0,3}\W(?:\w{1,12}\W){0,3}(?:instrucciones|reglas"
        r"|órdenes)",
        r"(?:ignora|dimentica)\w{0,3}\W(?:\w{1,12}\W){0,3}(?:istruzioni|regole|ordini)",
        r"(?:ignore|esqueça|desconsidere)m?\W(?:\w{1,12}\W){0,3}(?:instruções|regras|ordens)",
        r"negeer\W(?:\w{1,14}\W){0,3}(?:instructies|regels|opdrachten)",
        r"(?:zignoruj|zapomnij)\W(?:\w{1,16}\W){0,3}(?:instrukcj|polece|zasad)",
        r"(?:игнорируй|забудь|проигнорируй)\w{0,3}\W(?:\w{1,16}\W){0,3}(?:инструкци|указани"
        r"|правил)",
        r"(?:忽略|无视|忽視|無視|忘记|忘掉|不要理会)[^\n]{0,10}(?:指令|指示|说明|规则|提示|規則)",
        r"(?:指示|命令|ルール|プロンプト)[^\n]{0,6}(?:無視|忘れ)",
        r"(?:지시|명령|지침|규칙)[^\n]{0,8}(?:무시|잊)",
        r"تجاهل[^\n]{0,24}(?:التعليمات|الأوامر|القواعد)",
    ),
    *_rule(
        "asks to hide something from the user",
        r"ne (?:le )?(?:dis|dites|dire) (?:rien|pas) à l.utilisateur",
        r"sag\w{0,3} (?:es |das )?dem (?:be)?nutzer nicht",
        r"no (?:se )?(?:lo )?(?:le )?digas (?:nada )?al usuario",
        r"不要告诉用户|ユーザーに(?:は)?(?:言わ|知らせ)",
    ),
)
"""The rules, in any order; a text may match several."""

COMMON = frozenset(
    ("the", "and", "that", "you", "from", "for", "with", "this", "has", "all", "your", "their")
)
"""Words of which a text that was turned letter by letter has several, once it is turned back."""

LOOK_ALIKES = str.maketrans(
    "авеёікмнорстухѕјԁԛԝһӏαβεικνορτυχγϲ",
    "abeeikmhopctyxsjdqwhlabeikvoptuxyc",
)
"""Cyrillic and Greek letters, and the Latin ones they pass for (Unicode TR39, confusables)."""

LEET = str.maketrans("013457@$", "oieastas")
"""Figures that pass for letters within a word."""
