"""Signatures of secure boot 2, made by the same library's signing side."""

import hashlib
import struct
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

from roadworthy.inspection._esp_signature import holds, key_digest

DIGEST: Final = hashlib.sha256(b"a program").digest()
OTHER: Final = hashlib.sha256(b"another").digest()


@pytest.fixture(scope="module")
def rsa_block() -> bytes:
    key = rsa.generate_private_key(65537, 3072)
    scheme = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=32)
    signature = key.sign(DIGEST, scheme, utils.Prehashed(SHA256()))
    modulus = key.public_key().public_numbers().n.to_bytes(384, "little")
    body = struct.pack("<384sI384sI384s", modulus, 65537, b"", 0, signature[::-1])
    return struct.pack("<BB2x32s", 0xE7, 2, DIGEST) + body


@pytest.fixture(scope="module")
def ecdsa_block() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    r, s = utils.decode_dss_signature(key.sign(DIGEST, ec.ECDSA(utils.Prehashed(SHA256()))))
    point = key.public_key().public_numbers()
    numbers = b"".join(each.to_bytes(32, "little") for each in (point.x, point.y, r, s))
    return (struct.pack("<BB2x32sB", 0xE7, 3, DIGEST, 2) + numbers).ljust(1196, b"\0")


def test_rsa(rsa_block: bytes) -> None:
    assert holds(rsa_block, DIGEST) is True
    assert holds(rsa_block, OTHER) is False
    assert key_digest(rsa_block) == hashlib.sha256(rsa_block[36:812]).hexdigest()


def test_ecdsa(ecdsa_block: bytes) -> None:
    assert holds(ecdsa_block, DIGEST) is True
    assert holds(ecdsa_block, OTHER) is False
    assert key_digest(ecdsa_block) == hashlib.sha256(ecdsa_block[36:101]).hexdigest()


def test_another_kind_is_not_judged(ecdsa_block: bytes) -> None:
    assert holds(ecdsa_block[:1] + b"\x09" + ecdsa_block[2:], DIGEST) is None
    assert key_digest(ecdsa_block[:1] + b"\x09" + ecdsa_block[2:]) == ""
    assert holds(ecdsa_block[:36] + b"\x01" + ecdsa_block[37:], DIGEST) is None


@pytest.mark.parametrize("fill", [b"\0", b"\xff", b"\x5a"])
@pytest.mark.parametrize("kind", [b"\x02", b"\x03"])
def test_noise_does_not_hold(kind: bytes, fill: bytes) -> None:
    block = b"\xe7" + kind + b"\0\0" + DIGEST + b"\x02" + fill * 1200
    assert holds(block[:1196], DIGEST) is False
