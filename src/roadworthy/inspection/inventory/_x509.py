"""What a PEM or DER block is, as `cryptography` reads it: kind, algorithm, size, fingerprint, dates.

Nothing here raises for bad input: what does not parse is no key.
"""

import base64
import binascii
import hashlib
import re
import warnings
from dataclasses import replace
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x448, x25519
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
    load_ssh_private_key,
)

from roadworthy.inspection.inventory._pem import Block
from roadworthy.model.key_material import KeyKind, KeyMaterial

MAX_NAME = 500
_ALGORITHMS: Final = (
    (rsa.RSAPublicKey, "rsa"),
    (ec.EllipticCurvePublicKey, "ec"),
    (dsa.DSAPublicKey, "dsa"),
    (ed25519.Ed25519PublicKey, "ed25519"),
    (ed448.Ed448PublicKey, "ed448"),
    (x25519.X25519PublicKey, "x25519"),
    (x448.X448PublicKey, "x448"),
)
_FIXED_BITS = {"ed25519": 256, "x25519": 256, "ed448": 456, "x448": 448}  # RFC 8032, RFC 7748
_LEGACY_ENCRYPTION = re.compile(
    rb"Proc-Type: 4,ENCRYPTED\r?\nDEK-Info: ([\w-]{3,20}),[0-9A-Fa-f]{16,32}\r?\n"
)
_OPENSSH = b"openssh-key-v1\0"  # OpenSSH PROTOCOL.key
_OPENSSH_PLAIN = b"\0\0\0\x04none"
_LABELLED = {
    "CERTIFICATE": KeyKind.CERTIFICATE,
    "X509 CERTIFICATE": KeyKind.CERTIFICATE,
    "TRUSTED CERTIFICATE": KeyKind.CERTIFICATE,
    "PUBLIC KEY": KeyKind.PUBLIC_KEY,
    "RSA PUBLIC KEY": KeyKind.PUBLIC_KEY,
    "PRIVATE KEY": KeyKind.PRIVATE_KEY,
    "ENCRYPTED PRIVATE KEY": KeyKind.PRIVATE_KEY,
    "RSA PRIVATE KEY": KeyKind.PRIVATE_KEY,
    "EC PRIVATE KEY": KeyKind.PRIVATE_KEY,
    "DSA PRIVATE KEY": KeyKind.PRIVATE_KEY,
    "OPENSSH PRIVATE KEY": KeyKind.PRIVATE_KEY,
}
_MIN_ENCRYPTED = 64
_PKCS5 = bytes.fromhex("06092a864886f70d0105")  # RFC 8018, appendix A


def describe(block: Block) -> KeyMaterial | None:
    """What a block holds, without evidence; None where it is no key or certificate after all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library complains of what old certificates get wrong
        if not block.label:
            return _certificate(block) or _shut(block) or _private(block) or _public(block)
        match _LABELLED.get(block.label):
            case KeyKind.CERTIFICATE:
                return _certificate(block)
            case KeyKind.PUBLIC_KEY:
                return _public(block)
            case KeyKind.PRIVATE_KEY:
                return _encrypted(block) or _private(block)
            case _:
                return None


def from_public_key(key: PublicKeyTypes, kind: KeyKind) -> KeyMaterial:
    """Algorithm, size and fingerprint of a public key, for what belongs to it."""
    algorithm = next((name for known, name in _ALGORITHMS if isinstance(key, known)), "")
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return KeyMaterial(
        kind=kind,
        algorithm=algorithm,
        bits=_FIXED_BITS.get(algorithm) or int(getattr(key, "key_size", 0)),
        fingerprint="sha256:" + hashlib.sha256(spki).hexdigest(),
        evidence=(),
    )


def _nameless(kind: KeyKind, *, encrypted: bool = False) -> KeyMaterial:
    return KeyMaterial(kind=kind, algorithm="", bits=0, fingerprint="", encrypted=encrypted, evidence=())


def _public(block: Block) -> KeyMaterial | None:
    try:
        key = load_pem_public_key(block.body) if block.label else load_der_public_key(block.body)
        return from_public_key(key, KeyKind.PUBLIC_KEY)
    except UnsupportedAlgorithm:
        return _nameless(KeyKind.PUBLIC_KEY)
    except (ValueError, TypeError):
        return None


def _private(block: Block) -> KeyMaterial | None:
    """A private key in the clear. Its arithmetic is not checked: a hostile one would take minutes."""
    try:
        return from_public_key(_public_half(block), KeyKind.PRIVATE_KEY)
    except UnsupportedAlgorithm:
        return _nameless(KeyKind.PRIVATE_KEY)
    except (ValueError, TypeError):
        return None


def _public_half(block: Block) -> PublicKeyTypes:
    if block.label == "OPENSSH PRIVATE KEY":
        return load_ssh_private_key(block.body, None).public_key()
    if block.label:
        return load_pem_private_key(block.body, None, unsafe_skip_rsa_key_validation=True).public_key()
    return load_der_private_key(block.body, None, unsafe_skip_rsa_key_validation=True).public_key()


def _encrypted(block: Block) -> KeyMaterial | None:
    """A private key behind a passphrase, if its form is right (RFC 7468 §11, RFC 1421 §4.6, OpenSSH)."""
    lines = block.body.replace(b"\r\n", b"\n").split(b"\n", 1)
    rest = lines[1].rpartition(b"\n-----END ")[0] if len(lines) > 1 else b""
    legacy = _LEGACY_ENCRYPTION.match(rest)
    try:
        content = base64.b64decode(rest[legacy.end() :] if legacy else rest)
    except binascii.Error:
        return None
    if block.label == "ENCRYPTED PRIVATE KEY":
        right = _is_sequence(content)
    elif block.label == "OPENSSH PRIVATE KEY":
        right = content.startswith(_OPENSSH) and not content.startswith(_OPENSSH + _OPENSSH_PLAIN)
    else:
        right = legacy is not None and len(content) % 8 == 0  # whole cipher blocks
    return (
        _nameless(KeyKind.PRIVATE_KEY, encrypted=True) if right and len(content) >= _MIN_ENCRYPTED else None
    )


def _shut(block: Block) -> KeyMaterial | None:
    """A private key of PKCS#8 behind a passphrase, in DER: the OID of PKCS#5 stands at its beginning."""
    shut = _PKCS5 in block.body[:32] and _is_sequence(block.body)
    return _nameless(KeyKind.PRIVATE_KEY, encrypted=True) if shut else None


def _is_sequence(content: bytes) -> bool:
    """Whether it is one DER SEQUENCE, no more and no less (X.690 §8.1)."""
    if content[:1] != b"\x30" or len(content) < _MIN_ENCRYPTED:
        return False
    count = content[1] & 0x7F if content[1] & 0x80 else 0
    length = int.from_bytes(content[2 : 2 + count], "big") if count else content[1]
    return len(content) == 2 + count + length


def _certificate(block: Block) -> KeyMaterial | None:
    try:
        # OpenSSL's TRUSTED CERTIFICATE has more behind the certificate, which no parser of X.509 takes
        load = x509.load_pem_x509_certificate if block.label else x509.load_der_x509_certificate
        certificate = load(block.body)
        return replace(
            _subject_key(certificate),
            subject=certificate.subject.rfc4514_string()[:MAX_NAME],
            issuer=certificate.issuer.rfc4514_string()[:MAX_NAME],
            authority=_is_authority(certificate),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            signature_hash=_signature_hash(certificate),
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _signature_hash(certificate: x509.Certificate) -> str:
    """The hash that the issuer signed; some algorithms (Ed25519) have none of their own."""
    try:
        algorithm = certificate.signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):
        name = certificate.signature_algorithm_oid._name  # noqa: SLF001 -- the library's only way to the name of what it does not verify
        return next((hash_ for hash_ in ("md5", "md2", "sha1") if name.lower().startswith(hash_)), "")
    return "" if algorithm is None else algorithm.name


def _subject_key(certificate: x509.Certificate) -> KeyMaterial:
    try:
        return from_public_key(certificate.public_key(), KeyKind.CERTIFICATE)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return _nameless(KeyKind.CERTIFICATE)


def _is_authority(certificate: x509.Certificate) -> bool:
    """BasicConstraints cA (RFC 5280 §4.2.1.9); of version 1, which cannot say, whoever signed itself."""
    if certificate.version is x509.Version.v1:
        return certificate.issuer == certificate.subject
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
