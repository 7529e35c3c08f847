"""A record of the switch ledger: one line of canonical JSON, signed, with the digest of the line before it.

The line is JCS (RFC 8785). What is signed with Ed25519 (RFC 8032) is DSSE's pre-authentication encoding of
the line without its signature, so no signature made for something else passes here.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from roadworthy.codecs import plain
from roadworthy.codecs.canonical import canonical
from roadworthy.codecs.signing import is_weak, keyid, pae
from roadworthy.model.errors import InputError, VerificationError
from roadworthy.network.network_file import DEVICE_NAME
from roadworthy.network.switches.switch import OFF, ON, Switch

RECORD_TYPE: Final = "roadworthy.switch-record/v1"
PAYLOAD_TYPE: Final = "application/vnd.roadworthy.switch-record.v1+json"
GENESIS: Final = "sha256:" + hashlib.sha256(RECORD_TYPE.encode()).hexdigest()
"""What the first record has in place of the digest of a line before it."""
MAX_LINE: Final = 8 * 1024
MAX_REASON: Final = 500
BASE64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}")
KEYID: Final = re.compile(r"sha256:[0-9a-f]{64}")
CHANGED: Final = (
    "Get the file from a backup: somebody or something has changed it, and no record after this counts."
)
SAY_LESS: Final = f"Give a reason of one line, at most {MAX_REASON} characters."


class Act(StrEnum):
    """What a record does."""

    ENROL = "enrol"  # a key becomes the owner of a device that has none
    SWITCH = "switch"
    TRANSFER = "transfer"  # the owner offers the device to another key
    RECOVER = "recover"  # the recovery key offers it to another key, who may accept after a waiting time
    ACCEPT = "accept"  # the key that it was offered to becomes the owner
    OBJECT = "object"  # the owner ends what was offered
    REVOKE = "revoke"  # the owner gives it up; both keys are worth nothing from then on


_NEEDS: Final = {
    Act.ENROL: {"key", "recovery"},
    Act.SWITCH: {"switch", "state"},
    Act.TRANSFER: {"to"},
    Act.RECOVER: {"key", "to"},
    Act.ACCEPT: {"key", "recovery"},
    Act.OBJECT: set[str](),
    Act.REVOKE: set[str](),
}
_OPTIONAL: Final = ("switch", "state", "key", "to", "recovery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record. Fields that its act does not need are empty.

    Args:
        sequence: 1 for the first of the ledger, one more for each.
        time: When it was made, UTC, whole seconds; never before the one ahead of it.
        device: Its name in network.toml.
        act: What it does.
        switch: Which switch, for `Act.SWITCH`.
        state: ``on`` or ``off``, for `Act.SWITCH`.
        keeps_lan: Whether Internet off leaves the local networks; false only on a record of that switch.
        reason: Why, in the words of whoever did it; one line, may be empty.
        signer: Name of the key that signed (`roadworthy.codecs.signing.keyid`).
        key: The signer's public key, 32 bytes in base64, where the ledger does not know it yet.
        to: Name of the key that the device is offered to.
        recovery: Name of the key that can recover the device if its owner's is lost.
        previous: ``sha256:<hex>`` of the line before, without its end; `GENESIS` for the first.
        signature: Ed25519 over all other fields, base64.
        type: Name and version of this form.
    """

    sequence: int
    time: datetime
    device: str
    act: Act
    switch: str = ""
    state: str = ""
    keeps_lan: bool = True
    reason: str = ""
    signer: str
    key: str = ""
    to: str = ""
    recovery: str = ""
    previous: str
    signature: str = ""
    type: str = RECORD_TYPE


@lru_cache(maxsize=4)  # a record that is read is compared with its line, and its signature is over that
def line_of(record: Record) -> bytes:
    """The line of a record, without its end.

    Raises:
        VerificationError: It holds something that has no JSON form.
    """
    return canonical(record)


def link_of(line: bytes) -> str:
    """What the next record says of a line: ``sha256:<hex>``."""
    return "sha256:" + hashlib.sha256(line).hexdigest()


def signed(record: Record, key: Ed25519PrivateKey) -> Record:
    """The record with signer and signature.

    Args:
        record: The record; what it says of the signer is replaced.
        key: Whose word it is.

    Raises:
        InputError: It says what its act does not take, or lacks what it needs.
    """
    public = key.public_key()
    mine = replace(
        record, signer=keyid(public), key=public_text(public) if "key" in _NEEDS[record.act] else ""
    )
    if fault := _fault(mine):
        raise InputError(f"no such record can be made: {fault}", hint=SAY_LESS)
    return replace(mine, signature=b64encode(key.sign(_signed_bytes(mine))).decode())


def read_line(line: bytes, where: str) -> Record:
    """The record that a line holds. Its signature is not looked at.

    Args:
        line: Without its end.
        where: File and line, for errors.

    Raises:
        VerificationError: It is none, or is written in another way than this version writes it.
    """
    if len(line) > MAX_LINE:
        raise VerificationError(f"{where}: {len(line)} bytes are more than a record has", hint=CHANGED)
    try:
        record = plain.from_plain(Record, plain.read(line))
    except (InputError, VerificationError) as error:
        raise VerificationError(f"{where}: this is no record: {error}", hint=CHANGED) from error
    if fault := _fault(record):
        raise VerificationError(f"{where}: {fault}", hint=CHANGED)
    if line_of(record) != line:
        raise VerificationError(f"{where}: it is not in canonical form (RFC 8785)", hint=CHANGED)
    return record


def check_signature(record: Record, key: Ed25519PublicKey, where: str) -> None:
    """Make sure that a key signed a record.

    Raises:
        VerificationError: It did not, or the key is one under which anybody can sign.
    """
    if is_weak(key):
        raise VerificationError(
            f"{where}: the key {record.signer} is weak: anybody signs with it", hint=CHANGED
        )
    try:
        key.verify(b64decode(record.signature, validate=True), _signed_bytes(record))
    except (InvalidSignature, ValueError) as error:
        raise VerificationError(
            f"{where}: the signature by {record.signer} does not hold", hint=CHANGED
        ) from error


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as records hold it."""
    return b64encode(key.public_bytes_raw()).decode()


def public_key(record: Record, where: str) -> Ed25519PublicKey:
    """The signer's key, from the record itself.

    Raises:
        VerificationError: It holds none, or one of another name than it says.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(b64decode(record.key, validate=True))
    except (Base64Error, ValueError) as error:
        raise VerificationError(f"{where}: it holds no public key", hint=CHANGED) from error
    if keyid(key) != record.signer or public_text(key) != record.key:
        raise VerificationError(f"{where}: the key in it is not the signer's", hint=CHANGED)
    return key


def _signed_bytes(record: Record) -> bytes:
    """The line without its signature. No text looks like that member: quotes in texts are escaped."""
    member = f'"signature":"{record.signature}",'.encode()
    before, _, after = line_of(record).partition(member)
    return pae(PAYLOAD_TYPE, before + after)


def _fault(record: Record) -> str:
    """What is wrong with a record by itself; empty if nothing is."""
    given = {name for name in _OPTIONAL if getattr(record, name)}
    needed = _NEEDS[record.act]
    internet = record.act is Act.SWITCH and record.switch == Switch.INTERNET
    return next(
        (
            fault
            for wrong, fault in (
                (record.type != RECORD_TYPE, f"its type is {record.type!r}, not {RECORD_TYPE}"),
                (given - needed, f"{record.act} takes no {', '.join(sorted(given - needed))}"),
                (needed - given, f"{record.act} needs {', '.join(sorted(needed - given))}"),
                (
                    not record.keeps_lan and not internet,
                    "only a record of the Internet switch says keeps_lan",
                ),
                (not _words(record), "a field of it holds what it may not"),
                (not _timed(record.time), "its time is not in UTC and whole seconds"),
            )
            if wrong
        ),
        "",
    )


def _words(record: Record) -> bool:
    """Whether each text of it is of its form."""
    return (
        DEVICE_NAME.fullmatch(record.device) is not None
        and record.switch in ("", *Switch)
        and record.state in ("", ON, OFF)
        and len(record.reason) <= MAX_REASON
        and record.reason.isprintable()
        and all(BASE64.fullmatch(each) for each in (record.key, record.signature))
        and all(KEYID.fullmatch(each) for each in (record.signer, record.previous))
        and all(not each or KEYID.fullmatch(each) for each in (record.to, record.recovery))
    )


def _timed(time: datetime) -> bool:
    return time.tzinfo is not None and time.astimezone(UTC) == time and not time.microsecond
