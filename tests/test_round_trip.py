"""The whole way, on a real gateway.

A camera is learned from; its profile is signed, published, fetched and enforced; it is taken over, reported,
quarantined and let out again; and its owner has three switches.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509

from roadworthy.testing import household
from roadworthy.testing.authority import issue, usage, web
from roadworthy.testing.household import (
    CAMERA,
    CAMERA_MAC,
    CLOUD,
    GATEWAY,
    OTHER,
    UPDATE,
    Household,
    echoes,
    network_file,
    wait,
)
from roadworthy.testing.namespaces import missing
from roadworthy.testing.traffic import SYN, End, tcp

URL = "https://maker.example:8444/camera.mud.json"
YEAR = timedelta(days=365)
BASIC_CA = (x509.BasicConstraints(ca=True, path_length=None), True)
MORE = """
my-controllers = ["192.168.77.21"]

[devices.camera.power]
driver = "command"
set = ["sh", "{folder}/relay.sh", "{{state}}"]
get = ["sh", "{folder}/relay.sh"]
"""
RELAY = """
case "$1" in
  on) ip -n {host} link set eth0 up && ip -n {host} route add default via {gateway} ;;
  off) ip -n {host} link set eth0 down ;;
  *) if ip -n {host} link show eth0 | grep -q 'state UP'; then echo on; else echo off; fi ;;
esac
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Household]:
    lacking = missing(*household.PROGRAMS, "tcpdump", "udhcpc")
    if lacking:
        pytest.skip(lacking)
    with ExitStack() as stack:
        made = Household(stack, tmp_path)
        for host in (made.gateway, made.cloud):  # who resolves names for programs of theirs
            folder = Path("/etc/netns") / host.name
            folder.mkdir(parents=True)
            stack.callback(shutil.rmtree, folder)
            (folder / "resolv.conf").write_text(f"nameserver {household.RESOLVER}\n")
        yield made


def use(home: Household) -> None:
    """What the camera does all day."""
    for name, address, port in (("cloud.example.com", CLOUD, 443), ("update.example.com", UPDATE, 8443)):
        assert home.asked(home.camera, GATEWAY, name) is not None
        with home.connected(home.camera, address, port) as talking:
            assert echoes(talking)
    with home.connected(home.hub, CAMERA, 80) as talking:
        assert echoes(talking)


def test_the_whole_way(home: Household) -> None:
    learn(home)
    publish(home)
    hear_and_fetch(home)
    enforce(home)
    attack(home)
    switch(home)


def learn(home: Household) -> None:
    """In learning mode, with an empty profile, a capture on the router becomes a profile."""
    home.file.write_text(network_file(profile=""))
    home.start_guard()
    capture = str(home.folder / "home.pcap")
    tcpdump = home.start_until(
        home.gateway, "listening", "tcpdump", "-i", "br0", "-s", "0", "-U", "--immediate-mode", "-w", capture
    )
    for _ in range(3):
        use(home)
    tcpdump.terminate()
    tcpdump.wait(10)
    said = home.roadworthy(
        "profile", "learn", capture, "--device", CAMERA_MAC, "--maker", "Example", "--model", "Camera",
        "--mud-url", URL, "--my-controller", household.HUB, "-o", str(home.folder / "learned.mud.json"),
        "--no-keep", "--strictness", "loose", "--format", "json",
    )  # fmt: skip
    assert "cloud.example.com" in said
    profile = (home.folder / "learned.mud.json").read_text()
    assert "update.example.com" in profile
    assert OTHER not in profile


def publish(home: Household) -> None:
    """Signed by the maker, served by the maker."""
    now = datetime.now(UTC)
    folder = home.folder / "site"
    folder.mkdir()
    shutil.copy(home.folder / "learned.mud.json", folder / "camera.mud.json")
    maker = issue(
        "Maker", extensions=[(usage(certify=True), True), BASIC_CA], begins=now - YEAR, ends=now + YEAR
    )
    signer = issue("Signer", maker, extensions=[(usage(), True)], begins=now - YEAR, ends=now + YEAR)
    root, server = web("maker.example", now=now)
    for name, data in (
        ("maker.pem", maker.pem), ("signer.pem", signer.pem), ("signer.key", signer.key_pem),
        ("root.pem", root.pem), ("server.pem", server.pem), ("server.key", server.key_pem),
    ):  # fmt: skip
        (home.folder / name).write_bytes(data)
    at = str(home.folder)
    home.roadworthy(
        "profile", "sign", f"{at}/site/camera.mud.json",
        "--key", f"{at}/signer.key", "--certificate", f"{at}/signer.pem",
    )  # fmt: skip
    home.start_until(
        home.cloud, "camera.mud.json",
        sys.executable, "-P", "-m", "roadworthy", "profile", "serve", f"{at}/site",
        "--listen", f"{UPDATE}:8444", "--format", "markdown",
        "--certificate", f"{at}/server.pem", "--key", f"{at}/server.key",
    )  # fmt: skip


def hear_and_fetch(home: Household) -> None:
    """The camera tells by DHCP (option 161) where its profile is; that is fetched, and verified."""
    home.gateway.start(
        "dnsmasq", "--no-daemon", "--port=0", "--conf-file=/dev/null", "--pid-file", "--interface=br0",
        "--dhcp-range=192.168.77.100,192.168.77.110,1h", f"--dhcp-host={CAMERA_MAC},{CAMERA}",
        "--dhcp-leasefile=" + str(home.folder / "leases"),
    )  # fmt: skip
    home.camera.run(
        "udhcpc", "-i", "eth0", "-f", "-q", "-n", "-t", "20", "-T", "1", "-s", "/bin/true",
        "-x", "0xa1:" + URL.encode().hex(),
    )  # fmt: skip
    wait(lambda: home.status()["mud_url"] == URL, "the MUD URL")
    at = str(home.folder)
    home.roadworthy(
        "profile", "fetch", str(home.status()["mud_url"]), "-o", f"{at}/camera.mud.json",
        "--anchor", f"{at}/maker.pem", "--authority", f"{at}/root.pem",
    )  # fmt: skip
    home.roadworthy(
        "profile",
        "verify",
        f"{at}/camera.mud.json",
        f"{at}/camera.mud.json.p7s",
        "--anchor",
        f"{at}/maker.pem",
    )


def enforce(home: Household) -> None:
    """Compiled, loaded, agreed: what it did it may do, and nothing else."""
    home.file.write_text(network_file(more=MORE.format(folder=home.folder)))
    (home.folder / "relay.sh").write_text(RELAY.format(host=home.camera.name, gateway=GATEWAY))
    text = home.roadworthy("guard", "compile", str(home.file), "--to", "nftables")
    home.gateway.run("nft", "-c", "-f", "-", given=text)
    home.tell("reload")
    home.tell("agree", "camera")
    use(home)
    assert not home.reaches(home.camera, OTHER, 6667)


def attack(home: Household) -> None:
    """Taken over, it scans and calls home: stopped, told once, quarantined, and let out again."""
    assert home.asked(home.camera, GATEWAY, "c2.example.org") is not None
    for port in (6667, 443, 6667):
        assert not home.reaches(home.camera, OTHER, port)
    replay(home)
    wait(lambda: "to c2.example.org, port 6667" in json.dumps(home.status()["deviations"]), "the deviation")
    with home.connected(home.camera, CLOUD, 443) as running:
        assert echoes(running)
        home.tell("quarantine", "camera", "--why", "it calls c2.example.org")
        assert not echoes(running)
    assert not home.reaches(home.camera, CLOUD)
    with home.connected(home.camera, OTHER, 80) as asking:
        asking.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert b"it calls c2.example.org" in asking.makefile("rb").read()
    home.tell("lift", "camera")
    use(home)


def replay(home: Household) -> None:
    """A scan as Mirai does it, made up: ports 23 and 2323 at nine to one, the target as sequence number."""
    watching = home.cloud.frames("eth0")
    watching.settimeout(0.3)
    sender = home.camera.frames("eth0")
    camera = End(CAMERA_MAC, CAMERA, 40_000)
    for number in range(200):
        target = ip_address(0xCB01020A + number)
        router = End("02:00:00:00:00:01", str(target), 2323 if number % 10 == 9 else 23)
        sender.send(tcp(camera, router, SYN, sequence=int(target)))
    try:
        while True:
            data = watching.recv(2048)
            assert data[36:38] not in {b"\x00\x17", b"\x09\x13"}, "the scan reaches the Internet"
    except TimeoutError:
        pass
    wait(lambda: ", port 23." in json.dumps(home.status()["deviations"]), "the scan is told")


def switch(home: Household) -> None:
    """Three switches in the owner's hand, and in nobody else's."""
    for name in ("me.key", "safe.key", "maker.key"):
        home.roadworthy("evidence", "keygen", str(home.folder / name))
    at = str(home.folder)
    mine = ("--key", f"{at}/me.key", "--network", str(home.file))
    home.roadworthy("owner", "enrol", "camera", "--recovery", f"{at}/safe.key.pub", *mine)
    with pytest.raises(RuntimeError, match="owner"):
        home.roadworthy(
            "switch", "camera", "internet", "off", "--key", f"{at}/maker.key", "--network", str(home.file)
        )
    with home.connected(home.camera, CLOUD, 443) as running:
        assert echoes(running)
        home.roadworthy("switch", "camera", "internet", "off", "--reason", "holiday", *mine)
        assert not echoes(running)
    assert home.reaches(home.hub, CAMERA, 80), "the local network stays"
    home.roadworthy("switch", "camera", "internet", "on", *mine)
    assert home.reaches(home.camera, CLOUD), "it still has the answer"
    use(home)
    home.roadworthy("switch", "camera", "change", "off", *mine)
    assert home.reaches(home.camera, CLOUD)
    answer = home.asked(home.camera, GATEWAY, "update.example.com")
    assert answer is not None
    assert not answer.answers
    assert not home.reaches(home.camera, UPDATE, 8443), "also by its bare address"
    home.roadworthy("switch", "camera", "change", "on", *mine)
    use(home)
    said = json.loads(home.roadworthy("switch", "camera", "power", "off", *mine, "--format", "json"))
    assert not home.reaches(home.hub, CAMERA, 80)
    assert "power" in json.dumps(said)
    home.roadworthy("switch", "camera", "power", "on", *mine)
    wait(lambda: home.reaches(home.hub, CAMERA, 80), "the camera after its restart")
    use(home)
