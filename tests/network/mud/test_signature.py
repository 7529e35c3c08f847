"""Signatures of MUD files: ours under openssl, those of openssl under ours, and what is refused."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from roadworthy.codecs.cms import sign
from roadworthy.model.errors import VerificationError
from roadworthy.network.mud.signature import Signed, verify
from roadworthy.testing.authority import NOW, YEAR, Holder, Key, curve, issue, usage

FILE = b'{"ietf-mud:mud": {"last-update": "2026-11-01T00:00:00+00:00", "note": "bytes are signed"}}\n'
OLDER = FILE.replace(b"2026-11-01", b"2026-10-01")
NEWER = FILE.replace(b"2026-11-01", b"2026-11-20")
MUD_SIGNER = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.30")
ROOT = issue("Root", ca=True)
MIDDLE = issue("Middle", ROOT, ca=True)
SIGNER = issue("Signer", MIDDLE)
OTHER_ROOT = issue("Other root", ca=True)
Extensions = Sequence[tuple[x509.ExtensionType, bool]]
KINDS: dict[str, Callable[[], Key]] = {
    "p256": curve,
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


def signed(holder: Holder = SIGNER, *others: Holder, data: bytes = FILE) -> bytes:
    along = [each.certificate for each in (others or (MIDDLE,))]
    return sign(data, holder.key, holder.certificate, along, now=NOW)


def check(
    signature: bytes,
    data: bytes = FILE,
    *,
    anchor: Holder = ROOT,
    now: datetime = NOW,
    device: x509.Certificate | None = None,
    previous: bytes | None = None,
) -> Signed:
    return verify(data, signature, anchors=[anchor.certificate], now=now, device=device, previous=previous)


@pytest.fixture(scope="module")
def openssl() -> str:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("NO openssl: install the package openssl")
    return program


def run(*words: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([str(each) for each in words], capture_output=True, check=False)  # noqa: S603 -- openssl


def files(folder: Path, signer: Holder) -> dict[str, Path]:
    content = {
        "mud": FILE, "key": signer.key_pem, "cert": signer.pem, "root": ROOT.pem, "middle": MIDDLE.pem,
    }  # fmt: skip
    for name, data in content.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in content}


@pytest.mark.parametrize("kind", KINDS)
def test_openssl_verifies_ours(kind: str, tmp_path: Path, openssl: str) -> None:
    signer = issue("Signer", MIDDLE, make_key=KINDS[kind])
    made = files(tmp_path, signer)
    place = tmp_path / "p7s"
    place.write_bytes(signed(signer))
    asked = ("cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-CAfile", made["root"])
    done = run(openssl, *asked, "-in", place, "-content", made["mud"], "-out", tmp_path / "out")
    if kind == "ed25519" and b"invalid digest" in done.stderr:
        pytest.skip("THIS openssl does not verify CMS with Ed25519")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").read_bytes() == FILE
    made["mud"].write_bytes(FILE + b" ")
    assert run(openssl, *asked, "-in", place, "-content", made["mud"]).returncode != 0


@pytest.mark.parametrize("kind", KINDS)
def test_we_verify_openssl_s(kind: str, tmp_path: Path, openssl: str) -> None:
    signer = issue("Signer", MIDDLE, make_key=KINDS[kind])
    made = files(tmp_path, signer)
    place = tmp_path / "p7s"
    words = ("cms", "-sign", "-binary", "-outform", "DER", "-signer", made["cert"], "-inkey", made["key"])
    done = run(openssl, *words, "-certfile", made["middle"], "-in", made["mud"], "-out", place)
    if done.returncode and kind == "ed25519":
        pytest.skip("THIS openssl does not sign CMS with Ed25519")
    assert done.returncode == 0, done.stderr
    found = check(place.read_bytes())
    assert [each.certificate for each in found.signers] == [signer.certificate]
    assert [len(each.path) for each in found.signers] == [3]
    assert found.last_update == datetime(2026, 11, 1, tzinfo=UTC)


def test_rsa_pss_by_openssl_verifies(tmp_path: Path, openssl: str) -> None:
    signer = issue("Signer", MIDDLE, make_key=KINDS["rsa"])
    made = files(tmp_path, signer)
    place = tmp_path / "p7s"
    words = ("cms", "-sign", "-binary", "-outform", "DER", "-signer", made["cert"], "-inkey", made["key"])
    more = ("-keyopt", "rsa_padding_mode:pss", "-certfile", made["middle"], "-in", made["mud"], "-out", place)
    assert run(openssl, *words, *more).returncode == 0
    assert check(place.read_bytes()).signers


def test_two_signers_must_both_hold(tmp_path: Path, openssl: str) -> None:
    made = files(tmp_path, SIGNER)
    second = issue("Second", MIDDLE)
    stranger = issue("Stranger", OTHER_ROOT)
    for other, good in ((second, True), (stranger, False)):
        (tmp_path / "key2").write_bytes(other.key_pem)
        (tmp_path / "cert2").write_bytes(other.pem)
        words = (
            "cms",
            "-sign",
            "-binary",
            "-outform",
            "DER",
            "-in",
            made["mud"],
            "-certfile",
            made["middle"],
        )
        one = ("-signer", made["cert"], "-inkey", made["key"])
        two = ("-signer", tmp_path / "cert2", "-inkey", tmp_path / "key2")
        done = run(openssl, *words, *one, *two)
        assert done.returncode == 0, done.stderr
        if good:
            assert len(check(done.stdout).signers) == 2
        else:
            with pytest.raises(VerificationError, match="leads to no anchor"):
                check(done.stdout)


def mended(change: Callable[[asn1.SignedData], None]) -> bytes:
    whole = asn1.ContentInfo.load(signed())
    whole["content"].native  # noqa: B018 -- parsed here, so that it is written anew
    change(whole["content"])
    data: bytes = whole.dump(force=True)
    return data


def no_attributes(data: asn1.SignedData) -> None:
    del data["signer_infos"][0]["signed_attrs"]


def attribute_twice(data: asn1.SignedData) -> None:
    attributes = data["signer_infos"][0]["signed_attrs"]
    attributes.append(attributes[0].copy())


def other_type(data: asn1.SignedData) -> None:
    data["encap_content_info"]["content_type"] = "signed_data"


def content_inside(data: asn1.SignedData) -> None:
    data["encap_content_info"] = {"content_type": "data", "content": FILE}


def no_signer(data: asn1.SignedData) -> None:
    data["signer_infos"] = []


def no_certificate(data: asn1.SignedData) -> None:
    data["certificates"] = []


def weak_digest(data: asn1.SignedData) -> None:
    data["signer_infos"][0]["digest_algorithm"] = {"algorithm": "sha1"}


def other_algorithm(data: asn1.SignedData) -> None:
    data["signer_infos"][0]["signature_algorithm"] = {"algorithm": "sha512_ecdsa"}


def other_key(data: asn1.SignedData) -> None:
    data["signer_infos"][0]["signature_algorithm"] = {"algorithm": "ed25519"}


def damaged(data: asn1.SignedData) -> None:
    old = data["signer_infos"][0]["signature"].native
    data["signer_infos"][0]["signature"] = old[:-1] + bytes((old[-1] ^ 1,))


FORGED = {
    "no signed attributes": (no_attributes, "no signed attributes"),
    "an attribute twice": (attribute_twice, "signed twice"),
    "another content type": (other_type, "content of the type"),
    "content inside": (content_inside, "not detached"),
    "no signer": (no_signer, "0 signers"),
    "no certificate": (no_certificate, "not at hand"),
    "SHA-1": (weak_digest, "not safe"),
    "another algorithm": (other_algorithm, "beside it"),
    "an algorithm of another key": (other_key, "not known"),
    "one bit of the signature": (damaged, "does not hold"),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_forged_structure_is_refused(case: str) -> None:
    change, told = FORGED[case]
    with pytest.raises(VerificationError, match=told):
        check(mended(change))


def no_usage() -> Holder:
    return issue("Signer", MIDDLE, extensions=[(x509.BasicConstraints(ca=False, path_length=None), True)])


def no_digital_signature() -> Holder:
    return issue("Signer", MIDDLE, extensions=[(usage(sign=False, certify=True), True)])


def unknown_critical() -> Holder:
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\0")
    return issue("Signer", MIDDLE, extensions=[(usage(), True), (strange, True)])


SIGNERS: dict[str, tuple[Callable[[], Holder], str]] = {
    "no key usage": (no_usage, "does not say that its key may sign"),
    "key usage without digitalSignature": (no_digital_signature, "not for signatures"),
    "a critical extension nobody knows": (unknown_critical, "critical extension"),
    "expired": (lambda: issue("Signer", MIDDLE, ends=NOW - timedelta(days=1)), "expired on"),
    "not yet valid": (lambda: issue("Signer", MIDDLE, begins=NOW + timedelta(days=1)), "holds only from"),
    "a weak key": (
        lambda: issue("Signer", MIDDLE, make_key=lambda: rsa.generate_private_key(65537, 1024)),  # noqa: S505 -- the point
        "too weak",
    ),
    "an odd curve": (
        lambda: issue("Signer", MIDDLE, make_key=lambda: ec.generate_private_key(ec.SECP256K1())),
        "too weak",
    ),
    "a certificate over SHA-224": (lambda: issue("Signer", MIDDLE, digest=hashes.SHA224()), "over sha224"),
    "self-signed": (lambda: issue("Signer"), "leads to no anchor"),
}


@pytest.mark.parametrize("case", SIGNERS)
def test_a_signer_who_may_not_sign_is_refused(case: str) -> None:
    make, told = SIGNERS[case]
    with pytest.raises(VerificationError, match=told):
        check(signed(make()))


def under(
    *, ca: bool = True, ends: datetime = NOW + YEAR, extensions: Extensions | None = None
) -> tuple[Holder, Holder]:
    middle = issue("Middle", ROOT, ca=ca, ends=ends, extensions=extensions)
    return middle, issue("Signer", middle)


def test_an_issuer_who_may_not_issue_is_refused() -> None:
    middle, signer = under(ca=False)
    with pytest.raises(VerificationError, match="it is no CA"):
        check(signed(signer, middle))
    middle, signer = under(
        extensions=[(x509.BasicConstraints(ca=True, path_length=None), True), (usage(), True)]
    )
    with pytest.raises(VerificationError, match="not for signing certificates"):
        check(signed(signer, middle))
    middle, signer = under(ends=NOW - timedelta(days=1))
    with pytest.raises(VerificationError, match="Middle expired"):
        check(signed(signer, middle))
    first = issue("First", ROOT, ca=True, pathlen=0)
    second = issue("Second", first, ca=True)
    with pytest.raises(VerificationError, match="allows 0 CAs below it"):
        check(signed(issue("Signer", second), first, second))


def test_a_name_alone_makes_no_issuer() -> None:
    false = issue("Middle", ca=True)
    with pytest.raises(VerificationError, match="did not sign the certificate"):
        check(signed(issue("Signer", MIDDLE), false))


def test_another_anchor_a_changed_file_and_rubbish_are_refused() -> None:
    with pytest.raises(VerificationError, match="leads to no anchor"):
        check(signed(), anchor=OTHER_ROOT)
    with pytest.raises(VerificationError, match="its digest differs"):
        check(signed(), FILE + b" ")
    for rubbish in (
        b"",
        b"\0" * 100,
        signed()[:-1],
        signed() + b"\0",
        b"-----BEGIN CMS-----",
        b"\x30" * 300_000,
    ):
        with pytest.raises(VerificationError):
            check(rubbish)


def test_the_device_names_its_signer() -> None:
    def device(subject: x509.Name | bytes) -> x509.Certificate:
        value = subject if isinstance(subject, bytes) else subject.public_bytes()
        named = x509.UnrecognizedExtension(MUD_SIGNER, value)
        return issue("Device", ROOT, extensions=[(usage(), True), (named, False)]).certificate

    assert check(signed(), device=device(SIGNER.certificate.subject)).signers
    assert check(signed(), device=issue("Device", ROOT).certificate).signers
    with pytest.raises(VerificationError, match="wants its file signed by"):
        check(signed(), device=device(MIDDLE.certificate.subject))
    with pytest.raises(VerificationError, match="no name"):
        check(signed(), device=device(b"\x0c\x03abc"))


def test_an_older_file_does_not_replace_a_newer_one() -> None:
    assert check(signed(data=NEWER), NEWER, previous=FILE).last_update.day == 20
    assert check(signed(), previous=FILE).signers
    with pytest.raises(VerificationError, match="older than the one of 2026-11-01"):
        check(signed(data=OLDER), OLDER, previous=FILE)
    same = FILE.replace(b"note", b"Note")
    with pytest.raises(VerificationError, match="both say to be of"):
        check(signed(data=same), same, previous=FILE)
    with pytest.raises(VerificationError, match="yet to come"):
        check(signed(), now=datetime(2026, 10, 20, tzinfo=UTC))
    with pytest.raises(VerificationError, match="last-update"):
        check(signed(data=b"{}"), b"{}")


def test_a_real_signed_pair_held_until_its_authority_expired(network_samples: Path) -> None:
    folder = network_samples / "mud/cisco_luminaire_signed"
    data = (folder / "Luminaire_150.json").read_bytes()
    signature = (folder / "Luminaire_150.p7s").read_bytes()
    anchors = [x509.load_pem_x509_certificate((folder / "luminaire-cacert.pem").read_bytes())]
    then = datetime(2018, 9, 20, tzinfo=UTC)
    (signer,) = verify(data, signature, anchors=anchors, now=then).signers
    assert (
        signer.certificate.subject.rfc4514_string()
        == "CN=luminaire.example.com,O=Demo Luminaire Manufacturer"
    )
    assert signer.signed_at == datetime(2018, 9, 17, 22, 20, 6, tzinfo=UTC)
    assert verify(data, signature, anchors=anchors, now=NOW, moment=then).signers
    with pytest.raises(VerificationError, match="Demo Luminaire Manufacturer expired on 2019-07-12"):
        verify(data, signature, anchors=anchors, now=NOW)
    with pytest.raises(VerificationError, match="digest differs"):
        verify(data.replace(b"\n", b"\r\n"), signature, anchors=anchors, now=then)
