"""Accounts in passwd and shadow files, and what is known of their passwords.

What it finds

Every account in a file named like `passwd` or `shadow`, wherever it lies: vendors keep copies
(`passwd.bak`, `etc_ro/passwd`) that a script puts to use at boot. A file counts if at least one of its
lines is an entry as passwd(5) or shadow(5) say. An `x` in a passwd file is looked up in the shadow file
beside it; where there is none, the secret is kept elsewhere and counts as untried. Stored passwords are
tried against a short list of publicly known defaults and against words made from the account's name. An
unknown or absent shell counts as one that lets in. A hash of the empty password counts as empty.

How it can be wrong

A copy may never be used; a script may change or delete an account at boot, and accounts made at the first
start are not in the image. A password that is not on the list is not a good one for that. Hashes of bcrypt,
yescrypt and other costly schemes are not tried, nor are those beyond the budget, which is counted in
rounds. An account may be closed to a login by other means (PAM, the options of a service).
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from roadworthy.inspection.cataloger import KEEP_BYTES, Cataloger, Context, Fact, File, Kept
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.inventory._crypt import Trial, fingerprint, scheme_of
from roadworthy.inspection.rootfs import Node
from roadworthy.model.credential import Credential, SecretState
from roadworthy.model.evidence import Evidence

MAX_ACCOUNTS = 1000
"""Accounts taken from one file; no device has so many, and a hostile file may."""

_NAME = re.compile(r"(?:.*[._-])?(passwd|shadow)(?:[._~-].*)?")
_USER = re.compile(r"[^\s:+-][^\s:]{0,63}")
_NO_LOGIN = frozenset(("false", "nologin", "sync", "shutdown", "halt", "true"))
_PASSWD_FIELDS = 7  # passwd(5)
_SHADOW_FIELDS = 9  # shadow(5)
_SCHEME = re.compile(r"\$[^$]{1,8}\$")
_MASK = "…"
_EXCERPT = 120


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line: who, the password field, where; `uid` and `login` where it is a passwd line."""

    user: str
    stored: str
    wellformed: bool
    uid: int | None
    login: bool
    evidence: Evidence


def wants(node: Node) -> bool:
    """Files named like the two, with a vendor's prefix or ending."""
    return _NAME.fullmatch(node.name) is not None


def scan(file: File, context: Context) -> Iterator[Fact]:
    """Nothing but a complaint about a file too large to be kept: it must not pass for empty."""
    del context
    if len(file.data) > KEEP_BYTES and b"\0" not in file.data[:KEEP_BYTES]:
        raise Damaged(f"an account file of {len(file.data)} bytes is more than is read ({KEEP_BYTES})")
    yield from ()


def join(kept: Kept, context: Context) -> Iterator[Credential]:
    """All accounts of one file system."""
    del context
    trial = Trial()
    tables = {path: _entries(file, shadow=_is_shadow(path)) for path, file in kept.files.items()}
    owners: dict[tuple[str, str], _Entry] = {}  # the passwd line of each line in a shadow file
    for path, entries in tables.items():
        if not _is_shadow(path):
            beside = _shadow_of(path, kept)
            secrets = {entry.user: entry for entry in tables.get(beside, ())}
            for entry in entries:
                owners.setdefault((beside, entry.user), entry)
                secret = secrets.get(entry.user) if entry.stored == "x" else None
                yield _credential(entry, secret, trial, shadowed=beside in tables)
    yield from _unasked(tables, owners, trial)
    _complain_of_long(tables)


def _unasked(
    tables: Mapping[str, tuple[_Entry, ...]], owners: Mapping[tuple[str, str], _Entry], trial: Trial
) -> Iterator[Credential]:
    """The shadow lines that no passwd line refers to."""
    for path, entries in tables.items():
        for entry in entries if _is_shadow(path) else ():
            owner = owners.get((path, entry.user))
            if owner is None or owner.stored != "x":
                yield _credential(_owned(entry, owner), None, trial, shadowed=True)


def _owned(entry: _Entry, owner: _Entry | None) -> _Entry:
    """A shadow line with what the passwd line of the same account says about it."""
    return entry if owner is None else replace(entry, uid=owner.uid, login=owner.login)


def _complain_of_long(tables: Mapping[str, tuple[_Entry, ...]]) -> None:
    for path, entries in tables.items():
        if len(entries) == MAX_ACCOUNTS:
            raise Damaged(f"{path}: it reaches {MAX_ACCOUNTS} accounts; no more were read")


def _is_shadow(path: str) -> bool:
    match = _NAME.fullmatch(posixpath.basename(path))
    return match is not None and match[1] == "shadow"


def _shadow_of(path: str, kept: Kept) -> str:
    """Path of the shadow file that belongs to a passwd file; empty where there is none."""
    folder, name = posixpath.split(path)
    for candidate in (name.replace("passwd", "shadow"), "shadow"):
        file = kept.get(posixpath.join(folder, candidate))
        if file is not None:
            return file.node.path
    return ""


def _entries(file: File, *, shadow: bool) -> tuple[_Entry, ...]:
    """The entries of a file; none where no line is one, for then it only has the name."""
    if b"\0" in file.data:
        return ()
    entries = []
    for number, line in file.lines():
        entry = _entry(file, number, line, shadow=shadow)
        if entry is not None:
            entries.append(entry)
        if len(entries) == MAX_ACCOUNTS:
            break
    return tuple(entries) if any(entry.wellformed for entry in entries) else ()


def _entry(file: File, number: int, line: str, *, shadow: bool) -> _Entry | None:
    fields = line.rstrip("\r").split(":")
    if line.startswith("#") or len(fields) == 1 or not _USER.fullmatch(fields[0]):
        return None
    right = len(fields) == (_SHADOW_FIELDS if shadow else _PASSWD_FIELDS)
    uid = int(fields[2]) if not shadow and right and re.fullmatch(r"[0-9]{1,10}", fields[2]) else None
    wellformed = right and (shadow or uid is not None)
    shell = fields[6].strip() if wellformed and not shadow else ""
    return _Entry(
        user=fields[0],
        stored=fields[1],
        wellformed=wellformed or bool(scheme_of(fields[1])),
        uid=uid,
        login=posixpath.basename(shell) not in _NO_LOGIN,
        evidence=file.evidence(line=number, excerpt=_masked(fields, keep_rest=wellformed)),
    )


def _masked(fields: list[str], *, keep_rest: bool) -> str:
    """The line without its secret. Of a malformed one only the name: any field may hold the secret."""
    stored = fields[1]
    shown = stored
    if stored not in ("", "x", "*", "!", "!!", "*LK*"):
        scheme = _SCHEME.match(stored)
        shown = (scheme[0] if scheme else "") + _MASK
    rest = fields[2:] if keep_rest else [_MASK]
    return ":".join((fields[0], shown, *rest))[:_EXCERPT]


def _credential(entry: _Entry, secret: _Entry | None, trial: Trial, *, shadowed: bool) -> Credential:
    decisive = secret or entry
    evidence = (entry.evidence,) if secret is None else (entry.evidence, secret.evidence)
    state, scheme, password = SecretState.INVALID, "", ""
    if entry.stored == "x" and not shadowed:
        state = SecretState.UNTRIED
    elif decisive.wellformed:
        found = trial.judge(entry.user, decisive.stored)
        state, scheme, password = found.state, found.scheme, found.password
    return Credential(
        user=entry.user,
        state=state,
        scheme=scheme,
        secret=password,
        fingerprint=fingerprint(decisive.stored) if scheme else "",
        login=entry.login,
        uid=entry.uid,
        evidence=evidence,
    )


CATALOGER: Final = Cataloger(title="Accounts and their passwords", wants=wants, scan=scan, join=join)
