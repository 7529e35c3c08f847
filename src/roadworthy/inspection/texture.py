"""Texture: what can be said of bytes that nothing recognises."""

import math
from collections import Counter

from roadworthy.inspection.source import Source

SAMPLES = 16
SAMPLE_BYTES = 4096
CHUNK = 1024 * 1024
FILLERS = (b"\x00", b"\xff")  # erased or never written flash


def entropy(source: Source) -> float:
    """Shannon entropy in bits per byte, 0 to 8, of samples spread evenly over the source.

    About 8 means packed or encrypted, and nothing tells which. The same bytes give the same value.
    """
    step = max(SAMPLE_BYTES, source.size // SAMPLES)
    counts: Counter[int] = Counter()
    for at in range(0, source.size, step):
        counts.update(source.read(at, SAMPLE_BYTES))
    total = counts.total()
    bits = sum(count * math.log2(total / count) for count in counts.values())
    return round(bits / total, 3) if total else 0.0


def filler(source: Source) -> bytes | None:
    """The byte of which the whole source consists, if that is 0x00 or 0xff; None otherwise."""
    first = source.read(0, 1)
    if first not in FILLERS:
        return None
    for at in range(0, source.size, CHUNK):
        if source.read(at, CHUNK).strip(first):
            return None
    return first
