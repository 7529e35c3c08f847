"""The boot sector: where the table of clusters, the root directory and the clusters are (ECMA-107 § 9)."""

from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly
from roadworthy.inspection.format import NotThisFormat
from roadworthy.inspection.source import Source

BLOCK: Final = Fields("3x8sHBHBHHBHHHII", ByteOrder.LITTLE)
WIDE: Final = Fields("IHHI", ByteOrder.LITTLE)
VOLUME: Final = Fields("xBI11s", ByteOrder.LITTLE)
WIDE_AT, VOLUME_AT, WIDE_VOLUME_AT = 36, 37, 65
LENGTH: Final = 512
SECTORS: Final = (512, 1024, 2048, 4096)
JUMPS: Final = (0xEB, 0xE9)
HAS_VOLUME: Final = (0x28, 0x29)
FIXED_MEDIA: Final = 0xF8
ENTRY: Final = 32
MOST_12, MOST_16 = 4085, 65525  # clusters: the counts that decide the width (FAT specification § 3.5)
MAX_CLUSTERS: Final = 0x0FFFFFF5


@dataclass(frozen=True, slots=True, kw_only=True)
class BootSector:
    """Where everything is, in bytes from the start.

    Args:
        bits: Width of the entries of the table: 12, 16 or 32.
        size: Bytes of the whole file system.
        table: Where the first table begins.
        table_size: Its bytes.
        root: Where the root directory begins; of no meaning with 32 bits.
        root_size: Its bytes; 0 with 32 bits.
        root_cluster: Its first cluster, with 32 bits; otherwise 0.
        data: Where cluster 2 begins.
        cluster_size: Bytes of a cluster.
        clusters: How many there are.
        media: The media byte, which the table's first entry repeats.
        label: Name of the volume; empty without one.
        serial: Its serial number; None without one.
    """

    bits: int
    size: int
    table: int
    table_size: int
    root: int
    root_size: int
    root_cluster: int
    data: int
    cluster_size: int
    clusters: int
    media: int
    label: str
    serial: int | None


def read_boot_sector(source: Source) -> BootSector:
    """The boot sector of what starts at the source's start.

    Raises:
        NotThisFormat: It is none.
    """
    try:
        raw = read_exactly(source, 0, LENGTH)
        boot = _parse(raw)
        first = read_exactly(source, boot.table, 1)[0]
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    if first != boot.media:
        raise NotThisFormat("the table does not begin with the media byte")
    return boot


def _parse(raw: bytes) -> BootSector:
    (
        _maker, sector, cluster_sectors, reserved, tables, root_entries, short_sectors, media,
        short_table, _track, _heads, _hidden, long_sectors,
    ) = BLOCK.unpack(raw)  # fmt: skip
    table_sectors, _flags, version, root_cluster = WIDE.unpack(raw, WIDE_AT)
    wide = short_table == 0
    table_sectors = table_sectors if wide else short_table
    sectors = short_sectors or long_sectors
    fits = (
        raw[0] in JUMPS
        and sector in SECTORS
        and cluster_sectors
        and cluster_sectors & (cluster_sectors - 1) == 0
        and reserved
        and tables in (1, 2)
        and (media == 0xF0 or media >= FIXED_MEDIA)  # noqa: PLR2004 -- ECMA-107 § 9: F0, F8 and above
        and table_sectors
        and bool(root_entries) is not wide
        and not (wide and version)
    )
    if not fits:
        raise NotThisFormat("no boot sector")
    root = (reserved + tables * table_sectors) * sector
    data = root + -(-root_entries * ENTRY // sector) * sector
    clusters = (sectors * sector - data) // (cluster_sectors * sector)
    bits = 32 if wide else 12 if clusters < MOST_12 else 16
    if not 0 < clusters <= min(MAX_CLUSTERS, table_sectors * sector * 8 // bits):
        raise NotThisFormat("its clusters do not fit its table")
    label, serial = _volume(raw, WIDE_VOLUME_AT if wide else VOLUME_AT)
    return BootSector(
        bits=bits,
        size=sectors * sector,
        table=reserved * sector,
        table_size=table_sectors * sector,
        root=root,
        root_size=root_entries * ENTRY,
        root_cluster=root_cluster if wide else 0,
        data=data,
        cluster_size=cluster_sectors * sector,
        clusters=clusters,
        media=media,
        label=label,
        serial=serial,
    )


def _volume(raw: bytes, at: int) -> tuple[str, int | None]:
    signature, serial, label = VOLUME.unpack(raw, at)
    if signature not in HAS_VOLUME:
        return "", None
    named = label.decode("cp437").strip(" \0")
    return ("" if named == "NO NAME" else named), serial
