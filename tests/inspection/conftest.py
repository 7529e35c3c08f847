"""Images built by the real mksquashfs."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.inspection.format import Format

Pack = Callable[..., bytes]


@pytest.fixture(scope="session")
def mksquashfs(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Packs a folder: ``mksquashfs(folder, "-comp", "xz")``."""
    program = shutil.which("mksquashfs", path=f"{os.defpath}:/usr/sbin:{os.environ.get('PATH', '')}")
    if program is None:
        pytest.skip("NO mksquashfs: install squashfs-tools")

    def pack(folder: Path, *options: str) -> bytes:
        target = tmp_path_factory.mktemp("squashfs") / "image"
        command = [program, str(folder), str(target), "-noappend", "-quiet", "-no-progress", *options]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 -- our own folder, a fixed program
        return target.read_bytes()

    return pack


@pytest.fixture(scope="session")
def formats() -> dict[str, Format]:
    """Every format that is installed, by id."""
    return {format_id: each.object for format_id, each in discover().formats.items()}


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a few files: short, empty, longer than a block, a link."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "etc").mkdir()
    (folder / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (folder / "etc" / "empty").touch()
    (folder / "bin").mkdir()
    (folder / "bin" / "busybox").write_bytes(b"\x7fELF" + bytes(range(256)) * 40)
    (folder / "bin" / "sh").symlink_to("busybox")
    return folder


@pytest.fixture(scope="session")
def call() -> Callable[..., str]:
    """Runs a program, or skips without it: ``call("e2fsprogs", "mkfs.ext4", "-q", image)``."""
    paths = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:{os.defpath}"

    def run(package: str, name: str, *words: str | Path) -> str:
        program = shutil.which(name, path=paths)
        if program is None:
            pytest.skip(f"NO {name}: install {package}")
        done = subprocess.run(  # noqa: S603 -- our own images, fixed programs
            [program, *map(str, words)], check=True, capture_output=True, text=True
        )
        return done.stdout

    return run


@pytest.fixture(scope="session")
def mixed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bit of everything that needs no root to be made."""
    folder = tmp_path_factory.mktemp("mixed")
    for name in ("etc", "bin", "run", "many"):
        (folder / name).mkdir()
    (folder / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (folder / "etc/empty").touch()
    (folder / "bin/busybox").write_bytes(bytes(range(256)) * 700 + b"end")
    (folder / "bin/busybox").chmod(0o4755)
    os.utime(folder / "bin/busybox", (1_000_000_000, 1_000_000_000))
    (folder / "bin/sh").symlink_to("busybox")
    (folder / "bin/far").symlink_to("/".join(["somewhere"] * 10))
    os.mkfifo(folder / "run/fifo")
    for number in range(300):
        (folder / f"many/a-file-with-a-long-name-{number}").write_text(str(number))
    return folder
