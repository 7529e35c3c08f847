"""TP-Link firmware header, first layout: routers and access points, about 2005 to 2016, and OpenWrt for them.

What it looks at
The big-endian header of 512 bytes: who made it, for which hardware, where boot loader, kernel and root file
system lie. A vendor's file holds it twice: before the boot loader, and behind it.

Why it matters
It says what the parts are, so that nothing has to be guessed, and its MD5 shows a damaged download.

How it can be wrong
Only headers that name TP-LINK, OpenWrt or LEDE as vendor are recognised; the version number alone would be
found by chance everywhere. The MD5 is salted with constants that everybody knows: it proves no origin.
"""

from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields, text
from roadworthy.inspection.format import Format, Magic, Opened
from roadworthy.inspection.formats._tplink import Header, Layout, Stretch, open_tplink
from roadworthy.inspection.source import Source

VERSION = b"\x01\x00\x00\x00"
FIELDS: Final = Fields("4s24s36sII4x16s4x16s4x8xI2I2I2I3H", ByteOrder.BIG)


def read_header(source: Source, offset: int) -> Header:
    """The header at an offset. Raises `EndOfData` where the bytes end before it does."""
    values = FIELDS.read(source, offset)
    _, vendor, label, hardware, revision, md5, _, length = values[:8]
    kernel, kernel_length, rootfs, rootfs_length, boot, boot_length, *release = values[8:]
    return Header(
        vendor=text(vendor),
        label=text(label),
        release=".".join(map(str, release)) if any(release) else "",
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
    same=0x4C,
    md5_at=0x4C,
    salt=bytes.fromhex("dcd73aa5c39598fbddf9e7f40eae4738"),
    boot_salt=bytes.fromhex("8cef335bd5c5cefaa79c28dab2e90f42"),
)


def _open(source: Source) -> Opened:
    return open_tplink(source, LAYOUT)


FORMAT: Final = Format(
    title="TP-Link firmware header, layout 1",
    magics=tuple(Magic(VERSION + vendor) for vendor in (b"TP-LINK", b"OpenWrt", b"LEDE")),
    open=_open,
)
