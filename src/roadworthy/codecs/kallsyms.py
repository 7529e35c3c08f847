"""kallsyms: the compressed table of symbols inside a Linux kernel, in the layouts of 2.6.10 to 6.x.

After scripts/kallsyms.c and kernel/kallsyms.c of these versions. In every layout `names` (for each symbol a
length and that many tokens), `markers` (where each 256th name begins), `token_table` (256 texts) and
`token_index` (where each of them begins) stand in this order. They are found from the end: the text of the
digits in the token table, then the index that fits it, then the markers, then the names, which have to hit
every marker. Addresses lie before or behind, as words or as offsets from a base, and are not needed.

A table is read whole or not at all: one wrong length, marker or character, and there is none.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from roadworthy.codecs.binary import ByteOrder

MAX_SYMBOLS: Final = 1_000_000
MIN_SYMBOLS: Final = 513  # three markers, or the search would take anything for markers
MAX_TRIES: Final = 64
MAX_TOKEN_TABLES: Final = 3
MAX_MARKER_TABLES: Final = 16
MAX_BETWEEN: Final = 3 * 300_000  # kallsyms_seqs_of_names, 3 bytes each, before 6.5
MAX_TOKEN_TABLE: Final = 64 * 1024
TOKENS: Final = 256
BLOCK: Final = 256
_DIGITS: Final = b"".join(b"%d\0" % digit for digit in range(10))
_ALIGNMENTS: Final = (
    4,
    8,
    16,
    256,
)  # ``.align 4`` and ``.align 8`` mean bytes, or powers of two: so the assembler
_LONGEST: Final = 511  # KSYM_NAME_LEN - 1 since 6.1, with the letter of the type
_BIG: Final = 0x80  # a length of two bytes, ULEB128, since 6.1
_PRINTABLE: Final = frozenset(range(0x21, 0x7F))
_SHORTEST_BLOCK: Final = 2 * BLOCK
_LONGEST_BLOCK: Final = BLOCK * 128
_BEHIND_COUNT: Final = (4, 8, 12, 16, 252, 256)  # the rest of a 64-bit number, and padding
MAX_STARTS: Final = 64


@dataclass(frozen=True)
class SymbolTable:
    """The symbols of one kernel.

    Args:
        offset: Where the names begin.
        end: Where the index of the tokens ends.
        order: Byte order.
        entries: Type letter and name of each, as they stand there: ``Tstart_kernel``.
    """

    offset: int
    end: int
    order: ByteOrder
    entries: tuple[str, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """The names without their types."""
        return frozenset(entry[1:] for entry in self.entries)


@dataclass(frozen=True, slots=True)
class _Tokens:
    start: int
    end: int
    order: ByteOrder
    texts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Names:
    data: bytes
    start: int
    end: int
    count: int


def find_symbols(data: bytes) -> SymbolTable | None:
    """The table of symbols in the bytes of an unpacked kernel.

    Args:
        data: The kernel, or any bytes.

    Returns:
        The table, whole; None where there is none, or none that holds together.
    """
    for tokens in islice(_token_tables(data), MAX_TOKEN_TABLES):
        for start, markers in islice(_marker_tables(data, tokens), MAX_MARKER_TABLES):
            table = _names_before(data, start, markers, tokens)
            if table is not None:
                return table
    return None


def _token_tables(data: bytes) -> Iterator[_Tokens]:
    """The token tables, wherever the digits stand as in one."""
    at = data.find(_DIGITS)
    for _ in range(MAX_TRIES):
        if at < 0:
            return
        yield from _token_tables_at(data, at)
        at = data.find(_DIGITS, at + 1)


def _token_tables_at(data: bytes, digits: int) -> Iterator[_Tokens]:
    """The token tables in which the digits stand there."""
    ends, at = [digits], digits
    for _ in range(TOKENS - ord("0")):
        at = data.find(b"\0", at, at + _LONGEST + 2) + 1
        if not at:
            return
        ends.append(at)
    for alignment in _ALIGNMENTS:
        index_at = -(-at // alignment) * alignment
        for order in ByteOrder:
            index = _numbers(data, index_at, TOKENS, "H", order)
            start = digits - index[ord("0")] if index else -1
            texts = _texts(data, start, index) if start >= 0 else ()
            if texts and index[-1] + start == ends[-2]:
                yield _Tokens(start, index_at + 2 * TOKENS, order, texts)
                return


def _texts(data: bytes, start: int, index: Sequence[int]) -> tuple[bytes, ...]:
    """The texts of all tokens; none where the index does not fit the table to the byte."""
    texts, at = [], 0
    for place in index:
        if place != at:
            return ()
        end = data.find(b"\0", start + at, start + at + _LONGEST + 2)
        if end < 0:
            return ()
        texts.append(data[start + at : end])
        at = end + 1 - start
    return tuple(texts) if at <= MAX_TOKEN_TABLE else ()


def _marker_tables(data: bytes, tokens: _Tokens) -> Iterator[tuple[int, list[int]]]:
    """Start, width and values of what may be markers: right before the tokens, or further up (6.2 to 6.4)."""
    for width, letter in ((4, "I"), (8, "Q")):
        for padding in range(0, _ALIGNMENTS[-1], 4):
            end = tokens.start - padding
            if padding and any(data[end : end + 4]):
                break
            markers = _rising(data, end, width, letter, tokens.order)
            if markers:
                yield end - width * len(markers), markers
    yield from _markers_further_up(data, tokens)


def _rising(data: bytes, end: int, width: int, letter: str, order: ByteOrder) -> list[int]:
    """The numbers that rise from 0 up to `end`, each step as long as a block of names can be."""
    markers: list[int] = []
    for count in range(1, MAX_SYMBOLS // BLOCK + 2):
        one = _numbers(data, end - count * width, 1, letter, order)
        if not one or (markers and not _SHORTEST_BLOCK <= markers[-1] - one[0] <= _LONGEST_BLOCK):
            return []
        markers.append(one[0])
        if not one[0]:
            return markers[::-1] if count > 2 else []  # noqa: PLR2004 -- fewer markers prove nothing
    return []


def _markers_further_up(data: bytes, tokens: _Tokens) -> Iterator[tuple[int, list[int]]]:
    base = max(0, tokens.start - MAX_BETWEEN) // 4 * 4
    words = _numbers(data, base, (tokens.start - base) // 4, "I", tokens.order)
    run = 0
    for at in range(len(words) - 1, 0, -1):
        rises = _SHORTEST_BLOCK <= words[at] - words[at - 1] <= _LONGEST_BLOCK
        if rises:
            run += 1
            if not words[at - 1] and run > 1:
                yield base + 4 * (at - 1), list(words[at - 1 : at + run])
        else:
            run = 0


def _names_before(data: bytes, end: int, markers: list[int], tokens: _Tokens) -> SymbolTable | None:
    """The names that end where the markers begin, and hit every one of them."""
    most = len(markers) * BLOCK
    nearest = end - markers[-1] - 2
    for start, count in _starts(data, nearest, most, tokens.order):
        entries = _walked(_Names(data, start, end, count), markers, tokens.texts)
        if entries:
            return SymbolTable(start, tokens.end, tokens.order, entries)
    return None


def _starts(data: bytes, nearest: int, most: int, order: ByteOrder) -> Iterator[tuple[int, int]]:
    """Where names may begin, and how many: behind a word that fits the number of markers, and its padding."""
    first = max(0, nearest - _LONGEST_BLOCK) // 4 * 4
    words = _numbers(data, first, max(0, nearest - first) // 4, "I", order)
    fits = ((first + 4 * at, word) for at, word in enumerate(words) if most - BLOCK < word <= most)
    for at, count in islice(fits, MAX_STARTS):
        for behind in _BEHIND_COUNT:
            if at + behind <= nearest:
                yield at + behind, count


def _walked(names: _Names, markers: list[int], texts: tuple[bytes, ...]) -> tuple[str, ...]:
    data, end, at = names.data, names.end, names.start
    entries = []
    for number in range(names.count):
        if not number % BLOCK and at - names.start != markers[number // BLOCK]:
            return ()
        length = data[at] if at < end else 0
        at += 1
        if length & _BIG and at < end:
            # Before 6.1 a name has at most 127 tokens, so that the bit says the same in every layout.
            length = (length & ~_BIG) | (data[at] << 7)
            at += 1
        if not length or at + length > end:
            return ()
        entries.append(b"".join([texts[token] for token in data[at : at + length]]))
        at += length
    if end - at >= _ALIGNMENTS[-1] or any(data[at:end]):
        return ()
    return _checked(entries)


def _checked(entries: list[bytes]) -> tuple[str, ...]:
    """The entries as text, if each is a letter and a name."""
    joined = b"".join(entries)
    if not _PRINTABLE.issuperset(joined) or any(not 1 < len(entry) <= _LONGEST for entry in entries):
        return ()
    told = tuple(entry.decode("ascii") for entry in entries)
    return told if all(entry[0].isalpha() or entry[0] in "?-" for entry in told) else ()


def _numbers(data: bytes, offset: int, count: int, letter: str, order: ByteOrder) -> Sequence[int]:
    """Numbers of one width; none where they do not all lie in the bytes."""
    if offset < 0:
        return ()
    try:
        return struct.unpack_from(f"{order}{count}{letter}", data, offset)
    except struct.error:
        return ()
