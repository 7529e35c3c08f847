"""How fast captures become a profile: `roadworthy profile learn`, the whole command, in packets a second.

- **Capture**: the 550 setups of IoT Sentinel one behind the other, again and again with the clock going on,
  until there are 10 million packets; in a temporary folder, read once before anything is measured.
- **Job**: the whole command, from its start to its end, for the device that is in the most packets (the
  gateway) and for one that is in fewer. Names from DNS, TLS and HTTP, conversations, the profile: all of it.
- **Peers** in the same run, each for a plain flow table, without the time that it takes to start: `dpkt`,
  `scapy` and `nfstream` (flows alone), if they are in the environment that ROADWORTHY_BENCH_PEERS names or
  `./dev bench` made. They get fewer packets of the same capture, as they need longer.
- Everything runs on one core (`taskset`), the jobs in turn, each capture read once more just before, and the
  median of the rounds counts. Where others use the machine too, the clock measures them as well: the packets
  for each second of computing stand beside it.

Target: 1,000,000 packets a second by the clock.
"""

import os
import statistics
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from roadworthy.network.traffic.capture import batches

REPOSITORY: Final = Path(__file__).resolve().parent.parent
GIVEN: Final = os.environ.get("ROADWORTHY_SAMPLES")
SAMPLES: Final = (Path(GIVEN).parent if GIVEN else REPOSITORY.parent / "shared/samples") / "network/pcap"
SENTINEL: Final = SAMPLES / "iot_sentinel_550_pcaps.tar.xz"
PEERS: Final = Path(os.environ.get("ROADWORTHY_BENCH_PEERS") or REPOSITORY / ".dev/peers")
PEER: Final = Path(__file__).resolve().parent / "peers/traffic_peer.py"
PACKETS: Final = 10_000_000
TARGET: Final = 1_000_000
ROUNDS: Final = 3
SHARES: Final = {"dpkt": 500_000, "scapy": 20_000, "nfstream": 500_000}
"""How many packets each peer gets."""
PCAP_HEAD: Final = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
ONE_CORE: Final = ("taskset", "-c", "0")


class Took(NamedTuple):
    """What a job took: packets, seconds by the clock, and seconds of computing."""

    packets: int
    seconds: float
    computing: float


Job = Callable[[], Took]


@dataclass(frozen=True)
class Setups:
    """All setups in one: the records, where each begins, and how often each MAC address is in them."""

    records: bytes
    starts: list[int]
    shares: Counter[bytes]


def main() -> int:
    """Measure, print a table, and fail where the target is missed."""
    setups = read_setups()
    with tempfile.TemporaryDirectory(prefix="roadworthy-bench-") as scratch:
        whole = Path(scratch) / "whole.pcap"
        count = write_whole(setups, whole)
        jobs: dict[str, Job] = {}
        for mac, seen in (setups.shares.most_common(2)[0], setups.shares.most_common(9)[-1]):
            device = mac.hex(":")
            name = f"roadworthy profile learn, a device in {100 * seen / len(setups.starts):.0f} % of them"
            jobs[name] = lambda device=device: Took(count, *learn(whole, device))  # type: ignore[misc]
        for peer, share in SHARES.items():
            if (PEERS / "bin/python").exists():
                part = Path(scratch) / f"{peer}.pcap"
                write_part(setups, part, share)
                jobs[peer] = lambda peer=peer, part=part: ask(peer, part)  # type: ignore[misc]
        print(f"{count:,} packets, {whole.stat().st_size:,} bytes, {ROUNDS} rounds.")
        return show(measure(jobs))


def read_setups() -> Setups:
    """Every setup of IoT Sentinel."""
    pieces, starts, shares = [], [], Counter[bytes]()
    at = 0
    for data in captures():
        end = 24
        for batch in batches(data, "setup"):
            view = batch.buffer.data
            for length in batch.lengths.tolist():
                starts.append(at + end - 24)
                end += 16 + length
            for place in batch.starts.tolist():
                shares.update({view[place : place + 6].tobytes(), view[place + 6 : place + 12].tobytes()})
        pieces.append(data[24:end])
        at += end - 24
    return Setups(b"".join(pieces), starts, Counter({mac: n for mac, n in shares.items() if not mac[0] & 1}))


def captures() -> Iterator[bytes]:
    """Files of the collection that are little-endian and in microseconds, as all of them are."""
    with tarfile.open(SENTINEL) as archive:
        for each in archive:
            stream = archive.extractfile(each) if each.name.endswith(".pcap") else None
            data = stream.read() if stream else b""
            if data[:4] == PCAP_HEAD[:4]:
                yield data


def write_whole(setups: Setups, path: Path) -> int:
    """The capture; how many packets it has."""
    records = np.frombuffer(setups.records, np.uint8).copy()
    starts = np.array(setups.starts)
    every = np.ndarray((len(records) - 3,), "V4", records, strides=(1,))
    seconds = every[starts].view("<u4")
    span = seconds.max() - seconds.min() + 60
    count = 0
    with path.open("wb") as stream:
        stream.write(PCAP_HEAD)
        while count < PACKETS:
            stream.write(records.data)
            count += len(starts)
            seconds = (seconds + span).astype("<u4")
            every[starts] = seconds.view("V4")
    return count


def write_part(setups: Setups, path: Path, share: int) -> None:
    """A capture of fewer packets."""
    with path.open("wb") as stream:
        stream.write(PCAP_HEAD)
        while share > 0:
            end = setups.starts[share] if share < len(setups.starts) else len(setups.records)
            stream.write(setups.records[:end])
            share -= len(setups.starts)


def warm(path: Path) -> None:
    """Read a file once, so that it is in memory."""
    with path.open("rb") as stream:
        while stream.read(1 << 24):
            pass


def learn(path: Path, device: str) -> tuple[float, float]:
    """Seconds for the whole command, and seconds of computing."""
    warm(path)
    command = (
        *ONE_CORE,
        sys.executable,
        "-m",
        "roadworthy",
        "profile",
        "learn",
        str(path),
        "--device",
        device,
    )
    begun, before = time.perf_counter(), os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- our own
    after = os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    return time.perf_counter() - begun, spent


def ask(peer: str, path: Path) -> Took:
    """The same of a peer."""
    warm(path)
    command = (*ONE_CORE, str(PEERS / "bin/python"), str(PEER), peer, str(path))
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 -- fixed commands
    packets, _, seconds, computing = done.stdout.splitlines()[-1].split()  # nfstream says more before
    return Took(int(packets), float(seconds), float(computing))


def measure(jobs: dict[str, Job]) -> dict[str, list[Took]]:
    """What each job took in each round."""
    took: dict[str, list[Took]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            took[name].append(job())
    return took


def show(took: dict[str, list[Took]]) -> int:
    """Print packets a second; whether the target was missed."""
    print("\n| job | packets a second, median | from | to | a second of computing | against dpkt |")
    print("|---|---|---|---|---|---|")
    computed = {
        name: statistics.median(one.packets / one.computing for one in each) for name, each in took.items()
    }
    ours = []
    for name, each in took.items():
        rates = [one.packets / one.seconds for one in each]
        middle = statistics.median(rates)
        ours += [middle] if name.startswith("roadworthy") else []
        against = f"{computed[name] / computed['dpkt']:.2f}" if "dpkt" in computed else "-"
        bounds = f"{min(rates):,.0f} | {max(rates):,.0f}"
        print(f"| {name} | {middle:,.0f} | {bounds} | {computed[name]:,.0f} | {against} |")
    verdict = "met" if min(ours) >= TARGET else "MISSED"
    load = os.getloadavg()[2]
    print(f"\nTarget {TARGET:,} a second: {verdict}. One of {os.cpu_count()} cores; load {load:.1f}.")
    return 0 if min(ours) >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
