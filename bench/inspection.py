"""Whole inspections: how long, how much memory, how much is found; beside the tools that do a part of it.

Measured, for the sample images and for two images of Debian packages: wall and CPU time of the whole process
(cold start each, median of several runs), and in a run of its own, because looking costs time, the memory of
the process and all its children together. Memory is the sum of the proportional set sizes (PSS, proc(5)
smaps_rollup), sampled every 20 ms: pages that two processes share count once. A peak between two samples is
missed, so the sum of each process' own peak (VmHWM) stands beside it, which can only be too high.

Peers in the same run: `unblob`, which unpacks, and then the version scan of `cve-bin-tool` over what it
unpacked (`peers/version_scan.py`; all its checkers but the one that wants a network, and no report). unblob
calls sasquatch for SquashFS; a stand-in of a few lines hands that to unsquashfs, which reads these images as
well. Their finds count as ours do: products with a version. The peer does not read package databases, so the
number of ours without one stands beside the other, and what only the peer finds is told against that.

Then all samples at once, with one job and with two; and how time grows with the size of a file system.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))  # ./dev bench starts with -P

import components
from measuring import Run, measure, peaks

RUNS = int(os.environ.get("ROADWORTHY_BENCH_RUNS", "5"))
TARGETS = {"technicolor": 20.0}  # seconds, by the start of the image's name
SMALL, SMALL_SECONDS = 8 * 1000**2, 5.0
MEMORY_TARGET = 500 * 1000**2  # bytes of all processes together
RATIO_TARGET = 10.0
DEBIAN = "armhf"
PEERED = ("technicolor", "openwrt", f"{DEBIAN}-squashfs")
WHAT = ("understood", "components", "with a version", "problems")
STAND_IN = """\
#!/bin/sh
# Stands in for sasquatch: unsquashfs finds the byte order by itself.
for each; do
    shift
    case $each in -le | -be) ;; *) set -- "$@" "$each" ;; esac
done
exec unsquashfs "$@"
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What an inspection found.

    Args:
        understood: The share of the image's bytes that lie in formats that were recognised, padding aside.
        components: How many components.
        versions: The products whose version is known, by all their names.
        problems: How many parts could not be read.
    """

    understood: float
    components: int
    versions: tuple[frozenset[str], ...]
    problems: int


def command(image: Path, scratch: Path, *more: str) -> list[str]:
    """The inspection of an image as a user would call it, with a workspace of its own."""
    report = scratch / "report.json"
    return [
        *(sys.executable, "-m", "roadworthy", "inspect", str(image), "--format", "json"),
        *("--output", str(report), "--workspace", str(scratch / "workspace"), *more),
    ]


def found(report: Path) -> Found:
    """What a report says."""
    body: dict[str, Any] = json.loads(report.read_text("utf-8"))
    problems, body = body["problems"], body["body"]
    listed = body["inventory"]["components"]
    told = [each for each in listed if each["version"]]
    return Found(
        understood=share(body["regions"], body["image"]["size"]),
        components=len(listed),
        versions=tuple(names(each) for each in told),
        problems=len(problems),
    )


def names(component: dict[str, Any]) -> frozenset[str]:
    """A component's name, and what its CPEs call it."""
    cpes = (each.split(":")[4] for each in component["cpes"])
    return frozenset((component["name"], *cpes))


def share(regions: Iterable[dict[str, Any]], size: int) -> float:
    """How many of the image's bytes lie in a format, of those that are no padding."""
    kinds = bytearray(size)
    for each in regions:
        if each["offset"] is not None:
            kind = 1 if each["format"] else 2 if "padding" in each["facts"] else 0
            kinds[each["offset"] : each["offset"] + each["size"]] = bytes((kind,)) * each["size"]
    padding = kinds.count(2)
    return kinds.count(1) / max(1, size - padding)


def images(scratch: Path) -> Iterator[tuple[str, Path]]:
    """The samples, then Debian's."""
    for path in sorted(components.SAMPLES.iterdir()):
        if path.suffix != ".tsv":
            yield path.stem, path
    root = components.debian_image(DEBIAN, scratch).root
    packed, plain = scratch / f"{DEBIAN}.sqsh", scratch / f"{DEBIAN}.ext4"
    components.run("mksquashfs", str(root), str(packed), "-quiet", "-no-progress", "-comp", "xz", "-all-root")
    yield f"{DEBIAN}-squashfs", packed
    with plain.open("wb") as file:
        file.truncate(384 * 1024**2)
    components.run("mkfs.ext4", "-q", "-F", "-d", str(root), str(plain))
    yield f"{DEBIAN}-ext4", plain


def target(name: str, size: int) -> float | None:
    """How many seconds an image may take; None where nothing was promised."""
    promised = next((seconds for start, seconds in TARGETS.items() if name.startswith(start)), None)
    return promised if promised or size > SMALL else SMALL_SECONDS


def inspect_all(every: Sequence[tuple[str, Path]], scratch: Path) -> None:
    """Measure each image; print a row for each."""
    heading("image", "MB", "wall", "target", "CPU", "peak PSS", "at most", *WHAT)
    for name, path in every:
        ours = command(path, scratch)
        run = median([measure(ours, good=(0, 1)) for _ in range(RUNS)])
        seen = peaks(ours, good=(0, 1))
        got = found(scratch / "report.json")
        size, limit = path.stat().st_size, target(name, path.stat().st_size)
        aim = "" if limit is None else f"{limit:.0f} s: {verdict(run.wall <= limit)}"
        print(
            f"| {name} | {size / 1e6:.1f} | {run.wall:.2f} s | {aim} | {run.cpu:.2f} s "
            f"| {seen.sampled / 1e6:.0f} MB: {verdict(seen.sampled <= MEMORY_TARGET)} "
            f"| {seen.bound / 1e6:.0f} MB | {got.understood:.1%} "
            f"| {got.components} | {len(got.versions)} | {got.problems} |",
            flush=True,
        )


def heading(*columns: str) -> None:
    """The head of a table."""
    print(f"\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)


def median(runs: list[Run]) -> Run:
    """The medians of several runs."""
    return Run(statistics.median(each.wall for each in runs), statistics.median(each.cpu for each in runs))


def verdict(met: bool) -> str:  # noqa: FBT001 -- a word for it
    """Met or missed."""
    return "met" if met else "MISSED"


def beside_peers(every: Sequence[tuple[str, Path]], scratch: Path) -> None:
    """Print what the peers need and find. Ours runs right before and right after, under the same load."""
    python = shutil.which("cve-bin-tool")
    if not shutil.which("unblob") or not python:
        print("\nNo peers: unblob or cve-bin-tool is not on the PATH; `./dev bench inspection` brings them.")
        return
    tools = ("roadworthy", "unblob", "cve-bin-tool", "together", "ratio", "ratio of CPU")
    heading("image", *tools, "versions: we", "database hidden", "they", "theirs alone")
    for name, path in every:
        if name.startswith(PEERED):
            before = measure(command(path, scratch), good=(0, 1))
            unpacked, scanned, theirs = peers(path, Path(python).with_name("python"), scratch)
            after = measure(command(path, scratch), good=(0, 1))
            got = found(scratch / "report.json")
            bare = hidden(name, got, scratch)
            alone = sorted(each for each in theirs if not any(each in names for names in bare.versions))
            wall, both = (before.wall + after.wall) / 2, unpacked.wall + scanned.wall
            cpu = (unpacked.cpu + scanned.cpu) / ((before.cpu + after.cpu) / 2)
            print(
                f"| {name} | {wall:.1f} s | {unpacked.wall:.1f} s | {scanned.wall:.1f} s | {both:.1f} s "
                f"| {both / wall:.1f}: {verdict(both / wall >= RATIO_TARGET)} | {cpu:.1f} "
                f"| {len(got.versions)} | {len(bare.versions)} | {len(theirs)} | {', '.join(alone) or '-'} |",
                flush=True,
            )


def peers(path: Path, python: Path, scratch: Path) -> tuple[Run, Run, set[str]]:
    """What unblob and then cve-bin-tool took, and the products whose version was found."""
    out, told = scratch / "unpacked", scratch / "versions"
    shutil.rmtree(out, ignore_errors=True)
    (scratch / "unblob.json").unlink(missing_ok=True)
    paths = {"PATH": f"{stand_ins(scratch)}:{os.environ['PATH']}"}
    unpack = ["unblob", "-e", str(out), "--report", str(scratch / "unblob.json"), str(path)]
    first = measure(unpack, good=(0, 1), more=paths, folder=scratch)
    scan = Path(__file__).with_name("peers") / "version_scan.py"
    second = measure([str(python), str(scan), str(out)], output=told, folder=scratch)
    return first, second, {line.split("\t")[0] for line in told.read_text("utf-8").splitlines()}


def hidden(name: str, got: Found, scratch: Path) -> Found:
    """What is found in an image without its package database, which the peer does not read either."""
    packed = next((each for each in components.SQUASHFS if name.startswith(each)), "")
    if not packed:  # Debian's images have none
        return got
    root, bare = components.opkg_image(packed, scratch).root, scratch / f"{packed}-bare.sqsh"
    components.run("mksquashfs", str(root), str(bare), "-quiet", "-no-progress", "-comp", "gzip", "-all-root")
    measure(command(bare, scratch), good=(0, 1))
    return found(scratch / "report.json")


def stand_ins(scratch: Path) -> Path:
    """A folder with what unblob calls for SquashFS."""
    folder = scratch / "stand-ins"
    folder.mkdir(exist_ok=True)
    for name in ("sasquatch", "sasquatch-v4be"):
        (folder / name).write_text(STAND_IN, encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def side_by_side(samples: Sequence[Path], scratch: Path) -> None:
    """Print what all samples at once need, with one job and with two."""
    heading("all samples", "wall", "CPU", "peak PSS", "at most")
    for jobs in ("1", "2"):
        reports = scratch / f"reports-{jobs}"
        every = [sys.executable, "-m", "roadworthy", "inspect", *map(str, samples), "--jobs", jobs]
        every += ["--format", "json", "--output", str(reports), "--workspace", str(scratch / "workspace")]
        runs = [measure(every, good=(0, 1)) for _ in range(min(RUNS, 3))]
        seen, run = peaks(every, good=(0, 1)), median(runs)
        print(
            f"| --jobs {jobs} | {run.wall:.1f} s | {run.cpu:.1f} s | {seen.sampled / 1e6:.0f} MB: "
            f"{verdict(seen.sampled <= MEMORY_TARGET)} | {seen.bound / 1e6:.0f} MB |"
        )


def main() -> None:
    """Measure, and print the tables. Arguments: starts of the names of images; all without any."""
    if not (components.SAMPLES / "manifest.tsv").is_file():
        sys.exit(
            f"There are no sample images in {components.SAMPLES}; set ROADWORTHY_SAMPLES to their folder."
        )
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        wanted = tuple(sys.argv[1:]) or ("",)
        every = [(name, path) for name, path in images(scratch) if name.startswith(wanted)]
        inspect_all(every, scratch)
        beside_peers(every, scratch)
        side_by_side([path for _, path in every if path.parent == components.SAMPLES], scratch)
    print(f"\nMedians of {RUNS} runs, {os.cpu_count()} cores.")


if __name__ == "__main__":
    main()
