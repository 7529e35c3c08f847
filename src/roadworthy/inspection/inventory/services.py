"""Services that the device starts by itself, as its boot files say.

What it finds

Programs started from inittab (BusyBox, System V, procd), from the scripts that it reaches, from run-level
links (`rc.d/S??name`, `rc3.d/S??name`), from OpenWrt's rc.common and procd, from rc.local, and through
inetd and xinetd. Without an inittab BusyBox init runs `/etc/init.d/rcS`, and so does this. A program counts
if it is one of the usual daemons, if it is left in the background, or if the mechanism is made for
services. Init scripts that nothing starts are listed as not enabled.

How it can be wrong

Scripts are read, not run. What depends on the running system (a test, a configuration, a missing program)
is enabled "unknown". Commands are taken to succeed. A program can start others by itself, as the one big
program of many routers does: `program-commands` looks for those. systemd units are not read here, nor are
scripts of more than 64 KiB. Ports are the program's defaults unless `-p` says otherwise; its configuration is
not read.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, Kept
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.inventory._boot import MAX_STEPS, Boot
from roadworthy.inspection.inventory._inetd import inetd_services
from roadworthy.inspection.inventory._inittab import default_level, follow_inittabs
from roadworthy.inspection.inventory._shell import MAX_SCRIPT
from roadworthy.inspection.rootfs import Node
from roadworthy.model.service import Service

_EXECUTABLE = 0o111
_CONFIGURATION = re.compile(r"/(?:usr/)?(?:etc|etc_ro|rom/etc)/.*|.*\.sh|.*/inittab")
_LINK = re.compile(r"/etc(?:_ro)?/(?:rc\.d/|init\.d/)?(?:rc(?P<level>[S0-6])\.d/)?S\d\d[^/]*")
_INIT_SCRIPT = re.compile(r"/etc(?:_ro)?/(?:rc\.d/)?init\.d/(?!rcS$|rcK$|rc$|functions$|README$)[^/]+")
_LOCAL = ("/etc/rc.local", "/etc/rc.d/rc.local", "/etc_ro/rc.local")
_MULTI_USER = "S2345"
_BOOT_SCRIPT = "/etc/init.d/rcS"


def wants(node: Node) -> bool:
    """Small files that are configuration or can be run: any of them may be reached."""
    if node.size > MAX_SCRIPT:
        return False
    return bool(node.mode & _EXECUTABLE) or _CONFIGURATION.fullmatch(node.path) is not None


def join(kept: Kept, context: Context) -> Iterator[Service]:
    """All services of one file system, each once, with the surest word on whether it starts."""
    del context
    boot = Boot(kept)
    if not follow_inittabs(boot):
        boot.run(_BOOT_SCRIPT, "", "init-script", enabled=True)
    _follow_links(boot, default_level(kept))
    for path in _LOCAL:
        if path not in boot.reached:
            boot.run(path, "", "rc.local", enabled=True)
    for path in sorted(kept.files):
        if _INIT_SCRIPT.fullmatch(path) and path not in boot.reached:
            boot.run(path, "start", "init-script", enabled=False)
    yield from _surest([*boot.services, *inetd_services(boot)])
    if boot.exhausted:
        raise Damaged(f"the boot files hold more than {MAX_STEPS} commands; no more were followed")


def _follow_links(boot: Boot, level: str) -> None:
    """The start links of the levels that the boot goes through; in any order, for none undoes another."""
    levels = f"S{level}" if level else _MULTI_USER
    for path in sorted(boot.kept.root.nodes):
        match = _LINK.fullmatch(path)
        if match and (match["level"] or "S") in levels and not path.startswith("/etc/init.d/S"):
            boot.run(path, "start", "init-script", enabled=True)


def _surest(services: list[Service]) -> Iterator[Service]:
    """Each start line once: on beats unknown beats off."""
    order = (True, None, False)
    best: dict[tuple[str, str, str], Service] = {}
    for service in services:
        key = (service.name, service.command, service.evidence[0].place)
        known = best.get(key)
        if known is None or order.index(service.enabled) < order.index(known.enabled):
            best[key] = service
    yield from best.values()


CATALOGER: Final = Cataloger(title="Services started at boot", wants=wants, join=join)
