"""Masking: what ought to be secret does not leave the inspection.

Every excerpt, command line, setting and host passes through here before it becomes a fact. Masked are: logins
and parameters in addresses; values of what is called a password, secret, token or key; the options by which
known programs take a password; what is piped into `passwd`; SNMP's communities (not those that everybody
knows) and users (snmpd.conf(5), snmpd.examples(5)); hashes of passwords (crypt(5)); tokens that show by
their form.

It goes by names and forms, so it can mask what is no secret, and miss one that nothing announces.
"""

import re
from collections.abc import Callable
from typing import Final

MASK: Final = "…"
MAX_TEXT: Final = 4096
"""Characters of a text that are looked at; what follows is left out."""
KNOWN_COMMUNITIES: Final = frozenset(("public", "private"))
_MAX_PASSES = 8

_VALUE = r"(?P<value>\\?\"(?:\\.|[^\"\\])*+\"?|\\?'[^']*+'?|[^\s\"']++(?:\"[^\s\"]++\"|'[^\s']++')*+)"
_STRONG = r"(?:pass(?:word|wd|phrase|code)|pswd|secret|psk|api_?key|token|private_?key|credentials?)\d{0,2}"
_WEAK = r"(?:pass|pwd|pw|key)\d{0,2}"
_OPEN = r"(?<![\w.?&-])"
_BEFORE = r"[\w.-]{0,60}?"
_HARMLESS = re.compile(
    r"(?i)[\"']?(?:y|n|m|x|yes|no|on|off|true|false|none|null|nil|auto|prompt|ask|required|optional|disabled?"
    r"|enabled?|files?|compat|for|is|of|and|or|to|the|in|with|from|[*!]{1,2}|(?:/[\w.+-]+){2,}/?"
    r"|[\w./+-]*\.(?:pem|key|crt|cer|der|pub|x509))[\"']?[,;]?"
)
_ALGORITHM = re.compile(r"(?i)md5|sha(?:-?\d{3})?|des|aes(?:-?\d{3})?|-[ehlm]|\"|0x")
_WHOLE_NAME = re.compile(rf"(?i)(?:.*[\W_])?(?:[\w.-]*{_STRONG}|{_WEAK}|wep_?key\d?)(?:\[\d*\])?")


def _named(pattern: str) -> re.Pattern[str]:
    return re.compile(f"(?i)(?P<before>{pattern}){_VALUE}")


_VALUES: Final = (
    # name=value, "name": value
    _named(rf"{_OPEN}{_BEFORE}(?:{_STRONG}|{_WEAK})\\?[\"']?\s{{0,4}}(?:[=:]|:=)\s{{0,4}}"),
    # --name value
    _named(rf"(?<!\S)--?[\w-]{{0,40}}?(?:{_STRONG}|{_WEAK}|login)\s{{1,4}}(?!-)"),
    # option name 'value'; name value
    _named(rf"{_OPEN}(?:option|set|export|list)\s{{1,4}}{_BEFORE}(?:{_STRONG}|{_WEAK})\s{{1,4}}"),
    _named(rf"{_OPEN}{_BEFORE}(?:{_STRONG})[\"']?\s{{1,4}}(?![-|;&<>=:])"),
    _named(r"\bauthorization\\?[\"']?\s{0,4}[:=]\s{0,4}\\?[\"']?(?:(?:basic|bearer|digest|token)\s{1,4})?"),
    _named(r"\bbearer\s{1,4}"),
    # The options of programs: the last one before the value; what lies between ends with the command
    _named(r"\bmosquitto\w{0,8}\s(?:[^;|&]*?\s)??(?:-P|--pw)[\s=]{0,4}"),
    _named(r"\bsshpass\s(?:[^;|&]*?\s)??-p\s{0,4}"),
    _named(r"\bhtpasswd\s{1,4}-\w{0,6}b\w{0,6}\s{1,4}\S{1,200}\s{1,4}\S{1,100}\s{1,4}"),
    _named(r"\bwpa_passphrase\s{1,4}(?:\"[^\"]*\"|\S{1,64})\s{1,4}(?![|;&<>])"),
)
_CASED: Final = (
    re.compile(rf"(?P<before>\bdropbear\s(?:[^;|&]*?\s)??-Y\s{{0,4}}){_VALUE}"),
    re.compile(rf"(?P<before>\btelnetd\s(?:[^;|&]*?\s)??-S\s{{1,4}}(?!-)){_VALUE}"),
    re.compile(rf"(?P<before>\b(?:mysql|mariadb)\w{{0,12}}\s(?:[^;|&]*?\s)??-p(?=\S)){_VALUE}"),
    re.compile(rf"(?P<before>\bredis-cli\s(?:[^;|&]*?\s)??-a\s{{1,4}}){_VALUE}"),
    re.compile(rf"(?P<before>\bldap\w{{1,12}}\s(?:[^;|&]*?\s)??-w\s{{0,4}}){_VALUE}"),
    re.compile(rf"(?P<before>\bopenssl\s(?:[^;|&]*?\s)??-k\s{{1,4}}){_VALUE}"),
    re.compile(rf"(?P<before>\bsnmp(?!d\b)\w{{1,12}}\s(?:[^;|&]*?\s)??-[cAX]\s{{0,4}}){_VALUE}"),
    re.compile(rf"(?P<before>(?<!\S)-[AX]\s{{1,4}})(?<=\s){_VALUE}(?=.{{0,300}}\s-l\s{{1,4}}auth)"),
)
_COMMUNITIES: Final = (
    _named(r"(?:\br[ow]community6?|\btrapcommunity|(?<![\w.-])community)\\?[\"']?[\s=:]{1,4}"),
    _named(r"\bcom2sec6?\s{1,4}(?:-C\S{0,3}\s{1,4}\S{1,100}\s{1,4})?\S{1,100}\s{1,4}\S{1,100}\s{1,4}"),
    _named(r"\b(?:trap2?|inform)sink\s{1,4}\S{1,100}\s{1,4}"),
    _named(r"\bauthcommunity\s{1,4}\S{1,60}\s{1,4}"),
)
_REPLACED: Final = (
    (re.compile(r"(://[^\s:/@\"'<>]{0,100}:)(?!\d{1,5}/)[^\s\"'<>]{1,256}(?=@)"), r"\1…"),
    (re.compile(r"://[^\s:/@\"'<>]{1,200}(?=@)"), "://…"),
    (
        re.compile(
            r"(?i)([?&;][\w.%\[\]-]{0,40}?(?:token|key|sig|secret|pass|pwd|psk|auth|access|credential|session)"
            r"[\w.%\[\]-]{0,40}=)[^\s&#\"'<>]+"
        ),
        r"\1…",
    ),
    (
        re.compile(
            r"(\b(?:curl|wget)\s(?:[^;|]*?\s)??(?:-\w{0,8}[uU]|--(?:proxy-|ftp-|http-)?user)[\s=]{0,4}"
            r"[\"']?[^\s:\"']{0,100}:)[^\s\"']+(?:\"[^\s\"]+\")?"
        ),
        r"\1…",
    ),
    (re.compile(r"(\b\w{0,12}ftpd\s(?:[^;|&]*?\s)??-w\s{0,4}[^\s:]{0,100}:)\S+"), r"\1…"),
    (re.compile(r"(\bsmb\w{1,12}\s(?:[^;|&]*?\s)??-U\s{0,4}[^\s%]{1,100}%)\S+"), r"\1…"),
    (re.compile(r"((?:\becho|\bprintf)\s)[^|]{1,400}(?=\|\s{0,4}[\w/ ]{0,60}passwd\b)"), r"\1… "),
    (re.compile(r"(\$(?:1|2[abxy]?|5|6|7|y|gy|sha1|apr1|P|H)\$)(?!…)[^\s:\"']{4,}"), r"\1…"),
    (re.compile(r"(?m)^([\w.@-]{1,40}:)[./0-9A-Za-z]{13}(?=:\d*:|$)"), r"\1…"),
    (
        re.compile(
            r"\b(?:AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|gh[pousr]_[A-Za-z0-9]{36}|xox[baprs]-[0-9A-Za-z-]{20,72}"
            r"|[rs]k_live_[0-9A-Za-z]{24,99})"
        ),
        MASK,
    ),
)
_USER = re.compile(r"(?i)(\b(?:createUser|usmUser)\s{1,4}(?:-e\s{1,4}\S{1,100}\s{1,4})?\S{1,100}\s)(.+)")


def masked(text: str) -> str:
    """A text in which no secret stands any more; one that is masked already stays as it is.

    Args:
        text: Any text from an image, such as a line of a file. Not yet cut: half a login is none to see.
    """
    whole = text if len(text) <= MAX_TEXT else text[:MAX_TEXT].rpartition(" ")[0]
    for _ in range(_MAX_PASSES):
        before, whole = whole, _once(whole)
        if whole == before:
            return whole
    return MASK


def masked_value(name: str, value: str) -> str:
    """The value of a setting, in which no secret stands any more.

    Args:
        name: What it is called: its name says whether it is one, whatever it looks like.
        value: The value as written.
    """
    if _WHOLE_NAME.fullmatch(name[-200:]) and value:
        return value if _HARMLESS.fullmatch(value) else MASK
    lead = re.split(r"[.\]]", name)[-1] + " "
    return masked(masked(lead + value).removeprefix(lead)) if value else value


def _once(text: str) -> str:
    for pattern, replacement in _REPLACED:
        text = pattern.sub(replacement, text)
    for pattern in _CASED:
        text = pattern.sub(_unless(_is_community), text)
    for pattern in _COMMUNITIES:
        text = pattern.sub(_unless(_is_community), text)
    for pattern in _VALUES:
        text = pattern.sub(_unless(_is_harmless), text)
    return _USER.sub(lambda match: match[1] + _without_keys(match[2]), text)


def _unless(shown: Callable[[str], bool]) -> Callable[[re.Match[str]], str]:
    def replacement(match: re.Match[str]) -> str:
        return match[0] if shown(match["value"]) else match["before"] + _mask_of(match["value"])

    return replacement


def _mask_of(value: str) -> str:
    """The mask, between the quotes that stood around the value."""
    quote = value[0] if value[0] in "\"'" else ""
    return f"{quote}{MASK}{quote if len(value) > 1 and value[-1] == quote else ''}"


def _is_harmless(value: str) -> bool:
    return _HARMLESS.fullmatch(value) is not None


def _is_community(value: str) -> bool:
    return value.strip("\"'") in KNOWN_COMMUNITIES


def _without_keys(words: str) -> str:
    """The protocols of an SNMP user without the passphrases behind them."""
    return " ".join(word if _ALGORITHM.fullmatch(word) else MASK for word in words.split())
