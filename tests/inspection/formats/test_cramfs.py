"""cramfs in both byte orders: images by the real mkfs.cramfs, and lies."""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.formats.cramfs import FORMAT
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import BytesSource
from roadworthy.testing.formats import opened_tree, read_all, survive, walked

Call = Callable[..., str]
ORDERS = ("little", "big")


@pytest.fixture(scope="module")
def images(call: Call, mixed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("cramfs")
    for order in ORDERS:
        call("util-linux-extra", "mkfs.cramfs", "-n", "root", "-N", order, mixed_folder, folder / order)
    return {order: (folder / order).read_bytes() for order in ORDERS}


@pytest.mark.parametrize("order", ORDERS)
def test_everything_is_as_it_was_put_in(order: str, images: dict[str, bytes], mixed_folder: Path) -> None:
    tree = opened_tree(FORMAT, images[order])
    nodes, damage = walked(tree)
    there = {f"/{path.relative_to(mixed_folder)}": path for path in mixed_folder.rglob("*")}
    assert (damage, set(nodes)) == ("", {*there, "/"})
    contents = read_all(tree)
    for path, real in there.items():
        assert nodes[path].mode == real.lstat().st_mode & 0o7777, path
        if nodes[path].kind is NodeKind.FILE:
            assert contents[path] == real.read_bytes(), path
        if nodes[path].kind is NodeKind.SYMLINK:
            assert nodes[path].target == os.readlink(real)  # noqa: PTH115 -- the text, as it is stored
    assert nodes["/run/fifo"].kind is NodeKind.FIFO


@pytest.mark.parametrize("order", ORDERS)
def test_the_header_says_what_it_is(order: str, images: dict[str, bytes]) -> None:
    opened = FORMAT.open(BytesSource(images[order] + b"more"))
    assert opened.size == len(images[order])
    assert (opened.facts["byte order"], opened.facts["label"]) == (order, "root")


def inode_of(image: bytearray, name: bytes) -> int:
    return image.index(name) - 12


def test_a_directory_that_contains_itself_is_named(images: dict[str, bytes]) -> None:
    image = bytearray(images["little"])
    at, root = inode_of(image, b"many"), struct.unpack_from("<I", image, 72)[0] >> 6
    length = struct.unpack_from("<I", image, at + 8)[0] & 0x3F
    struct.pack_into("<I", image, at + 8, root << 6 | length)
    nodes, damage = walked(opened_tree(FORMAT, bytes(image)))
    assert "second name" in damage
    assert "/bin/busybox" in nodes


def test_a_lie_about_a_block_costs_its_file_only(images: dict[str, bytes]) -> None:
    image = bytearray(images["little"])
    start = (struct.unpack_from("<I", image, inode_of(image, b"busybox\0") + 8)[0] >> 6) * 4
    struct.pack_into("<I", image, start, 0xFFFFFF)
    tree = opened_tree(FORMAT, bytes(image))
    nodes = walked(tree)[0]
    with pytest.raises(Damaged, match="cannot be"):
        tree.read(nodes["/bin/busybox"])
    assert tree.read(nodes["/etc/passwd"]).startswith(b"root:")


def test_pointers_that_say_where_a_block_is() -> None:
    """Blocks that lie anywhere, packed or not, as for execution in place (CRAMFS_FLAG_EXT_BLOCK_POINTERS)."""
    root = struct.pack("<3I", 0o040755, 16, 76 // 4 << 6)
    entry = struct.pack("<3I", 0o100644, 4096 + 3, 1 | 92 // 4 << 6) + b"file"
    pages = 1024
    pointers = struct.pack("<2I", 1 << 31 | 1 << 30 | pages >> 2, 1 << 31 | pages + 4096 + 3)
    head = struct.pack("<4I16s4I16s", 0x28CD3D45, 8192, 0x801, 0, b"Compressed ROMFS", 0, 0, 2, 2, b"")
    image = (head + root + entry + pointers).ljust(pages, b"\0") + b"p" * 4096 + b"end"
    assert read_all(opened_tree(FORMAT, image.ljust(8192, b"\0"))) == {"/file": b"p" * 4096 + b"end"}


def test_other_bytes_are_not_this_format(images: dict[str, bytes]) -> None:
    for other in (images["big"][:40], b"\0" + images["big"][1:], images["big"][:20] + bytes(100)):
        with pytest.raises(NotThisFormat):
            FORMAT.open(BytesSource(other))
    image = bytearray(images["little"])
    image[9] = 0x80
    with pytest.raises(Damaged, match="features"):
        FORMAT.open(BytesSource(bytes(image)))


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_damage_anywhere_is_survived(data: st.DataObject, images: dict[str, bytes]) -> None:
    image = images[data.draw(st.sampled_from(ORDERS))]
    flips = data.draw(st.lists(st.tuples(st.integers(0, len(image)), st.integers(0, 7)), max_size=40))
    survive(FORMAT, image, flips, data.draw(st.integers(0, len(image))))
