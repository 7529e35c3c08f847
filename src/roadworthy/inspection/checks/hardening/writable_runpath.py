"""Programs that look for libraries where others may put some.

What it looks at

RPATH and RUNPATH of every program and library: entries that are empty or relative (the folder in which the
program is started), that lie in folders for temporary files, or in a folder of the image that everybody may
write to. `$ORIGIN` is the program's own folder.

Why it matters

A library put into a temporary folder that a program searches runs with that program's rights. That is how a
small hole in a web page becomes a root shell.

How it can be wrong

The folder may exist with other rights on the running device, or nobody but root may run anything there. An
entry for a folder of the build machine that nobody can create is not counted.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks.hardening._programs import linux_programs, without_programs
from roadworthy.inspection.checks.hardening._sample import SampleElf
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.program import Program

TEMPORARY: Final = ("/tmp", "/var/tmp", "/dev/shm", "/var/run/shm")  # noqa: S108 -- looked for, not used
_EVERYBODY = 0o002
_SETUID = 0o6000


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each program with such an entry."""
    programs = linux_programs(inspection)
    open_folders = _open_folders(inspection)
    failures = [
        _failure(inspection, each, entry) for each in programs if (entry := _weak(each, open_folders))
    ]
    yield from bounded(failures, "programs search such folders")
    if not programs:
        yield without_programs()
    elif not failures:
        yield Verdict(Outcome.PASS, "No program looks for libraries where everybody may write.")


def _open_folders(inspection: Inspection) -> frozenset[str]:
    return frozenset(
        node.path
        for root in inspection.roots
        for node in root.nodes.values()
        if node.kind is NodeKind.DIRECTORY and node.mode & _EVERYBODY
    )


def _weak(program: Program, open_folders: frozenset[str]) -> str | None:
    """The first entry that others may write to, in words."""
    for entry in program.runpath.split(":") if program.runpath else ():
        folder = entry.rstrip("/")
        if not entry or not entry.startswith(("/", "$ORIGIN", "${ORIGIN}")):
            return f"the folder it is started in ({entry or 'an empty entry'})"
        if folder in open_folders or any(f"{folder}/".startswith(f"{each}/") for each in TEMPORARY):
            return entry
    return None


def _failure(inspection: Inspection, program: Program, entry: str) -> Verdict:
    setuid = any(
        node.mode & _SETUID for root in inspection.roots if (node := root.nodes.get(program.path)) is not None
    )
    return Verdict(
        Outcome.FAIL,
        f"{program.path} looks for its libraries in {entry}, where others may put one.",
        program.evidence,
        Severity.HIGH if setuid else None,
    )


CHECK: Final = Check(
    shows="hardening.no-writable-runpath",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/bin/a": SampleElf(runpath="/var/tmp/pc/").build()}, outcome=Outcome.FAIL),  # noqa: S108 -- as above
        Example(files={"/bin/a": SampleElf(runpath="/usr/lib:").build()}, outcome=Outcome.FAIL),
        Example(
            files={"/bin/a": SampleElf(runpath="/opt/x").build(), "/opt/x/liba.so": b"x"},
            modes={"/opt/x": 0o777},
            outcome=Outcome.FAIL,
        ),
        Example(
            files={"/bin/a": SampleElf(runpath="/usr/lib/sudo:$ORIGIN/../lib").build()}, outcome=Outcome.PASS
        ),
        Example(files={"/bin/a": SampleElf().build()}, outcome=Outcome.PASS),
        Example(files={"/etc/a": "x"}, outcome=Outcome.UNKNOWN),
    ),
)
