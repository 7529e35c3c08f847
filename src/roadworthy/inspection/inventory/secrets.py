"""Secrets in configuration: passphrases, tokens, logins.

What it finds

In text files: radio passphrases (hostapd, wpa_supplicant, OpenWrt's `wireless`), values of settings that are
called a password, secret, token or API key, logins inside URLs, the lines of `.htpasswd` and BusyBox httpd's
`httpd.conf`, and tokens whose form gives them away (Amazon, Google, GitHub, Slack, Stripe). Such tokens
are also looked for in microcontroller images and other stretches that are no file system. Only a fingerprint
is kept; evidence shows the line without the secret. Keys and the accounts of the system are found by others.

How it can be wrong

A value may be a placeholder that the first start replaces, or the name of something. Words that are plainly
no secret (`none`, `yes`, variables, paths) are left out, and so is a value of less than four characters.
Other secrets in programs, in databases and in forms of a maker's own are not seen.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File, Kept
from roadworthy.inspection.inventory._directives import MAX_LINES, is_text
from roadworthy.inspection.masking import masked
from roadworthy.inspection.rootfs import Node
from roadworthy.model.secret import Secret

MAX_SIZE = 256 * 1024
MAX_PROBED = 32 * 1024 * 1024
MAX_SECRETS = 50
"""Secrets told of one file."""
MAX_FINGERPRINTS = 200
"""Different secrets of one file system that get a fingerprint: each costs some hundredths of a second."""
_MAX_LINE = 2000
_SALT: Final = b"roadworthy secret fingerprint v1"  # the same everywhere, so that products can be compared
_GUESSED_IN_VAIN: Final = ("cloud-key", "api-token")  # random and long: a plain digest gives nothing away

_CONFIGURATION = re.compile(
    r"/(?:usr/|rom/)?etc(?:_ro)?/.*|.*\.(?:conf|cfg|ini|config|env|properties|ya?ml|toml)|.*/\.?htpasswd"
)
_NOT_CONFIGURATION = re.compile(r"/etc/(?:services|protocols|passwd.*|shadow.*|gshadow.*|ssl/.*)|.*/i18n/.*")
_RADIO = re.compile(
    r"(?:wpa_passphrase|wpa_psk|sae_password|psk|wep_key\d)\s*+=\s*+(?:\"([^\"]{8,64})\"|([^\"\s][^\"]{7,63}))"
)
_NAMED = re.compile(
    r"(?:option\s++|set\s++|export\s++)?[\"']?"
    r"([\w.-]{0,40}?(?:passw(?:or)?d|passphrase|secret|api_?key|auth_?token|access_?token|secret_?key))[\"']?"
    r"(?:\s*+[=:]\s*+|\s++)(?:\"([^\"]{4,128})\"|'([^']{4,128})'|([^\s\"',;]{4,128}))[,;]?",
    re.IGNORECASE,
)
_UCI_KEY = re.compile(r"option\s++key\s++['\"]?([^'\"\s]{8,64})['\"]?")
_IN_URL = re.compile(r"://([\w.%~-]{1,40}):([^\s:@/\"'<>$%{}]{3,60})@[\w.-]{3,}")
_TOKENS = (
    ("cloud-key", "Amazon access key", re.compile(r"\b(AKIA[0-9A-Z]{16})\b")),
    ("api-token", "Google API key", re.compile(r"\b(AIza[0-9A-Za-z_-]{35})(?![\w-])")),
    ("api-token", "GitHub token", re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36})\b")),
    ("api-token", "Slack token", re.compile(r"\b(xox[baprs]-[0-9A-Za-z-]{20,72})\b")),
    ("api-token", "Stripe key", re.compile(r"\b([rs]k_live_[0-9A-Za-z]{24,99})\b")),
)
_MARKS = (b"AKIA", b"AIza", b"gh", b"xox", b"k_live_")  # what stands in each of these tokens
_MARKED = tuple(
    (kind, name, mark, re.compile(pattern.pattern.encode()))
    for (kind, name, pattern), mark in zip(_TOKENS, _MARKS, strict=True)
)
_HTPASSWD = re.compile(
    r"(?:/[^\s:]{0,60}:)?([\w.@-]{1,40}):(\$[\w$./]{8,120}|\{SHA\}\S{20,40}|[./0-9A-Za-z]{13}|[^\s:]{4,60})"
)
_PLAIN = re.compile(
    r"(?i)none|null|nil|true|false|auto|prompt|ask|required|optional|disabled?|enabled?|plain(?:text)?|crypt|md5"
    r"|sha-?\d{1,3}|des|hash(?:ed)?|basic|digest|files?|compat|x{4,}|\*{4,}|\.{3,}|your[_-]?\w*|change[_-]?me"
    r"|<.*>|\[.*\]|.*[$`%{}()\\|].*|/.*|https?:.*|file:.*|@.*@|__.*__|pass(?:word|wd|phrase)?|secret|unset|default"
    r"|set[_-]?by[_-]?\w*|to[_-]?be[_-]?\w*|replace[_-]?\w*|placeholder|dummy|todo|tbd"
)


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    name: str
    value: str


def wants(node: Node) -> bool:
    """Small files that look like configuration by their place or ending."""
    if not 0 < node.size <= MAX_SIZE or _NOT_CONFIGURATION.fullmatch(node.path):
        return False
    return _CONFIGURATION.fullmatch(node.path) is not None


def join(kept: Kept, context: Context) -> Iterator[Secret]:
    """The secrets of each file, each once; fingerprints up to a bound, for they are dear on purpose."""
    del context
    digests: dict[str, str] = {}
    for file in kept.files.values():
        for found, secret in _scan(file):
            if found.value not in digests:
                within = len(digests) < MAX_FINGERPRINTS
                digests[found.value] = _fingerprint(found.kind, found.value) if within else ""
            yield replace(secret, fingerprint=digests[found.value])


def _scan(file: File) -> Iterator[tuple[_Found, Secret]]:
    told: set[tuple[str, str]] = set()
    if not is_text(file) or file.data.startswith(b"#!"):
        return
    for line, text in file.lines():
        stripped = text.strip()
        if line > MAX_LINES or len(told) >= MAX_SECRETS:
            return
        if not stripped or len(stripped) > _MAX_LINE or stripped[0] in "#;":
            continue
        for found in _in_line(file.node, stripped):
            if (found.name, found.value) not in told:
                told.add((found.name, found.value))
                yield found, _secret(found, file, line, stripped)


def probe(file: File, context: Context) -> Iterator[Secret]:
    """The tokens in a stretch of the image that is no file system: their form shows in any bytes."""
    del context
    told: set[str] = set()
    if len(file.data) > MAX_PROBED:
        return
    for kind, name, mark, pattern in _MARKED:
        if mark not in file.data:
            continue
        for match in pattern.finditer(file.data):
            value = match[1].decode("ascii")
            if value not in told and len(told) < MAX_SECRETS:
                told.add(value)
                place = file.evidence(offset=match.start(1), excerpt=f"{name} …")
                yield Secret(kind=kind, name=name, fingerprint=_fingerprint(kind, value), evidence=(place,))


def _in_line(node: Node, text: str) -> Iterator[_Found]:
    """What one line gives away; the first rule that fits."""
    yield from _first(_rules(node, text))


def _first(found: Iterator[_Found]) -> Iterator[_Found]:
    for each in found:
        if each.kind == "basic-auth" or not _PLAIN.fullmatch(each.value):
            yield each
            return


def _rules(node: Node, text: str) -> Iterator[_Found]:
    yield from (
        _Found(kind, name, match[1])
        for kind, name, pattern in _TOKENS
        if (match := pattern.search(text)) is not None
    )
    if match := _RADIO.fullmatch(text):
        yield _Found("wifi-passphrase", text.partition("=")[0].strip(), match[1] or match[2])
    if node.path == "/etc/config/wireless" and (match := _UCI_KEY.fullmatch(text)):
        yield _Found("wifi-passphrase", "key", match[1])
    logins = node.name.endswith("htpasswd") or node.path == "/etc/httpd.conf"
    if logins and (match := _HTPASSWD.fullmatch(text)):
        yield _Found("basic-auth", match[1], match[2])
    if match := _IN_URL.search(text):
        yield _Found("basic-auth", f"login of {match[1]} in an address", match[2])
    if match := _NAMED.fullmatch(text):
        yield _Found("config-password", match[1], match[2] or match[3] or match[4])


def _secret(found: _Found, file: File, line: int, text: str) -> Secret:
    shown = masked(text.replace(found.value, "…"))[:120]
    return Secret(
        kind=found.kind,
        name=found.name,
        fingerprint="",
        evidence=(file.evidence(line=line, excerpt=shown),),
    )


def _fingerprint(kind: str, value: str) -> str:
    """The same for the same secret; slow to guess where people chose it (scrypt, RFC 7914)."""
    data = value.encode("utf-8", "surrogatepass")
    if kind in _GUESSED_IN_VAIN:
        return "sha256:" + hashlib.sha256(data).hexdigest()
    return "scrypt:" + hashlib.scrypt(data, salt=_SALT, n=2**14, r=8, p=1, dklen=32).hex()


CATALOGER: Final = Cataloger(title="Secrets in configuration", wants=wants, join=join, probe=probe)
