"""EROFS as mkfs.erofs makes it: every node and every byte, whatever the options."""

import base64
import json
import os
import random
import shutil
import subprocess
import zlib
from contextlib import suppress
from pathlib import Path

import lz4.block
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.formats._erofs.unpack import unpack
from roadworthy.inspection.formats.erofs import FORMAT
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import BytesSource
from roadworthy.testing.formats import walked


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of every shape: empty, inline, a block, text, noise, long runs; links, a pipe, a long folder."""
    root = tmp_path_factory.mktemp("erofs") / "root"
    (root / "many").mkdir(parents=True)
    chance = random.Random(1)  # noqa: S311 -- noise that is the same each time
    text = "".join(f"line {number} of some text\n" for number in range(9000)).encode()
    contents = {
        "empty": b"",
        "short": b"short\n",
        "block": bytes(range(256)) * 16,
        "block-and-one": bytes(range(256)) * 16 + b"x",
        "text": text,
        "noise": chance.randbytes(100_001),
        "mixed": text[:50_000] + chance.randbytes(30_000) + b"z" * 70_000 + text,
        "run": b"abcdefgh" * 100_000,
    }
    for name, content in contents.items():
        (root / name).write_bytes(content)
    for number in range(300):
        (root / f"many/a rather long name {number}").write_text(f"{number}\n" * number)
    (root / "text").chmod(0o640)
    (root / "short").chmod(0o4755)
    (root / "link").symlink_to("many/nothing")
    os.link(root / "mixed", root / "hard")
    os.mkfifo(root / "pipe")
    os.utime(root / "text", (1_000_000_000, 1_000_000_000))
    return root


@pytest.mark.parametrize(
    "options",
    [
        "",
        "-zlz4",
        "-zlz4hc,3 -C65536",
        "-zlz4hc -C1048576 -Eztailpacking",
        "-zlz4 -Elegacy-compress",
        "-zlz4 -Enoinline_data",
        "--chunksize=4096",
        "-zlz4hc -Efragments -C16384",
        "-zlz4 -Efragments,dedupe,ztailpacking",
        "-zlz4 -Eforce-inode-extended",
        "-Eforce-inode-compact -T1000000000",
    ],
)
def test_what_the_tool_makes_is_read_whole(tree: Path, tmp_path: Path, options: str) -> None:
    tool = shutil.which("mkfs.erofs", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if tool is None:
        pytest.skip("NO MKFS.EROFS: erofs-utils is not installed")
    image = tmp_path / "image"
    subprocess.run([tool, *options.split(), image, tree], check=True, capture_output=True)  # noqa: S603 -- our own options
    data = image.read_bytes()
    opened = FORMAT.open(BytesSource(data))
    assert opened.tree is not None
    nodes, damage = walked(opened.tree)
    assert damage == ""
    assert opened.size == len(data)
    assert set(nodes) == {"/"} | {f"/{path.relative_to(tree)}" for path in tree.rglob("*")}
    for path, node in nodes.items():
        status = os.lstat(f"{tree}{path}")
        assert (node.mode, node.uid, node.gid) == (status.st_mode & 0o7777, status.st_uid, status.st_gid), (
            path
        )
        if node.kind is NodeKind.FILE:
            assert opened.tree.read(node) == Path(f"{tree}{path}").read_bytes(), path
    assert nodes["/link"].target == "many/nothing"
    assert nodes["/pipe"].kind is NodeKind.FIFO
    assert nodes["/hard"].inode == nodes["/mixed"].inode
    assert nodes["/text"].mtime == 1_000_000_000


CORPUS = Path(__file__).resolve().parents[3] / "fuzz/corpus/formats/erofs"
KEPT = [
    zlib.decompress(base64.b85decode(json.loads(path.read_text("ascii"))[""]))
    for path in sorted(CORPUS.glob("*.json"))
]


def opened(data: bytes) -> None:
    """Open, list and read all; only what the seam allows may come out."""
    with suppress(NotThisFormat, Damaged):
        tree = FORMAT.open(BytesSource(data)).tree
        assert tree is not None
        nodes, _ = walked(tree)
        for node in nodes.values():
            with suppress(Damaged):
                if node.kind is NodeKind.FILE:
                    tree.read(node)


@pytest.mark.parametrize("number", range(len(KEPT)))
def test_an_image_that_is_cut_off(number: int) -> None:
    data = KEPT[number]
    for length in (*range(1020, 1200), *range(1200, len(data), 251)):
        opened(data[:length])


@given(
    st.sampled_from(KEPT),
    st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=9),
)
def test_an_image_with_wrong_bytes(image: bytes, wounds: list[tuple[int, int]]) -> None:
    data = bytearray(image)
    for at, value in wounds:
        data[(1024 + at) % len(data)] = value
    opened(bytes(data))


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (1024 + 12, b"\x20", NotThisFormat),  # blocks of 4 GiB
        (1024 + 36, bytes(4), NotThisFormat),  # no block
        (1024 + 40, b"\xff\xff\xff\xff", NotThisFormat),  # inodes outside
        (1024 + 80, b"\x80\0\0\0", Damaged),  # addresses of 48 bits
        (1024 + 80, b"\x08\0\0\0\0\0\x01\0", Damaged),  # another device
    ],
)
def test_what_is_refused(at: int, value: bytes, said: type[Exception]) -> None:
    data = bytearray(KEPT[0])
    data[at : at + len(value)] = value
    with pytest.raises(said):
        FORMAT.open(BytesSource(bytes(data)))


def test_an_lz4_block_with_something_behind_it() -> None:
    text = b"abcabcabcabcabcabcabcabc" * 40 + bytes(range(200))
    packed = lz4.block.compress(text, store_size=False) + b"\xff" * 100
    assert unpack(0, packed, len(text), padded=False) == text
    assert unpack(0, packed, 100, padded=False) == text[:100]
    with pytest.raises(Damaged):
        unpack(0, packed[:20], len(text), padded=False)
    with pytest.raises(Damaged, match="unknown"):
        unpack(9, packed, 10, padded=True)
