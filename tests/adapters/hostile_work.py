"""Work that does what a taken-over or broken worker would do. Imported by the worker process in tests."""

import ctypes
import errno
import importlib
import os
import resource
import socket
import sys
import threading
import time
import zoneinfo
from collections.abc import Iterator
from pathlib import Path


def encode(item: str) -> bytes:
    return item.encode()


def count(upto: int) -> Iterator[str]:
    yield from map(str, range(upto))


def allocate(size: int) -> Iterator[str]:
    yield "before"
    yield str(len(bytearray(size)))


def allocate_natively(size: int) -> Iterator[str]:
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    yield "refused" if library.malloc(ctypes.c_size_t(size)) is None else "granted"


def die_by(number: int) -> Iterator[str]:
    yield "before"
    os.kill(os.getpid(), number)
    time.sleep(60)


def spin() -> Iterator[str]:
    yield "before"
    while True:
        pass


def sleep(seconds: float) -> Iterator[str]:
    yield str(os.getpid())
    time.sleep(seconds)


def break_down(text: str) -> Iterator[str]:
    yield "before"
    raise ValueError(text)


def leave(status: int, words: str) -> Iterator[str]:
    yield "before"
    sys.stderr.write(words)
    sys.stderr.flush()
    os._exit(status)


def write_raw(data: bytes, *, then_sleep: float = 0) -> Iterator[str]:
    yield "before"
    results = _results()
    os.write(results, data)
    os.close(results)
    time.sleep(then_sleep)
    os._exit(0)


def flood() -> Iterator[str]:
    while True:
        yield "x" * 1_000_000


def chatter() -> Iterator[str]:
    while True:
        sys.stderr.write("x" * 1_000_000)
    yield "never"


def print_much() -> Iterator[str]:
    print("to standard output", sys.stdin.read())  # noqa: T201 -- what careless code does
    sys.stdout.flush()
    yield "done"


def attempt(deed: str, place: str = "") -> Iterator[str]:
    """Try one thing that is not allowed; say how it ended."""
    try:
        yield DEEDS[deed](place)
    except OSError as error:
        yield type(error).__name__


def call(numbers: dict[str, int]) -> Iterator[str]:
    """Make system calls by number, with nothing in their arguments; name those that are not refused."""
    library = ctypes.CDLL(None, use_errno=True)
    yield "before"
    for name, number in numbers.items():
        if library.syscall(number, 0, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() != errno.EPERM:
            yield name


def run_thread() -> Iterator[str]:
    heard: list[str] = []
    thread = threading.Thread(target=heard.append, args=("from a thread",))
    thread.start()
    thread.join()
    yield from heard


def environment() -> Iterator[str]:
    yield from sorted(os.environ)


def limits() -> Iterator[str]:
    for name in ("CORE", "FSIZE", "NOFILE", "CPU"):
        yield f"{name} {resource.getrlimit(getattr(resource, f'RLIMIT_{name}'))[0]}"


def use_libraries() -> Iterator[str]:
    """What a cataloger needs: an import and a native library, both for the first time in the sandbox."""
    key = importlib.import_module("cryptography.hazmat.primitives.asymmetric.ec")
    yield key.generate_private_key(key.SECP256R1()).curve.name
    yield str(zoneinfo.ZoneInfo("UTC"))


def _results() -> int:
    """The pipe to the parent: the only one besides standard error."""
    talk = os.fstat(2)
    for number in range(3, 32):
        try:
            status = os.fstat(number)
        except OSError:
            continue
        if (status.st_mode & 0o170000) == 0o010000 and status.st_ino != talk.st_ino:
            return number
    raise LookupError("no pipe")


def _write(place: str) -> str:
    Path(place).write_text("mine", encoding="ascii")
    return "written"


def _append(place: str) -> str:
    with Path(place).open("a", encoding="ascii") as file:
        file.write("mine")
    return "written"


def _connect(place: str) -> str:
    socket.create_connection(("127.0.0.1", int(place)), timeout=5).close()
    return "connected"


def _datagram(_: str) -> str:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    return "opened"


def _fork(_: str) -> str:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "forked"


def _run(_: str) -> str:
    os.execv("/bin/true", ["true"])  # noqa: S606 -- the deed under test


def _read(place: str) -> str:
    return Path(place).read_text(encoding="utf-8")


def _signal(place: str) -> str:
    os.kill(int(place), 0)
    return "sent"


def _delete(place: str) -> str:
    Path(place).unlink()
    return "deleted"


def _chmod(place: str) -> str:
    Path(place).chmod(0o777)
    return "changed"


def _threads_of_parent(_: str) -> str:
    return str(len(Path(f"/proc/{os.getppid()}/environ").read_bytes()))


def _limit_parent(_: str) -> str:
    resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return "set"


def _limit_self(_: str) -> str:
    resource.prlimit(0, resource.RLIMIT_CORE, (0, 0))
    return "set"


def _slow_parent(_: str) -> str:
    os.setpriority(os.PRIO_PROCESS, os.getppid(), os.getpriority(os.PRIO_PROCESS, os.getppid()))
    return "set"


def _move_parent(_: str) -> str:
    os.sched_setaffinity(os.getppid(), os.sched_getaffinity(os.getppid()))
    return "set"


def _share(name: str) -> str:
    """A private segment of shared memory, queue or set of semaphores: all take a key, something, flags."""
    library = ctypes.CDLL(None, use_errno=True)
    arguments = (0, 0o600) if name == "msgget" else (0, 1, 0o600)
    if getattr(library, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)
    return "made"


def _hide(_: str) -> str:
    os.close(os.memfd_create("hidden"))
    return "made"


def _hold_parent(_: str) -> str:
    os.close(os.pidfd_open(os.getppid()))
    return "held"


DEEDS = {
    "write": _write,
    "append": _append,
    "connect": _connect,
    "datagram": _datagram,
    "fork": _fork,
    "run": _run,
    "read": _read,
    "signal": _signal,
    "delete": _delete,
    "chmod": _chmod,
    "spy": _threads_of_parent,
    "limit parent": _limit_parent,
    "limit self": _limit_self,
    "slow parent": _slow_parent,
    "move parent": _move_parent,
    "share": _share,
    "hide": _hide,
    "hold parent": _hold_parent,
}
