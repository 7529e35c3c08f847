"""Whole inspections of real images, beside what others need for a part of it.

Measures: wall time of the whole process (median of several runs) and the peak memory of all its processes,
for each sample image with SquashFS 4. Target: at most 3 s each.

Peer in the same run: `unsquashfs`, which only unpacks the root file system, to disk. It has to be told where
the file system starts, because it does not look for it.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLES = Path(os.environ.get("ROADWORTHY_SAMPLES") or REPOSITORY.parent / "shared/samples/firmware")
SQUASHFS_AT = {
    "tplink_wr841n_v9_150104.bin": 0x120200,
    "tplink_wr841n_v9_150310.bin": 0x120200,
    "tplink_wr841n_v14_eu_2023.bin": 0x100200,
    "openwrt_18.06.9_wr841n_v9_factory.bin": 0x14DDE0,
}
RUNS = 7
TARGET_SECONDS = 3.0


def main() -> None:
    """Measure, and print a table."""
    if not (SAMPLES / "manifest.tsv").is_file():
        sys.exit(
            f"There are no sample images in {SAMPLES}; set ROADWORTHY_SAMPLES to the folder that has them."
        )
    unsquashfs = shutil.which("unsquashfs")
    print("| image | roadworthy inspect | peak memory | unsquashfs alone | ratio |")
    print("|---|---|---|---|---|")
    slowest = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        for name, offset in SQUASHFS_AT.items():
            ours = [sys.executable, "-m", "roadworthy", "inspect", str(SAMPLES / name), "--format", "json"]
            ours += ["--output", f"{scratch}/report.json", "--workspace", f"{scratch}/workspace"]
            mine = _median(ours)
            slowest = max(slowest, mine)
            peer, ratio = "not installed", ""
            if unsquashfs:
                theirs = _median(
                    [
                        unsquashfs,
                        "-q",
                        "-n",
                        "-f",
                        "-o",
                        str(offset),
                        "-d",
                        f"{scratch}/root",
                        str(SAMPLES / name),
                    ]
                )
                peer, ratio = f"{theirs:.2f} s", f"{mine / theirs:.1f}"
            print(f"| {name} | {mine:.2f} s | {_peak(ours) // 1024} MiB | {peer} | {ratio} |")
    met = "met" if slowest <= TARGET_SECONDS else "MISSED"
    print(f"\nSlowest {slowest:.2f} s; target {TARGET_SECONDS} s: {met}.")
    print(f"Medians of {RUNS} runs, {os.cpu_count()} cores.")


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, timeout=600)  # noqa: S603 -- fixed commands
    if done.returncode not in (0, 1, 2):  # unsquashfs says 2 for device nodes that it may not make
        sys.exit(f"{command} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")


def _median(command: Sequence[str]) -> float:
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        _run(command)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def _peak(command: Sequence[str]) -> int:
    """Peak resident size in KiB of a process plus its children, as an upper bound: the sum of both peaks."""
    code = (
        "import resource, subprocess, sys\n"
        "from roadworthy.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)\n"
        "print(sum(resource.getrusage(who).ru_maxrss for who in both), file=sys.stderr)\n"
    )
    done = subprocess.run(  # noqa: S603 -- our own program
        [command[0], "-c", code, *command[3:]], check=False, capture_output=True, text=True, timeout=600
    )
    return int(done.stderr.strip().splitlines()[-1])


if __name__ == "__main__":
    main()
