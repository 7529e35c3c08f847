"""A household in namespaces: a camera and a hub behind a gateway, and a cloud with names and servers."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from roadworthy.network.guard.dns_reply import Kind, Message, question, read_message
from roadworthy.testing.namespaces import Host, Hosts, end, set_up

CAMERA_MAC: Final = "02:00:00:00:00:10"
HUB_MAC: Final = "02:00:00:00:00:11"
CAMERA, HUB, GATEWAY = "192.168.77.20", "192.168.77.21", "192.168.77.1"
CAMERA6: Final = "fd77::20"
CLOUD, UPDATE, OTHER, RESOLVER = "203.1.2.3", "203.1.2.4", "203.1.2.5", "203.1.2.53"
CLOUD6: Final = "2a00:77::3"
PORTS: Final = (80, 443, 6667, 8443)
RECORDS: Final = (
    f"--host-record=edge.example.net,{CLOUD},{CLOUD6}",
    "--cname=cloud.example.com,edge.example.net",
    f"--host-record=update.example.com,{UPDATE}",
    f"--host-record=c2.example.org,{OTHER}",
    "--host-record=trap.example.com,192.168.77.21",
    f"--host-record=maker.example,{UPDATE}",
)
_ECHO: Final = """
import socketserver, sys
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(4096):
            self.request.sendall(data)
class Server(socketserver.ThreadingTCPServer):
    address_family = 10
    allow_reuse_address = daemon_threads = True
import threading
servers = [Server(("::", int(each)), Echo) for each in sys.argv[1:]]
for each in servers[1:]:
    threading.Thread(target=each.serve_forever, daemon=True).start()
print("ready", flush=True)
servers[0].serve_forever()
"""
PROGRAMS: Final = ("dnsmasq", "conntrack")
PATIENCE: Final = 10.0


class Household:
    """Hosts and wires.

    Args:
        stack: Takes all of it down.
        folder: Where network.toml and the guard's state lie.
    """

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack = stack
        self.folder = folder
        self.file = folder / "network.toml"
        hosts = Hosts(stack)
        self.camera, self.hub, self.gateway, self.cloud = map(
            hosts.host, ("camera", "hub", "gateway", "cloud")
        )
        self._build(hosts)
        self._serve()
        self.guard: subprocess.Popen[str] | None = None

    def _build(self, hosts: Hosts) -> None:
        self.gateway.ip("link add br0 type bridge")
        for host, port in ((self.camera, "port1"), (self.hub, "port2")):
            hosts.wire((host, "eth0"), (self.gateway, port))
            self.gateway.ip(f"link set {port} master br0")
        hosts.wire((self.cloud, "eth0"), (self.gateway, "wan"))
        self.gateway.ip("link set br0 up")
        near, near6, far, far6 = GATEWAY, "fd77::1", "203.1.2.1", "2a00:77::1"
        set_up(self.gateway, "br0", "02:00:00:00:00:01", (f"{near}/24", f"{near6}/64"))
        set_up(self.gateway, "wan", "02:00:00:00:00:02", (f"{far}/24", f"{far6}/64"))
        set_up(self.camera, "eth0", CAMERA_MAC, (f"{CAMERA}/24", f"{CAMERA6}/64"), (near, near6))
        set_up(self.hub, "eth0", HUB_MAC, (f"{HUB}/24", "fd77::21/64"), (near, near6))
        own = [f"{each}/24" for each in (CLOUD, UPDATE, OTHER, RESOLVER)]
        set_up(self.cloud, "eth0", "02:00:00:00:00:03", (*own, f"{CLOUD6}/64"), (far, far6))
        self.gateway.sysctl("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")

    def _serve(self) -> None:
        for host in (self.cloud, self.hub, self.camera):
            started = host.start(sys.executable, "-c", _ECHO, *map(str, PORTS), output=subprocess.PIPE)
            if started.stdout is None or started.stdout.readline().strip() != "ready":
                raise RuntimeError("the servers did not start")
        common = ("--no-daemon", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--pid-file")
        where = (f"--listen-address={RESOLVER}", "--bind-interfaces", "--local-ttl=60")
        self.cloud.start("dnsmasq", *common, *where, *RECORDS)
        wait(lambda: self.asked(self.cloud, RESOLVER, "edge.example.net") is not None, "dnsmasq")

    def start_until(self, host: Host, word: str, *words: str) -> "subprocess.Popen[str]":
        """Start a program on a host, and wait until it has written a word."""
        log = self.folder / f"{Path(words[0]).name}-{len(list(self.folder.iterdir()))}.log"
        with log.open("w") as file:
            started = host.start(*words, output=file)
        wait(lambda: word in log.read_text() or started.poll() is not None, word)
        if word not in log.read_text():
            raise RuntimeError(f"{words}: {log.read_text()}")
        return started

    # --- the guard ---

    def start_guard(self) -> None:
        """Start ``roadworthy guard run``, and wait until it guards."""
        self.log = self.folder / "guard.log"
        with self.log.open("a") as file:
            at = file.tell()
            self.guard = self.gateway.start(
                sys.executable, "-P", "-m", "roadworthy", "guard", "run", str(self.file), output=file
            )
        wait(lambda: "guarding" in self.log.read_text()[at:] or self._died(), "guard")

    def _died(self) -> bool:
        if self.guard is not None and self.guard.poll() is not None:
            raise RuntimeError(f"the guard ended: {self.log.read_text()}")
        return False

    def kill_guard(self) -> None:
        """Kill -9, as a crash would."""
        if self.guard is not None:
            end(self.guard)

    def stop_guard(self) -> None:
        """Ask it to end, and wait."""
        if self.guard is not None:
            self.guard.terminate()
            self.guard.wait(PATIENCE)

    def roadworthy(self, *words: str) -> str:
        """Run a command on the gateway; gives its output."""
        return self.gateway.run(sys.executable, "-P", "-m", "roadworthy", *words)

    def tell(self, *words: str) -> str:
        """Run ``roadworthy guard`` with some words, for this network."""
        return self.roadworthy("guard", *words, "--network", str(self.file))

    def status(self) -> Mapping[str, object]:
        """What the guard says of the camera."""
        data = json.loads(self.tell("status", "--format", "json"))
        found: Mapping[str, object] = data["devices"]["camera"]
        return found

    # --- what hosts do ---

    def asked(self, host: Host, server: str, name: str, kind: Kind = Kind.A) -> Message | None:
        """The answer to a question over UDP; None if none comes."""
        with host.entered():
            asking = socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET, socket.SOCK_DGRAM)
        with asking, suppress(TimeoutError, OSError):
            asking.settimeout(3)
            asking.connect((server, 53))
            asking.send(question(name, kind)[0])
            return read_message(asking.recv(65_535))
        return None

    def asked_by_stream(self, host: Host, server: str, name: str) -> Message:
        """The answer to a question over TCP."""
        with self.connected(host, server, 53, patience=3) as asking:
            sent = question(name, Kind.A)[0]
            asking.sendall(len(sent).to_bytes(2, "big") + sent)
            with asking.makefile("rb") as file:
                return read_message(file.read(int.from_bytes(file.read(2), "big")))

    def connected(self, host: Host, address: str, port: int, *, patience: float = 0.7) -> socket.socket:
        """A connection: within a second, that is with its first packet. Raises OSError if none opens."""
        with host.entered():
            made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        made.settimeout(patience)
        try:
            made.connect((address, port))
        except OSError:
            made.close()
            raise
        return made

    def reaches(self, host: Host, address: str, port: int = 443) -> bool:
        """Whether a connection opens with its first packet."""
        try:
            self.connected(host, address, port).close()
        except OSError:
            return False
        return True


def wait(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds; raises RuntimeError if it does not within some seconds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if holds():
            return
        time.sleep(0.02)
    raise RuntimeError(f"{what}: not within {PATIENCE} s")


def echoes(connection: socket.socket) -> bool:
    """Whether a connection still carries bytes there and back."""
    try:
        connection.sendall(b"x")
        return connection.recv(16) != b""
    except OSError:
        return False


def network_file(
    *, mode: str = "learn", fail: str = "closed", profile: str = "camera.mud.json", more: str = ""
) -> str:
    """The network.toml of the household."""
    return f"""
[network]
lan = ["br0"]
wan = ["wan"]
local = ["192.168.77.0/24", "fd77::/64"]
address = "{GATEWAY}"
upstream = ["{RESOLVER}"]
fail = "{fail}"

[devices.camera]
mac = "{CAMERA_MAC}"
addresses = ["{CAMERA}"]
profile = "{profile}"
mode = "{mode}"
update-hosts = ["update.example.com"]
maker = "Example"
model = "Camera"
unit = "SN-1"
{more}
"""
