"""SquashFS 2 and 3. No tool makes them today, so a small builder does; a real image is the judge of both."""

import lzma
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.adapters.image_file import MappedFile
from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.formats.squashfs import FORMAT
from roadworthy.inspection.rootfs import Node, NodeKind, Tree
from roadworthy.inspection.source import BytesSource, Window

LITTLE, BIG = "<", ">"
BLOCK = 4096
NO_FRAGMENT = 0xFFFFFFFF
RAW_DATA = 1 << 24
MADE, MTIME = 1_000_000, 1_100_000
V7, V7_ROOTFS = "tplink_wr841n_v7_120201.bin", 0x100000


def bits(order: str, *fields: tuple[int, int]) -> bytes:
    """Fields of (width, value) as a C compiler lays them out."""
    total = at = area = 0
    for width, _ in fields:
        total += width
    for width, value in fields:
        area |= value << (at if order == LITTLE else total - at - width)
        at += width
    return area.to_bytes(total // 8, "little" if order == LITTLE else "big")


def alone(data: bytes) -> bytes:
    """A .lzma stream with its length, as the LZMA SDK writes it."""
    stream = bytearray(lzma.compress(data, lzma.FORMAT_ALONE, preset=1))
    stream[5:13] = struct.pack("<Q", len(data))
    return bytes(stream)


def bare(data: bytes) -> bytes:
    chain = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}]
    return lzma.compress(data, lzma.FORMAT_RAW, filters=chain)


def short(data: bytes) -> bytes:
    return b"\x5d\x00\x00\x01\x00" + bare(data)


@dataclass
class OldSquash:
    """A SquashFS 2 or 3 in the making. An inode reference is an offset: there is one block of each table."""

    major: int = 3
    order: str = LITTLE
    magic: bytes = b"hsqs"
    pack: Callable[[bytes], bytes] | None = zlib.compress
    checked: bool = False
    data: bytearray = field(default_factory=lambda: bytearray(119))
    inodes: bytearray = field(default_factory=bytearray)
    listings: bytearray = field(default_factory=bytearray)
    fragments: list[tuple[int, int]] = field(default_factory=list)
    count: int = 0

    def inode(self, kind: int, *fields: tuple[int, int], mode: int = 0o644, group: int = 255) -> int:
        """One inode; of version 3 the body begins with the number of links, of version 2 without."""
        self.count += 1
        reference = len(self.inodes)
        dated = ((32, MTIME), (32, self.count)) if self.major == 3 else ()
        head = ((4, kind), (12, mode), (8, 0), (8, group), *dated)
        self.inodes += bits(self.order, *head, *fields)
        return reference

    def stored(self, content: bytes) -> tuple[int, int]:
        at = len(self.data)
        packed = self.pack(content) if self.pack else content
        raw = len(packed) >= len(content)
        self.data += content if raw else packed
        return at, len(content) | RAW_DATA if raw else len(packed)

    def file(self, content: bytes, *, shared_end: bool = False) -> int:
        whole = len(content) - len(content) % BLOCK if shared_end else len(content)
        start = len(self.data)
        pieces = (content[at : min(at + BLOCK, whole)] for at in range(0, whole, BLOCK))
        lengths = [self.stored(piece)[1] for piece in pieces]
        fragment = NO_FRAGMENT
        if shared_end:
            fragment = len(self.fragments)
            self.fragments.append(self.stored(b"before" + content[whole:]))
        rest = ((32, fragment), (32, 6 if shared_end else 0), (32, len(content)))
        if self.major == 3:
            reference = self.inode(2, (64, start), *rest)
        else:
            reference = self.inode(2, (32, MTIME), (32, start), *rest)
        self.inodes += struct.pack(f"{self.order}{len(lengths)}I", *lengths)
        return reference

    def symlink(self, target: bytes) -> int:
        reference = self.inode(3, *self.links(), (16, len(target)), mode=0o777)
        self.inodes += target
        return reference

    def device(self, kind: int, number: int) -> int:
        return self.inode(kind, *self.links(), (16, number), mode=0o600, group=1)

    def links(self) -> tuple[tuple[int, int], ...]:
        return ((32, 1),) if self.major == 3 else ()

    def directory(self, names: dict[bytes, int], *, long: bool = False) -> int:
        offset = len(self.listings)
        if names:
            numbered = ((32, 1),) if self.major == 3 else ()
            block = 32 if self.major == 3 else 24
            self.listings += bits(self.order, (8, len(names) - 1), (block, 0), *numbered)
        for name, reference in names.items():
            delta = ((16, 0),) if self.major == 3 else ()
            self.listings += bits(self.order, (13, reference), (3, 1), (8, len(name) - 1), *delta) + name
        size = len(self.listings) - offset + (3 if self.major == 3 else 0)
        where = (((27 if long else 19), size), (13, offset))
        index = ((16, 0),) if long else ()
        if self.major == 3:
            return self.inode(8 if long else 1, (32, 2), *where, (32, 0), *index, (32, 0), mode=0o1755)
        return self.inode(8 if long else 1, *where, (32, MTIME), (24, 0), *index, mode=0o1755)

    def metadata(self, content: bytes | bytearray) -> bytes:
        packed = self.pack(bytes(content)) if self.pack else bytes(content)
        raw = self.pack is None or len(packed) >= len(content)
        body = bytes(content) if raw else packed
        marker = b"\xff" if self.checked else b""
        return struct.pack(f"{self.order}H", len(body) | (1 << 15 if raw else 0)) + marker + body

    def build(self, root: int, **lies: int) -> bytes:
        image, order = bytearray(self.data), self.order
        tables = {"inode_table": len(image)}
        image += self.metadata(self.inodes)
        tables["directory_table"] = len(image)
        image += self.metadata(self.listings)
        at = len(image)
        entries = [
            struct.pack(order + ("2I" if self.major == 2 else "QI4x"), *each) for each in self.fragments
        ]
        image += self.metadata(b"".join(entries))
        tables["fragment_table"] = len(image)
        image += struct.pack(order + ("I" if self.major == 2 else "Q"), at)
        tables["owners"] = len(image)
        image += struct.pack(f"{order}I", 1000)
        tables["groups"] = len(image)
        image += struct.pack(f"{order}2I", 0, 29)
        says = {
            "major": self.major, "minor": 1, "block_size": BLOCK, "block_log": 12, "root": root,
            "bytes_used": len(image), "fragments": len(self.fragments), "no_uids": 1, "no_guids": 2,
            **tables, **lies,
        }  # fmt: skip
        wide = self.major == 3
        offsets = [
            says[name] for name in ("bytes_used", "owners", "groups", "inode_table", "directory_table")
        ]
        head = struct.pack(
            f"{order}4s6I4H3BIQ3I", self.magic, self.count, *([0] * 5 if wide else offsets), says["major"],
            says["minor"], says["block_size"] & 0xFFFF, says["block_log"], 4 if self.checked else 0,
            says["no_uids"], says["no_guids"], MADE, says["root"], says["block_size"], says["fragments"],
            0 if wide else says["fragment_table"],
        )  # fmt: skip
        if wide:
            head += struct.pack(f"{order}7Q", *offsets, says["fragment_table"], 2**64 - 1)
        image[: len(head)] = head
        return bytes(image)


def sample(squash: OldSquash) -> bytes:
    long_text = b"The quick brown fox. " * 1000
    names = {
        b"file": squash.file(long_text),
        b"end": squash.file(long_text[:5000], shared_end=True),
        b"empty": squash.file(b""),
        b"link": squash.symlink(b"../usr/bin"),
        b"block": squash.device(4, 0x1F03),
        b"character": squash.device(5, 0x0501),
        b"fifo": squash.inode(6, *squash.links(), group=0),
        b"socket": squash.inode(7, *squash.links()),
    }
    inner = squash.directory(names)
    return squash.build(squash.directory({b"d": inner, b"none": squash.directory({})}, long=True))


def opened(image: bytes) -> Tree:
    tree = FORMAT.open(BytesSource(image)).tree
    assert tree is not None
    return tree


def walked(tree: Tree) -> dict[str, Node]:
    return {node.path: node for node in tree.nodes()}


@pytest.mark.parametrize("order", [LITTLE, BIG])
@pytest.mark.parametrize("major", [2, 3])
@pytest.mark.parametrize("pack", [zlib.compress, alone, short, bare, None])
def test_everything_comes_out(major: int, order: str, pack: Callable[[bytes], bytes] | None) -> None:
    tree = opened(sample(OldSquash(major=major, order=order, pack=pack)))
    nodes = walked(tree)
    inner = {"file", "end", "empty", "link", "block", "character", "fifo", "socket"}
    assert set(nodes) == {"/", "/d", "/none", *(f"/d/{name}" for name in inner)}
    assert tree.read(nodes["/d/file"]) == b"The quick brown fox. " * 1000
    assert tree.read(nodes["/d/end"]) == (b"The quick brown fox. " * 1000)[:5000]
    assert tree.read(nodes["/d/empty"]) == b""
    assert (nodes["/d/link"].kind, nodes["/d/link"].target) == (NodeKind.SYMLINK, "../usr/bin")
    assert (nodes["/d/block"].kind, nodes["/d/block"].device) == (NodeKind.BLOCK, (31, 3))
    assert (nodes["/d/character"].kind, nodes["/d/character"].device) == (NodeKind.CHARACTER, (5, 1))
    assert (nodes["/d/fifo"].kind, nodes["/d/socket"].kind) == (NodeKind.FIFO, NodeKind.SOCKET)
    assert (nodes["/d"].mode, nodes["/d/file"].mode) == (0o1755, 0o644)
    owners = {name: (nodes[name].uid, nodes[name].gid) for name in ("/d/file", "/d/block", "/d/fifo")}
    assert owners == {"/d/file": (1000, 1000), "/d/block": (1000, 29), "/d/fifo": (1000, 0)}
    assert (nodes["/d/file"].mtime, nodes["/d"].mtime) == (MTIME, MTIME)
    assert nodes["/d/link"].mtime == (MADE if major == 2 else MTIME)  # version 2 does not date links


@pytest.mark.parametrize(
    ("pack", "said"),
    [(zlib.compress, "gzip"), (alone, "lzma"), (short, "lzma without length"), (bare, "lzma without header")],
)
def test_the_packing_is_found_by_trial(pack: Callable[[bytes], bytes], said: str) -> None:
    facts = FORMAT.open(BytesSource(sample(OldSquash(pack=pack)))).facts
    assert facts["compression"] == said
    assert (facts["version"], facts["byte order"]) == ("3.1", "little-endian")


@pytest.mark.parametrize("magic", [b"sqsh", b"hsqs", b"shsq", b"qshs", b"tqsh", b"hsqt", b"sqlz", b"zlqs"])
def test_the_version_tells_the_byte_order_and_the_magic_nothing(magic: bytes) -> None:
    for order in (LITTLE, BIG):
        assert len(walked(opened(sample(OldSquash(order=order, magic=magic))))) == 11
    assert magic in {each.value for each in FORMAT.magics}


@pytest.mark.parametrize("major", [2, 3])
def test_blocks_with_a_marker(major: int) -> None:
    assert len(walked(opened(sample(OldSquash(major=major, checked=True))))) == 11


@pytest.mark.parametrize("major", [2, 3])
@pytest.mark.parametrize(
    ("lies", "said"),
    [
        ({"block_size": 5000}, "two block sizes"),
        ({"bytes_used": 2**31}, "truncated"),
        ({"inode_table": 0}, "inode and directory tables"),
        ({"directory_table": 2**31}, "inode and directory tables"),
        ({"owners": 2**31}, "table of owners"),
        ({"groups": 2**31}, "table of groups"),
        ({"no_guids": 200}, "the owners are cut off"),
        ({"fragment_table": 2**31}, "table of fragments"),
        ({"root": 2**47}, "outside the table"),
        ({"root": 0}, "its root is no directory"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_superblock_that_cannot_be_is_damage(major: int, lies: dict[str, int], said: str) -> None:
    squash = OldSquash(major=major)
    file = squash.file(b"x", shared_end=True)
    with pytest.raises(Damaged, match=said):
        opened(squash.build(**{"root": squash.directory({b"a": file}), **lies}))


def test_other_versions_are_other_formats() -> None:
    for lies in ({"major": 1}, {"major": 5}, {"minor": 7}):
        squash = OldSquash()
        image = squash.build(squash.directory({}), **lies)
        with pytest.raises(NotThisFormat, match="the version is"):
            opened(image)


def test_a_broken_inode_costs_its_name_only() -> None:
    squash = OldSquash(pack=None)
    good = squash.file(b"x")
    names = {
        b"a": good,
        b"type": squash.inode(15),
        b"target": squash.inode(3, (32, 1), (16, 60_000)),
        b"z": good,
    }
    tree = opened(squash.build(squash.directory(names)))
    seen = []
    with pytest.raises(Damaged, match="type 15"):  # noqa: PT012 -- what came before counts as well
        for node in tree.nodes():
            seen.append(node.path)  # noqa: PERF401 -- a list made at once would be lost with the exception
    assert seen == ["/", "/a", "/z"]


def test_a_directory_that_contains_itself_ends() -> None:
    squash = OldSquash(major=2)
    root = squash.directory({b"self": 0})
    with pytest.raises(Damaged, match="second name"):
        walked(opened(squash.build(root)))


@settings(max_examples=300, deadline=None)
@given(
    major=st.sampled_from([2, 3]),
    order=st.sampled_from([LITTLE, BIG]),
    flips=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.integers(0, 3000),
)
def test_whatever_is_broken_is_said_to_be(
    major: int, order: str, flips: list[tuple[int, int]], cut: int
) -> None:
    image = bytearray(sample(OldSquash(major=major, order=order)))
    for at, value in flips:
        image[at % len(image)] = value
    with_cut = bytes(image[: len(image) - cut % 50]) if cut % 2 else bytes(image)
    try:
        tree = opened(with_cut)
        for node in tree.nodes():
            if node.kind is NodeKind.FILE and node.size < 2**20:
                tree.read(node)
    except (Damaged, NotThisFormat):
        return


def test_a_vendor_image_reads_whole(samples: Path) -> None:
    with MappedFile(samples / V7) as source:
        found = FORMAT.open(Window(source, V7_ROOTFS, source.size - V7_ROOTFS))
        assert found.tree is not None
        nodes = walked(found.tree)
        contents = {path: found.tree.read(node) for path, node in nodes.items() if node.kind is NodeKind.FILE}
    assert dict(found.facts) | {"made": ""} == {
        "version": "3.1", "byte order": "big-endian", "compression": "lzma", "block size": "65536",
        "inodes": "488", "made": "",
    }  # fmt: skip
    assert len(nodes) == 488  # as the superblock says; no hard links
    assert sum(map(len, contents.values())) == sum(node.size for node in nodes.values()) == 7_946_348
    assert b"BusyBox v1.01 (" in contents["/bin/busybox"]
    assert contents["/etc/passwd"].startswith(b"root:x:0:0:root:/root:/bin/sh\n")
    assert contents["/etc/shadow"].startswith(b"root:$1$$")
    assert nodes["/dev/console"].device == (5, 1)
    assert nodes["/linuxrc"].target == "bin/busybox"
    assert all(
        contents[path].startswith(b"\x7fELF\x01\x02") for path in contents if path.startswith("/sbin/")
    )
