"""What the tests of flash file systems share: the real tools, and a tree with everything in it."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from roadworthy.inspection.rootfs import Node, NodeKind, Tree

FlashTool = Callable[..., None]
Described = dict[str, tuple[object, ...]]
DEVICES = """\
/dev/console c 600 0 5 5 1 - - -
/dev/mtdblock3 b 640 0 6 31 3 - - -
/dev/initctl p 600 0 0 - - - - -
"""


@pytest.fixture(scope="session")
def flash_tool() -> FlashTool:
    """Runs a program of mtd-utils: ``flash_tool("mkfs.jffs2", "-r", folder)``."""

    def run(name: str, *arguments: str | Path) -> None:
        program = shutil.which(name, path=f"/usr/sbin:{os.environ.get('PATH', '')}")
        if program is None:
            pytest.skip(f"NO {name}: install mtd-utils")
        command = [program, *map(str, arguments)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 -- fixed programs on our own files
        assert done.returncode == 0, done.stderr

    return run


@pytest.fixture(scope="session")
def flash_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of all sizes, directories, links, modes and times."""
    root = tmp_path_factory.mktemp("flash")
    for name in ("bin", "dev", "etc/a/b/c", "many", "tmp", "empty"):
        (root / name).mkdir(parents=True)
    for index in range(300):
        (root / "many" / f"file-with-a-long-name-{index:05}").write_text(f"{index}\n")
    noise = b"".join(hashlib.sha256(str(index).encode()).digest() for index in range(5000))
    (root / "bin" / "noise").write_bytes(noise)
    (root / "bin" / "text").write_bytes(b"The quick brown fox jumps over the lazy dog. " * 4000)
    (root / "bin" / "mixed").write_bytes(noise[:10_000] + bytes(50_000) + b"end" * 9000)
    (root / "etc" / "zeros").write_bytes(bytes(70_000))
    (root / "etc" / "nothing").touch()
    (root / "etc" / "passwd").write_text("root::0:0::/:/bin/sh\n")
    os.link(root / "etc" / "passwd", root / "etc" / "passwd-")
    (root / "etc" / "a" / "b" / "c" / "link").symlink_to("../../../../bin/text")
    (root / "etc" / "long").symlink_to("x" * 250)
    (root / "bin" / "text").chmod(0o4711)
    (root / "etc" / "passwd").chmod(0o640)
    (root / "tmp").chmod(0o1777)
    for path in sorted(root.rglob("*"), reverse=True):
        os.utime(path, (86_400, 86_400 + len(path.name)), follow_symlinks=False)
    return root


@pytest.fixture(scope="session")
def devices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A device table, for no root is needed for that."""
    path = tmp_path_factory.mktemp("devices") / "table"
    path.write_text(DEVICES)
    return path


@pytest.fixture(scope="session")
def packed_tree(flash_folder: Path) -> Described:
    """What an image of the folder and the devices must hold."""
    found = {f"/{path.relative_to(flash_folder)}": _expected(path) for path in flash_folder.rglob("*")}
    found["/dev/console"] = ("character", 0o600, 0, 5, (5, 1))
    found["/dev/mtdblock3"] = ("block", 0o640, 0, 6, (31, 3))
    found["/dev/initctl"] = ("fifo", 0o600, 0, 0)
    return found


def _expected(path: Path) -> tuple[object, ...]:
    status = path.lstat()
    basics = (status.st_mode & 0o7777, status.st_uid, status.st_gid)
    if path.is_symlink():
        return ("symlink", *basics, int(status.st_mtime), str(path.readlink()))
    if path.is_dir():
        return ("directory", *basics, int(status.st_mtime))
    data = path.read_bytes()
    return ("file", *basics, int(status.st_mtime), len(data), hashlib.sha256(data).hexdigest())


@pytest.fixture(scope="session")
def described() -> Callable[[Tree], Described]:
    """A tree in the same words; the root and the time of devices, which the tools make up, are left out."""

    def describe(tree: Tree) -> Described:
        return {node.path: _described(node, tree) for node in tree.nodes() if node.path != "/"}

    return describe


def _described(node: Node, tree: Tree) -> tuple[object, ...]:
    basics = (node.kind.value, node.mode, node.uid, node.gid)
    match node.kind:
        case NodeKind.FILE:
            return (*basics, node.mtime, node.size, hashlib.sha256(tree.read(node)).hexdigest())
        case NodeKind.SYMLINK:
            return (*basics, node.mtime, node.target)
        case NodeKind.CHARACTER | NodeKind.BLOCK:
            return (*basics, node.device)
        case NodeKind.DIRECTORY:
            return (*basics, node.mtime)
    return basics
