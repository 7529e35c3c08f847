"""The file of the switch ledger: read and verified whole, added to by one writer at a time, a line in one go.

Beside ``switches.jsonl`` lies ``switches.head``: the end of the ledger as it was last seen. A ledger that was
cut or replaced does not hold it, and is refused. Whoever can write both files is the administrator of the
gateway, against whom no file on it helps; a copy of the head elsewhere does.
"""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from roadworthy.adapters import output
from roadworthy.codecs import plain
from roadworthy.codecs.canonical import canonical
from roadworthy.model.errors import InputError, VerificationError
from roadworthy.network.switches.record import Record
from roadworthy.network.switches.records import MAX_BYTES, Head, Ledger, admitted, extended, read_records

FILE: Final = "switches.jsonl"
HEAD: Final = "switches.head"
TORN: Final = "switches.torn"
HEAD_BYTES: Final = 1024
ELSEWHERE: Final = (
    "Give the folder in `state` of network.toml, one that you may write to and that has space left."
)
RESTORE: Final = "Restore the folder from a backup."


class SwitchLedger:
    """The ledger in a folder.

    Args:
        folder: The guard's state folder; made when the first record is written.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self.path = self._folder / FILE

    def read(self, known: Ledger | None = None) -> Ledger:
        """The ledger, verified whole.

        Args:
            known: What was read before: only what was added since is read and verified then.

        Raises:
            InputError: It cannot be read, or is too large.
            VerificationError: It does not hold, or was cut since it was last seen. Names the line.
        """
        known = known or Ledger()
        head = self._head()  # before the file: a writer may add to it meanwhile
        try:
            with self.path.open("rb") as file:
                file.seek(known.size)
                data = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            data = b""
        except OSError as error:
            raise InputError(f"{self.path} cannot be read: {error.strerror}", hint=ELSEWHERE) from error
        ledger = extended(known, data, str(self.path))
        ledger.must_hold(head, str(self.path))
        return ledger

    def append(self, make: Callable[[Ledger], Record], *, now: datetime) -> Ledger:
        """Add one record. It is on the disk when this returns; if it is not, nothing was added.

        Args:
            make: Gives the record to add, signed, for the ledger as it is once this writer has the lock.
            now: The time, UTC.

        Raises:
            InputError: It cannot be written.
            VerificationError: The ledger does not hold, or the record may not come in.
        """
        with self._locked() as descriptor:
            data = _whole(descriptor)
            ledger = read_records(data, str(self.path))
            ledger.must_hold(self._head(), str(self.path))
            longer, line = admitted(ledger, make(ledger), now=now)
            if ledger.torn:
                self._set_aside(ledger.torn)
                os.ftruncate(descriptor, ledger.size)
            _add(descriptor, line, at=ledger.size)
            with suppress(InputError):  # the record is in; the next one writes the head anew
                output.write(canonical(longer.head), str(self._folder / HEAD))
        return longer

    @contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise InputError(f"{self.path} cannot be written: {error.strerror}", hint=ELSEWHERE) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        except OSError as error:
            raise InputError(f"{self.path} cannot be written: {error.strerror}", hint=ELSEWHERE) from error
        finally:
            os.close(descriptor)

    def _head(self) -> Head:
        """The end as it was last seen."""
        path = self._folder / HEAD
        try:
            with path.open("rb") as file:
                return plain.from_plain(Head, plain.read(file.read(HEAD_BYTES)))
        except FileNotFoundError:
            return Head()
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}", hint=ELSEWHERE) from error
        except (InputError, VerificationError) as error:
            raise VerificationError(f"{path} is damaged: {error}", hint=RESTORE) from error

    def _set_aside(self, torn: bytes) -> None:
        """Keep what a dying writer left, for whoever wants to look."""
        with (self._folder / TORN).open("ab") as file:
            file.write(torn + b"\n")


def _whole(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, min(size, MAX_BYTES + 1), 0)


def _add(descriptor: int, line: bytes, *, at: int) -> None:
    """Write a line and wait for the disk; take half of one back."""
    try:
        written = os.pwrite(descriptor, line, at)
        os.fsync(descriptor)
    except OSError:
        with suppress(OSError):
            os.ftruncate(descriptor, at)
        raise
    if written != len(line):
        os.ftruncate(descriptor, at)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
