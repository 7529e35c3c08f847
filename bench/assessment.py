"""How long an assessment takes beyond the start: a report with 1,000 findings under three frameworks.

Measured in one process that has loaded everything, as the median of several runs, and as a whole process on
the evidence in a file, beside `roadworthy frameworks`, which does everything but the assessment.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # ./dev bench starts with -P

from measuring import measure

from roadworthy.adapters.extensions import discover
from roadworthy.codecs.envelope import encode
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis, Outcome, Role, Severity
from roadworthy.model.subject import Subject, SubjectKind
from roadworthy.usecases.assess import AssessOptions, Outside, assess_product

FINDINGS = int(os.environ.get("ROADWORTHY_BENCH_FINDINGS", "1000"))
RUNS = int(os.environ.get("ROADWORTHY_BENCH_RUNS", "5"))
TARGET = 0.3  # seconds beyond the start
UNDER = ("baseline", "cra", "en303645")
NOW = datetime(2026, 11, 27, tzinfo=UTC)
DECLARATION = Path(__file__).resolve().parent.parent / "examples/camera/camera.toml"


def evidence() -> Envelope:
    """A report with many findings, spread over all properties."""
    names = sorted(discover().properties)
    return Envelope(
        subject=Subject(kind=SubjectKind.RELEASE, digest=f"sha256:{'ab' * 32}"),
        producer=Producer(tool="bench", version="1", digests={}),
        as_of=NOW,
        basis=Basis.OBSERVED,
        findings=tuple(finding(names[number % len(names)], number) for number in range(FINDINGS)),
        problems=(),
        body_type="bench/v1",
        body={},
    )


def finding(name: str, number: int) -> Finding:
    """One finding; every third one is a failure."""
    failed = number % 3 == 0
    place = Evidence(path=("image.bin", f"/etc/file{number}"), line=number + 1, excerpt="what is there")
    return Finding(
        property=name,
        check="bench",
        outcome=Outcome.FAIL if failed else Outcome.PASS,
        message=f"This is finding {number}.",
        severity=Severity.HIGH if failed else Severity.INFO,
        remedy="Mend it." if failed else "",
        acts=(Role.MAKER,) if failed else (),
        evidence=(place,),
    )


def inside(report: Path) -> float:
    """Seconds of the assessment itself, the median of several runs; the report is read each time."""
    catalogue = discover()
    outside = Outside(
        read=lambda path, *, limit: Path(path).read_bytes()[: limit + 1],
        starts_with=lambda path, beginning: Path(path).read_bytes().startswith(beginning),
        papers=lambda _: {},
        inspect=lambda _, __: sys.exit("nothing is to be inspected here"),
        clock=lambda: NOW,
        file=lambda _: "",
        tool_digest=lambda: f"sha256:{'00' * 32}",
    )
    options = AssessOptions(
        declaration=str(DECLARATION), evidence=(str(report),), under=UNDER, as_of=NOW, keep=False
    )
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        assess_product(options, outside=outside, catalogue=catalogue)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        report.write_bytes(encode(evidence()))
        program = [sys.executable, "-m", "roadworthy"]
        command = [*program, "assess", str(DECLARATION), str(report), "--under", ",".join(UNDER), "--no-keep"]
        whole = statistics.median(measure(command, good=(0, 1)).wall for _ in range(RUNS))
        listed = statistics.median(measure([*program, "frameworks"]).wall for _ in range(RUNS))
        print("| what | seen | wanted |\n| --- | --- | --- |")
        print(f"| findings | {FINDINGS}, under {', '.join(UNDER)} | |")
        print(f"| the assessment, in a process that runs | {inside(report):.3f} s | at most {TARGET} s |")
        print(f"| the whole process, report written as JSON | {whole:.2f} s | |")
        print(f"| `roadworthy frameworks`, the whole process | {listed:.2f} s | |")
        print(f"| the one beyond the other | {whole - listed:.2f} s | at most {TARGET} s |")


if __name__ == "__main__":
    main()
