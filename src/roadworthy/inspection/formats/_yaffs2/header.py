"""Object headers: name, place, kind and attributes of a file, directory, link or device."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields
from roadworthy.inspection.formats._yaffs2.tags import MAX_OBJECT

SIZE = 512
FILE, SYMLINK, DIRECTORY, HARD_LINK, SPECIAL = 1, 2, 3, 4, 5
ROOT, LOST_AND_FOUND, UNLINKED, DELETED = 1, 2, 3, 4
UNUSED = 0xFFFFFFFF
# type, parent, sum of the name, name, mode, owner, group, times, size, twin, target, device, …
PATTERN = "2IH256s2x8I160sI24x3I4x2I"
FIELDS: Final[Mapping[ByteOrder, Fields]] = {order: Fields(PATTERN, order) for order in ByteOrder}
MODES: Final = {
    FILE: (stat.S_IFREG,),
    SYMLINK: (stat.S_IFLNK,),
    DIRECTORY: (stat.S_IFDIR,),
    SPECIAL: (stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK),
}
MODE_BITS = 16
NAME = slice(10, 265)  # without its last byte, which old tools leave as it was erased


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One version of an object.

    Args:
        at: Where it lies in the image.
        kind: What it is.
        parent: Number of its directory; `UNLINKED` or `DELETED` if it is gone.
        name: Its name; may be empty.
        mode: With the kind, as in Unix.
        uid: Owner.
        gid: Group.
        mtime: Seconds since 1970.
        size: Bytes of a file at the time of writing.
        twin: Object that a hard link stands for.
        target: Of a symbolic link.
        device: Number of a device, packed.
        shadows: Object that this one replaced, under the same name; 0 if none.
        shrinks: Whether what lies behind `size` was cut off.
    """

    at: int
    kind: int
    parent: int
    name: bytes
    mode: int
    uid: int
    gid: int
    mtime: int
    size: int
    twin: int
    target: bytes
    device: int
    shadows: int
    shrinks: bool

    @property
    def gone(self) -> bool:
        """Whether this version says that the object was deleted."""
        return self.parent in (UNLINKED, DELETED)


def parse_header(data: bytes, at: int, order: ByteOrder, *, inband: bool) -> Header | None:
    """The header in the first bytes of a chunk; None if there is none."""
    if len(data) < SIZE:
        return None
    fields = FIELDS[order].unpack(data)
    kind, parent, _, name, mode, uid, gid, _, mtime, _, low, twin, target, device = fields[:14]
    inband_shadows, inband_shrinks, high, shadows, shrinks = fields[14:]
    if kind not in MODES and kind != HARD_LINK:
        return None
    if inband:
        shadows, shrinks = inband_shadows, inband_shrinks
    return Header(
        at=at,
        kind=kind,
        parent=parent,
        name=name.partition(b"\0")[0],
        mode=mode,
        uid=uid,
        gid=gid,
        mtime=mtime,
        size=low if high == UNUSED else high << 32 | low,
        twin=twin,
        target=target.partition(b"\0")[0],
        device=device,
        shadows=shadows if shadows <= MAX_OBJECT else 0,
        shrinks=bool(shrinks),
    )


def is_likely(header: Header, data: bytes) -> bool:
    """Whether it looks like what was written, not like chance.

    Its mode must be one of its kind (that of a hard link means nothing), and its name a text with nothing but
    zeros behind.

    Args:
        header: What stands there.
        data: Its bytes.
    """
    odd = header.mode >> MODE_BITS or stat.S_IFMT(header.mode) not in MODES.get(header.kind, ())
    if odd and header.kind != HARD_LINK:
        return False
    if data[NAME][len(header.name) :].strip(b"\0"):
        return False
    if not header.name:
        return header.kind == DIRECTORY  # the root
    return header.name.decode("utf-8", "replace").isprintable() and b"/" not in header.name
