"""Hosts that the image names.

What it finds

The host and port of every URL in programs, scripts and configuration files, and in the stretches of the image
that are no file system, and the names of time servers in the files of time clients. Web pages and documents
are left out: what they name is for a browser or a reader. So are addresses of this host, names reserved for
documentation (RFC 2606) and hosts that only stand in the names of XML schemas.

How it can be wrong

That a program names a host does not mean that it ever talks to it. A name put together while the program
runs is not seen.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._directives import directives, is_text, uci
from roadworthy.inspection.rootfs import Node
from roadworthy.model.endpoint import Endpoint

MAX_FILE = 32 * 1024 * 1024
MAX_LOOKS = 5000
MAX_ENDPOINTS = 200
"""Endpoints told of one file."""

_MARK = b"://"
_SCHEME = re.compile(
    rb"(?i)(?:https?|ftps?|tftp|mqtts?|wss?|rtsps?|coaps?|ldaps?|amqps?|stuns?|turns?|ntp)\Z"
)
_HOST = re.compile(
    rb"(?:[\w.%~-]{1,40}:[^\s@/\"'<>]{1,60}@)?((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z0-9-]{1,24})"
    rb"(?::(\d{1,5}))?(?=[/\"'\s<>\\)?#;,]|\0|\Z)"
)
_READER = re.compile(
    r"/(?:usr/)?share/(?:doc|man|info|licenses)/.*|.*\.(?:html?|css|js|map|svg|md|txt|po|lua_?doc|pem|crt)",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?i)(?:localhost|127\.|0\.0\.0\.0|255\.|\d+\.\d+\Z|.*\.(?:example|invalid|test|local|localdomain|lan)\Z"
    r"|(?:.*\.)?example\.(?:com|org|net)\Z)"
)
_SCHEMAS = re.compile(
    r"(?i)(?:www\.w3\.org|schemas\.[\w.-]+|www\.xmlsoap\.org|xml\.apache\.org|purl\.org|(?:docs\.)?oasis-open\.org)\Z"
)
_TIME = re.compile(r"/(?:usr/)?etc(?:_ro)?/(?:ntp|chrony|systemd/timesyncd)(?:/[\w.-]+)?\.conf")
_SERVER = re.compile(r"(?i)server|pool|peer|NTP|FallbackNTP")
_NAME = re.compile(r"[A-Za-z0-9][\w-]{0,62}(?:\.[\w-]{1,63}){1,8}")
_MAX_PORT = 65535


def wants(node: Node) -> bool:
    """Whatever is not written for a browser or a reader."""
    return 0 < node.size <= MAX_FILE and _READER.fullmatch(node.path) is None


def scan(file: File, context: Context) -> Iterator[Endpoint]:
    """The endpoints of one file, each once."""
    del context
    told: set[tuple[str, int | None, str]] = set()
    text = is_text(file)
    for host, port, protocol, offset in (*_urls(file.data), *_time_servers(file)):
        key = (host, port, protocol)
        if key in told or _NOBODY.match(host) or _SCHEMAS.match(host):
            continue
        if len(told) == MAX_ENDPOINTS:
            return
        told.add(key)
        at = f"{protocol}://{host}" + (f":{port}" if port else "")
        evidence = (
            file.evidence(line=file.data.count(b"\n", 0, offset) + 1, excerpt=at)
            if text
            else file.evidence(offset=offset, excerpt=at)
        )
        yield Endpoint(host=host, port=port, protocol=protocol, named_by=file.node.path, evidence=(evidence,))


def probe(file: File, context: Context) -> Iterator[Endpoint]:
    """The endpoints that a microcontroller's program, a kernel or a boot loader names."""
    if len(file.data) <= MAX_FILE:
        yield from scan(file, context)


def _urls(data: bytes) -> Iterator[tuple[str, int | None, str, int]]:
    at = data.find(_MARK)
    for _ in range(MAX_LOOKS):
        if at < 0:
            return
        scheme = _SCHEME.search(data[max(0, at - 6) : at])
        host = _HOST.match(data, at + len(_MARK)) if scheme else None
        if scheme and host:
            port = int(host[2]) if host[2] else None
            if port is None or port <= _MAX_PORT:
                yield host[1].decode().lower(), port, scheme[0].decode().lower(), at - len(scheme[0])
        at = data.find(_MARK, at + len(_MARK))


def _time_servers(file: File) -> Iterator[tuple[str, int | None, str, int]]:
    if file.node.path == "/etc/config/system":
        named = [each for each in uci(file) if each.section == "timeserver" and each.name == "server"]
    elif _TIME.fullmatch(file.node.path):
        named = [each for each in directives(file) if _SERVER.fullmatch(each.name)]
    else:
        return
    starts = [0]
    for text in file.data.split(b"\n"):
        starts.append(starts[-1] + len(text) + 1)
    for each in named:
        for word in each.value.split():
            if _NAME.fullmatch(word):
                yield word.lower(), None, "ntp", starts[min(each.line, len(starts)) - 1]


CATALOGER: Final = Cataloger(title="Hosts that the image names", wants=wants, scan=scan, probe=probe)
