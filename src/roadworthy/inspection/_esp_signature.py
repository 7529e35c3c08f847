"""Signature blocks of ESP32 chips' secure boot 2, and whether they hold.

The layout is that of `ets_secure_boot_sig_block` and `ets_secure_boot_p256_sig_block` in ESP-IDF; the signed
value is the SHA-256 of the program, padded to a sector. A signature that holds shows that whoever has the
private key signed exactly these bytes. It does not show that this is the maker's key, nor that a chip asks.
"""

import hashlib
from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields

RSA, ECDSA = 2, 3
_RSA: Final = Fields("384sI384sI384s", ByteOrder.LITTLE)  # modulus, exponent, two aids, signature
_ECDSA: Final = Fields("B64s64s", ByteOrder.LITTLE)  # curve, point, signature
_KEY_AT = 36
_KEY_LENGTH: Final = {RSA: 776, ECDSA: 65}
_P256 = 2
_HALF = 32
_SALT = 32


def key_digest(block: bytes) -> str:
    """The digest by which the fuses of a chip know the public key of a block; empty for an unknown kind."""
    length = _KEY_LENGTH.get(block[1])
    return hashlib.sha256(block[_KEY_AT : _KEY_AT + length]).hexdigest() if length else ""


def holds(block: bytes, digest: bytes) -> bool | None:
    """Whether the signature of a block is one of a digest by the key in the block; None for an unknown kind.

    Args:
        block: The block, with its checksum already found right.
        digest: SHA-256 of the padded program.
    """
    # Loaded only where a block is: the library takes as long to load as most images to read.
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- see above

    verify = {RSA: _verify_rsa, ECDSA: _verify_ecdsa}.get(block[1])
    if verify is None or (block[1] == ECDSA and block[_KEY_AT] != _P256):
        return None
    try:
        verify(block, digest)
    except (InvalidSignature, ValueError):
        return False
    return True


def _verify_rsa(block: bytes, digest: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils  # noqa: PLC0415 -- as above
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 -- as above

    modulus, exponent, _, _, signature = _RSA.unpack(block, _KEY_AT)
    key = rsa.RSAPublicNumbers(exponent, int.from_bytes(modulus, "little")).public_key()
    scheme = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=_SALT)
    key.verify(signature[::-1], digest, scheme, utils.Prehashed(SHA256()))


def _verify_ecdsa(block: bytes, digest: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: PLC0415 -- as above
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 -- as above

    _, point, signature = _ECDSA.unpack(block, _KEY_AT)
    x, y = _pair(point)
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    key.verify(utils.encode_dss_signature(*_pair(signature)), digest, ec.ECDSA(utils.Prehashed(SHA256())))


def _pair(field: bytes) -> tuple[int, int]:
    return int.from_bytes(field[:_HALF], "little"), int.from_bytes(field[_HALF:], "little")
