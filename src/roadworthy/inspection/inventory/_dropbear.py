"""Dropbear's own form of a host key: SSH strings and integers (RFC 4251 §5) in a row, the secret ones last.

Source: Dropbear, signkey.c (buf_put_priv_key) and the files it calls for each kind of key.
"""

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from roadworthy.inspection.inventory._x509 import from_public_key
from roadworthy.model.key_material import KeyKind, KeyMaterial

MAX_FIELDS = 8
_CURVES: dict[bytes, ec.EllipticCurve] = {
    b"ecdsa-sha2-nistp256": ec.SECP256R1(),
    b"ecdsa-sha2-nistp384": ec.SECP384R1(),
    b"ecdsa-sha2-nistp521": ec.SECP521R1(),
}
_ED25519_SECRET_AND_PUBLIC = 64
_RSA_FIELDS = (4, 6)  # type, e, n, d; newer ones add p, q
_DSA_FIELDS = 6  # type, p, q, g, y, x
_EC_FIELDS = 4  # type, curve, point, d
_MAX_BITS = 16384


def dropbear_key(data: bytes) -> KeyMaterial | None:
    """The private key that a whole file is; None where it is something else or a public key only."""
    fields = _fields(data)
    try:
        public = _public(fields)
    except (ValueError, TypeError):
        return None
    return None if public is None else from_public_key(public, KeyKind.PRIVATE_KEY)


def _fields(data: bytes) -> list[bytes]:
    """The strings of a file that consists of nothing else; empty if it does not."""
    fields: list[bytes] = []
    at = 0
    while at < len(data) and len(fields) < MAX_FIELDS:
        length = int.from_bytes(data[at : at + 4], "big")
        if at + 4 + length > len(data):
            return []
        fields.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return fields if at == len(data) else []


def _public(fields: list[bytes]) -> PublicKeyTypes | None:
    kind = fields[0] if fields else b""
    numbers = [int.from_bytes(field, "big") for field in fields]
    if max((number.bit_length() for number in numbers), default=0) > _MAX_BITS:
        return None
    if kind == b"ssh-rsa" and len(fields) in _RSA_FIELDS:
        return rsa.RSAPublicNumbers(numbers[1], numbers[2]).public_key()
    if kind == b"ssh-dss" and len(fields) == _DSA_FIELDS:
        parameters = dsa.DSAParameterNumbers(numbers[1], numbers[2], numbers[3])
        return dsa.DSAPublicNumbers(numbers[4], parameters).public_key()
    if kind in _CURVES and len(fields) == _EC_FIELDS:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[kind], fields[2])
    if kind == b"ssh-ed25519" and len(fields[-1]) == _ED25519_SECRET_AND_PUBLIC:
        return ed25519.Ed25519PublicKey.from_public_bytes(fields[1][32:])
    return None
