"""Keys and certificates: what counts, what does not, and that no key text is shown."""

import shutil
import struct
import subprocess
from base64 import encodebytes
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.inventory import _key_stores
from roadworthy.inspection.inventory._pem import MAX_BLOCKS
from roadworthy.inspection.inventory.key_material import CATALOGER
from roadworthy.model.key_material import KeyKind, KeyMaterial
from roadworthy.testing.inventory import survey_files

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
PLAIN, SECRET = NoEncryption(), BestAvailableEncryption(b"example")


def keys(data: bytes, path: str = "/etc/file") -> tuple[KeyMaterial, ...]:
    surveyed = survey_files(CATALOGER, {path: data})
    assert surveyed.problems == ()
    return surveyed.inventory.keys


def only(data: bytes, path: str = "/etc/file") -> KeyMaterial:
    found = keys(data, path)
    assert len(found) == 1, found
    return found[0]


def fingerprint(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return "sha256:" + digest.finalize().hex()


def certificate_builder() -> x509.CertificateBuilder:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera.example")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(EC.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2021, 1, 1, tzinfo=UTC))
    )


def certificate(*, authority: bool = False) -> x509.Certificate:
    return (
        certificate_builder()
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(EC, hashes.SHA256())
    )


@pytest.mark.parametrize(
    "form", [PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8, PrivateFormat.OpenSSH]
)
@pytest.mark.parametrize(("key", "algorithm", "bits"), [(RSA, "rsa", 2048), (EC, "ec", 256)])
def test_private_keys_in_the_clear(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, algorithm: str, bits: int, form: PrivateFormat
) -> None:
    found = only(key.private_bytes(Encoding.PEM, form, PLAIN))
    assert (found.kind, found.algorithm, found.bits) == (KeyKind.PRIVATE_KEY, algorithm, bits)
    assert (found.fingerprint, found.encrypted) == (fingerprint(key), False)


def test_a_key_its_public_half_and_its_certificate_share_the_fingerprint() -> None:
    public = EC.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = certificate().public_bytes(Encoding.PEM) + public
    assert {each.kind: each.fingerprint for each in keys(text)} == {
        KeyKind.CERTIFICATE: fingerprint(EC),
        KeyKind.PUBLIC_KEY: fingerprint(EC),
    }


@pytest.mark.parametrize("form", [PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8])
def test_encrypted_keys_count_by_their_form(form: PrivateFormat) -> None:
    found = only(RSA.private_bytes(Encoding.PEM, form, SECRET))
    assert (found.kind, found.encrypted, found.fingerprint) == (KeyKind.PRIVATE_KEY, True, "")


def test_an_encrypted_openssh_key_counts() -> None:
    body = b"openssh-key-v1\0\0\0\0\x0aaes256-ctr\0\0\0\x06bcrypt" + bytes(120)
    text = encodebytes(body)
    found = only(b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + text + b"-----END OPENSSH PRIVATE KEY-----\n")
    assert found.encrypted


@pytest.mark.parametrize(
    "key",
    [ed25519.Ed25519PrivateKey.generate(), dsa.generate_private_key(key_size=2048)],
    ids=["ed25519", "dsa"],
)
def test_other_kinds(key: ed25519.Ed25519PrivateKey | dsa.DSAPrivateKey) -> None:
    found = only(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, PLAIN))
    assert found.algorithm in ("ed25519", "dsa")
    assert found.bits in (256, 2048)


@pytest.mark.parametrize("authority", [True, False])
def test_certificates(*, authority: bool) -> None:
    found = only(certificate(authority=authority).public_bytes(Encoding.PEM))
    assert (found.subject, found.issuer, found.authority) == (
        "CN=camera.example",
        "CN=camera.example",
        authority,
    )
    assert found.not_before == datetime(2020, 1, 1, tzinfo=UTC)
    assert found.not_after == datetime(2021, 1, 1, tzinfo=UTC)


def test_der_counts_whatever_the_file_is_called_but_for_bare_public_keys() -> None:
    der = certificate().public_bytes(Encoding.DER)
    assert only(der, "/etc/server.crt").kind is KeyKind.CERTIFICATE
    assert only(der, "/etc/server.bin").kind is KeyKind.CERTIFICATE
    public = RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert only(public, "/etc/server.pub").kind is KeyKind.PUBLIC_KEY
    assert keys(public, "/etc/server.bin") == ()
    key = RSA.private_bytes(Encoding.DER, PrivateFormat.PKCS8, PLAIN)
    assert only(key, "/etc/server.key").kind is KeyKind.PRIVATE_KEY


def test_keys_inside_programs_are_found_by_offset() -> None:
    pem = EC.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, PLAIN)
    found = only(b"\x7fELF" + bytes(1000) + pem + bytes(50))
    assert (found.evidence[0].offset, found.evidence[0].line) == (1004, None)


def test_keys_in_texts_are_found_by_line() -> None:
    pem = EC.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, PLAIN)
    assert only(b"# one\n# two\n" + pem).evidence[0].line == 3


def test_evidence_holds_nothing_of_the_key() -> None:
    pem = EC.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, PLAIN)
    shown = repr(only(pem))
    assert not any(line.decode() in shown for line in pem.splitlines()[1:-1])


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----\0-----END RSA PRIVATE KEY-----" + "\0" * 64,
        "-----BEGIN PRIVATE KEY-----\nput your key here, it is long enough\n-----END PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + "QUJD" * 40 + "\n-----END ENCRYPTED PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\n" + "MIIB" * 40 + "\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nMIIB" + "A" * 100_000,
        "-----BEGIN DH PARAMETERS-----\n" + "QUJD" * 40 + "\n-----END DH PARAMETERS-----",
        "-----BEGIN %s-----\n-----END %s-----" + " " * 64,
        "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nQUJD\n-----END EC PRIVATE KEY-----",
    ],
)
def test_what_only_looks_like_a_key(text: str) -> None:
    assert keys(text.encode()) == ()


def ssh(*fields: bytes | int) -> bytes:
    """Fields as RFC 4251 writes them."""
    raw = [
        each if isinstance(each, bytes) else each.to_bytes(each.bit_length() // 8 + 1, "big")
        for each in fields
    ]
    return b"".join(len(each).to_bytes(4, "big") + each for each in raw)


def test_host_keys_of_dropbear() -> None:
    numbers = RSA.private_numbers()
    public = numbers.public_numbers
    data = ssh(b"ssh-rsa", public.e, public.n, numbers.d, numbers.p, numbers.q)
    found = only(data, "/etc/dropbear/dropbear_rsa_host_key")
    assert (found.kind, found.algorithm, found.fingerprint) == (KeyKind.PRIVATE_KEY, "rsa", fingerprint(RSA))
    point = EC.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    secret = EC.private_numbers().private_value
    assert only(ssh(b"ecdsa-sha2-nistp256", b"nistp256", point, secret)).fingerprint == fingerprint(EC)


@pytest.mark.parametrize(
    "data",
    [
        ssh(b"ssh-rsa", 65537, RSA.public_key().public_numbers().n),  # a public key only
        ssh(b"ssh-rsa", 65537, 1 << 70_000, 5, 7, 11),
        ssh(b"ecdsa-sha2-nistp256", b"nistp256", b"\x04" + bytes(64), 5),  # no point of the curve
        ssh(b"ssh-rsa") + b"\x00\x00\xff\xff" + bytes(80),
        bytes(200),
    ],
)
def test_what_is_no_host_key(data: bytes) -> None:
    assert keys(data) == ()


def test_the_number_of_blocks_is_bounded() -> None:
    public = EC.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    surveyed = survey_files(CATALOGER, {"/etc/file": public * (MAX_BLOCKS + 100)})
    assert len(surveyed.inventory.keys) == MAX_BLOCKS
    assert "no more were read" in surveyed.problems[0].what


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    pem = b"-----BEGIN PRIVATE KEY-----\n" + data + b"\n-----END PRIVATE KEY-----\n" + bytes(64)
    keys(pem)
    keys(b"\x30\x82" + data + bytes(64), "/etc/x.crt")
    keys(b"\x00\x00\x00\x07ssh-rsa" + data + bytes(64))


def test_a_certificate_with_an_extension_twice_is_still_told() -> None:
    builder = certificate_builder()
    for last in (4, 5):
        oid = x509.ObjectIdentifier(f"1.2.3.{last}")
        builder = builder.add_extension(x509.UnrecognizedExtension(oid, b"x"), critical=False)
    once = builder.sign(EC, hashes.SHA256()).public_bytes(Encoding.DER)
    twice = once.replace(bytes.fromhex("06032a0305"), bytes.fromhex("06032a0304"))
    assert twice != once
    found = only(twice, "/etc/cert.der")
    assert (found.kind, found.authority) == (KeyKind.CERTIFICATE, False)


def store(password: bytes | None, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = EC) -> bytes:
    encryption = NoEncryption() if password is None else BestAvailableEncryption(password)
    return pkcs12.serialize_key_and_certificates(
        b"device", key, certificate() if key else None, None, encryption
    )


@pytest.mark.parametrize("password", [b"changeit", b"password", b"1234"])
def test_a_store_behind_a_password_of_everybody_is_as_good_as_open(password: bytes) -> None:
    key = only(store(password), "/etc/device.p12")
    assert (key.kind, key.encrypted) == (KeyKind.PRIVATE_KEY, False)
    assert key.evidence[0].excerpt == f"PKCS#12, opened by {password.decode()}"


def test_a_store_behind_another_password_is_encrypted() -> None:
    key = only(store(b"korrekt Pferd Batterie"), "/opt/anything")
    assert (key.kind, key.encrypted, key.evidence[0].excerpt) == (KeyKind.PRIVATE_KEY, True, "PKCS#12")


def test_a_store_without_a_password_and_one_of_openssl(tmp_path: Path) -> None:
    assert not only(store(None), "/etc/open.pfx").encrypted
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("NO OPENSSL: only the library's own stores are tried")
    (tmp_path / "key.pem").write_bytes(
        EC.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, PLAIN) + certificate().public_bytes(Encoding.PEM)
    )
    for options in ([], ["-legacy"], ["-macalg", "sha512", "-iter", "5000"], ["-nomac"]):
        command = [
            openssl,
            "pkcs12",
            "-export",
            "-in",
            "key.pem",
            "-out",
            "out",
            "-passout",
            "pass:changeit",
            *options,
        ]
        if subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode:  # noqa: S603
            continue  # a build without the old ciphers
        key = only((tmp_path / "out").read_bytes())
        assert key.encrypted is (options == ["-nomac"]), options


def test_a_store_that_asks_for_endless_work_is_not_tried() -> None:
    data = store(b"changeit")
    at = data.rfind(b"\x02\x02\x27\x10")  # the MAC's rounds, 10,000, as the library has them
    if at < 0:
        at = data.rfind(b"\x02\x02\x08\x00")
    assert at > 0
    mended = data[: at + 2] + b"\x7f\xff" + data[at + 4 :]
    assert only(mended).encrypted  # another count: the MAC does not agree
    assert _key_stores.MAX_WORK < 2**31


def test_what_only_begins_like_a_store() -> None:
    data = store(b"changeit")
    for length in range(0, len(data), 7):
        keys(data[:length])
    assert keys(b"\x30\x82\x01\x00\x02\x01\x03\x30" + bytes(300)) == ()
    assert keys(b"\xfe\xed\xfe\xed" + bytes(100)) == ()


def test_a_java_store_with_a_key_and_one_with_certificates_only() -> None:
    head = b"\xfe\xed\xfe\xed" + struct.pack(">II", 2, 1)
    name = struct.pack(">H", 3) + b"key" + bytes(8)
    with_key = head + struct.pack(">I", 1) + name + struct.pack(">I", 40) + bytes(60)
    trusted = (
        head
        + struct.pack(">I", 2)
        + name
        + struct.pack(">H", 5)
        + b"X.509"
        + struct.pack(">I", 60)
        + bytes(60)
    )
    assert only(with_key).encrypted
    assert keys(trusted) == ()
    for length in range(len(with_key)):
        keys(with_key[:length])


@pytest.mark.parametrize(
    "body",
    [
        RSA.private_bytes(Encoding.DER, PrivateFormat.PKCS8, PLAIN),
        RSA.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, PLAIN),
        EC.private_bytes(Encoding.DER, PrivateFormat.PKCS8, PLAIN),
        EC.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, PLAIN),
        certificate().public_bytes(Encoding.DER),
    ],
    ids=["pkcs8", "pkcs1", "ec-pkcs8", "sec1", "certificate"],
)
def test_der_inside_a_program(body: bytes) -> None:
    program = b"\x7fELF" + bytes(301) + body + b"\0code" * 100
    key = only(program, "/usr/bin/vendord")
    assert key.fingerprint in (fingerprint(RSA), fingerprint(EC))
    assert (key.evidence[0].offset, key.evidence[0].excerpt) == (305, "DER")
    for cut in range(10, len(body), 97):
        keys(b"\x7fELF" + bytes(301) + body[:cut])


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP521R1()], ids=["384", "521"])
@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_keys_of_larger_curves_inside_a_program(curve: ec.EllipticCurve, form: PrivateFormat) -> None:
    body = ec.generate_private_key(curve).private_bytes(Encoding.DER, form, PLAIN)
    assert only(b"\x7fELF" + bytes(301) + body + bytes(99), "/usr/bin/vendord").bits == curve.key_size


def test_ed25519_and_shut_keys_in_der() -> None:
    young = ed25519.Ed25519PrivateKey.generate()
    body = young.private_bytes(Encoding.DER, PrivateFormat.PKCS8, PLAIN)
    assert only(b"\x7fELF" + bytes(301) + body + bytes(99), "/bin/a").algorithm == "ed25519"
    shut = RSA.private_bytes(Encoding.DER, PrivateFormat.PKCS8, SECRET)
    assert only(shut, "/etc/server.key").encrypted
    assert keys(shut[: len(shut) // 2], "/etc/server.key") == ()


def test_a_key_cannot_hide_behind_many_certificates() -> None:
    der = certificate().public_bytes(Encoding.DER)
    surveyed = survey_files(CATALOGER, {"/etc/file": (der + b"\0") * 600})
    assert "no more were read" in surveyed.problems[0].what
    beginnings = survey_files(CATALOGER, {"/etc/file": b"\x30\x82" * 600_000})
    assert "no more were looked at" in beginnings.problems[0].what
