"""FAT12, FAT16 and FAT32: boot partitions, recorders' cards, and what a device shows as a USB drive.

What it looks at
The boot sector, the table of clusters, directories with long names, and files, all in place.

Why it matters
Boot partitions hold kernels, device trees and boot settings, and often keys and passwords of wireless
networks, because every computer can write them.

How it can be wrong
FAT knows no owners and no permissions: what is shown is what Linux shows by default. Times are local times
of whoever wrote them, and taken as UTC. Names without a long form are read in code page 437. Deleted files
are not looked for. exFAT and NTFS are other formats. A file of more than 256 MiB is named and not read.
"""

from collections.abc import Mapping
from typing import Final

from roadworthy.codecs.binary import EndOfData
from roadworthy.inspection.format import Damaged, Format, Magic, Opened
from roadworthy.inspection.formats._fat.boot_sector import BootSector, read_boot_sector
from roadworthy.inspection.formats._fat.volume import FatVolume
from roadworthy.inspection.formats._walk import WalkedTree
from roadworthy.inspection.source import Source


def _open(source: Source) -> Opened:
    boot = read_boot_sector(source)
    volume = FatVolume(source, boot)
    try:
        facts = _facts(boot, volume.label)
    except EndOfData as error:
        raise Damaged(f"its root directory is cut off: {error}") from error
    return Opened(size=boot.size, facts=facts, tree=WalkedTree(volume))


def _facts(boot: BootSector, label: str) -> Mapping[str, str]:
    serial = "" if boot.serial is None else f"{boot.serial >> 16:04X}-{boot.serial & 0xFFFF:04X}"
    facts = {
        "version": f"FAT{boot.bits}",
        "label": label,
        "serial": serial,
        "cluster size": str(boot.cluster_size),
        "clusters": str(boot.clusters),
    }
    return {name: value for name, value in facts.items() if value}


FORMAT: Final = Format(
    title="FAT12, FAT16, FAT32",
    magics=(
        Magic(b"\x55\xaa", 510),
        Magic(b"FAT12   ", 54),
        Magic(b"FAT16   ", 54),
        Magic(b"FAT32   ", 82),
    ),
    open=_open,
)
