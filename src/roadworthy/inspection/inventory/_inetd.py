"""inetd.conf(5) and xinetd.conf(5): services that wait for their first connection."""

import posixpath
import re
from collections.abc import Iterator

from roadworthy.inspection.cataloger import File
from roadworthy.inspection.inventory._boot import Boot, masked
from roadworthy.inspection.inventory._daemons import PORTS
from roadworthy.model.evidence import Evidence
from roadworthy.model.service import Service

_INETD = re.compile(r"/etc(?:_ro)?/inetd\.conf")
_XINETD = re.compile(r"/etc/xinetd\.(?:conf|d/[^/]+)")
_WELL_KNOWN = {
    "ftp": "21", "ssh": "22", "telnet": "23", "tftp": "69", "http": "80", "pop3": "110", "ident": "113",
    "imap": "143", "https": "443", "exec": "512", "login": "513", "shell": "514", "swat": "901",
}  # fmt: skip
_INETD_FIELDS = 6
_BLOCK = re.compile(r"^\s*service\s+(\S{1,80})\s*\{?\s*$")
_SETTING = re.compile(r"^\s*(\w{1,40})\s*\+?=\s*(.{0,300}?)\s*$")
MAX_ENTRIES = 500


def inetd_services(boot: Boot) -> Iterator[Service]:
    """All entries. They start if the super-server does; if nothing is seen to start that, it is unknown."""
    for path, file in boot.kept.files.items():
        if _INETD.fullmatch(path):
            yield from _inetd(file, boot)
        elif _XINETD.fullmatch(path):
            yield from _xinetd(file, boot)


def _enabled(boot: Boot, server: str) -> bool | None:
    told = [service.enabled for service in boot.services if service.name == server]
    return True if True in told else None


def _inetd(file: File, boot: Boot) -> Iterator[Service]:
    """``service type protocol wait user program arguments`` (inetd.conf(5))."""
    for number, line in list(file.lines())[:MAX_ENTRIES]:
        fields = line.split()
        if len(fields) < _INETD_FIELDS or line.startswith("#") or fields[5] == "internal":
            continue
        program = fields[5]
        if posixpath.basename(program) in ("busybox", "tcpd") and len(fields) > _INETD_FIELDS:
            program = fields[6]  # argv[0] names the applet, or the program behind the wrapper
        yield _service(
            boot,
            name=program,
            command=" ".join(fields[5:]),
            mechanism="inetd",
            user=fields[4].partition(".")[0],
            ports=_ports(fields[0], fields[2]),
            enabled=_enabled(boot, "inetd"),
            evidence=file.evidence(line=number, excerpt=masked(line)),
        )


def _xinetd(file: File, boot: Boot) -> Iterator[Service]:
    """``service name { setting = value … }`` (xinetd.conf(5))."""
    name, start = "", 0
    settings: dict[str, str] = {}
    for number, line in list(file.lines())[: 20 * MAX_ENTRIES]:
        opened, setting = _BLOCK.match(line), _SETTING.match(line)
        if opened:
            name, start, settings = opened[1], number, {}
        elif setting and name:
            settings[setting[1]] = setting[2]
        elif line.strip() == "}" and name:
            if "server" in settings:
                yield _xinetd_service(boot, file, (name, start), settings)
            name = ""


def _xinetd_service(boot: Boot, file: File, at: tuple[str, int], settings: dict[str, str]) -> Service:
    off = settings.get("disable", "no").lower() == "yes"
    command = f"{settings['server']} {settings.get('server_args', '')}".strip()
    protocol = settings.get("protocol", "udp" if settings.get("socket_type") == "dgram" else "tcp")
    return _service(
        boot,
        name=settings["server"],
        command=command,
        mechanism="xinetd",
        user=settings.get("user", ""),
        ports=_ports(settings.get("port", at[0]), protocol),
        enabled=False if off else _enabled(boot, "xinetd"),
        evidence=file.evidence(line=at[1], excerpt=masked(f"service {at[0]}: {command}")),
    )


def _ports(service: str, protocol: str) -> tuple[str, ...]:
    number = service if service.isdigit() else _WELL_KNOWN.get(service, "")
    return (f"{protocol.rstrip('46')}/{number}",) if number else ()


def _service(
    boot: Boot,
    *,
    name: str,
    command: str,
    mechanism: str,
    user: str,
    ports: tuple[str, ...],
    enabled: bool | None,
    evidence: Evidence,
) -> Service:
    node = boot.find(name)
    base = posixpath.basename(name)
    places = (evidence,) if node is None else (evidence, Evidence(path=(*boot.kept.root.where, node.path)))
    return Service(
        name=base,
        command=masked(command),
        started_by=mechanism,
        user=user,
        ports=ports or PORTS.get(base, ()),
        enabled=enabled,
        evidence=places,
    )
