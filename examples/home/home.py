"""Make the example home: captures of three days and of a break-in, and a network.toml. All is made up."""

import argparse
import random
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from roadworthy.testing import traffic
from roadworthy.testing.traffic import End

CAMERA: Final = End("02:11:22:33:44:55", "192.168.8.20")
ROUTER: Final = End("02:00:00:00:00:01", "192.168.8.1")
PHONE: Final = End("02:00:00:00:00:99", "192.168.8.50")
RELAY: Final = "relay.camera.example"
UPDATE: Final = "update.camera.example"
RELAYS: Final = ("203.0.113.20", "203.0.113.21")
UPDATES: Final = "198.51.100.10"
CONTROL: Final = "192.0.2.66"
BEGIN: Final = 1_790_000_000  # a day in September 2026
DAY: Final = 86_400
DAYS: Final = 3
MUD_URL: Final = b"https://camera.example/ex-cam1.json"
NETWORK: Final = """\
[network]
lan = ["br-lan"]
wan = ["eth0"]
local = ["192.168.8.0/24"]
address = "192.168.8.1"
upstream = ["9.9.9.9"]
state = "state"

[controllers]
"urn:ietf:params:mud:dns" = ["192.168.8.1"]
"urn:ietf:params:mud:ntp" = ["192.168.8.1"]

[devices.camera]
mac = "02:11:22:33:44:55"
addresses = ["192.168.8.20"]
profile = "camera.mud.json"
mode = "learn"
maker = "Example"
model = "EX-CAM1"
unit = "SN-0001"
update-hosts = ["update.camera.example"]
"""
Frames = Iterator[tuple[float, bytes]]


def day(start: float, number: int) -> Frames:
    """One day of the camera: it starts, calls its relay every hour, and looks for updates once."""
    yield from boot(start)
    port = 40_000 + 100 * number
    for hour in range(24):
        moment = start + 30 + 3600 * hour
        port += 1
        yield from asked(moment, RELAY, RELAYS[hour % 2], port)
        yield from over_tls(moment + 0.2, port, RELAYS[hour % 2], RELAY)
        yield from clock(moment + 5)
    yield from asked(start + 7200, UPDATE, UPDATES, port + 40)
    request = f"GET /ex-cam1/ HTTP/1.1\r\nHost: {UPDATE}\r\n\r\n".encode()
    answer = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    update = traffic.connection(CAMERA.at(port + 41), routed(UPDATES, 80), [(True, request), (False, answer)])
    yield from spread(start + 7200.3, update)
    yield from watched(start + 40_000, port)


def boot(start: float) -> Frames:
    """It asks for an address, and says where its profile is."""
    asks = End(CAMERA.mac, "0.0.0.0", 68)  # noqa: S104 -- nothing listens
    everybody = End(traffic.BROADCAST, "255.255.255.255", 67)
    said = {12: b"EX-CAM1", 161: MUD_URL}
    given = {54: IPv4Address(ROUTER.ip).packed, 6: IPv4Address(ROUTER.ip).packed}
    for step, kind in enumerate((1, 2, 3, 5)):
        if kind in {1, 3}:
            frame = traffic.udp(asks, everybody, traffic.dhcp(kind, CAMERA.mac, said))
        else:
            message = traffic.dhcp(kind, CAMERA.mac, given, address=CAMERA.ip)
            frame = traffic.udp(ROUTER.at(67), CAMERA.at(68), message)
        yield start + 0.1 * step, frame


def asked(moment: float, name: str, address: str, port: int) -> Frames:
    """A name looked up at the router."""
    yield moment, traffic.udp(CAMERA.at(port), ROUTER.at(53), traffic.dns_query(name, number=port))
    answer = traffic.dns_answer(name, [(name, "A", address)], number=port)
    yield moment + 0.02, traffic.udp(ROUTER.at(53), CAMERA.at(port), answer)


def over_tls(moment: float, port: int, address: str, name: str) -> Frames:
    """A connection to the relay."""
    sent = [(True, traffic.client_hello(name)), (False, b"\x16\x03\x03\0\x02\0\0"), (True, b"\x17" * 400)]
    yield from spread(moment, traffic.connection(CAMERA.at(port), routed(address, 443), sent))


def clock(moment: float) -> Frames:
    """The time, from the router."""
    yield moment, traffic.udp(CAMERA.at(123), ROUTER.at(123), b"\x23" + b"\0" * 47)
    yield moment + 0.01, traffic.udp(ROUTER.at(123), CAMERA.at(123), b"\x24" + b"\0" * 47)


def watched(moment: float, port: int) -> Frames:
    """The phone looks at the picture, in the same network."""
    talk = traffic.connection(PHONE.at(port), CAMERA.at(554), [(True, b"OPTIONS * RTSP/1.0\r\n\r\n")])
    yield from spread(moment, talk)


def attack(start: float) -> Frames:
    """After the break-in: telnet to addresses at random, nine to one on its two ports, and a call home."""
    chance = random.Random(8)  # noqa: S311 -- the same capture every time
    for number in range(400):
        target = str(IPv4Address(chance.randrange(0x0B000000, 0xDF000000)))
        port = 2323 if number % 10 == 0 else 23
        frame = traffic.tcp(
            CAMERA.at(30_000 + number), routed(target, port), traffic.SYN, sequence=int(IPv4Address(target))
        )
        yield start + 0.05 * number, frame
    home = traffic.connection(CAMERA.at(50_000), routed(CONTROL, 48_101), [(True, b"\0\0\0\x01")])
    yield from spread(start + 21, home)


def routed(address: str, port: int) -> End:
    """A server behind the router."""
    return End(ROUTER.mac, address, port)


def spread(moment: float, frames: list[bytes]) -> Frames:
    """Frames, ten milliseconds apart."""
    for number, frame in enumerate(frames):
        yield moment + 0.01 * number, frame


def make(folder: Path) -> None:
    """Write the captures and the network into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    days = [each for number in range(DAYS) for each in day(BEGIN + DAY * number, number)]
    (folder / "home.pcap").write_bytes(traffic.capture(sorted(days)))
    (folder / "attack.pcap").write_bytes(traffic.capture(attack(BEGIN + DAY * DAYS)))
    (folder / "network.toml").write_text(NETWORK, "utf-8")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    make(arguments.parse_args().folder)
