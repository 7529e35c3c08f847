"""MUD files as they are published: show what one allows, sign it, verify who signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from roadworthy.codecs.certificate_path import name
from roadworthy.codecs.cms import MAX_BYTES as SIGNATURE_BYTES
from roadworthy.codecs.cms import PrivateKey
from roadworthy.codecs.cms import sign as sign_cms
from roadworthy.codecs.plain import to_plain
from roadworthy.model.errors import InputError
from roadworthy.network.mud.extensions import tls_profiles_of, transparency_of
from roadworthy.network.mud.file import MudFile
from roadworthy.network.mud.meaning import policy_of
from roadworthy.network.mud.reading import MOST_BYTES, read_mud
from roadworthy.network.mud.signature import Signed, verify
from roadworthy.network.mud.upgrade import Upgraded
from roadworthy.network.policy import Policy, Rule
from roadworthy.network.profile.wording import describe
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Table, Text
from roadworthy.usecases._extension_blocks import extension_blocks
from roadworthy.usecases.evidence import ReadFile

PEM_BYTES: Final = 256 * 1024
SHOWN_TYPE: Final = "roadworthy.profile/v1"
VERIFIED_TYPE: Final = "roadworthy.profile-signature/v1"
UPGRADED_TYPE: Final = "roadworthy.profile-upgrade/v1"
AS_PEM: Final = "Give it as PEM; `openssl` writes it so."


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyRequest:
    """What to verify.

    Args:
        file: The MUD file.
        signature: Its signature, DER.
        anchors: Files with the certificates that are trusted, PEM.
        device: File with the device's own certificate, PEM; empty for none.
        previous: The version of the file that was held before; empty for none.
        now: The time (UTC).
        moment: For which certificates must hold; `now` if None.
    """

    file: str
    signature: str
    anchors: tuple[str, ...]
    device: str = ""
    previous: str = ""
    now: datetime
    moment: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whom to trust to sign.

    Args:
        anchors: Files with the certificates that are trusted, PEM.
        device: File with the device's own certificate, PEM; empty for none.
        moment: For which certificates must hold; the time of the command if None.
    """

    anchors: tuple[str, ...]
    device: str = ""
    moment: datetime | None = None


def show(file: str, *, read: ReadFile) -> Document:
    """The page of a MUD file: whose it is, and what it allows, rule by rule.

    Raises:
        InputError: It cannot be read; names the node.
    """
    mud = read_mud(read(file, limit=MOST_BYTES), file)
    policy = policy_of(mud)
    about = mud.about
    said = (
        ("published at", about.mud_url),
        ("of", about.last_update),
        ("device", about.systeminfo or ""),
        ("maker", about.mfg_name or ""),
        ("model", about.model_name or ""),
        ("gets updates", "yes" if about.is_supported else "no: its maker has ended support"),
    )
    blocks: list[Block] = [
        Heading(about.systeminfo or about.mud_url, 1),
        Facts(tuple((key, value) for key, value in said if value)),
        Heading("What it may do"),
        _rules(policy.rules),
    ]
    if strange := [rule for rule in policy.rules if rule.unheld]:
        blocks += [Heading("What nobody can hold"), Text(_warning(strange)), _unheld(strange)]
    blocks += extension_blocks(mud)
    return Document(title=about.systeminfo or about.mud_url, blocks=tuple(blocks), data=_data(mud, policy))


def sign(data: bytes, file: str, *, key: bytes, certificates: bytes, now: datetime) -> bytes:
    """The signature to stand beside a MUD file.

    Args:
        data: The file; it must be one that can be read.
        file: Its name, for errors.
        key: The signer's private key, PEM.
        certificates: The signer's certificate, then those between it and the anchor, PEM.
        now: The signing time to state.

    Raises:
        InputError: Something cannot be read, or key and certificate do not belong together.
    """
    read_mud(data, file)
    first, *others = _certificates(certificates, "the certificate")
    return sign_cms(data, _key(key), first, others, now=now)


def verified(request: VerifyRequest, *, read: ReadFile) -> Signed:
    """Who signed a MUD file.

    Raises:
        InputError: Something cannot be read.
        VerificationError: The signature does not hold. Says what is wrong.
    """
    data = read(request.file, limit=MOST_BYTES)
    signed = verified_data(
        data,
        read(request.signature, limit=SIGNATURE_BYTES),
        Trust(anchors=request.anchors, device=request.device, moment=request.moment),
        now=request.now,
        previous=read(request.previous, limit=MOST_BYTES) if request.previous else None,
        read=read,
    )
    read_mud(data, request.file)
    return signed


def verified_data(
    data: bytes, signature: bytes, trust: Trust, *, now: datetime, previous: bytes | None, read: ReadFile
) -> Signed:
    """Who signed a MUD file, as far as it is at hand.

    Args:
        data: The file.
        signature: Its signature, DER.
        trust: Whom to trust.
        now: The time (UTC).
        previous: The version that was held before; None for none.
        read: Reads the certificates.

    Raises:
        InputError: A certificate cannot be read.
        VerificationError: The signature does not hold. Says what is wrong.
    """
    anchors = [each for file in trust.anchors for each in _certificates(read(file, limit=PEM_BYTES), file)]
    device = _certificates(read(trust.device, limit=PEM_BYTES), trust.device)[0] if trust.device else None
    return verify(
        data, signature, anchors=anchors, now=now, moment=trust.moment, device=device, previous=previous
    )


def verified_page(file: str, signed: Signed) -> Document:
    """The page of a signature that holds."""
    rows = tuple(
        (
            name(each.certificate),
            " ← ".join(name(one) for one in each.path[1:]) or "itself an anchor",
            f"{each.signed_at:%Y-%m-%d}" if each.signed_at else "not said",
        )
        for each in signed.signers
    )
    title = f"The signature of {file} holds"
    return Document(
        title=title,
        blocks=(
            Heading(title, 1),
            Facts((("file of", f"{signed.last_update:%Y-%m-%d}"),)),
            Table(("signed by", "vouched for by", "on, as the signer says"), rows),
            Text("Whether a certificate was taken back since is not asked: that needs a network."),
        ),
        data={
            "type": VERIFIED_TYPE,
            "file": file,
            "last_update": signed.last_update.isoformat(),
            "signers": [
                {"subject": row[0], "path": [name(one) for one in each.path], "signed_at": row[2]}
                for row, each in zip(rows, signed.signers, strict=True)
            ],
        },
    )


def upgraded_page(file: str, done: Upgraded) -> Document:
    """What was changed in a MUD file."""
    title = f"{file} is mended" if done.changes else f"{file} needs no mending"
    rows = tuple((each.partition(": ")[0], each.partition(": ")[2]) for each in done.changes)
    body: tuple[Block, ...] = (Table(("where", "what was changed"), rows),) if rows else ()
    return Document(
        title=title,
        blocks=(Heading(title, 1), *body),
        data={"type": UPGRADED_TYPE, "file": file, "changes": list(done.changes)},
    )


def _rules(rules: Sequence[Rule]) -> Block:
    """A line for each thing that may be done; a file says most of them twice, for IPv4 and IPv6."""
    said: dict[str, list[str]] = {}
    for rule in rules:
        words = describe(rule) if rule.accept else f"NOT: {describe(rule)}"
        said.setdefault(words, []).append(rule.name)
    rows = tuple((words, ", ".join(names)) for words, names in said.items())
    return Table(("what", "rule"), rows) if rows else Text("Nothing, beside what every device may do.")


def _warning(rules: Sequence[Rule]) -> str:
    return f"{len(rules)} rules ask for what no gateway can look at. They open nothing."


def _unheld(rules: Sequence[Rule]) -> Block:
    return Table(("rule", "asks for"), tuple((rule.name, ", ".join(rule.unheld)) for rule in rules))


def _data(mud: MudFile, policy: Policy) -> dict[str, object]:
    return {
        "type": SHOWN_TYPE,
        "about": to_plain(mud.about),
        "policy": to_plain(policy),
        "transparency": to_plain(transparency_of(mud)),
        "tls_profiles": to_plain(tuple(tls_profiles_of(mud))),
    }


def _certificates(data: bytes, file: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(f"{file} holds no certificate", hint=AS_PEM) from error


def _key(data: bytes) -> PrivateKey:
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InputError("the key cannot be read", hint=f"{AS_PEM} It must have no password.") from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise InputError("the key is of a kind that is not used here", hint="Use RSA, ECDSA or Ed25519.")
    return key
