"""Packages of rpm: Yocto, Fedora, openSUSE, openEuler and their kin.

What it finds

Every package in the database, whichever of rpm's three kinds of file holds it: Berkeley DB (`Packages`),
rpm's own (`Packages.db`) and SQLite (`rpmdb.sqlite`). The name is upstream's, the version is upstream's
without the packager's release; both stand whole in the package URL, with epoch and architecture. The files
that it owns and its licence stand in its header. Trees inside trees (containers) count too.

How it can be wrong

A vendor may replace files and leave the database as it was. It may also patch a package without a new
version. What stands only in SQLite's write-ahead log, beside a database that was not closed, is not seen.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

from roadworthy.inspection.cataloger import Cataloger, Context, Fact, File, Kept
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.inventory._packages import MAX_FILES, Package, distribution, facts
from roadworthy.inspection.inventory._rpm import berkeley, ndb, sqlite
from roadworthy.inspection.inventory._rpm.header import Header, parse_header
from roadworthy.inspection.rootfs import Node

KEEP_BYTES: Final = 128 * 1024 * 1024
MAX_PACKAGES: Final = 20_000
_FOLDERS: Final = ("/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm")
_READERS: Final[Mapping[str, Callable[[bytes], Iterator[bytes]]]] = {
    "Packages": berkeley.blobs,
    "Packages.db": ndb.blobs,
    "rpmdb.sqlite": sqlite.blobs,
}
_RELEASES: Final = ("/etc/os-release", "/usr/lib/os-release")
_SOURCE: Final = re.compile(r"(?P<name>.{1,200})-[^-]{1,100}-[^-]{1,100}\.(?:no)?src\.rpm")
_KEYS: Final = "gpg-pubkey"  # keys that rpm trusts stand in the database like packages


def wants(node: Node) -> bool:
    """The databases, and whose they are."""
    folder, _, name = node.path.rpartition("/")
    return (name in _READERS and folder.endswith(_FOLDERS)) or node.path.endswith(_RELEASES)


def join(kept: Kept, context: Context) -> Iterator[Fact]:
    """The packages of every database in the file system."""
    for path, file in kept.files.items():
        folder, _, name = path.rpartition("/")
        place = next((each for each in _FOLDERS if folder.endswith(each)), "")
        if name in _READERS and place:
            root = folder[: -len(place)]
            vendor = distribution(kept, root, "")
            for package in _packages(file, _READERS[name], root, vendor):
                yield from facts(package, context)


def _packages(
    file: File, blobs: Callable[[bytes], Iterator[bytes]], root: str, vendor: str
) -> Iterator[Package]:
    """The packages of one database; what was read before the damage counts."""
    found = 0
    for blob in blobs(file.data):
        header = parse_header(blob)
        if header is not None and header.name != _KEYS:
            found += 1
            yield _package(header, file, root, vendor)
        if found == MAX_PACKAGES:
            raise Damaged(f"the database holds more than {MAX_PACKAGES} packages; no more were read")


def _package(header: Header, file: File, root: str, vendor: str) -> Package:
    version = f"{header.version}-{header.release}" if header.release else header.version
    source = _SOURCE.fullmatch(header.source)
    qualifiers = {"arch": header.arch, "epoch": header.epoch if header.epoch != "0" else ""}
    return Package(
        kind="rpm",
        vendor=vendor,
        name=header.name,
        version=version,
        upstream=header.version,
        source=source["name"] if source else "",
        evidence=(file.evidence(excerpt=f"{header.name} {version}"),),
        files=tuple(f"{root}{path}" for path in header.files if path.startswith("/"))[:MAX_FILES],
        licence=header.licence,
        qualifiers="&".join(f"{key}={quote(value, safe='')}" for key, value in qualifiers.items() if value),
    )


CATALOGER: Final = Cataloger(title="Packages of rpm", wants=wants, join=join, keep_bytes=KEEP_BYTES)
