"""Packets past many devices: a gateway between a device and the Internet; see `enforce.py`.

The flood is frames made beforehand and sent by sendmmsg(2). A veth hands a frame on within the system call or
in the soft interrupt behind it, on the same core: so the CPU of the sender holds the way through the gateway,
and is what a packet costs, also where other work shares the cores.
"""

import ctypes
import json
import statistics
import struct
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Final

import enforce_data as data

from roadworthy.network.live import Live
from roadworthy.network.nftables.elements import plan
from roadworthy.network.nftables.ruleset import ruleset
from roadworthy.testing.namespaces import Hosts, end, set_up
from roadworthy.testing.traffic import IPV4, TCP, UDP, ethernet, ip

GATEWAY, FAR, AWAY = "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03"
SEGMENT: Final = 500
STRANGER: Final = "198.19.255.7"
"""A host that no profile names."""
FIRST_PORT: Final = 1024
FLOOD: Final = 20_000
SLOW_FLOOD: Final = 1_000
AT_ONCE: Final = 50
RUNS: Final = 5
SYN: Final = 2
CASES: Final[Sequence[tuple[str, int]]] = (
    ("no rules", 1),
    ("roadworthy", 1),
    ("roadworthy", 100),
    ("roadworthy", 1_000),
    ("roadworthy", 5_000),
    ("linear", 100),
    ("linear", 1_000),
)


class _Piece(ctypes.Structure):
    """struct iovec."""

    _fields_ = (("base", ctypes.c_char_p), ("size", ctypes.c_size_t))


class _Message(ctypes.Structure):
    """struct mmsghdr (sendmmsg(2))."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_size", ctypes.c_uint32),
        ("pieces", ctypes.POINTER(_Piece)),
        ("pieces_number", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_size", ctypes.c_size_t),
        ("flags", ctypes.c_int),
        ("sent", ctypes.c_uint),
    )


@dataclass(frozen=True)
class Flood:
    """What came of one.

    Args:
        passed: Share of the packets that came out.
        wall: Microseconds for each packet.
        cpu: Microseconds of CPU of the sender for each packet, the way through the gateway included.
    """

    passed: float
    wall: float
    cpu: float


class Lane:
    """The hosts: device, gateway, Internet. The device takes the place of any number."""

    def __init__(self, stack: ExitStack) -> None:
        hosts = Hosts(stack)
        self.near, self.gateway, self.far = map(hosts.host, ("near", "gateway", "far"))
        hosts.wire((self.near, "eth0"), (self.gateway, "lan"))
        hosts.wire((self.far, "eth0"), (self.gateway, "wan"))
        set_up(self.gateway, "lan", GATEWAY, ("10.1.255.254/16",))
        set_up(self.gateway, "wan", FAR, ("172.31.1.1/24",))
        set_up(self.far, "eth0", AWAY, ("172.31.1.2/24",), ("172.31.1.1",))
        self.gateway.sysctl("net.ipv4.ip_forward=1")
        self.gateway.ip("route add 198.18.0.0/15 via 172.31.1.2 dev wan")
        ends = ((self.near, "eth0"), (self.far, "eth0"), (self.gateway, "lan"), (self.gateway, "wan"))
        for each, interface in ends:
            each.run("ethtool", "-K", interface, *["tso", "off", "gso", "off", "gro", "off", "tx", "off"])
        self.frames = self.near.frames("eth0")

    def become(self, number: int) -> None:
        """Be a device, with the host of its first rule on the other side."""
        self.near.ip("addr flush dev eth0")
        self.near.ip(f"link set eth0 address {data.mac(number)}")
        self.near.ip(f"addr add {data.own(number)}/16 dev eth0")
        self.near.ip("route replace default via 10.1.255.254 dev eth0")
        self.far.ip(f"addr replace {data.host(number - 1, 0)}/32 dev eth0")
        self.gateway.ip("neigh flush all")
        self.gateway.ip(f"neigh replace {data.own(number)} lladdr {data.mac(number)} dev lan")
        self.gateway.ip(f"neigh replace 172.31.1.2 lladdr {AWAY} dev wan")

    def stream(self, number: int) -> float:
        """Kilopackets per second of TCP with small segments, by iperf3."""
        where = data.host(number - 1, 0)
        server = self.far.start("iperf3", "-s", "-1", "-B", where, "-p", str(data.PORT))
        words = ("-c", where, "-p", str(data.PORT), "-M", str(SEGMENT), "-t", "1", "-J")
        try:
            for _ in range(20):
                with suppress(RuntimeError, KeyError):  # the server is not there yet
                    said = json.loads(self.near.run("iperf3", *words))
                    return float(said["end"]["sum_received"]["bits_per_second"]) / 8 / SEGMENT / 1000
                time.sleep(0.1)
            raise RuntimeError("iperf3 does not get through")
        finally:
            end(server)

    def flood(self, messages: "ctypes.Array[_Message]") -> Flood:
        """Send frames, and see how many come out."""
        libc = ctypes.CDLL(None, use_errno=True)
        self.gateway.run("conntrack", "-F")
        before, cpu, wall = self._out(), time.thread_time(), time.perf_counter()
        sent = 0
        while sent < len(messages):
            at = ctypes.byref(messages, sent * ctypes.sizeof(_Message))
            done = libc.sendmmsg(self.frames.fileno(), at, min(AT_ONCE, len(messages) - sent), 0)
            if done < 0:
                raise OSError(ctypes.get_errno(), "sendmmsg")
            sent += done
        wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
        time.sleep(0.05)
        number = len(messages)
        return Flood((self._out() - before) / number, 1e6 * wall / number, 1e6 * cpu / number)

    def _out(self) -> int:
        said = json.loads(self.gateway.run("ip", "-s", "-j", "link", "show", "wan"))
        return int(said[0]["stats64"]["tx"]["packets"])


def frames(number: int, protocol: int, where: str, count: int) -> "ctypes.Array[_Message]":
    """First packets of so many conversations of a device."""
    made = (_Message * count)()
    for each in range(count):
        ports = struct.pack("!HH", FIRST_PORT + each, data.PORT)
        if protocol == UDP:
            inside = ports + struct.pack("!HH", 8 + 18, 0) + bytes(18)
        else:
            inside = ports + struct.pack("!IIBBHHH", each, 0, 0x50, SYN, 1000, 0, 0)
        frame = ethernet(data.mac(number), GATEWAY, IPV4, ip(data.own(number), where, protocol, inside))
        made[each].pieces = ctypes.pointer(_Piece(frame, len(frame)))
        made[each].pieces_number = 1
    return made


def loaded(name: str, devices: int) -> str:
    """The rules of a case."""
    if name == "linear":
        return data.linear(devices)
    if name == "roadworthy":
        return ruleset(plan(data.network(devices, devices)), Live())
    return "table inet roadworthy\ndelete table inet roadworthy\n"


def packets() -> None:
    """Print what packets cost past many devices."""
    with ExitStack() as stack:
        lane = Lane(stack)
        texts = {case: loaded(*case) for case in CASES}
        found: dict[tuple[str, int], dict[str, list[float]]] = {case: {} for case in CASES}
        for _ in range(RUNS):
            for case, text in texts.items():
                _once(lane, case, text, found[case])
    _show(found)


def _once(lane: Lane, case: tuple[str, int], text: str, found: dict[str, list[float]]) -> None:
    name, devices = case
    lane.gateway.run("nft", "-f", "-", given=text)
    lane.become(devices)
    found.setdefault("stream", []).append(lane.stream(devices))
    count = SLOW_FLOOD if name == "linear" else FLOOD
    wanted = (
        ("allowed", UDP, data.host(devices - 1, data.RULES - 1)),
        ("denied", UDP, STRANGER),
        ("denied SYN", TCP, STRANGER),
    )
    for what, protocol, where in wanted:
        got = lane.flood(frames(devices, protocol, where, count))
        right = 1.0 if what == "allowed" or name == "no rules" else 0.0
        if abs(got.passed - right) > 0.02:  # noqa: PLR2004 -- a share; a few frames of the hosts' own
            print(f"{name}, {devices} devices, {what}: SHARE {got.passed:.2f} CAME OUT, not {right:.0f}")
        found.setdefault(what, []).append(got.wall)
        found.setdefault(f"{what} cpu", []).append(got.cpu)


def _show(found: dict[tuple[str, int], dict[str, list[float]]]) -> None:
    print(f"\n### Packets: medians of {RUNS} (least to most); flood: µs for each first packet, wall / CPU\n")
    print("| rules | devices | TCP, kpkt/s | allowed UDP | denied UDP | denied SYN |")
    print("|---|---|---|---|---|---|")
    for (name, devices), each in found.items():
        cells = [_cell(each["stream"], 0)]
        cells += [
            f"{_cell(each[what], 1)} / {_cell(each[f'{what} cpu'], 1)}"
            for what in ("allowed", "denied", "denied SYN")
        ]
        print(f"| {name} | {devices:,} | {' | '.join(cells)} |")


def _cell(some: Sequence[float], digits: int) -> str:
    return f"{statistics.median(some):.{digits}f} ({min(some):.{digits}f} to {max(some):.{digits}f})"
