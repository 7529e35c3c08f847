"""unblob, a separate program, for what no format here recognises: it unpacks stretches of an image.

It is started only if the user asks, and found on the PATH; nothing of it is imported. It and the tools that
it starts run outside the worker, for the worker may start nothing: with limits on time, files and memory,
an environment of their own, and their output in a folder that is gone afterwards. What they write is as
hostile as the image, and is read like any other unpacked tree, in the worker.
"""

import os
import re
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from roadworthy.adapters.image_file import MappedFile
from roadworthy.adapters.images import is_root_tree
from roadworthy.inspection.report import Region
from roadworthy.model.errors import InputError
from roadworthy.model.problem import Problem

PROGRAM: Final = "unblob"
STAGE: Final = "formats"
SMALLEST: Final = 4096  # bytes of a stretch that is worth a try
MAX_STRETCHES: Final = 32
CHUNK: Final = 1024 * 1024
MAX_OUTPUT: Final = 4 * 1024**3
MAX_FILE: Final = 1024**3
MAX_FOLDERS: Final = 20_000
WALL: Final = 600
CPU: Final = 600
POLL: Final = 0.5
INHERITED: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
INSTALL: Final = "Install it: `pip install unblob`, and what `unblob --show-external-dependencies` lists."
LOOK: Final = "Run unblob on the image by itself to see why; the rest of the report stands."
UNTRUE: Final = "Inspect the file system itself, if you can get it, to have these answered."
_CARVED: Final = re.compile(r"(?P<start>\d{1,15})-(?P<end>\d{1,15})\.(?P<kind>\w{1,40}?)(?:_extract)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What came of one stretch.

    Args:
        step: Name of the stretch in paths: ``unknown@0x100``.
        folders: The trees in what was unpacked: each root file system, or all of it.
        regions: The stretches that it was taken apart into.
        problems: What could not be done.
    """

    step: str
    folders: tuple[Path, ...] = ()
    regions: tuple[Region, ...] = ()
    problems: tuple[Problem, ...] = ()


def find() -> tuple[str, str]:
    """Where the program is, and its version.

    Raises:
        InputError: It is not installed, or does not run.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise InputError("unblob is not installed", hint=INSTALL)
    try:
        told = subprocess.run(  # noqa: S603 -- the program that the user asked for
            [program, "--version"], check=True, capture_output=True, timeout=60, env=_environment()
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise InputError(f"unblob does not run: {error}", hint=INSTALL) from error
    return program, told.stdout.decode("ascii", "replace").strip()[:40]


def dark(regions: Sequence[Region], size: int) -> tuple[Region, ...]:
    """The stretches of the image itself that nothing recognised, without padding, the largest first."""
    found = [
        each
        for each in regions
        if not each.format
        and each.offset is not None
        and "padding" not in each.facts
        and each.size >= SMALLEST
    ]
    if not regions:
        found = [Region(path=("image@0x0",), offset=0, size=size, format="")]
    return tuple(sorted(found, key=lambda each: -each.size)[:MAX_STRETCHES])


def unpack(image: Path, stretches: Sequence[Region], scratch: Path) -> Iterator[Unpacked]:
    """Give each stretch to unblob.

    Args:
        image: The image.
        stretches: As `dark` gives them.
        scratch: An empty folder, which the caller removes.
    """
    program, version = find()
    left = time.monotonic() + WALL
    for number, region in enumerate(stretches):
        part, folder = scratch / f"part{number}", scratch / f"out{number}"
        _cut(image, region, part)
        said = _run(program, part, folder, left - time.monotonic())
        part.unlink(missing_ok=True)
        yield _told(region, folder / f"{part.name}_extract", version, said)


def _cut(image: Path, region: Region, part: Path) -> None:
    with MappedFile(image) as source, part.open("xb") as out:
        start = region.offset or 0
        for at in range(start, start + region.size, CHUNK):
            out.write(source.read(at, min(CHUNK, start + region.size - at)))


def _run(program: str, part: Path, folder: Path, seconds: float) -> str:
    """Run it to its end, or to its limit; what went wrong, or nothing."""
    if seconds <= 0:
        return f"unblob was not started: {WALL} s for all of it were over"
    folder.mkdir()
    log = str(folder / "log")
    command = [program, "--extract-dir", str(folder), "--log", log, "--process-num", "2", str(part)]
    process = subprocess.Popen(  # noqa: S603 -- the program that the user asked for
        command,
        cwd=folder,
        env=_environment() | {"HOME": str(folder), "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_limit,  # noqa: PLW1509 -- no threads of ours hold a lock that it needs
    )
    end, code = time.monotonic() + seconds, None
    try:
        while code is None:
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(POLL)
            if code is None and time.monotonic() > end:
                return f"unblob was ended after {WALL} s"
            if code is None and _size(folder) > MAX_OUTPUT:
                return f"unblob was ended: it wrote more than {MAX_OUTPUT} bytes"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return "" if code == 0 else f"unblob ended with code {code}"


def _told(region: Region, folder: Path, version: str, said: str) -> Unpacked:
    step = region.path[-1]
    folders = tuple(_trees(folder)) if folder.is_dir() else ()
    problems = []
    if said:
        problems.append(Problem(stage=STAGE, where=step, what=said, hint=LOOK))
    if folders:
        what = "what unblob unpacks has lost owners, modes and devices: what depends on them cannot be told"
        problems.append(Problem(stage=STAGE, where=step, what=what, hint=UNTRUE))
    regions = tuple(_regions(region, folder, version)) if folders else ()
    return Unpacked(step=step, folders=folders, regions=regions, problems=tuple(problems))


def _trees(folder: Path) -> Iterator[Path]:
    """The roots of file systems in a folder; the folder itself if there is none, and a file."""
    roots: list[Path] = []
    files = False
    for number, (path, folders, names) in enumerate(os.walk(folder)):
        files = files or any(_is_file(Path(path) / name) for name in names if not name.endswith(".unknown"))
        if number > MAX_FOLDERS:
            break
        if is_root_tree(Path(path)):
            roots.append(Path(path))
            folders.clear()
    if roots:
        yield from roots
    elif files:
        yield folder


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _regions(region: Region, folder: Path, version: str) -> Iterator[Region]:
    """What the stretch was taken apart into, by the names that unblob gives; all of it, if it is one."""
    facts = {"unpacked by": f"unblob {version}"}
    carved = sorted(
        (int(match["start"]), int(match["end"]), match["kind"])
        for name in {each.name for each in folder.iterdir()}
        if (match := _CARVED.fullmatch(name)) and int(match["start"]) < int(match["end"]) <= region.size
    )
    if not carved:
        yield replace(region, format=PROGRAM, facts=facts, files=1, entropy=None)
        return
    after = 0
    for start, end, kind in carved:
        if start < after:
            continue  # the chunk and the folder in which it was unpacked
        after = end
        at = (region.offset or 0) + start
        known = kind != "unknown"
        yield Region(
            path=(*region.path[:-1], f"{kind}@{at:#x}"),
            offset=at,
            size=end - start,
            format=PROGRAM if known else "",
            facts=facts | {"kind": kind} if known else {},
            entropy=None if known else region.entropy,
            files=int(known),
        )


def _size(folder: Path) -> int:
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(path) / name).lstat().st_blocks * 512
    return total


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def _limit() -> None:
    """In the new process, before it becomes unblob."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE, MAX_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
