"""The worker: work on hostile bytes is done in a process of its own, and its death is a record, not an end.

The process is a fresh one, never a fork: it inherits no secrets, no memory of ours and no locks that other
threads hold, and is the same on every system. What to do goes to it pickled; what it found comes back as
framed bytes and is checked like any other input, because the process may have been taken over on the way.
"""

import json
import os
import pickle
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from roadworthy.adapters.confined import BROKE, END, HEADER_BYTES, ITEM, NO_MEMORY
from roadworthy.adapters.sandbox import Limits
from roadworthy.model.errors import RoadworthyError

T = TypeVar("T")

_CHUNK = 64 * 1024
_KEPT_TALK = 2000
_LAST_WORDS = 200
_PARTING_SECONDS = 2
_INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from roadworthy.adapters.confined import main; main()"
)
TAKE_CARE = "The image may be made to attack its reader. Report it; the rest of the report stands."
FREE_SOME = "Close other programs or use a larger machine, and try again."
REPORT_BUG = "Report it with the image's digest; the rest of the report stands."


class Died(Protocol[T]):
    """Makes the last item, which says that the worker died."""

    def __call__(self, last: T | None, what: str, hint: str) -> T:
        """`last` is the item before, if there was one; `what` happened; `hint` says what to do."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire(Generic[T]):
    """How items cross from the worker to us.

    Args:
        encode: Makes bytes of an item, in the worker; a function that can be imported.
        decode: Makes an item of bytes that nobody vouches for; raises `RoadworthyError` for any others.
        died: Makes the item that tells of a death.
    """

    encode: Callable[[T], bytes]
    decode: Callable[[bytes], T]
    died: Died[T]


def run(
    work: Callable[[], Iterable[T]],
    wire: Wire[T],
    limits: Limits | None = None,
    *,
    reads: Iterable[Path] = (),
) -> Generator[T, None, None]:
    """Do some work in a confined process, and hand over each item as soon as it is there.

    Args:
        work: What to do: a function that can be imported, or a `functools.partial` of one; no lambda.
        wire: How the items cross.
        limits: How much it may use.
        reads: The files and folders that it may read besides Python's own.

    Yields:
        The items. If the worker broke, ran out of something or was killed, a last one that says so.

    Raises:
        TypeError: The work cannot be handed to another process.
    """
    limits = limits or Limits()
    last: T | None = None
    order = _order(work, wire.encode, limits, reads)
    try:
        process = _start()
    except OSError as error:
        yield wire.died(last, f"the worker could not be started: {error.strerror}", FREE_SOME)
        return
    try:
        for payload in _Conversation(process, limits).items(order):
            last = _decoded(payload, wire)
            yield last
    except _DeathError as death:
        yield wire.died(last, f"the worker {death.what}", death.hint)
    finally:
        _end(process)


class _DeathError(Exception):
    """The worker is of no more use. `what` completes the sentence "the worker …"."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class _Conversation:
    """What passes between us and one worker."""

    def __init__(self, process: subprocess.Popen[bytes], limits: Limits) -> None:
        assert process.stdin is not None  # noqa: S101 -- tells the type checker what `_start` made
        assert process.stdout is not None  # noqa: S101 -- as above
        assert process.stderr is not None  # noqa: S101 -- as above
        self._process = process
        self._limits = limits
        self._largest = min(limits.message, limits.output)
        self._order = process.stdin
        self._results = process.stdout.fileno()
        self._talk = process.stderr.fileno()
        self._pipes = selectors.PollSelector()
        self._pipes.register(self._results, selectors.EVENT_READ)
        self._pipes.register(self._talk, selectors.EVENT_READ)
        self._received = bytearray()
        self._talked = bytearray()
        self._output = 0
        self._waited = 0.0

    def items(self, order: bytes) -> Iterator[bytes]:
        """Give the order; then each item's bytes, until the worker says that it is done."""
        with suppress(BrokenPipeError):  # it died at once: what it leaves behind says why
            self._order.write(order)
            self._order.close()
        while True:
            kind, payload = self._frame()
            if kind == END:
                return
            if kind == NO_MEMORY:
                raise _DeathError(f"ran out of memory (limit {_size(self._limits.memory)})", TAKE_CARE)
            if kind == BROKE:
                raise _DeathError(f"broke: {payload.decode(errors='backslashreplace')}", REPORT_BUG)
            yield payload

    def _frame(self) -> tuple[bytes, bytes]:
        header = self._take(HEADER_BYTES)
        kind, size = header[:1], int.from_bytes(header[1:], "big")
        if kind not in (ITEM, BROKE, NO_MEMORY, END) or size > self._largest:
            raise _DeathError("sent what is no message", TAKE_CARE)
        return kind, self._take(size)

    def _take(self, size: int) -> bytes:
        while len(self._received) < size:
            self._receive()
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    def _receive(self) -> None:
        began = time.monotonic()
        ready = self._pipes.select(max(0.0, self._limits.wall - self._waited))
        self._waited += time.monotonic() - began  # only our waiting counts: it may have to wait for us, too
        if not ready:
            raise _DeathError(f"was stopped after {self._limits.wall} seconds", TAKE_CARE)
        for key, _ in ready:
            data = os.read(key.fd, _CHUNK)
            self._output += len(data)
            if self._output > self._limits.output:
                raise _DeathError(f"sent more than {_size(self._limits.output)}", TAKE_CARE)
            if key.fd == self._talk:
                self._hear(data)
            elif data:
                self._received += data
            else:
                raise self._death()

    def _hear(self, data: bytes) -> None:
        if data:
            self._talked = (self._talked + data)[-_KEPT_TALK:]
        else:
            self._pipes.unregister(self._talk)

    def _death(self) -> _DeathError:
        """Why it fell silent."""
        try:
            status = self._process.wait(_PARTING_SECONDS)
        except subprocess.TimeoutExpired:
            return _DeathError("closed its results and went on", TAKE_CARE)
        if status == -signal.SIGXCPU:
            return _DeathError(f"used up its {self._limits.cpu} seconds of computing", TAKE_CARE)
        if status == -signal.SIGKILL:
            return _DeathError("was killed; it is likely that the machine ran out of memory", FREE_SOME)
        deed = f"was ended by {signal.Signals(-status).name}" if status < 0 else f"left with status {status}"
        return _DeathError(deed + self._last_words(), TAKE_CARE)

    def _last_words(self) -> str:
        os.set_blocking(self._talk, False)
        with suppress(BlockingIOError):
            self._hear_all()
        lines = self._talked.decode(errors="backslashreplace").split("\n")
        words = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f": {words[:_LAST_WORDS]}" if words else ""

    def _hear_all(self) -> None:
        while data := os.read(self._talk, _CHUNK):
            self._talked = (self._talked + data)[-_KEPT_TALK:]


def _order(
    work: Callable[[], Iterable[T]], encode: Callable[[T], bytes], limits: Limits, reads: Iterable[Path]
) -> bytes:
    settings = {"limits": asdict(limits), "reads": [str(path.resolve()) for path in reads]}
    try:
        task = pickle.dumps((work, encode))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(f"this work cannot be handed to another process: {error}") from error
    return json.dumps(settings).encode() + b"\n" + task


def _start() -> subprocess.Popen[bytes]:
    paths = [os.path.abspath(each) for each in sys.path]  # noqa: PTH100 -- sys.path holds text; "" is the folder we are in
    return subprocess.Popen(  # noqa: S603 -- our own interpreter and our own text
        [sys.executable, "-I", "-B", "-c", _START, json.dumps(paths)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: os.environ[name] for name in _INHERITED if name in os.environ},
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave no process and no zombie behind."""
    with suppress(ProcessLookupError, PermissionError):  # gone already; macOS says so in its own way
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(BrokenPipeError):  # an order that it did not live to read
                pipe.close()


def _decoded(payload: bytes, wire: Wire[T]) -> T:
    try:
        return wire.decode(payload)
    except RoadworthyError as error:
        raise _DeathError(f"sent what cannot be: {error}", TAKE_CARE) from error


def _size(count: int) -> str:
    unit, name = (1024**3, "GiB") if count >= 1024**3 else (1024**2, "MiB")
    return f"{count / unit:g} {name}"
