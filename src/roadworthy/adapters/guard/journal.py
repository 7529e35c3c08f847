"""Journal: the guard's memory in a file. One guard at a time writes it; anybody who may can read it."""

import errno
import fcntl
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from roadworthy.adapters import output
from roadworthy.adapters.switch_ledger import SwitchLedger
from roadworthy.model.errors import InputError
from roadworthy.network.guard.machine import Machine
from roadworthy.network.guard.memory import Memory, Record, read_memory, written
from roadworthy.network.live import Live
from roadworthy.network.network_file import Network

FILE: Final = "guard.jsonl"
MOST_BYTES: Final = 64 * 1024 * 1024
ANOTHER: Final = "Another guard runs with this state; end it first."


class Journal:
    """The journal of one guard.

    Args:
        folder: Folder of its state; made if it is not there, for its owner only.

    Raises:
        InputError: It cannot be made, or another guard has it.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(folder / "guard.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(f"{folder} is in use", hint=ANOTHER) from error
        except OSError as error:
            raise InputError(f"{folder} cannot be used: {error.strerror}", hint=ANOTHER) from error
        self.memory = recall(folder)
        self._file = -1
        self.compact(self.memory)

    def append(self, records: Sequence[Record]) -> None:
        """Keep some records. They outlive the death of this process at once, and that of the machine soon."""
        if not records:
            return
        data, size = written(records), self.size
        if os.write(self._file, data) != len(data):
            os.ftruncate(self._file, size)  # half a line would take the next one with it
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def compact(self, memory: Memory) -> None:
        """Write the shortest journal that says what is known."""
        output.write(written(tuple(memory.records())), str(self.path))
        if self._file >= 0:
            os.close(self._file)
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    @property
    def size(self) -> int:
        """Its bytes."""
        return os.fstat(self._file).st_size

    def close(self) -> None:
        """Let go of it."""
        os.close(self._file)
        os.close(self._lock)


def recall(folder: Path) -> Memory:
    """What the guard of a state folder knows; nothing if it never ran."""
    data = b""
    with suppress(FileNotFoundError, NotADirectoryError), (folder / FILE).open("rb") as file:
        data = file.read(MOST_BYTES)
    return read_memory(data)


def remembered(folder: str, network: Network) -> Live:
    """What the guard of a network knows, for those who only look."""
    place = Path(folder)
    return Machine(network, recall(place), SwitchLedger(place).read(), time.time()).live()
