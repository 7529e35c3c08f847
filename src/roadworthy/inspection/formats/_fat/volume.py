"""A volume of FAT: directories that own their clusters, and files."""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.binary import read_exactly
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._fat.boot_sector import BootSector
from roadworthy.inspection.formats._fat.clusters import Clusters
from roadworthy.inspection.formats._fat.directory import DIRECTORY, LABEL, READ_ONLY, Entry, entries
from roadworthy.inspection.formats._walk import Inode
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import Source

ROOT: Final = -1
MODE, READ_ONLY_MODE = 0o755, 0o555  # as Linux shows them, mounted without options
MAX_LISTING: Final = 65536 * 32  # bytes of one directory (FAT specification § 6)


class FatVolume:
    """Meets `Volume`. A reference is the number of a directory entry in the order in which they were met.

    Args:
        source: The bytes.
        boot: The boot sector.
    """

    root = ROOT

    def __init__(self, source: Source, boot: BootSector) -> None:
        self._source = source
        self._boot = boot
        self._clusters = Clusters(source, boot)
        self._entries: dict[int, Entry] = {}
        self._places: dict[tuple[int, int], int] = {}
        self._owners: dict[int, int] = {}

    @property
    def label(self) -> str:
        """Name of the volume: as its root directory says, or else its boot sector."""
        for entry in entries(self._listing(ROOT)):
            if entry.attributes & (LABEL | DIRECTORY) == LABEL:
                return entry.name.decode("cp437")
        return self._boot.label

    def inode(self, reference: int) -> Inode:
        """See `Volume.inode`."""
        if reference == ROOT:
            return Inode(kind=NodeKind.DIRECTORY, mode=MODE, number=ROOT)
        entry = self._entries[reference]
        directory = bool(entry.attributes & DIRECTORY)
        return Inode(
            kind=NodeKind.DIRECTORY if directory else NodeKind.FILE,
            mode=READ_ONLY_MODE if entry.attributes & READ_ONLY and not directory else MODE,
            mtime=entry.mtime,
            size=0 if directory else entry.size,
            number=reference,
            order=self._clusters.place(entry.cluster) if entry.cluster else 0,
        )

    def names(self, reference: int) -> Iterator[tuple[bytes, int]]:
        """See `Volume.names`."""
        for entry in entries(self._listing(reference)):
            if not entry.attributes & LABEL and entry.name not in (b".", b".."):
                place = self._places.setdefault((reference, entry.at), len(self._places))
                self._entries[place] = entry
                yield entry.name, place

    def content(self, reference: int) -> bytes:
        """See `Volume.content`."""
        entry = self._entries[reference]
        if not entry.size:
            return b""
        needed = -(-entry.size // self._boot.cluster_size)
        data = b"".join(self._clusters.read(self._clusters.chain(entry.cluster, needed)))
        if len(data) < entry.size:
            raise Damaged(f"its clusters hold {len(data)} bytes of {entry.size}")
        return data[: entry.size]

    def _listing(self, reference: int) -> bytes:
        if reference == ROOT and not self._boot.root_cluster:
            return read_exactly(self._source, self._boot.root, self._boot.root_size)
        first = self._boot.root_cluster if reference == ROOT else self._entries[reference].cluster
        most = MAX_LISTING // self._boot.cluster_size + 1
        return b"".join(self._clusters.read(self._owned(first, reference, most)))

    def _owned(self, first: int, reference: int, most: int) -> Iterator[int]:
        """The clusters of a directory. One that belongs to another directory already would list it twice."""
        for cluster in self._clusters.chain(first, most):
            if self._owners.setdefault(cluster, reference) != reference:
                raise Damaged(f"cluster {cluster:#x} belongs to two directories")
            yield cluster
