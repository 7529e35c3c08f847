"""Makes the small database of advisories that comes with Roadworthy, from feeds in a folder.

    tools/snapshot.py FOLDER --years 2002-2018 --dated secdb=2020-06-08 --dated kernel-streams=2024-04-09

Facts only: ids, products, ranges, scores, days, weaknesses, and what is known to be exploited. Of a
description only the names stay that say where the flaw is: source files, functions, subsystems of the kernel.
What is listed are the products that our signatures name, and the Linux kernel. `--years` says of which CVE
years the NVD feed has all that it had then; what is not said is unknown to whoever uses it. `--dated` says of
which day a source is that does not say so itself.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import connect

import zstandard

from roadworthy import wiring
from roadworthy.adapters import feed_files
from roadworthy.adapters.advisory_store import AdvisoryStore
from roadworthy.adapters.snapshot import FILE
from roadworthy.catalogue import Catalogue
from roadworthy.model.advisory import Advisory
from roadworthy.usecases.advisories import Outside, Updated, UpdateOptions, update
from roadworthy.vulnerability.products import parse_cpe
from roadworthy.vulnerability.source import AdvisorySource, Exploited, Row, Stamp
from roadworthy.vulnerability.triage._kernel_text import claim

PLACE = Path(__file__).resolve().parent.parent / "src/roadworthy/vulnerability" / FILE
LIMIT = 5 * 1024 * 1024
KERNEL = "cpe:o:linux:linux_kernel"
PATH = re.compile(r"(?<![\w/.:-])(?:[\w.+-]+/)+[\w.+-]+\.[chS]\b")
FUNCTION = re.compile(
    r"\b([a-z_]\w{2,60}) (?:function|handler|routine|system call|syscall)\b|\b([a-z]\w*_\w{1,60})\(\)"
)
FUNCTIONS = re.compile(r"\(\d\) ([a-z_]\w{2,60})\b|\b([a-z]\w*_\w{1,60}) and ([a-z]\w*_\w{1,60}) functions")
NO_NAMES = frozenset(
    "the a an this that these those and or in of to its each every any some other same next first last "  # noqa: SIM905
    "new following vulnerable affected certain unspecified name attribute helper callback library hash main "
    "core existing related respective several multiple various such wrong correct platforms".split()
)
KERNEL_WORDS = "inux kernel"
RESOLVED = re.compile(r"has been resolved:")
NAMES = r"""
    KVM Xen Hyper-V VMware XFS ext[234] Btrfs btrfs JFS ReiserFS NTFS UDF ISOFS CIFS SMB NFS\w* Ceph
    OCFS2 GFS2 HFS\+? UBIFS JFFS2 SquashFS squashfs CramFS OverlayFS overlayfs eCryptfs FUSE 9p AFS
    Coda QNX\w* Bluetooth L2CAP RFCOMM SCTP DCCP TIPC IPsec xfrm Netfilter netfilter nf_tables
    iptables ipset IPVS bridge VLAN IPv6 IPv4 TCP UDP ICMP\w* PPP\w* L2TP ATM ROSE AX\.25 X\.25
    AppleTalk IPX DECnet Econet IRDA IrDA CAN NFC RDS TLS io_uring BPF eBPF perf ptrace futex epoll
    inotify keyring keyctl SELinux AppArmor Smack seccomp namespace USB ALSA sound DRM i915 radeon
    amdgpu nouveau framebuffer fbcon HID TTY tty serial SCSI iSCSI libata NVMe md RAID dm-crypt loop
    floppy CD-ROM RDMA InfiniBand mwifiex ath\dk iwlwifi rtlwifi brcmfmac mac80211 cfg80211 WiFi
    x86_64 x86 i386 amd64 AMD Intel ia64 Itanium PowerPC powerpc s390\w* SPARC sparc64 Alpha MIPS
    ARM64 ARM m68k PA-RISC SuperH RISC-V hugetlb\w* tmpfs procfs sysfs debugfs cgroup vhost
    virtio\w* vmxnet3 e1000\w*
"""
TERMS = re.compile(rf"\b(?:{'|'.join(NAMES.split())})\b")


def main() -> int:
    """Make the file anew."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--years", default="", help="CVE years that the NVD feed has as a whole: 2002-2018")
    parser.add_argument("--dated", action="append", default=[], metavar="SOURCE=DAY")
    options = parser.parse_args()
    first, _, last = options.years.partition("-")
    years = tuple(range(int(first), int(last) + 1)) if last else ()
    days = dict(each.split("=") for each in options.dated)
    dated = {name: datetime.fromisoformat(day).replace(tzinfo=UTC) for name, day in days.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "snapshot.sqlite"
        done = make(options.folder, path, years, dated)
        image = shrunk(path)
    for each in done.imported:
        print(each.feed.id, each.feed.as_of.date(), each.feed.records)
    packed = zstandard.ZstdCompressor(level=19).compress(image)
    print(f"{len(image)} bytes, packed {len(packed)}")
    if len(packed) > LIMIT:
        print(f"more than {LIMIT} bytes", file=sys.stderr)
        return 1
    PLACE.write_bytes(packed)
    return 0


def make(folder: Path, path: Path, years: tuple[int, ...], dated: Mapping[str, datetime]) -> Updated:
    """Import a folder of feeds, reduced to what goes into the snapshot."""
    outside = Outside(
        store=AdvisoryStore(path),
        clock=lambda: datetime.now(UTC),
        fetch=str,
        files=feed_files.files_in,
        contents=feed_files.contents,
        dated=feed_files.dated,
    )
    catalogue = wiring.catalogue()
    wanted = products(catalogue)
    sources = {
        name: replace(each, object=narrow(name, each.object, wanted, years, dated.get(name)))
        for name, each in catalogue.advisory_sources.items()
    }
    reduced = replace(catalogue, advisory_sources=sources)
    options = UpdateOptions(given=(str(folder),))
    return update(options, outside=outside, catalogue=reduced, progress=Silent())


class Silent:
    """A `Progress` that nobody watches."""

    def step(self, stage: str, done: int, total: int) -> None:
        """Nothing."""


def products(catalogue: Catalogue) -> frozenset[str]:
    """The keys of what our signatures name."""
    named = (cpe for each in catalogue.signatures.values() for cpe in each.object.cpes)
    keys = (parse_cpe(f"{cpe}:*:*:*:*:*:*:*:*") or parse_cpe(cpe) for cpe in named)
    return frozenset(each.key for each in keys if each) | {KERNEL}


def narrow(
    name: str, source: AdvisorySource, wanted: frozenset[str], years: tuple[int, ...], day: datetime | None
) -> AdvisorySource:
    """A source that says only what goes into the snapshot."""

    def parse(file: str, data: bytes, changed: datetime) -> Iterator[Row]:
        if name == "nvd" and years:
            yield Stamp(as_of=datetime(1970, 1, 1, tzinfo=UTC), years=years)
        yield from facts(source.parse(file, data, day or changed), wanted)

    return replace(source, parse=parse)


def facts(rows: Iterable[Row], wanted: frozenset[str]) -> Iterator[Row]:
    """Of rows what goes into the snapshot."""
    for row in rows:
        if isinstance(row, Advisory):
            affected = tuple(
                each for each in row.affected if each.product in wanted or each.product.startswith("pkg:")
            )
            if affected:
                yield replace(row, affected=affected, summary=where(row.id, row.summary))
        elif isinstance(row, Exploited | Stamp):
            yield row


def where(advisory: str, text: str) -> str:
    """Where a flaw is, in our words: the files, functions and subsystems that a description names.

    Of the Linux kernel it names the places that triage reads from the description, in a form from which
    triage reads the same again; or none, where that cannot be had.
    """
    functions = _functions(text)
    if KERNEL_WORDS not in text and not RESOLVED.search(text):
        files = list(dict.fromkeys(PATH.findall(text)))[:6]
        return _sentence(functions, files, list(dict.fromkeys(TERMS.findall(text)))[:8])
    told = claim(advisory, text)
    platform = f" on {told.only_on} platforms" if told.only_on else ""
    places = told.parts if told.told_by in ("path", "title", "name") else ()
    for named in (functions, []):
        words = (
            f"{_sentence(named, list(places), []).rstrip('.') or 'Somewhere'} in the Linux kernel{platform}."
        )
        again = claim(advisory, words)
        if (set(again.parts), again.only_on) == (set(told.parts), told.only_on):
            return words
    return ""


def _functions(text: str) -> list[str]:
    named = (*FUNCTION.findall(text), *FUNCTIONS.findall(text))
    names = (name for found in named for name in found if name and name not in NO_NAMES)
    return list(dict.fromkeys(names))[:6]


def _sentence(functions: list[str], places: list[str], terms: list[str]) -> str:
    parts = []
    if functions:
        parts.append(f"the {' function, the '.join(functions)} function")
    if places:
        parts.append(f"in {', '.join(places)}")
    if terms:
        parts.append(f"about {', '.join(terms)}")
    told = " ".join(parts)
    return f"{told[:1].upper()}{told[1:]}." if told else ""


def shrunk(path: Path) -> bytes:
    """The database without a journal and without room to spare."""
    with closing(connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("DELETE FROM product WHERE number NOT IN (SELECT product FROM affected)")
        connection.execute("VACUUM")
    return path.read_bytes()


if __name__ == "__main__":
    sys.exit(main())
