"""SquashFS images that no tool would make, built by hand: each lie costs what it touches and nothing else."""

import struct
import zlib
from collections.abc import Iterator

import pytest

from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats.squashfs import FORMAT
from roadworthy.inspection.rootfs import Node, NodeKind, Tree
from roadworthy.inspection.source import BytesSource

BLOCK = 4096
NO_FRAGMENT = 0xFFFFFFFF
RAW_METADATA, RAW_DATA = 1 << 15, 1 << 24


class Squash:
    """A SquashFS in the making, nothing in it packed. An inode reference is an offset: there is one block."""

    def __init__(self) -> None:
        self.data = bytearray(96)
        self.inodes = bytearray()
        self.listings = bytearray()
        self.fragments: list[tuple[int, int]] = []
        self.count = 0

    def inode(self, kind: int, body: bytes, *, owner: int = 0, mode: int = 0o644, number: int = 0) -> int:
        self.count += 1
        reference = len(self.inodes)
        self.inodes += struct.pack("<4H2I", kind, mode, owner, 0, 1000, number or self.count) + body
        return reference

    def file(self, content: bytes) -> int:
        start = len(self.data)
        self.data += content
        pieces = [content[at : at + BLOCK] for at in range(0, len(content), BLOCK)]
        lengths = struct.pack(f"<{len(pieces)}I", *(RAW_DATA | len(piece) for piece in pieces))
        return self.inode(2, struct.pack("<4I", start, NO_FRAGMENT, 0, len(content)) + lengths)

    def directory(self, names: dict[bytes, int], *, number: int = 0) -> int:
        return self.listed(b"".join(map(entry, names, names.values())), len(names), number=number)

    def listed(self, entries: bytes, count: int, *, number: int = 0, size: int | None = None) -> int:
        offset = len(self.listings)
        self.listings += struct.pack("<3I", count - 1, 0, 1) + entries if count else b""
        size = len(self.listings) - offset if size is None else size
        return self.inode(1, struct.pack("<2I2HI", 0, 2, size + 3, offset, 0), mode=0o755, number=number)

    def build(self, root: int, /, **lies: int) -> bytes:
        image = bytearray(self.data)
        tables = {"inode_table": len(image)}
        image += metadata(self.inodes)
        tables["directory_table"] = len(image)
        image += metadata(self.listings)
        at = len(image)
        image += metadata(b"".join(struct.pack("<Q2I", *fragment, 0) for fragment in self.fragments))
        tables["fragment_table"] = len(image)
        image += struct.pack("<Q", at)
        at = len(image)
        image += metadata(struct.pack("<2I", 0, 1000))
        tables["id_table"] = len(image)
        image += struct.pack("<Q", at)
        says = {
            "inodes": self.count, "block_size": BLOCK, "fragments": len(self.fragments), "compression": 1,
            "block_log": 12, "ids": 2, "root": root, "bytes_used": len(image), **tables, **lies,
        }  # fmt: skip
        image[:96] = struct.pack(
            "<4s4I6H8Q", b"hsqs", says["inodes"], 1_000_000, says["block_size"], says["fragments"],
            says["compression"], says["block_log"], 0, says["ids"], 4, 0, says["root"], says["bytes_used"],
            says["id_table"], 2**64 - 1, says["inode_table"], says["directory_table"], says["fragment_table"],
            2**64 - 1,
        )  # fmt: skip
        return bytes(image)


def metadata(content: bytes | bytearray) -> bytes:
    return struct.pack("<H", RAW_METADATA | len(content)) + content


def entry(name: bytes, reference: int) -> bytes:
    return struct.pack("<HhHH", reference, 0, 0, len(name) - 1) + name


def opened(image: bytes) -> Tree:
    tree = FORMAT.open(BytesSource(image)).tree
    assert tree is not None
    return tree


def walked(tree: Tree) -> tuple[dict[str, Node], str]:
    """All nodes that come, and what is said to be lost."""
    nodes: dict[str, Node] = {}
    try:
        for node in tree.nodes():
            assert node.path not in nodes
            nodes[node.path] = node
    except Damaged as damage:
        return nodes, str(damage)
    return nodes, ""


def test_the_builder_builds_what_is_read() -> None:
    squash = Squash()
    names = {b"hello": squash.file(b"hello" * 2000), b"empty": squash.file(b"")}
    tree = opened(squash.build(squash.directory({b"d": squash.directory(names)})))
    nodes, damage = walked(tree)
    assert (set(nodes), damage) == ({"/", "/d", "/d/hello", "/d/empty"}, "")
    assert tree.read(nodes["/d/hello"]) == b"hello" * 2000
    assert tree.read(nodes["/d/empty"]) == b""


def test_extended_inodes_of_every_kind() -> None:
    squash = Squash()
    squash.data += b"content"
    names = {
        b"file": squash.inode(
            9, struct.pack("<3Q4I", 96, 7, 0, 1, NO_FRAGMENT, 0, 0) + struct.pack("<I", RAW_DATA | 7)
        ),
        b"link": squash.inode(10, struct.pack("<2I", 1, 6) + b"target" + bytes(4)),
        b"block": squash.inode(11, struct.pack("<3I", 1, 0x1F03, 0)),
        b"character": squash.inode(12, struct.pack("<3I", 1, 0x0501, 0)),
        b"fifo": squash.inode(13, struct.pack("<2I", 1, 0)),
        b"socket": squash.inode(14, struct.pack("<2I", 1, 0)),
    }
    squash.directory(names)
    size = len(squash.listings)
    outer = squash.inode(8, struct.pack("<4I2HI", 2, size + 3, 0, 0, 0, 0, 0))
    tree = opened(squash.build(squash.directory({b"d": outer})))
    nodes, damage = walked(tree)
    assert damage == ""
    assert {path: node.kind.value for path, node in nodes.items() if path.count("/") == 2} == {
        f"/d/{name.decode()}": name.decode() if name != b"link" else "symlink" for name in names
    }
    assert tree.read(nodes["/d/file"]) == b"content"
    assert nodes["/d/link"].target == "target"
    assert (nodes["/d/block"].device, nodes["/d/character"].device) == ((31, 3), (5, 1))


@pytest.mark.parametrize("name", [b"..", b".", b"a/b", b"/etc", b"nul\0", b"../../etc/passwd"])
def test_a_name_that_is_none_is_refused_and_the_rest_stays(name: bytes) -> None:
    squash = Squash()
    file = squash.file(b"x")
    bad = squash.directory({b"before": file, name: file, b"after": file})
    nodes, damage = walked(opened(squash.build(squash.directory({b"bad": bad, b"good": file}))))
    assert set(nodes) == {"/", "/bad", "/good", "/bad/before"}
    assert "cannot be a name" in damage


def test_a_name_that_stands_twice_is_reported_and_the_first_counts() -> None:
    squash = Squash()
    first, second = squash.file(b"first"), squash.file(b"second")
    root = squash.listed(entry(b"a", first) + entry(b"a", second), 2)
    tree = opened(squash.build(root))
    nodes, damage = walked(tree)
    assert tree.read(nodes["/a"]) == b"first"
    assert "stands there twice" in damage


def test_a_directory_that_contains_itself_ends() -> None:
    squash = Squash()
    root = len(squash.inodes)
    squash.directory({b"self": root, b"file": len(squash.inodes) + 32})
    squash.file(b"x")
    nodes, damage = walked(opened(squash.build(root)))
    assert set(nodes) == {"/", "/file"}
    assert "second name" in damage


def test_directories_may_be_nested_only_so_deep() -> None:
    squash = Squash()
    at = squash.directory({})
    for _ in range(200):
        at = squash.directory({b"d": at})
    nodes, damage = walked(opened(squash.build(at)))
    assert len(nodes) == 128
    assert "deeper than 128 directories" in damage


def test_paths_may_be_only_so_long() -> None:
    squash = Squash()
    at = squash.directory({})
    for _ in range(20):
        at = squash.directory({b"n" * 250: at})
    nodes, damage = walked(opened(squash.build(at)))
    assert max(map(len, nodes)) <= 4096
    assert "its path is longer than 4096" in damage


def broken_inodes() -> Iterator[tuple[str, int, bytes, str]]:
    yield "unknown type", 15, b"", "type 15"
    yield "type zero", 0, b"", "type 0"
    yield "endless target", 3, struct.pack("<2I", 1, 2**31), "target of 2147483648 bytes"
    yield "target past the end", 3, struct.pack("<2I", 1, 60_000), "metadata block"
    yield "end in no fragment", 2, struct.pack("<4I", 96, 7, 0, 10), "fragment 7 of 0"


@pytest.mark.parametrize(
    ("kind", "body", "said"), [pytest.param(*case[1:], id=case[0]) for case in broken_inodes()]
)
def test_a_broken_inode_costs_its_name_only(kind: int, body: bytes, said: str) -> None:
    squash = Squash()
    good = squash.file(b"x")
    root_size = 16 + 16
    bad = len(squash.inodes) + root_size
    root = squash.directory({b"a": good, b"b": bad, b"c": good})
    assert squash.inode(kind, body) == bad
    nodes, damage = walked(opened(squash.build(root)))
    assert set(nodes) == {"/", "/a", "/c"}
    assert said in damage


def test_references_and_owners_outside_their_tables() -> None:
    squash = Squash()
    names = {b"owner": squash.inode(7, struct.pack("<I", 1), owner=2), b"far": 8000, b"ok": squash.file(b"")}
    nodes, damage = walked(opened(squash.build(squash.directory(names))))
    assert set(nodes) == {"/", "/ok"}
    assert "number 2 of 2" in damage
    assert "/far:" in damage


def test_a_listing_longer_than_it_says_is_cut() -> None:
    squash = Squash()
    file = squash.file(b"")
    names = b"".join(entry(name, file) for name in (b"a", b"b", b"c"))
    nodes, damage = walked(opened(squash.build(squash.listed(names, 3, size=12 + 18))))
    assert set(nodes) == {"/", "/a", "/b"}
    assert "longer than the directory says" in damage


def test_a_listing_that_ends_nowhere_is_cut() -> None:
    squash = Squash()
    file = squash.file(b"")
    nodes, damage = walked(opened(squash.build(squash.listed(entry(b"a", file), 200, size=60_000))))
    assert set(nodes) >= {"/", "/a"}
    assert damage


@pytest.mark.parametrize(
    ("start", "count", "said"),
    [(10**6, 1, "outside the table"), (0, 257, "run of 257 names"), (0, 2**32, "run of 4294967296 names")],
)
def test_a_listing_that_cannot_be_is_lost_alone(start: int, count: int, said: str) -> None:
    squash = Squash()
    squash.listings += struct.pack("<3I", count - 1, 0, 1) + entry(b"a", 0)
    bad = squash.inode(1, struct.pack("<2I2HI", start, 2, 300, 0, 0))
    nodes, damage = walked(opened(squash.build(squash.directory({b"bad": bad, b"good": squash.file(b"")}))))
    assert set(nodes) == {"/", "/bad", "/good"}
    assert said in damage


def test_a_metadata_block_longer_than_allowed_is_damage() -> None:
    squash = Squash()
    squash.inodes += bytes(9000)
    with pytest.raises(Damaged, match="holds 9"):
        opened(squash.build(squash.directory({})))


def test_a_walk_over_nothing_but_damage_ends() -> None:
    squash = Squash()
    lost = b"".join(entry(f"{index:05}".encode(), 8000) for index in range(249))
    names = {b"d": squash.listed(lost, 249)}
    for index in range(20):  # more directories with the same listing
        body = struct.pack("<2I2HI", 0, 2, 12 + len(lost) + 3, 0, 0)
        names[f"d{index}".encode()] = squash.inode(1, body, number=1000 + index)
    nodes, damage = walked(opened(squash.build(squash.directory(names))))
    assert len(nodes) == 22
    assert "and 998 more" in damage
    assert len(damage) < 1000


def content(
    body: bytes, *, data: bytes = b"", fragments: tuple[tuple[int, int], ...] = (), **lies: int
) -> bytes:
    """The content of one file whose inode is given."""
    squash = Squash()
    squash.data += data
    squash.fragments.extend(fragments)
    file = squash.inode(9, body)
    tree = opened(squash.build(squash.directory({b"file": file}), **lies))
    nodes, damage = walked(tree)
    assert damage == ""
    return tree.read(nodes["/file"])


def long_file(
    size: int, lengths: list[int], *, start: int = 96, fragment: int = NO_FRAGMENT, offset: int = 0
) -> bytes:
    head = struct.pack("<3Q4I", start, size, 0, 1, fragment, offset, 0)
    return head + struct.pack(f"<{len(lengths)}I", *lengths)


def test_holes_are_zeros() -> None:
    body = long_file(BLOCK * 2 + 5, [0, RAW_DATA | BLOCK, 0])
    assert content(body, data=b"x" * BLOCK) == bytes(BLOCK) + b"x" * BLOCK + bytes(5)


def test_an_end_comes_out_of_its_fragment() -> None:
    body = long_file(BLOCK + 3, [0], fragment=0, offset=2)
    assert content(body, data=b"abcdef", fragments=((96, RAW_DATA | 6),)) == bytes(BLOCK) + b"cde"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (long_file(2**40, []), "claims 1099511627776 bytes"),
        (long_file(2**64 - 1, []), "claims"),
        (long_file(200 * 2**20, []), "metadata block"),
        (long_file(10, [RAW_DATA | 9]), "holds 9 bytes instead of 10"),
        (long_file(10, [RAW_DATA | 11]), "holds 11 bytes instead of 10"),
        (long_file(10, [RAW_DATA | (BLOCK + 1)]), "does not lie inside"),
        (long_file(10, [0x80000000 | 10]), "does not lie inside"),
        (long_file(10, [RAW_DATA | 10], start=2**63), "does not lie inside"),
        (long_file(10, [10]), "no zlib stream"),
        (long_file(3, [], fragment=0, offset=5), "reaches past fragment 0"),
        (long_file(3, [], fragment=0, offset=2**32 - 2), "reaches past fragment 0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_content_that_cannot_be_is_damage(body: bytes, said: str) -> None:
    with pytest.raises(Damaged, match=said):
        content(body, data=b"abcdef" * 4, fragments=((96, RAW_DATA | 6),))


def test_a_file_of_nothing_but_holes_is_read_only_so_far() -> None:
    assert content(long_file(64 << 20, [0] * 64), block_size=1 << 20, block_log=20) == bytes(64 << 20)
    with pytest.raises(Damaged, match="bytes of holes"):
        content(long_file(65 << 20, [0] * 65), block_size=1 << 20, block_log=20)


@pytest.mark.parametrize(
    ("lies", "said"),
    [
        ({"block_size": 5000}, "two block sizes"),
        ({"block_log": 13}, "two block sizes"),
        ({"block_size": 1 << 30, "block_log": 30}, "two block sizes"),
        ({"compression": 99}, "compressor 99"),
        ({"bytes_used": 2**63}, "truncated"),
        ({"inode_table": 0}, "inode and directory tables"),
        ({"directory_table": 2**50}, "inode and directory tables"),
        ({"id_table": 2**50}, "table of owners"),
        ({"fragments": 9, "fragment_table": 2**64 - 1}, "table of fragments"),
        ({"ids": 65535}, "metadata block"),
        ({"root": 2**47}, "outside the table"),
        ({"root": 8191}, "byte 8191"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_superblock_that_cannot_be_is_damage(lies: dict[str, int], said: str) -> None:
    squash = Squash()
    image = squash.build(squash.directory({b"a": squash.file(b"x")}), **lies)
    with pytest.raises(Damaged, match=said):
        FORMAT.open(BytesSource(image))


def test_a_root_that_is_no_directory_is_damage() -> None:
    squash = Squash()
    with pytest.raises(Damaged, match="its root is no directory"):
        opened(squash.build(squash.file(b"x")))


def test_a_block_that_swells_past_its_size_is_damage() -> None:
    bomb = zlib.compress(bytes(2**20))
    with pytest.raises(Damaged, match=f"unpacks to more than {BLOCK} bytes"):
        content(long_file(BLOCK, [len(bomb)]), data=bomb)


def test_what_was_not_listed_cannot_be_read() -> None:
    squash = Squash()
    tree = opened(squash.build(squash.directory({})))
    with pytest.raises(Damaged, match="no such file"):
        tree.read(Node(path="/ghost", kind=NodeKind.FILE, mode=0))
