"""ext2, ext3 and ext4, the usual file systems of devices that run from eMMC, SD card or disk.

What it looks at
The superblock, the group descriptors, inodes with block maps, extents or content of their own, and
directories, all in place. Modes, owners, times, links and device numbers come out as they are stored.

Why it matters
Mounting a hostile image needs root and hands it to the kernel; unpacking it drops setuid bits, owners and
device nodes. Whoever reads the tables sees what the device sees, and risks nothing.

How it can be wrong
The journal is not replayed: where "needs recovery" is said, the last changes may be missing. Checksums of
metadata are not verified. Encrypted files and directories are named, where their names can be read, and not
opened. Extended attributes are passed over, capabilities of files among them. A file of more than 256 MiB,
or with more than 64 MiB of holes, is named and not read.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from roadworthy.inspection.format import Format, Magic, Opened
from roadworthy.inspection.formats._ext.superblock import Incompatible, Superblock, read_superblock
from roadworthy.inspection.formats._ext.volume import ExtVolume
from roadworthy.inspection.formats._walk import WalkedTree
from roadworthy.inspection.source import Source

STATES = range(8)  # s_state: cleanly unmounted, errors, orphans, in any mixture
MAGIC_AT = 1024 + 56


def _open(source: Source) -> Opened:
    superblock = read_superblock(source)
    tree = WalkedTree(ExtVolume(source, superblock))
    return Opened(size=superblock.size, facts=_facts(superblock), tree=tree)


def _facts(superblock: Superblock) -> Mapping[str, str]:
    facts = {
        "version": superblock.version,
        "label": superblock.label,
        "uuid": _uuid(superblock.uuid) if any(superblock.uuid) else "",
        "block size": str(superblock.block_size),
        "inodes": str(superblock.inodes),
        "written": datetime.fromtimestamp(superblock.written, UTC).isoformat(),
        "last mounted on": superblock.mounted,
        "needs recovery": "yes" if superblock.features & Incompatible.RECOVER else "",
        "unmounted cleanly": "" if superblock.clean else "no",
    }
    return {name: value for name, value in facts.items() if value}


def _uuid(raw: bytes) -> str:
    return "-".join(raw.hex()[start:end] for start, end in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))


FORMAT: Final = Format(
    title="ext2, ext3, ext4",
    magics=tuple(Magic(b"\x53\xef" + state.to_bytes(2, "little"), MAGIC_AT) for state in STATES),
    open=_open,
)
