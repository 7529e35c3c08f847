"""A whole inspection, beside a peer that only tells the parts of the image apart.

Measures the wall time of the whole process, median of several runs, over the example camera (built by
`./dev demo`) and the sample images that are there. Peer in the same run: `unblob --skip-extraction`, which
finds the same parts, and neither reads the file system nor judges anything.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
SAMPLES: Final = Path(os.environ.get("ROADWORTHY_SAMPLES") or REPOSITORY.parent / "shared/samples/firmware")
NAMES: Final = (
    "tplink_wr841n_v9_150104.bin",
    "tplink_wr841n_v14_eu_2023.bin",
    "openwrt_18.06.9_wr841n_v9_factory.bin",
)
RUNS: Final = 5


def main() -> None:
    """Measure, and print a table."""
    images = [REPOSITORY / f"out/camera-{release}.bin" for release in ("1.0", "1.1")]
    images += [SAMPLES / name for name in NAMES]
    images = [path for path in images if path.is_file()]
    if not images:
        sys.exit("There is no image to measure with: run ./dev demo first.")
    unblob = shutil.which("unblob")
    print("| image | size | roadworthy inspect | unblob, carving only | ratio |\n|---|---|---|---|---|")
    for image in images:
        ours = median(lambda path: inspection(path, image))  # noqa: B023 -- called before the loop goes on
        theirs = median(lambda path: carving(str(unblob), path, image)) if unblob else 0.0  # noqa: B023 -- as above
        peer, ratio = (f"{theirs:.2f} s", f"{ours / theirs:.1f}") if unblob else ("not installed", "")
        print(f"| {image.name} | {image.stat().st_size / 1e6:.1f} MB | {ours:.2f} s | {peer} | {ratio} |")
    print(f"\nMedians of {RUNS} runs, {os.cpu_count()} cores.")


def inspection(scratch: Path, image: Path) -> list[str]:
    """Everything: parts, file systems, inventory, checks, report."""
    target = ["--output", str(scratch / "report.json"), "--no-keep"]
    return [sys.executable, "-m", "roadworthy", "inspect", str(image), *target]


def carving(unblob: str, scratch: Path, image: Path) -> list[str]:
    """The parts only."""
    return [unblob, "--skip-extraction", "--extract-dir", str(scratch), str(image)]


def median(command: Callable[[Path], list[str]]) -> float:
    """Seconds for the whole process, each run in a new folder."""
    times = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as scratch:
            words = command(Path(scratch))
            begun = time.perf_counter()
            done = subprocess.run(words, check=False, capture_output=True)  # noqa: S603 -- fixed commands
            times.append(time.perf_counter() - begun)
        if done.returncode not in (0, 1):  # 1: findings
            sys.exit(f"{words[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return statistics.median(times)


if __name__ == "__main__":
    main()
