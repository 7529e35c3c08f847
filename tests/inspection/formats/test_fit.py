"""Device trees and FIT images, built by dtc and mkimage."""

import gzip
import shutil
import struct
import subprocess
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats.fit import FORMAT
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.source import BytesSource

BOARD = """/dts-v1/;
/ {
    model = "Example AC1200";
    compatible = "example,ac1200", "mediatek,mt7621-soc";
    chosen { bootargs = "console=ttyS0,57600"; };
    cpus { cpu@0 { reg = <0>; }; };
};
"""
IMAGES = """/dts-v1/;
/ {
    description = "Example firmware";
    images {
        kernel-1 {
            description = "Linux"; data = /incbin/("kernel.gz"); type = "kernel"; arch = "mips"; os = "linux";
            compression = "gzip"; load = <0x80001000>; entry = <0x80001000>;
            hash-1 { algo = "crc32"; };
            hash-2 { algo = "sha256"; };
        };
        rootfs-1 {
            data = /incbin/("rootfs"); type = "filesystem"; arch = "mips"; compression = "none";
            hash-1 { algo = "sha1"; };
        };
    };
    configurations { default = "config-1"; config-1 { kernel = "kernel-1"; }; };
};
"""
KERNEL = b"Linux version 5.4.143 " * 500
ROOTFS = bytes(range(256)) * 40


def tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"NO {name}: install {package}")
    return found


@pytest.fixture(scope="module")
def board() -> bytes:
    command = [tool("dtc", "device-tree-compiler"), "-q", "-I", "dts", "-O", "dtb"]
    return subprocess.run(command, input=BOARD.encode(), check=True, capture_output=True).stdout  # noqa: S603 -- our own text


@pytest.fixture(scope="module", params=[(), ("-E",)], ids=["inside", "behind"])
def fit(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    mkimage = tool("mkimage", "u-boot-tools")
    tool("dtc", "device-tree-compiler")
    folder = tmp_path_factory.mktemp("fit")
    (folder / "kernel.gz").write_bytes(gzip.compress(KERNEL))
    (folder / "rootfs").write_bytes(ROOTFS)
    (folder / "image.its").write_text(IMAGES)
    command = [mkimage, *request.param, "-f", "image.its", "image.itb"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)  # noqa: S603 -- our own folder
    return (folder / "image.itb").read_bytes()


def test_a_device_tree_names_the_board(board: bytes) -> None:
    opened = FORMAT.open(BytesSource(board + b"behind"))
    assert (opened.size, opened.parts) == (len(board), ())
    assert opened.facts == {
        "model": "Example AC1200",
        "compatible": "example,ac1200, mediatek,mt7621-soc",
        "boot arguments": "console=ttyS0,57600",
    }


def test_a_fit_image_holds_its_images(fit: bytes, formats: dict[str, Format]) -> None:
    opened = FORMAT.open(BytesSource(fit))
    assert opened.facts["description"] == "Example firmware"
    assert (opened.facts["default configuration"], opened.facts["signed"]) == ("config-1", "no")
    assert opened.facts["image kernel-1"] == "kernel, linux, mips, gzip, Linux, crc32 holds, sha256 holds"
    assert opened.facts["image rootfs-1"] == "filesystem, mips, none, sha1 holds"
    assert {part.name: part.opaque for part in opened.parts} == {"kernel-1": True, "rootfs-1": False}
    image = open_image("x", BytesSource(fit), formats)
    payload = next(each for each in image.payloads if each.name == "payload@0x0")
    assert payload.source.read(0, 99999) == KERNEL


def test_damage_to_an_image_shows(fit: bytes) -> None:
    at = fit.index(ROOTFS)
    facts = FORMAT.open(BytesSource(fit[:at] + b"!" + fit[at + 1 :])).facts
    assert "sha1 does not hold" in facts["image rootfs-1"]
    assert "sha256 holds" in facts["image kernel-1"]


def test_a_truncated_image_is_damage(fit: bytes) -> None:
    with pytest.raises(Damaged):
        FORMAT.open(BytesSource(fit[:-9000]))


def test_what_only_looks_like_it_is_something_else() -> None:
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(b"\xd0\x0d\xfe\xed" + bytes(36)))
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(b"\xd0\x0d\xfe\xed"))


def test_a_tree_that_is_too_deep_is_damage() -> None:
    structure = struct.pack(">II", 1, 0) * 5000
    header = struct.pack(">10I", 0xD00DFEED, 40 + len(structure), 40, 40, 40, 17, 16, 0, 0, len(structure))
    with pytest.raises(Damaged, match="too deep"):
        FORMAT.open(BytesSource(header + structure))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), min_size=1, max_size=4))
def test_no_flipped_byte_raises_anything_else(board: bytes, flips: list[tuple[int, int]]) -> None:
    data = bytearray(board)
    for at, value in flips:
        data[at % len(data)] = value
    with suppress(NotThisFormat, Damaged):
        FORMAT.open(BytesSource(bytes(data)))
