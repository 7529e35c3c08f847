"""Packages of dpkg: Debian, Ubuntu, and "distroless" trees made from them.

What it finds

Every package in `/var/lib/dpkg/status` (and in the single files of `status.d`) that is installed, with the
source that it was built from, and the files that it owns (`info/*.list`, `*.md5sums`). The version is
upstream's: epoch, Debian revision and marks of repacking stand in the package URL only. Trees inside trees
count too.

How it can be wrong

Debian mends flaws without a new upstream version; the package URL keeps the revision that tells so. Files may
have been replaced behind the database's back.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, Fact, File, Kept
from roadworthy.inspection.inventory._control import Stanza, stanzas
from roadworthy.inspection.inventory._packages import (
    KEEP_BYTES,
    MAX_FILES,
    Package,
    debian_upstream,
    distribution,
    facts,
    listed,
)
from roadworthy.inspection.rootfs import Node

_FOLDER = "/var/lib/dpkg"
_RELEASES = ("/etc/os-release", "/usr/lib/os-release")


def wants(node: Node) -> bool:
    """The database's files, and whose they are."""
    folder, _, name = node.path.rpartition("/")
    return (
        (name == "status" and folder.endswith(_FOLDER))
        or (folder.endswith(f"{_FOLDER}/info") and name.endswith(".list"))
        or folder.endswith(f"{_FOLDER}/status.d")
        or node.path.endswith(_RELEASES)
    )


def join(kept: Kept, context: Context) -> Iterator[Fact]:
    """The packages of every database in the file system."""
    for path, file in kept.files.items():
        root, found, rest = path.partition(_FOLDER)
        if not found or rest.startswith("/info/") or rest.endswith(".md5sums"):
            continue
        vendor = distribution(kept, root, "debian")
        for stanza in stanzas(file):
            package = _package(stanza, file, vendor, _owned(kept, file, root, stanza))
            if package is not None:
                yield from facts(package, context)


def _package(stanza: Stanza, file: File, vendor: str, files: tuple[str, ...]) -> Package | None:
    name, version = stanza.get("package"), stanza.get("version")
    source, _, source_version = stanza.get("source").partition(" ")
    installed = stanza.get("status").endswith(" installed") or not stanza.get("status")
    if not name or not version or not installed:
        return None
    return Package(
        kind="deb",
        vendor=vendor,
        name=name,
        version=version,
        upstream=debian_upstream(source_version.strip("() ") or version),
        source=source,
        evidence=(file.evidence(line=stanza.line, excerpt=f"{name} {version}"),),
        files=files,
    )


def _owned(kept: Kept, file: File, root: str, stanza: Stanza) -> tuple[str, ...]:
    """The paths of a package; `status.d` has checksums with paths instead of a list."""
    name, architecture = stanza.get("package"), stanza.get("architecture")
    info = f"{root}{_FOLDER}/info/{name}"
    several = kept.files.get(f"{info}:{architecture}.list")
    sums = kept.files.get(f"{file.node.path}.md5sums")
    if sums is not None:
        lines = (line.partition("  ")[2] for _, line in sums.lines())
        return tuple(f"{root}/{line.lstrip('./')}" for line in lines if line)[:MAX_FILES]
    return listed(several or kept.files.get(f"{info}.list"), root)


CATALOGER: Final = Cataloger(title="Packages of dpkg", wants=wants, join=join, keep_bytes=KEEP_BYTES)
