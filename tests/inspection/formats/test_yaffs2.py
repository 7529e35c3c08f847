"""YAFFS written here by the published description: images as a tool makes them, and logs with a history."""

import random
import shutil
import stat
import struct
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats.yaffs2 import FORMAT
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.rootfs import Node, NodeKind, Tree
from roadworthy.inspection.source import BytesSource

FILE, SYMLINK, DIRECTORY, HARD_LINK, SPECIAL = 1, 2, 3, 4, 5
ROOT, UNLINKED, DELETED = 1, 3, 4
LOWEST, CHECKPOINT = 0x1000, 0x21
NEVER = 0xFFFFFFFF
MODES = {
    FILE: stat.S_IFREG | 0o644,
    SYMLINK: stat.S_IFLNK | 0o777,
    DIRECTORY: stat.S_IFDIR | 0o755,
    SPECIAL: stat.S_IFCHR | 0o600,
}


def ecc(data: bytes) -> tuple[int, int, int]:
    """yaffs_ecc_calc_other(): a Hamming code over lines (bytes) and columns (bits)."""
    columns, line, prime = [0] * 6, 0, 0
    for index, byte in enumerate(data):
        bits = [byte >> bit & 1 for bit in range(8)]
        for pair in range(3):
            for bit in range(8):
                columns[2 * pair + (bit >> pair & 1)] ^= bits[bit]
        if sum(bits) % 2:
            line ^= index
            prime ^= index ^ 0xFFFFFFFF
    return sum(bit << place for place, bit in enumerate(columns)), line, prime


class Flash:
    """A YAFFS2 in the making."""

    def __init__(self, order: str = "<", page: int = 2048, spare: int = 64, place: int = 0) -> None:
        self.order, self.page, self.spare, self.place = order, page, spare, place
        self.tags_order = order
        self.sequence = LOWEST
        self.data = b""

    @property
    def content(self) -> int:
        return self.page if self.spare else self.page - 16

    def chunk(self, data: bytes, number: int, chunk: int, size: int) -> None:
        """One page and its tags: behind them check bits, if there is room."""
        tags = struct.pack(f"{self.tags_order}4I", self.sequence, number, chunk, size)
        data = data.ljust(self.content, b"\xff")
        if self.spare:
            if self.spare >= self.place + 28:
                tags += struct.pack(f"{self.tags_order}B3x2I", *ecc(tags))
            tags = (b"\xff" * self.place + tags).ljust(self.spare, b"\xff")
        self.data += data + tags

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
        target: bytes = b"",
        device: int = 0,
        shadows: int = 0,
        shrinks: int = 0,
        extra: bool = False,
    ) -> None:
        mode = MODES.get(kind, NEVER) if mode is None else mode
        if self.sequence == LOWEST:  # a tool sets what it needs, and leaves the rest as it is erased
            shadows, shrinks, twin = NEVER, NEVER, twin or NEVER
            size = size if kind == FILE else -1 & 2**64 - 1
            target = target if kind == SYMLINK else b"\xff" * 160
        hidden, seen = (NEVER, NEVER), (shadows, shrinks)
        if not self.spare:
            hidden, seen = seen, (0, 0)
        data = struct.pack(
            f"{self.order}2IH256s2x8I160sI24x2I2I2I", kind, parent, 0xFFFF, name, mode, 1000, 29, 1, 2, 3,
            size & 0xFFFFFFFF, twin, target, device, *hidden, size >> 32, NEVER, *seen,
        )  # fmt: skip
        if extra:
            tagged = 1 << 31 | bool(shrinks) << 30 | bool(shadows) << 29 | parent
            self.chunk(data, number | kind << 28, tagged, size)
        else:
            self.chunk(data, number, 0, 0xFFFF)

    def pieces(self, number: int, content: bytes, first: int = 1) -> None:
        for index, at in enumerate(range(0, len(content), self.content), first):
            piece = content[at : at + self.content]
            self.chunk(piece, number, index, len(piece))

    def file(self, number: int, name: bytes, content: bytes, parent: int = ROOT) -> None:
        self.header(number, FILE, parent, name, size=len(content))
        self.pieces(number, content)

    def erased(self, chunks: int = 1) -> None:
        self.data += b"\xff" * (chunks * (self.page + self.spare))


class Flash1(Flash):
    """A YAFFS1 in the making: pages of 512 bytes, and the tags spread over 16."""

    def __init__(self, order: str = "<") -> None:
        super().__init__(order, 512, 16)
        self.serial, self.status = 0, 0xFF

    def chunk(self, data: bytes, number: int, chunk: int, size: int) -> None:
        size &= 0x3FF
        if self.order == "<":
            low, high = chunk | self.serial << 20 | size << 22, number | 3 << 30
        else:
            low, high = chunk << 12 | self.serial << 10 | size, number << 14 | 3
        tags = struct.pack(f"{self.order}2I", low, high)
        check = 0
        for bit in range(64):
            if tags[bit // 8] >> bit % 8 & 1:
                check ^= bit + 1
        high |= check << (18 if self.order == "<" else 2)
        tags = struct.pack(f"{self.order}2I", low, high)
        spare = tags[:4] + bytes([self.status, 0xFF]) + tags[4:6] + b"\xff" * 3 + tags[6:] + b"\xff" * 3
        self.data += data.ljust(512, b"\xff") + spare


NOISE = random.Random(1).randbytes(20_000)  # noqa: S311 -- the same noise in every run
TREE = {
    "/": ("directory", 0o755, b"", None),
    "/bin": ("directory", 0o755, b"", None),
    "/bin/sh": ("file", 0o4755, NOISE, None),
    "/bin/ash": ("file", 0o4755, NOISE, None),
    "/console": ("character", 0o600, b"", (5, 1)),
    "/disk": ("block", 0o640, b"", (300, 70000)),
    "/empty": ("file", 0o644, b"", None),
    "/link": ("symlink", 0o777, b"../bin/sh", None),
    "/queue": ("fifo", 0o600, b"", None),
}


def made(flash: Flash) -> bytes:
    """As mkyaffs2image makes it: the root first, then depth first, with object numbers from 257 on."""
    flash.header(ROOT, DIRECTORY)
    return made_without_root(flash)


def made_without_root(flash: Flash) -> bytes:
    """As newer versions make it, which write no root."""
    flash.header(257, DIRECTORY, ROOT, b"bin")
    flash.header(258, FILE, 257, b"sh", mode=stat.S_IFREG | 0o4755, size=len(NOISE))
    flash.pieces(258, NOISE)
    flash.header(259, HARD_LINK, 257, b"ash", twin=258)
    flash.header(260, SPECIAL, ROOT, b"console", device=0x0501)
    flash.header(261, SPECIAL, ROOT, b"disk", mode=stat.S_IFBLK | 0o640, device=0x11112C70)
    flash.header(262, SPECIAL, ROOT, b"queue", mode=stat.S_IFIFO | 0o600)
    flash.header(263, SYMLINK, ROOT, b"link", target=b"../bin/sh")
    flash.file(264, b"empty", b"")
    return flash.data


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


def described(data: bytes) -> dict[str, tuple[object, ...]]:
    tree = opened(data)
    found: dict[str, tuple[object, ...]] = {}
    for node in tree.nodes():
        content = tree.read(node) if node.kind is NodeKind.FILE else node.target.encode()
        assert node.size == (len(content) if node.kind is NodeKind.FILE else 0)
        assert (node.uid, node.gid, node.mtime) == (1000, 29, 2)
        found[node.path] = (node.kind.value, node.mode, content, node.device)
    return found


SHAPES = [
    (2048, 64, 0),
    (2048, 64, 2),
    (512, 16, 0),
    (512, 64, 4),
    (1024, 32, 0),
    (4096, 128, 0),
    (4096, 128, 2),
    (4096, 224, 30),
    (8192, 256, 0),
    (8192, 448, 2),
    (16384, 1024, 8),
    (1024, 0, 0),
    (2048, 0, 0),
    (4096, 0, 0),
]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("page", "spare", "place"), SHAPES)
def test_what_was_written_comes_out_whatever_the_geometry(
    order: str, page: int, spare: int, place: int
) -> None:
    data = made(Flash(order, page, spare, place))
    found = FORMAT.open(BytesSource(data + b"\xff" * 5000 + b"behind"))
    assert found.size == len(data) + 5000
    checked = ", with check bits" if spare >= place + 28 else ""
    assert dict(found.facts) == {
        "version": "2",
        "byte order": "little-endian" if order == "<" else "big-endian",
        "page": f"{page} bytes",
        "spare area": f"{spare} bytes",
        "tags": f"in the spare area{checked}" if spare else "inband",
        "objects": "8",
    }
    assert described(data) == TREE


def test_headers_may_be_turned_and_tags_not() -> None:
    flash = Flash(">")
    flash.tags_order = "<"  # mkyaffs2image dir image convert
    assert described(made(flash)) == TREE


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_root_may_have_no_header(order: str) -> None:
    tree, nodes = opened(made_without_root(Flash(order))), {}
    for node in tree.nodes():
        nodes[node.path] = node
    assert set(nodes) == set(TREE)
    assert (nodes["/"].mode, nodes["/"].uid) == (0o755, 0)


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_first_version_comes_out_too(order: str) -> None:
    data = made(Flash1(order))
    found = FORMAT.open(BytesSource(data))
    assert (found.facts["version"], found.facts["tags"]) == ("1", "as in YAFFS1")
    assert described(data) == TREE


@pytest.mark.parametrize("serials", [(0, 3), (3, 0), (1, 2)])
@pytest.mark.parametrize("order", ["<", ">"])
def test_of_two_copies_in_the_first_version_the_next_one_counts(order: str, serials: tuple[int, int]) -> None:
    flash = Flash1(order)
    flash.header(ROOT, DIRECTORY)
    flash.header(257, FILE, ROOT, b"file", size=600)
    for flash.serial in serials:
        flash.pieces(257, (b"newer  " if (flash.serial - 1) % 4 in serials else b"older  ") * 86)
    flash.status = 0
    flash.file(258, b"deleted", b"deleted")
    nodes, damage = walked(flash.data)
    assert (set(nodes), damage) == ({"/", "/file"}, "")
    assert contents(flash.data) == {"/file": b"newer  " * 86}


def test_tags_of_the_first_version_that_do_not_match_are_said_to_be_lost() -> None:
    data = bytearray(made(Flash1()))
    data[3 * 528 + 512] ^= 1
    nodes, damage = walked(bytes(data))
    assert set(nodes) == set(TREE)
    assert "the tags of 1 chunks make no sense" in damage


def live(sequence: int = LOWEST + 1, spare: int = 64) -> Flash:
    """A file system to which a driver writes."""
    flash = Flash("<", 2048, spare, 2 if spare else 0)
    flash.sequence = sequence
    return flash


@pytest.mark.parametrize("spare", [64, 0])
@pytest.mark.parametrize("extra", [False, True])
def test_blocks_count_in_the_order_in_which_they_were_written(spare: int, *, extra: bool) -> None:
    flash = live(0x1009, spare)
    flash.header(257, FILE, ROOT, b"name", size=5000, extra=extra)
    flash.pieces(257, b"new" * 600, first=2)
    flash.sequence = 0x1005  # older, though it lies behind
    flash.header(257, FILE, ROOT, b"old name", size=5000, extra=extra)
    flash.pieces(257, b"old" * 1667)
    content = bytearray((b"old" * 1667)[:5000])
    content[flash.content : flash.content + 1800] = b"new" * 600
    expected = bytes(content[: 2 * flash.content]) + bytes(content[2 * flash.content :])
    found = contents(flash.data)
    assert set(found) == {"/name"}
    assert found["/name"][: flash.content + 1800] == expected[: flash.content + 1800]
    assert found["/name"][2 * flash.content :] == expected[2 * flash.content :]


def test_a_file_that_grew_after_its_header_is_as_long_as_its_chunks() -> None:
    flash = live()
    flash.header(257, FILE, ROOT, b"log", size=0)
    flash.pieces(257, b"x" * 3000)
    assert contents(flash.data) == {"/log": b"x" * 3000}


@pytest.mark.parametrize("spare", [64, 0])
@pytest.mark.parametrize("extra", [False, True])
def test_what_was_cut_off_does_not_come_back(spare: int, *, extra: bool) -> None:
    flash = live(spare=spare)
    flash.file(257, b"file", b"secret!!" * 1024)
    flash.header(257, FILE, ROOT, b"file", size=100, shrinks=1, extra=extra)
    flash.header(257, FILE, ROOT, b"file", size=8000, extra=extra)
    content = contents(flash.data)["/file"]
    first = b"secret!!" * 1024
    assert content == first[: flash.content] + bytes(8000 - flash.content)


def test_what_was_deleted_renamed_or_replaced_is_not_there() -> None:
    flash = live()
    for number, name in enumerate((b"gone", b"old", b"kept", b"replaced", b"unlinked"), 257):
        flash.file(number, name, name)
    flash.header(257, FILE, UNLINKED, b"unlinked", size=0, shrinks=1)
    flash.header(257, FILE, DELETED, b"deleted", size=0, shrinks=1)
    flash.header(258, FILE, ROOT, b"new", size=3)
    flash.file(262, b"temporary", b"fresh")
    flash.header(262, FILE, ROOT, b"replaced", size=5, shadows=260)
    flash.header(261, FILE, UNLINKED, b"unlinked", size=8)
    flash.file(260, b"later", b"the number was free again")
    assert contents(flash.data) == {
        "/new": b"old",
        "/kept": b"kept",
        "/replaced": b"fresh",
        "/later": b"the number was free again",
    }


def test_a_number_that_is_used_again_has_nothing_of_the_first_owner() -> None:
    flash = live()
    flash.file(257, b"first", b"secret" * 1000)
    flash.header(257, FILE, DELETED, b"deleted", size=0)
    flash.header(257, FILE, ROOT, b"second", size=4000)
    assert contents(flash.data) == {"/second": bytes(4000)}


def test_bad_blocks_checkpoints_and_summaries_are_passed_over() -> None:
    flash = live()
    flash.header(257, FILE, ROOT, b"first", size=5000)
    flash.pieces(257, b"first")
    flash.erased(62)
    flash.data += NOISE[:2112] * 64  # a bad block
    flash.sequence = CHECKPOINT
    flash.chunk(b"state of the driver", 257, 2, 2048)
    flash.erased(63)
    flash.sequence = LOWEST + 2
    flash.file(258, b"second", b"second")
    flash.chunk(b"the same tags once more", 0x10, 1, 100)
    found = FORMAT.open(BytesSource(flash.data))
    assert found.facts["skipped"] == "64 pages without tags, as in bad blocks"
    assert found.size == len(flash.data)
    assert contents(flash.data) == {"/first": b"first" + bytes(4995), "/second": b"second"}


@pytest.mark.parametrize("bit", range(0, 28 * 8, 3))
def test_one_wrong_bit_in_the_tags_is_mended(bit: int) -> None:
    flash = Flash()
    data = bytearray(made(flash))
    data[3 * 2112 + 2048 + bit // 8] ^= 1 << bit % 8
    assert described(bytes(data)) == TREE


def test_tags_that_cannot_be_mended_are_said_to_be_lost() -> None:
    data = bytearray(made(Flash()))
    data[3 * 2112 + 2048 + 5] ^= 0x41
    nodes, damage = walked(bytes(data))
    assert set(nodes) == set(TREE)
    assert "the tags of 1 chunks make no sense" in damage
    with pytest.raises(Damaged, match="1 of its 10 chunks are not there"):
        opened(bytes(data)).read(nodes["/bin/sh"])


@pytest.mark.parametrize("root", [False, True])
def test_two_images_in_a_row_stay_two(formats: dict[str, Format], *, root: bool) -> None:
    first, second = Flash(), Flash()
    for flash, name in ((first, b"first"), (second, b"second")):
        if root:
            flash.header(ROOT, DIRECTORY)
        flash.file(257, name, name)
    found = open_image("image", BytesSource(bytes(999) + first.data + second.data), formats)
    assert [sorted(root.nodes) for root in found.roots] == [["/", "/first"], ["/", "/second"]]
    assert not found.problems


def test_lost_and_found_has_what_lies_in_it() -> None:
    flash = live()
    flash.file(257, b"named", b"named")
    flash.file(258, b"", b"nameless", parent=2)
    assert contents(flash.data) == {"/lost+found/obj258": b"nameless", "/named": b"named"}


def test_a_cut_image_never_gives_zeros_for_what_is_missing() -> None:
    data = made(Flash())
    for cut in range(0, 2 * 2112, 13):
        with pytest.raises(NotThisFormat):
            FORMAT.open(BytesSource(data[:cut]))
    for cut in range(2 * 2112, len(data), 419):
        nodes, damage = walked(data[:cut])
        assert not damage
        whole = {
            node.path for node in nodes.values() if node.kind is NodeKind.FILE and is_whole(node, data[:cut])
        }
        assert ("/bin/sh" in whole) == (cut >= 13 * 2112)


def is_whole(node: Node, data: bytes) -> bool:
    """Whether a file can be read; what is read is right."""
    try:
        assert opened(data).read(node) == TREE[node.path][2]
    except Damaged as damage:
        return "are not there" not in str(damage)
    return True


def test_what_follows_is_left_alone() -> None:
    data = made(Flash())
    assert FORMAT.open(BytesSource(data + NOISE * 200)).size == len(data)


def test_it_does_not_go_on_behind_something_else() -> None:
    flash = Flash()
    data = made(flash)
    flash.data = b""
    flash.file(500, b"later", b"later")
    assert FORMAT.open(BytesSource(data + NOISE[:2112] * 500 + flash.data)).size > len(data) + 500 * 2112
    assert FORMAT.open(BytesSource(data + NOISE[:2112] * 520 + flash.data)).size == len(data)


def test_a_name_with_the_number_of_the_root_is_another_format() -> None:
    flash = Flash()
    flash.header(ROOT, DIRECTORY, ROOT, b"bin")
    flash.file(257, b"file", b"content")
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(flash.data))


def test_a_header_alone_is_no_file_system() -> None:
    flash = Flash()
    flash.header(ROOT, DIRECTORY)
    for data in (flash.data, flash.data + b"\xff" * 100_000, flash.data + NOISE * 10):
        with pytest.raises(NotThisFormat):
            FORMAT.open(BytesSource(data))


@pytest.mark.parametrize(
    ("at", "value"),
    [(10, b"\x01"), (10, b"/"), (10, b"\0"), (100, b"x"), (269, b"\x80"), (270, b"\1"), (0, b"\4")],
    ids=["control", "slash", "no name", "behind the name", "mode", "long mode", "hard link"],
)
def test_a_first_header_that_is_odd_is_another_format(at: int, value: bytes) -> None:
    """Tables in programs begin like headers: these were taken for one."""
    data = made_without_root(Flash())
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(data[:at] + value + data[at + len(value) :]))


@pytest.mark.parametrize("magic", FORMAT.magics, ids=lambda magic: magic.value.hex())
def test_a_magic_before_anything_else_is_another_format(magic: object) -> None:
    value = magic.value  # type: ignore[attr-defined]
    for rest in (b"", bytes(20_000), b"\xff" * 20_000, NOISE, NOISE * 20):
        with pytest.raises(NotThisFormat):
            FORMAT.open(BytesSource(value + rest))


def test_headers_without_tags_are_another_format_in_time() -> None:
    flash = Flash()
    flash.header(ROOT, DIRECTORY)
    data = flash.data[:2048] * 500
    started = time.process_time()
    for at in range(500):
        with pytest.raises(NotThisFormat):
            FORMAT.open(BytesSource(data[at * 2048 :]))
    assert time.process_time() - started < 3


def test_nothing_else_is_taken_for_it(samples: Path) -> None:
    """The samples hold none; nor does what lies behind any of their bytes that look like a header."""
    for path in sorted(samples.glob("*.*")):
        if path.suffix == ".tsv":
            continue
        data = path.read_bytes()
        for magic in FORMAT.magics:
            at = data.find(magic.value)
            while at >= 0:
                with pytest.raises(NotThisFormat):
                    FORMAT.open(BytesSource(data[at : at + 1_000_000]))
                at = data.find(magic.value, at + 1)


@settings(max_examples=200, deadline=None)
@given(
    tail=st.binary(max_size=600),
    magic=st.sampled_from(FORMAT.magics),
    fill=st.sampled_from([b"\0", b"\xff", b""]),
)
def test_chance_is_not_taken_for_it(tail: bytes, magic: object, fill: bytes) -> None:
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(magic.value + tail + fill * 9000))  # type: ignore[attr-defined]


SMALL = {"spare": made(Flash("<", 512, 64)), "inband": made(Flash(">", 1024, 0)), "first": made(Flash1())}


@settings(max_examples=200, deadline=None)
@given(
    which=st.sampled_from(sorted(SMALL)),
    flips=st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 255)), max_size=12),
    cut=st.integers(0, 3000),
)
def test_whatever_is_broken_is_said_to_be(which: str, flips: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(SMALL[which])
    for at, value in flips:
        data[at % len(data)] = value
    try:
        tree = opened(bytes(data[: len(data) - cut]))
        for node in tree.nodes():
            if node.kind is NodeKind.FILE:
                tree.read(node)
    except (Damaged, NotThisFormat):
        return


@pytest.mark.parametrize("shape", [(2048, 64, 0), (2048, 64, 2), (4096, 128, 0), (8192, 256, 0)])
def test_what_comes_out_is_what_unyaffs_extracts(shape: tuple[int, int, int], tmp_path: Path) -> None:
    program = shutil.which("unyaffs")
    if program is None:
        pytest.skip("NO unyaffs: install unyaffs")
    flash = Flash("<", *shape)
    flash.header(ROOT, DIRECTORY)
    flash.header(257, DIRECTORY, ROOT, b"bin", mode=stat.S_IFDIR | 0o711)
    flash.file(258, b"sh", NOISE, parent=257)
    flash.header(259, HARD_LINK, ROOT, b"twin", twin=258)
    flash.header(260, SYMLINK, 257, b"link", target=b"sh")
    flash.file(261, b"exact", NOISE[: 4 * flash.page])
    image, folder = tmp_path / "image", tmp_path / "folder"
    image.write_bytes(flash.data)
    folder.mkdir()
    spare = "-b" if shape[2] else "-v"
    subprocess.run([program, spare, image, folder], check=True, capture_output=True)  # noqa: S603 -- a fixed program
    theirs = {f"/{path.relative_to(folder)}": path for path in folder.rglob("*")}
    tree = opened(flash.data)
    ours = {node.path: node for node in tree.nodes() if node.path != "/"}
    assert set(ours) == set(theirs)
    for path, node in ours.items():
        status = theirs[path].lstat()
        assert (node.mode, node.mtime) == (stat.S_IMODE(status.st_mode), int(status.st_mtime))
        if node.kind is NodeKind.FILE:
            assert tree.read(node) == theirs[path].read_bytes()
        if node.kind is NodeKind.SYMLINK:
            assert node.target == str(theirs[path].readlink())
