"""Patterns of keys, tokens and passwords: one table, after what their makers publish.

`detect-secrets` and `gitleaks` keep such tables too; the first answers no offsets and knows no
current keys, the second is a program. Every pattern takes time linear in the text: it starts at a
fixed prefix or at the border of a word, and its repeats are bounded or end at the next start.
"""

import re
from collections.abc import Callable

Check = Callable[[str], bool]

_ELSEWHERE = ("$", "%", "os.", "process.", "env.", "***")
"""Beginnings of a value that only names where the secret is."""


def _has_digit(value: str) -> bool:
    return any(character.isdigit() for character in value)


def _looks_secret(value: str) -> bool:
    """Not a plain word of prose, and no expression that names where the secret is."""
    odd = _has_digit(value) or bool(re.search(r"[^\w.,:;?!'\"-]", value))
    return odd and not value.startswith(_ELSEWHERE)


def _any(_: str) -> bool:
    return True


_WORD = r"(?<![A-Za-z0-9_-])"
_NAMES = (
    r"api[_ -]?key|apikey|access[_ -]?key(?:[_ -]?id)?|secret[_ -]?(?:access[_ -]?)?key|"
    r"account[_ -]?key|client[_ -]?secret|private[_ -]?key|encryption[_ -]?key|x-api-key"
)
_TOKENS = r"(?:auth|access|refresh|bearer|session|id|bot|api)[_ -]?token|token"
_PASSWORDS = r"password|passwd|passphrase|passwort|pwd"
_SET = r"""["']?[ \t]{0,4}(?::=|=>|=|:)[ \t]{0,4}["']?"""
_EQUALS = r"""["']?[ \t]{0,4}=[ \t]{0,4}["']?"""
_IS = "is|was|to|ist"
_VALUE = r"""[^\s"'`,;<>\[\](){}]"""

KEYS: tuple[tuple[re.Pattern[str], Check], ...] = (
    (
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
            r"(?:(?:[^-]|-(?!----))*-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
            r"|(?:\s*[A-Za-z0-9+/=]{16,100})*)"
        ),
        _any,
    ),
    (re.compile(_WORD + r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])"), _any),  # AWS
    (re.compile(_WORD + r"gh[pousr]_[A-Za-z0-9]{30,255}"), _any),  # GitHub
    (re.compile(_WORD + r"github_pat_[A-Za-z0-9_]{22,255}"), _any),
    (re.compile(_WORD + r"gl(?:pat|dt|rt|ft|oas|ptt)-[A-Za-z0-9_-]{20,64}"), _any),  # GitLab
    # OpenAI, Anthropic, and who took the form from them
    (re.compile(_WORD + r"sk-[A-Za-z0-9_-]{20,255}"), _has_digit),
    (re.compile(_WORD + r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,255}"), _has_digit),  # Slack
    (re.compile(_WORD + r"xapp-\d-[A-Za-z0-9-]{10,255}"), _any),
    (re.compile(r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]{20,255}"), _any),
    (re.compile(_WORD + r"AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"), _any),  # Google
    (re.compile(_WORD + r"GOCSPX-[A-Za-z0-9_-]{20,64}"), _any),
    (re.compile(_WORD + r"ya29\.[A-Za-z0-9_-]{20,1024}"), _any),
    (re.compile(_WORD + r"[srp]k_(?:live|test|prod)_[A-Za-z0-9]{10,255}"), _any),  # Stripe
    (re.compile(_WORD + r"whsec_[A-Za-z0-9+/=]{24,255}"), _any),
    (re.compile(_WORD + r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}"), _any),  # SendGrid
    (re.compile(_WORD + r"hf_[A-Za-z0-9]{30,64}"), _any),  # Hugging Face
    (re.compile(_WORD + r"npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])"), _any),
    (re.compile(_WORD + r"pypi-[A-Za-z0-9_-]{50,255}"), _any),
    (re.compile(_WORD + r"(?:do[oprt]_v1_[a-f0-9]{64}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})"), _any),
    (re.compile(_WORD + r"(?:gsk|tvly|lsv2_pt|lsv2_sk|r8|nvapi)[_-][A-Za-z0-9_-]{24,128}"), _any),
    (re.compile(_WORD + r"(?:AC|SK)[a-f0-9]{32}(?![A-Za-z0-9])"), _any),  # Twilio
    (re.compile(_WORD + r"\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])"), _any),  # Telegram
    (re.compile(rf"(?i)(?:{_NAMES}){_SET}({_VALUE}{{8,1024}})"), _looks_secret),
)
"""Keys: the whole match, or its first group, is the secret; the check has the last word."""

TOKENS: tuple[tuple[re.Pattern[str], Check], ...] = (
    (re.compile(_WORD + r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"), _any),
    (
        re.compile(
            r"(?i)authorization[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?"
            r"(?:bearer|basic|token|digest|apikey)[ \t]{1,4}([A-Za-z0-9._~+/=-]{6,4096})"
        ),
        _any,
    ),
    (re.compile(r"(?i)\bbearer[ \t]{1,4}([A-Za-z0-9._~+/=-]{12,4096})"), _has_digit),
    (re.compile(rf"(?i)(?<![a-z])(?:{_TOKENS}){_SET}({_VALUE}{{8,4096}})"), _looks_secret),
)
"""Tokens, as KEYS."""

PASSWORDS: tuple[tuple[re.Pattern[str], Check], ...] = (
    (re.compile(r"://[^\s/:@\[\]]{0,255}:([^\s/@\[\]]{1,255})@"), _any),
    (
        re.compile(rf"(?i)(?:{_PASSWORDS}|secret)(?:_[a-z]{{1,20}})?{_SET}({_VALUE}{{4,255}})"),
        _looks_secret,
    ),
    (
        re.compile(rf"(?i)(?:{_PASSWORDS}){_EQUALS}({_VALUE}{{6,255}})"),
        lambda value: not value.startswith(_ELSEWHERE),
    ),
    (
        re.compile(
            rf"(?i)(?:{_PASSWORDS})[ \t]{{1,4}}(?:{_IS})[ \t]{{1,4}}[\"']?({_VALUE}{{4,255}})"
        ),
        _has_digit,
    ),
)
"""Passwords, as KEYS."""
