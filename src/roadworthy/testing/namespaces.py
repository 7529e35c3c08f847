"""Network namespaces for tests: several hosts on one machine, with the real kernel between them."""

import ctypes
import os
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from shutil import which
from typing import IO, Final

_NEW_NETWORK: Final = 0x40000000  # CLONE_NEWNET
_ALL_TYPES: Final = 0x0003  # ETH_P_ALL
_numbers = count()
TIMEOUT: Final = 30


def missing(*programs: str) -> str:
    """What tests in namespaces lack here, for the reason of a skip; empty if nothing."""
    lacking = [each for each in ("ip", "nft", *programs) if which(each, path=_path()) is None]
    if lacking:
        return f"NEEDS THE PROGRAMS {', '.join(lacking)}"
    if os.geteuid() != 0:
        return "NEEDS ROOT for network namespaces"
    tried = f"rwtry{os.getpid()}"
    try:
        _run("ip", "netns", "add", tried)
    except RuntimeError as error:
        return f"NEEDS NETWORK NAMESPACES: {error}"
    _run("ip", "netns", "del", tried)
    return ""


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def _run(*words: str, given: str = "") -> str:
    environment = {**os.environ, "PATH": _path()}
    done = subprocess.run(  # noqa: S603 -- programs that the tests name
        words, input=given, capture_output=True, text=True, check=False, timeout=TIMEOUT, env=environment
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


class Host:
    """One namespace: a host of its own.

    Args:
        name: What the kernel calls it.
        stack: Ends what was started in it.
    """

    def __init__(self, name: str, stack: ExitStack) -> None:
        self.name = name
        self._stack = stack

    def run(self, *words: str, given: str = "") -> str:
        """Run a program to its end; gives its output, raises RuntimeError with its complaint."""
        return _run("ip", "netns", "exec", self.name, *words, given=given)

    def start(
        self, *words: str, output: int | IO[str] | None = subprocess.DEVNULL, **settings: str
    ) -> "subprocess.Popen[str]":
        """Start a program that runs on; it is killed at the end at the latest."""
        started = subprocess.Popen(  # noqa: S603 -- as above
            (which("ip", path=_path()) or "ip", "netns", "exec", self.name, *words),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            text=True,
            env={**os.environ, "PATH": _path(), **settings},
        )
        self._stack.callback(end, started)
        return started

    def ip(self, line: str) -> None:
        """Run ``ip`` with the words of a line."""
        _run("ip", "-n", self.name, *line.split())

    def sysctl(self, *settings: str) -> None:
        """Set kernel settings of this host."""
        for each in settings:
            key, _, value = each.partition("=")
            self.run("sh", "-c", f"echo {value} > /proc/sys/{key.replace('.', '/')}")

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be in it: sockets made here belong to it for good. For this thread only."""
        libc = ctypes.CDLL(None, use_errno=True)
        with (
            Path("/proc/thread-self/ns/net").open("rb") as home,
            Path(f"/run/netns/{self.name}").open("rb") as there,
        ):
            if libc.setns(there.fileno(), _NEW_NETWORK):
                raise OSError(ctypes.get_errno(), f"setns {self.name}")
            try:
                yield
            finally:
                if libc.setns(home.fileno(), _NEW_NETWORK):
                    raise OSError(ctypes.get_errno(), "setns home")

    def frames(self, interface: str) -> socket.socket:
        """A socket that sends and receives whole frames."""
        with self.entered():
            made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL_TYPES))
            made.bind((interface, _ALL_TYPES))
        self._stack.callback(made.close)
        return made


def end(process: "subprocess.Popen[str]") -> None:
    """End a program that was started, and wait for it."""
    process.kill()
    process.wait(TIMEOUT)
    if process.stdout:
        process.stdout.close()


class Hosts:
    """Hosts, and wires between them. Close the stack that it was made with to take all of it down."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._tag = f"rw{os.getpid()}n{next(_numbers)}"

    def host(self, name: str) -> Host:
        """A new host."""
        full = f"{self._tag}{name}"
        _run("ip", "netns", "add", full)
        self._stack.callback(_run, "ip", "netns", "del", full)
        made = Host(full, self._stack)
        made.ip("link set lo up")
        return made

    def wire(self, one: tuple[Host, str], other: tuple[Host, str]) -> None:
        """A cable between two hosts, named at each end, with both ends up."""
        (here, name), (there, its) = one, other
        here.ip(f"link add {name} type veth peer name {its} netns {there.name}")
        for host, interface in (one, other):
            host.sysctl(f"net.ipv6.conf.{interface}.accept_dad=0")
            host.ip(f"link set {interface} up")


def set_up(
    host: Host, interface: str, mac: str, addresses: Sequence[str], gateways: Sequence[str] = ()
) -> None:
    """Give an interface its MAC and IP addresses, and the ways out."""
    host.ip(f"link set {interface} address {mac}")
    for each in addresses:
        host.ip(f"addr add {each} dev {interface}{' nodad' if ':' in each else ''}")
    for each in gateways:
        host.ip(f"{'-6 ' if ':' in each else ''}route add default via {each} dev {interface}")
