"""Settings of web servers.

What it finds

What decides about encryption, ports and accounts in the configuration of lighttpd, nginx, uhttpd, Boa,
thttpd and mini_httpd: protocol versions, ciphers, listening addresses, the user.

How it can be wrong

A file that the server is not told to read is told all the same, and files that another includes are read by
themselves. What lighttpd sets inside a condition (`$SERVER["socket"]`) is told with the condition's brace
before the name, because it does not hold everywhere. Values that a script fills in at boot are not known.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File, Kept
from roadworthy.inspection.inventory._directives import (
    MAX_LINES,
    MAX_VALUE,
    directives,
    is_text,
    uci,
    unquoted,
)
from roadworthy.inspection.rootfs import Node
from roadworthy.model.setting import Setting

_FILES = (
    ("lighttpd", re.compile(r"/.*lighttpd[^/]*\.conf(?:\.d/[^/]+)?|/etc/lighttpd/.*\.conf")),
    ("nginx", re.compile(r"/.*nginx[^/]*\.conf|/etc/nginx/.*")),
    ("uhttpd", re.compile(r"/etc/config/uhttpd")),
    ("boa", re.compile(r"/etc(?:_ro)?/(?:boa/)?boa\.conf")),
    ("thttpd", re.compile(r"/etc(?:_ro)?/thttpd[^/]*\.conf|/etc/thttpd/.*\.conf")),
    ("mini_httpd", re.compile(r"/etc(?:_ro)?/mini_httpd[^/]*\.conf")),
)
_TOLD = {
    "lighttpd": re.compile(r"ssl\.[\w.-]+|server\.(?:port|bind|username|groupname)"),
    "nginx": re.compile(r"ssl_protocols|ssl_ciphers|listen|user|ssl_prefer_server_ciphers"),
    "uhttpd": re.compile(r"listen_https?|redirect_https|cert|key|rfc1918_filter"),
    "boa": re.compile(r"(?i)port|user|group"),
    "thttpd": re.compile(r"port|user"),
    "mini_httpd": re.compile(r"port|user|ssl|certfile"),
}
_ASSIGNED = re.compile(r"([\w.-]{2,60})\s*+\+?=\s*+(.{0,400})")
_NGINX = re.compile(r"(\w{2,60})\s++([^;{]{1,400});\s*+(?:#.{0,200})?")


def wants(node: Node) -> bool:
    """Files named as these servers name theirs."""
    return bool(_scope(node.path))


def join(kept: Kept, context: Context) -> Iterator[Setting]:
    """Every setting that the checks may ask for."""
    del context
    for path, file in kept.files.items():
        scope = _scope(path)
        for line, name, value in _READERS.get(scope, _plain)(file):
            if _TOLD[scope].fullmatch(name.lstrip("{")):
                evidence = (file.evidence(line=line, excerpt=f"{name.lstrip('{')} {value}"),)
                yield Setting(scope=scope, name=name, value=value, evidence=evidence)


def _scope(path: str) -> str:
    return next((scope for scope, pattern in _FILES if pattern.fullmatch(path)), "")


def _lighttpd(file: File) -> Iterator[tuple[int, str, str]]:
    depth = 0
    for line, text in file.lines():
        code = text.partition("#")[0].strip()
        match = _ASSIGNED.fullmatch(code) if line <= MAX_LINES and is_text(file) else None
        if match:
            yield line, "{" * min(depth, 1) + match[1], unquoted(match[2])
        depth = max(0, depth + code.count("{") - code.count("}"))


def _nginx(file: File) -> Iterator[tuple[int, str, str]]:
    for line, text in file.lines():
        match = _NGINX.fullmatch(text.strip()) if line <= MAX_LINES and is_text(file) else None
        if match:
            yield line, match[1], match[2].strip()[:MAX_VALUE]


def _uhttpd(file: File) -> Iterator[tuple[int, str, str]]:
    yield from ((each.line, each.name, each.value) for each in uci(file) if each.section == "uhttpd")


def _plain(file: File) -> Iterator[tuple[int, str, str]]:
    yield from ((each.line, each.name, each.value) for each in directives(file))


_READERS: Final = {"lighttpd": _lighttpd, "nginx": _nginx, "uhttpd": _uhttpd}

CATALOGER: Final = Cataloger(title="Settings of web servers", wants=wants, join=join)
