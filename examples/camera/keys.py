"""Keys and certificates of the imaginary maker, the same in every build.

They are derived from a public sentence, so they protect nothing. That is the point of the one in release 1.0,
and the reason never to use the update key of release 1.1 for anything real.
"""

import datetime as dt
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

SENTENCE = "An example camera. Its keys are public, and secure nothing."
ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # FIPS 186-4, D.1.2.3
SERVER_NAME = "ex-cam1.camera.example"
AUTHORITY_NAME = "Camera Example Update Authority"


def _seed(purpose: str) -> bytes:
    return hashlib.sha256(f"{SENTENCE} {purpose}".encode()).digest()


def _ec_key(purpose: str) -> ec.EllipticCurvePrivateKey:
    scalar = int.from_bytes(_seed(purpose)) % (ORDER_P256 - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP256R1())


def _certificate(purpose: str, name: str, first: int, last: int, *, authority: bool) -> bytes:
    """A self-signed certificate, valid from 1 March of one year to 1 March of another.

    ECDSA signatures are made deterministic (RFC 6979), so the bytes are the same in every build.
    """
    key = _ec_key(purpose)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(_seed(purpose + " serial")[:8]) >> 1 | 1)
        .not_valid_before(dt.datetime(first, 3, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(last, 3, 1, tzinfo=dt.UTC))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def make_server_pem() -> bytes:
    """Release 1.0: the private key of every unit's web server, and its certificate, which ended in 2025."""
    key = _ec_key("web server").private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return key + _certificate("web server", SERVER_NAME, 2015, 2025, authority=False)


def make_update_authority() -> bytes:
    """Release 1.1: the certificate that the update server's own must be issued by; valid to 2040."""
    return _certificate("update authority", AUTHORITY_NAME, 2025, 2040, authority=True)


def _update_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.from_private_bytes(_seed("update signing"))


def make_update_public_key() -> bytes:
    """Release 1.1: the public half of the key that signs updates."""
    return (
        _update_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def sign_update(image: bytes) -> bytes:
    """The detached Ed25519 signature (RFC 8032) of an image."""
    return _update_key().sign(image)
