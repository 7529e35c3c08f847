"""Packages of apk: Alpine, OpenWrt from 25.12 on.

What it finds

Every package in `lib/apk/db/installed`, with the source it was built from (its origin) and the files that it
owns. The version is upstream's; the revision (`-r3`) stands in the package URL only.

How it can be wrong

Alpine mends flaws by revision, without a new upstream version. Files may have been replaced behind the
database's back. Databases of apk 3 in binary form are not read; images carry the text form.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, Fact, File, Kept
from roadworthy.inspection.inventory._packages import (
    KEEP_BYTES,
    MAX_FILES,
    Package,
    distribution,
    facts,
    opkg_upstream,
)
from roadworthy.inspection.rootfs import Node

_PLACES = ("/usr/lib/apk/db/installed", "/lib/apk/db/installed")
_RELEASES = ("/etc/os-release", "/usr/lib/os-release")


def wants(node: Node) -> bool:
    """The database, and whose it is."""
    return node.path.endswith((*_PLACES, *_RELEASES))


def join(kept: Kept, context: Context) -> Iterator[Fact]:
    """The packages of every database in the file system."""
    for path, file in kept.files.items():
        place = next((place for place in _PLACES if path.endswith(place)), "")
        if place:
            root = path[: -len(place)]
            vendor = distribution(kept, root, "alpine")
            for package in _packages(file, root, vendor):
                yield from facts(package, context)


def _packages(file: File, root: str, vendor: str) -> Iterator[Package]:
    fields: dict[str, str] = {}
    files: list[str] = []
    first = 0
    folder = ""
    for number, line in (*file.lines(), (0, "")):
        key, _, value = line.partition(":")
        if not key:
            if fields.get("P"):
                yield _package(file, first, fields, tuple(files), vendor)
            fields, files, folder = {}, [], ""
        elif key == "F":
            folder = value
        elif key == "R" and len(files) < MAX_FILES:
            files.append(f"{root}/{folder}/{value}".replace("//", "/"))
        elif key in ("P", "V", "o", "L"):
            first = number if key == "P" else first
            fields[key] = value[:200]


def _package(file: File, line: int, fields: dict[str, str], files: tuple[str, ...], vendor: str) -> Package:
    name, version = fields["P"], fields.get("V", "")
    return Package(
        kind="apk",
        vendor=vendor,
        name=name,
        version=version,
        upstream=opkg_upstream(version),
        source=fields.get("o", ""),
        evidence=(file.evidence(line=line, excerpt=f"{name} {version}"),),
        files=files,
        licence=fields.get("L", ""),
    )


CATALOGER: Final = Cataloger(title="Packages of apk", wants=wants, join=join, keep_bytes=KEEP_BYTES)
