"""What a process and its children took: time, and memory of all of them together (Linux, proc(5))."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

EVERY_SECONDS = 0.02
LIMIT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of one run.

    Args:
        wall: From the start to the end.
        cpu: Of all processes, user and system.
    """

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Peaks:
    """Bytes of memory of all processes together.

    Args:
        sampled: The largest sum of proportional set sizes that was seen.
        bound: The sum of every process' own peak; too high where pages are shared or peaks fall apart.
    """

    sampled: int
    bound: int


def measure(
    command: Sequence[str],
    *,
    good: tuple[int, ...] = (0,),
    more: Mapping[str, str] | None = None,
    output: Path | None = None,
    folder: Path | None = None,
) -> Run:
    """Run it once.

    Args:
        command: The program and its arguments.
        good: The exit codes that are no failure.
        more: What is added to the environment.
        output: Gets what it writes to stdout.
        folder: Where it runs.
    """
    with (output or Path(os.devnull)).open("wb") as out:
        begun = time.perf_counter()
        process = _start(command, out.fileno(), more, folder)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    _judge(command, process.returncode, good)
    return Run(wall, usage.ru_utime + usage.ru_stime)


def peaks(command: Sequence[str], *, good: tuple[int, ...] = (0,)) -> Peaks:
    """Run it once and look at its memory."""
    process = _start(command, subprocess.DEVNULL)
    sampled, own = 0, dict[int, int]()
    while process.poll() is None:
        family = _family(process.pid)
        sampled = max(sampled, sum(_kilobytes(each, "smaps_rollup", "Pss:") for each in family))
        for each in family:
            own[each] = max(own.get(each, 0), _kilobytes(each, "status", "VmHWM:"))
        time.sleep(EVERY_SECONDS)
    _judge(command, process.returncode, good)
    return Peaks(sampled * 1024, sum(own.values()) * 1024)


def _start(
    command: Sequence[str],
    out: int,
    more: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **(more or {})}
    return subprocess.Popen(  # noqa: S603 -- fixed commands
        command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL, env=environment, cwd=folder
    )


def _judge(command: Sequence[str], code: int, good: tuple[int, ...]) -> None:
    if code not in good:
        sys.exit(f"{' '.join(command)} ended with {code}")


def _family(process: int) -> list[int]:
    """A process, its children, theirs, and so on."""
    found, waiting = [], [process]
    while waiting:
        each = waiting.pop()
        found.append(each)
        with suppress(OSError):  # gone meanwhile
            for task in Path(f"/proc/{each}/task").iterdir():
                waiting += map(int, (task / "children").read_text("ascii").split())
    return found


def _kilobytes(process: int, file: str, name: str) -> int:
    """A number of a process' own account; 0 if it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/{file}").read_text("ascii").splitlines():
            if line.startswith(name):
                return int(line.split()[1])
    return 0
