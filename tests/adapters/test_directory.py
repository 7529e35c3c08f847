"""An unpacked tree: read as it is, and never left."""

import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from roadworthy.adapters import directory, mounts
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


MOUNTINFO = rb"""22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - overlay overlayfs:/overlay rw
28 27 31:3 / /rom ro - squashfs /dev/root ro
29 27 31:4 / /my\040data rw - jffs2 /dev/mtdblock4 rw
30 27 0:40 / /net rw - nfs4 server:/x rw
31 27 0:41 / /tmp rw - tmpfs tmpfs rw
a line of nothing
"""


def test_mount_points_are_read_with_their_types() -> None:
    points = mounts.mounted(MOUNTINFO)
    assert points[b"/my data"] == "jffs2"
    told = {point: mounts.judged(point, kind) for point, kind in points.items()}
    assert told == {
        b"/proc": mounts.Mount.MADE,
        b"/": mounts.Mount.OURS,
        b"/rom": mounts.Mount.MADE,  # its files show in the root
        b"/my data": mounts.Mount.OURS,
        b"/net": mounts.Mount.FOREIGN,
        b"/tmp": mounts.Mount.MADE,
    }


MOUNTED = """
import sys
from pathlib import Path
from roadworthy.adapters.directory import DirectoryTree
from roadworthy.testing.formats import walked
root, kind = Path(sys.argv[1]), sys.argv[2]
with DirectoryTree(root, {b"/data": kind} if kind else None) as tree:
    nodes, damage = walked(tree)
    print(sorted(path for path in nodes if path.startswith("/data/")), damage)
"""


@pytest.mark.parametrize(
    ("kind", "seen", "said"),
    [
        ("jffs2", True, ""),
        ("tmpfs", False, ""),
        ("nfs4", False, "/data: nfs4 is mounted there; it was not looked into"),
        ("", False, "/data: another file system is mounted there; inspect it by itself"),
    ],
)
def test_what_is_mounted_is_entered_if_it_is_the_systems_own(
    folder: Path, kind: str, *, seen: bool, said: str
) -> None:
    (folder / "data").mkdir()
    script = f"mount -t tmpfs none {folder}/data && mkdir {folder}/data/in && echo x > {folder}/data/in/file"
    ready = subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True)  # noqa: S607
    if ready.returncode:
        pytest.skip("NO MOUNT NAMESPACE: nothing can be mounted here")
    program = f"{script} && exec {sys.executable} -c '{MOUNTED}' {folder} '{kind}'"
    done = subprocess.run(  # noqa: S603 -- our own script
        ["unshare", "-rm", "sh", "-c", program],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    )
    assert ("'/data/in/file'" in done.stdout) is seen
    assert said in done.stdout


def test_a_running_system_is_identified_by_what_is_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "is_running_system", lambda _: True)
    monkeypatch.setattr(directory.DirectoryTree, "pieces", None)  # no file is read for it
    before = identify_tree(folder)
    assert before == identify_tree(folder)
    (folder / "etc/passwd").write_text("root:x:0:0::/:/bin/sh\n")
    assert identify_tree(folder) != before


def test_the_root_is_the_running_system(folder: Path) -> None:
    assert directory.is_running_system(Path("/"))
    assert not directory.is_running_system(folder)
    assert not directory.is_running_system(folder / "nothing")


def test_the_systems_own_folders_are_read_first(folder: Path) -> None:
    nodes = nodes_of(folder)[0]
    assert nodes["/etc/passwd"].order < nodes["/bin/su"].order < nodes["/home/dev/null"].order


def test_a_name_that_is_no_utf8_can_be_read(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/od\xff"
    Path(os.fsdecode(name)).write_bytes(b"odd")
    (tmp_path / "od\\xff").write_bytes(b"spelled")
    with DirectoryTree(tmp_path) as tree:
        nodes = [node for node in tree.nodes() if node.kind is NodeKind.FILE]
        assert sorted(tree.read(node) for node in nodes) in ([b"odd", b"odd"], [b"odd", b"spelled"])
