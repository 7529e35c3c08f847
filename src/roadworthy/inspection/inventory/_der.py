"""Keys and certificates in DER (X.690), wherever they lie in some bytes: their beginnings, cut to length."""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.format import Damaged
from roadworthy.inspection.inventory._pem import Block

LONG: Final = b"\x30\x82"  # SEQUENCE, its length in two bytes: every RSA key and certificate
SHORT: Final = b"\x30\x81"  # SEQUENCE, its length in one byte: keys of curves
EC_SEC1: Final = bytes.fromhex("30770201010420")  # RFC 5915, a key of 256 bits
ED25519: Final = bytes.fromhex("302e020100300506032b6570")  # RFC 8410
HEADS: Final = (
    bytes.fromhex("020100") + b"\x02\x81",  # RSAPrivateKey of 1024 bits: version, modulus
    bytes.fromhex("020100") + b"\x02\x82",  # RSAPrivateKey
    bytes.fromhex("020100300d06092a864886f70d010101"),  # PrivateKeyInfo, rsaEncryption
)
CURVE: Final = bytes.fromhex("06072a8648ce3d0201")  # id-ecPublicKey, behind version and a SEQUENCE
SEC1_HEADS: Final = (bytes.fromhex("0201010430"), bytes.fromhex("0201010442"))  # keys of 384 and 521 bits
CERTIFICATE: Final = bytes.fromhex("a003020102")  # TBSCertificate, version 3
HEADER: Final = 4
MAX_SIZE: Final = 16 * 1024
MAX_FOUND: Final = 500
MAX_TRIES: Final = 500_000


def der_blocks(data: bytes) -> Iterator[Block]:
    """What begins like a private key or a certificate; whether it is one is for others to say.

    Raises:
        Damaged: After `MAX_FOUND` of them; a file made of them must not hide a key behind them.
    """
    found = after = 0
    for at in _beginnings(data):
        if at < after and data[at : at + 2] == LONG:
            continue  # a key inside the one before: PKCS#8 holds PKCS#1
        size = _size(data, at)
        if size > min(MAX_SIZE, len(data) - at):
            continue
        if found == MAX_FOUND:
            raise Damaged(f"it holds more than {MAX_FOUND} keys and certificates in DER; no more were read")
        yield Block(label="", offset=at, body=data[at : at + size])
        found += 1
        after = at + size


def _size(data: bytes, at: int) -> int:
    """Bytes of a SEQUENCE, its header included."""
    if data[at : at + 2] == LONG:
        return HEADER + int.from_bytes(data[at + 2 : at + HEADER], "big")
    return 3 + data[at + 2] if data[at : at + 2] == SHORT else 2 + data[at + 1]


def _beginnings(data: bytes) -> Iterator[int]:
    for needle, fits in ((LONG, _is_long), (SHORT, _is_curve), (EC_SEC1, _is_any), (ED25519, _is_any)):
        at = -1
        for _ in range(MAX_TRIES):
            at = data.find(needle, at + 1)
            if at < 0:
                break
            if fits(data, at):
                yield at
        else:
            raise Damaged(f"it reaches {MAX_TRIES} beginnings of DER; no more were looked at")


def _is_long(data: bytes, at: int) -> bool:
    body = at + HEADER
    inner = {LONG: body + HEADER, SHORT: body + HEADER - 1}.get(data[body : body + 2])
    return data.startswith(HEADS, body) or (inner is not None and data.startswith(CERTIFICATE, inner))


def _is_curve(data: bytes, at: int) -> bool:
    body = at + 3
    is_pkcs8 = data.startswith(b"\x02\x01\0\x30", body) and data.startswith(CURVE, body + 5)
    return is_pkcs8 or data.startswith(SEC1_HEADS, body)


def _is_any(data: bytes, at: int) -> bool:
    return at < len(data)
