"""What in a text no person wrote as a sentence: code, data, logs, commands, what a clock sends."""

import json
import re

_FENCED = re.compile(r"(?P<mark>```|~~~).*?(?:(?P=mark)|\Z)", re.DOTALL)
_OBJECT = re.compile(r"""\{\s*(?:["'][^"'\n]*["']\s*:|\}).*\}|\[\s*(?:[{"'\d-].*)?\]""", re.DOTALL)
_STARTED = re.compile(r"""[{\[]\s*(?:[{\[]\s*)*["']\w[^"'\n]*["']\s*[:,]""")
"""The beginning of an object whose end was cut off."""
_LEVEL = "TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL"
_TIME = r"\d\d:\d\d:\d\d(?:[.,]\d+)?"
_LOG = re.compile(
    rf"\W*(?:\d{{4}}[-/]\d\d[-/]\d\d[T ])?{_TIME}\S*\s"
    rf"|\W*\d{{4}}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d\S*\W+(?:{_LEVEL})\b"
    rf"|[A-Z][a-z]{{2}} +\d+ {_TIME}\s"
    rf"|\[(?:{_LEVEL})\]|(?:{_LEVEL})(?::\S|\s{{2,}}| \[)"
    r"|Traceback \(most recent call last\)|\s+File \"|\s*at [\w.$<>]+\(|[\w.]*(?:Error|Exception): "
    r"|npm (?:ERR!|WARN)|\S+ - - \["
)
_LINE_OF_CODE = re.compile(
    r"\s*(?:import [\w.]+(?: as \w+)?|from [\w.]+ import .+|@\w[\w.]*(?:\(.*\))?|#!.*|#include .*"
    r"|(?:async )?(?:def|class|function) \w+.*[:{]|(?:const|let|var) \w+ = .*"
    r"|[\w.]+\([^()]*\);?|[)}\]]+[;,]?|(?:\$|>>>|C:\\>|\w+@\w+:\S*[$#]) .*"
    r"|SELECT .* FROM .*|(?:INSERT INTO|DELETE FROM|CREATE TABLE|DROP TABLE|ALTER TABLE) .*"
    r"|[a-z][\w.-]* (?:\S+ )*(?:--[a-z]|-[A-Za-z](?=\s|$)).*"
    r"|(?:sudo|cd|git|docker|kubectl|npm|pip|make|curl) [a-z./][\w./:@=-]*(?: [\w./:@=-]+){0,2}"
    r"|\|.*\||</?(?!(?:b|i|u|s|em|strong|mark|small|span|a)\b)[a-z][\w-]*(?: [\w-]+=.*)?/?>.*)"
)
_SIGN_OF_CODE = re.compile(
    r"\{[^{}]*\}|[{}]|;\s*$|=>|->|::|[=!]=|&&|\|\||\+=|</|/>|\w\(\)|\s= |\w\[\w+\]|^\s*return\b"
)
_COMMAND = re.compile(r"\s*[/!][A-Za-z][\w-]*(?:\s|$)")
_TIMED = r"(?:scheduled|automated|automatic|periodic|recurring|timed|system|geplante|automatische)"
_SENT = (
    r"(?:check|task|job|run|event|reminder|trigger|prompt|message|ping|tick|report|wake-?up"
    r"|notification|prüfung|aufgabe|erinnerung|nachricht)"
)
_BY_CLOCK = re.compile(
    r"\W*(?:\[(?:cron|heart-?beat|schedul\w*|timer|trigger|auto\w*|system)\b[^\]]{0,60}\]"
    rf"|(?:cron(?:[ -]?job)?|heart-?beat|{_TIMED}[ -]{_SENT})"
    r"\b(?!.*\bbpm\b)[^.!?:]{0,40}(?::|$)|(?:定时|计划)(?:检查|任务|提醒|报告)[^。：:]{0,20}(?:[：:]|$)"
    r"|(?:this(?: message)? is|das ist|dies ist)(?: an?| your| the| eine?| deine?)?"
    rf" (?:{_TIMED}[ -]{_SENT}|(?:(?:hour|dai|night|week|month)ly|tägliche|wöchentliche)"
    r" (?:reminder|check|task|job|prompt|wake-?up|trigger|erinnerung|aufgabe))\b"
    r"|this (?:message|prompt|task) (?:is|was|has been) (?:auto-|(?:\w+ )?automatically))",
    re.IGNORECASE,
)
"""How that begins which a scheduler sends in the place of a user."""
_LABEL = re.compile(r"\s*\[(?:\w+|\d+ more characters)\]\s*")


def prose(text: str) -> str:
    """The lines of a text that a person may have written as sentences, unchanged."""
    if _is_data(text):
        return ""
    lines = _FENCED.sub("\n", text).splitlines()
    return "\n".join(line for line in lines if line.strip() and not _is_no_prose(line))


def _is_no_prose(line: str) -> bool:
    return bool(
        _COMMAND.match(line)
        or _BY_CLOCK.match(line)
        or _LABEL.fullmatch(line)
        or _LOG.match(line)
        or _LINE_OF_CODE.fullmatch(line)
        or len(_SIGN_OF_CODE.findall(line)) > 1
        or _is_data(line)
    )


def _is_data(text: str) -> bool:
    """True for an object or a list as a program writes it, also one that is cut short."""
    text = text.strip()
    if _OBJECT.fullmatch(text) or _STARTED.match(text):
        return True
    if not text.startswith(("{", "[", '"')):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
