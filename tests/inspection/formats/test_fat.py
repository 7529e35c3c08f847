"""FAT12, FAT16 and FAT32: images by the real mkfs.vfat and mtools, and lies."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.formats.fat import FORMAT
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import BytesSource
from roadworthy.testing.formats import opened_tree, read_all, survive, walked

Call = Callable[..., str]
SIZES = {12: 2, 16: 20, 32: 40}
CONTENT = bytes(range(256)) * 700 + b"end"
LONG = "A rather long name with ünïcode, 日本 and more.bin"


def pack(call: Call, folder: Path, bits: int) -> bytes:
    """A volume with one of everything."""
    image, big, small = folder / f"fat{bits}", folder / "big", folder / "small"
    big.write_bytes(CONTENT)
    small.write_text("ssid=home\n")
    with image.open("wb") as file:
        file.truncate(SIZES[bits] * 1024 * 1024)
    call("dosfstools", "mkfs.vfat", "-F", str(bits), "-n", "BOOT", "-i", "1234ABCD", image)
    call("mtools", "mmd", "-i", image, "::/Sub", "::/Sub/deeper", "::/many")
    call("mtools", "mcopy", "-i", image, big, f"::/Sub/{LONG}")
    call("mtools", "mcopy", "-i", image, small, "::/Sub/deeper/WIFI.TXT")
    call("mtools", "mcopy", "-i", image, small, "::/config.txt")
    call("mtools", "mcopy", "-i", image, small, "::/gone.txt")
    call("mtools", "mattrib", "-i", image, "+r", "::/config.txt")
    call("mtools", "mdel", "-i", image, "::/gone.txt")
    for number in range(40):
        (folder / f"entry number {number}.txt").write_text(str(number))
    call("mtools", "mcopy", "-i", image, *sorted(folder.glob("entry*")), "::/many")
    return image.read_bytes()


@pytest.fixture(scope="module")
def images(call: Call, tmp_path_factory: pytest.TempPathFactory) -> dict[int, bytes]:
    return {bits: pack(call, tmp_path_factory.mktemp("fat"), bits) for bits in SIZES}


@pytest.mark.parametrize("bits", SIZES)
def test_everything_is_as_it_was_put_in(bits: int, images: dict[int, bytes]) -> None:
    tree = opened_tree(FORMAT, images[bits])
    nodes, damage = walked(tree)
    contents = read_all(tree)
    many = {f"/many/entry number {number}.txt": str(number).encode() for number in range(40)}
    small = b"ssid=home\n"
    assert damage == ""
    assert contents == {
        f"/Sub/{LONG}": CONTENT, "/Sub/deeper/WIFI.TXT": small, "/config.txt": small, **many
    }  # fmt: skip
    assert {path for path in nodes if path not in contents} == {"/", "/Sub", "/Sub/deeper", "/many"}
    assert (nodes["/config.txt"].mode, nodes["/Sub/deeper/WIFI.TXT"].mode) == (0o555, 0o755)
    assert nodes["/config.txt"].mtime > 1_600_000_000
    assert nodes["/Sub"].kind is NodeKind.DIRECTORY


@pytest.mark.parametrize("bits", SIZES)
def test_the_header_says_what_it_is(bits: int, images: dict[int, bytes]) -> None:
    opened = FORMAT.open(BytesSource(images[bits]))
    assert opened.size == len(images[bits])
    said = {name: opened.facts[name] for name in ("version", "label", "serial")}
    assert said == {"version": f"FAT{bits}", "label": "BOOT", "serial": "1234-ABCD"}


def entry_of(image: bytes | bytearray, name: bytes) -> int:
    """Offset of the directory entry with a short name."""
    at = image.find(name)
    assert at >= 0
    return at


def first_cluster(image: bytes | bytearray, entry: int) -> int:
    (cluster,) = struct.unpack_from("<H", image, entry + 26)
    return int(cluster)


def table_of(image: bytes | bytearray) -> int:
    sector, reserved = struct.unpack_from("<H", image, 11)[0], struct.unpack_from("<H", image, 14)[0]
    return int(sector * reserved)


def test_a_chain_that_is_a_loop_is_named(images: dict[int, bytes]) -> None:
    image = bytearray(images[16])
    cluster = first_cluster(image, entry_of(image, b"ARATHE~1BIN"))
    struct.pack_into("<H", image, table_of(image) + 2 * cluster, cluster)
    tree = opened_tree(FORMAT, bytes(image))
    nodes, damage = walked(tree)
    assert damage == ""
    with pytest.raises(Damaged, match="loop"):
        tree.read(nodes[f"/Sub/{LONG}"])
    assert tree.read(nodes["/config.txt"]) == b"ssid=home\n"


def test_a_directory_that_contains_its_parent_is_named(images: dict[int, bytes]) -> None:
    image = bytearray(images[16])
    parent = first_cluster(image, entry_of(image, b"SUB        "))
    struct.pack_into("<H", image, entry_of(image, b"DEEPER     ") + 26, parent)
    nodes, damage = walked(opened_tree(FORMAT, bytes(image)))
    assert "belongs to two directories" in damage
    assert {"/Sub/deeper", "/config.txt"} <= set(nodes)


def test_a_file_that_is_longer_than_its_clusters_is_named(images: dict[int, bytes]) -> None:
    image = bytearray(images[12])
    struct.pack_into("<I", image, entry_of(image, b"WIFI    TXT") + 28, 100_000)
    tree = opened_tree(FORMAT, bytes(image))
    with pytest.raises(Damaged, match="hold"):
        tree.read(walked(tree)[0]["/Sub/deeper/WIFI.TXT"])


def test_a_long_name_of_another_file_does_not_count(images: dict[int, bytes]) -> None:
    image = bytearray(images[16])
    image[entry_of(image, b"ARATHE~1BIN")] = ord("X")  # the checksum of the long name fits no more
    assert "/Sub/XRATHE~1.BIN" in walked(opened_tree(FORMAT, bytes(image)))[0]


def test_other_bytes_are_not_this_format(images: dict[int, bytes]) -> None:
    record = bytes(510) + b"\x55\xaa"  # a partition table
    lies = [(0, 0x90), (11, 3), (13, 3), (16, 9), (21, 0x11), (13, 0)]
    for offset, value in lies:
        image = bytearray(images[16])
        image[offset] = value
        with pytest.raises(NotThisFormat):
            FORMAT.open(BytesSource(bytes(image)))
    for other in (record, images[16][:300], images[16][:512]):
        with pytest.raises(NotThisFormat):
            FORMAT.open(BytesSource(other))


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_damage_anywhere_is_survived(data: st.DataObject, images: dict[int, bytes]) -> None:
    bits = data.draw(st.sampled_from(sorted(SIZES)))
    image = images[bits][: 2 * 1024 * 1024]
    flips = data.draw(st.lists(st.tuples(st.integers(0, 120_000), st.integers(0, 7)), max_size=60))
    survive(FORMAT, image, flips, data.draw(st.integers(512, len(image))))
