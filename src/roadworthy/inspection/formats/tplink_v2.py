"""TP-Link firmware header, second layout: versions 2 and 3, MediaTek and Ralink routers since about 2012.

What it looks at
The big-endian header of 512 bytes: the version, for which hardware, where boot loader, kernel and root file
system lie. A vendor's file holds it twice: before the boot loader, and behind it.

Why it matters
It says what the parts are, so that nothing has to be guessed, and its MD5 shows a damaged download.

How it can be wrong
The version text must begin with ``ver.``, as in all files known; the version number alone would be found by
chance everywhere. The MD5 is salted with constants that everybody knows: it proves no origin.
"""

from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields, text
from roadworthy.inspection.format import Format, Magic, Opened
from roadworthy.inspection.formats._tplink import Header, Layout, Stretch, open_tplink
from roadworthy.inspection.source import Source

VERSIONS = (b"\x02\x00\x00\x00", b"\x03\x00\x00\x00")
FIELDS: Final = Fields("4x48sII4x16s4x16s4x8xI2I2I2I", ByteOrder.BIG)


def read_header(source: Source, offset: int) -> Header:
    """The header at an offset. Raises `EndOfData` where the bytes end before it does."""
    label, hardware, revision, md5, _, length, *stretches = FIELDS.read(source, offset)
    kernel, kernel_length, rootfs, rootfs_length, boot, boot_length = stretches
    return Header(
        vendor="",
        label=text(label),
        release="",
        hardware=hardware,
        revision=revision,
        md5=md5,
        length=length,
        boot=Stretch(boot, boot_length),
        kernel=Stretch(kernel, kernel_length),
        rootfs=Stretch(rootfs, rootfs_length),
    )


LAYOUT: Final = Layout(
    read=read_header,
    same=0x40,
    md5_at=0x40,
    salt=bytes.fromhex("dcd73aa5c39598fbdcf9e7f40eae4737"),
    boot_salt=bytes.fromhex("8cef335fd5c5cefaac9c28dab2e90f42"),
)


def _open(source: Source) -> Opened:
    return open_tplink(source, LAYOUT)


FORMAT: Final = Format(
    title="TP-Link firmware header, layout 2",
    magics=tuple(Magic(version + b"ver.") for version in VERSIONS),
    open=_open,
)
