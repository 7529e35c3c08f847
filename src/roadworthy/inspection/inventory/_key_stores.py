"""Stores of keys behind a password: PKCS#12 (RFC 7292) and Java's own (JKS).

A store of PKCS#12 tells through its MAC whether a password opens it. That is tried here for passwords that
everybody uses, within a budget; what lies behind is not unpacked, for the counts of its own ciphers stand
in it and may be meant to take hours.
"""

import hashlib
import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from roadworthy.model.key_material import KeyKind, KeyMaterial

PKCS12: Final = b"\x02\x01\x03\x30"  # behind the SEQUENCE: version 3, then the content
PKCS7: Final = bytes.fromhex("06092a864886f70d0107")
KEY_BAGS: Final = (bytes.fromhex("060b2a864886f70d010c0a0101"), bytes.fromhex("060b2a864886f70d010c0a0102"))
"""pkcs12-KeyBag, plain, and pkcs12-PKCS8ShroudedKeyBag."""
HASHES: Final = {
    bytes.fromhex("2b0e03021a"): "sha1",
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
PASSWORDS: Final = (
    "", "password", "changeit", "changeme", "123456", "12345678", "1234", "admin", "secret", "test",
    "default", "export", "keystore", "pkcs12",
)  # fmt: skip
"""Defaults of tools (keytool: changeit), and the head of every list of passwords."""
MAX_WORK: Final = 400_000  # rounds of hashing for one store
MAX_DEPTH: Final = 6
JKS: Final = b"\xfe\xed\xfe\xed"
MAX_ENTRIES: Final = 1000
SEQUENCE, OCTETS, INTEGER, OBJECT = 0x30, 0x04, 0x02, 0x06
U16, U32 = struct.Struct(">H"), struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Store:
    """One store.

    Args:
        key: The fact about the private key in it.
        label: What to say of it; names the password that opens it.
    """

    key: KeyMaterial
    label: str


def pkcs12(data: bytes) -> Store | None:
    """What a PKCS#12 store holds; None where the bytes are none, or it holds no private key in sight."""
    parts = list(_elements(data))
    if len(parts) != 1 or parts[0][0] != SEQUENCE:
        return None
    top = list(_elements(parts[0][1]))
    if [kind for kind, _ in top[:2]] != [INTEGER, SEQUENCE] or PKCS7 not in top[1][1][:16]:
        return None
    plain, shrouded = (bag in data for bag in KEY_BAGS)
    if not (plain or shrouded):
        return None
    password = _opening(top)
    opened = plain or password is not None
    said = "" if password is None else f", opened by {password or 'an empty text'}"
    key = KeyMaterial(
        kind=KeyKind.PRIVATE_KEY, algorithm="", bits=0, fingerprint="", encrypted=not opened, evidence=()
    )
    return Store(key, f"PKCS#12{said}")


def jks(data: bytes) -> Store | None:
    """What a Java store holds; None where it is none, or holds certificates only."""
    if not data.startswith(JKS):
        return None
    try:
        version, count = U32.unpack_from(data, 4)[0], U32.unpack_from(data, 8)[0]
        if version not in (1, 2) or not 0 < count <= MAX_ENTRIES or not _has_key(data, count):
            return None
    except struct.error:
        return None
    key = KeyMaterial(
        kind=KeyKind.PRIVATE_KEY, algorithm="", bits=0, fingerprint="", encrypted=True, evidence=()
    )
    return Store(key, "Java key store")


def _has_key(data: bytes, count: int) -> bool:
    """Whether an entry is a private key; the others are certificates (JDK, JavaKeyStore.java)."""
    at = 12
    for _ in range(count):
        (kind,) = U32.unpack_from(data, at)
        if kind == 1:
            return True
        at += 4 + 2 + U16.unpack_from(data, at + 4)[0] + 8  # alias, date
        at += 2 + U16.unpack_from(data, at)[0]  # type of the certificate
        at += 4 + U32.unpack_from(data, at)[0]
    return False


def _opening(top: list[tuple[int, bytes]]) -> str | None:
    """The password that the MAC agrees with; None where none of those tried does, or there is no MAC."""
    content = _content(top[1][1])
    told = next((_mac(body) for kind, body in top[2:] if kind == SEQUENCE), None)
    if content is None or told is None:
        return None
    name, digest, salt, rounds = told
    left = MAX_WORK
    for password in PASSWORDS:
        left -= rounds
        if left < 0:
            return None
        key = _derived(name, password, salt, rounds)
        if hmac.compare_digest(hmac.digest(key, content, name), digest):
            return password
    return None


def _content(info: bytes) -> bytes | None:
    """The bytes over which the MAC goes: those of the OCTET STRING in the ContentInfo."""
    parts = list(_elements(info))
    inner = list(_elements(parts[1][1])) if len(parts) > 1 else []
    return inner[0][1] if inner and inner[0][0] == OCTETS else None


def _mac(body: bytes) -> tuple[str, bytes, bytes, int] | None:
    """Hash, digest, salt and rounds of MacData (RFC 7292 §4)."""
    parts = list(_elements(body))
    if [kind for kind, _ in parts[:2]] != [SEQUENCE, OCTETS]:
        return None
    info = list(_elements(parts[0][1]))
    names = list(_elements(info[0][1])) if info and info[0][0] == SEQUENCE else []
    name = HASHES.get(names[0][1], "") if names and names[0][0] == OBJECT else ""
    rounds = next((int.from_bytes(value, "big") for kind, value in parts[2:] if kind == INTEGER), 1)
    digest = next((value for kind, value in info[1:] if kind == OCTETS), b"")
    if not name or not digest or not 0 < rounds <= MAX_WORK:
        return None
    return name, digest, parts[1][1], rounds


def _derived(name: str, password: str, salt: bytes, rounds: int) -> bytes:
    """A key for the MAC (RFC 7292, appendix B.2, ID 3); one block of the hash is all that it needs."""
    block, size = hashlib.new(name).block_size, hashlib.new(name).digest_size
    text = password.encode("utf-16-be") + b"\0\0"
    filled = b"".join(_filled(part, block) for part in (salt, text))
    digest = hashlib.new(name, b"\3" * block + filled, usedforsecurity=False).digest()
    for _ in range(rounds - 1):
        digest = hashlib.new(name, digest, usedforsecurity=False).digest()
    return digest[:size]


def _filled(part: bytes, block: int) -> bytes:
    """A part repeated to whole blocks."""
    size = -(-len(part) // block) * block
    return (part * (size // len(part) + 1))[:size] if part else b""


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements that stand in a row: tag and content. Ends where one does not fit."""
    at = 0
    while at + 2 <= len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            if not 0 < count <= 4:  # noqa: PLR2004 -- a length of more bytes fits into no image
                return
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + length > len(data):
            return
        yield tag, data[at : at + length]
        at += length
