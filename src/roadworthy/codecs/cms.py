"""CMS signatures that stand beside what they sign (RFC 5652 §5, detached): made and verified.

Stricter than the standard, on purpose: signed attributes are a must (without them a signature over attributes
can pass for one over content, and the other way round), each attribute stands once and has one value, all
signers must hold, and nothing follows the structure.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from roadworthy.codecs.certificate_path import HASHES, check_path, key_of, name
from roadworthy.model.errors import InputError, VerificationError

MAX_BYTES: Final = 256 * 1024
MALFORMED: Final = (
    ValueError,
    TypeError,
    KeyError,
    OverflowError,
    RecursionError,
    AttributeError,
    IndexError,
)
"""What asn1crypto raises at bytes that are not what they should be."""
MAX_SIGNERS: Final = 8
MAX_CERTIFICATES: Final = 32
DATA: Final = "data"
MUD_TYPE: Final = "1.2.840.113549.1.9.16.1.41"  # id-ct-mudtype, RFC 8520 §16
CHANGED: Final = "Do not use the file: it was changed after it was signed, or the signature is another one's."
ASK_ANEW: Final = "Ask for a new signature; `roadworthy profile sign` makes one."
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_HASHES: Final = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed, as far as it was verified.

    Args:
        certificate: Its certificate.
        path: From it to the anchor, both within.
        signed_at: When it says to have signed; nobody else says so. None if it does not say.
    """

    certificate: x509.Certificate
    path: tuple[x509.Certificate, ...]
    signed_at: datetime | None


def sign(
    content: bytes,
    key: PrivateKey,
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    *,
    now: datetime,
) -> bytes:
    """Sign some bytes, as DER.

    Args:
        content: What is signed; it does not go into the signature.
        key: The signer's.
        certificate: The signer's, of that key.
        others: Certificates between it and the anchor, to go with it.
        now: The signing time to state.

    Raises:
        InputError: Key and certificate do not belong together.
    """
    if key.public_key() != certificate.public_key():
        what = "the key is not that of the certificate"
        raise InputError(what, hint="Give the two that belong together.")
    digest, algorithm = _algorithms(key)
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": [DATA]},
            {
                "type": "signing_time",
                "values": [cms.Time({"utc_time": core.UTCTime(now.replace(microsecond=0))})],
            },
            {"type": "message_digest", "values": [hashlib.new(digest, content).digest()]},
        ]
    )
    own = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}},
            "digest_algorithm": {"algorithm": digest},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": algorithm},
            "signature": _signature(key, digest, attributes.dump()),
        }
    )
    along = [asn1_x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in (certificate, *others)]
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": digest}],
            "encap_content_info": {"content_type": DATA},
            "certificates": along,
            "signer_infos": [signer],
        }
    )
    made: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return made


def verify(
    content: bytes, signature: bytes, *, anchors: Sequence[x509.Certificate], moment: datetime
) -> tuple[Signer, ...]:
    """Verify a detached signature over some bytes.

    Args:
        content: What is said to be signed.
        signature: The CMS structure, DER or BER.
        anchors: Certificates that the user trusts.
        moment: For which the certificates must hold (UTC). The signing time in the signature is only the
            signer's word, so it is not taken for it.

    Returns:
        The signers, all of them verified.

    Raises:
        VerificationError: Any of it does not hold. Says what.
    """
    signed = _parsed(signature)
    certificates = _certificates(signed)
    signers = signed["signer_infos"]
    if not 1 <= len(signers) <= MAX_SIGNERS:
        raise VerificationError(
            f"the signature has {len(signers)} signers, not 1 to {MAX_SIGNERS}", hint=ASK_ANEW
        )
    known = (*certificates, *anchors)
    return tuple(
        _verified(each, signed, content, known=known, anchors=anchors, moment=moment) for each in signers
    )


def _parsed(signature: bytes) -> cms.SignedData:
    if len(signature) > MAX_BYTES:
        raise VerificationError(f"the signature has more than {MAX_BYTES} bytes", hint=ASK_ANEW)
    if signature.lstrip()[:5] == b"-----":
        raise VerificationError("the signature is PEM, and DER is asked for (RFC 8520 §13)", hint=ASK_ANEW)
    try:
        outer = cms.ContentInfo.load(signature, strict=True)
        kind = outer["content_type"].native
        signed = outer["content"]
        whole = outer.native if kind == "signed_data" else None  # all of it is parsed now, or refused
    except MALFORMED as error:
        raise VerificationError(f"the signature is no CMS structure: {error}", hint=ASK_ANEW) from error
    if whole is None or not isinstance(signed, cms.SignedData):
        raise VerificationError(f"the signature is CMS of the type {kind}, not signed data", hint=ASK_ANEW)
    if signed["encap_content_info"]["content"].native is not None:
        raise VerificationError("the signature is not detached: it holds content of its own", hint=ASK_ANEW)
    return signed


def _certificates(signed: cms.SignedData) -> list[x509.Certificate]:
    found = []
    for each in signed["certificates"] or ():
        if each.name != "certificate":
            continue
        try:
            found.append(x509.load_der_x509_certificate(each.chosen.dump()))
        except (ValueError, UnsupportedAlgorithm) as error:
            raise VerificationError(
                f"a certificate in the signature is damaged: {error}", hint=ASK_ANEW
            ) from error
    if len(found) > MAX_CERTIFICATES:
        raise VerificationError(f"more than {MAX_CERTIFICATES} certificates in the signature", hint=ASK_ANEW)
    return found


def _verified(
    info: cms.SignerInfo,
    signed: cms.SignedData,
    content: bytes,
    *,
    known: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    moment: datetime,
) -> Signer:
    certificate = _of_signer(info, known)
    digest = info["digest_algorithm"]["algorithm"].native
    if digest not in HASHES:
        raise VerificationError(f"the signature is over {digest}, which is not safe", hint=ASK_ANEW)
    attributes = _attributes(info)
    kind = signed["encap_content_info"]["content_type"].native
    if kind not in {DATA, MUD_TYPE}:
        raise VerificationError(f"the signature is over content of the type {kind}", hint=ASK_ANEW)
    if attributes.get("content_type") != kind:
        raise VerificationError("the signed attributes name another type of content", hint=ASK_ANEW)
    if attributes.get("message_digest") != hashlib.new(digest, content).digest():
        raise VerificationError("the file is not the one that was signed: its digest differs", hint=CHANGED)
    _check_signature(info, certificate, digest)
    _check_usage(certificate)
    path = check_path(certificate, known, anchors, moment)
    signed_at = attributes.get("signing_time")
    return Signer(
        certificate=certificate, path=path, signed_at=signed_at if isinstance(signed_at, datetime) else None
    )


def _of_signer(info: cms.SignerInfo, known: Sequence[x509.Certificate]) -> x509.Certificate:
    said = info["sid"]
    for each in known:
        if said.name == "subject_key_identifier":
            held = _key_identifier(each)
            if held is not None and held == said.native:
                return each
        elif (
            each.serial_number == said.chosen["serial_number"].native
            and each.issuer.public_bytes() == said.chosen["issuer"].dump()
        ):
            return each
    raise VerificationError("the certificate of the signer is not at hand", hint="Ask the signer for it.")


def _key_identifier(certificate: x509.Certificate) -> bytes | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return None


def _attributes(info: cms.SignerInfo) -> dict[str, object]:
    """The signed attributes, each with its one value. What is not known is passed over."""
    given = info["signed_attrs"]
    if given.native is None:
        raise VerificationError("the signature has no signed attributes", hint=ASK_ANEW)
    found: dict[str, object] = {}
    for each in given:
        kind = each["type"].native
        if kind in found:
            raise VerificationError(f"the attribute {kind} is signed twice", hint=ASK_ANEW)
        values = each["values"].native
        if kind in {"content_type", "message_digest", "signing_time"} and len(values) != 1:
            raise VerificationError(f"the attribute {kind} has {len(values)} values", hint=ASK_ANEW)
        found[kind] = values[0] if values else None
    return found


def _check_signature(info: cms.SignerInfo, certificate: x509.Certificate, digest: str) -> None:
    """Over the DER of the attributes, as a SET (RFC 5652 §5.4)."""
    message = info["signed_attrs"].untag().dump(force=True)
    key = key_of(certificate)
    algorithm: algos.SignedDigestAlgorithm = info["signature_algorithm"]
    value = info["signature"].native
    try:
        _check_by_key(key, algorithm, digest, message, value)
    except InvalidSignature as error:
        raise VerificationError(
            f"the signature by {name(certificate)} does not hold", hint=CHANGED
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise VerificationError(f"the signature algorithm is not known: {error}", hint=ASK_ANEW) from error


def _check_by_key(
    key: object, algorithm: algos.SignedDigestAlgorithm, digest: str, message: bytes, value: bytes
) -> None:
    kind = algorithm.signature_algo
    if isinstance(key, ed25519.Ed25519PublicKey) and kind == "ed25519":
        key.verify(value, message)
        return
    named = algorithm["algorithm"].native
    if named not in {"rsassa_pkcs1v15", "ecdsa", "rsassa_pss"} and algorithm.hash_algo != digest:
        raise ValueError(f"{algorithm.hash_algo} in the algorithm, {digest} beside it")
    chosen = _HASHES[digest]
    if isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pkcs1v15":
        key.verify(value, message, padding.PKCS1v15(), chosen)
    elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pss":
        salt = algorithm["parameters"]["salt_length"].native
        if algorithm.hash_algo != digest:
            raise ValueError(f"{algorithm.hash_algo} in the algorithm, {digest} beside it")
        key.verify(value, message, padding.PSS(padding.MGF1(chosen), salt), chosen)
    elif isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
        key.verify(value, message, ec.ECDSA(chosen))
    else:
        raise ValueError(f"{kind} with a {type(key).__name__}")


def _check_usage(certificate: x509.Certificate) -> None:
    """The certificate is one for signatures (RFC 8520 §13.2 asks for the bit digitalSignature)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError) as error:
        what = f"the certificate of {name(certificate)} does not say that its key may sign"
        raise VerificationError(what, hint="It needs the key usage digitalSignature.") from error
    if not usage.digital_signature:
        what = f"the certificate of {name(certificate)} is not for signatures"
        raise VerificationError(what, hint="It needs the key usage digitalSignature.")


def _algorithms(key: PrivateKey) -> tuple[str, str]:
    """Digest and signature algorithm for a key. Ed25519 goes with SHA-512 (RFC 8419 §3)."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "sha512", "ed25519"
    if isinstance(key, ec.EllipticCurvePrivateKey):
        digest = {"secp384r1": "sha384", "secp521r1": "sha512"}.get(key.curve.name, "sha256")
        return digest, f"{digest}_ecdsa"
    return "sha256", "sha256_rsa"


def _signature(key: PrivateKey, digest: str, message: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(message)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ec.ECDSA(_HASHES[digest]))
    return key.sign(message, padding.PKCS1v15(), _HASHES[digest])
