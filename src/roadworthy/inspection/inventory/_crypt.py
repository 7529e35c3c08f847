"""Stored passwords: which scheme a crypt(5) field follows, and whether a known default opens it."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol, cast

from roadworthy.inspection.inventory._default_passwords import DEFAULT_PASSWORDS
from roadworthy.model.credential import SecretState

BUDGET: Final = 4_000_000
"""Digest rounds spent on one file system, one to two seconds: 20 hashes of md5crypt, or 4 of sha512crypt.
Counted, not timed, so that the same image gives the same answer everywhere."""
MAX_FIELD = 512
"""A longer password field is no hash of any scheme."""

_LOCKED = re.compile(r"[!*].*|x|LK|NP|NL|\*LK\*")
_DES = re.compile(r"[./0-9A-Za-z]{13}")
_PREFIXES = (  # crypt(5); the handler's name in libpass, or empty where it has none without further packages
    ("$1$", "md5crypt", "md5_crypt"),
    ("$5$", "sha256crypt", "sha256_crypt"),
    ("$6$", "sha512crypt", "sha512_crypt"),
    ("$2a$", "bcrypt", ""),
    ("$2b$", "bcrypt", ""),
    ("$2x$", "bcrypt", ""),
    ("$2y$", "bcrypt", ""),
    ("$y$", "yescrypt", ""),
    ("$gy$", "gost-yescrypt", ""),
    ("$7$", "scrypt", ""),
    ("$md5", "sunmd5", ""),
    ("$sha1$", "sha1crypt", ""),
    ("$3$", "nthash", ""),
    ("_", "bsdicrypt", ""),
)
_ROUNDS = re.compile(r"\$[56]\$rounds=(\d{1,10})\$")
_FIXED_ROUNDS = {"md5crypt": 1000, "descrypt": 800}  # descrypt: 25 DES, which cost as much in pure Python
_DEFAULT_ROUNDS = 5000  # crypt(5): sha256crypt, sha512crypt
_SHAPES = {
    "md5crypt": re.compile(r"\$1\$[^$:\s]{0,8}\$[./0-9A-Za-z]{22}"),
    "sha256crypt": re.compile(r"\$5\$(?:rounds=\d{1,10}\$)?[^$:\s]{0,16}\$[./0-9A-Za-z]{43}"),
    "sha512crypt": re.compile(r"\$6\$(?:rounds=\d{1,10}\$)?[^$:\s]{0,16}\$[./0-9A-Za-z]{86}"),
}


class _Handler(Protocol):
    def verify(self, secret: str, hash: str) -> bool: ...  # noqa: A002 -- the library's own name


@dataclass(frozen=True, slots=True)
class Secret:
    """What is known of one stored password.

    Args:
        state: The verdict.
        scheme: The scheme's name after crypt(5); empty where none fits.
        password: The password, where it is a known default.
    """

    state: SecretState
    scheme: str = ""
    password: str = ""


def scheme_of(stored: str) -> str:
    """Name of the scheme that a password field follows; empty where it follows none."""
    for prefix, scheme, _ in _PREFIXES:
        if stored.startswith(prefix):
            shape = _SHAPES.get(scheme)
            return scheme if shape is None or shape.fullmatch(stored) else ""
    return "descrypt" if _DES.fullmatch(stored) else ""


def fingerprint(stored: str) -> str:
    """``sha256:<hex>`` of the stored form, salt included: equal only where the same hash was copied."""
    return "sha256:" + hashlib.sha256(stored.encode("utf-8", "surrogatepass")).hexdigest()


def derived_words(user: str) -> Iterator[str]:
    """Passwords that makers derive from the account's name."""
    yield user
    yield user.capitalize()
    for tail in ("1", "12", "123", "1234", "12345", "123456", "@123", "!", user, "admin"):
        yield user + tail


@dataclass(slots=True)
class Trial:
    """Tries known defaults on stored passwords until its budget is spent. One for each file system."""

    budget: int = BUDGET
    _tried: dict[tuple[str, str], Secret] = field(default_factory=dict)
    _listed: dict[str, Secret] = field(default_factory=dict)

    def judge(self, user: str, stored: str) -> Secret:
        """What is known of the secret behind one password field."""
        if not stored:
            return Secret(SecretState.EMPTY)
        if _LOCKED.fullmatch(stored):
            return Secret(SecretState.LOCKED)
        scheme = scheme_of(stored) if len(stored) <= MAX_FIELD else ""
        if not scheme:
            return Secret(SecretState.INVALID)
        key = (stored, user)
        if key not in self._tried:
            self._tried[key] = self._try(user, stored, scheme)
        return self._tried[key]

    def _try(self, user: str, stored: str, scheme: str) -> Secret:
        handler = _handler(scheme)
        if handler is None:
            return Secret(SecretState.UNTRIED, scheme)
        if stored not in self._listed:
            self._listed[stored] = self._first(("", *DEFAULT_PASSWORDS), stored, scheme, handler)
        listed = self._listed[stored]
        if listed.state is not SecretState.UNKNOWN:
            return listed
        return self._first(derived_words(user), stored, scheme, handler)

    def _first(self, words: Iterable[str], stored: str, scheme: str, handler: _Handler) -> Secret:
        words = tuple(words)
        cost = _rounds(stored, scheme) * len(words)
        if cost > self.budget:
            return Secret(SecretState.UNTRIED, scheme)
        self.budget -= cost
        for word in words:
            if "\0" not in word and handler.verify(word, stored):
                state = SecretState.KNOWN if word else SecretState.EMPTY
                return Secret(state, scheme, word)
        return Secret(SecretState.UNKNOWN, scheme)


def _handler(scheme: str) -> _Handler | None:
    name = "des_crypt" if scheme == "descrypt" else ""
    name = name or next((handler for _, known, handler in _PREFIXES if known == scheme), "")
    if not name:
        return None
    from passlib import hash as schemes  # noqa: PLC0415 -- only an image with such a hash needs it

    return cast("_Handler", getattr(schemes, name))


def _rounds(stored: str, scheme: str) -> int:
    match = _ROUNDS.match(stored)
    return int(match[1]) if match else _FIXED_ROUNDS.get(scheme, _DEFAULT_ROUNDS)
