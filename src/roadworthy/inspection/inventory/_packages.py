"""Packages of any database: what they are upstream, and as facts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from roadworthy.inspection.cataloger import Context, Fact, File, Kept, Ownership
from roadworthy.inspection.inventory._products import cpes
from roadworthy.inspection.upstream import upstream_name
from roadworthy.model.component import Component
from roadworthy.model.evidence import Evidence

KEEP_BYTES = 16 * 1024 * 1024
"""The largest database file that is read: Debian's status file of 4,000 packages has 4 MiB."""
MAX_FILES = 200_000
MAX_LICENCE = 200
_CONFIDENCE = 0.98
_OPKG_REVISION = re.compile(r"-r?\d{1,4}(?:\.\d{1,4})?\Z")
_KERNEL = re.compile(r"\d{1,2}\.\d{1,3}(?:\.\d{1,3}){0,2}(?:-rc\d{1,2})?")
_BESIDE_KERNEL = re.compile(
    r"\d\.\d{1,2}\.\d{1,3}\+(?P<version>\d.{0,100})"
)  # OpenWrt: a module's own version
_SQLITE = re.compile(r"(3)(\d{2})(\d{2})(\d{2})")  # as in the name of its archive
_DEBIAN_TAIL = re.compile(r"[+~.-](?:dfsg|ds|repack|debian|deb|git|nmu)[\d.+~a-z]{0,40}\Z")
_DEBIAN_REALLY = re.compile(r".{1,100}[+.~]really(?P<version>\d.{0,100})")
_CPE_URI = re.compile(r"cpe:/(?P<part>[aoh]):(?P<vendor>[^:]{1,80}):(?P<product>[^:]{1,80})(?::.{0,200})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One installed package.

    Args:
        kind: Type of the package URL: ``opkg``, ``deb``, ``apk``, ``rpm``.
        vendor: Its namespace there: ``debian``, ``alpine``; may be empty.
        name: The package's own name.
        version: Its whole version, as the database has it.
        upstream: The version without what the distributor added.
        source: What it was built from, as the database names it; empty where it does not.
        evidence: Where that stands.
        cpe: The CPE that the package itself claims, as URI (CPE 2.2); empty without one.
        files: The paths that it brought.
        licence: Its licence as the database has it; empty where it does not.
        qualifiers: What else its package URL says, ready to stand there: ``arch=armv7hl``.
    """

    kind: str
    vendor: str
    name: str
    version: str
    upstream: str
    source: str
    evidence: tuple[Evidence, ...]
    cpe: str = ""
    files: tuple[str, ...] = ()
    licence: str = ""
    qualifiers: str = ""

    @property
    def purl(self) -> str:
        """Its package URL (purl specification, version 1.0)."""
        vendor = f"{quote(self.vendor, safe='')}/" if self.vendor else ""
        told = f"?{self.qualifiers}" if self.qualifiers else ""
        return f"pkg:{self.kind}/{vendor}{quote(self.name, safe='')}@{quote(self.version, safe='~')}{told}"


def facts(package: Package, context: Context) -> Iterator[Fact]:
    """The component that a package is, and the files that it owns."""
    name = upstream_name(package.name, package.source)
    version = _version(name, package.upstream)
    claimed = _CPE_URI.fullmatch(package.cpe)
    own = (
        (f"cpe:2.3:{claimed['part']}:{claimed['vendor']}:{claimed['product']}:{version}:*:*:*:*:*:*:*",)
        if claimed and version
        else ()
    )
    yield Component(
        name=name,
        version=version,
        purl=package.purl,
        cpes=tuple(dict.fromkeys((*own, *cpes(name, version, context)))),
        identified_by=f"package:{package.kind}",
        confidence=_CONFIDENCE,
        evidence=package.evidence,
        licences=(package.licence[:MAX_LICENCE],) if package.licence else (),
    )
    if package.files:
        yield Ownership(purl=package.purl, files=package.files)


def _version(name: str, version: str) -> str:
    """A version as upstream writes it, where packages have their own way."""
    if match := _BESIDE_KERNEL.fullmatch(version):
        return match["version"]
    if name == "linux" and (kernel := _KERNEL.match(version)):
        return kernel[0]
    if name == "sqlite" and (parts := _SQLITE.fullmatch(version)):
        return ".".join(str(int(part)) for part in parts.groups() if part != "00")
    return version


def opkg_upstream(version: str) -> str:
    """``1.0.2o-1`` and ``1.1.1w-r3`` without the packager's revision."""
    return _OPKG_REVISION.sub("", version)


def debian_upstream(version: str) -> str:
    """``1:1.2.11.dfsg-4+b1`` without epoch, revision and repacking (Debian Policy §5.6.12)."""
    epoch, colon, rest = version.partition(":")
    upstream = rest if colon and epoch.isdigit() else version
    upstream = upstream.rpartition("-")[0] or upstream
    if really := _DEBIAN_REALLY.fullmatch(upstream):
        upstream = really["version"]
    return _DEBIAN_TAIL.sub("", upstream)


def listed(file: File | None, root: str) -> tuple[str, ...]:
    """The paths that a list of files names, one a line, seen from the top of the image's file system."""
    if file is None:
        return ()
    lines = (line.partition("\t")[0].strip() for _, line in file.lines())
    paths = (f"{root}/{line.lstrip('/')}" for line in lines if line and line != "/.")
    return tuple(path for path, _ in zip(paths, range(MAX_FILES), strict=False))


def distribution(kept: Kept, root: str, default: str) -> str:
    """``ID`` of os-release(5): whose packages they are."""
    for place in ("/etc/os-release", "/usr/lib/os-release"):
        file = kept.get(root + place)
        for _, line in file.lines() if file else ():
            name, _, value = line.partition("=")
            if name == "ID" and value.strip("\"' "):
                return value.strip("\"' ").lower()[:40]
    return default
