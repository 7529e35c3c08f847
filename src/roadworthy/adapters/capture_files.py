"""Captures that the user names: files and folders, packed or not, to the conversations of one device."""

import gzip
import lzma
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from roadworthy.model.errors import InputError
from roadworthy.model.problem import Problem
from roadworthy.network.flow import Flow
from roadworthy.network.traffic.capture import Fill, batches
from roadworthy.network.traffic.conversations import Heard, flows_of

MAX_UNPACKED: Final = 16 * 1024**3
MAX_CONTENT: Final = 512 * 1024 * 1024
"""Bytes of a packed capture: a small file can hold any number of packets that say nothing."""
SUFFIXES: Final = (".pcap", ".pcapng", ".cap")
PACKED: Final[Mapping[str, Callable[[BinaryIO], gzip.GzipFile | lzma.LZMAFile]]] = {
    ".gz": lambda stream: gzip.GzipFile(fileobj=stream),
    ".xz": lzma.LZMAFile,
}
SHOWN: Final = 5
UNPACK: Final = "Unpack it first, if it is yours: files that are not packed may have any size."


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What captures hold of a device.

    Args:
        flows: Its conversations, capture by capture.
        captures: The captures, by the number that flows name.
        problems: What could not be read.
    """

    flows: tuple[Flow, ...]
    captures: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_flows(files: Sequence[str], *, device: str) -> Captured:
    """The conversations of a device in captures.

    Args:
        files: Captures, or folders of them.
        device: MAC address of the device.

    Raises:
        InputError: One cannot be read or is no capture, or the device is in none; names those that are.
    """
    paths = [path for file in files for path in _paths(file)]
    found: list[Flow] = []
    problems: list[Problem] = []
    senders: Counter[str] = Counter()
    for number, path in enumerate(paths):
        heard = _heard(path, device, number)
        found += heard.flows
        senders += heard.senders
        problems += _problems(str(path), heard.damaged, heard.left)
    if not found:
        seen = ", ".join(f"{mac} ({count} packets)" for mac, count in senders.most_common(SHOWN)) or "nobody"
        raise InputError(
            f"{device} is in none of {len(paths)} captures", hint=f"These sent the most: {seen}."
        )
    return Captured(flows=tuple(found), captures=tuple(map(str, paths)), problems=tuple(problems))


def _paths(file: str) -> Iterator[Path]:
    path = Path(file)
    if not path.is_dir():
        yield path
        return
    inside = [each for each in sorted(path.rglob("*")) if _is_capture(each)]
    if not inside:
        raise InputError(f"there is no capture in {file}", hint=f"Captures end in {', '.join(SUFFIXES)}.")
    yield from inside


def _is_capture(path: Path) -> bool:
    name = path.with_suffix("") if path.suffix in PACKED else path
    return name.suffix in SUFFIXES and path.is_file()


def _heard(path: Path, device: str, number: int) -> Heard:
    """What one capture holds of a device."""
    try:
        with path.open("rb", buffering=0) as stream:
            packed = PACKED.get(path.suffix)
            fill = _unpacking(packed(stream), path) if packed else stream.readinto
            return flows_of(batches(fill, str(path)), device=device, capture=number)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise InputError(
            f"cannot read {path}: {error}", hint="Check the path and the permissions."
        ) from error


def content(path: Path) -> bytes:
    """The bytes of a capture, unpacked, or of another small file.

    Raises:
        InputError: It cannot be read, or has more than `MAX_CONTENT`.
    """
    try:
        with path.open("rb") as stream:
            packed = PACKED.get(path.suffix)
            data = (packed(stream) if packed else stream).read(MAX_CONTENT + 1)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise InputError(
            f"cannot read {path}: {error}", hint="Check the path and the permissions."
        ) from error
    if len(data) > MAX_CONTENT:
        raise InputError(f"{path} has more than {MAX_CONTENT} bytes", hint=UNPACK)
    return data


def _unpacking(stream: gzip.GzipFile | lzma.LZMAFile, path: Path) -> Fill:
    """What reads a packed file, at most `MAX_UNPACKED` bytes of it."""
    count = 0

    def fill(target: memoryview) -> int:
        nonlocal count
        read = stream.readinto(target)
        count += read
        if count > MAX_UNPACKED:
            raise InputError(f"{path} holds more than {MAX_UNPACKED} bytes", hint=UNPACK)
        return read

    return fill


def _problems(path: str, damaged: int, left: int) -> Iterator[Problem]:
    if damaged:
        what = f"{damaged} packets of the device are damaged or cut short, and were passed over"
        yield Problem(stage="traffic", where=path, what=what, hint="Capture whole packets: `tcpdump -s 0`.")
    if left:
        what = f"{left} packets belong to more conversations than are kept, and were passed over"
        yield Problem(stage="traffic", where=path, what=what, hint="A device does not do this; a scan does.")
