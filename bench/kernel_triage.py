"""How many matches of the kernel, by version alone, triage settles with proof, and for which reason.

For each sample image: the CVEs in whose NVD ranges the kernel's version lies; those that are settled by the
kernel's parts and by the processor; what stays open; the seconds that triage takes, and that the inventory
takes. Ranges are compared here in the simplest way, so that the number stands for itself.
"""

import gzip
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from roadworthy.adapters.extensions import discover
from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.engine import Toolbox, inspect_image
from roadworthy.inspection.report import total
from roadworthy.inspection.signature import SignatureSet
from roadworthy.inspection.source import BytesSource
from roadworthy.model.advisory import Match, MatchStatus
from roadworthy.model.inventory import Inventory
from roadworthy.vulnerability.triage import triage

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLES = Path(os.environ.get("ROADWORTHY_SAMPLES") or REPOSITORY.parent / "shared/samples/firmware")
FEED = SAMPLES.parent / "vulns/nvd11_excerpt.jsonl.gz"
IMAGES = {
    "tplink_wr841n_v14_eu_2023.bin": "2.6.36",
    "tplink_wr841n_v9_150104.bin": "2.6.31",
    "tplink_wr841n_v9_150310.bin": "2.6.31",
    "tplink_wr841n_v7_120201.bin": "2.6.15",
    "openwrt_18.06.9_wr841n_v9_factory.bin": "4.9.243",
    "technicolor_dga4131_18.3.n.0482_rootfs.sqsh": "4.1.38",
}
VERSION = re.compile(r"(\d+(?:\.\d+)*)(?:[-_.]?rc(\d+))?")
RELEASED = 10**6
NOW = datetime(2026, 11, 21, tzinfo=UTC)
Key = tuple[tuple[int, ...], int]
Record = Mapping[str, Any]
GOAL, GOAL_IMAGE = 0.8, "tplink_wr841n_v14_eu_2023.bin"


def key(version: str) -> Key:
    """A kernel version to sort by; a release candidate comes before its release."""
    match = VERSION.match(version)
    if match is None:
        return ((), 0)
    numbers = [int(number) for number in match[1].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), int(match[2]) if match[2] else RELEASED


def matches(version: str) -> Iterator[Match]:
    """What NVD's ranges say of a kernel in a version."""
    with gzip.open(FEED, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if any(_holds(each, version) for each in _criteria(record["configurations"]["nodes"])):
                yield Match(
                    advisory=record["id"],
                    name="linux",
                    version=version,
                    purl=f"pkg:generic/linux@{version}",
                    status=MatchStatus.UNDER_INVESTIGATION,
                    summary=record["desc"],
                )


def _criteria(nodes: Sequence[Record]) -> Iterator[Record]:
    for node in nodes:
        yield from node.get("cpe_match", ())
        yield from _criteria(node.get("children", ()))


def _holds(criterion: Record, version: str) -> bool:
    name = criterion["cpe23Uri"].split(":")
    if name[3:5] != ["linux", "linux_kernel"] or not criterion["vulnerable"] or name[5] == "-":
        return False
    here = key(version)
    if name[5] != "*":
        return key(f"{name[5]}-{name[6]}" if name[6].startswith("rc") else name[5]) == here
    bounds: dict[str, Callable[[Key], bool]] = {
        "versionStartIncluding": lambda bound: here >= bound,
        "versionStartExcluding": lambda bound: here > bound,
        "versionEndIncluding": lambda bound: here <= bound,
        "versionEndExcluding": lambda bound: here < bound,
    }
    return all(test(key(criterion[name])) for name, test in bounds.items() if criterion.get(name))


def inventory(image: Path) -> Inventory:
    """What is in an image."""
    installed = discover()
    toolbox = Toolbox(
        formats={each.id: each.object for each in installed.formats.values()},
        catalogers={each.id: each.object for each in installed.catalogers.values()},
        checks={},
        properties={each.id: each.object for each in installed.properties.values()},
    )
    signatures = SignatureSet([each.object for each in installed.signatures.values()])
    context = Context(now=NOW, signatures=signatures)
    steps = inspect_image(image.name, BytesSource(image.read_bytes()), toolbox, context)
    return total(step.gained for step in steps).inventory


def main() -> int:
    """Print the table; 1 where the goal is missed."""
    print("| image | Linux | matches | by parts | by processor | open | settled | triage s | inventory s |")
    print("|---|---|---|---|---|---|---|---|---|")
    missed = False
    for name, version in IMAGES.items():
        begun = time.process_time()
        known = inventory(SAMPLES / name)
        read = time.process_time() - begun
        asked = list(matches(version))
        begun = time.process_time()
        told = triage(asked, known)
        spent = time.process_time() - begun
        by = Counter(match.settled_by.removeprefix("triage:") for match in told)
        share = 1 - by[""] / max(1, len(told))
        missed = missed or (name == GOAL_IMAGE and share < GOAL)
        print(
            f"| {name} | {version} | {len(told)} | {by['kernel-parts']} | {by['architecture']} | {by['']} "
            f"| {share:.1%} | {spent:.2f} | {read:.1f} |"
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
