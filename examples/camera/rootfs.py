"""The root file system: every file, link, folder and device node, with owners and modes, as one tar stream.

A tar stream says all of it without root and whatever the umask is, and mksquashfs reads it as it stands.
"""

import io
import posixpath
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One name: its tar type and what goes with it."""

    kind: bytes
    mode: int = 0o755
    data: bytes = b""
    target: str = ""
    device: tuple[int, int] = (0, 0)


class RootFS:
    """The file system of one release, put together in memory.

    Args:
        modes: Mode by path pattern; the last match wins, and 0644 is for what nothing matches.
    """

    def __init__(self, modes: Mapping[str, int]) -> None:
        self._modes = modes
        self.entries: dict[str, Entry] = {}

    def add_file(self, path: str, data: bytes) -> None:
        """A regular file, with the folders above it."""
        mode = [mode for pattern, mode in self._modes.items() if fnmatchcase(path, pattern)]
        self._add(path, Entry(kind=tarfile.REGTYPE, mode=mode[-1] if mode else 0o644, data=data))

    def add_link(self, path: str, target: str) -> None:
        """A symbolic link."""
        self._add(path, Entry(kind=tarfile.SYMTYPE, mode=0o777, target=target))

    def add_folder(self, path: str, mode: int) -> None:
        """A folder."""
        self._add(path, Entry(kind=tarfile.DIRTYPE, mode=mode))

    def add_device(self, path: str, major: int, minor: int, mode: int) -> None:
        """A character device node."""
        self._add(path, Entry(kind=tarfile.CHRTYPE, mode=mode, device=(major, minor)))

    def _add(self, path: str, entry: Entry) -> None:
        parent = posixpath.dirname(path)
        if parent != path and parent not in self.entries:
            self.add_folder(parent, 0o755)
        self.entries[path] = entry

    def to_tar(self, epoch: int) -> bytes:
        """All of it, in order of path, everything owned by root and of one time."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for path, entry in sorted(self.entries.items()):
                info = tarfile.TarInfo(f".{path}")
                info.type, info.mode, info.mtime = entry.kind, entry.mode, epoch
                info.size, info.linkname = len(entry.data), entry.target
                info.devmajor, info.devminor = entry.device
                archive.addfile(info, io.BytesIO(entry.data))
        return buffer.getvalue()
