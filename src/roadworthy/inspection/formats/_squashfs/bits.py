"""Fields that are not whole bytes: the C bit fields of SquashFS 2 and 3.

A little-endian compiler fills an area from its lowest bit on, a big-endian one from its highest;
the order of the fields is the same.
"""

from itertools import accumulate

from roadworthy.codecs.binary import ByteOrder, EndOfData


class BitFields:
    """Unsigned fields that follow each other bit by bit.

    Args:
        widths: Their widths in bits; together they fill whole bytes.
        order: Their byte order.
    """

    __slots__ = ("_big", "_fields", "size")

    def __init__(self, widths: tuple[int, ...], order: ByteOrder) -> None:
        total = sum(widths)
        ends = tuple(accumulate(widths))
        self._big = order is ByteOrder.BIG
        self._fields = tuple(
            (total - end if self._big else end - width, (1 << width) - 1)
            for width, end in zip(widths, ends, strict=True)
        )
        self.size = total // 8

    def unpack(self, data: bytes, offset: int = 0) -> tuple[int, ...]:
        """Their values in bytes at hand.

        Raises:
            EndOfData: They reach past the end.
        """
        area = data[offset : offset + self.size]
        if len(area) < self.size:
            raise EndOfData(f"{self.size} bytes are needed, and {len(area)} are there")
        number = int.from_bytes(area, "big" if self._big else "little")
        return tuple(number >> shift & mask for shift, mask in self._fields)
