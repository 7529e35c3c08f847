"""inittab: what init starts (inittab(5) of System V; BusyBox and procd read the same four fields)."""

import re
from collections.abc import Iterator

from roadworthy.inspection.cataloger import File, Kept
from roadworthy.inspection.inventory._boot import Boot

_PLACE = re.compile(r"/[^/]+/inittab")
_AT_BOOT = frozenset(
    ("sysinit", "boot", "bootwait", "wait", "once", "respawn", "respawnlate", "askfirst", "askconsole",
     "askconsolelate")
)  # fmt: skip
_FIELDS = 4


def _lines(file: File) -> Iterator[tuple[int, str, str, str]]:
    """Number, levels, action and process of each entry."""
    for number, line in file.lines():
        fields = line.strip().split(":", _FIELDS - 1)
        if len(fields) == _FIELDS and not line.startswith("#"):
            yield number, fields[1], fields[2], fields[3]


def _inittabs(kept: Kept) -> list[File]:
    return [file for path, file in kept.files.items() if _PLACE.fullmatch(path)]


def default_level(kept: Kept) -> str:
    """The run level that ``initdefault`` names; empty where none does."""
    for file in _inittabs(kept):
        for _, levels, action, _ in _lines(file):
            if action == "initdefault":
                return levels[:1]
    return ""


def follow_inittabs(boot: Boot) -> bool:
    """Follow all entries that run at boot. False where there is no inittab."""
    files = _inittabs(boot.kept)
    level = default_level(boot.kept)
    for file in files:
        for number, levels, action, process in _lines(file):
            elsewhere = level and levels.isalnum() and level not in levels
            if action in _AT_BOOT and not elsewhere:
                mechanism = "init-script" if action in ("sysinit", "bootwait", "wait", "boot") else "inittab"
                boot.command(process.lstrip("-@+"), file, number, mechanism, enabled=True)
    return bool(files)
