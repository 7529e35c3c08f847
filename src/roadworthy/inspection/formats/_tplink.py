"""What the two layouts of TP-Link's firmware header have in common: a header of 512 bytes, then the parts."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from roadworthy.codecs.binary import EndOfData, read_exactly
from roadworthy.inspection.format import Damaged, NotThisFormat, Opened, Part
from roadworthy.inspection.source import Source, Window

HEADER = 0x200
CHUNK = 1024 * 1024
MAX_INNER_TRIES = 16


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a part lies, counted from the header.

    Args:
        offset: Its first byte.
        length: Its length in bytes; 0 where there is no such part.
    """

    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What both layouts say.

    Args:
        vendor: Who made it; empty where the layout has no such field.
        label: The version as text.
        release: The version as numbers; empty where the layout has none.
        hardware: Number of the hardware it is for.
        revision: Revision of that hardware.
        md5: The digest as written.
        length: Bytes from the header to the end of the firmware, the header included.
        boot: The boot loader.
        kernel: The kernel.
        rootfs: The root file system.
    """

    vendor: str
    label: str
    release: str
    hardware: int
    revision: int
    md5: bytes
    length: int
    boot: Stretch
    kernel: Stretch
    rootfs: Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What tells the two layouts apart.

    Args:
        read: Reads the header.
        same: How many bytes at the start an inner header shares with its outer one.
        md5_at: Where the digest stands.
        salt: What stands in its place while it is computed.
        boot_salt: The same, where the firmware brings a boot loader.
    """

    read: Callable[[Source, int], Header]
    same: int
    md5_at: int
    salt: bytes
    boot_salt: bytes


def open_tplink(source: Source, layout: Layout) -> Opened:
    """Open either layout.

    Vendor files have an outer header, the boot loader, and then a second header of the same layout from which
    the offsets of kernel and root file system are counted. Others have one header only.
    """
    try:
        header = layout.read(source, 0)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    if header.length <= HEADER:
        raise NotThisFormat(f"a firmware of {header.length} bytes is no longer than its header")
    size = min(header.length, source.size)
    parts = _outer(source, size, header, layout) if header.boot.length else _inner(source, size, header)
    return Opened(size=size, facts=_facts(source, size, header, layout), parts=tuple(parts))


def _outer(source: Source, size: int, header: Header, layout: Layout) -> Iterator[Part]:
    if HEADER + header.boot.length > size:
        raise Damaged(f"the boot loader of {header.boot.length} bytes does not fit into {size}")
    at = _second_header(source, size, header, layout)
    boot_end = HEADER + header.boot.length if at is None else at
    yield Part(
        name="bootloader", source=Window(source, HEADER, boot_end - HEADER), offset=HEADER, opaque=True
    )
    if at is not None:
        yield Part(name="firmware", source=Window(source, at, size - at), offset=at)


def _second_header(source: Source, size: int, header: Header, layout: Layout) -> int | None:
    needle, at = read_exactly(source, 0, layout.same), HEADER
    for _ in range(MAX_INNER_TRIES):
        at = source.find(needle, at, size)
        if at < 0 or at + HEADER > size:
            return None
        inner = layout.read(source, at)
        if inner.length == header.length - at and not inner.boot.length:
            return at
        at += 1
    return None


def _inner(source: Source, size: int, header: Header) -> Iterator[Part]:
    for name, stretch in (("kernel", header.kernel), ("rootfs", header.rootfs)):
        if not stretch.length:
            continue
        if stretch.offset < HEADER or stretch.offset + stretch.length > size:
            raise Damaged(
                f"the {name} at {stretch.offset:#x}, {stretch.length} bytes, does not fit into {size}"
            )
        window = Window(source, stretch.offset, stretch.length)
        yield Part(name=name, source=window, offset=stretch.offset, opaque=name == "kernel")


def _facts(source: Source, size: int, header: Header, layout: Layout) -> Mapping[str, str]:
    facts = {
        "vendor": header.vendor,
        "version": header.label,
        "release": header.release,
        "hardware id": f"{header.hardware:08x}",
        "hardware revision": str(header.revision),
    }
    if any(header.md5):
        salt = layout.boot_salt if header.boot.length else layout.salt
        holds = _md5(source, size, layout.md5_at, salt) == header.md5
        facts["MD5"] = "holds" if holds else "does not hold"
    return {name: value for name, value in facts.items() if value}


def _md5(source: Source, size: int, at: int, salt: bytes) -> bytes:
    digest = hashlib.md5(source.read(0, at) + salt, usedforsecurity=False)
    for offset in range(at + len(salt), size, CHUNK):
        digest.update(source.read(offset, min(CHUNK, size - offset)))
    return digest.digest()
