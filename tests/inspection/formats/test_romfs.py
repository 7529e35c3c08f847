"""romfs: images by the real genromfs, and lies."""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.formats.romfs import FORMAT
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import BytesSource
from roadworthy.testing.formats import opened_tree, read_all, survive, walked

Call = Callable[..., str]


@pytest.fixture(scope="module")
def image(call: Call, mixed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("romfs") / "image"
    call("genromfs", "genromfs", "-d", mixed_folder, "-f", path, "-V", "root")
    return path.read_bytes()


def test_everything_is_as_it_was_put_in(image: bytes, mixed_folder: Path) -> None:
    tree = opened_tree(FORMAT, image)
    nodes, damage = walked(tree)
    there = {f"/{path.relative_to(mixed_folder)}": path for path in mixed_folder.rglob("*")}
    assert (damage, set(nodes)) == ("", {*there, "/"})
    contents = read_all(tree)
    for path, real in there.items():
        if nodes[path].kind is NodeKind.FILE:
            assert contents[path] == real.read_bytes(), path
        if nodes[path].kind is NodeKind.SYMLINK:
            assert nodes[path].target == os.readlink(real)  # noqa: PTH115 -- the text, as it is stored
    assert nodes["/run/fifo"].kind is NodeKind.FIFO
    assert (nodes["/bin/busybox"].mode, nodes["/etc/passwd"].mode) == (0o755, 0o644)


def test_the_header_says_what_it_is(image: bytes) -> None:
    opened = FORMAT.open(BytesSource(image))
    assert opened.facts == {"label": "root"}
    assert 0 <= len(image) - opened.size < 1024


def first_file(image: bytes | bytearray, name: bytes) -> int:
    return image.index(name) - 16


def summed(image: bytearray) -> bytes:
    """The image with a checksum that fits its first 512 bytes."""
    struct.pack_into(">I", image, 12, 0)
    struct.pack_into(">I", image, 12, -sum(struct.unpack_from(">128I", image)) & 0xFFFFFFFF)
    return bytes(image)


def test_devices_and_hard_links(image: bytes) -> None:
    changed = bytearray(image)
    at = first_file(changed, b"empty\0")
    following = struct.unpack_from(">I", changed, at)[0] & -16
    struct.pack_into(">2I", changed, at, following | 5, 5 << 16 | 1)
    nodes = walked(opened_tree(FORMAT, summed(changed)))[0]
    assert (nodes["/etc/empty"].kind, nodes["/etc/empty"].device) == (NodeKind.CHARACTER, (5, 1))
    struct.pack_into(">2I", changed, at, following, nodes["/bin/busybox"].inode)
    tree = opened_tree(FORMAT, summed(changed))
    nodes = walked(tree)[0]
    assert nodes["/etc/empty"].inode == nodes["/bin/busybox"].inode
    assert tree.read(nodes["/etc/empty"]) == tree.read(nodes["/bin/busybox"])


def test_chains_that_are_loops_are_named(image: bytes) -> None:
    changed = bytearray(image)
    at = first_file(changed, b"passwd\0")
    struct.pack_into(">I", changed, at, at | 2)
    nodes, damage = walked(opened_tree(FORMAT, summed(changed)))
    assert "loop" in damage
    assert "/bin/busybox" in nodes
    struct.pack_into(">2I", changed, at, 0, at)
    assert "too often" in walked(opened_tree(FORMAT, summed(changed)))[1]


def test_other_bytes_are_not_this_format(image: bytes) -> None:
    for other in (image[:20], image[:16] + b"X" + image[17:], b"-rom1fs-" + bytes(600)):
        with pytest.raises((NotThisFormat, Damaged)):
            FORMAT.open(BytesSource(other))


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_damage_anywhere_is_survived(data: st.DataObject, image: bytes) -> None:
    flips = data.draw(st.lists(st.tuples(st.integers(512, len(image)), st.integers(0, 7)), max_size=40))
    survive(FORMAT, image, flips, data.draw(st.integers(0, len(image))))
