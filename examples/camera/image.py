"""The flash image: a kernel in a uImage, two file systems on erase block borders, and a trailer."""

import contextlib
import lzma
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

# U-Boot, include/image.h, legacy image format: header of 64 bytes, big-endian.
UIMAGE = struct.Struct(">7I4B32s")
UIMAGE_MAGIC = 0x27051956
UIMAGE_TYPES = {"kernel": (5, 2), "firmware": (17, 5)}  # operating system, type
UIMAGE_ARM = 2
LOAD_ADDRESS = 0x8000
# The imaginary maker's own, little-endian: magic, model, version, offsets of rootfs and data, CRC-32.
TRAILER = struct.Struct("<8s16s8sIII20x")
TRAILER_MAGIC = b"EXCAMFW1"
XZ_MAGIC = re.compile(rb"\xfd7zXZ\0")
BANNER = re.compile(rb"(Linux version |U-Boot )([0-9][\w.+~-]*)")


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of the image: what it is called, where it starts, how long it is."""

    name: str
    offset: int
    size: int


def _unpacked(boot: bytes) -> Iterator[bytes]:
    """The boot program, and what is packed inside it: a zImage carries its kernel as an xz stream."""
    yield boot
    for start in XZ_MAGIC.finditer(boot):
        with contextlib.suppress(lzma.LZMAError):  # the unpacker ahead of the stream holds the magic as well
            yield lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(boot[start.start() :])


def name_boot_part(boot: bytes) -> str:
    """What its own banner says it is: ``Linux-6.1.0-50-armmp``."""
    for data in _unpacked(boot):
        match = BANNER.search(data)
        if match:
            return f"{match[1].split()[0].decode()}-{match[2].decode()}"
    return "boot"


def make_uimage(boot: bytes, *, kind: str, epoch: int) -> bytes:
    """The boot part under a U-Boot legacy header, with both of its check sums."""
    system, type_code = UIMAGE_TYPES[kind]
    name = name_boot_part(boot).encode()[:32]

    def header(check_sum: int) -> bytes:
        numbers = (UIMAGE_MAGIC, check_sum, epoch, len(boot), LOAD_ADDRESS, LOAD_ADDRESS, zlib.crc32(boot))
        return UIMAGE.pack(*numbers, system, UIMAGE_ARM, type_code, 0, name)

    return header(zlib.crc32(header(0))) + boot


def join(
    parts: dict[str, bytes], *, erase_block: int, model: str, version: str
) -> tuple[bytes, list[Region]]:
    """The image, and where everything lies in it.

    Each part starts on an erase block; the gaps are 0xFF, as erased flash is.

    Args:
        parts: ``kernel``, ``rootfs`` and ``data``, in this order.
        erase_block: Size of an erase block.
        model: Name of the device, for the trailer.
        version: Release, for the trailer.
    """
    image, layout = b"", []
    for name, part in parts.items():
        layout.append(Region(name, len(image), len(part)))
        image += part + b"\xff" * (-len(part) % erase_block)
    offsets = {region.name: region.offset for region in layout}
    layout.append(Region("trailer", len(image), TRAILER.size))
    check_sum = zlib.crc32(image)
    trailer = TRAILER.pack(
        TRAILER_MAGIC, model.encode(), version.encode(), offsets["rootfs"], offsets["data"], check_sum
    )
    return image + trailer, layout
