"""Compressors of JFFS2: one node at a time, of a length that is known."""

from collections.abc import Callable, Mapping
from typing import Final

from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._unpack import unpack_lzo, unpack_raw_lzma, unpack_zlib

ZERO = 1  # the node is a hole


def unpack_rtime(data: bytes, length: int) -> bytes:
    """Each byte is followed by how many bytes repeat from after its last occurrence."""
    last, out, at = [0] * 256, bytearray(), 0
    while len(out) < length:
        if at + 2 > len(data):
            raise Damaged("an rtime stream is cut off")
        value, repeat = data[at], data[at + 1]
        at += 2
        out.append(value)
        start, last[value] = last[value], len(out)
        for position in range(start, start + repeat):
            out.append(out[position])
    return bytes(out)


def _unpack_copy(data: bytes, _length: int) -> bytes:
    return data


def _unpack_lzma(data: bytes, length: int) -> bytes:
    return unpack_raw_lzma(data, length, lc=0, lp=0, pb=0)


COMPRESSORS: Final[Mapping[int, Callable[[bytes, int], bytes]]] = {  # JFFS2_COMPR_*
    0: _unpack_copy,
    2: unpack_rtime,
    4: _unpack_copy,
    6: unpack_zlib,
    7: unpack_lzo,
    8: _unpack_lzma,  # OpenWrt
}
MISSING: Final[Mapping[int, str]] = {3: "rubinmips", 5: "dynrubin"}


def unpack_node(compressor: int, data: bytes, length: int) -> bytes:
    """The content of one node.

    Raises:
        Damaged: It cannot be unpacked, or has another length.
    """
    if compressor == ZERO:
        return bytes(length)
    if compressor not in COMPRESSORS:
        named = MISSING.get(compressor, f"compressor {compressor}")
        raise Damaged(f"a node is packed with {named}, which cannot be unpacked")
    content = COMPRESSORS[compressor](data, length)
    if len(content) != length:
        raise Damaged(f"a node holds {len(content)} bytes instead of {length}")
    return content
