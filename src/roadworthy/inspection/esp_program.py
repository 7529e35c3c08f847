"""Programs of ESP32 chips and their relatives: the reader that the format and the inventory share.

The layout is that of `esp_image_header_t`, `esp_image_segment_header_t` and `esp_app_desc_t` in ESP-IDF, and
of `ets_secure_boot_sig_block` for signatures. How it can be wrong stands with the format `esp-image`.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly, text
from roadworthy.inspection._esp_signature import holds, key_digest
from roadworthy.inspection.format import Damaged, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.source import Source, Window

MAGIC = 0xE9
DESCRIBED = Magic(b"\x32\x54\xcd\xab", 32)  # esp_app_desc_t, at the start of the first segment
NO_WRITE_PIN = Magic(b"\xee\x00\x00\x00", 8)  # as esptool writes it, whatever the chip
MAX_SEGMENTS = 16
MAX_MODE = 5
ALIGNED = 16
SECTOR = 4096
SEED = 0xEF
HASH = 32
CHUNK = 1024 * 1024
START: Final = Fields("4BI", ByteOrder.LITTLE)
EXTENDED: Final = Fields("B3sHBHH4sB", ByteOrder.LITTLE)
SEGMENT: Final = Fields("II", ByteOrder.LITTLE)
DESCRIPTION: Final = Fields("4xI8x32s32s16s16s32s32s", ByteOrder.LITTLE)
SIGNATURE_V1: Final = Fields("I64s", ByteOrder.LITTLE)
SIGNATURE_V2: Final = Fields("BB2x32s", ByteOrder.LITTLE)
V2_CHECKED, V2_MAGIC = 1196, 0xE7
V2_KINDS: Final = {2: "RSA-3072", 3: "ECDSA"}
CHIPS: Final = {  # esp_chip_id_t of ESP-IDF
    0: "ESP32",
    2: "ESP32-S2",
    5: "ESP32-C3",
    9: "ESP32-S3",
    12: "ESP32-C2",
    13: "ESP32-C6",
    16: "ESP32-H2",
    18: "ESP32-P4",
    20: "ESP32-C61",
    23: "ESP32-C5",
    25: "ESP32-H21",
    28: "ESP32-H4",
}
IRAM_8266 = range(0x40100000, 0x40110000)
FREE = (b"\x00", b"\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    chip: str
    segments: int
    hashed: bool
    length: int


def open_program(source: Source) -> Opened:
    """Read and validate a program: its facts and its segments.

    Args:
        source: Bytes that start where the program starts.

    Raises:
        NotThisFormat: The bytes are something else.
        Damaged: They are a described program that was cut off.
    """
    try:
        header = _read_header(source)
        parts = _segments(source, header)
        end = _end_of_segments(parts)
        checksum = read_exactly(source, end - 1, 1)[0] == _checksum(parts)
        described = _is_described(source)
        if not checksum and not described:
            raise NotThisFormat("the checksum does not hold")
        facts = {"chip": header.chip, **_description(source)} if described else {"chip": header.chip}
        facts["checksum"] = "holds" if checksum else "does not hold"
        end, hashed = _hash(source, end) if header.hashed else (end, {})
        size, signed = _signature(source, end)
    except EndOfData as error:
        what = f"it is truncated: {error}"
        raise (Damaged(what) if _is_described(source) else NotThisFormat(what)) from error
    return Opened(size=size, facts={**facts, **hashed, **signed}, parts=parts)


def _read_header(source: Source) -> _Header:
    magic, segments, mode, _, entry = START.read(source, 0)
    if magic != MAGIC or not 0 < segments <= MAX_SEGMENTS or mode > MAX_MODE:
        raise NotThisFormat("no header of a program image")
    if entry in IRAM_8266 and source.read(START.size, 4) != NO_WRITE_PIN.value:
        return _Header(chip="ESP8266", segments=segments, hashed=False, length=START.size)
    _, _, chip, _, _, _, reserved, hashed = EXTENDED.read(source, START.size)
    if chip not in CHIPS or any(reserved) or hashed > 1:
        raise NotThisFormat("no such chip")
    length = START.size + EXTENDED.size
    return _Header(chip=CHIPS[chip], segments=segments, hashed=bool(hashed), length=length)


def _segments(source: Source, header: _Header) -> tuple[Part, ...]:
    parts, at = [], header.length
    for _ in range(header.segments):
        address, length = SEGMENT.read(source, at)
        at += SEGMENT.size
        if at + length > source.size:
            raise EndOfData(f"the segment at {at:#x} has {length} bytes, {source.size - at} are there")
        window = Window(source, at, length)
        parts.append(Part(name=f"segment-{address:08x}", source=window, offset=at, opaque=True))
        at += length
    return tuple(parts)


def _end_of_segments(parts: tuple[Part, ...]) -> int:
    last = parts[-1]
    behind = (last.offset or 0) + last.source.size
    return behind + ALIGNED - behind % ALIGNED  # the checksum is the last byte


def _checksum(parts: tuple[Part, ...]) -> int:
    """All bytes of all segments, XORed: by halving, for an integer XORs many bytes at once."""
    total = SEED
    for part in parts:
        for at in range(0, part.source.size, CHUNK):
            total ^= _xored(part.source.read(at, CHUNK))
    return total


def _xored(data: bytes) -> int:
    width = 1
    while width < len(data):
        width *= 2
    value = int.from_bytes(data.ljust(width, b"\0"), "little")
    while width > 1:
        width //= 2
        value = (value >> width * 8) ^ (value & (1 << width * 8) - 1)
    return value


def _is_described(source: Source) -> bool:
    return source.read(DESCRIBED.offset, len(DESCRIBED.value)) == DESCRIBED.value


def _description(source: Source) -> Mapping[str, str]:
    secure, version, project, clock, day, framework, digest = DESCRIPTION.read(source, DESCRIBED.offset)
    facts = {
        "version": text(version),
        "project": text(project),
        "made": f"{text(day)} {text(clock)}".strip(),
        "ESP-IDF": text(framework),
        "secure version": str(secure) if secure else "",  # anti-rollback
        "SHA-256 of the ELF file": digest.hex() if any(digest) else "",
    }
    return {name: value for name, value in facts.items() if value}


def _hash(source: Source, end: int) -> tuple[int, Mapping[str, str]]:
    holds = _sha256(source, end) == read_exactly(source, end, HASH)
    return end + HASH, {"SHA-256": "holds" if holds else "does not hold"}


def _sha256(source: Source, end: int) -> bytes:
    digest = hashlib.sha256()
    for at in range(0, end, CHUNK):
        digest.update(source.read(at, min(CHUNK, end - at)))
    return digest.digest()


def _signature(source: Source, end: int) -> tuple[int, Mapping[str, str]]:
    """Where the image ends with its signature, if it has one, and what that is."""
    sector = end + -end % SECTOR
    block = source.read(sector, V2_CHECKED + 4)
    if block[:1] == bytes((V2_MAGIC,)) and len(block) == V2_CHECKED + 4:
        return sector + SECTOR, {"signature": _version_2(source, sector, block)}
    behind = source.read(end, SIGNATURE_V1.size)
    if len(behind) == SIGNATURE_V1.size:
        version, signature = SIGNATURE_V1.unpack(behind)
        if version == 0 and not any(signature.strip(byte) == b"" for byte in FREE):
            return end + SIGNATURE_V1.size, {"signature": "secure boot 1 (ECDSA), not verified"}
    return end, {"signature": "none"}


def _version_2(source: Source, sector: int, block: bytes) -> str:
    _, kind, digest = SIGNATURE_V2.unpack(block)
    if zlib.crc32(block[:V2_CHECKED]) != int.from_bytes(block[V2_CHECKED:], "little"):
        return "secure boot 2, its checksum does not hold"
    name = f"secure boot 2 ({V2_KINDS.get(kind, f'kind {kind}')})"
    true = _sha256(source, sector)
    if digest != true:
        return f"{name}, does not belong to these bytes"
    verified = {True: "verified", False: "does not hold", None: "not verified"}[holds(block, true)]
    return f"{name}, belongs to these bytes, {verified}, by the key {key_digest(block)}"
