"""The sandbox: what a process gives up before it touches hostile bytes. It cannot be undone."""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters import landlock, seccomp

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38  # linux/prctl.h
_GRACE = 5
_SYSTEM = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib",
    "/usr/share/zoneinfo", "/etc/ld.so.cache", "/etc/localtime", "/etc/ssl", "/etc/crypto-policies",
    "/usr/local/ssl", "/dev/null", "/dev/urandom",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one piece of work may use.

    Args:
        memory: Bytes of address space, besides the bare process and the files that it maps.
        cpu: Seconds of computing.
        wall: Seconds that one waits for it.
        output: Bytes that its results may take together.
        message: Bytes that one of them may take.
        files: Files that it may have open at a time.
    """

    memory: int = 1024**3
    cpu: int = 300
    wall: int = 600
    output: int = 64 * 1024**2
    message: int = 64 * 1024**2
    files: int = 64


def confine(limits: Limits, reads: Iterable[Path]) -> tuple[str, ...]:
    """Confine this process, as far as the system can.

    Everywhere: limits on memory, computing time and open files, no core dump, no byte written to any file.
    Linux adds: no new privileges, death with the parent's thread; Landlock: files can only be read, and only
    Python's, the system libraries' and those named; no TCP, no signals to others; and seccomp: no sockets, no
    new process, no other program. Reading Python's own files stays possible, so that imports work.

    Args:
        limits: How much it may use.
        reads: What else it may read.

    Returns:
        What is in force beyond the limits, e.g. ``("landlock", "seccomp")``.

    Raises:
        OSError: The kernel refuses what it claims to know; nothing must run then.
    """
    named = tuple(reads)
    _limit(limits, named)
    if sys.platform != "linux":
        return ()
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "PR_SET_NO_NEW_PRIVS")
    in_force = []
    if landlock.abi():
        landlock.restrict([*_python(), *map(Path, _SYSTEM), *named])
        in_force.append("landlock")
    if seccomp.available():
        seccomp.restrict()
        in_force.append("seccomp")
    return tuple(in_force)


def _limit(limits: Limits, named: Iterable[Path]) -> None:
    spent = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    _set(resource.RLIMIT_CPU, limits.cpu + spent, limits.cpu + spent + _GRACE)  # SIGXCPU first, then SIGKILL
    _set(resource.RLIMIT_AS, limits.memory + _mapped() + sum(map(_size, named)))
    _set(resource.RLIMIT_NOFILE, limits.files)
    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_CORE, 0)
    signal.alarm(2 * limits.wall + _GRACE)  # whoever should have ended us long ago is gone


def _set(which: int, soft: int, hard: int | None = None) -> None:
    """Lower a limit; one that is lower already stays."""
    _, ceiling = resource.getrlimit(which)
    wanted = soft if hard is None else hard
    hard = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
    try:
        resource.setrlimit(which, (min(soft, hard), hard))
    except ValueError:
        if sys.platform == "linux":  # macOS knows limits that it refuses to set, RLIMIT_AS among them
            raise


def _mapped() -> int:
    """Bytes of address space in use (proc(5), statm); 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _python() -> set[Path]:
    prefixes = (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)
    return {Path(each) for each in (*sys.path, *prefixes)}
