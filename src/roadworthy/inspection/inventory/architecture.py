"""For which processor a file system was made.

What it finds

Machine, word size and byte order, from the header of one program that every system has: the loader, the C
library, the shell or BusyBox.

How it can be wrong

A system may hold programs of more than one kind; each program has its own fact.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.binary import ByteOrder
from roadworthy.codecs.elf import MAGIC, NotElf, parse_elf
from roadworthy.inspection.cataloger import Cataloger, Context, Kept
from roadworthy.inspection.rootfs import Node
from roadworthy.model.platform import Platform

_KEEP_BYTES = 8 * 1024 * 1024
_NAMES = ("busybox", "sh", "bash", "dash", "init", "login", "opkg", "systemd")
_STARTS = ("ld-", "ld.so", "libc-", "libc.so")


def wants(node: Node) -> bool:
    """The few programs that tell."""
    return node.name in _NAMES or node.name.startswith(_STARTS)


def join(kept: Kept, context: Context) -> Iterator[Platform]:
    """One fact for the file system."""
    del context
    for file in kept.files.values():
        if not file.data.startswith(MAGIC):
            continue
        try:
            elf = parse_elf(file.data)
        except NotElf:
            continue
        order = "big-endian" if elf.order is ByteOrder.BIG else "little-endian"
        value = f"{elf.machine} {elf.bits} bit {order}"
        yield Platform(aspect="architecture", value=value, evidence=(file.evidence(offset=0, excerpt=value),))
        return


CATALOGER: Final = Cataloger(title="Processor architecture", wants=wants, join=join, keep_bytes=_KEEP_BYTES)
