"""A new folder: what an image wants to write where it must not."""

import stat
from pathlib import Path

import pytest

from roadworthy.adapters.new_folder import NewFolder
from roadworthy.model.errors import InputError, PolicyError


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_it_is_there_when_all_is_there(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with NewFolder(str(target)) as folder:
        assert folder.directory("/etc", 0o555) == ""
        assert folder.file("/etc/passwd", 0o640, 1_000_000_000) == ""
        folder.write(b"root")
        folder.write(b":x\n")
        assert folder.link("/etc/link", "passwd") == ""
        assert not target.exists()
        folder.commit(b"{}")
    assert names(target) == {"manifest.json", "files", "files/etc", "files/etc/passwd", "files/etc/link"}
    passwd = target / "files/etc/passwd"
    assert passwd.read_bytes() == b"root:x\n"
    assert (passwd.stat().st_mtime, stat.S_IMODE(passwd.stat().st_mode)) == (1_000_000_000, 0o640)
    assert stat.S_IMODE((target / "files/etc").stat().st_mode) == 0o755
    assert list(tmp_path.iterdir()) == [target]


def half(folder: NewFolder) -> None:
    with folder:
        folder.file("/deep/in/it", 0o600, 0)
        folder.write(b"half")
        raise KeyError


def test_nothing_is_left_of_what_was_not_finished(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        half(NewFolder(str(tmp_path / "out")))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("all_bits", "mode"), [(False, 0o755), (True, 0o6777)])
def test_dangerous_bits_are_kept_on_demand_only(tmp_path: Path, *, all_bits: bool, mode: int) -> None:
    with NewFolder(str(tmp_path / "out"), all_bits=all_bits) as folder:
        assert folder.file("/su", 0o6777, 0) == ""
        folder.commit(b"")
    assert stat.S_IMODE((tmp_path / "out/files/su").stat().st_mode) == mode


@pytest.mark.parametrize(
    "path",
    [
        "relative",
        "/../../escaped",
        "/a/../../escaped",
        "/a//b",
        "/./a",
        "/nul\0",
        "/" + "n" * 300,
        "/",
        "",
        "/\ud800",
    ],
)
def test_what_is_no_path_is_not_made(tmp_path: Path, path: str) -> None:
    with NewFolder(str(tmp_path / "out")) as folder:
        assert folder.file(path, 0o600, 0)
        assert folder.link(path, "x")
        folder.write(b"goes nowhere")
        folder.commit(b"")
    assert names(tmp_path) <= {"out", "out/files", "out/manifest.json", "out/files/a"}


def test_no_link_is_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "victim").write_text("whole")
    with NewFolder(str(tmp_path / "out")) as folder:
        assert folder.link("/way", str(outside)) == ""
        assert folder.link("/file", str(outside / "victim")) == ""
        assert folder.file("/way/new", 0o600, 0)
        assert folder.directory("/way/below", 0o700)
        assert folder.directory("/way", 0o700)
        assert folder.link("/way/link", "x")
        assert folder.file("/file", 0o600, 0)
        folder.write(b"broken")
        folder.commit(b"")
    assert names(outside) == {"victim"}
    assert (outside / "victim").read_text() == "whole"


def test_no_file_is_written_twice(tmp_path: Path) -> None:
    with NewFolder(str(tmp_path / "out")) as folder:
        assert folder.file("/a", 0o600, 2**70) == ""
        assert folder.file("/a", 0o600, 0)
        assert folder.file("/a/b", 0o600, 0)
        folder.commit(b"")
    assert (tmp_path / "out/files/a").read_bytes() == b""


def test_an_empty_folder_is_taken_and_a_full_one_is_not(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    with NewFolder(str(target)) as folder:
        folder.commit(b"1")
    assert (target / "manifest.json").read_bytes() == b"1"
    for there in (target, target / "manifest.json"):
        with pytest.raises(PolicyError, match="there already"), NewFolder(str(there)):
            pass
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(PolicyError), NewFolder(str(tmp_path / "link")):
        pass
    with pytest.raises(InputError), NewFolder(str(tmp_path / "no/such/place")):
        pass
