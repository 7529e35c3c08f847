"""What the packed streams have in common: unpacked within bounds, told from chance, with a known end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from roadworthy.inspection.format import Damaged, NotThisFormat, Opened, Part
from roadworthy.inspection.source import BytesSource, Source
from roadworthy.inspection.texture import entropy

CHUNK: Final = 64 * 1024
MAX_UNPACKED: Final = 128 * 1024 * 1024
TRIAL: Final = 4096
"""Bytes that must unpack before a failure counts as damage and not as chance."""
MAX_MEMBERS: Final = 4096
PACKED: Final = 7.2
"""Bits per byte above which bytes are taken for packed or encrypted ones."""


class Decoder(Protocol):
    """One stream being unpacked, as the decompressors of the standard library do it."""

    @property
    def eof(self) -> bool:
        """Whether its end was reached."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether it can go on only with more bytes."""
        ...

    @property
    def unused_data(self) -> bytes | None:
        """What was handed in from behind its end."""
        ...

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """What more can be said with these bytes, at most `max_length`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """How one kind of stream is unpacked.

    Args:
        name: For messages: ``xz``.
        start: Makes a decoder for a stream.
        errors: What the decoder raises at malformed bytes.
        magic: How a further stream, directly behind the first, would begin; empty if there can be none.
        certain: Whether the header alone proves what it is, so that any failure is damage.
    """

    name: str
    start: Callable[[], Decoder]
    errors: tuple[type[Exception], ...]
    magic: bytes = b""
    certain: bool = False


def open_packed(source: Source, packing: Packing, facts: Mapping[str, str]) -> Opened:
    """Unpack the stream, or the row of streams, at the start of a source. Its content is the one part.

    Raises:
        NotThisFormat: Hardly anything of it unpacks.
        Damaged: It breaks off, or would unpack to more than `MAX_UNPACKED` bytes.
    """
    pieces: list[bytes] = []
    at = total = members = 0
    while not members or (members < MAX_MEMBERS and _goes_on(source, at, packing)):
        piece, at = _unpack(source, at, packing, total)
        pieces.append(piece)
        total += len(piece)
        members += 1
    if not total:
        raise NotThisFormat("nothing is packed in it")
    return packed(size=at, data=b"".join(pieces), facts=facts)


def packed(*, size: int, data: bytes, facts: Mapping[str, str]) -> Opened:
    """What an unpacked stream is: a container of one part."""
    payload = BytesSource(data)
    part = Part(name="payload", source=payload, offset=None, opaque=not looks_packed(payload))
    return Opened(size=size, facts={**facts, "unpacked": f"{len(data)} bytes"}, parts=(part,))


def looks_packed(source: Source) -> bool:
    """Whether bytes look packed or encrypted: what is unrecognised of them may hide a file system."""
    return entropy(source) > PACKED


def _goes_on(source: Source, at: int, packing: Packing) -> bool:
    return bool(packing.magic) and source.read(at, len(packing.magic)) == packing.magic


def _unpack(source: Source, at: int, packing: Packing, before: int) -> tuple[bytes, int]:
    """One stream, and where it ends."""
    decoder = packing.start()
    pieces: list[bytes] = []
    total = before
    while not decoder.eof:
        chunk = source.read(at, CHUNK) if decoder.needs_input else b""
        at += len(chunk)
        if decoder.needs_input and not chunk:
            raise _failure(packing, total, "breaks off")
        try:
            piece = decoder.decompress(chunk, MAX_UNPACKED + 1 - total)
        except packing.errors as error:
            raise _failure(packing, total, f"is malformed ({error})") from error
        pieces.append(piece)
        total += len(piece)
        if total > MAX_UNPACKED:
            raise Damaged(f"the {packing.name} stream unpacks to more than {MAX_UNPACKED} bytes")
    return b"".join(pieces), at - len(decoder.unused_data or b"")


def _failure(packing: Packing, unpacked: int, how: str) -> NotThisFormat | Damaged:
    what = f"the {packing.name} stream {how} after {unpacked} unpacked bytes"
    return Damaged(what) if packing.certain or unpacked >= TRIAL else NotThisFormat(what)
