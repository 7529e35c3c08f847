"""Checks: one true/false question each, put to an inspection."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from roadworthy.inspection.bill import Reconciliation
from roadworthy.inspection.cataloger import Kept
from roadworthy.inspection.rootfs import RootFS
from roadworthy.model.evidence import Evidence
from roadworthy.model.inventory import Inventory
from roadworthy.model.outcome import Outcome, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a check may look at.

    Args:
        now: The moment for which it speaks.
        inventory: The facts.
        roots: The file systems that were read; nodes only.
        kept: The small files of each of `roots`, in the same order.
        owners: For each of `roots`, which package brought a file: paths to package URLs, as the components
            have them. Empty where there is no package database.
        gaps: What could not be read, one sentence each. While there is one, a `Verdict` that says "nothing
            of the kind is there" cannot be a pass: the engine turns it into unknown.
        reconciliation: Bills of materials held against the image; None where none was given.
        programs: Names of the stretches that are programs of microcontrollers, whole.
    """

    now: datetime
    inventory: Inventory
    roots: tuple[RootFS, ...]
    kept: tuple[Kept, ...]
    owners: tuple[Mapping[str, str], ...] = ()
    gaps: tuple[str, ...] = ()
    reconciliation: Reconciliation | None = None
    programs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says; the engine makes a `Finding` of it.

    Args:
        outcome: What came of it.
        message: One sentence for a person in a hurry; names the thing, not the rule.
        evidence: The places that show it.
        severity: Overrides the check's severity for this failure.
    """

    outcome: Outcome
    message: str
    evidence: tuple[Evidence, ...] = ()
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small world and what the check must say about it. Run by one parametrised test.

    Args:
        files: Path to content (text or bytes); a value ``-> target`` makes a symbolic link.
        modes: Permission bits by path, where they are not the usual ones: 0o755 for directories, ELF files
            and scripts with ``#!``, 0o644 for other files.
        outcome: The worst outcome that must come out.
        now: The moment, where it matters.
        bills: Bills of materials that are given with the image: file name to content.
        program: Where it is not empty, the image is this program of a microcontroller beside the files.
    """

    files: Mapping[str, str | bytes]
    outcome: Outcome
    modes: Mapping[str, int] = field(default_factory=dict)
    now: datetime = field(default=datetime(2026, 1, 1, tzinfo=UTC))
    bills: Mapping[str, str] = field(default_factory=dict)
    program: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question. Its id is its place: ``checks/auth/empty_password.py`` is ``auth.empty-password``.

    Args:
        shows: Id of the property that it answers.
        severity: How bad a failure is.
        run: Looks, and yields at least one verdict. Nothing to look at is unknown, never a pass.
        examples: At least one that passes and one that fails; or one that is unknown, where nothing in an
            image could prove a failure and the check's page says that it never fails; likewise for a pass.
        needs_bill: Whether it is about a bill of materials: where none is given, it is not asked at all.
    """

    shows: str
    severity: Severity
    run: Callable[[Inspection], Iterable[Verdict]]
    examples: tuple[Example, ...]
    needs_bill: bool = False
