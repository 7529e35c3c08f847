"""Fetch a MUD file and its signature from where its URL says, and take it only if all of it holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from urllib.parse import urljoin, urlsplit

from roadworthy.codecs.certificate_path import name
from roadworthy.codecs.cms import MAX_BYTES as SIGNATURE_BYTES
from roadworthy.model.errors import InputError, SourceError, VerificationError
from roadworthy.network.mud.emission import fault_of
from roadworthy.network.mud.file import MudFile
from roadworthy.network.mud.reading import MOST_BYTES, read_mud
from roadworthy.network.mud.signature import Signed, check_time
from roadworthy.reports.blocks import Document, Facts, Heading, Text
from roadworthy.usecases.evidence import ReadFile
from roadworthy.usecases.signed_profiles import Trust, verified_data

FETCHED_TYPE: Final = "roadworthy.profile-fetched/v1"
MUD_JSON: Final = "application/mud+json"  # RFC 8520 §17.4
SIGNATURE_TYPE: Final = "application/pkcs7-signature"  # RFC 8520 §13.2
DEFAULT_HOURS: Final = 48  # RFC 8520 §3.5
ASK: Final = "Ask the maker of the device. The profile that was held before stays."
UNSIGNED: Final = (
    "Nobody's signature was asked for: whoever holds the server's certificate could have changed this file."
)


class Get(Protocol):
    """Fetches what is at an address, as a media type, at most so many bytes; None if there is nothing."""

    def __call__(self, url: str, media_type: str, limit: int, /) -> bytes | None:
        """The bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """What to fetch.

    Args:
        url: The MUD URL.
        trust: Whom to trust to sign; None to ask for no signature.
        previous: File with the version that was held before; empty for none.
        now: The time (UTC).
    """

    url: str
    trust: Trust | None
    previous: str = ""
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A MUD file that may be used.

    Args:
        url: Where it is from.
        data: Byte for byte.
        mud: The same, read.
        last_update: When it says to have been changed last.
        signature: Its signature; empty if none was asked for.
        signature_url: Where that is from.
        signed: Who signed; None if that was not asked.
    """

    url: str
    data: bytes
    mud: MudFile
    last_update: datetime
    signature: bytes = b""
    signature_url: str = ""
    signed: Signed | None = None


def fetch(request: FetchRequest, *, get: Get, read: ReadFile) -> Fetched:
    """Fetch a MUD file and what proves it.

    Raises:
        InputError: The URL, or a file, cannot be used.
        PolicyError: The URL leads where nothing may be fetched from.
        SourceError: Something could not be fetched.
        VerificationError: Something does not hold: the signature, the time, the URL that the file names.
    """
    if fault := fault_of(request.url):
        raise InputError(f"{request.url} is no MUD URL: {fault}", hint="Give an https address.")
    data = get(request.url, MUD_JSON, MOST_BYTES)
    if data is None:
        raise SourceError(f"there is nothing at {request.url}", hint=ASK)
    mud = _read(data, request.url)
    previous = read(request.previous, limit=MOST_BYTES) if request.previous else None
    if request.trust is None:
        updated = check_time(data, now=request.now, previous=previous)
        return Fetched(url=request.url, data=data, mud=mud, last_update=updated)
    place, signature = _signature(request.url, mud, get)
    signed = verified_data(data, signature, request.trust, now=request.now, previous=previous, read=read)
    return Fetched(
        url=request.url,
        data=data,
        mud=mud,
        last_update=signed.last_update,
        signature=signature,
        signature_url=place,
        signed=signed,
    )


def fetched_page(fetched: Fetched, file: str, signature: str) -> Document:
    """What was fetched, from where, and whom it rests on.

    Args:
        fetched: It.
        file: Where the file was written to.
        signature: Where its signature was written to; empty if there is none.
    """
    about, signed = fetched.mud.about, fetched.signed
    signers = [name(each.certificate) for each in signed.signers] if signed else []
    hours = about.cache_validity or DEFAULT_HOURS
    facts = (
        ("device", about.systeminfo or ""),
        ("from", fetched.url),
        ("of", f"{fetched.last_update:%Y-%m-%d}"),
        ("signed by", "; ".join(signers) or "not asked"),
        ("fetch again", f"after {hours} hours"),
        ("gets updates", "yes" if about.is_supported else "no: its maker has ended support"),
        ("written to", ", ".join(filter(None, (file, signature)))),
    )
    title = f"{fetched.url} is fetched" + (" and its signature holds" if signed else "")
    return Document(
        title=title,
        blocks=(
            Heading(title, 1),
            Facts(tuple((key, value) for key, value in facts if value)),
            *(() if signed else (Text(UNSIGNED),)),
        ),
        data={
            "type": FETCHED_TYPE,
            "url": fetched.url,
            "signature_url": fetched.signature_url,
            "last_update": fetched.last_update.isoformat(),
            "cache_validity_hours": hours,
            "is_supported": about.is_supported,
            "signers": signers,
            "file": file,
            "signature": signature,
        },
    )


def _read(data: bytes, url: str) -> MudFile:
    """The file; one that says to be of another URL is another device's, whoever signed it."""
    try:
        mud = read_mud(data, url)
    except InputError as error:
        raise VerificationError(str(error), hint=ASK) from error
    if mud.about.mud_url != url:
        what = f"the file at {url} says to be the one of {mud.about.mud_url[:200]}"
        raise VerificationError(what, hint=ASK)
    return mud


def _signature(url: str, mud: MudFile, get: Get) -> tuple[str, bytes]:
    """The signature and where it was: where the file says, or beside it."""
    places = [urljoin(url, mud.about.mud_signature)] if mud.about.mud_signature else list(_beside(url))
    for place in places:
        found = get(place, SIGNATURE_TYPE, SIGNATURE_BYTES)
        if found is not None:
            return place, found
    where = " or ".join(places)
    hint = f"{ASK} --unsigned takes the file without, on the word of its server."
    raise VerificationError(f"there is no signature at {where}", hint=hint)


def _beside(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    if parts.path.endswith(".json"):
        yield parts._replace(path=parts.path.removesuffix(".json") + ".p7s").geturl()
    yield parts._replace(path=parts.path + ".p7s").geturl()
