"""How right matching is: known answers, beside cve-bin-tool on the same inventory and the same data.

Both get the NVD records of the sample feeds, and nothing else. The answers come from elsewhere:

- Linux: the lists of the stable streams say for each flaw in which release of a stream it was mended, or that
  it never was. A release is asked for in the middle of each stream.
- curl: the project's own list has the first and the last affected version of each flaw.
- Alpine: the distributor says in which release of a package a flaw was mended. Each release that is named is
  asked for; of a flaw that is mended in it or before, a match is wrong, of one that is mended later, right.

Only flaws count that both the answers and the NVD records know. Of the kernel both are asked by version
alone; then once more with the lists of streams among the data, as Roadworthy has them, for what they add
(that these are the answers themselves makes that row no measure). Triage is measured in `kernel_triage.py`.
"""

import gzip
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from roadworthy.adapters.extensions import discover
from roadworthy.model.advisory import Advisory, AffectedRange
from roadworthy.model.component import Component
from roadworthy.model.inventory import Inventory
from roadworthy.vulnerability.matching import match
from roadworthy.vulnerability.versions import inside

REPOSITORY = Path(__file__).resolve().parent.parent
PEER = REPOSITORY / ".dev/peers/bin/python"
NOW = datetime(2026, 11, 27, tzinfo=UTC)
KERNELS = tuple(
    f"{stream}.{release}"
    for stream, release in (
        ("3.2", 50), ("4.1", 25), ("4.4", 100), ("4.9", 100), ("4.14", 100),
        ("4.19", 100), ("5.4", 100), ("5.10", 100), ("5.15", 60), ("6.1", 20),
    )
)  # fmt: skip
CURLS = ("7.19.7", "7.29.0", "7.40.0", "7.52.1", "7.58.0", "7.64.0", "7.74.0", "7.88.1", "8.4.0", "8.9.1")
ALPINE = {  # names of packages whose upstream the NVD records know
    "openssl": "cpe:a:openssl:openssl",
    "curl": "cpe:a:haxx:curl",
    "busybox": "cpe:a:busybox:busybox",
    "dropbear": "cpe:a:dropbear_ssh_project:dropbear_ssh",
    "dnsmasq": "cpe:a:thekelleys:dnsmasq",
    "lighttpd": "cpe:a:lighttpd:lighttpd",
    "samba": "cpe:a:samba:samba",
    "openssh": "cpe:a:openbsd:openssh",
    "zlib": "cpe:a:zlib:zlib",
    "wpa_supplicant": "cpe:a:w1.fi:wpa_supplicant",
    "hostapd": "cpe:a:w1.fi:hostapd",
    "mbedtls": "cpe:a:arm:mbed_tls",
    "libxml2": "cpe:a:xmlsoft:libxml2",
    "expat": "cpe:a:libexpat_project:libexpat",
    "nginx": "cpe:a:nginx:nginx",
    "sqlite": "cpe:a:sqlite:sqlite",
}
KERNEL = "cpe:o:linux:linux_kernel"


@dataclass(frozen=True, slots=True)
class Case:
    """One product in one version, and what is known of flaws in it.

    Args:
        group: Which answers it is from.
        product: Key of the product.
        version: Its version.
        affected: CVE ids that are in it.
        clean: CVE ids that are not.
    """

    group: str
    product: str
    version: str
    affected: frozenset[str]
    clean: frozenset[str]


def feeds() -> dict[str, list[Advisory]]:
    """The sample feeds by source."""
    folder = Path(os.environ.get("ROADWORTHY_VULNS") or REPOSITORY.parent / "shared/samples/vulns")
    if not folder.is_dir():
        sys.exit(f"NO SAMPLE FEEDS in {folder}: set ROADWORTHY_VULNS to their folder")
    sources = {name: each.object for name, each in discover().advisory_sources.items()}
    found: dict[str, list[Advisory]] = {}
    for name, data in contents(folder):
        for source, each in sources.items():
            if each.accepts(name, data[:4096]):
                rows = each.parse(name, data, NOW)
                found.setdefault(source, []).extend(row for row in rows if isinstance(row, Advisory))
    return found


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, unpacked."""
    for path in sorted(folder.glob("*.gz")):
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    packed = archive.extractfile(member) if member.isfile() else None
                    if packed:
                        yield member.name, packed.read()
        else:
            yield path.name, gzip.decompress(path.read_bytes())


def cases(told: dict[str, list[Advisory]]) -> Iterator[Case]:
    """All that is asked."""
    nvd = {each.id for each in told["nvd"]}
    streams = [each for each in told["kernel-streams"] if each.id in nvd]
    for version in KERNELS:
        stream = ".".join(version.split(".")[:2])
        own = [(each.id, each.affected[0]) for each in streams if each.affected[0].introduced == stream]
        yield split("Linux", KERNEL, version, own)
    curl = [(each.id, each.affected[0]) for each in told["curl"] if each.id in nvd]
    for version in CURLS:
        yield split("curl", "cpe:a:haxx:curl", version, curl)
    for package, product in ALPINE.items():
        key = f"pkg:apk/alpine/{package}"
        mended = [(each.id, one) for each in told["secdb"] for one in each.affected if one.product == key]
        mended = [(name, one) for name, one in mended if name in nvd]
        for release in sorted({one.fixed for _, one in mended if one.fixed[0] != "0"}):
            yield split("Alpine", product, release, mended)


def split(group: str, product: str, version: str, flaws: Iterable[tuple[str, AffectedRange]]) -> Case:
    """A case, from ranges that are the answers."""
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for name, affected in flaws:
        where = inside(version, affected)
        if where is not None:
            told[where].add(name)
    upstream = version.partition("-r")[0].partition("_")[0] if group == "Alpine" else version
    return Case(group, product, upstream, frozenset(told[True]), frozenset(told[False] - told[True]))


def ours(case: Case, advisories: list[Advisory]) -> set[str]:
    """What Roadworthy matches."""
    part, vendor, product = case.product.split(":")[1:]
    name = "linux" if case.product == KERNEL else product
    component = Component(
        name=name,
        version=case.version,
        purl=f"pkg:generic/{name}@{case.version}",
        cpes=(f"cpe:2.3:{part}:{vendor}:{product}:{case.version}:*:*:*:*:*:*:*",),
        identified_by="bench",
        confidence=1.0,
        evidence=(),
    )
    own = [each for each in advisories if any(one.product == case.product for one in each.affected)]
    found = match(Inventory(components=(component,)), own, (), ()).matches
    return {each.advisory for each in found if each.status.open}


def peers(asked: list[Case], advisories: list[Advisory]) -> dict[tuple[str, str], set[str]]:
    """What cve-bin-tool matches, by product and version."""
    with tempfile.TemporaryDirectory() as folder:
        database, inventory = Path(folder) / "cve.db", Path(folder) / "inventory"
        fill(database, advisories)
        lines = sorted({"\t".join((*each.product.split(":")[2:], each.version)) for each in asked})
        inventory.write_text("\n".join(lines), "utf-8")
        script = REPOSITORY / "bench/peers/matching_peer.py"
        command = [str(PEER), str(script), str(database), str(inventory)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 -- our own
    found: dict[tuple[str, str], set[str]] = {}
    for line in done.stdout.splitlines():
        vendor, product, version, flaw = line.split("\t")
        found.setdefault((f"{vendor}:{product}", version), set()).add(flaw)
    return found


def fill(path: Path, advisories: Iterable[Advisory]) -> None:
    """The same records, in the form of its database."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE cve_severity (cve_number TEXT, severity TEXT, description TEXT, score INTEGER, "
            "cvss_version INTEGER, cvss_vector TEXT, data_source TEXT, last_modified TIMESTAMP, "
            "PRIMARY KEY (cve_number, data_source))"
        )
        connection.execute(
            "CREATE TABLE cve_range (cve_number TEXT, vendor TEXT, product TEXT, version TEXT, "
            "versionStartIncluding TEXT, versionStartExcluding TEXT, versionEndIncluding TEXT, "
            "versionEndExcluding TEXT, data_source TEXT)"
        )
        for each in advisories:
            row = (each.id, "HIGH", each.summary, each.score or 5, 3, each.cvss, "NVD", "2025-01-01")
            connection.execute("INSERT OR IGNORE INTO cve_severity VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            connection.executemany(
                "INSERT INTO cve_range VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'NVD')",
                [(each.id, *line) for one in each.affected for line in ranges(one)],
            )


def ranges(affected: AffectedRange) -> Iterator[tuple[str, ...]]:
    """A range as rows of its table."""
    vendor, product = affected.product.split(":")[2:4]
    for version in affected.versions:
        yield vendor, product, version, "", "", "", ""
    if not affected.versions:
        bounds = (affected.introduced, affected.after, affected.last_affected, affected.fixed)
        yield (vendor, product, "*", *bounds)


@dataclass(slots=True)
class Tally:
    """Right and wrong answers."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, case: Case, found: set[str]) -> None:
        """Count the answers to one case."""
        self.right += len(found & case.affected)
        self.wrong += len(found & case.clean)
        self.missed += len(case.affected - found)

    def row(self) -> tuple[str, str]:
        """Precision and recall."""
        precision = self.right / max(1, self.right + self.wrong)
        recall = self.right / max(1, self.right + self.missed)
        return f"{precision:.3f}", f"{recall:.3f}"


def main() -> None:
    """Print the table."""
    told = feeds()
    asked = list(cases(told))
    theirs = peers(asked, told["nvd"])
    print(
        "| answers | cases | flaws in, not in | Roadworthy: precision, recall | cve-bin-tool: precision, recall |"
    )
    print("| --- | --- | --- | --- | --- |")
    for group in dict.fromkeys(each.group for each in asked):
        own, other = Tally(), Tally()
        mine = [each for each in asked if each.group == group]
        for case in mine:
            own.add(case, ours(case, told["nvd"]))
            other.add(case, theirs.get((":".join(case.product.split(":")[2:]), case.version), set()))
        counts = f"{sum(len(each.affected) for each in mine)}, {sum(len(each.clean) for each in mine)}"
        print(f"| {group} | {len(mine)} | {counts} | {', '.join(own.row())} | {', '.join(other.row())} |")
    with_lists = Tally()
    kernels = [each for each in asked if each.group == "Linux"]
    for case in kernels:
        with_lists.add(case, ours(case, [*told["nvd"], *told["kernel-streams"]]))
    print(f"| Linux, with the lists | {len(kernels)} | | {', '.join(with_lists.row())} | |")


if __name__ == "__main__":
    main()
