import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from roadworthy.adapters.image_file import MappedFile
from roadworthy.inspection.format import Damaged, Format, NotThisFormat, Opened
from roadworthy.inspection.formats import tplink_v1, tplink_v2
from roadworthy.inspection.formats._tplink import Layout
from roadworthy.inspection.source import BytesSource, Window

HEADER = 0x200
BODY = bytes(range(256)) * 32


@dataclass(frozen=True, slots=True)
class Case:
    """One layout and where its numbers stand: firmware length, then offset and length of each part."""

    format: Format
    layout: Layout
    texts: dict[int, bytes]
    length: int
    kernel: int
    rootfs: int
    boot: int
    md5: int

    def header(
        self,
        length: int,
        *,
        kernel: tuple[int, int] = (0, 0),
        rootfs: tuple[int, int] = (0, 0),
        boot: int = 0,
    ) -> bytes:
        head = bytearray(HEADER)
        for at, text in self.texts.items():
            head[at : at + len(text)] = text
        numbers = {self.length: (length,), self.kernel: kernel, self.rootfs: rootfs, self.boot: (0, boot)}
        for at, values in numbers.items():
            head[at : at + 4 * len(values)] = b"".join(value.to_bytes(4, "big") for value in values)
        return bytes(head)


V1 = Case(
    tplink_v1.FORMAT,
    tplink_v1.LAYOUT,
    {
        0x00: b"\1\0\0\0",
        0x04: b"TP-LINK Technologies",
        0x1C: b"ver. 1.0",
        0x40: b"\x08\x41\0\x09\0\0\0\1",
        0x98: b"\0\3\0\x10\0\x09",
    },
    length=0x7C, kernel=0x80, rootfs=0x88, boot=0x90, md5=0x4C,
)  # fmt: skip
V2 = Case(
    tplink_v2.FORMAT,
    tplink_v2.LAYOUT,
    {0: b"\3\0\0\0", 4: b"ver. 2.0\0\xff\xff", 0x34: b"\x08\x41\0\x14\0\0\0\1"},
    length=0x70, kernel=0x74, rootfs=0x7C, boot=0x84, md5=0x40,
)  # fmt: skip
both = pytest.mark.parametrize("case", [V1, V2], ids=["v1", "v2"])


def parts(opened: Opened) -> list[tuple[str, int | None, int, bool]]:
    return [(part.name, part.offset, part.source.size, part.opaque) for part in opened.parts]


@both
def test_one_header_names_kernel_and_root_file_system(case: Case) -> None:
    image = case.header(HEADER + len(BODY), kernel=(0x200, 0x7FE), rootfs=(0xA00, 0x1000)) + BODY
    opened = case.format.open(BytesSource(image + b"what follows"))
    assert opened.size == len(image)
    assert parts(opened) == [("kernel", 0x200, 0x7FE, True), ("rootfs", 0xA00, 0x1000, False)]
    assert opened.parts[1].source.read(0, 4) == image[0xA00:0xA04]


@both
def test_a_second_header_is_found_behind_the_boot_loader(case: Case) -> None:
    inner = case.header(HEADER + len(BODY), kernel=(0x200, 0x800), rootfs=(0xA00, 0x1000)) + BODY
    decoy = case.header(77)
    boot = b"boot loader".ljust(0x600, b"\xff") + decoy + bytes(0x600)
    image = case.header(HEADER + len(boot) + len(inner), kernel=(0x200, 0x800), boot=0x40) + boot + inner
    opened = case.format.open(BytesSource(image))
    at = HEADER + len(boot)
    assert parts(opened) == [("bootloader", 0x200, len(boot), True), ("firmware", at, len(inner), False)]
    assert [name for name, *_ in parts(case.format.open(opened.parts[1].source))] == ["kernel", "rootfs"]


@both
def test_a_boot_loader_without_a_second_header_stands_alone(case: Case) -> None:
    image = case.header(HEADER + len(BODY), boot=0x40) + BODY
    assert parts(case.format.open(BytesSource(image))) == [("bootloader", 0x200, 0x40, True)]


@both
@pytest.mark.parametrize("boot", [0, 0x40])
def test_its_digest_is_verified(case: Case, boot: int) -> None:
    image = bytearray(case.header(HEADER + len(BODY), boot=boot) + BODY)
    assert "MD5" not in case.format.open(BytesSource(bytes(image))).facts
    field = slice(case.md5, case.md5 + 16)
    image[field] = case.layout.boot_salt if boot else case.layout.salt
    image[field] = hashlib.md5(image, usedforsecurity=False).digest()
    assert case.format.open(BytesSource(bytes(image) + b"behind")).facts["MD5"] == "holds"
    image[-1] ^= 1
    assert case.format.open(BytesSource(bytes(image))).facts["MD5"] == "does not hold"


def test_facts_of_the_first_layout() -> None:
    facts = V1.format.open(BytesSource(V1.header(0x1000) + BODY)).facts
    assert facts == {
        "vendor": "TP-LINK Technologies",
        "version": "ver. 1.0",
        "release": "3.16.9",
        "hardware id": "08410009",
        "hardware revision": "1",
    }


def test_facts_of_the_second_layout() -> None:
    facts = V2.format.open(BytesSource(V2.header(0x1000) + BODY)).facts
    assert facts == {"version": "ver. 2.0", "hardware id": "08410014", "hardware revision": "1"}


@both
@pytest.mark.parametrize(
    ("stretches", "said"),
    [
        ({"kernel": (0x200, 0x9000)}, "kernel"),
        ({"kernel": (0x10, 0x20)}, "kernel"),
        ({"rootfs": (0xFFFFFFFF, 0xFFFFFFFF)}, "rootfs"),
        ({"boot": 0x9000}, "boot loader"),
    ],
    ids=["kernel too long", "kernel in the header", "rootfs far away", "boot loader too long"],
)
def test_parts_that_do_not_fit_are_damage(
    case: Case, stretches: dict[str, tuple[int, int]], said: str
) -> None:
    image = case.header(HEADER + len(BODY), **stretches) + BODY  # type: ignore[arg-type]
    with pytest.raises(Damaged, match=f"the {said} .* does not fit"):
        case.format.open(BytesSource(image))


@both
def test_what_is_too_short_is_something_else(case: Case) -> None:
    with pytest.raises(NotThisFormat):
        case.format.open(BytesSource(case.header(0x1000)[:0x60]))
    with pytest.raises(NotThisFormat, match="no longer than its header"):
        case.format.open(BytesSource(case.header(HEADER) + BODY))


@pytest.mark.parametrize(
    ("name", "format_", "inner", "rootfs"),
    [
        ("tplink_wr841n_v9_150104.bin", tplink_v1.FORMAT, 0x20200, 0x120200),
        ("tplink_wr841n_v9_150310.bin", tplink_v1.FORMAT, 0x20200, 0x120200),
        ("tplink_wr841n_v14_eu_2023.bin", tplink_v2.FORMAT, 0x10200, 0x100200),
        ("openwrt_18.06.9_wr841n_v9_factory.bin", tplink_v1.FORMAT, 0, 0x14DDE0),
        ("tplink_wr841n_v7_120201.bin", tplink_v1.FORMAT, 0, 0x100000),
    ],
)
def test_vendor_images(name: str, format_: Format, inner: int, rootfs: int, samples: Path) -> None:
    with MappedFile(samples / name) as source:
        opened = format_.open(source)
        assert opened.facts["MD5"] == "holds"
        if inner:
            assert [part.offset for part in opened.parts] == [HEADER, inner]
            opened = format_.open(Window(source, inner, source.size - inner))
        assert [part.name for part in opened.parts] == ["kernel", "rootfs"]
        assert inner + (opened.parts[1].offset or 0) == rootfs
