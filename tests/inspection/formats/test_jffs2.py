"""JFFS2 by the real mkfs.jffs2, and logs with a history, which no tool writes, by hand."""

import lzma
import stat
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats._jffs2.compression import unpack_rtime
from roadworthy.inspection.formats.jffs2 import FORMAT
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.rootfs import Node, NodeKind, Tree
from roadworthy.inspection.source import BytesSource

DIRENT, INODE, CLEANMARKER = 0xE001, 0xE002, 0x2003
NONE, ZERO, ZLIB, LZMA = 0, 1, 6, 8
FILE, DIRECTORY, LINK = stat.S_IFREG | 0o644, stat.S_IFDIR | 0o755, stat.S_IFLNK | 0o777


def crc(data: bytes) -> int:
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


class Log:
    """A JFFS2 in the making."""

    def __init__(self, order: str = "<") -> None:
        self.order = order
        self.data = b""
        self.version = 0

    def node(self, kind: int, rest: bytes, tail: bytes, checks: tuple[int, ...] = ()) -> None:
        """One node; `checks` are the check sums that stand before the one of the node itself."""
        length = 12 + len(rest) + 4 * (len(checks) + bool(rest)) + len(tail)
        head = struct.pack(f"{self.order}2HI", 0x1985, kind, length)
        head += struct.pack(f"{self.order}I", crc(head))
        self.data += head + rest + tail + b"\xff" * (-length % 4)

    def dirent(self, parent: int, name: bytes, inode: int, *, version: int | None = None) -> None:
        self.version += 1
        version = self.version if version is None else version
        length = 40 + len(name)
        head = struct.pack(f"{self.order}2HI", 0x1985, DIRENT, length)
        fixed = head + struct.pack(
            f"{self.order}5I4B", crc(head), parent, version, inode, 0, len(name), 8, 0, 0
        )
        self._append(fixed + struct.pack(f"{self.order}2I", crc(fixed), crc(name)) + name)

    def inode(
        self,
        number: int,
        content: bytes = b"",
        *,
        mode: int = FILE,
        offset: int = 0,
        size: int | None = None,
        version: int | None = None,
        compressor: int = NONE,
        unpacked: int | None = None,
    ) -> None:
        self.version += 1
        version = self.version if version is None else version
        unpacked = len(content) if unpacked is None else unpacked
        size = offset + unpacked if size is None else size
        head = struct.pack(f"{self.order}2HI", 0x1985, INODE, 68 + len(content))
        fixed = head + struct.pack(
            f"{self.order}4I2H7I2BH", crc(head), number, version, mode, 1000, 29, size, 1, 2, 3, offset,
            len(content), unpacked, compressor, 0, 0,
        )  # fmt: skip
        self._append(fixed + struct.pack(f"{self.order}2I", crc(content), crc(fixed)) + content)

    def cleanmarker(self) -> None:
        head = struct.pack(f"{self.order}2HI", 0x1985, CLEANMARKER, 12)
        self._append(head + struct.pack(f"{self.order}I", crc(head)))

    def _append(self, node: bytes) -> None:
        self.data += node + b"\xff" * (-len(node) % 4)


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


def contents(data: bytes) -> dict[str, bytes]:
    tree = opened(data)
    return {node.path: tree.read(node) for node in tree.nodes() if node.kind is NodeKind.FILE}


OPTIONS = [
    (),
    ("-b",),
    ("-x", "zlib", "-x", "rtime", "-X", "lzo"),
    ("-b", "-x", "zlib", "-X", "rtime"),
    ("-m", "none", "-n"),
    ("-e", "128KiB", "-s", "8KiB", "-p"),
    ("-m", "size", "-X", "lzo", "--pad=1048576"),
]


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_what_mkfs_packs_comes_out(  # noqa: PLR0917 -- fixtures
    options: tuple[str, ...],
    flash_tool: Callable[..., None],
    flash_folder: Path,
    devices: Path,
    packed_tree: dict[str, tuple[object, ...]],
    described: Callable[[Tree], dict[str, tuple[object, ...]]],
    tmp_path: Path,
) -> None:
    image = tmp_path / "image"
    flash_tool("mkfs.jffs2", "-r", flash_folder, "-D", devices, "-o", image, *options)
    opened_image = FORMAT.open(BytesSource(image.read_bytes()))
    assert opened_image.size == image.stat().st_size
    assert opened_image.facts["byte order"] == ("big-endian" if "-b" in options else "little-endian")
    assert opened_image.tree is not None
    assert described(opened_image.tree) == packed_tree


def test_a_summary_at_the_end_of_each_block_is_passed_over(
    flash_tool: Callable[..., None], flash_folder: Path, tmp_path: Path
) -> None:
    plain, summed = tmp_path / "plain", tmp_path / "summed"
    flash_tool("mkfs.jffs2", "-r", flash_folder, "-l", "-e", "64KiB", "-o", plain)
    flash_tool("sumtool", "-l", "-e", "64KiB", "-i", plain, "-o", summed)
    assert contents(summed.read_bytes()) == contents(plain.read_bytes())


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_newest_version_wins_wherever_it_lies(order: str) -> None:
    log = Log(order)
    log.dirent(1, b"name", 3, version=9)  # newer, and first in the log
    log.dirent(1, b"name", 2, version=8)
    log.inode(3, b"new", version=2)
    log.inode(3, b"older", version=1)
    log.inode(2, b"other")
    assert contents(log.data) == {"/name": b"new"}


def test_pieces_overwrite_each_other_in_order() -> None:
    log = Log()
    log.dirent(1, b"f", 2)
    log.inode(2, b"a" * 10)
    log.inode(2, b"bbb", offset=4, size=10)
    log.inode(2, b"", size=20, offset=10, compressor=ZERO, unpacked=10)
    log.inode(2, zlib.compress(b"zz"), offset=18, size=20, compressor=ZLIB, unpacked=2)
    assert contents(log.data) == {"/f": b"aaaabbbaaa" + bytes(8) + b"zz"}


def test_a_file_cut_short_is_short() -> None:
    log = Log()
    log.dirent(1, b"f", 2)
    log.inode(2, b"secret tail")
    log.inode(2, b"", size=6)
    nodes, damage = walked(log.data)
    assert (nodes["/f"].size, damage) == (6, "")
    assert contents(log.data) == {"/f": b"secret"}


def test_what_was_deleted_or_renamed_is_not_there() -> None:
    log = Log()
    for name, inode in ((b"gone", 2), (b"old", 3), (b"kept", 4)):
        log.dirent(1, name, inode)
        log.inode(inode, name)
    log.dirent(1, b"gone", 0)
    log.dirent(1, b"new", 3)
    log.dirent(1, b"old", 0)
    assert contents(log.data) == {"/kept": b"kept", "/new": b"old"}


def test_a_storm_of_versions_is_bounded() -> None:
    log = Log()
    packed = zlib.compress(bytes(1 << 20))
    for name in range(300):
        log.dirent(1, f"link{name}".encode(), 2)
    for _ in range(300):
        log.inode(2, packed, mode=LINK, compressor=ZLIB, unpacked=1 << 20)
    log.dirent(1, b"file", 3)
    for at in range(300):
        log.inode(3, packed, compressor=ZLIB, offset=at, unpacked=1 << 20, size=2 << 20)
    log.dirent(1, b"same", 4)
    for _ in range(300):
        log.inode(4, packed, compressor=ZLIB, unpacked=1 << 20)
    started = time.process_time()
    nodes, damage = walked(log.data)
    assert set(nodes) == {"/", "/file", "/same"}
    assert "target of 1048576 bytes" in damage
    assert opened(log.data).read(nodes["/same"]) == bytes(1 << 20)
    with pytest.raises(Damaged, match="was written"):
        opened(log.data).read(nodes["/file"])
    assert time.process_time() - started < 2


def test_a_name_given_many_times_leads_to_one_link() -> None:
    log = Log()
    log.inode(2, b"target", mode=LINK)
    for name in range(3):
        log.dirent(1, f"{name}".encode(), 2)
    nodes, _ = walked(log.data)
    assert {nodes[f"/{name}"].target for name in range(3)} == {"target"}


def test_a_stretch_full_of_magics_is_bounded() -> None:
    log = broken()
    started = time.process_time()
    found = FORMAT.open(BytesSource((log.data + b"\x85\x19" * 100_000) * 20))
    assert found.size >= len(log.data)
    assert time.process_time() - started < 2


def test_an_obsolete_node_does_not_count() -> None:
    log = Log()
    log.dirent(1, b"f", 2)
    log.inode(2, b"valid")
    at = len(log.data)
    log.inode(2, b"stale", version=99)
    data = bytearray(log.data)
    data[at + 3] &= ~0x20  # flash is marked by clearing a bit; the check sum stays
    log.data = bytes(data)
    log.dirent(1, b"g", 2)
    assert contents(log.data) == {"/f": b"valid", "/g": b"valid"}


def test_links_and_devices_of_both_sizes() -> None:
    log = Log(">")
    for inode, name in enumerate((b"link", b"old", b"new", b"fifo"), 2):
        log.dirent(1, name, inode)
    log.inode(2, b"../target", mode=LINK)
    log.inode(3, struct.pack(">H", 0x0501), mode=stat.S_IFCHR | 0o600)
    log.inode(4, struct.pack(">I", 0x11112C70), mode=stat.S_IFBLK | 0o600)
    log.inode(5, mode=stat.S_IFIFO | 0o600)
    nodes, damage = walked(log.data)
    assert damage == ""
    assert nodes["/link"].target == "../target"
    assert (nodes["/old"].device, nodes["/new"].device) == ((5, 1), (300, 70000))
    assert nodes["/fifo"].kind is NodeKind.FIFO
    assert (nodes["/fifo"].uid, nodes["/fifo"].gid, nodes["/fifo"].mtime) == (1000, 29, 2)


def test_lzma_as_openwrt_writes_it() -> None:
    chain = [{"id": lzma.FILTER_LZMA1, "lc": 0, "lp": 0, "pb": 0, "dict_size": 0x2000}]
    log = Log()
    log.dirent(1, b"f", 2)
    packed = lzma.compress(b"firmware " * 400, lzma.FORMAT_RAW, filters=chain)
    log.inode(2, packed, compressor=LZMA, unpacked=3600)
    assert contents(log.data) == {"/f": b"firmware " * 400}


@pytest.mark.parametrize(
    ("stream", "content"), [(b"a\x00b\x00", b"ab"), (b"a\x03b\x00a\x02", b"aaaab" + b"aaa")]
)
def test_rtime_repeats_what_followed_last_time(stream: bytes, content: bytes) -> None:
    assert unpack_rtime(stream, len(content)) == content


def broken() -> Log:
    log = Log()
    log.dirent(1, b"good", 2)
    log.inode(2, b"good")
    return log


@pytest.mark.parametrize(("flip", "said"), [(20, "the name at"), (41, "the name at")])
def test_a_name_that_does_not_match_its_check_sum_is_lost_alone(flip: int, said: str) -> None:
    log = broken()
    at = len(log.data)
    log.dirent(1, b"bad", 2)
    log.dirent(1, b"later", 2)
    data = bytearray(log.data)
    data[at + flip] ^= 1
    nodes, damage = walked(bytes(data))
    assert set(nodes) == {"/", "/good", "/later"}
    assert said in damage


def test_an_inode_that_does_not_match_its_check_sum_is_said() -> None:
    log = broken()
    at = len(log.data)
    log.inode(2, b"newer")
    data = bytearray(log.data)
    data[at + 30] ^= 1
    nodes, damage = walked(bytes(data))
    assert set(nodes) == {"/", "/good"}
    assert "the inode at" in damage


def test_data_that_does_not_match_its_check_sum_is_damage() -> None:
    log = broken()
    nodes, _ = walked(log.data[:-4] + b"evil")
    with pytest.raises(Damaged, match="does not match its check sum"):
        opened(log.data[:-4] + b"evil").read(nodes["/good"])


def test_a_spoilt_stretch_costs_what_lies_in_it() -> None:
    log = broken()
    data = log.data + b"spoilt!!" * 100
    log.data = b""
    log.dirent(1, b"after", 2)
    nodes, damage = walked(data + log.data)
    assert set(nodes) == {"/", "/good", "/after"}
    assert "800 bytes" in damage


def test_it_ends_where_something_else_begins() -> None:
    log = broken()
    assert FORMAT.open(BytesSource(log.data + b"\xff" * 5000 + b"x" * 300_000)).size == len(log.data) + 5000
    assert FORMAT.open(BytesSource(log.data)).size == len(log.data)


@pytest.mark.parametrize("order", ["<", ">"])
def test_it_is_found_in_an_image_by_its_first_node(order: str, formats: dict[str, Format]) -> None:
    log = Log(order)
    log.cleanmarker()
    log.dirent(1, b"f", 2)
    log.inode(2, b"content")
    found = open_image("image", BytesSource(b"\x01\x02" * 500 + log.data), formats)
    assert [(root.where[-1], sorted(root.nodes)) for root in found.roots] == [("jffs2@0x3e8", ["/", "/f"])]


def test_erased_flash_with_clean_markers_only_is_no_file_system() -> None:
    log = Log()
    log.cleanmarker()
    log.data += b"\xff" * (65_536 - 12)
    log.cleanmarker()
    found = FORMAT.open(BytesSource(log.data))
    assert (found.tree, found.size) == (None, len(log.data))


def test_a_header_with_a_wrong_check_sum_is_another_format() -> None:
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(b"\x85\x19\x01\xe0" + bytes(100)))
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(b"\x85\x19\x01\xe0"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"size": 2**32 - 1}, "are read at most"),
        ({"size": 100 << 20}, "was written"),
        ({"compressor": 5}, "packed with dynrubin"),
        ({"compressor": 77}, "packed with compressor 77"),
        ({"compressor": 6}, "no zlib stream"),
        ({"compressor": 7}, "no LZO stream"),
        ({"compressor": 2, "unpacked": 4096}, "cut off"),
        ({"unpacked": 5000}, "instead of 5000"),
        ({"unpacked": 2 << 20}, "cannot hold"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_content_that_cannot_be_is_damage(options: dict[str, int], said: str) -> None:
    log = Log()
    log.dirent(1, b"f", 2)
    log.inode(2, b"no stream", **options)
    nodes, damage = walked(log.data)
    assert damage == ""
    with pytest.raises(Damaged, match=said):
        opened(log.data).read(nodes["/f"])


@pytest.mark.parametrize("name", [b"..", b".", b"", b"a/b", b"nul\0"])
def test_a_name_that_is_none_is_refused(name: bytes) -> None:
    log = broken()
    log.dirent(1, name, 2)
    nodes, damage = walked(log.data)
    assert set(nodes) == {"/", "/good"}
    assert "cannot be a name" in damage


def test_directories_that_contain_each_other_end() -> None:
    log = broken()
    log.dirent(1, b"a", 5)
    log.dirent(5, b"b", 6)
    log.dirent(6, b"a", 5)
    log.dirent(6, b"root", 1)
    for inode in (5, 6, 1):
        log.inode(inode, mode=DIRECTORY)
    nodes, damage = walked(log.data)
    assert set(nodes) == {"/", "/good", "/a", "/a/b"}
    assert "second name" in damage


def test_names_without_an_inode_are_said() -> None:
    log = broken()
    log.dirent(1, b"ghost", 77)
    log.dirent(1, b"odd", 78)
    log.inode(78, mode=0o644)
    nodes, damage = walked(log.data)
    assert set(nodes) == {"/", "/good"}
    assert "there is no inode 77" in damage
    assert "of no kind" in damage


def test_a_storm_of_broken_nodes_hides_nothing() -> None:
    log = broken()
    bad = Log()
    bad.dirent(1, b"bad", 2)
    spoilt = bytearray(bad.data)
    spoilt[20] ^= 1
    nodes, damage = walked(log.data + bytes(spoilt) * 3000)
    assert set(nodes) == {"/", "/good"}
    assert len(damage) < 1000


@settings(max_examples=300, deadline=None)
@given(
    flips=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8),
    cut=st.integers(0, 500),
)
def test_whatever_is_broken_is_said_to_be(flips: list[tuple[int, int]], cut: int) -> None:
    log = Log()
    for inode in range(2, 8):
        log.dirent(1, f"f{inode}".encode(), inode)
        log.inode(inode, zlib.compress(bytes(100)), compressor=ZLIB, unpacked=100)
    data = bytearray(log.data)
    for at, value in flips:
        data[at % len(data)] = value
    try:
        tree = opened(bytes(data[: len(data) - cut]))
        for node in tree.nodes():
            if node.kind is NodeKind.FILE:
                tree.read(node)
    except (Damaged, NotThisFormat, AssertionError):
        return
