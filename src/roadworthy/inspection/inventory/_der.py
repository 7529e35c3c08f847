"""Keys and certificates in DER (X.690), wherever they lie in some bytes: their beginnings, cut to length."""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.inventory._pem import Block

LONG: Final = b"\x30\x82"  # SEQUENCE, its length in two bytes: every RSA key and certificate
SHORT: Final = b"\x30\x81"  # SEQUENCE, its length in one byte: keys of curves in PKCS#8
EC_SEC1: Final = bytes.fromhex("30770201010420")  # RFC 5915, a key of 256 bits
HEADS: Final = (
    bytes.fromhex("020100") + b"\x02\x81",  # RSAPrivateKey of 1024 bits: version, modulus
    bytes.fromhex("020100") + b"\x02\x82",  # RSAPrivateKey
    bytes.fromhex("020100300d06092a864886f70d010101"),  # PrivateKeyInfo, rsaEncryption
)
CURVE_HEAD: Final = bytes.fromhex("020100301306072a8648ce3d0201")  # PrivateKeyInfo, id-ecPublicKey
CERTIFICATE: Final = bytes.fromhex("a003020102")  # TBSCertificate, version 3
HEADER: Final = 4
MAX_SIZE: Final = 16 * 1024
MAX_FOUND: Final = 200
MAX_TRIES: Final = 100_000


def der_blocks(data: bytes) -> Iterator[Block]:
    """What begins like a private key or a certificate; whether it is one is for others to say."""
    found = after = 0
    for at in _beginnings(data):
        if at < after and data[at : at + 2] == LONG:
            continue  # a key inside the one before: PKCS#8 holds PKCS#1
        size = HEADER + int.from_bytes(data[at + 2 : at + HEADER], "big")
        if data[at : at + 2] != LONG:
            size = 2 + data[at + 1] if data.startswith(EC_SEC1, at) else 3 + data[at + 2]
        if size <= min(MAX_SIZE, len(data) - at):
            yield Block(label="", offset=at, body=data[at : at + size])
            found += 1
            after = at + size
        if found == MAX_FOUND:
            return


def _beginnings(data: bytes) -> Iterator[int]:
    for needle, fits in ((LONG, _is_long), (SHORT, _is_curve), (EC_SEC1, _is_any)):
        at = -1
        for _ in range(MAX_TRIES):
            at = data.find(needle, at + 1)
            if at < 0:
                break
            if fits(data, at):
                yield at


def _is_long(data: bytes, at: int) -> bool:
    body = at + HEADER
    inner = {LONG: body + HEADER, SHORT: body + HEADER - 1}.get(data[body : body + 2])
    return data.startswith(HEADS, body) or (inner is not None and data.startswith(CERTIFICATE, inner))


def _is_curve(data: bytes, at: int) -> bool:
    return data.startswith(CURVE_HEAD, at + 3)


def _is_any(data: bytes, at: int) -> bool:
    return at < len(data)
