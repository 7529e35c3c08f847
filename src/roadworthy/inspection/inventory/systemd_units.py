"""Services of systemd.

What it finds

The `.service` units in systemd's folders (systemd.unit(5)): what `ExecStart` runs, as which `User`. A unit
counts as started at boot if a `.wants` or `.requires` folder of a target links to it. A link to `/dev/null`
(masked) and a unit that nothing wants count as not started.

How it can be wrong

Units are read, not run: conditions, generators, presets applied at the first start, sockets, timers, D-Bus
and other units can start or hold back a service. Drop-ins (`.d` folders) are not read, and `%` specifiers are
not filled in.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File, Kept
from roadworthy.inspection.inventory._boot import masked
from roadworthy.inspection.inventory._daemons import PORTS
from roadworthy.inspection.inventory._directives import directives
from roadworthy.inspection.rootfs import Node, NodeKind, RootFS
from roadworthy.model.evidence import Evidence
from roadworthy.model.service import Service

_UNIT = re.compile(r"/(?:usr/)?(?:lib|etc)/systemd/system/[^/]+\.service")
_WANTED = re.compile(r"/(?:usr/)?(?:lib|etc)/systemd/system/[^/]+\.target\.(?:wants|requires)/([^/]+)")
_MASKED = "/dev/null"
_DYNAMIC = "a user made for the service"


def wants(node: Node) -> bool:
    """Service units."""
    return _UNIT.fullmatch(node.path) is not None


def join(kept: Kept, context: Context) -> Iterator[Service]:
    """One service for each unit; where two folders hold one, that in ``/etc`` counts."""
    del context
    wanted = {match[1] for path in kept.root.nodes if (match := _WANTED.fullmatch(path))}
    masks = {
        node.name
        for node in kept.root.nodes.values()
        if node.kind is NodeKind.SYMLINK and node.target == _MASKED and _UNIT.fullmatch(node.path)
    }
    units = {posixpath.basename(path): file for path, file in sorted(kept.files.items(), key=_etc_last)}
    for name, file in units.items():
        yield from _service(kept.root, file, enabled=_enabled(name, wanted - masks))


def _etc_last(pair: tuple[str, File]) -> tuple[bool, str]:
    return pair[0].startswith("/etc/"), pair[0]


def _enabled(name: str, wanted: set[str]) -> bool | None:
    """Templates (``getty@.service``) start in as many copies as are wanted."""
    template, at, _ = name.partition("@")
    return name in wanted or bool(at and any(each.startswith(f"{template}@") for each in wanted))


def _service(root: RootFS, file: File, *, enabled: bool | None) -> Iterator[Service]:
    told = {each.name: each for each in directives(file)}
    start = told.get("ExecStart")
    words = start.value.lstrip("-@+!:").split() if start else []
    if start is None or not words:
        return
    node = root.get(words[0]) if words[0].startswith("/") else None
    name = posixpath.basename(words[0])
    evidence = [file.evidence(line=start.line, excerpt=masked(f"ExecStart={start.value}"))]
    if node is not None:
        evidence.append(Evidence(path=(*root.where, node.path)))
    yield Service(
        name=name,
        command=masked(" ".join(words)),
        started_by="systemd",
        user=_user({key: each.value for key, each in told.items()}),
        ports=PORTS.get(name, ()),
        enabled=None if enabled and node is None else enabled,
        evidence=tuple(evidence),
    )


def _user(told: dict[str, str]) -> str:
    """As whom it runs; systemd's own default is root (systemd.exec(5), User=)."""
    if told.get("DynamicUser", "no").lower() in ("yes", "true", "1", "on"):
        return told.get("User", _DYNAMIC)
    return told.get("User", "root")


CATALOGER: Final = Cataloger(title="Services of systemd", wants=wants, join=join)
