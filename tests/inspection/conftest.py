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
