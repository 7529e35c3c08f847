"""Packages of opkg: OpenWrt, and what vendors made of it, Yocto.

What it finds

Every package in `status` that is installed, with what its `control` file adds: the source it was built from
and the CPE that it claims (`CPE-ID`). The name is upstream's (`libopenssl1.1` is openssl), the version is
upstream's without the packager's revision; both stand whole in the package URL. Its `list` file says which
files it owns. Trees inside trees (containers) count too.

How it can be wrong

A vendor may replace files and leave the database as it was; then it speaks of what was there before. It may
also patch a package without a new version. OpenWrt's patches are not in the version.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, Fact, File, Kept
from roadworthy.inspection.inventory._control import Stanza, stanzas
from roadworthy.inspection.inventory._packages import KEEP_BYTES, Package, facts, listed, opkg_upstream
from roadworthy.inspection.rootfs import Node

_PLACES = ("/usr/lib/opkg/", "/var/lib/opkg/", "/lib/opkg/")
_NOT_THERE = ("not-installed", "config-files", "half-installed")
_C_LIBRARY_PACKAGES = frozenset({"libc", "libpthread", "librt", "ldconfig", "ldd"})
_C_LIBRARIES = (
    ("/ld-musl-", "musl"),
    ("/libuClibc-0.", "uclibc"),
    ("/libuClibc-", "uclibc-ng"),
    ("/libc-2.", "glibc"),
    ("/ld-linux", "glibc"),
)


def wants(node: Node) -> bool:
    """The database's files."""
    folder, _, name = node.path.rpartition("/")
    return (name == "status" and folder.endswith("/opkg")) or (
        name.endswith((".control", ".list")) and folder.endswith("/opkg/info")
    )


def join(kept: Kept, context: Context) -> Iterator[Fact]:
    """The packages of every database in the file system."""
    for root, folder in _databases(kept):
        records = _records(kept, folder)
        files = {name: listed(kept.files.get(f"{folder}info/{name}.list"), root) for name in records}
        c_library = _c_library(files)
        for name, (stanza, file) in sorted(records.items()):
            version = stanza.get("version")
            package = Package(
                kind="opkg",
                vendor="",
                name=name,
                version=version,
                upstream=opkg_upstream(version),
                source=c_library if name in _C_LIBRARY_PACKAGES else _source(stanza),
                evidence=(file.evidence(line=stanza.line, excerpt=f"{name} {version}"),),
                cpe=stanza.get("cpe-id"),
                files=files[name],
                licence=stanza.get("license"),
            )
            yield from facts(package, context)


def _databases(kept: Kept) -> Iterator[tuple[str, str]]:
    """The folders of databases, each after the top of the tree that it speaks of."""
    for folder in sorted({path[: path.rindex("/opkg/") + len("/opkg/")] for path in kept.files}):
        for place in _PLACES:
            if folder.endswith(place):
                yield folder[: -len(place)], folder
                break


def _records(kept: Kept, folder: str) -> dict[str, tuple[Stanza, File]]:
    """The installed packages by name; `control` says more than `status`."""
    records = {
        stanza.get("package"): (stanza, file)
        for path, file in kept.files.items()
        if path.startswith(f"{folder}info/") and path.endswith(".control")
        for stanza in stanzas(file)
    }
    status = kept.files.get(f"{folder}status")
    for stanza in stanzas(status) if status else ():
        if stanza.get("status").endswith(_NOT_THERE):
            records.pop(stanza.get("package"), None)
        elif status is not None:
            records.setdefault(stanza.get("package"), (stanza, status))
    records.pop("", None)
    return records


def _source(stanza: Stanza) -> str:
    return stanza.get("sourcename") or stanza.get("source")


def _c_library(files: Mapping[str, tuple[str, ...]]) -> str:
    """Which C library the package `libc` brought; all of them are called so."""
    paths = files.get("libc", ())
    return next((name for part, name in _C_LIBRARIES if any(part in path for path in paths)), "")


CATALOGER: Final = Cataloger(title="Packages of opkg", wants=wants, join=join, keep_bytes=KEEP_BYTES)
