"""Programs of ESP32 chips: what their header and the description of the application say.

What it finds

The version of ESP-IDF that the program was built with, the chip and the range of its revisions, the name and
version of the project, the counter against older releases, and whether a signature block for secure boot
stands behind the program. It looks at microcontroller images, and at files that hold such a program for a
companion chip.

How it can be wrong

The build may be told another name for its ESP-IDF, and patches do not change it. Whether the chip demands a
signature, and whether it encrypts its flash memory, are fuses of the chip: a program shows neither. A program
may still be signed after this copy of it was taken. What a boot loader's signature would be lies elsewhere in
the flash memory, so of programs without a description nothing is said about signatures.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from roadworthy.codecs.binary import ByteOrder, Fields
from roadworthy.inspection.cataloger import Cataloger, Context, Fact, File
from roadworthy.inspection.esp_program import DESCRIBED, MAGIC, open_program
from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.rootfs import Node
from roadworthy.inspection.source import BytesSource
from roadworthy.model.component import Component
from roadworthy.model.platform import Platform
from roadworthy.model.setting import Setting

SCOPE: Final = "esp32"
MAX_SIZE: Final = 32 * 1024 * 1024
_MIN_SIZE = 288  # header, head of the first segment and esp_app_desc_t
_FRAMEWORK_AT = DESCRIBED.offset + 112
_PROJECT_AT = DESCRIBED.offset + 48
_SECURE_VERSION_AT = DESCRIBED.offset + 4
_REVISIONS: Final = Fields("HH", ByteOrder.LITTLE)
_REVISIONS_AT = 15  # min_chip_rev_full and max_chip_rev_full of esp_image_header_t
_ANY_REVISION = 0xFFFF
_MADE_AT = DESCRIBED.offset + 80
_ELF_AT = DESCRIBED.offset + 144
_PAGE_AT = DESCRIBED.offset + 180  # mmu_page_size, as a power of two
_PAGE_SIZES = range(12, 18)
_FLASH_MODES = ("QIO", "QOUT", "DIO", "DOUT", "fast read", "slow read")
_FLASH_SIZES: Final = {size: 1 << size for size in range(8)}  # esp_image_flash_size_t, from 1 MiB to 128 MiB
_RELEASE = re.compile(r"v?(?P<version>\d{1,2}\.\d{1,3}(?:\.\d{1,3})?(?:-(?:dev|beta\d|rc\d))?)(?![\d])")
_UNBUILT = ("", "arduino-lib-builder")  # what the prebuilt libraries of Arduino call their project
_XTENSA = ("ESP32", "ESP32-S2", "ESP32-S3", "ESP8266")


def wants(node: Node) -> bool:
    """Files that have room for such a program; their names say nothing."""
    return _MIN_SIZE <= node.size <= MAX_SIZE


def scan(file: File, context: Context) -> Iterator[Fact]:
    """What a file says that is a described program, for a companion chip."""
    if file.data.startswith(DESCRIBED.value, DESCRIBED.offset):
        yield from probe(file, context)


def probe(file: File, context: Context) -> Iterator[Fact]:
    """What a program says of itself."""
    del context
    if file.data[:1] != bytes((MAGIC,)) or len(file.data) > MAX_SIZE:
        return
    try:
        facts = open_program(BytesSource(file.data)).facts
    except (NotThisFormat, Damaged):
        return
    yield from _platforms(file, facts)
    if file.data.startswith(DESCRIBED.value, DESCRIBED.offset):
        yield from _framework(file, facts)
        yield from _settings(file, facts)


def _platforms(file: File, facts: Mapping[str, str]) -> Iterator[Platform]:
    chip = facts["chip"]
    place = (file.evidence(offset=12 if chip != "ESP8266" else 0, excerpt=chip),)
    yield Platform(aspect="soc", value=chip, evidence=place)
    processor = "Xtensa" if chip in _XTENSA else "RISC-V"
    yield Platform(aspect="architecture", value=f"{processor} 32 bit little-endian", evidence=place)


def _framework(file: File, facts: Mapping[str, str]) -> Iterator[Fact]:
    said = facts.get("ESP-IDF", "")
    release = _RELEASE.match(said)
    version = release["version"] if release else ""
    place = (file.evidence(offset=_FRAMEWORK_AT, excerpt=said),)
    yield Component(
        name="esp-idf",
        version=version,
        purl=f"pkg:generic/esp-idf@{version}" if version else "pkg:generic/esp-idf",
        cpes=(f"cpe:2.3:a:espressif:esp-idf:{version}:*:*:*:*:*:*:*",) if version else (),
        identified_by="metadata:esp-application",
        confidence=0.98,
        evidence=place,
    )
    yield Platform(aspect="sdk", value=f"ESP-IDF {said}".rstrip(), evidence=place)


def _settings(file: File, facts: Mapping[str, str]) -> Iterator[Setting]:
    if facts.get("project", "") not in _UNBUILT:
        yield _setting(file, "project", facts["project"], _PROJECT_AT)
        if "version" in facts:
            yield _setting(file, "project-version", facts["version"], _PROJECT_AT - 32)
    yield from _stamps(file, facts)
    lowest, highest = _REVISIONS.unpack(file.data, _REVISIONS_AT)
    if highest:  # older tools leave the range empty
        upper = "any later" if highest == _ANY_REVISION else _revision(highest)
        yield _setting(file, "chip-revisions", f"{_revision(lowest)} to {upper}", _REVISIONS_AT)
    yield _setting(file, "secure-version", facts.get("secure version", "0"), _SECURE_VERSION_AT)
    yield _setting(file, "secure-boot-signature", facts["signature"], None)
    yield _setting(file, "flash-encryption", "unknown: a fuse of the chip decides, not the program", None)


def _stamps(file: File, facts: Mapping[str, str]) -> Iterator[Setting]:
    """When and from what it was built, and how its flash memory is wired (esp_image_header_t)."""
    if "made" in facts:
        yield _setting(file, "made", facts["made"], _MADE_AT)
    if "SHA-256 of the ELF file" in facts:
        yield _setting(file, "elf-sha256", facts["SHA-256 of the ELF file"], _ELF_AT)
    mode, size = file.data[2], _FLASH_SIZES.get(file.data[3] >> 4)
    if size is not None and mode < len(_FLASH_MODES):
        yield _setting(file, "flash", f"{size} MiB, {_FLASH_MODES[mode]}", 2)
    page = file.data[_PAGE_AT]
    if page in _PAGE_SIZES:
        yield _setting(file, "mmu-page", f"{1 << page} bytes", _PAGE_AT)


def _revision(number: int) -> str:
    return f"{number // 100}.{number % 100}"


def _setting(file: File, name: str, value: str, offset: int | None) -> Setting:
    return Setting(
        scope=SCOPE, name=name, value=value, evidence=(file.evidence(offset=offset, excerpt=value),)
    )


CATALOGER: Final = Cataloger(
    title="Programs of ESP32 chips, by their header", wants=wants, scan=scan, probe=probe
)
