"""Debian packages as files: whole or not, and what is in them."""

import hashlib
import tarfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import PIPE, Popen

from commands import find_program


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One version of one binary package, as the signed list of its archive describes it."""

    name: str
    version: str
    arch: str
    size: int
    sha256: str

    @property
    def file_name(self) -> str:
        """What apt calls its file."""
        return f"{self.name}_{self.version.replace(':', '%3a')}_{self.arch}.deb"

    def to_json(self) -> dict[str, str | int]:
        """For the lock and the manifest."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Member:
    """A file or a symbolic link inside a package."""

    data: bytes = b""
    target: str = ""


def digest(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_whole(path: Path, package: Package) -> bool:
    """Whether the file is there and is the package, byte for byte."""
    return path.is_file() and path.stat().st_size == package.size and digest(path) == package.sha256


def read_members(deb: Path, wanted: Callable[[str], bool]) -> dict[str, Member]:
    """The wanted files and links of a package by absolute path, read without unpacking it to disk."""
    found: dict[str, Member] = {}
    command = [find_program("dpkg-deb"), "--fsys-tarfile", str(deb)]
    with (
        Popen(command, stdout=PIPE) as process,  # noqa: S603 -- no shell; a file of our own cache
        tarfile.open(fileobj=process.stdout, mode="r|") as archive,
    ):
        for entry in archive:
            path = entry.name.removeprefix(".")
            if not wanted(path):
                continue
            content = archive.extractfile(entry) if entry.isfile() else None
            if content is not None:
                found[path] = Member(data=content.read())
            elif entry.issym():
                found[path] = Member(target=entry.linkname)
    return found
