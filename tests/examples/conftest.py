"""The example camera, built once for all tests that inspect it."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent


class CameraBuild(Protocol):
    """Builds into a folder, in an environment of one's own."""

    def __call__(self, output: Path, **environment: str) -> None: ...


@pytest.fixture(scope="session")
def build_camera() -> CameraBuild:
    """Run the build as a person would."""
    if shutil.which("apt-get") is None:
        pytest.skip(
            "NO EXAMPLE CAMERA: its packages come through apt, so it is built on Debian or Ubuntu only"
        )

    def build(output: Path, **environment: str) -> None:
        command = [sys.executable, str(REPOSITORY / "examples/camera/build.py"), "--output", str(output)]
        done = subprocess.run(  # noqa: S603 -- our own script
            command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    return build


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory, build_camera: CameraBuild) -> Path:
    """The folder with both images and their manifests. The first build downloads packages."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # one build for all workers
    folder = shared / "camera"
    folder.mkdir(exist_ok=True)
    with (shared / "camera.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "camera-1.1.json").exists():
            build_camera(folder)
    return folder
