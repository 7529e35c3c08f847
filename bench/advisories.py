"""Importing advisories: a National Vulnerability Database of full size, made here, and looking things up.

300,000 records in the form of the NVD's feeds 2.0, one file a year, with descriptions, scores, weaknesses and
as many CPE ranges as the real ones have (a mean of about five, a few with hundreds). It is imported into an
empty database and then looked up for an inventory of 600 components. Measured: wall time and peak memory of
the whole process, the size of the database, and the look-up in a process that has just started.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # ./dev bench starts with -P

from measuring import measure, peaks

RECORDS = int(os.environ.get("ROADWORTHY_BENCH_RECORDS", "300000"))
YEARS = range(2002, 2027)
PRODUCTS = 30_000
COMPONENTS = 600
IMPORT_SECONDS, IMPORT_BYTES, LOOKUP_SECONDS = 600.0, 1000**3, 1.0
WORDS = "a remote attacker can cause a denial of service or execute code by a crafted packet in it"


def record(number: int, year: int, chance: random.Random) -> dict[str, object]:
    """One record, as the feed has it."""
    vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    cvss = {"version": "3.1", "vectorString": vector, "baseScore": round(chance.uniform(2, 10), 1)}
    text = " ".join(chance.choices(WORDS.split(), k=45))
    return {
        "cve": {
            "id": f"CVE-{year}-{number:05d}",
            "sourceIdentifier": "cve@mitre.org",
            "published": f"{year}-03-15T17:15:08.513",
            "lastModified": "2024-11-21T06:39:22.540",
            "vulnStatus": "Modified",
            "descriptions": [{"lang": "en", "value": text}, {"lang": "es", "value": text}],
            "metrics": {"cvssMetricV31": [{"source": "nvd@nist.gov", "type": "Primary", "cvssData": cvss}]},
            "weaknesses": [{"type": "Primary", "description": [{"lang": "en", "value": "CWE-787"}]}],
            "configurations": [{"nodes": [node(chance)]} for _ in range(chance.choice((1, 1, 1, 2)))],
            "references": [
                {"url": f"https://maker.example/{chance.random()}", "tags": ["Patch"]} for _ in range(5)
            ],
        }
    }


def node(chance: random.Random) -> dict[str, object]:
    """A node with as many matches as the real ones have: mostly few, now and then hundreds."""
    count = chance.choices((1, 3, 10, 300), weights=(60, 30, 9, 1))[0]
    return {"operator": "OR", "negate": False, "cpeMatch": [match(chance) for _ in range(count)]}


def match(chance: random.Random) -> dict[str, object]:
    """A CPE match: half of them ranges, half of them single versions."""
    product = chance.randrange(PRODUCTS)
    version = f"{chance.randrange(9)}.{chance.randrange(20)}.{chance.randrange(40)}"
    exact = chance.choice((True, False))
    name = f"cpe:2.3:a:maker{product // 3}:product{product}:{version if exact else '*'}:*:*:*:*:*:*:*"
    bounds = {} if exact else {"versionStartIncluding": "0.1", "versionEndExcluding": version}
    return {"vulnerable": True, "criteria": name, "matchCriteriaId": "63C0D200-6A57-5B0A-9651", **bounds}


def make(folder: Path) -> int:
    """Write the feeds; how many bytes they have."""
    chance = random.Random(4)  # noqa: S311 -- always the same feeds
    each = RECORDS // len(YEARS)
    for year in YEARS:
        with (folder / f"nvdcve-2.0-{year}.json").open("w", encoding="utf-8") as file:
            file.write('{"format":"NVD_CVE","version":"2.0","timestamp":"2026-10-30T00:00:01.000",')
            file.write('"vulnerabilities":[')
            for number in range(each):
                file.write("," * bool(number) + json.dumps(record(number + 1000, year, chance)))
            file.write("]}")
    return sum(path.stat().st_size for path in folder.iterdir())


LOOKUP = """
import sys, time
from pathlib import Path
from roadworthy.adapters.advisory_store import AdvisoryStore
keys = [f"cpe:a:maker{number // 3}:product{number}" for number in range(0, %d * 7, 7)]
started = time.perf_counter()
store = AdvisoryStore(Path(sys.argv[1]))
known = store.known(keys)
found = sum(1 for _ in store.lookup(keys))
print(f"{len(known)} {found} {time.perf_counter() - started:.3f}")
"""


def rows(folder: Path) -> Iterator[tuple[str, str, str]]:
    """What was measured, what of it was seen, and what is wanted."""
    feeds, workspace = folder / "feeds", folder / "workspace"
    feeds.mkdir()
    size = make(feeds)
    yield "records", f"{RECORDS:,} in {size / 1e6:,.0f} MB", ""
    command = [sys.executable, "-m", "roadworthy", "advisories", "update", "--from", str(feeds)]
    started = time.perf_counter()
    memory = peaks([*command, "--workspace", str(workspace), "--output", str(folder / "done.json")])
    seconds = time.perf_counter() - started
    yield "import", f"{seconds:.0f} s", f"at most {IMPORT_SECONDS:.0f} s"
    yield "peak memory", f"{memory.sampled / 1e6:,.0f} MB", f"at most {IMPORT_BYTES / 1e6:,.0f} MB"
    database = workspace / "advisories.sqlite"
    yield "database", f"{database.stat().st_size / 1e6:,.0f} MB", ""
    lookup = [sys.executable, "-c", LOOKUP % COMPONENTS, str(database)]
    told = folder / "told"
    runs = [measure(lookup, output=told) for _ in range(3)]
    known, found, inside = told.read_text("ascii").split()
    yield (
        "look-up",
        f"{inside} s for {known} products with {found} records",
        f"at most {LOOKUP_SECONDS:.0f} s",
    )
    yield "look-up, with start", f"{sorted(each.wall for each in runs)[1]:.2f} s", ""


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        print("| what | seen | wanted |\n| --- | --- | --- |")
        for row in rows(Path(folder)):
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
