"""ext2, ext3 and ext4: images by the real mkfs, and lies."""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.formats.ext import FORMAT
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import BytesSource
from roadworthy.testing.formats import opened_tree, read_all, survive, walked

Call = Callable[..., str]
MKFS = {
    "ext2": ("ext2", "1024", "-I", "128"),
    "ext3": ("ext3", "1024"),
    "ext4": ("ext4", "4096"),
    "blocks of 1 KiB": ("ext4", "1024", "-O", "64bit,metadata_csum"),
    "inline": ("ext4", "1024", "-I", "512", "-O", "inline_data"),
    "meta_bg": ("ext4", "1024", "-O", "meta_bg,^resize_inode", "-g", "1024"),
}
INODE_TABLE_AT = 2048 + 8


@pytest.fixture(scope="module")
def images(call: Call, mixed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("ext")
    built = {}
    for name, (version, block, *more) in MKFS.items():
        image = folder / name
        call(
            "e2fsprogs",
            f"mkfs.{version}",
            "-q",
            "-b",
            block,
            "-L",
            "root",
            "-d",
            mixed_folder,
            *more,
            image,
            "6M",
        )
        built[name] = image.read_bytes()
    return built


@pytest.mark.parametrize("name", MKFS)
def test_everything_is_as_it_was_put_in(name: str, images: dict[str, bytes], mixed_folder: Path) -> None:
    tree = opened_tree(FORMAT, images[name])
    nodes, damage = walked(tree)
    there = {f"/{path.relative_to(mixed_folder)}": path for path in mixed_folder.rglob("*")}
    assert damage == ""
    assert set(nodes) == {*there, "/", "/lost+found"}
    contents = read_all(tree)
    for path, real in there.items():
        status = real.lstat()
        assert (nodes[path].mode, nodes[path].mtime) == (status.st_mode & 0o7777, int(status.st_mtime)), path
        assert (nodes[path].uid, nodes[path].gid) == (status.st_uid, status.st_gid)
        if nodes[path].kind is NodeKind.FILE:
            assert contents[path] == real.read_bytes(), path
        if nodes[path].kind is NodeKind.SYMLINK:
            assert nodes[path].target == os.readlink(real)  # noqa: PTH115 -- the text, as it is stored
    assert nodes["/run/fifo"].kind is NodeKind.FIFO
    assert nodes["/bin/busybox"].mode == 0o4755


def test_the_header_says_what_it_is(images: dict[str, bytes]) -> None:
    said = {name: FORMAT.open(BytesSource(image)) for name, image in images.items()}
    versions = {name: opened.facts["version"] for name, opened in said.items()}
    assert versions == {"ext2": "ext2", "ext3": "ext3"} | dict.fromkeys(list(MKFS)[2:], "ext4")
    assert {opened.facts["label"] for opened in said.values()} == {"root"}
    assert {opened.size for opened in said.values()} == {6 * 1024 * 1024}
    assert "needs recovery" not in said["ext3"].facts


def test_devices_owners_long_directories_and_hard_links(
    call: Call, images: dict[str, bytes], tmp_path: Path
) -> None:
    image = tmp_path / "image"
    image.write_bytes(images["ext4"])
    script = tmp_path / "script"
    script.write_text(
        "cd /etc\nmknod console c 5 1\nmknod wide b 3 1\n"
        "set_inode_field passwd uid 70001\nset_inode_field passwd gid 42\nln passwd again\n"
        "set_inode_field wide block[0] 0\nset_inode_field wide block[1] 0x11110370\n"
        "set_inode_field /bin/busybox mtime 20401231000000\n"
    )
    call("e2fsprogs", "debugfs", "-w", "-f", script, image)
    nodes, damage = walked(opened_tree(FORMAT, image.read_bytes()))
    assert damage == ""
    assert (nodes["/etc/console"].kind, nodes["/etc/console"].device) == (NodeKind.CHARACTER, (5, 1))
    assert (nodes["/etc/wide"].kind, nodes["/etc/wide"].device) == (NodeKind.BLOCK, (259, 70000))
    assert (nodes["/etc/passwd"].uid, nodes["/etc/passwd"].gid) == (70001, 42)
    assert nodes["/etc/again"].inode == nodes["/etc/passwd"].inode
    assert nodes["/bin/busybox"].mtime == 2_240_524_800  # 2040-12-31: past 2038, in the two bits more


def test_a_journal_that_was_not_replayed_is_said(images: dict[str, bytes]) -> None:
    image = bytearray(images["ext3"])
    image[1024 + 0x60] |= 0x4
    image[1024 + 0x3A] = 0
    facts = FORMAT.open(BytesSource(bytes(image))).facts
    assert (facts["needs recovery"], facts["unmounted cleanly"]) == ("yes", "no")


def test_holes_read_as_zeros_and_are_bounded(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with (folder / "holes").open("wb") as file:
        file.seek(3_000_000)
        file.write(b"end")
    with (folder / "vast").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    for version in ("ext2", "ext4"):
        image = tmp_path / version
        call("e2fsprogs", f"mkfs.{version}", "-q", "-d", folder, image, "4M")
        tree = opened_tree(FORMAT, image.read_bytes())
        nodes = walked(tree)[0]
        assert tree.read(nodes["/holes"]) == bytes(3_000_000) + b"end"
        with pytest.raises(Damaged, match="holes"):
            tree.read(nodes["/vast"])


@pytest.mark.parametrize("version", ["ext2", "ext4"])
def test_a_file_in_a_thousand_pieces(call: Call, tmp_path: Path, version: str) -> None:
    """Its extents fill a tree with inner nodes, its block map more than one indirect block."""
    folder, image = tmp_path / "folder", tmp_path / "image"
    folder.mkdir()
    with (folder / "pieces").open("wb") as file:
        for number in range(1000):
            file.seek(number * 4096)
            file.write(b"%04d" % number)
    call("e2fsprogs", f"mkfs.{version}", "-q", "-b", "1024", "-d", folder, image, "8M")
    assert read_all(opened_tree(FORMAT, image.read_bytes()))["/pieces"] == (folder / "pieces").read_bytes()


def inode_at(image: bytes | bytearray, number: int) -> int:
    """Offset of an inode of the first group of an image with blocks of 1 KiB."""
    (table,) = struct.unpack_from("<I", image, INODE_TABLE_AT)
    (size,) = struct.unpack_from("<H", image, 1024 + 0x58)
    return int(table) * 1024 + (number - 1) * int(size)


def test_a_directory_that_contains_itself_is_named(images: dict[str, bytes]) -> None:
    image = bytearray(images["ext2"])
    (root,) = struct.unpack_from("<I", image, inode_at(image, 2) + 40)
    at = image.find(b"many", root * 1024) - 8
    struct.pack_into("<I", image, at, 2)
    nodes, damage = walked(opened_tree(FORMAT, bytes(image)))
    assert "second name" in damage
    assert "/bin/busybox" in nodes


def test_a_lie_about_one_inode_costs_that_file_only(images: dict[str, bytes]) -> None:
    image = bytearray(images["ext2"])
    node = walked(opened_tree(FORMAT, bytes(image)))[0]["/bin/busybox"]
    struct.pack_into("<I", image, inode_at(image, node.inode) + 40 + 4 * 12, 0xFFFFFF)  # its indirect block
    tree = opened_tree(FORMAT, bytes(image))
    nodes, damage = walked(tree)
    assert damage == ""
    with pytest.raises(Damaged, match="inside"):
        tree.read(nodes["/bin/busybox"])
    assert tree.read(nodes["/etc/passwd"]).startswith(b"root:")


def test_a_truncated_image_names_what_is_missing(images: dict[str, bytes]) -> None:
    image = images["ext2"]
    nodes = walked(opened_tree(FORMAT, image))[0]
    last = max(nodes.values(), key=lambda node: node.order)
    tree = opened_tree(FORMAT, image[: last.order])
    assert last.path in walked(tree)[0]
    with pytest.raises(Damaged, match="cut off"):
        tree.read(last)


def test_other_bytes_are_not_this_format(images: dict[str, bytes]) -> None:
    for offset, value in ((1024 + 0x5A, 3), (1024, 77), (1024 + 24, 9), (1024 + 0x38, 0)):
        image = bytearray(images["ext4"])
        image[offset] = value
        with pytest.raises(NotThisFormat):
            FORMAT.open(BytesSource(bytes(image)))
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(images["ext4"][:1500]))


def test_unknown_features_are_said(images: dict[str, bytes]) -> None:
    image = bytearray(images["ext4"])
    image[1024 + 0x63] = 0x80
    with pytest.raises(Damaged, match="features"):
        FORMAT.open(BytesSource(bytes(image)))


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_damage_anywhere_is_survived(data: st.DataObject, images: dict[str, bytes]) -> None:
    image = images[data.draw(st.sampled_from(sorted(MKFS)))]
    metadata = st.integers(0, 400_000)
    flips = data.draw(st.lists(st.tuples(metadata, st.integers(0, 7)), max_size=60))
    survive(FORMAT, image, flips, data.draw(st.integers(2048, len(image))))
