"""Certificate paths (RFC 5280 §6): from a signer's certificate to an anchor that the user named.

What is checked: names and signatures link up, each certificate holds at the moment, each above the first is
a CA that may sign certificates and allows so many below it, nothing critical is left that is not understood,
and keys and algorithms are of today. What is not: revocation, which needs a network.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtensionOID

from roadworthy.model.errors import VerificationError

T = TypeVar("T", bound=x509.ExtensionType)

MAX_DEPTH: Final = 8
MIN_RSA_BITS: Final = 2048
HASHES: Final = frozenset({"sha256", "sha384", "sha512"})
CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})
MUD_SIGNER: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.30")  # id-pe-mudsigner, RFC 8520 §11
UNDERSTOOD: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.CERTIFICATE_POLICIES,
        MUD_SIGNER,
    }
)
ASK: Final = "Ask the signer for a certificate that holds, or for the anchor that it was issued under."


def check_path(
    leaf: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    moment: datetime,
) -> tuple[x509.Certificate, ...]:
    """The path from a certificate to an anchor.

    Args:
        leaf: The certificate that signed.
        others: Certificates that came with it; they prove nothing by themselves.
        anchors: Certificates that the user trusts.
        moment: For which everything must hold (UTC).

    Returns:
        The path, the leaf first and the anchor last; the leaf alone if it is an anchor itself.

    Raises:
        VerificationError: There is none. Says what was wrong with the nearest one.
    """
    _check_one(leaf, moment)
    trouble: list[str] = []
    path = _climb([leaf], others, anchors, moment, trouble)
    if path is None:
        why = trouble[0] if trouble else f"nobody here issued {name(leaf)}: its issuer is {issuer(leaf)}"
        raise VerificationError(f"the certificate leads to no anchor: {why}", hint=ASK)
    return path


def name(certificate: x509.Certificate) -> str:
    """Whose certificate it is (RFC 4514)."""
    return certificate.subject.rfc4514_string() or "nobody"


def issuer(certificate: x509.Certificate) -> str:
    """Who issued it (RFC 4514)."""
    return certificate.issuer.rfc4514_string() or "nobody"


def _climb(
    path: list[x509.Certificate],
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    moment: datetime,
    trouble: list[str],
) -> tuple[x509.Certificate, ...] | None:
    """Depth first, anchors before what came along. No certificate stands twice in a path."""
    if path[-1] in anchors:
        return tuple(path)
    if len(path) >= MAX_DEPTH:
        trouble.append(f"the path is longer than {MAX_DEPTH} certificates")
        return None
    for above in (*anchors, *others):
        if above.subject != path[-1].issuer or above in path:
            continue
        try:
            _check_one(above, moment)
            _check_issuer(above, path[-1], below=len(path) - 1)
        except VerificationError as error:
            trouble.append(str(error))
            continue
        if (found := _climb([*path, above], others, anchors, moment, trouble)) is not None:
            return found
    return None


def _check_one(certificate: x509.Certificate, moment: datetime) -> None:
    """It holds at the moment, with a key and a signature of today, and nothing in it is beyond us."""
    whose = name(certificate)
    if moment < certificate.not_valid_before_utc:
        raise VerificationError(
            f"the certificate of {whose} holds only from {certificate.not_valid_before_utc:%Y-%m-%d}",
            hint=ASK,
        )
    if moment > certificate.not_valid_after_utc:
        raise VerificationError(
            f"the certificate of {whose} expired on {certificate.not_valid_after_utc:%Y-%m-%d}", hint=ASK
        )
    check_key(key_of(certificate), whose)
    hashed = _hash_of(certificate)
    if hashed is not None and hashed.name not in HASHES:
        raise VerificationError(f"the certificate of {whose} is signed over {hashed.name}", hint=ASK)
    for each in _extensions(certificate):
        if each.critical and each.oid not in UNDERSTOOD:
            raise VerificationError(
                f"the certificate of {whose} has a critical extension that is not understood: "
                f"{each.oid.dotted_string}",
                hint=ASK,
            )


def _check_issuer(above: x509.Certificate, certificate: x509.Certificate, *, below: int) -> None:
    """One may issue certificates, so far above, and did issue this one."""
    whose = name(above)
    constraints = find(above, x509.BasicConstraints)
    if constraints is None or not constraints.ca:
        raise VerificationError(f"{whose} may not issue certificates: it is no CA", hint=ASK)
    if constraints.path_length is not None and below > constraints.path_length:
        raise VerificationError(
            f"{whose} allows {constraints.path_length} CAs below it, not {below}", hint=ASK
        )
    usage = find(above, x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        raise VerificationError(f"the key of {whose} is not for signing certificates", hint=ASK)
    try:
        certificate.verify_directly_issued_by(above)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError) as error:
        raise VerificationError(
            f"{whose} did not sign the certificate of {name(certificate)}", hint=ASK
        ) from error


def key_of(certificate: x509.Certificate) -> object:
    """The key in a certificate. Raises `VerificationError` if it is none, or of an unknown kind."""
    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        what = f"the key in the certificate of {name(certificate)} cannot be used: {error}"
        raise VerificationError(what, hint=ASK) from error


def _hash_of(certificate: x509.Certificate) -> hashes.HashAlgorithm | None:
    try:
        return certificate.signature_hash_algorithm
    except UnsupportedAlgorithm as error:
        what = f"the certificate of {name(certificate)} is signed in an unknown way: {error}"
        raise VerificationError(what, hint=ASK) from error


def check_key(key: object, whose: str) -> None:
    """A key is of a kind and size that is held to be safe. Raises `VerificationError`."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= MIN_RSA_BITS:
        return
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES:
        return
    if isinstance(key, ed25519.Ed25519PublicKey):
        return
    raise VerificationError(f"the key of {whose} is too weak, or of a kind that is not known", hint=ASK)


def find(certificate: x509.Certificate, kind: type[T]) -> T | None:
    """The value of an extension, or None."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
    except ValueError as error:
        raise VerificationError(
            f"the certificate of {name(certificate)} is damaged: {error}", hint=ASK
        ) from error


def _extensions(certificate: x509.Certificate) -> x509.Extensions:
    try:
        return certificate.extensions
    except (ValueError, x509.DuplicateExtension) as error:
        raise VerificationError(
            f"the certificate of {name(certificate)} is damaged: {error}", hint=ASK
        ) from error
