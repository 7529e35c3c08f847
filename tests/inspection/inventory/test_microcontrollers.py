"""What programs of microcontrollers say, in images built by hand and in two real ones."""

import hashlib
import struct
import zlib
from collections.abc import Sequence
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Final

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.adapters.image_file import MappedFile
from roadworthy.inspection.cataloger import Cataloger
from roadworthy.inspection.checks.keys._example_keys import PRIVATE_KEY
from roadworthy.inspection.inventory import (
    endpoints,
    esp_application,
    key_material,
    microcontroller_parts,
    secrets,
    signatures,
)
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.payload import Payload
from roadworthy.inspection.source import BytesSource, Source
from roadworthy.model.inventory import Inventory
from roadworthy.model.key_material import KeyKind
from roadworthy.testing.inventory import survey_payloads, survey_roots

_SECTOR: Final = 4096
_V2_CHECKED: Final = 1196


def program(*, described: bool = True) -> bytes:
    """A program without signature."""
    text = struct.pack("<II8x32s32s16s16s32s32x80x", 0xABCD5432, 0, b"1.0", b"lamp", b"", b"", b"v5.1.2")
    segment = text if described else bytes(len(text))
    data = struct.pack("<4BI", 0xE9, 1, 2, 0x20, 0x40080100) + b"\xee\0\0\0" + struct.pack("<H9xB", 5, 0)
    data += struct.pack("<II", 0x3F400020, len(segment)) + segment
    return data + bytes(15 - len(data) % 16) + bytes((reduce(xor, segment, 0xEF),))


def signed(data: bytes, *, over: bytes | None = None) -> bytes:
    """With the block of secure boot 2 behind it; the signature in it is noise.

    Args:
        data: The program.
        over: What the block belongs to, if not to the program.
    """
    padded = data + b"\xff" * (-len(data) % _SECTOR)
    digest = hashlib.sha256(padded if over is None else over).digest()
    block = (struct.pack("<BB2x", 0xE7, 2) + digest).ljust(_V2_CHECKED, b"\x5a")
    return padded + (block + struct.pack("<I", zlib.crc32(block))).ljust(_SECTOR, b"\xff")


INSTALLED = discover()
FORMATS = {each.id: each.object for each in INSTALLED.formats.values()}
RULES = [each.object for each in INSTALLED.signatures.values() if each.id in ("lwip", "freertos", "esp-idf")]
CATALOGERS = {
    "endpoints": endpoints.CATALOGER,
    "esp_application": esp_application.CATALOGER,
    "key_material": key_material.CATALOGER,
    "microcontroller_parts": microcontroller_parts.CATALOGER,
    "secrets": secrets.CATALOGER,
    "signatures": signatures.CATALOGER,
}


def found(data: bytes, cataloger: Cataloger) -> Inventory:
    payload = Payload(name="app@0x0", where=("image.bin",), source=BytesSource(data))
    surveyed = survey_payloads(cataloger, [payload])
    assert not surveyed.problems
    return surveyed.inventory


def inventory_of(name: str, source: Source) -> Inventory:
    image = open_image(name, source, FORMATS)
    surveyed = survey_roots([], CATALOGERS, signatures=RULES, payloads=image.payloads)
    assert not (*image.problems, *surveyed.problems)
    return surveyed.inventory


def versions(inventory: Inventory) -> dict[str, str]:
    return {each.name: each.version for each in inventory.components}


def of_scope(inventory: Inventory) -> dict[str, str]:
    return {each.name: each.value for each in inventory.settings if each.scope == "esp32"}


def platform(inventory: Inventory) -> dict[str, str]:
    return {each.aspect: each.value for each in inventory.platforms}


def test_what_a_program_of_an_esp32_says() -> None:
    inventory = found(program(), esp_application.CATALOGER)
    assert versions(inventory) == {"esp-idf": "5.1.2"}
    assert inventory.components[0].cpes == ("cpe:2.3:a:espressif:esp-idf:5.1.2:*:*:*:*:*:*:*",)
    assert of_scope(inventory) == {
        "project": "lamp",
        "flash": "4 MiB, DIO",
        "project-version": "1.0",
        "secure-version": "0",
        "secure-boot-signature": "none",
        "flash-encryption": "unknown: a fuse of the chip decides, not the program",
    }
    assert platform(inventory) == {
        "soc": "ESP32-C3",
        "architecture": "RISC-V 32 bit little-endian",
        "sdk": "ESP-IDF v5.1.2",
    }


def test_evidence_points_at_the_words() -> None:
    data = program()
    (place,) = found(data, esp_application.CATALOGER).components[0].evidence
    assert place.path == ("image.bin", "app@0x0")
    assert place.offset is not None
    assert data[place.offset :].startswith(b"v5.1.2")


def test_a_signature_block_is_told_and_not_believed() -> None:
    told = of_scope(found(signed(program()), esp_application.CATALOGER))["secure-boot-signature"]
    assert told.startswith("secure boot 2 (RSA-3072), belongs to these bytes, does not hold, by the key ")


def test_revisions_of_the_chip() -> None:
    data = bytearray(program())
    data[15:19] = struct.pack("<HH", 301, 399)
    assert of_scope(found(bytes(data), esp_application.CATALOGER))["chip-revisions"] == "3.1 to 3.99"


@pytest.mark.parametrize(
    ("said", "version"),
    [(b"v5.2-dev-1805-gabcdef", "5.2-dev"), (b"v4.4.7-dirty", "4.4.7"), (b"HEAD-HASH-NOTFOUND", "")],
)
def test_version_of_the_framework(said: bytes, version: str) -> None:
    data = program().replace(b"v5.1.2".ljust(32, b"\0"), said.ljust(32, b"\0"))
    assert versions(found(data, esp_application.CATALOGER)) == {"esp-idf": version}


@pytest.mark.parametrize(
    "data", [b"", b"\xe9", program()[:200], b"\xe9" * 999, program(described=False), b"\x7fELF" + bytes(99)]
)
def test_nothing_is_made_up(data: bytes) -> None:
    inventory = found(data, esp_application.CATALOGER)
    assert not inventory.components
    assert not inventory.settings
    assert not found(data, microcontroller_parts.CATALOGER).components


def test_parts_by_their_traces() -> None:
    stack = b"pbuf_free: p->ref > 0\0tcp_slowtmr: active pcb->state != CLOSED\0"
    data = b"..\0IDLE\0Tmr Svc\0.." + stack + b"/x/newlib/libc/a.c"
    inventory = found(data, microcontroller_parts.CATALOGER)
    assert versions(inventory) == {"freertos": "", "lwip": "", "newlib": ""}
    assert {each.evidence[0].excerpt for each in inventory.components} == {
        "IDLE",
        "pbuf_free: p->ref > 0",
        "/newlib/libc/a.c",
    }


@pytest.mark.parametrize("data", [b"\0IDLE\0", b"pbuf_free: p->ref > 0\0", b"\0tiT\0"])
def test_half_a_trace_is_none(data: bytes) -> None:
    assert not found(data, microcontroller_parts.CATALOGER).components


def parts_with_texts(data: bytes) -> Sequence[tuple[str, tuple[str, ...]]]:
    payload = Payload(name="app@0x0", where=("image.bin",), source=BytesSource(data))
    surveyed = survey_roots([], CATALOGERS, signatures=RULES, payloads=[payload])
    return [(each.version, each.cpes) for each in surveyed.inventory.components if each.name == "lwip"]


def test_a_version_text_stands_above_a_trace_unless_it_is_belied() -> None:
    traces = b"pbuf_free: p->ref > 0\0tcp_slowtmr: active pcb->state\0"
    ((version, cpes),) = parts_with_texts(traces + b"Server: lwIP/2.1.2 (http://x)\0pbuf_alloced_custom\0")
    assert version == "2.1.2"
    assert all(":2.1.2:" in cpe for cpe in cpes)
    old = traces + b"Server: lwIP/1.3.1 (http://x)\0"
    assert [each for each, _ in parts_with_texts(old)] == ["1.3.1"]
    assert parts_with_texts(old + b"pbuf_alloced_custom\0") == [("", ())]


def test_keys_hosts_and_tokens_in_a_program() -> None:
    token = "AKIA" + "ABCDEFGHIJ234567"
    data = b"\xe9\0\1mqtts://broker.maker.net:8883\0" + token.encode() + b"\0" + PRIVATE_KEY.encode() + b"\0"
    (host,) = found(data, endpoints.CATALOGER).endpoints
    assert (host.host, host.port, host.protocol, host.evidence[0].offset) == (
        "broker.maker.net",
        8883,
        "mqtts",
        3,
    )
    (key,) = found(data, key_material.CATALOGER).keys
    assert (key.kind, key.algorithm, key.bits) == (KeyKind.PRIVATE_KEY, "ec", 256)
    (secret,) = found(data, secrets.CATALOGER).secrets
    assert secret.kind == "cloud-key"
    assert token not in repr(secret)


def test_a_program_is_one_payload_with_its_header() -> None:
    image = open_image("lamp.bin", BytesSource(program()), FORMATS)
    assert [each.name for each in image.payloads] == ["esp-image@0x0"]
    assert versions(inventory_of("lamp.bin", BytesSource(program()))) == {"esp-idf": "5.1.2"}


def test_a_real_program_of_an_esp32(samples: Path) -> None:
    with MappedFile(samples / "tasmota32_2026-01-10_idf5.3.4.bin") as source:
        inventory = inventory_of("tasmota32.bin", source)
    told = versions(inventory)
    assert told["esp-idf"] == "5.3.4"
    assert {"freertos", "lwip", "newlib", "arduino-esp32", "tasmota"} <= told.keys()
    assert of_scope(inventory)["secure-boot-signature"] == "none"
    assert platform(inventory)["soc"] == "ESP32"
    assert "github.com" in {each.host for each in inventory.endpoints}
    assert not inventory.keys
    assert not inventory.secrets


def test_a_real_program_of_a_bare_cortex(samples: Path) -> None:
    with MappedFile(samples / "rtos_nxp_lwip_http.elf") as source:
        inventory = inventory_of("rtos.elf", source)
    (lwip,) = inventory.components
    assert (lwip.name, lwip.version, lwip.cpes) == ("lwip", "", ())
    assert any("lwIP/1.3.1" in place.excerpt for place in lwip.evidence)  # said, and belied by the code
    assert platform(inventory) == {
        "architecture": "arm 32 bit little-endian",
        "toolchain": "gcc 7.3.1 (GNU Tools for Arm Embedded Processors 7-2018-q3-update)",
        "sdk": "NXP MCUXpresso SDK 2.5.0",
        "board": "FRDM-K64F",
        "soc": "MK64F12",
    }
