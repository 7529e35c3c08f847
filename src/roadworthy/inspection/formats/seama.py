"""Seama: the header of update files for routers of D-Link and others that Alpha Networks made.

What it looks at
The header with its settings and, where it has an image, the MD5 over it. A seal, which has settings only,
stands before the header of the image.

Why it matters
It says for which device the file is. The MD5 shows damage and proves no origin.

How it can be wrong
The magic and the lengths are all that tells it; a seal has no checksum.
"""

import hashlib
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.source import Source, Window

MAGIC = b"\x5e\xa3\xa4\x17"
HEADER: Final = Fields("4xHHI", ByteOrder.BIG)
MD5 = 16
MAX_SETTINGS = 4096
CHUNK = 1024 * 1024


def _open(source: Source) -> Opened:
    try:
        reserved, length, size = HEADER.read(source, 0)
        start = HEADER.size + (MD5 if size else 0)
        raw = read_exactly(source, start, min(length, MAX_SETTINGS + 1))
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    settings = [each.decode("utf-8", "backslashreplace") for each in raw.split(b"\0") if each]
    if reserved or length > MAX_SETTINGS or not settings or not all("=" in each for each in settings):
        raise NotThisFormat("no settings stand behind the header")
    facts = {name: value for name, _, value in (each.partition("=") for each in settings)}
    at = start + length
    if not size:
        return Opened(size=at, facts=facts)
    if at + size > source.size:
        raise Damaged(f"it is truncated: {size} bytes by its header, {source.size - at} are there")
    window = Window(source, at, size)
    facts["MD5"] = "holds" if _md5(window) == source.read(HEADER.size, MD5) else "does not hold"
    return Opened(size=at + size, facts=facts, parts=(Part(name="image", source=window, offset=at),))


def _md5(source: Source) -> bytes:
    digest = hashlib.md5(usedforsecurity=False)
    for at in range(0, source.size, CHUNK):
        digest.update(source.read(at, CHUNK))
    return digest.digest()


FORMAT: Final = Format(title="Seama", magics=(Magic(MAGIC),), open=_open)
