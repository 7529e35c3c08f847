"""Captures of known devices for `bench/learn.py`, each in a part to learn from and a part held out."""

import os
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))  # ./dev bench starts with -P


from roadworthy.adapters.capture_files import read_flows
from roadworthy.network.flow import Flow
from roadworthy.network.traffic.capture import batches

REPOSITORY: Final = Path(__file__).resolve().parents[1]
GIVEN: Final = os.environ.get("ROADWORTHY_SAMPLES")
SAMPLES: Final = (Path(GIVEN).parent if GIVEN else REPOSITORY.parent / "shared/samples") / "network"
MAKERS: Final = (
    "Aria D-Link Edimax Ednet HomeMatic:eQ-3 MAX:eQ-3 Hue Lightify Smarter iKettle:Smarter TP-Link WeMo "
    "Withings blink lockly schlage sifely ultraloq"
)
"""How names of devices begin, and whose they are where that is somebody else."""
LITTLE: Final = b"\xd4\xc3\xb2\xa1"
NUMBERED: Final = re.compile(r"Setup-([A-Z])-(\d+)-STA")


@dataclass(frozen=True)
class Device:
    """One device: what is learned from, and what is held out."""

    name: str
    learned: Sequence[Flow]
    held: Sequence[Flow]

    @property
    def maker(self) -> str:
        """Whose it is."""
        for each in MAKERS.split():
            start, _, maker = each.partition(":")
            if self.name.startswith(start):
                return maker or start
        return self.name


def sentinel(scratch: Path) -> Iterator[Device]:
    """IoT Sentinel (Miettinen et al., ICDCS 2017): about 20 setups a device; every second is held out."""
    with tarfile.open(SAMPLES / "pcap/iot_sentinel_550_pcaps.tar.xz") as packed:
        packed.extractall(scratch, filter="data")
    for note in sorted(scratch.glob("captures_IoT_Sentinel/captures_IoT-Sentinel/*/_iotdevice-mac.txt")):
        mac = note.read_text().strip().lower()
        setups = sorted(note.parent.glob("*.pcap"), key=_number)
        yield Device(note.parent.name, flows(setups[::2], mac), flows(setups[1::2], mac))


def _number(setup: Path) -> tuple[str, int]:
    found = NUMBERED.match(setup.name)
    return (found[1], int(found[2])) if found else (setup.name, 0)


def fit(scratch: Path) -> Iterator[Device]:
    """FIT's IoT dataset: a week of each device, held out from its middle on."""
    for capture in sorted(SAMPLES.glob("pcap/fit_week_long/*.pcap")):
        first, second = _halves(capture, scratch)
        mac = _busiest(capture)
        yield Device(capture.stem, flows([first], mac), flows([second], mac))


def _halves(capture: Path, scratch: Path) -> tuple[Path, Path]:
    """Two captures: before and after the middle of the time."""
    data = capture.read_bytes()
    moments: list[float] = []
    starts: list[int] = []
    at = 24
    for batch in batches(data, "capture"):
        moments += batch.moments.tolist()
        for length in batch.lengths.tolist():
            starts.append(at)
            at += 16 + length
    middle = (moments[0] + moments[-1]) / 2
    cut = next(start for start, moment in zip(starts, moments, strict=True) if moment >= middle)
    first, second = scratch / f"first-{capture.name}", scratch / f"second-{capture.name}"
    first.write_bytes(data[:cut])
    second.write_bytes(data[:24] + data[cut:])
    return first, second


def _busiest(capture: Path) -> str:
    """The device of a capture that holds one: who sends most of what no switch has tagged."""
    senders: Counter[bytes] = Counter()
    for batch in batches(capture.read_bytes(), capture.name):
        view = batch.buffer.data
        frames = (view[at : at + 14].tobytes() for at in batch.starts.tolist())
        senders.update(frame[6:12] for frame in frames if frame[12:] == b"\x08\x00")
    return senders.most_common(1)[0][0].hex(":")


def flows(captures: Sequence[Path], device: str) -> list[Flow]:
    """The conversations of a device in some captures."""
    return list(read_flows([str(each) for each in captures], device=device).flows)
