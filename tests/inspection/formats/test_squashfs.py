"""Images packed by the real mksquashfs and by vendors; unsquashfs is the judge of what is in them."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from roadworthy.adapters.image_file import MappedFile
from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.formats.squashfs import FORMAT
from roadworthy.inspection.rootfs import Node, NodeKind, Tree
from roadworthy.inspection.source import BytesSource, Source, Window

Pack = Callable[..., bytes]
Listing = Mapping[str, tuple[str, ...]]
LETTERS = {
    NodeKind.DIRECTORY: "D",
    NodeKind.FILE: "R",
    NodeKind.SYMLINK: "S",
    NodeKind.CHARACTER: "C",
    NodeKind.BLOCK: "B",
    NodeKind.FIFO: "I",
    NodeKind.SOCKET: "I",
}
START_OF_DATA = b"#\n# START OF DATA - DO NOT MODIFY\n#\n"
SAMPLES = [
    ("tplink_wr841n_v9_150104.bin", 0x120200, 553, "lzma"),
    ("tplink_wr841n_v9_150310.bin", 0x120200, 553, "lzma"),
    ("tplink_wr841n_v14_eu_2023.bin", 0x100200, 552, "xz"),
    ("openwrt_18.06.9_wr841n_v9_factory.bin", 0x14DDE0, 1138, "xz"),
]
PACKINGS = [
    ("-comp", "gzip"),
    ("-comp", "gzip", "-Xwindow-size", "8", "-Xcompression-level", "1"),  # with compressor options
    ("-comp", "xz"),
    ("-comp", "xz", "-Xbcj", "arm", "-Xdict-size", "8192", "-b", "8192"),
    ("-comp", "lzma"),
    ("-comp", "lzo"),
    ("-comp", "lzo", "-Xalgorithm", "lzo1x_1", "-b", "1M"),
    ("-comp", "lz4"),
    ("-comp", "lz4", "-Xhc"),
    ("-comp", "zstd"),
    ("-comp", "zstd", "-Xcompression-level", "1", "-b", "1M"),
    ("-noI", "-noD", "-noF"),
    ("-no-fragments",),
    ("-always-use-fragments", "-b", "4096"),
    ("-b", "1M"),
    ("-no-exports", "-no-xattrs", "-no-duplicates"),
    ("-no-sparse",),
]
PSEUDO = """\
bin/su m 4755 0 0
bin/crontab m 2711 0 29
tmp m 1777 0 0
home/user m 700 1000 1000
dev/console c 600 0 5 5 1
dev/mtdblock3 b 640 0 6 31 3
dev/initctl i 600 0 0 f
dev/log i 666 0 0 s
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that a root file system may hold and no root is needed for."""
    root = tmp_path_factory.mktemp("root")
    for name in ("bin", "dev", "tmp", "home/user", "etc/a/b/c", "many"):
        (root / name).mkdir(parents=True)
    for index in range(2000):
        (root / "many" / f"file-with-a-long-name-{index:05}").write_text(f"{index}\n")
    noise = b"".join(hashlib.sha256(str(index).encode()).digest() for index in range(10_000))
    (root / "bin" / "su").write_bytes(noise)
    (root / "bin" / "crontab").write_bytes(b"MZ" * 300_000)
    (root / "bin" / "mixed").write_bytes(noise[:131072] + bytes(131072) + b"end" * 50_000)
    (root / "bin" / "block").write_bytes(noise[:131072])
    (root / "etc" / "holes").write_bytes(bytes(3_000_000))
    (root / "etc" / "empty").touch()
    (root / "etc" / "passwd").write_text("root::0:0::/:/bin/sh\n")
    (root / "etc" / "a b\\c").write_text("name with a blank")
    os.link(root / "etc" / "passwd", root / "etc" / "passwd-")
    (root / "etc" / "a" / "b" / "c" / "link").symlink_to("../../../../bin/su")
    (root / "etc" / "long").symlink_to("x" * 3000)
    os.utime(root / "etc" / "passwd", (86_400, 86_400))
    return root


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, int], Listing]:
    """What unsquashfs says of every name: letter, time, mode, owner, group, and what the kind has besides."""
    program = shutil.which("unsquashfs")
    if program is None:
        pytest.skip("NO unsquashfs: install squashfs-tools")

    def listing(image: Path, offset: int) -> Listing:
        out = tmp_path_factory.mktemp("judge") / "listing"
        command = [program, "-o", str(offset), "-pf", str(out), str(image)]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 -- a fixed program on our own file
        return _parsed(out.read_bytes())

    return listing


@pytest.mark.parametrize("options", PACKINGS, ids=" ".join)
def test_what_mksquashfs_packs_comes_out_as_unsquashfs_says(
    options: tuple[str, ...],
    mksquashfs: Pack,
    judge: Callable[[Path, int], Listing],
    folder: Path,
    tmp_path: Path,
) -> None:
    pseudo, image = tmp_path / "pseudo", tmp_path / "image"
    pseudo.write_text(PSEUDO)
    image.write_bytes(mksquashfs(folder, "-all-root", "-pf", str(pseudo), *options))
    with MappedFile(image) as source:
        listing = _listing(source)
    assert listing == judge(image, 0)
    assert listing["/bin/su"][2] == "4755"
    assert listing["/bin/su"][6] == hashlib.sha256((folder / "bin/su").read_bytes()).hexdigest()
    assert listing["/etc/passwd"][1] == "86400"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample[0])
def test_vendor_images_come_out_as_unsquashfs_says(
    sample: tuple[str, int, int, str], samples: Path, judge: Callable[[Path, int], Listing]
) -> None:
    name, offset, count, compression = sample
    with MappedFile(samples / name) as source:
        window = Window(source, offset, source.size - offset)
        assert FORMAT.open(window).facts["compression"] == compression
        listing = _listing(window)
    assert len(listing) == count
    assert listing == judge(samples / name, offset)


def test_hard_links_share_an_inode_and_nothing_else_does(mksquashfs: Pack, folder: Path) -> None:
    nodes = {node.path: node for node in _tree(mksquashfs(folder)).nodes()}
    numbers: dict[int, list[str]] = {}
    for path, node in nodes.items():
        numbers.setdefault(node.inode, []).append(path)
    assert [paths for paths in numbers.values() if len(paths) > 1] == [["/etc/passwd", "/etc/passwd-"]]


def test_device_numbers_of_any_size_come_out(mksquashfs: Pack, small_folder: Path) -> None:
    image = mksquashfs(small_folder, "-p", "dev d 755 0 0", "-p", "dev/big c 600 0 0 300 70000")
    assert {node.device for node in _tree(image).nodes()} == {None, (300, 70000)}


class Recorder:
    """A source that remembers where it was read."""

    def __init__(self, data: bytes) -> None:
        self.inner = BytesSource(data)
        self.size = len(data)
        self.offsets: list[int] = []

    def read(self, offset: int, length: int) -> bytes:
        self.offsets.append(offset)
        return self.inner.read(offset, length)

    def find(self, needle: bytes, start: int, end: int | None = None) -> int:
        return self.inner.find(needle, start, end)


def test_reading_in_storage_order_reads_each_block_once(mksquashfs: Pack, folder: Path) -> None:
    source = Recorder(mksquashfs(folder, "-b", "4096"))
    tree = FORMAT.open(source).tree
    assert tree is not None
    files = [node for node in tree.nodes() if node.kind is NodeKind.FILE and node.path.startswith("/many/")]
    source.offsets.clear()
    for node in sorted(files, key=lambda each: each.order):
        tree.read(node)
    assert len(source.offsets) > 1
    assert len(source.offsets) == len(set(source.offsets))


def test_a_name_that_is_no_utf8_stands_escaped(mksquashfs: Pack, tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9")).write_text("au lait")
    except OSError:
        pytest.skip("THE FILE SYSTEM takes no names that are not UTF-8")
    tree = _tree(mksquashfs(tmp_path))
    (node,) = (node for node in tree.nodes() if node.kind is NodeKind.FILE)
    assert (node.path, tree.read(node)) == ("/caf\\xe9", b"au lait")


@pytest.mark.parametrize("compression", ["lzma", "xz"])
def test_a_maker_who_hides_the_compressor_is_found_out(
    compression: str, mksquashfs: Pack, small_folder: Path
) -> None:
    image = bytearray(mksquashfs(small_folder, "-comp", compression))
    honest = {node.path for node in _tree(bytes(image)).nodes()}
    image[:4], image[20] = b"shsq", 1  # another magic, and zlib by the superblock
    found = FORMAT.open(BytesSource(bytes(image)))
    assert found.facts["compression"] == compression
    assert {node.path for node in _tree(bytes(image)).nodes()} == honest


def test_zero_padding_belongs_to_it_and_other_bytes_do_not(mksquashfs: Pack, small_folder: Path) -> None:
    image = mksquashfs(small_folder, "-nopad")
    assert FORMAT.open(BytesSource(image)).size == len(image)
    assert FORMAT.open(BytesSource(image + bytes(9000))).size == -(-len(image) // 4096) * 4096
    assert FORMAT.open(BytesSource(image + b"\xff" * 9000)).size == len(image)


def test_a_truncated_image_is_damaged(mksquashfs: Pack, small_folder: Path) -> None:
    image = mksquashfs(small_folder, "-nopad")
    with pytest.raises(Damaged, match="truncated"):
        FORMAT.open(BytesSource(image[:-1]))


def test_another_version_is_another_format() -> None:
    with pytest.raises(NotThisFormat, match=r"5\.1"):
        FORMAT.open(BytesSource(b"hsqs" + bytes(24) + b"\5\0\1\0" + bytes(64)))
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(b"hsqs"))


def _tree(image: bytes) -> Tree:
    tree = FORMAT.open(BytesSource(image)).tree
    assert tree is not None
    return tree


def _listing(source: Source) -> Listing:
    tree = FORMAT.open(source).tree
    assert tree is not None
    return {node.path: _described(node, tree) for node in tree.nodes()}


def _described(node: Node, tree: Tree) -> tuple[str, ...]:
    """A node in the words of unsquashfs."""
    basics = (LETTERS[node.kind], str(node.mtime), f"{node.mode:o}", str(node.uid), str(node.gid))
    match node.kind:
        case NodeKind.FILE:
            return (*basics, str(node.size), hashlib.sha256(tree.read(node)).hexdigest())
        case NodeKind.SYMLINK:
            return (*basics, node.target)
        case NodeKind.CHARACTER | NodeKind.BLOCK:
            assert node.device is not None
            return (*basics, *map(str, node.device))
        case NodeKind.FIFO | NodeKind.SOCKET:
            return (*basics, node.kind.value[0])
    return basics


def _parsed(dump: bytes) -> Listing:
    head, _, data = dump.partition(START_OF_DATA)
    found: dict[str, tuple[str, ...]] = {}
    for line in head.decode().splitlines():
        if not line or line.startswith("#"):
            continue
        name, letter, *rest = (re.sub(r"\\(.)", r"\1", word) for word in re.findall(r"(?:\\.|[^ ])+", line))
        path = "/" + name.strip("/")
        if letter == "L":
            found[path] = found["/" + rest[0]]
        elif letter == "R":
            size, at = int(rest[4]), int(rest[5])
            digest = hashlib.sha256(data[at : at + size]).hexdigest()
            found[path] = (letter, *rest[:5], digest)
        else:
            found[path] = (letter, *rest)
    return found
