"""Which command lines are services: the usual daemons with their ports, and the ways to start one."""

import posixpath
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from roadworthy.inspection.inventory._tokens import unquote

PORTS: Final = {
    # IANA service names and the programs' own defaults
    "telnetd": ("tcp/23",),
    "utelnetd": ("tcp/23",),
    "in.telnetd": ("tcp/23",),
    "dropbear": ("tcp/22",),
    "sshd": ("tcp/22",),
    "in.sshd": ("tcp/22",),
    "ftpd": ("tcp/21",),
    "vsftpd": ("tcp/21",),
    "proftpd": ("tcp/21",),
    "pure-ftpd": ("tcp/21",),
    "bftpd": ("tcp/21",),
    "stupid-ftpd": ("tcp/21",),
    "tcpsvd": (),
    "rlogind": ("tcp/513",),
    "in.rlogind": ("tcp/513",),
    "rshd": ("tcp/514",),
    "in.rshd": ("tcp/514",),
    "rexecd": ("tcp/512",),
    "in.rexecd": ("tcp/512",),
    "httpd": ("tcp/80",),
    "mini_httpd": ("tcp/80",),
    "thttpd": ("tcp/80",),
    "uhttpd": ("tcp/80",),
    "lighttpd": ("tcp/80",),
    "nginx": ("tcp/80",),
    "boa": ("tcp/80",),
    "goahead": ("tcp/80",),
    "webs": ("tcp/80",),
    "appweb": ("tcp/80",),
    "dnsmasq": ("udp/53", "tcp/53"),
    "named": ("udp/53", "tcp/53"),
    "unbound": ("udp/53", "tcp/53"),
    "udhcpd": ("udp/67",),
    "dhcpd": ("udp/67",),
    "tftpd": ("udp/69",),
    "in.tftpd": ("udp/69",),
    "ntpd": ("udp/123",),
    "chronyd": ("udp/123",),
    "snmpd": ("udp/161",),
    "mini_snmpd": ("udp/161",),
    "smbd": ("tcp/445", "tcp/139"),
    "nmbd": ("udp/137", "udp/138"),
    "rtspd": ("tcp/554",),
    "mosquitto": ("tcp/1883",),
    "miniupnpd": ("udp/1900", "tcp/5000"),
    "upnpd": ("udp/1900",),
    "adbd": ("tcp/5555",),
    "gdbserver": (),
    "iperf3": ("tcp/5201",),
    "avahi-daemon": ("udp/5353",),
    "xl2tpd": ("udp/1701",),
    "inetd": (),
    "xinetd": (),
    "syslogd": (),
    "klogd": (),
    "crond": (),
    "watchdog": (),
    "hostapd": (),
    "wpa_supplicant": (),
    "pppd": (),
    "udhcpc": (),
    "zebra": (),
    "ripd": (),
    "igmpproxy": (),
    "radvd": (),
    "odhcpd": (),
    "rpcd": (),
    "netifd": (),
    "procd": (),
    "ubusd": (),
    "getty": (),
}

_PORT_OPTION = frozenset(
    (
        "telnetd",
        "utelnetd",
        "in.telnetd",
        "dropbear",
        "sshd",
        "uhttpd",
        "httpd",
        "mini_httpd",
        "thttpd",
        "gdbserver",
        "mosquitto",
        "dnsmasq",
    )
)
"""Programs whose option ``-p`` is a port."""
_PREFIXES = frozenset(
    ("exec", "nohup", "setsid", "command", "busybox", "env", "nice", "ionice", "eval", "sudo")
)
_STARTERS = frozenset(("service_start", "daemon", "start_daemon", "daemonize"))
_UTILITIES = frozenset(
    (
        "[",
        "ash",
        "awk",
        "bash",
        "cat",
        "cd",
        "chmod",
        "chown",
        "cp",
        "date",
        "dd",
        "depmod",
        "e2fsck",
        "echo",
        "exit",
        "export",
        "find",
        "fsck",
        "grep",
        "hotplug",
        "hwclock",
        "ifconfig",
        "insmod",
        "ip",
        "iptables",
        "kill",
        "killall",
        "ldconfig",
        "ln",
        "local",
        "logger",
        "ls",
        "mdev",
        "mkdir",
        "mknod",
        "modprobe",
        "mount",
        "mv",
        "printf",
        "read",
        "return",
        "rm",
        "route",
        "sed",
        "sh",
        "sleep",
        "swapon",
        "sync",
        "tar",
        "test",
        "touch",
        "true",
        "umount",
        "wait",
    )
)
"""Commands that do one thing and end; in the background they are still no service."""
_QUESTIONS = frozenset(("--version", "--help"))
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_PROGRAM = re.compile(r"[\w./+@-]{1,200}")
_PORT = re.compile(r"(?:.*:)?(\d{1,5})")
_MAX_PORT = 65535
_EXEC_OPTIONS = ("-x", "--exec", "-a", "--startas")
_USER_OPTIONS = ("-c", "--chuid")


@dataclass(frozen=True, slots=True)
class Start:
    """A command line that starts a program.

    Args:
        program: The program as written, with its path if it has one.
        arguments: What it gets.
        user: As whom; empty where the line does not say.
    """

    program: str
    arguments: tuple[str, ...] = ()
    user: str = ""

    @property
    def name(self) -> str:
        """The program without its path."""
        return posixpath.basename(self.program)

    @property
    def ports(self) -> tuple[str, ...]:
        """Ports that it likely listens on: what ``-p`` says, or its default."""
        usual = PORTS.get(self.name, ())
        told = []
        for option, value in pairwise((*self.arguments, "")):
            match = _PORT.fullmatch(value) if option == "-p" else _PORT.fullmatch(option[2:])
            if option.startswith("-p") and match and int(match[1]) <= _MAX_PORT:
                told.append(f"{usual[0].partition('/')[0] if usual else 'tcp'}/{int(match[1])}")
        return tuple(dict.fromkeys(told)) if told and self.name in _PORT_OPTION else usual


def stripped(words: tuple[str, ...]) -> tuple[str, ...]:
    """A command line without assignments and wrappers before the program, and without quotes."""
    plain = [unquote(word) for word in words]
    while plain and (_ASSIGNMENT.fullmatch(plain[0]) or posixpath.basename(plain[0]) in _PREFIXES):
        wrapper = posixpath.basename(plain.pop(0))
        while plain and wrapper in ("nice", "ionice") and (plain[0].startswith("-") or plain[0].isdigit()):
            plain.pop(0)
    return tuple(plain)


def recognise(words: tuple[str, ...], *, background: bool) -> Start | None:
    """The service that a command line starts; None where it starts none."""
    line = stripped(words)
    if not line:
        return None
    start = _wrapped(line)
    if start is None and (background or posixpath.basename(line[0]) in PORTS):
        start = Start(line[0], line[1:])
    if start is not None and _QUESTIONS & set(start.arguments):
        return None
    if start is None or not _PROGRAM.fullmatch(start.program) or start.name in _UTILITIES:
        return None
    return start


def _wrapped(line: tuple[str, ...]) -> Start | None:
    name = posixpath.basename(line[0])
    if name == "start-stop-daemon":
        return _start_stop(line[1:])
    if name == "procd_set_param" and line[1:2] == ("command",):
        return Start(line[2], line[3:]) if len(line) > 2 else None  # noqa: PLR2004 -- procd_set_param command PROGRAM
    if name in _STARTERS:
        rest = [word for word in line[1:] if word != "--"]
        while rest and rest[0].startswith("-"):
            rest.pop(0)
        return Start(rest[0], tuple(rest[1:])) if rest else None
    return None


def _start_stop(arguments: tuple[str, ...]) -> Start | None:
    """``start-stop-daemon --start --exec PROGRAM -- ARGUMENTS`` (start-stop-daemon(8))."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    own, rest = arguments[:at], arguments[at + 1 :]
    if "-K" in own or "--stop" in own or not any(word in own for word in ("-S", "--start", "-bS", "-Sb")):
        return None
    program = next((value for option, value in pairwise(own) if option in _EXEC_OPTIONS), "")
    user = next((value for option, value in pairwise(own) if option in _USER_OPTIONS), "")
    return Start(program, rest, user) if program else None
