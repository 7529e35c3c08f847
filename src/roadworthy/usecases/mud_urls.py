"""MUD URLs that devices tell: found in captures and certificates, and told on a page."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.plain import to_plain
from roadworthy.network.mud.emission import Emission, emission_of, url_of_certificate
from roadworthy.network.traffic.capture import PCAP, SECTION, frames
from roadworthy.reports.blocks import Block, Document, Heading, Table, Text

TYPE: Final = "roadworthy.mud-urls/v1"
CAPTURES: Final = (*PCAP, SECTION)
CERTIFICATE: Final = "X.509"
NO_URL: Final = "None. A device that tells none needs a profile that somebody learned, derived or wrote."


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told, once or more often.

    Args:
        file: Where.
        emission: By whom and what; None for a certificate.
        url: The URL; empty where what was told breaks the rules.
        times: How many frames told it.
    """

    file: str
    emission: Emission | None
    url: str
    times: int = 1


def urls(files: Sequence[str], *, read: Callable[[str], bytes]) -> tuple[Told, ...]:
    """What devices tell in captures and certificates, in order, each once.

    Args:
        files: Captures (pcap, pcapng) and certificates (PEM, DER), told apart by what they hold.
        read: Gives the bytes of one, unpacked.

    Raises:
        InputError: One is neither, or cannot be read; says which.
    """
    return tuple(told for file in files for told in _of(file, read(file)))


def urls_page(found: Sequence[Told]) -> Document:
    """The page of what was told."""
    title = f"{len(found)} MUD URLs" if len(found) != 1 else "1 MUD URL"
    body: list[Block] = [Text(NO_URL)]
    if found:
        body = [Table(("URL", "of", "told by", "frames", "remark"), tuple(map(_row, found)))]
    return Document(
        title=title,
        blocks=(Heading(title, 1), *body),
        data={
            "type": TYPE,
            "urls": [
                {
                    "file": each.file,
                    "url": each.url,
                    "source": each.emission.source if each.emission else CERTIFICATE,
                    "times": each.times,
                    "emission": to_plain(each.emission) if each.emission else None,
                }
                for each in found
            ],
        },
    )


def _of(file: str, data: bytes) -> Iterator[Told]:
    if not data.startswith(CAPTURES):
        if url := url_of_certificate(data):
            yield Told(file=file, emission=None, url=url)
        return
    told = (emission_of(each) for each in frames(data, file))
    for emission, times in Counter(each for each in told if each is not None).items():
        yield Told(file=file, emission=emission, url=emission.url, times=times)


def _row(told: Told) -> tuple[str, ...]:
    said = told.emission
    if said is None:
        return told.url, "the certificate's holder", CERTIFICATE, "", "believe it as far as its issuer"
    return said.url or "—", said.mac, said.source, str(told.times), _remark(said)


def _remark(said: Emission) -> str:
    if said.fault:
        return f"not used: {said.fault}"
    if said.relayed:
        return f"passed on by the relay {said.sender}"
    return "" if said.credible else f"not to be believed: sent by {said.sender}"
