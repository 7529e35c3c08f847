"""UBIFS by the real mkfs.ubifs; what a device writes later, the journal, is added by hand."""

import struct
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats.ubifs import FORMAT
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.rootfs import Node, NodeKind, Tree
from roadworthy.inspection.source import BytesSource

PAGE, LEB = 2048, 124 * 1024
INODE, DATA, DIRENT, TRUNCATION, REFERENCE = 0, 1, 2, 4, 8
Pack = Callable[..., bytes]
RECIPE = """\
[root]
mode=ubi
image={image}
vol_id=0
vol_size=20MiB
vol_type=dynamic
vol_name=root
"""


@pytest.fixture(scope="module")
def mkfs(flash_tool: Callable[..., None], tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Packs a folder: ``mkfs(folder, "-x", "zlib")``."""

    def pack(folder: Path, *options: str | Path) -> bytes:
        image = tmp_path_factory.mktemp("ubifs") / "image"
        flash_tool(
            "mkfs.ubifs", "-r", folder, "-o", image, "-m", str(PAGE), "-e", str(LEB), "-c", "200", *options
        )
        return image.read_bytes()

    return pack


@pytest.fixture(scope="module")
def small(mkfs: Pack, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An image of three files; their inodes are those that `numbers` gives."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "d").mkdir()
    (folder / "a").write_text("first")
    (folder / "d" / "b").write_bytes(b"second" * 3000)
    (folder / "link").symlink_to("d/b")
    return mkfs(folder)


def node(kind: int, sequence: int, body: bytes) -> bytes:
    length = 24 + len(body)
    rest = struct.pack("<QIBB2x", sequence, length, kind, 0) + body
    data = b"\x31\x18\x10\x06" + struct.pack("<I", zlib.crc32(rest) ^ 0xFFFFFFFF) + rest
    return data + b"\xff" * (-len(data) % 8)


def dirent(sequence: int, parent: int, name: bytes, inode: int) -> bytes:
    key = struct.pack("<2I8x", parent, DIRENT << 29 | 1)
    return node(DIRENT, sequence, key + struct.pack("<Q2BHI", inode, 0, 0, len(name), 0) + name + b"\0")


def inode(
    sequence: int,
    number: int,
    size: int,
    *,
    links: int = 1,
    mode: int = 0o100644,
    data: bytes = b"",
    flags: int = 0,
) -> bytes:
    key = struct.pack("<2I8x", number, 0)
    numbers = struct.pack("<5Q9I", 0, size, 0, 0, 77, 0, 0, 0, links, 1000, 29, mode, flags, len(data))
    return node(INODE, sequence, key + numbers + bytes(44) + data)


def data(
    sequence: int, number: int, block: int, content: bytes, *, size: int | None = None, packed: int = 0
) -> bytes:
    key = struct.pack("<2I8x", number, DATA << 29 | block)
    size = len(content) if size is None else size
    return node(DATA, sequence, key + struct.pack("<I2H", size, packed, 0) + content)


def truncation(sequence: int, number: int, size: int) -> bytes:
    return node(TRUNCATION, sequence, struct.pack("<I12x2Q", number, 99_999, size))


def written(image: bytes, *nodes: bytes) -> bytes:
    """The image after a device wrote nodes into a new block and named it in the log."""
    log = image[3 * LEB : 4 * LEB]
    end = -(-len(log.rstrip(b"\xff")) // PAGE) * PAGE
    number = len(image) // LEB
    reference = node(REFERENCE, 10**6, struct.pack("<3I28x", number, 0, 2))
    log = log[:end] + reference + log[end + len(reference) :]
    bud = b"".join(nodes)
    return image[: 3 * LEB] + log + image[4 * LEB :] + bud + b"\xff" * (LEB - len(bud))


def opened(image: bytes) -> Tree:
    tree = FORMAT.open(BytesSource(image)).tree
    assert tree is not None
    return tree


def walked(image: bytes) -> tuple[dict[str, Node], str]:
    """All nodes that come, and what is said to be lost."""
    nodes: dict[str, Node] = {}
    try:
        for each in opened(image).nodes():
            assert each.path not in nodes
            nodes[each.path] = each
    except Damaged as damage:
        return nodes, str(damage)
    return nodes, ""


def contents(image: bytes) -> dict[str, bytes]:
    tree = opened(image)
    return {each.path: tree.read(each) for each in tree.nodes() if each.kind is NodeKind.FILE}


@pytest.mark.parametrize(
    "options",
    [
        ("-x", "lzo"),
        ("-x", "zlib"),
        ("-x", "zstd"),
        ("-x", "none"),
        ("-x", "favor_lzo"),
        ("-k", "test", "-f", "32"),
    ],
    ids=" ".join,
)
def test_what_mkfs_packs_comes_out(  # noqa: PLR0917 -- fixtures
    options: tuple[str, ...],
    mkfs: Pack,
    flash_folder: Path,
    devices: Path,
    packed_tree: dict[str, tuple[object, ...]],
    described: Callable[[Tree], dict[str, tuple[object, ...]]],
) -> None:
    image = mkfs(flash_folder, "-D", devices, *options)
    found = FORMAT.open(BytesSource(image))
    assert found.size == len(image)
    assert found.tree is not None
    assert described(found.tree) == packed_tree


def test_hard_links_share_an_inode(mkfs: Pack, flash_folder: Path) -> None:
    nodes, _ = walked(mkfs(flash_folder))
    assert nodes["/etc/passwd"].inode == nodes["/etc/passwd-"].inode
    numbers = [each.inode for each in nodes.values()]
    assert len(numbers) == len(set(numbers)) + 1


def test_it_is_found_inside_ubi(
    small: bytes, flash_tool: Callable[..., None], formats: dict[str, Format], tmp_path: Path
) -> None:
    (tmp_path / "fs").write_bytes(small)
    (tmp_path / "recipe").write_text(RECIPE.format(image=tmp_path / "fs"))
    flash_tool("ubinize", "-o", tmp_path / "ubi", "-m", "2048", "-p", "128KiB", tmp_path / "recipe")
    image = (tmp_path / "ubi").read_bytes()
    found = open_image("image", BytesSource(image), formats)
    assert found.problems == ()
    (root,) = found.roots
    assert root.where == ("image", "ubi@0x0", "root", "ubifs@0x0")
    assert sorted(root.nodes) == ["/", "/a", "/d", "/d/b", "/link"]
    assert root.tree.read(root.nodes["/d/b"]) == b"second" * 3000


def test_what_the_journal_says_is_newer(small: bytes) -> None:
    number = walked(small)[0]["/a"].inode
    image = written(
        small,
        inode(10**6 + 1, 900, 3),
        dirent(10**6 + 2, 1, b"new", 900),
        data(10**6 + 3, 900, 0, b"new"),
        data(10**6 + 4, number, 0, b"other"),
    )
    nodes, damage = walked(image)
    assert damage == ""
    assert contents(image) == {"/a": b"other", "/new": b"new", "/d/b": b"second" * 3000}
    assert (nodes["/new"].uid, nodes["/new"].gid, nodes["/new"].mode, nodes["/new"].mtime) == (
        1000,
        29,
        0o644,
        77,
    )


def test_what_was_deleted_renamed_or_cut_short_is_so(small: bytes) -> None:
    nodes, _ = walked(small)
    image = written(
        small,
        dirent(10**6 + 1, 1, b"a", 0),
        inode(10**6 + 2, nodes["/a"].inode, 0, links=0),
        dirent(10**6 + 3, 1, b"moved", nodes["/d/b"].inode),
        dirent(10**6 + 4, nodes["/d"].inode, b"b", 0),
        truncation(10**6 + 5, nodes["/d/b"].inode, 4096),
        inode(10**6 + 6, nodes["/d/b"].inode, 9000),  # longer again: the end is a hole
    )
    assert contents(image) == {"/moved": (b"second" * 3000)[:4096] + bytes(9000 - 4096)}


def test_the_order_of_numbers_counts_and_not_where_a_node_lies(small: bytes) -> None:
    image = written(small, dirent(10**6 + 9, 1, b"a", 0), dirent(10**6 + 1, 1, b"a", 900))
    assert "/a" not in walked(image)[0]


def test_old_nodes_that_nothing_names_do_not_count(small: bytes) -> None:
    stale = inode(1, 900, 0) + dirent(2, 1, b"stale", 900)
    image = small + stale + b"\xff" * (LEB - len(stale))
    assert set(walked(image)[0]) == {"/", "/a", "/d", "/d/b", "/link"}


def test_without_an_index_every_node_counts_and_it_is_said(small: bytes) -> None:
    image = small[:LEB] + b"\xff" * (2 * LEB) + small[3 * LEB :]
    nodes, damage = walked(image)
    assert set(nodes) == {"/", "/a", "/d", "/d/b", "/link"}
    assert "there is no master node" in damage
    assert opened(image).read(nodes["/d/b"]) == b"second" * 3000


def test_devices_and_what_cannot_be_one(small: bytes) -> None:
    image = written(
        small,
        inode(10**6 + 1, 900, 0, mode=0o20600, data=struct.pack("<I", 0x11112C70)),
        inode(10**6 + 2, 901, 0, mode=0o60600, data=struct.pack("<Q", 0x1F03)),
        inode(10**6 + 3, 902, 0, mode=0o60600, data=b"odd"),
        *(dirent(10**6 + 4, 1, name, 900 + at) for at, name in enumerate((b"c", b"b", b"odd"))),
    )
    nodes, damage = walked(image)
    assert (nodes["/c"].device, nodes["/b"].device) == ((300, 70000), (31, 3))
    assert "a device number of 3 bytes" in damage


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ([inode(10**6 + 1, 900, 2**60)], "are read at most"),
        ([inode(10**6 + 1, 900, 100 << 20)], "bytes of holes"),
        ([inode(10**6 + 1, 900, 5, flags=0x40)], "encrypted"),
        ([inode(10**6 + 1, 900, 5), data(10**6 + 2, 900, 0, b"x", size=5000)], "cannot hold"),
        ([inode(10**6 + 1, 900, 5), data(10**6 + 2, 900, 0, b"x", packed=9)], "cannot hold"),
        ([inode(10**6 + 1, 900, 5), data(10**6 + 2, 900, 0, b"x", size=5)], "instead of 5"),
        ([inode(10**6 + 1, 900, 5), data(10**6 + 2, 900, 0, b"xx", packed=1)], "no LZO stream"),
        ([inode(10**6 + 1, 900, 5), data(10**6 + 2, 900, 0, b"\xff\xff", packed=2)], "no deflate stream"),
        ([inode(10**6 + 1, 900, 5), data(10**6 + 2, 900, 0, b"xx", packed=3)], "no Zstandard frame"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_content_that_cannot_be_is_damage(nodes: list[bytes], said: str, small: bytes) -> None:
    image = written(small, *nodes, dirent(10**6 + 5, 1, b"bad", 900))
    found, damage = walked(image)
    assert damage == ""
    with pytest.raises(Damaged, match=said):
        opened(image).read(found["/bad"])


@pytest.mark.parametrize("name", [b"..", b".", b"", b"a/b", b"nul\0x"])
def test_a_name_that_is_none_is_refused(name: bytes, small: bytes) -> None:
    nodes, damage = walked(written(small, dirent(10**6 + 1, 1, name, 1)))
    assert set(nodes) == {"/", "/a", "/d", "/d/b", "/link"}
    assert "cannot be a name" in damage


def test_names_that_lead_in_a_circle_or_nowhere(small: bytes) -> None:
    image = written(small, dirent(10**6 + 1, 1, b"loop", 1), dirent(10**6 + 2, 1, b"ghost", 4711))
    nodes, damage = walked(image)
    assert set(nodes) == {"/", "/a", "/d", "/d/b", "/link"}
    assert "second name" in damage
    assert "there is no inode 4711" in damage


def test_a_node_that_is_too_short_is_said(small: bytes) -> None:
    nodes, damage = walked(written(small, node(INODE, 10**6, b"short"), node(TRUNCATION, 10**6, b"")))
    assert len(nodes) == 5
    assert "too short" in damage


@pytest.mark.parametrize(("at", "value"), [(36, 100), (36, 2**31), (40, 0), (40, 2**32 - 1), (56, 2**31)])
def test_a_superblock_that_cannot_be_is_damage(at: int, value: int, small: bytes) -> None:
    superblock = bytearray(small[:4096])
    struct.pack_into("<I", superblock, at, value)
    struct.pack_into("<I", superblock, 4, zlib.crc32(superblock[8:]) ^ 0xFFFFFFFF)
    with pytest.raises(Damaged, match="erase blocks"):
        opened(bytes(superblock) + small[4096:])


def test_a_superblock_with_a_wrong_check_sum_is_another_format(small: bytes) -> None:
    with pytest.raises(NotThisFormat):
        opened(small[:100] + b"X" + small[101:])
    with pytest.raises(NotThisFormat):
        opened(small[:1000])


def test_a_stretch_full_of_magics_is_bounded(small: bytes) -> None:
    started = time.process_time()
    with pytest.raises(Damaged):
        list(opened(small[:LEB] + b"\x31\x18\x10\x06    " * 1_000_000).nodes())
    assert time.process_time() - started < 2


def spots(image: bytes) -> Iterator[int]:
    """Where nodes begin: flips there do most harm."""
    at = image.find(b"\x31\x18\x10\x06", 4096)
    while at >= 0:
        yield at
        at = image.find(b"\x31\x18\x10\x06", at + 1)


def test_whatever_is_broken_is_said_to_be(small: bytes) -> None:
    nodes = list(spots(small))

    @settings(max_examples=200, deadline=None)
    @given(
        flips=st.lists(
            st.tuples(st.sampled_from(nodes), st.integers(0, 200), st.integers(1, 255)), max_size=6
        ),
        cut=st.integers(0, len(small)),
    )
    def run(flips: list[tuple[int, int, int]], cut: int) -> None:
        image = bytearray(small)
        for at, byte, value in flips:
            image[min(at + byte, len(image) - 1)] ^= value
        try:
            tree = opened(bytes(image[:cut]) if cut % 2 else bytes(image))
            for each in tree.nodes():
                if each.kind is NodeKind.FILE:
                    tree.read(each)
        except (Damaged, NotThisFormat):
            return

    run()
