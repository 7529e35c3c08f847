"""A certificate authority for tests: keys and certificates, good ones and bad ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Holder:
    """A key and its certificate."""

    key: Key
    certificate: x509.Certificate

    @property
    def key_pem(self) -> bytes:
        """The key, PKCS #8 without a password."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def pem(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.PEM)


def curve() -> Key:
    """A key on P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def usage(*, sign: bool = True, certify: bool = False) -> x509.KeyUsage:
    """Key usage: for signatures, for certificates."""
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certify,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def issue(
    name: str,
    issuer: Holder | None = None,
    *,
    make_key: Callable[[], Key] = curve,
    ca: bool = False,
    pathlen: int | None = None,
    begins: datetime = NOW - YEAR,
    ends: datetime = NOW + YEAR,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] | None = None,
    digest: hashes.SHA224 | hashes.SHA256 | None = None,
) -> Holder:
    """Issue a certificate.

    Args:
        name: Common name of the subject.
        issuer: Who issues it; itself if None.
        make_key: Makes its key.
        ca: Whether it may issue others.
        pathlen: How many CAs may stand below it.
        begins: From when it holds.
        ends: Until when.
        extensions: Instead of the usual ones; pairs with whether each is critical.
        digest: Instead of SHA-256.
    """
    key = make_key()
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    signer = key if issuer is None else issuer.key
    if extensions is None:
        extensions = [(usage(sign=not ca, certify=ca), True)]
        extensions += [(x509.BasicConstraints(ca=ca, path_length=pathlen), True)]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    chosen = None if isinstance(signer, ed25519.Ed25519PrivateKey) else digest or hashes.SHA256()
    return Holder(key, builder.sign(signer, chosen))


def web(*hosts: str, now: datetime) -> tuple[Holder, Holder]:
    """A root, and a certificate of it for an HTTPS server, as strict clients want them (RFC 5280 §4.2).

    Args:
        hosts: Names and addresses of the server.
        now: Around when they hold.
    """
    key, own = curve(), curve()
    known = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    root = issue(
        "Web root",
        make_key=lambda: key,
        extensions=[
            (usage(sign=False, certify=True), True),
            (x509.BasicConstraints(ca=True, path_length=None), True),
            (known, False),
        ],
        begins=now - YEAR,
        ends=now + YEAR,
    )
    names = [_general(each) for each in hosts]
    server = issue(
        hosts[0],
        root,
        make_key=lambda: own,
        extensions=[
            (usage(), True),
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known), False),
            (x509.SubjectAlternativeName(names), False),
        ],
        begins=now - YEAR,
        ends=now + YEAR,
    )
    return root, server


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
