"""Wounds: how a case of the fuzzing is damaged."""

import random
from collections.abc import Callable
from typing import Final

NUMBERS: Final = (
    0, 1, 2, 0x7F, 0xFF, 0x1000, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF,
    2**63 - 1, 2**64 - 1,
)  # fmt: skip
WORDS: Final = (
    b"\0", b"\n", b"\r", b"\x1b[2J", b'"', b"'", b"\\", b"$(", b"${", b"`", b"#", b"=", b":", b";",
    b"[", b"]", b"{", b"}", b"<", b">", b"../", b"/", b"%s", b"\xff\xfe", b"\xc3", b"-1",
    b"99999999999999999999",
    b"1e999", b"\xd9\xa3", b"\xc2\xb2", b"-----BEGIN ", b"-----END ", b"\x7fELF", b"://", b"@",
)  # fmt: skip
LARGEST: Final = 256 * 1024
RARE: Final = 0.2


def damaged(chance: random.Random, data: bytes) -> bytes:
    """Some bytes with one to eight wounds, and now and then as they are."""
    case = bytearray(data)
    for _ in range(chance.randint(0, 8)):
        if not case:
            break
        chance.choice(WOUNDS)(chance, case)
    return bytes(case[:LARGEST])


def place_in(chance: random.Random, case: bytearray) -> int:
    """Anywhere, but headers and the tables at the end more often than what lies between."""
    near = min(len(case), 256)
    return chance.choice(
        (chance.randrange(near), len(case) - 1 - chance.randrange(near), chance.randrange(len(case)))
    )


def flip(chance: random.Random, case: bytearray) -> None:
    """One bit."""
    case[place_in(chance, case)] ^= 1 << chance.randrange(8)


def number(chance: random.Random, case: bytearray) -> None:
    """A number of the kind that overflows something."""
    width = chance.choice((1, 2, 4, 8))
    value = (chance.choice(NUMBERS) + chance.randint(-1, 1)) % 256**width
    at = place_in(chance, case) & -width
    case[at : at + width] = value.to_bytes(width, chance.choice(("big", "little")))


def cut(chance: random.Random, case: bytearray) -> None:
    """The end, now and then."""
    if chance.random() < RARE:  # most other wounds would be cut off with it
        del case[place_in(chance, case) :]


def copy(chance: random.Random, case: bytearray) -> None:
    """Some bytes from elsewhere in it."""
    length = chance.choice((2, 4, 8, 32, 512))
    start, at = chance.randrange(len(case)), place_in(chance, case)
    case[at : at + length] = case[start : start + length]


def noise(chance: random.Random, case: bytearray) -> None:
    """A few random bytes."""
    at = place_in(chance, case)
    length = min(chance.choice((1, 4, 16)), len(case) - at)
    case[at : at + length] = chance.randbytes(length)


def insert(chance: random.Random, case: bytearray) -> None:
    """A word that means something to some parser of texts."""
    at = place_in(chance, case)
    case[at:at] = chance.choice(WORDS)


def repeat(chance: random.Random, case: bytearray) -> None:
    """A stretch many times over, now and then: what takes quadratic time shows itself."""
    if chance.random() < RARE:
        at = place_in(chance, case)
        stretch = case[at : at + chance.choice((1, 2, 8, 64))]
        case[at:at] = stretch * (chance.choice((16, 1024, 32768)) // max(1, len(stretch)))


WOUNDS: Final[tuple[Callable[[random.Random, bytearray], None], ...]] = (
    flip, number, number, cut, copy, noise, insert, insert, repeat,
)  # fmt: skip
