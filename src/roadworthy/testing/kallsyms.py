"""A kernel's table of symbols as scripts/kallsyms.c lays it out, in any of its layouts, for tests."""

import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from roadworthy.codecs.binary import ByteOrder

TOKENS = 256
BLOCK = 256
ONE_BYTE = 0x80


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolLayout:
    """One layout.

    Args:
        order: Byte order.
        bits: Size of a word.
        alignment: To how many bytes each table is aligned.
        words: Whether the number of symbols and the markers are words (before 4.20) or 32 bits wide.
        relative: Whether addresses are offsets from a base (since 4.6).
        sequences: Whether `kallsyms_seqs_of_names` stands between markers and tokens (6.2 to 6.4).
        addresses_last: Whether the addresses stand behind all the rest (since 6.5).
    """

    order: ByteOrder = ByteOrder.LITTLE
    bits: int = 32
    alignment: int = 4
    words: bool = True
    relative: bool = False
    sequences: bool = False
    addresses_last: bool = False


def symbol_table(entries: Sequence[str], layout: SymbolLayout) -> bytes:
    """The bytes of the tables for some symbols, each with the letter of its type in front."""
    tokens = _tokens(entries)
    names, markers = _names(entries, tokens)
    wide = "Q" if layout.bits > 32 else "I"  # noqa: PLR2004
    letter = wide if layout.words else "I"
    texts = [b"" if text is None else text for text in tokens]
    starts = [sum(len(text) + 1 for text in texts[:at]) for at in range(TOKENS)]
    addresses = [_packed(layout, "I" if layout.relative else wide, range(0, 16 * len(entries), 16))]
    if layout.relative:
        addresses.append(_packed(layout, wide, [0x80000000]))
    tables = [_packed(layout, letter, [len(entries)]), names, _packed(layout, letter, markers)]
    if layout.sequences:
        tables.append(b"".join(at.to_bytes(3, "big") for at in range(len(entries))))
    tables += [b"".join(text + b"\0" for text in texts), _packed(layout, "H", starts)]
    ordered = [*tables, *addresses] if layout.addresses_last else [*addresses, *tables]
    return b"".join(table + b"\0" * (-len(table) % layout.alignment) for table in ordered)


def _packed(layout: SymbolLayout, letter: str, numbers: Sequence[int]) -> bytes:
    return struct.pack(f"{layout.order}{len(numbers)}{letter}", *numbers)


def _tokens(entries: Sequence[str]) -> list[bytes | None]:
    """Every letter that occurs stands for itself; what is left over stands for the most frequent pairs."""
    used = {ord(letter) for letter in chain.from_iterable(entries)} | set(b"0123456789")
    pairs = Counter(entry[at : at + 2] for entry in entries for at in range(len(entry) - 1))
    common = iter([pair.encode() for pair, _ in pairs.most_common()])
    return [bytes([code]) if code in used else next(common, None) for code in range(TOKENS)]


def _names(entries: Sequence[str], tokens: Sequence[bytes | None]) -> tuple[bytes, list[int]]:
    by_text = {text: code for code, text in enumerate(tokens) if text}
    names, markers = bytearray(), []
    for number, entry in enumerate(entries):
        if number % BLOCK == 0:
            markers.append(len(names))
        codes, text = bytearray(), entry.encode()
        while text:
            size = 2 if text[:2] in by_text and len(text) > 1 else 1
            codes.append(by_text[text[:size]])
            text = text[size:]
        if len(codes) < ONE_BYTE:
            names.append(len(codes))
        else:
            names += bytes((ONE_BYTE | len(codes) & 0x7F, len(codes) >> 7))
        names += codes
    return bytes(names), markers
