"""An unpacked tree: read as it is, and never left."""

import hashlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from roadworthy.adapters import directory
from roadworthy.adapters.directory import DirectoryTree, identify_tree
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.errors import InputError
from roadworthy.testing.formats import walked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small root file system, and a secret beside it."""
    (tmp_path / "secret").write_text("outside")
    root = tmp_path / "rootfs"
    for name in ("etc", "bin", "proc/1", "sys/kernel", "dev", "home/dev"):
        (root / name).mkdir(parents=True)
    (root / "etc/passwd").write_text("root::0:0::/:/bin/sh\n")
    (root / "etc/passwd").chmod(0o640)
    (root / "bin/su").write_bytes(b"\x7fELF")
    (root / "bin/su").chmod(0o4755)
    (root / "bin/sh").symlink_to("busybox")
    (root / "out").symlink_to(tmp_path)
    (root / "proc/1/mem").write_text("live")
    (root / "home/dev/null").write_text("")
    os.mkfifo(root / "fifo")
    os.utime(root / "etc/passwd", (1_000_000_000, 1_000_000_000))
    return root


def nodes_of(folder: Path) -> tuple[dict[str, Node], str]:
    with DirectoryTree(folder) as tree:
        return walked(tree)


def test_it_is_read_as_it_is(folder: Path) -> None:
    with DirectoryTree(folder) as tree:
        nodes, damage = walked(tree)
        assert tree.read(nodes["/etc/passwd"]) == b"root::0:0::/:/bin/sh\n"
    assert damage == ""
    passwd = nodes["/etc/passwd"]
    assert (passwd.mode, passwd.mtime, passwd.size, passwd.uid) == (0o640, 1_000_000_000, 21, os.getuid())
    assert nodes["/bin/su"].mode == 0o4755
    assert nodes["/bin/sh"].target == "busybox"
    assert nodes["/fifo"].kind is NodeKind.FIFO


def test_what_the_kernel_makes_is_not_looked_into(folder: Path) -> None:
    nodes = nodes_of(folder)[0]
    assert {"/proc", "/sys", "/dev", "/home/dev/null"} <= set(nodes)
    assert not {"/proc/1", "/sys/kernel"} & set(nodes)


def test_no_link_is_followed(folder: Path) -> None:
    with DirectoryTree(folder) as tree:
        nodes = walked(tree)[0]
        assert nodes["/out"].kind is NodeKind.SYMLINK
        assert not [path for path in nodes if path.startswith("/out/")]
        for replaced, way in (("etc", "/etc/passwd"), ("bin/su", "/bin/su")):
            (folder / replaced).rename(folder / f"old-{Path(replaced).name}")
            (folder / replaced).symlink_to(folder.parent / "secret")
            with pytest.raises(Damaged):
                tree.read(nodes[way])


def test_a_pipe_in_place_of_a_file_is_not_waited_for(folder: Path) -> None:
    with DirectoryTree(folder) as tree:
        nodes = walked(tree)[0]
        (folder / "bin/su").unlink()
        os.mkfifo(folder / "bin/su")
        with pytest.raises(Damaged, match="no file any more"):
            tree.read(nodes["/bin/su"])


def test_names_of_all_kinds(folder: Path) -> None:
    os.close(os.open(os.fsencode(folder) + b"/\xff\x1b", os.O_CREAT))
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / "s"))
    with DirectoryTree(folder) as tree:
        nodes = walked(tree)[0]
        assert tree.read(nodes["/\\xff\x1b"]) == b""
    assert nodes["/s"].kind is NodeKind.SOCKET


def test_other_mounts_are_named_and_not_entered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.stat

    def mounted(name: bytes, **more: object) -> os.stat_result:
        status = real(name, **more)  # type: ignore[arg-type]
        fields = list(status)
        fields[2] += 1 if name == b"home" else 0  # st_dev
        return os.stat_result(fields)

    monkeypatch.setattr(os, "stat", mounted)
    nodes, damage = nodes_of(folder)
    assert "/home: another file system is mounted there" in damage
    assert "/home" in nodes
    assert "/home/dev" not in nodes
    assert "/etc/passwd" in nodes


def test_a_folder_that_cannot_be_listed_costs_itself_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def closed(name: object, *more: int, **dir_fd: int) -> int:
        if name == b"etc":
            raise PermissionError(13, "Permission denied")
        return real(name, *more, **dir_fd)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", closed)
    nodes, damage = nodes_of(folder)
    assert "/etc: it cannot be listed: Permission denied" in damage
    assert "/bin/su" in nodes


def test_depth_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "MAX_DEPTH", 1)
    nodes, damage = nodes_of(folder)
    assert "/home/dev: it lies deeper" in damage
    assert "/home/dev/null" not in nodes


def test_the_digest_is_what_the_page_says(tmp_path: Path) -> None:
    root = tmp_path / "r"
    root.mkdir(mode=0o755)
    (root / "a").write_bytes(b"x")
    (root / "a").chmod(0o600)
    (root / "l").symlink_to("/a")
    content = hashlib.sha256(b"x").hexdigest()
    fields = ["roadworthy.tree/v1", "/", "directory", "0755", "", "/a", "file", "0600", content]
    fields += ["/l", "symlink", "0777", "/a"]
    image = identify_tree(root)
    assert (image.name, image.size) == ("r", 1)
    assert image.sha256 == hashlib.sha256("".join(f"{field}\0" for field in fields).encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "etc/passwd").write_text("other"),
        lambda root: (root / "etc/passwd").chmod(0o644),
        lambda root: (root / "etc/passwd").rename(root / "etc/password"),
        lambda root: ((root / "bin/sh").unlink(), (root / "bin/sh").symlink_to("bash")),
        lambda root: (root / "etc/new").mkdir(),
    ],
)
def test_every_change_changes_the_digest(folder: Path, change: Callable[[Path], object]) -> None:
    before = identify_tree(folder)
    os.utime(folder / "etc/passwd", (1, 1))
    assert identify_tree(folder) == before
    change(folder)
    assert identify_tree(folder).sha256 != before.sha256


def test_what_is_no_folder_is_the_users_slip(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "nothing"):
        with pytest.raises(InputError, match="cannot be read"):
            DirectoryTree(path)
