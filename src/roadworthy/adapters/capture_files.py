"""Traffic that the user names, captures and logs, files and folders, to the conversations of one device."""

import gzip
import io
import lzma
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from roadworthy.model.errors import InputError
from roadworthy.model.problem import Problem
from roadworthy.network.flow import Flow
from roadworthy.network.traffic import exported, zeek
from roadworthy.network.traffic.capture import batches
from roadworthy.network.traffic.conversations import Heard, flows_of
from roadworthy.network.traffic.logged import flows_of_log

MAX_UNPACKED: Final = 16 * 1024**3
"""Bytes of a packed file: a small one can hold any number of packets that say nothing."""
MAX_CONTENT: Final = 512 * 1024**2
MAX_EXPORT: Final = 2 * 1024**3
"""Bytes of a file of IPFIX messages, which is read whole."""
SUFFIXES: Final = (".pcap", ".pcapng", ".cap", ".ipfix")
PACKED: Final[Mapping[str, Callable[[BinaryIO], gzip.GzipFile | lzma.LZMAFile]]] = {
    ".gz": lambda stream: gzip.GzipFile(fileobj=stream),
    ".xz": lzma.LZMAFile,
}
SHOWN: Final = 5
UNPACK: Final = "Unpack it first, if it is yours: files that are not packed may have any size."
UNREADABLE: Final = (OSError, EOFError, lzma.LZMAError, zlib.error)


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


def read_flows(files: Sequence[str], *, device: str, addresses: Sequence[str] = ()) -> Captured:
    """The conversations of a device in captures, and in logs of Zeek, NetFlow and IPFIX.

    The logs of Zeek in one folder belong together, and count as one capture.

    Args:
        files: Captures and logs, or folders of them.
        device: MAC address of the device.
        addresses: Addresses of the device, for logs that know no MAC addresses.

    Raises:
        InputError: One cannot be read or is no capture, or the device is in none; names those that are.
    """
    sources = _sources([path for file in files for path in _paths(file)])
    found: list[Flow] = []
    problems: list[Problem] = []
    senders: Counter[str] = Counter()
    for number, (name, paths) in enumerate(sources.items()):
        heard = _heard(paths, _Wanted(device, tuple(addresses), number))
        found += heard.flows
        senders += heard.senders
        problems += _problems(name, heard.damaged, heard.left)
    if not found:
        seen = ", ".join(f"{who} ({count})" for who, count in senders.most_common(SHOWN)) or "nobody"
        raise InputError(
            f"{device} is in none of {len(sources)} captures",
            hint=f"These sent the most packets: {seen}. For logs without MAC addresses, give --address.",
        )
    return Captured(flows=tuple(found), captures=tuple(sources), problems=tuple(problems))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The device, its known addresses, and the number of the capture."""

    device: str
    addresses: tuple[str, ...]
    number: int


def _paths(file: str) -> Iterator[Path]:
    path = Path(file)
    if not path.is_dir():
        yield path
        return
    inside = [each for each in sorted(path.rglob("*")) if _is_traffic(each)]
    if not inside:
        hint = f"Captures end in {', '.join(SUFFIXES)}; logs of Zeek are called conn.log, dns.log and so on."
        raise InputError(f"there is no capture in {file}", hint=hint)
    yield from inside


def _is_traffic(path: Path) -> bool:
    name = path.with_suffix("") if path.suffix in PACKED else path
    return (name.suffix in SUFFIXES or bool(zeek.kind_of(path.name))) and path.is_file()


def _sources(paths: Iterable[Path]) -> dict[str, list[Path]]:
    """Files by what they count as: the logs of a folder are one, and every other file."""
    found: dict[str, list[Path]] = {}
    for path in paths:
        found.setdefault(str(path.parent if zeek.kind_of(path.name) else path), []).append(path)
    return found


def _heard(paths: list[Path], wanted: _Wanted) -> Heard:
    """What one source holds of a device."""
    if zeek.kind_of(paths[0].name):
        log = zeek.read_logs((path.name, _lines(path)) for path in paths)
        return flows_of_log(log, device=wanted.device, addresses=wanted.addresses, capture=wanted.number)
    (path,) = set(paths)
    try:
        with _Opened(path) as stream:
            return _heard_packets(stream, path, wanted)
    except UNREADABLE as error:
        raise _unreadable(path, error) from error


def _heard_packets(stream: "_Opened", path: Path, wanted: _Wanted) -> Heard:
    """What a capture holds of a device; if nothing, what exports of flows in it do."""
    if exported.is_export(stream.first):
        log = exported.read_file(_whole(stream, path))
        return flows_of_log(log, device=wanted.device, addresses=wanted.addresses, capture=wanted.number)
    heard = flows_of(batches(stream.readinto, str(path)), device=wanted.device, capture=wanted.number)
    if heard.flows:
        return heard
    with _Opened(path) as again:
        log = exported.read_datagrams(batches(again.readinto, str(path)))
    if not log.records:
        return heard
    return flows_of_log(log, device=wanted.device, addresses=wanted.addresses, capture=wanted.number)


def _whole(stream: "_Opened", path: Path) -> bytes:
    """All bytes of a file, at most `MAX_EXPORT`."""
    pieces, count = [], 0
    while piece := stream.read(1 << 20):
        pieces.append(piece)
        count += len(piece)
        if count > MAX_EXPORT:
            hint = "Split it at the borders of messages."
            raise InputError(f"{path} has more than {MAX_EXPORT} bytes of flow records", hint=hint)
    return b"".join(pieces)


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a log, each up to a length."""
    try:
        with _Opened(path) as stream:
            buffered = io.BufferedReader(stream)
            while line := buffered.readline(zeek.MAX_LINE):
                yield line
    except UNREADABLE as error:
        raise _unreadable(path, error) from error


def content(path: Path) -> bytes:
    """The bytes of a capture, unpacked, or of another file.

    Raises:
        InputError: It cannot be read, or has more than `MAX_CONTENT`.
    """
    try:
        with path.open("rb") as stream:
            packed = PACKED.get(path.suffix)
            data = (packed(stream) if packed else stream).read(MAX_CONTENT + 1)
    except UNREADABLE as error:
        raise _unreadable(path, error) from error
    if len(data) > MAX_CONTENT:
        raise InputError(f"{path} has more than {MAX_CONTENT} bytes", hint=UNPACK)
    return data


def _unreadable(path: Path, error: BaseException) -> InputError:
    return InputError(f"cannot read {path}: {error}", hint="Check the path and the permissions.")


class _Opened(io.RawIOBase):
    """A file, unpacked, whose first bytes are known; of a packed one at most `MAX_UNPACKED`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb", buffering=0)
        packed = PACKED.get(path.suffix)
        self._stream = packed(self._file) if packed else self._file
        self._left = MAX_UNPACKED if packed else 0
        self._bounded = packed is not None
        self.first = self._stream.read(16) or b""
        self._ahead = self.first

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, target: memoryview, /) -> int:  # type: ignore[override]
        """Read some bytes into memory; how many."""
        if self._ahead:
            count = min(len(target), len(self._ahead))
            target[:count] = self._ahead[:count]
            self._ahead = self._ahead[count:]
            return count
        count = self._stream.readinto(target) or 0
        self._left -= count
        if self._bounded and self._left < 0:
            raise InputError(f"{self._path} holds more than {MAX_UNPACKED} bytes", hint=UNPACK)
        return count

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        super().close()


def _problems(path: str, damaged: int, left: int) -> Iterator[Problem]:
    if damaged:
        what = f"{damaged} packets of the device are damaged or cut short, and were passed over"
        yield Problem(stage="traffic", where=path, what=what, hint="Capture whole packets: `tcpdump -s 0`.")
    if left:
        what = f"{left} packets belong to more conversations than are kept, and were passed over"
        yield Problem(stage="traffic", where=path, what=what, hint="A device does not do this; a scan does.")
