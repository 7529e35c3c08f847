"""The worker's own side: confines itself, does one piece of work, and writes what comes of it to its parent.

It is started by `worker.py` in a fresh process. What it gets (on standard input) comes from the parent and is
trusted. What it sends is not: by then it may be in the hands of whoever made the image.
"""

import json
import os
import pickle
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from roadworthy.adapters.sandbox import Limits, confine

ITEM: Final = b"I"
BROKE: Final = b"B"
NO_MEMORY: Final = b"M"
END: Final = b"E"
HEADER_BYTES: Final = 5  # kind, then length, most significant byte first
_NO_MEMORY_FRAME = NO_MEMORY + bytes(4)  # made while there is memory
_MAX_TEXT = 1000

Task = tuple[Callable[[], Iterable[object]], Callable[[object], bytes]]


def main() -> NoReturn:
    """Do the work that stands on standard input and leave, whatever happens."""
    order, results = _take_over_streams()
    status = 1
    try:
        settings = json.loads(order.readline())
        confine(Limits(**settings["limits"]), map(Path, settings["reads"]))
        _work(order, results)
        status = 0
    except MemoryError:
        os.write(results, _NO_MEMORY_FRAME)
    except BaseException as error:  # noqa: BLE001 -- everything is told to the parent; nothing is above us
        traceback.print_exc()
        _send(results, BROKE, _told(error).encode(errors="backslashreplace"))
    finally:
        sys.stderr.flush()
        os._exit(status)  # threads and exit handlers of a broken process are not waited for


def _take_over_streams() -> tuple[BinaryIO, int]:
    """Input and output for us alone; what the work prints by itself goes to standard error."""
    order = os.fdopen(os.dup(0), "rb")
    results = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return order, results


def _work(order: BinaryIO, results: int) -> None:
    task: Task = pickle.load(order)  # noqa: S301 -- from the parent, who could as well have run it
    order.close()
    work, encode = task
    for item in work():
        _send(results, ITEM, encode(item))
    _send(results, END, b"")


def _send(results: int, kind: bytes, payload: bytes) -> None:
    frame = memoryview(kind + len(payload).to_bytes(HEADER_BYTES - 1, "big") + payload)
    while frame:
        frame = frame[os.write(results, frame) :]


def _told(error: BaseException) -> str:
    """An exception in one line, with the place in the code where it rose."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}"[:_MAX_TEXT] + place
