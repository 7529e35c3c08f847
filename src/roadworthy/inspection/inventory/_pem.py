"""PEM blocks (RFC 7468) in any bytes: found and cut out, within bounds. What they hold is for others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from roadworthy.inspection.format import Damaged

BEGIN = b"-----BEGIN "
MAX_BLOCK = 16 * 1024
"""An RSA key of 8192 bits takes 6 KiB; what is longer is a bundle of something else."""
MAX_BLOCKS = 2000
"""Blocks taken from one file; the largest public bundles of certificates hold a few hundred."""

_LABEL = re.compile(rb"-----BEGIN ([A-Z0-9 ]{3,40})-----")


@dataclass(frozen=True, slots=True)
class Block:
    """One block.

    Args:
        label: What it says that it is: ``CERTIFICATE``; empty for plain DER.
        offset: Its first byte in the file.
        body: The whole text from BEGIN to END; for plain DER the bytes.
    """

    label: str
    offset: int
    body: bytes


def blocks(data: bytes) -> Iterator[Block]:
    """Every block that has both its lines, in order.

    Raises:
        Damaged: After `MAX_BLOCKS` beginnings; a file made of them must not hide a key behind them.
    """
    at = data.find(BEGIN)
    for _ in range(MAX_BLOCKS):
        if at < 0:
            return
        match = _LABEL.match(data, at)
        after = at + len(BEGIN)
        if match:
            end = b"-----END " + match[1] + b"-----"
            stop = data.find(end, match.end(), at + MAX_BLOCK)
            if stop >= 0 and BEGIN not in data[match.end() : stop]:
                after = stop + len(end)
                yield Block(label=match[1].decode(), offset=at, body=data[at:after])
        at = data.find(BEGIN, after)
    if at >= 0:
        raise Damaged(f"it reaches {MAX_BLOCKS} beginnings of PEM blocks; no more were read")
