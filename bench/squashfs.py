"""Reading every file of real SquashFS images in place, beside unpacking them.

Measures: wall time to find the file system in the image, list it, and read every file in storage order
(median of several runs, in this process, one core). Target: below 1 s each.

Peer in the same run: `unsquashfs`, which unpacks to disk, on all cores and on one. It has to be told where
the file system starts. Both unpack the same blocks with the same libraries; the ratio says what the rest
costs.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from roadworthy.adapters.extensions import discover
from roadworthy.adapters.image_file import MappedFile
from roadworthy.inspection.format import Format
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.rootfs import NodeKind

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLES = Path(os.environ.get("ROADWORTHY_SAMPLES") or REPOSITORY.parent / "shared/samples/firmware")
SQUASHFS_AT = {
    "tplink_wr841n_v9_150104.bin": 0x120200,
    "tplink_wr841n_v9_150310.bin": 0x120200,
    "tplink_wr841n_v14_eu_2023.bin": 0x100200,
    "openwrt_18.06.9_wr841n_v9_factory.bin": 0x14DDE0,
    "technicolor_dga4131_18.3.n.0482_rootfs.sqsh": 0,
}
RUNS = 7
TARGET_SECONDS = 1.0
BEYOND_TARGET = "technicolor_dga4131_18.3.n.0482_rootfs.sqsh"  # six times as long; for scale only


def main() -> None:
    """Measure, and print a table."""
    if not (SAMPLES / "manifest.tsv").is_file():
        sys.exit(
            f"There are no sample images in {SAMPLES}; set ROADWORTHY_SAMPLES to the folder that has them."
        )
    formats = {format_id: each.object for format_id, each in discover().formats.items()}
    unsquashfs = shutil.which("unsquashfs")
    slowest = 0.0
    print("| image | read | roadworthy | unsquashfs, all cores | ratio | unsquashfs, one core | ratio |")
    print("|---|---|---|---|---|---|---|")
    for name, offset in SQUASHFS_AT.items():
        mine, amount = _median(partial(_read_all, SAMPLES / name, formats))
        slowest = max(slowest, 0 if name == BEYOND_TARGET else mine)
        peers = [_peer(unsquashfs, SAMPLES / name, offset, cores, mine) for cores in (os.cpu_count() or 1, 1)]
        print(f"| {name} | {amount / 1e6:.1f} MB | {mine:.3f} s | {' | '.join(peers)} |")
    met = "met" if slowest <= TARGET_SECONDS else "MISSED"
    print(
        f"\nSlowest TP-Link image {slowest:.3f} s; target {TARGET_SECONDS} s: {met}. Medians of {RUNS} runs."
    )


def _read_all(path: Path, formats: dict[str, Format]) -> int:
    """Open an image and read every file in it. Gives the sum of their lengths."""
    with MappedFile(path) as source:
        amount = 0
        for root in open_image(path.name, source, formats).roots:
            files = [node for node in root.nodes.values() if node.kind is NodeKind.FILE]
            for node in sorted(files, key=lambda each: (each.order, each.path)):
                amount += len(root.tree.read(node))
        return amount


def _peer(program: str | None, image: Path, offset: int, cores: int, mine: float) -> str:
    """Two cells: the time of unsquashfs, and how many times as long we take."""
    if program is None:
        return "not installed (squashfs-tools) | "
    with tempfile.TemporaryDirectory() as scratch:
        command = [program, "-q", "-n", "-f", "-processors", str(cores), "-o", str(offset)]
        command += ["-d", f"{scratch}/root", str(image)]
        theirs, _ = _median(partial(_run, command))
    return f"{theirs:.3f} s | {mine / theirs:.1f}"


def _run(command: list[str]) -> int:
    done = subprocess.run(command, check=False, capture_output=True, timeout=600)  # noqa: S603 -- fixed words
    if done.returncode not in (0, 1, 2):  # 2: device nodes that only root may make
        sys.exit(f"{command} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.returncode


def _median(work: Callable[[], int]) -> tuple[float, int]:
    times, result = [], 0
    for _ in range(RUNS):
        begun = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times), result


if __name__ == "__main__":
    main()
