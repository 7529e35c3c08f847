"""`roadworthy image`, on a file system by the real mkfs."""

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
ESCAPE = "name\x1b[2J"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ext4 of a few files, some of them not nice."""
    mkfs = shutil.which("mkfs.ext4", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if mkfs is None:
        pytest.skip("NO mkfs.ext4: install e2fsprogs")
    folder, image = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("image") / "camera.bin"
    (folder / "etc").mkdir()
    (folder / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (folder / "etc/link").symlink_to("/etc/passwd")
    (folder / "etc" / ESCAPE).write_bytes(b"\x1b[2J")
    (folder / "etc/blob").write_bytes(bytes(range(256)))
    (folder / "su").write_bytes(b"\x7fELF")
    (folder / "su").chmod(0o4755)
    subprocess.run([mkfs, "-q", "-d", folder, image, "1M"], check=True, capture_output=True)  # noqa: S603 -- fixed
    return image


def test_ls_lists_a_folder(run: Run, image: Path) -> None:
    done = run("image", "ls", str(image), "/etc", "--format", "terminal")
    assert done.returncode == 0
    assert "ext@0x0:/etc" in done.stdout
    assert "/etc/link -> /etc/passwd" in done.stdout
    assert "\x1b" not in done.stdout
    assert r"/etc/name\x1b[2J" in done.stdout


def test_ls_as_json_knows_everything(run: Run, image: Path) -> None:
    listing = json.loads(run("image", "ls", str(image), "-r").stdout)
    entries = {each["path"]: each for each in listing["entries"]}
    assert listing["file_systems"] == [{"name": "ext@0x0", "nodes": len(entries) + 1}]
    assert (entries["/su"]["mode"], entries["/su"]["size"]) == ("4755", 4)
    assert entries["/etc/link"]["target"] == "/etc/passwd"


def test_ls_shows_setuid(run: Run, image: Path) -> None:
    assert "-rwsr-xr-x" in run("image", "ls", str(image), "/su", "--format", "terminal").stdout


def test_cat_gives_the_bytes_as_they_are(run: Run, image: Path, tmp_path: Path) -> None:
    assert run("image", "cat", str(image), "ext@0x0:/etc/link").stdout == "root:x:0:0:root:/root:/bin/sh\n"
    assert run("image", "cat", str(image), "/etc/blob", "-o", "blob").returncode == 0
    assert (tmp_path / "blob").read_bytes() == bytes(range(256))


def test_what_is_not_there_is_a_slip(run: Run, image: Path) -> None:
    done = run("image", "cat", str(image), "/etc/pasword")
    assert (done.returncode, done.stdout) == (2, "")
    assert "hint: Near it: /etc/passwd." in done.stderr
    assert run("image", "ls", str(image.parent)).returncode == 2


def on_terminal(environment: Mapping[str, str], *words: str) -> tuple[int, bytes]:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-P", "-m", "roadworthy", *words]
    done = subprocess.run(command, check=False, env=environment, stdout=theirs, stderr=theirs, timeout=60)  # noqa: S603 -- ours
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # Linux says so at the end
        pass
    os.close(ours)
    return done.returncode, shown


def test_cat_spares_the_terminal(environment: Mapping[str, str], image: Path) -> None:
    code, shown = on_terminal(environment, "image", "cat", str(image), "/etc/passwd")
    assert (code, shown) == (0, b"root:x:0:0:root:/root:/bin/sh\r\n")
    for path in (f"/etc/{ESCAPE}", "/etc/blob"):
        code, shown = on_terminal(environment, "image", "cat", str(image), path)
        assert code == 2
        assert b"--output" in shown
        assert b"\x1b" not in shown
    assert on_terminal(environment, "image", "cat", str(image), f"/etc/{ESCAPE}", "--raw") == (0, b"\x1b[2J")


def test_extract_makes_a_folder_once(run: Run, image: Path, tmp_path: Path) -> None:
    done = run("image", "extract", str(image), "-o", "out")
    assert (done.returncode, json.loads(done.stdout)["problems"]) == (0, [])
    files = tmp_path / "out/files"
    assert (files / "etc/link").resolve() == files / "etc/passwd"
    assert (files / "etc/blob").read_bytes() == bytes(range(256))
    assert (files / "su").stat().st_mode & 0o7777 == 0o755
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert {each["path"]: each["mode"] for each in manifest["entries"]}["/su"] == "4755"
    again = run("image", "extract", str(image), "/etc", "-o", "out")
    assert (again.returncode, "there already" in again.stderr) == (2, True)
    assert run("image", "extract", str(image), "/nothing", "-o", "none").returncode == 2
    assert not (tmp_path / "none").exists()
