"""Captures: pcap and pcapng to batches of frames (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng), bounded.

A capture that ends in the middle of a packet gives what it has; what is no capture is refused. Only Ethernet
is taken: other links have no MAC addresses to tell devices apart by. A file of any size passes through one
window of some megabytes.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from roadworthy.model.errors import InputError
from roadworthy.network.traffic.chain import NOWHERE, walk
from roadworthy.network.traffic.columns import MARGIN, Column, number, rows
from roadworthy.network.traffic.records import LEAST_BLOCK, MAX_FRAME, Blocks, Records

Fill = Callable[[memoryview], int]
"""Reads bytes of the file into some memory, as `readinto` does, and says how many; 0 at the end."""

WINDOW: Final = 16 * 1024 * 1024
MAX_BLOCK: Final = 16 * 1024 * 1024
"""A longer block of pcapng is passed over unread."""
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
MANY_SECTIONS: Final = 16
"""In one window; after so many, guessing where records begin costs more than it saves."""
LINK_HINT: Final = "Capture on an Ethernet interface, for one `tcpdump -i br-lan -w file.pcap`."
NO_CAPTURE: Final = "Give a pcap or pcapng file, as `tcpdump -w` writes it."


@dataclass(frozen=True, slots=True)
class Batch:
    """Some frames of a capture, in order. It holds until the next one is asked for: they share the memory.

    Args:
        buffer: The bytes that they lie in.
        starts: Where each frame begins, in bytes.
        lengths: How many bytes of it were kept.
        moments: When it was seen, in seconds since 1970.
    """

    buffer: Column
    starts: Column
    lengths: Column
    moments: Column


class _Window:
    """The part of the file that is in memory: bytes up to `end` mean something."""

    def __init__(self, fill: Fill) -> None:
        self._fill = fill
        self.data = np.zeros(WINDOW + MARGIN, np.uint8)
        self.end = 0

    def more(self, at: int) -> bool:
        """Forget what is before a place, which becomes 0, and read on; whether there was more."""
        left = self.end - at
        if left + WINDOW // 2 > len(self.data) - MARGIN:
            data = np.zeros(2 * len(self.data) + MARGIN, np.uint8)
            data[:left] = self.data[at : self.end]
            self.data = data
        elif at:
            self.data[:left] = self.data[at : self.end].copy()
        self.end = left
        view = self.data.data
        before = self.end
        while self.end < len(view) - MARGIN and (read := self._fill(view[self.end : len(view) - MARGIN])):
            self.end += read
        return self.end > before

    def skip(self, count: int) -> bool:
        """Pass over bytes from the beginning of what is there; whether there were so many."""
        while count > self.end:
            count -= self.end
            if not self.more(self.end):
                return False
        self.more(count)
        return True


def batches(source: bytes | Fill, name: str) -> Iterator[Batch]:
    """The frames of a capture, in order.

    Args:
        source: The file, or what reads it.
        name: What to call it in errors.

    Raises:
        InputError: It is no capture, or not of Ethernet.
    """
    window = _Window(_reading(source) if isinstance(source, bytes) else source)
    window.more(0)
    magic = window.data[:4].tobytes()
    if magic in PCAP and window.end >= len(magic):
        yield from _pcap(window, name, *PCAP[magic])
    elif magic == SECTION and window.end >= len(magic):
        yield from _Pcapng(window, name).batches()
    else:
        raise InputError(f"{name} is no capture", hint=NO_CAPTURE)


def frames(source: bytes | Fill, name: str) -> Iterator[bytes]:
    """The frames of a capture, one by one, for what looks at few of them. Raises as `batches` does."""
    for batch in batches(source, name):
        for start, length in zip(batch.starts.tolist(), batch.lengths.tolist(), strict=True):
            yield batch.buffer[start : start + length].tobytes()


def _reading(data: bytes) -> Fill:
    left = memoryview(data)

    def fill(target: memoryview) -> int:
        nonlocal left
        count = min(len(target), len(left))
        target[:count] = left[:count]
        left = left[count:]
        return count

    return fill


def _pcap(window: _Window, name: str, order: str, unit: float) -> Iterator[Batch]:
    if window.end < 24:  # noqa: PLR2004 -- the header
        raise InputError(f"{name} ends in its header", hint=NO_CAPTURE)
    _check_link(struct.unpack_from(f"{order}I", window.data.data, 20)[0] & 0xFFFF, name)
    shape = Records(order)
    at = 24
    while True:
        starts, at = walk(window.data, window.end, shape, begin=at)
        if len(starts):
            heads = rows(window.data, starts, shape.head)
            moments = number(heads, 0, f"{order}u4") + number(heads, 4, f"{order}u4") / unit
            yield Batch(window.data, starts + shape.head, number(heads, 8, f"{order}u4"), moments)
        whole = at + shape.head <= window.end
        if (whole and shape.after_one(window.data.data, at) == NOWHERE) or not window.more(at):
            return
        at = 0


class _Pcapng:
    """A file of blocks. Places in the window are multiples of four here, as lengths of blocks are."""

    def __init__(self, window: _Window, name: str) -> None:
        self._window, self._name = window, name
        self._shape = Blocks("<")
        self._units: list[float] = []
        self._sections = 0

    def batches(self) -> Iterator[Batch]:
        """Its frames."""
        window, at = self._window, 0
        while at >= 0:
            if self._is_section(at):
                following = self._open(at)
            else:
                guessing = self._sections <= MANY_SECTIONS
                starts, following = walk(window.data, window.end, self._shape, begin=at, guessing=guessing)
                if len(starts):
                    yield self._frames(starts)
            again = following > at and (self._is_section(following) or self._is_section(at))
            at = following if again or following < 0 else self._pass(following)

    def _is_section(self, at: int) -> bool:
        data = self._window.data
        return self._window.end - at >= LEAST_BLOCK and data[at : at + 4].tobytes() == SECTION

    def _open(self, at: int) -> int:
        """Begin a section; where the next block begins, -1 if that cannot be told."""
        window = self._window
        order = BYTE_ORDER.get(window.data[at + 8 : at + 12].tobytes())
        if order is None:
            return -1
        self._shape, self._units = Blocks(order), []
        self._sections += 1
        following = self._shape.after_one(window.data.data, at, opening=True)
        if following == NOWHERE:
            return -1
        return following if following <= window.end else at

    def _pass(self, at: int) -> int:
        """Read on, at a block that is not whole in memory; where it is then, -1 at the end."""
        window = self._window
        self._sections = 0
        if window.end - at >= LEAST_BLOCK:
            length = self._shape.length(window.data, at)
            if length < LEAST_BLOCK or length % 4:
                return -1
            if length > MAX_BLOCK:
                return 0 if window.skip(at + length) else -1
        return 0 if window.more(at) else -1

    def _frames(self, starts: Column) -> Batch:
        """The frames of some blocks."""
        data, order = self._window.data, f"{self._shape.order}u4"
        heads = rows(data, starts, 28)
        kinds, sizes = number(heads, 0, order), number(heads, 4, order)
        opened = kinds == INTERFACE
        known = len(self._units) + np.cumsum(opened)
        for at, size in zip(starts[opened].tolist(), sizes[opened].tolist(), strict=True):
            self._interface(data[at + 8 : at + size - 4].tobytes())
        lengths, interfaces = number(heads, 20, order), number(heads, 8, order)
        sound = (kinds == ENHANCED) & (sizes >= LEAST_BLOCK + 20) & (lengths <= sizes - (LEAST_BLOCK + 20))
        sound &= (lengths <= MAX_FRAME) & (interfaces < known)
        which = np.flatnonzero(sound)
        ticks = number(heads, 12, order).astype(np.uint64) << np.uint64(32)
        ticks |= number(heads, 16, order).astype(np.uint64)
        moments = ticks[which] / np.array([*self._units, 1.0])[interfaces[which]]
        return Batch(data, starts[which] + 28, lengths[which], moments)

    def _interface(self, body: bytes) -> None:
        order = self._shape.order
        link = struct.unpack_from(f"{order}H", body)[0] if len(body) >= 8 else -1  # noqa: PLR2004 -- its fixed part
        _check_link(link, self._name)
        self._units.append(_unit(body, order))


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
