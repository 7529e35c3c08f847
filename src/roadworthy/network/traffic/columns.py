"""Columns: many packets at once, one entry of an array for each.

Three things that numpy has no one call for: gather the same few bytes at many places, read numbers out of
them, and number what is alike.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
MARGIN: Final = 128
"""Bytes that a buffer must have behind the last one that means something: `rows` may read them."""
ROUNDS: Final = 6
MIX: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
"""Odd numbers without pattern, one for each word of a key (Knuth, TAOCP 3, §6.4: multiplicative hashing)."""


def rows(buffer: Column, starts: Column, width: int) -> Column:
    """So many bytes from each of some places.

    Args:
        buffer: Bytes, with `MARGIN` to spare at the end.
        starts: Places, in bytes.
        width: Bytes of each, at most `MARGIN`.

    Returns:
        One entry of `width` raw bytes for each place.
    """
    every = np.ndarray((len(buffer) - width + 1,), f"V{width}", buffer, strides=(1,))
    return every[starts]


def number(table: Column, at: int, kind: str) -> Column:
    """One number of each row, as int64 (uint64 where it has 64 bits).

    Args:
        table: What `rows` gave.
        at: Where in the row it stands.
        kind: As numpy writes it: `">u2"`.
    """
    wide = np.uint64 if kind.endswith("8") else np.int64
    if not len(table):  # no view of nothing can be made
        return np.empty(0, wide)
    column: Column = np.ndarray((len(table),), kind, table, offset=at, strides=(table.itemsize,))
    return column.astype(wide)


def alike(words: Sequence[Column]) -> tuple[Column, Column]:
    """Number what is alike.

    Args:
        words: Columns of uint64; entries are alike if all of these are.

    Returns:
        For each entry, the number of its kind, from 0 in the order of first appearance; and for each kind,
        the first entry of it.
    """
    count = len(words[0])
    leader = np.empty(count, np.int64)
    left = np.arange(count)
    mixed = np.zeros(count, np.uint64)
    for word, factor in zip(words, MIX, strict=False):
        mixed ^= word * np.uint64(factor)
        mixed ^= mixed >> np.uint64(29)
    shift = np.uint64(64 - max(count.bit_length() + 1, 8))
    for factor in (MIX * 2)[:ROUNDS]:
        mixed *= np.uint64(factor)
        left, mixed = _settle(words, leader, left, mixed, shift)
        if not len(left):
            break
    else:
        _sort(words, leader, left)
    firsts = np.flatnonzero(leader == np.arange(count))
    dense = np.empty(count, np.int64)
    dense[firsts] = np.arange(len(firsts))
    return dense[leader], firsts


def _settle(
    words: Sequence[Column], leader: Column, left: Column, mixed: Column, shift: np.uint64
) -> tuple[Column, Column]:
    """One round of hashing: those that share a place with one unlike them are left for the next."""
    place = (mixed >> shift).astype(np.int64)
    table = np.empty(1 << int(64 - shift), np.int64)
    table[place[::-1]] = left[::-1]  # of several, the last to be written stays: the first entry
    found = table[place]
    same = np.ones(len(left), bool)
    for word in words:
        same &= word[found] == word[left]
    leader[left[same]] = found[same]
    other = ~same
    return left[other], mixed[other]


def _sort(words: Sequence[Column], leader: Column, left: Column) -> None:
    """What was made to share places, round after round: by sorting, which nobody can make slow."""
    order = left[np.lexsort([word[left] for word in words])]
    new = np.ones(len(order), bool)
    new[1:] = np.any([word[order][1:] != word[order][:-1] for word in words], axis=0)
    leader[order] = order[np.flatnonzero(new)[np.cumsum(new) - 1]]
