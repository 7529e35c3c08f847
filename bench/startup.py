"""How long one waits for the first word: `roadworthy --help`, and `roadworthy explain ID`.

Measures the wall time of the whole process, median of several runs. Target: `--help` in at most 250 ms.
Peer in the same run: the bare interpreter (`python -c pass`), below which nothing can be.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

RUNS: Final = 15
TARGET_SECONDS: Final = 0.25
PROGRAM: Final = (sys.executable, "-m", "roadworthy")
COMMANDS: Final = {
    "the bare interpreter": (sys.executable, "-c", "pass"),
    "roadworthy --help": (*PROGRAM, "--help"),
    "roadworthy inspect --help": (*PROGRAM, "inspect", "--help"),
    "roadworthy explain auth.no-default-password": (*PROGRAM, "explain", "auth.no-default-password"),
}


def main() -> int:
    """Measure, print a table, and fail where the target is missed."""
    print("| command | median |\n|---|---|")
    took = {}
    for name, command in COMMANDS.items():
        took[name] = median(command)
        print(f"| {name} | {took[name] * 1000:.0f} ms |")
    met = took["roadworthy --help"] <= TARGET_SECONDS
    verdict = "met" if met else "MISSED"
    print(
        f"\nTarget {TARGET_SECONDS * 1000:.0f} ms for --help: {verdict}. {RUNS} runs, {os.cpu_count()} cores."
    )
    return 0 if met else 1


def median(command: Sequence[str]) -> float:
    """Seconds for the whole process."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- fixed commands
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
