"""How long a guard at work takes: from an answer of DNS to the first packet, from an order to the last one.

The household of the tests, with its real guard, DNS server and kernel; see `enforce.py`. Times are the
kernel's own stamps of the packets on the wire towards the Internet.
"""

import socket
import statistics
import struct
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import enforce_data as data

from roadworthy.adapters.guard.control import ask
from roadworthy.network.mud.file import About
from roadworthy.network.mud.spelling import mud_of
from roadworthy.network.mud.writing import write_mud
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.testing.household import GATEWAY, RESOLVER, Household, network_file

TRIES: Final = 20
GOAL_MS: Final = 50.0
OTHERS: Final = (0, 4_999)
PROFILES: Final = 200
UPSTREAM: Final = "203.1.2.54"
FIRST_HOST: Final = 100
STAMPS: Final = 35  # SO_TIMESTAMPNS
PAUSE: Final = 0.001


def delays() -> bool:
    """Print how long it takes; whether all medians keep the goal."""
    print(f"\n### Delay: ms, median and worst of {TRIES}\n")
    print("| devices | answer → first packet | of that in the guard | quarantine → last packet | reply |")
    print("|---|---|---|---|---|")
    kept = True
    for others in OTHERS:
        with tempfile.TemporaryDirectory(prefix="roadworthy-bench-") as folder, ExitStack() as stack:
            home = _home(stack, Path(folder), others)
            names = [_name(home, each) for each in range(TRIES)]
            orders = [_order(home) for _ in range(TRIES)]
        columns = [*zip(*names, strict=True), *zip(*orders, strict=True)]
        cells = [f"{statistics.median(each):.1f}, {max(each):.1f}" for each in columns]
        print(f"| {others + 1:,} | {' | '.join(cells)} |", flush=True)
        kept &= statistics.median(columns[0]) <= GOAL_MS and statistics.median(columns[2]) <= GOAL_MS
    return kept


def _policy() -> Policy:
    return Policy(
        rules=tuple(
            Rule(
                name=f"rule{each}",
                sender=Side.DEVICE,
                peers=(Peer(PeerKind.NAME, f"host{each}.example.com"),),
                protocol=6,
                peer_ports=(Ports(443, 443),),
            )
            for each in range(TRIES)
        )
    )


def _home(stack: ExitStack, folder: Path, others: int) -> Household:
    home = Household(stack, folder)
    home.cloud.ip(f"addr add {UPSTREAM}/24 dev eth0")
    records = []
    for each in range(TRIES):
        address = f"203.1.2.{FIRST_HOST + each}"
        home.cloud.ip(f"addr add {address}/24 dev eth0")
        records.append(f"--host-record=host{each}.example.com,{address}")
    common = ("--no-daemon", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--pid-file")
    listening = (f"--listen-address={UPSTREAM}", "--bind-interfaces", "--local-ttl=600")
    home.cloud.start("dnsmasq", *common, *listening, *records)
    about = About(mud_url="https://maker.example/camera.json", last_update="2026-01-01T00:00:00Z")
    (folder / "camera.mud.json").write_bytes(write_mud(mud_of(_policy(), about)))
    for each in range(min(others, PROFILES)):
        (folder / f"{each}.json").write_bytes(write_mud(mud_of(data.policy(each), about)))
    more = data.file_text(others, PROFILES).partition("\n\n")[2] if others else ""
    home.file.write_text(network_file(mode="enforce").replace(RESOLVER, UPSTREAM) + more)
    home.start_guard()
    home.reaches(home.camera, GATEWAY, 443)  # ARP
    return home


def _wire(home: Household, stack: ExitStack) -> socket.socket:
    heard = home.gateway.frames("wan")
    stack.callback(heard.close)
    heard.setsockopt(socket.SOL_SOCKET, STAMPS, 1)
    heard.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    heard.settimeout(0.3)
    return heard


def _frames(heard: socket.socket) -> list[tuple[float, bytes]]:
    """What went over a wire until it is silent, each with its time."""
    found = []
    with suppress(TimeoutError):
        while True:
            frame, more, _, _ = heard.recvmsg(2048, 64)
            seconds, parts = struct.unpack("qq", more[0][2])
            found.append((seconds + parts / 1e9, frame))
    return found


def _name(home: Household, number: int) -> tuple[float, float]:
    """Ask for a name, connect: from the answer on the wire to the SYN on it; and to the answer in hand."""
    with ExitStack() as stack:
        heard = _wire(home, stack)
        home.asked(home.camera, GATEWAY, f"host{number}.example.com")
        told = time.time()
        home.connected(home.camera, f"203.1.2.{FIRST_HOST + number}", 443).close()
        frames = _frames(heard)
    answers = [at for at, each in frames if each[23:24] == b"\x11" and each[34:36] == b"\0\x35"]
    syn = [at for at, each in frames if each[23:24] == b"\x06" and each[47:48] == b"\x02"]
    return 1000 * (syn[0] - answers[0]), 1000 * (told - answers[0])


def _order(home: Household) -> tuple[float, float]:
    """Quarantine a device that talks: from the order to its last packet; and to the guard's reply."""
    with ExitStack() as stack:
        talking = stack.enter_context(home.connected(home.camera, f"203.1.2.{FIRST_HOST}", 443))
        talking.settimeout(0.5)
        talking.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stop = threading.Event()
        thread = threading.Thread(target=_talk, args=(talking, stop))
        thread.start()
        time.sleep(0.1)
        heard = _wire(home, stack)
        begun = time.time()
        ask(home.folder / "state", {"do": "quarantine", "device": "camera", "why": "bench", "by": "bench"})
        replied = time.time()
        frames = _frames(heard)
        stop.set()
        thread.join()
    ask(home.folder / "state", {"do": "lift", "device": "camera"})
    home.asked(home.camera, GATEWAY, "host0.example.com")
    own = bytes(map(int, ["192", "168", "77", "20"]))
    last = [at for at, each in frames if each[23:24] == b"\x06" and each[26:30] == own]
    return 1000 * max(0.0, last[-1] - begun), 1000 * (replied - begun)


def _talk(talking: socket.socket, stop: threading.Event) -> None:
    with suppress(OSError):
        while not stop.is_set():
            talking.sendall(b"x")
            time.sleep(PAUSE)
