"""mksquashfs and mkfs.jffs2 out of Debian's packages, run from the cache: never the machine's own."""

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from commands import BuildError, find_program, run
from packages import Package

# Of a tar stream the root itself is not read: its mode and owner are said here.
SQUASHFS_OPTIONS = "-tar -comp xz -b 131072 -noappend -no-xattrs -all-root -root-mode 755 -no-progress -quiet"


class BuildTools:
    """The two programs that make the file systems.

    Args:
        packages: Their packages and libraries, for the machine's own architecture.
        pool: Where the package files lie.
        cache: Where they are unpacked, once.
    """

    def __init__(self, packages: Sequence[Package], pool: Path, cache: Path) -> None:
        key = hashlib.sha256("".join(package.sha256 for package in packages).encode()).hexdigest()[:16]
        self._folder = cache / "tools" / key
        if not self._folder.is_dir():
            self._unpack(packages, pool)

    def _unpack(self, packages: Sequence[Package], pool: Path) -> None:
        """Whole or not at all: the folder gets its name when everything is in it."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder.parent, prefix="partial-") as partial:
            unpacked = Path(partial) / "tools"
            unpacked.mkdir()
            for package in packages:
                run([find_program("dpkg-deb"), "--extract", str(pool / package.file_name), str(unpacked)])
            unpacked.rename(self._folder)

    def _run(self, program: str, arguments: Sequence[str], epoch: int, stdin: bytes = b"") -> None:
        found = sorted(self._folder.glob(f"**/*bin/{program}"))
        if not found:
            raise BuildError(f"no {program} in {self._folder}: delete that folder and build again")
        libraries = sorted({str(path.parent) for path in self._folder.glob("**/*.so*")})
        env = {
            "LC_ALL": "C",
            "TZ": "UTC",
            "PATH": os.defpath,
            "LD_LIBRARY_PATH": os.pathsep.join(libraries),
            "SOURCE_DATE_EPOCH": str(epoch),
        }
        run([str(found[0]), *arguments], env=env, stdin=stdin)

    def make_squashfs(self, tar: bytes, epoch: int) -> bytes:
        """A SquashFS 4.0 with xz of what a tar stream holds."""
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "rootfs.squashfs"
            self._run("mksquashfs", ["-", str(output), *SQUASHFS_OPTIONS.split()], epoch, stdin=tar)
            return output.read_bytes()

    def make_jffs2(self, files: Mapping[str, bytes], *, size: int, erase_block: int) -> bytes:
        """A little-endian JFFS2 of the given size with these files, all root's, all times 0."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "data"
            for name, data in files.items():
                file = root / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
                file.chmod(0o644)
            for inner in (root, *(path for path in root.rglob("*") if path.is_dir())):
                inner.chmod(0o755)
            output = Path(folder) / "data.jffs2"
            options = ["--little-endian", "--squash-uids", "--faketime", f"--eraseblock={erase_block:#x}"]
            self._run("mkfs.jffs2", [*options, f"--pad={size:#x}", f"--root={root}", f"--output={output}"], 0)
            return output.read_bytes()
