"""How fast a network is enforced: loading, packets past many devices, names and quarantine.

Needs root, for network namespaces that it makes and takes away; nothing leaves them.

- **Load**: devices with 20 rules each, all distinct (the worst case), and 5,000 that share 200 profiles;
  apart, what the steps take: the file, the plan, the text, and nft; and writing and loading together in
  steps (`network/nftables/staging.py`). Beside it, what a simpler compiler writes: a chain for each device
  behind a map, and one linear chain.
- **Packets** (`enforce_wire.py`): TCP through the gateway, and floods of first packets, allowed and denied.
- **Delay** (`enforce_delay.py`): a running guard: from an answer of DNS to the first packet; from an order of
  quarantine to the last packet.

Wall time on a machine with other work says little; so medians, and the time of the CPU beside it.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent))  # ./dev bench starts with -P

import enforce_data as data
from enforce_delay import GOAL_MS, delays
from enforce_wire import packets

from roadworthy.adapters.guard import netlink
from roadworthy.network.live import Live
from roadworthy.network.network_file import read_network
from roadworthy.network.nftables.elements import Plan, plan
from roadworthy.network.nftables.ruleset import ruleset
from roadworthy.network.nftables.staging import stages
from roadworthy.testing.namespaces import Host, Hosts, missing

RUNS: Final = 5
SIZES: Final = ((1, 1), (100, 100), (1_000, 1_000), (5_000, 5_000), (5_000, 200))
"""Devices, and how many profiles they have."""
PROGRAMS: Final = ("iperf3", "ethtool", "conntrack", "dnsmasq")
PARTS: Final = ("load", "packets", "delay")
T = TypeVar("T")
Seconds = tuple[float, float]
"""Of the wall, and of the CPU."""


def main() -> int:
    """Measure what the arguments name, or all."""
    lacking = missing(*PROGRAMS)
    if lacking:
        print(f"NOTHING MEASURED: {lacking}.")
        return 1
    wanted = sys.argv[1:] or PARTS
    kept = True
    if "load" in wanted:
        with ExitStack() as stack:
            load(Hosts(stack).host("load"))
    if "packets" in wanted:
        packets()
    if "delay" in wanted:
        kept = delays()
        print(f"DNS and quarantine within {GOAL_MS:g} ms by the median: {'yes' if kept else 'NO'}.")
    return 0 if kept else 1


def timed(work: Callable[[], T]) -> tuple[T, Seconds]:
    """What it gives, and what it took; of children too, if they have ended."""
    wall, cpu = time.perf_counter(), _cpu()
    made = work()
    return made, (time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    used = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def shown(some: Sequence[Seconds]) -> str:
    """Medians, in milliseconds: of the wall, and of the CPU."""
    wall, cpu = (1000 * statistics.median(each) for each in zip(*some, strict=True))
    return f"{wall:,.0f} ({cpu:,.0f})"


def load(host: Host) -> None:
    """Print what loading takes."""
    print(f"\n### Load: 20 rules for each device; ms, medians of {RUNS}, in brackets of the CPU\n")
    print("| devices | profiles | file | plan | plan again | text | bytes | nft | in steps |")
    print("|---|---|---|---|---|---|---|---|---|")
    for devices, profiles in SIZES:
        print(_own_row(host, devices, profiles), flush=True)
    print("\n| peer | devices | bytes | nft |")
    print("|---|---|---|---|")
    peers = (("chain for each device", data.chains), ("one linear chain", data.linear))
    for name, write in peers:
        for devices in (1, 100, 1_000, 5_000):
            if write is data.chains or devices <= data.MOST_LINEAR:
                text = write(devices)
                took = [timed(lambda text=text: apply(host, text))[1] for _ in range(RUNS)]  # type: ignore[misc]
                print(f"| {name} | {devices:,} | {len(text):,} | {shown(took)} |", flush=True)


def _own_row(host: Host, devices: int, profiles: int) -> str:
    policies = {f"{each}.json": data.policy(each) for each in range(min(profiles, devices))}
    toml = data.file_text(devices, profiles).encode()
    took: dict[str, list[Seconds]] = {}

    def step(name: str, work: Callable[[], T]) -> T:
        made, seconds = timed(work)
        took.setdefault(name, []).append(seconds)
        return made

    for _ in range(RUNS):
        network = step("file", lambda: read_network(toml, "network.toml", policies.__getitem__))
        planned = step("plan", lambda: plan(network))  # noqa: B023 -- called at once
        step("again", lambda: plan(network, planned))  # noqa: B023 -- called at once
        text = step("text", lambda: ruleset(planned, Live()))  # noqa: B023 -- called at once
        step("nft", lambda: apply(host, text))  # noqa: B023 -- called at once
        host.run("nft", "flush", "ruleset")
        step("steps", lambda: in_steps(host, planned))  # noqa: B023 -- called at once
    file, planning, again, writing, nft, steps = (shown(took[each]) for each in took)
    return (
        f"| {devices:,} | {min(devices, profiles):,} | {file} | {planning} | {again} | {writing} "
        f"| {len(text):,} | {nft} | {steps} |"
    )


def apply(host: Host, text: str) -> None:
    """Give nft a ruleset."""
    host.run("nft", "-f", "-", given=text)


def in_steps(host: Host, planned: Plan) -> None:
    """Put a table into force where none is, as the guard does; the time holds the writing of it."""
    made = stages(planned, Live())
    if made is None:
        apply(host, ruleset(planned, Live()))
        return
    apply(host, made.table)
    with host.entered():
        netlink.send(made.bulk)
    apply(host, made.identity)


if __name__ == "__main__":
    sys.exit(main())
