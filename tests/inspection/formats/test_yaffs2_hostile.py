"""YAFFS logs that no driver would write: each lie costs what it touches and nothing else."""

import hashlib
import stat
import struct
import time

import pytest

from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats.yaffs2 import FORMAT
from roadworthy.inspection.rootfs import Node, Tree
from roadworthy.inspection.source import BytesSource

FILE, DIRECTORY, HARD_LINK = 1, 3, 4
ROOT = 1
LOWEST = 0x1000
MODES = {FILE: stat.S_IFREG | 0o644, DIRECTORY: stat.S_IFDIR | 0o755, HARD_LINK: 0}


class Flash:
    """A little-endian YAFFS2 in the making: pages of 512 bytes, and tags without check bits."""

    def __init__(self, sequence: int = LOWEST) -> None:
        self.sequence = sequence
        self.data = b""

    def chunk(self, data: bytes, number: int, chunk: int, size: int) -> None:
        tags = struct.pack("<4I", self.sequence, number, chunk, size)
        self.data += data.ljust(512, b"\xff") + tags

    def header(
        self,
        number: int,
        kind: int,
        parent: int = ROOT,
        name: bytes = b"",
        *,
        mode: int | None = None,
        size: int = 0,
        twin: int = 0,
    ) -> None:
        mode = MODES[kind] if mode is None else mode
        low, high = size & 0xFFFFFFFF, size >> 32
        fixed = struct.pack("<2IH256s2x8I", kind, parent, 0xFFFF, name, mode, 0, 0, 1, 2, 3, low, twin)
        self.chunk(fixed + bytes(196) + struct.pack("<4I", high, 0, 0, 0), number, 0, 0xFFFF)

    def file(self, number: int, name: bytes, content: bytes, parent: int = ROOT) -> None:
        self.header(number, FILE, parent, name, size=len(content))
        for index, at in enumerate(range(0, len(content), 512), 1):
            piece = content[at : at + 512]
            self.chunk(piece, number, index, len(piece))


def live() -> Flash:
    """One to which a driver writes."""
    return Flash(LOWEST + 1)


def opened(data: bytes) -> Tree:
    tree = FORMAT.open(BytesSource(data)).tree
    assert tree is not None
    return tree


def walked(data: bytes) -> tuple[dict[str, Node], str]:
    """All nodes that come, and what is said to be lost."""
    nodes: dict[str, Node] = {}
    try:
        for node in opened(data).nodes():
            assert node.path not in nodes
            nodes[node.path] = node
    except Damaged as damage:
        return nodes, str(damage)
    return nodes, ""


def start() -> Flash:
    flash = Flash()
    flash.header(ROOT, DIRECTORY)
    flash.file(257, b"good", b"good")
    return flash


def test_directories_in_each_other_are_said_to_be_lost() -> None:
    flash = start()
    flash.header(300, DIRECTORY, 301, b"a")
    flash.header(301, DIRECTORY, 300, b"b")
    flash.header(302, DIRECTORY, 302, b"own")
    flash.file(303, b"orphan", b"orphan", parent=999)
    flash.file(304, b"in a file", b"", parent=257)
    nodes, damage = walked(flash.data)
    assert set(nodes) == {"/", "/good"}
    assert "5 names lie in directories that are not there" in damage


@pytest.mark.parametrize(
    ("name", "said"), [(b"..", "cannot be a name"), (b".", "cannot be a name"), (b"a/b", "cannot be a name")]
)
def test_a_name_that_is_none_is_refused(name: bytes, said: str) -> None:
    flash = start()
    flash.file(300, name, b"")
    nodes, damage = walked(flash.data)
    assert set(nodes) == {"/", "/good"}
    assert said in damage


@pytest.mark.parametrize("twin", [1, 257 + 50, 301, 300])
def test_a_link_to_what_cannot_be_linked_to_is_refused(twin: int) -> None:
    flash = start()
    flash.header(300, HARD_LINK, ROOT, b"link", twin=twin)
    flash.header(301, HARD_LINK, ROOT, b"other", twin=257)
    nodes, damage = walked(flash.data)
    assert set(nodes) == {"/", "/good", "/other"}
    assert "cannot be linked to" in damage
    assert nodes["/other"].inode == nodes["/good"].inode


def test_a_root_that_is_a_file_is_none() -> None:
    flash = live()
    flash.file(257, b"good", b"good")
    flash.header(ROOT, FILE, ROOT, b"root")
    nodes, damage = walked(flash.data)
    assert set(nodes) == {"/", "/good"}
    assert "cannot be one" in damage


def test_a_chunk_with_the_tags_of_a_header_and_none_in_it_is_said() -> None:
    flash = start()
    flash.chunk(b"no header", 300, 0, 0xFFFF)
    nodes, damage = walked(flash.data)
    assert set(nodes) == {"/", "/good"}
    assert "cannot be one" in damage


def test_two_live_file_systems_in_a_row_are_said_to_be_two() -> None:
    flash = live()
    for number in (257, 258):
        flash.sequence = LOWEST + 1
        flash.file(number, b"%d" % number, b"content")
        flash.sequence += 1
        flash.file(number + 10, b"%d" % (number + 10), b"content")
    _, damage = walked(flash.data)
    assert "2 numbers of blocks are given twice" in damage


@pytest.mark.parametrize(("first", "said"), [(64, ""), (40, "begins in the middle of an erase block")])
def test_a_start_inside_a_block_is_said(first: int, said: str) -> None:
    flash = live()
    for block in range(4):
        flash.sequence = 0x1001 + block
        for chunk in range(first if not block else 64):
            flash.header(1000 + 64 * block + chunk, FILE, ROOT, b"%d-%d" % (block, chunk))
    nodes, damage = walked(flash.data)
    assert len(nodes) == 1 + first + 3 * 64
    assert said in damage
    assert bool(said) == bool(damage)


def test_a_name_that_stands_twice_is_said() -> None:
    flash = start()
    flash.file(300, b"good", b"other")
    nodes, damage = walked(flash.data)
    assert set(nodes) == {"/", "/good"}
    assert "1 names stand twice" in damage


@pytest.mark.parametrize("size", [2**40, 300 << 20, 2**64 - 2**32 - 1])
def test_absurd_sizes_are_refused(size: int) -> None:
    flash = live()
    flash.header(257, FILE, ROOT, b"huge", size=size)
    flash.file(258, b"small", b"")
    nodes, _ = walked(flash.data)
    assert nodes["/huge"].size == size
    with pytest.raises(Damaged, match="are read at most"):
        opened(flash.data).read(nodes["/huge"])


def test_a_file_of_holes_is_refused() -> None:
    flash = live()
    flash.header(257, FILE, ROOT, b"holes", size=100 << 20)
    flash.file(258, b"small", b"")
    nodes, _ = walked(flash.data)
    with pytest.raises(Damaged, match="are holes"):
        opened(flash.data).read(nodes["/holes"])


def test_a_mode_of_another_kind_is_said() -> None:
    flash = start()
    flash.header(300, FILE, ROOT, b"odd", mode=stat.S_IFDIR | 0o755)
    nodes, damage = walked(flash.data)
    assert set(nodes) == {"/", "/good"}
    assert "does not fit" in damage


def test_a_large_log_is_read_in_time() -> None:
    flash = live()
    flash.header(257, FILE, ROOT, b"file", size=512 * 30_000)
    whole = flash.data
    flash.data = b""
    for chunk in range(1, 301):
        flash.chunk(hashlib.sha256(b"%d" % chunk).digest(), 257, chunk, 512)
    started = time.process_time()
    nodes, _ = walked(whole + flash.data * 200)
    assert time.process_time() - started < 3
    assert nodes["/file"].size == 512 * 30_000
