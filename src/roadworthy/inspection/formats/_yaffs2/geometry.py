"""The geometry, which nothing states: tried out on the first chunks, until tags stand where they must."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Final

from roadworthy.codecs.binary import ByteOrder
from roadworthy.inspection.format import NotThisFormat
from roadworthy.inspection.formats._yaffs2.header import HARD_LINK, Header, is_likely, parse_header
from roadworthy.inspection.formats._yaffs2.header import SIZE as HEADER
from roadworthy.inspection.formats._yaffs2.tags import (
    CHECKPOINT,
    CHECKS,
    SIZE1,
    SIZE2,
    Geometry,
    Kind,
    Tags,
    check_bits,
    unpack_tags,
)
from roadworthy.inspection.source import Source

PAGES = (512, 1024, 2048, 4096, 8192, 16384)
SPARES = (16, 32, 64, 112, 128, 160, 208, 218, 224, 256, 376, 400, 432, 436, 448, 512, 640, 744, 1024)
INBAND_PAGES = (1024, 2048, 4096, 8192, 16384)
PAGE1 = 512
PLACES = 64  # bytes of the spare area where tags are sought: at 0 by mkyaffs2image, at 2 by Linux
MAX_PLACES = 8  # that are tried: more than one is chance already
LEAST_PER_SPARE, MOST_PER_SPARE = 8, 64  # bytes of a page for each of its spare area
TRIED = 16  # chunks in a row
ENOUGH = 2  # of them, with tags and what these promise
FIRST_TAGS: Final[Mapping[ByteOrder, re.Pattern[bytes]]] = {  # a first look, for most candidates are chance
    ByteOrder.LITTLE: re.compile(
        rb"(?s)(?=(?!.[\0-\x0f]\0\0)...[\0-\xef]"  # the number of the block
        rb"..[\0-\x03][\0\x10\x20\x30\x40\x50]"  # of the object, with its kind
        rb"(?:\0{4}|\x01\0\0[\x80\x90\xa0\xb0\xc0\xd0\xe0\xf0]))"  # no chunk, or flags and parent
    ),
    ByteOrder.BIG: re.compile(
        rb"(?s)(?=(?!\0\0[\0-\x0f].)[\0-\xef]..."
        rb"[\0\x10\x20\x30\x40\x50][\0-\x03].."
        rb"(?:\0{4}|[\x80\x90\xa0\xb0\xc0\xd0\xe0\xf0]\0\0\x01))"
    ),
}


def find_geometry(source: Source, order: ByteOrder) -> Geometry:
    """How chunks and tags lie in bytes that start with a header, by what fits most of the first chunks.

    Raises:
        NotThisFormat: Nothing fits.
    """
    data = source.read(0, HEADER)
    header = parse_header(data, 0, order, inband=False)
    if header is None or header.kind == HARD_LINK or not is_likely(header, data):
        raise NotThisFormat("its first bytes are no object header")
    best, most = None, ENOUGH - 1
    for geometry in _possible(source, header, order):
        fits = _fitting(source, geometry)
        if fits > most:
            best, most = geometry, fits
    if best is None:
        raise NotThisFormat("no page size and place of the tags fits what follows the first header")
    checked = best.kind is Kind.SPARE and _checked(source, best, most)
    return replace(best, checked=checked)


def _possible(source: Source, header: Header, order: ByteOrder) -> Iterator[Geometry]:
    """Every geometry by which the first chunk is the header that it is."""
    for geometry in islice(_in_spare(source, header, order), MAX_PLACES):
        for spare in SPARES:
            fits = geometry.content <= spare * MOST_PER_SPARE and spare * LEAST_PER_SPARE <= geometry.content
            if fits and geometry.tags + SIZE2 <= geometry.content + spare:
                yield replace(geometry, stride=geometry.content + spare)
    for page in INBAND_PAGES:
        content = page - SIZE2
        yield Geometry(
            kind=Kind.INBAND, order=order, tags_order=order, content=content, stride=page, tags=content
        )
    yield Geometry(
        kind=Kind.FIRST, order=order, tags_order=order, content=PAGE1, stride=PAGE1 + SIZE1, tags=PAGE1
    )


def _in_spare(source: Source, header: Header, order: ByteOrder) -> Iterator[Geometry]:
    """Where behind a page tags stand that are those of the header."""
    for page in PAGES:
        area = source.read(page, PLACES + SIZE2)
        for tags_order in ByteOrder:
            for match in FIRST_TAGS[tags_order].finditer(area):
                place = page + match.start()
                geometry = Geometry(
                    kind=Kind.SPARE, order=order, tags_order=tags_order, content=page, stride=page, tags=place
                )
                tags = _tags(source, geometry, 0)
                if match.start() % 2 == 0 and tags is not None and _is_first(tags, header):
                    yield geometry


def _is_first(tags: Tags, header: Header) -> bool:
    """Whether tags are those of a header; only the root has no name."""
    return tags.chunk == 0 and (tags.object == header.parent) != bool(header.name)


def _tags(source: Source, geometry: Geometry, at: int) -> Tags | None:
    return unpack_tags(source.read(at + geometry.tags, geometry.length), geometry)


def _fitting(source: Source, geometry: Geometry) -> int:
    """How many chunks in a row, from the first on, hold what their tags say."""
    for index in range(TRIED):
        if not _fits(source, geometry, index * geometry.stride):
            return index
    return TRIED


def _fits(source: Source, geometry: Geometry, at: int) -> bool:
    tags = _tags(source, geometry, at)
    if tags is None:
        return False
    if tags.chunk or (geometry.kind is not Kind.FIRST and tags.sequence == CHECKPOINT):
        return at > 0
    data = source.read(at, HEADER)
    header = parse_header(data, at, geometry.order, inband=geometry.kind is Kind.INBAND)
    return header is not None and is_likely(header, data) and (at > 0 or _is_first(tags, header))


def _checked(source: Source, geometry: Geometry, chunks: int) -> bool:
    """Whether check bits stand behind the tags: with most of the chunks they are right."""
    fields, right = CHECKS[geometry.tags_order], 0
    for index in range(chunks):
        raw = source.read(index * geometry.stride + geometry.tags, SIZE2 + fields.size)
        right += len(raw) == SIZE2 + fields.size and fields.unpack(raw, SIZE2) == check_bits(raw[:SIZE2])
    return 2 * right > chunks
