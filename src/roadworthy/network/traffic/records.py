"""Records: how those of pcap, and the blocks of pcapng, follow each other."""

import struct
from typing import Final

import numpy as np

from roadworthy.network.traffic.chain import NOWHERE
from roadworthy.network.traffic.columns import Column, number, rows

MAX_FRAME: Final = 262_144
SECTION: Final = 0x0A0D0D0A
LEAST_BLOCK: Final = 12
ENHANCED: Final = 6


class Records:
    """Records of pcap: seconds, parts of a second, bytes kept, bytes on the wire, and the bytes."""

    head: Final = 16
    unit: Final = 1

    def __init__(self, order: str) -> None:
        self._order, self._one = f"{order}u4", struct.Struct(f"{order}I").unpack_from
        self._places = (3, 10, 11, 14, 15) if order == "<" else (0, 8, 9, 12, 13)
        self._age = 0

    def after(self, data: Column, at: Column) -> Column:
        """Where the next ones begin; `NOWHERE` behind one that is longer than `MAX_FRAME`."""
        length = rows(data, at + 8, 4).view(self._order)
        following: Column = at + length
        following += 16
        if length.max(initial=0) > MAX_FRAME:
            following[length > MAX_FRAME] = NOWHERE
        return following

    def after_one(self, data: memoryview, at: int) -> int:
        """The same for one."""
        length: int = self._one(data, at + 8)[0]
        return NOWHERE if length > MAX_FRAME else at + 16 + length

    def begin(self, data: Column, at: int) -> None:
        """Look at the first record: others are about as old."""
        self._age = data[at + self._places[0]]

    def possible(self, block: Column) -> Column:
        """Where in some stretches a short record of about the same age may begin."""
        width = block.shape[1] - self.head
        first, *others = self._places
        seen: Column = block[:, first : first + width] == self._age
        for place in others:
            seen &= block[:, place : place + width] == 0
        return seen

    def likely(self, data: Column, at: Column, end: int) -> Column:
        """Whether two more records seem to follow."""
        sound: Column = np.ones(len(at), bool)
        for _ in range(2):
            at = np.minimum(self.after(data, at), end)
            heads = rows(data, at, self.head)
            sound &= number(heads, self._places[0], "u1") == self._age
            sound &= number(heads, 8, self._order) <= number(heads, 12, self._order)
        sound &= at < end
        return sound


class Blocks:
    """Blocks of pcapng: kind, length, a body, and the length again. Places are multiples of four."""

    head: Final = LEAST_BLOCK
    unit: Final = 4

    def __init__(self, order: str) -> None:
        self.order = order
        self._two, self._one = struct.Struct(f"{order}II").unpack_from, struct.Struct(f"{order}I").unpack_from

    def length(self, data: Column, at: int) -> int:
        """Of the block at a place."""
        found: int = self._one(data.data, at + 4)[0]
        return found

    def after(self, data: Column, at: Column) -> Column:
        """Where the next ones begin; `NOWHERE` behind a section's head, or a length that cannot be."""
        heads = rows(data, at, 8).view(f"{self.order}u4").reshape(-1, 2)
        kind, length = heads[:, 0], heads[:, 1]
        following: Column = at + length
        odd = (kind == SECTION) | (length < LEAST_BLOCK)
        odd |= length & 3 != 0
        following[odd] = NOWHERE
        return following

    def after_one(self, data: memoryview, at: int, *, opening: bool = False) -> int:
        """The same for one; for a section's head too when it is being opened."""
        kind, length = self._two(data, at)
        if length < LEAST_BLOCK or length & 3 or (kind == SECTION and not opening):
            return NOWHERE
        following: int = at + length
        return following

    def begin(self, data: Column, at: int) -> None:
        """Nothing of the first block helps to find others."""

    def possible(self, block: Column) -> Column:
        """Where in some stretches the block of a packet may begin."""
        kind = int.from_bytes(struct.pack(f"{self.order}I", ENHANCED), "little")
        found: Column = block[:, : -self.head].view("<u4") == kind
        return found

    def likely(self, data: Column, at: Column, end: int) -> Column:
        """Whether they say their length at their end again."""
        following = np.minimum(self.after(data, at), end)
        again: Column = number(rows(data, following - 4, 4), 0, f"{self.order}u4")
        same: Column = again == following - at
        return same
