"""tar, cpio and ar, built by the tools that everybody uses."""

import gzip
import io
import shutil
import stat
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats import ar, cpio, tar
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.inspection.source import BytesSource
from roadworthy.testing.formats import opened_tree, read_all, survive, walked

LONG = "/" + "/".join(["a" * 90] * 3)
TIME = 1_420_000_000


def info(name: str, kind: bytes = tarfile.REGTYPE, **said: object) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mtime = kind, TIME
    for key, value in said.items():
        setattr(entry, key, value)
    return entry


def tarred(form: int = tarfile.GNU_FORMAT, extra: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as archive:
        archive.addfile(info("./bin", tarfile.DIRTYPE, mode=0o755))
        archive.addfile(info("./bin/su", mode=0o4755, size=4, uid=0, gid=7), io.BytesIO(b"\x7fELF"))
        archive.addfile(info("./bin/login", tarfile.LNKTYPE, linkname="./bin/su"))
        archive.addfile(info("./bin/sh", tarfile.SYMTYPE, linkname="busybox", mode=0o777))
        archive.addfile(info("dev/console", tarfile.CHRTYPE, devmajor=5, devminor=1, mode=0o600))
        archive.addfile(info("dev/sda", tarfile.BLKTYPE, devmajor=8, devminor=0))
        archive.addfile(info("run/pipe", tarfile.FIFOTYPE))
        archive.addfile(info(LONG[1:], size=1, uid=3_000_000), io.BytesIO(b"x"))
        archive.addfile(info("../../etc/passwd", size=2), io.BytesIO(b"a\n"))
        for name, data in extra:
            archive.addfile(info(name, size=len(data)), io.BytesIO(data))
    return target.getvalue()


def newc(*entries: tuple[str, int, bytes], trailer: bool = True, magic: bytes = b"070701") -> bytes:
    """An archive as the kernel's gen_init_cpio writes it: names, modes and contents."""
    data = b""
    for number, (name, mode, content) in enumerate(
        (*entries, ("TRAILER!!!", 0, b""))[: len(entries) + trailer]
    ):
        fields = (number + 1, mode, 0, 7, 1, TIME, len(content), 0, 0, 5, 1, len(name) + 1, 0)
        data += magic + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
        data += bytes(-len(data) % 4) + content
        data += bytes(-len(data) % 4)
    return data + bytes(-len(data) % 512)


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_tells_all_that_it_stores(form: int) -> None:
    data = tarred(form)
    opened = tar.FORMAT.open(BytesSource(data + b"behind"))
    assert opened.size == len(data)
    tree = opened_tree(tar.FORMAT, data)
    nodes, damage = walked(tree)
    assert damage == ""
    assert {path: node.kind for path, node in nodes.items() if len(path) < 20} == {
        "/": NodeKind.DIRECTORY,
        "/bin": NodeKind.DIRECTORY,
        "/bin/su": NodeKind.FILE,
        "/bin/login": NodeKind.FILE,
        "/bin/sh": NodeKind.SYMLINK,
        "/dev": NodeKind.DIRECTORY,
        "/dev/console": NodeKind.CHARACTER,
        "/dev/sda": NodeKind.BLOCK,
        "/run": NodeKind.DIRECTORY,
        "/run/pipe": NodeKind.FIFO,
        "/etc": NodeKind.DIRECTORY,
        "/etc/passwd": NodeKind.FILE,
    }
    su, login = nodes["/bin/su"], nodes["/bin/login"]
    assert (su.mode, su.uid, su.gid, su.mtime, su.size) == (0o4755, 0, 7, TIME, 4)
    assert (login.inode, login.mode) == (su.inode, 0o4755)
    assert (nodes["/bin/sh"].target, nodes["/dev/console"].device) == ("busybox", (5, 1))
    assert nodes[LONG].uid == 3_000_000
    assert read_all(tree) == {
        "/bin/su": b"\x7fELF",
        "/bin/login": b"\x7fELF",
        LONG: b"x",
        "/etc/passwd": b"a\n",
    }


def test_the_prefix_of_ustar_belongs_to_the_name() -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        archive.addfile(info(f"{'d' * 120}/name", size=1), io.BytesIO(b"x"))
    assert read_all(opened_tree(tar.FORMAT, target.getvalue())) == {f"/{'d' * 120}/name": b"x"}


def test_the_tar_of_this_machine(small_folder: Path) -> None:
    program = shutil.which("tar")
    if program is None:
        pytest.skip("NO tar")
    command = [program, "--owner=0", "--group=0", "-C", str(small_folder), "-cf", "-", "."]
    data = subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603 -- our own folder
    same_as_on_disk(opened_tree(tar.FORMAT, data), small_folder)


@pytest.mark.parametrize("form", ["newc", "crc", "odc"])
def test_the_cpio_of_this_machine(small_folder: Path, form: str) -> None:
    program = shutil.which("cpio")
    if program is None:
        pytest.skip("NO cpio: install cpio")
    names = "\n".join(str(path.relative_to(small_folder)) for path in sorted(small_folder.rglob("*")))
    command = [program, "-o", "-H", form, "--quiet"]
    data = subprocess.run(  # noqa: S603 -- our own folder
        command, check=True, capture_output=True, input=names.encode(), cwd=small_folder
    ).stdout
    assert cpio.FORMAT.open(BytesSource(data + b"behind")).size == len(data)
    same_as_on_disk(opened_tree(cpio.FORMAT, data), small_folder)


def same_as_on_disk(tree: object, folder: Path) -> None:
    nodes, damage = walked(tree)  # type: ignore[arg-type]
    contents = read_all(tree)  # type: ignore[arg-type]
    assert damage == ""
    for path in folder.rglob("*"):
        node, on_disk = nodes[f"/{path.relative_to(folder)}"], path.lstat()
        assert (node.mode, node.mtime) == (stat.S_IMODE(on_disk.st_mode), int(on_disk.st_mtime))
        if path.is_symlink():
            assert node.target == str(path.readlink())
        elif path.is_file():
            assert contents[node.path] == path.read_bytes()


def test_cpio_tells_owners_and_devices_and_gives_links_their_content() -> None:
    data = bytearray(
        newc(("init", 0o100755, b""), ("sbin/init", 0o100755, b"\x7fELF"), ("dev/tty", 0o20620, b""))
    )
    for start in (0, data.index(b"070701", 6)):
        data[start + 6 : start + 14] = b"%08X" % 77  # one inode
        data[start + 38 : start + 46] = b"%08X" % 2  # two links
    tree = opened_tree(cpio.FORMAT, bytes(data))
    nodes: dict[str, Node] = walked(tree)[0]
    assert read_all(tree) == {"/init": b"\x7fELF", "/sbin/init": b"\x7fELF"}
    assert nodes["/init"].inode == nodes["/sbin/init"].inode
    assert (nodes["/init"].gid, nodes["/dev/tty"].device, nodes["/dev/tty"].mode) == (7, (5, 1), 0o620)


def test_the_empty_ramdisk_of_a_kernel_is_no_file_system() -> None:
    data = newc(("dev", 0o40755, b""), ("dev/console", 0o20600, b""), ("root", 0o40700, b""))
    image = open_image("x", BytesSource(data), {"cpio": cpio.FORMAT})
    assert image.roots == ()
    assert image.regions[0].facts["files"] == "none with content"


def package() -> bytes:
    """A package for opkg: a packed archive of packed archives."""
    inner = gzip.compress(tarred())
    return gzip.compress(tarred(extra=(("./debian-binary", b"2.0\n"), ("./data.tar.gz", inner))))


def test_archives_in_archives_are_opened(formats: dict[str, Format]) -> None:
    image = open_image("x.ipk", BytesSource(package()), formats)
    assert [root.where for root in image.roots] == [
        ("x.ipk", "gzip@0x0", "payload", "tar@0x0"),
        ("x.ipk", "gzip@0x0", "payload", "tar@0x0", "data.tar.gz", "gzip@0x0", "payload", "tar@0x0"),
    ]
    assert image.problems == ()


def test_a_debian_package_is_opened_down_to_its_files(formats: dict[str, Format]) -> None:
    members = (
        ("debian-binary", b"2.0\n"),
        ("control.tar.gz/", gzip.compress(tarred())),
        ("data.tar", tarred()),
    )
    data = b"!<arch>\n"
    for name, content in members:
        data += f"{name:<16}{TIME:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode() + content
        data += b"\n" * (len(content) % 2)
    image = open_image("x.deb", BytesSource(data), formats)
    assert image.regions[0].facts == {"members": "3", "Debian package, version": "2.0"}
    assert image.regions[0].size == len(data)
    assert len(image.roots) == 2
    assert "/bin/su" in image.roots[-1].nodes
    with pytest.raises(Damaged, match="member 3"):
        ar.FORMAT.open(BytesSource(data[:-5000]))


@pytest.mark.parametrize(
    ("packing", "data"),
    [(tar.FORMAT, tarred()), (cpio.FORMAT, newc(("a", 0o100644, b"x" * 700), ("b", 0o100644, b"y" * 700)))],
    ids=["tar", "cpio"],
)
def test_what_a_broken_archive_still_holds_is_told(packing: Format, data: bytes) -> None:
    nodes, damage = walked(opened_tree(packing, data[:1700]))
    assert "breaks off at" in damage
    assert 1 < len(nodes) < 5


@pytest.mark.parametrize(
    ("packing", "data"),
    [
        (tar.FORMAT, tarred()[:300] + b"!" + tarred()[301:]),
        (tar.FORMAT, tarred()[:400]),
        (tar.FORMAT, bytes(1024)),
        (cpio.FORMAT, newc()),
        (cpio.FORMAT, b"070701" + b"+" * 200),
        (cpio.FORMAT, b"070701" + b"0" * 200),
        (cpio.FORMAT, b"070701"),
        (ar.FORMAT, b"!<arch>\n"),
        (ar.FORMAT, b"!<arch>\n" + b"x" * 60),
    ],
)
def test_what_only_looks_like_it_is_something_else(packing: Format, data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        packing.open(BytesSource(data))


SAMPLES: list[tuple[Format, Callable[[], bytes]]] = [
    (tar.FORMAT, tarred),
    (tar.FORMAT, lambda: tarred(tarfile.PAX_FORMAT)),
    (cpio.FORMAT, lambda: newc(("a", 0o100644, b"x" * 70), ("b", 0o120777, b"a"))),
]


@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 7)), min_size=1, max_size=4),
    st.integers(0, 9000),
)
def test_no_damage_raises_anything_else(
    sample: tuple[Format, Callable[[], bytes]], flips: list[tuple[int, int]], length: int
) -> None:
    with suppress(ValueError):  # no file is left
        survive(sample[0], sample[1](), flips, length)
