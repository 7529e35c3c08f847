"""Captures: pcap and pcapng to frames (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng), bounded.

A capture that ends in the middle of a packet gives what it has; what is no capture is refused. Only Ethernet
is taken: other links have no MAC addresses to tell devices apart by.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from roadworthy.model.errors import InputError

MAX_FRAME: Final = 262_144
ETHERNET: Final = 1
PCAP: Final = {
    b"\xd4\xc3\xb2\xa1": ("<", 1e6),
    b"\xa1\xb2\xc3\xd4": (">", 1e6),
    b"\x4d\x3c\xb2\xa1": ("<", 1e9),
    b"\xa1\xb2\x3c\x4d": (">", 1e9),
}
SECTION: Final = b"\x0a\x0d\x0d\x0a"
BYTE_ORDER: Final = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
INTERFACE, ENHANCED = 1, 6
RESOLUTION: Final = 9
RECORD: Final = 16
LINK_HINT: Final = "Capture on an Ethernet interface, for one `tcpdump -i br-lan -w file.pcap`."
NO_CAPTURE: Final = "Give a pcap or pcapng file, as `tcpdump -w` writes it."


class Frame(NamedTuple):
    """One frame, with the moment in seconds since 1970."""

    moment: float
    data: bytes


def frames(data: bytes | memoryview, name: str) -> Iterator[Frame]:
    """The frames of a capture, in order.

    Args:
        data: The file.
        name: What to call it in errors.

    Raises:
        InputError: It is no capture, or not of Ethernet.
    """
    magic = bytes(data[:4])
    if magic in PCAP:
        yield from _pcap(data, name, *PCAP[magic])
    elif magic == SECTION:
        yield from _pcapng(data, name)
    else:
        raise InputError(f"{name} is no capture", hint=NO_CAPTURE)


def _pcap(data: bytes | memoryview, name: str, order: str, unit: float) -> Iterator[Frame]:
    if len(data) < 24:  # noqa: PLR2004 -- the header
        raise InputError(f"{name} ends in its header", hint=NO_CAPTURE)
    _check_link(struct.unpack_from(f"{order}I", data, 20)[0] & 0xFFFF, name)
    header = struct.Struct(f"{order}III")
    at, end = 24, len(data) - RECORD
    while at <= end:
        seconds, parts, length = header.unpack_from(data, at)
        if length > MAX_FRAME or at + RECORD + length > len(data):
            return
        at += RECORD
        yield Frame(seconds + parts / unit, bytes(data[at : at + length]))
        at += length


def _pcapng(data: bytes | memoryview, name: str) -> Iterator[Frame]:
    order = "<"
    units: list[float] = []
    at = 0
    while at + 12 <= len(data):
        if bytes(data[at : at + 4]) == SECTION:
            order = BYTE_ORDER.get(bytes(data[at + 8 : at + 12]), "")
            units = []
            if not order:
                return
        kind, length = struct.unpack_from(f"{order}II", data, at)
        if length < 12 or length % 4 or at + length > len(data):  # noqa: PLR2004 -- the least block
            return
        body = bytes(data[at + 8 : at + length - 4])
        if kind == INTERFACE:
            _check_link(struct.unpack_from(f"{order}H", body)[0], name)
            units.append(_unit(body, order))
        elif kind == ENHANCED and (frame := _enhanced(body, order, units)) is not None:
            yield frame
        at += length


def _enhanced(body: bytes, order: str, units: list[float]) -> Frame | None:
    if len(body) < 20:  # noqa: PLR2004 -- its fixed part
        return None
    number, high, low, length = struct.unpack_from(f"{order}IIII", body)
    if number >= len(units) or length > len(body) - 20 or length > MAX_FRAME:
        return None
    return Frame(((high << 32) | low) / units[number], body[20 : 20 + length])


def _unit(body: bytes, order: str) -> float:
    """Parts of a second that an interface counts in (option if_tsresol); microseconds if it does not say."""
    at = 8
    while at + 4 <= len(body):
        code, length = struct.unpack_from(f"{order}HH", body, at)
        if code == 0:
            break
        if code == RESOLUTION and length == 1 and at + 4 < len(body):
            said = body[at + 4]
            return float(2 ** (said & 0x7F) if said & 0x80 else 10 ** min(said, 18))
        at += 4 + length + (-length % 4)
    return 1e6


def _check_link(link: int, name: str) -> None:
    if link != ETHERNET:
        raise InputError(f"{name} is a capture of link type {link}, not of Ethernet", hint=LINK_HINT)
