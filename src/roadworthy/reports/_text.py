"""Text from an image, made fit to be shown: what cannot be seen is spelled out, and widths are counted.

What a reader cannot see can lie to them: an escape sequence repaints a terminal, a bidirectional override
reverses a name ("Trojan Source", CVE-2021-42574), a zero-width character makes two names look the same.
"""

import math
import unicodedata
from collections.abc import Iterator
from typing import Final

MAX_MARKS: Final = 3
STEP: Final = 1024
UNITS: Final = ("bytes", "KiB", "MiB", "GiB", "TiB")
SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
# Printable by category, yet drawn as nothing: Default_Ignorable_Code_Point (UAX #44), and U+2800.
BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    chr(point) for block in (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)) for point in block
)


def visible(text: str) -> str:
    r"""The same text with every character that cannot be seen spelled out, as ``\x1b`` or ``\u202e``.

    That is: controls (C0, DEL, C1), format characters (bidirectional, zero-width, tags), line and paragraph
    separators, spaces other than U+0020, surrogates, what is private or unassigned, what is drawn as nothing,
    and combining marks that have no letter to stand on or pile up higher than any script needs.

    Idempotent: what comes out is all visible.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(text))


def visible_lines(text: str) -> list[str]:
    """The lines of a longer text, tabs as blanks, each made `visible`."""
    return [visible(line.expandtabs(4)) for line in text.removesuffix("\n").split("\n")]


def _visible(text: str) -> Iterator[str]:
    marks = MAX_MARKS  # as if full: a mark at the start has no letter to stand on
    for char in text:
        if not char.isprintable() or char in BLANK:
            marks = MAX_MARKS
            yield SHORT.get(char) or spelled(char)
        elif unicodedata.category(char).startswith("M"):
            marks += 1
            yield char if marks <= MAX_MARKS else spelled(char)
        else:
            marks = 0
            yield char


def spelled(char: str) -> str:
    r"""One character by its number, as Python writes it: ``\x1b``, ``\u202e``, ``\U000e0041``."""
    point = ord(char)
    if point < 0x100:  # noqa: PLR2004 -- the ranges of the three escape forms
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"  # noqa: PLR2004 -- as above


def spans(text: str) -> Iterator[tuple[bool, str]]:
    """A paragraph's parts in order, each with whether it is code: what stands between two backquotes.

    A backquote without a partner stays as it is.
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:
        parts[-2:] = ["`".join(parts[-2:])]
    for number, part in enumerate(parts):
        if part:
            yield number % 2 == 1, part


def unquoted(text: str) -> str:
    """A paragraph for a place that cannot show code: without the backquotes around it."""
    return "".join(part for _, part in spans(text))


def width(text: str) -> int:
    """Columns that a `visible` text takes on a terminal (UAX #11; combining marks take none)."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def cut(text: str, columns: int) -> tuple[str, str]:
    """The longest beginning that fits, at least one character, and the rest."""
    used = 0
    for at, char in enumerate(text):
        used += _columns(char)
        if used > columns and at:
            return text[:at], text[at:]
    return text, ""


def bytes_for_people(amount: float) -> str:
    """A size in binary units (IEC 80000-13): ``7.9 MiB``."""
    power = min(int(math.log(max(amount, 1), STEP)), len(UNITS) - 1)
    return f"{amount / STEP**power:.{1 if power else 0}f} {UNITS[power]}"


def share_for_people(amount: float, total: float) -> str:
    """A share in percent; what is there at all is never shown as 0."""
    share = 100 * amount / total if total else 0
    return f"{share:.0f} %" if share >= 1 or not amount else "<1 %"
