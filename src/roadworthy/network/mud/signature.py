"""Signatures of MUD files (RFC 8520 §13): who signed, may he, and is the file newer than the one before."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from asn1crypto import x509 as asn1_x509
from cryptography import x509

from roadworthy.codecs.certificate_path import MUD_SIGNER, name
from roadworthy.codecs.cms import Signer
from roadworthy.codecs.cms import verify as verify_cms
from roadworthy.model.errors import VerificationError

SKEW: Final = timedelta(days=1)
"""How far the clock of a signer may be ahead."""
ASK: Final = "Ask the maker for the file and the signature of the same release."


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A MUD file whose signature holds.

    Args:
        signers: Who signed.
        last_update: When the file says to have been changed last.
    """

    signers: tuple[Signer, ...]
    last_update: datetime


def verify(
    data: bytes,
    signature: bytes,
    *,
    anchors: Sequence[x509.Certificate],
    now: datetime,
    moment: datetime | None = None,
    device: x509.Certificate | None = None,
    previous: bytes | None = None,
) -> Signed:
    """Verify the signature beside a MUD file.

    Args:
        data: The file, byte for byte.
        signature: What stands beside it.
        anchors: Certificates that the user trusts to sign, or to say who may.
        now: The time (UTC).
        moment: For which certificates must hold; `now` if None. Another one is for old files, and says less.
        device: The device's own certificate, if it gave one: it may name the one who may sign.
        previous: The version of the file that was held before.

    Raises:
        VerificationError: Any of it does not hold. Says what.
    """
    signers = verify_cms(data, signature, anchors=anchors, moment=moment or now)
    if device is not None:
        _check_named(device, signers)
    return Signed(signers=signers, last_update=check_time(data, now=now, previous=previous))


def check_time(data: bytes, *, now: datetime, previous: bytes | None = None) -> datetime:
    """The time of a file, which must not be yet to come, nor before that of the one that was held before.

    Args:
        data: The file.
        now: The time (UTC).
        previous: The version that was held before; the same bytes may come again.

    Raises:
        VerificationError: It is. Or one of the two files does not say.
    """
    updated = last_update(data)
    if updated > now + SKEW:
        what = (
            f"the file says to be of {updated:%Y-%m-%d}, which is yet to come: no later one could replace it"
        )
        raise VerificationError(what, hint=ASK)
    if previous is not None and previous != data:
        _check_newer(updated, last_update(previous))
    return updated


def last_update(data: bytes) -> datetime:
    """The node last-update of a file (RFC 8520 §3.4). Raises `VerificationError` if there is none."""
    try:
        said = json.loads(data)["ietf-mud:mud"]["last-update"]
        moment = datetime.fromisoformat(said)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise VerificationError(
            "the file does not say when it was changed last (last-update)", hint=ASK
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check_newer(updated: datetime, before: datetime) -> None:
    if updated < before:
        what = (
            f"the file is of {updated:%Y-%m-%d}, older than the one of {before:%Y-%m-%d} that was held before"
        )
        raise VerificationError(what, hint="An old profile may allow what was taken back since. " + ASK)
    if updated == before:
        what = f"the file differs from the one that was held before, and both say to be of {updated:%Y-%m-%d}"
        raise VerificationError(what, hint=ASK)


def _check_named(device: x509.Certificate, signers: Sequence[Signer]) -> None:
    """The device's certificate may name who signs (id-pe-mudsigner, RFC 8520 §11)."""
    try:
        found = device.extensions.get_extension_for_oid(MUD_SIGNER).value
    except x509.ExtensionNotFound:
        return
    except (ValueError, x509.DuplicateExtension) as error:
        raise VerificationError(f"the certificate of the device is damaged: {error}", hint=ASK) from error
    value = found.value if isinstance(found, x509.UnrecognizedExtension) else b""
    try:
        wanted = asn1_x509.Name.load(value, strict=True)
        said = wanted.human_friendly
    except (ValueError, TypeError) as error:
        raise VerificationError("the device names a signer that is no name", hint=ASK) from error
    for each in signers:
        if wanted.dump() != each.certificate.subject.public_bytes():
            what = f"the device wants its file signed by {said}, and {name(each.certificate)} signed it"
            raise VerificationError(what, hint=ASK)
