"""Running other programs, and saying clearly when that failed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

SYSTEM_FOLDERS = ("/usr/sbin", "/usr/bin", "/sbin", "/bin")


class BuildError(Exception):
    """The image cannot be built. Says what went wrong, and the way out."""


def say(text: str) -> None:
    """Report progress on standard error."""
    sys.stderr.write(f"camera: {text}\n")
    sys.stderr.flush()


def find_program(name: str) -> str:
    """Path of a program that every Debian or Ubuntu machine has."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *SYSTEM_FOLDERS]))
    if found is None:
        raise BuildError(
            f"{name} is not on this machine. The camera is built from Debian's packages: "
            "build it on Debian 12 or later, or on Ubuntu, where apt and dpkg are always there."
        )
    return found


def run(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: bytes = b"",
    show: bool = False,
    may_fail: bool = False,
) -> bytes:
    """Run a program to its end and return its standard output.

    Args:
        command: Program and arguments.
        env: The whole environment; None is this process's own with ``LC_ALL=C``.
        cwd: Folder to run in.
        stdin: What it reads.
        show: Let a person at a terminal see its output (downloads take a while); then nothing is returned.
        may_fail: Return what it wrote even when it fails.

    Raises:
        BuildError: It failed; the message holds the end of what it said.
    """
    visible = show and sys.stderr.isatty()
    done = subprocess.run(  # noqa: S603 -- no shell; the arguments come from the recipe and from apt
        list(command),
        env={**os.environ, "LC_ALL": "C"} if env is None else dict(env),
        cwd=cwd,
        input=stdin,
        stdout=sys.stderr if visible else subprocess.PIPE,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode and not may_fail:
        said = (done.stdout or b"") + b"\n" + done.stderr
        tail = "\n".join(said.decode(errors="replace").strip().splitlines()[-12:])
        raise BuildError(f"{Path(command[0]).name} failed with status {done.returncode}:\n{tail}")
    return done.stdout or b""
