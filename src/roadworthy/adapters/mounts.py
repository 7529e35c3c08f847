"""Mounts: what else is mounted in a running system, and which of it belongs to the system's own software."""

import re
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Final

MOUNTINFO: Final = Path("/proc/self/mountinfo")
_ESCAPED: Final = re.compile(rb"\\([0-7]{3})")
DISKS: Final = frozenset(
    (
        "ext2", "ext3", "ext4", "f2fs", "btrfs", "xfs", "jffs2", "ubifs", "yaffs", "yaffs2", "squashfs",
        "erofs", "cramfs", "romfs", "vfat", "msdos", "exfat", "ntfs", "ntfs3", "iso9660", "minix", "nilfs2",
        "overlay", "overlayfs", "mini_fo", "aufs", "bcachefs", "zfs",
    )
)  # fmt: skip
NETWORKS: Final = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "virtiofs",
    "fuse",
    "ceph",
    "glusterfs",
    "afs",
    "ncpfs",
    "sshfs",
)
LAYERS: Final = (b"/rom", b"/overlay")  # of OpenWrt: what its root is made of, and shows merged


class Mount(Enum):
    """What to do with a place where something is mounted."""

    OURS = "ours"
    MADE = "made at run time"
    FOREIGN = "foreign"


def mounted(text: bytes | None = None) -> Mapping[bytes, str]:
    """Mount points and the types of their file systems (proc_pid_mountinfo(5)); none where nobody tells.

    Args:
        text: The content of ``mountinfo``; without it, that of this process.
    """
    if text is None:
        try:
            text = MOUNTINFO.read_bytes()
        except OSError:
            return {}
    points: dict[bytes, str] = {}
    for line in text.splitlines():
        before, _, after = line.partition(b" - ")
        fields, kinds = before.split(b" "), after.split(b" ")
        if len(fields) > 4 and kinds[0]:  # noqa: PLR2004 -- the mount point is the fifth field
            points[_ESCAPED.sub(_byte, fields[4])] = kinds[0].decode("ascii", "replace")
    return points


def judged(point: bytes, kind: str) -> Mount:
    """Whether what is mounted at a point belongs to the system's software.

    File systems on disks and in flash do: ``/boot``, ``/data``, ``/usr``. What the kernel makes and what lies
    in memory does not; nor do the layers of which a root that is a union is made, for it shows them. What
    lies elsewhere, on the network, is foreign.
    """
    if point in LAYERS:
        return Mount.MADE
    if kind in DISKS:
        return Mount.OURS
    return Mount.FOREIGN if kind.startswith(NETWORKS) else Mount.MADE


def _byte(match: re.Match[bytes]) -> bytes:
    return bytes((int(match[1], 8) & 0xFF,))
