"""The maker of traffic, held against tcpdump, which reads what it makes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from roadworthy.testing import traffic
from roadworthy.testing.traffic import End

DEVICE = End("02:00:00:00:00:01", "192.168.8.20", 40000)
SERVER = End("02:00:00:00:00:02", "203.0.113.5", 443)
DEVICE6 = End("02:00:00:00:00:01", "fd00::20", 40000)
SERVER6 = End("02:00:00:00:00:02", "2001:db8::5", 443)
FRAMES = [
    *traffic.connection(DEVICE, SERVER, [(True, traffic.client_hello("relay.camera.example"))]),
    traffic.udp(DEVICE.at(5000), SERVER.at(53), traffic.dns_query("a.example", number=7)),
    traffic.udp(
        SERVER.at(53),
        DEVICE.at(5000),
        traffic.dns_answer(
            "a.example", [("a.example", "CNAME", "b.example"), ("b.example", "A", "203.0.113.9")], number=7
        ),
    ),
    traffic.tcp(DEVICE6, SERVER6, traffic.SYN),
    traffic.udp(DEVICE6.at(123), SERVER6.at(123), b"\x23" + b"\0" * 47),
    traffic.icmp(DEVICE, SERVER, 8),
    traffic.icmp(DEVICE6, SERVER6, 128),
    traffic.udp(
        End(DEVICE.mac, "0.0.0.0", 68),  # noqa: S104 -- nothing listens
        End(traffic.BROADCAST, "255.255.255.255", 67),
        traffic.dhcp(1, DEVICE.mac, {161: b"https://camera.example/m.json"}),
    ),
]


def test_tcpdump_reads_what_is_made(tmp_path: Path) -> None:
    program = shutil.which("tcpdump", path="/usr/bin:/usr/sbin:/bin:/sbin")
    if program is None:
        pytest.skip("NO tcpdump: install the package tcpdump")
    path = tmp_path / "made.pcap"
    path.write_bytes(traffic.capture((1_700_000_000 + number, each) for number, each in enumerate(FRAMES)))
    done = subprocess.run([program, "-nvvr", str(path)], capture_output=True, text=True, check=True)  # noqa: S603 -- found above
    told = done.stdout
    assert "bad" not in told.replace("bad-", "")
    assert "incorrect" not in told
    assert "A? a.example." in told
    assert "CNAME b.example., b.example. A 203.0.113.9" in told
    assert "NTPv4" in told
    assert told.count("echo request") == 2
    assert "DHCP-Message (53), length 1: Discover" in told
    assert "[udp sum ok]" in told
    assert "(correct)" in told
