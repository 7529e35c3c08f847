"""Finding: what one check says about one property of the subject."""

from dataclasses import dataclass

from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Role, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer of one check, with its evidence.

    Args:
        property: Id of the property it speaks about, e.g. ``auth.no-empty-password``.
        check: Id of the check (or other producer) that says so, e.g. ``auth.empty-password``.
        outcome: What came of it.
        severity: How bad it is if the outcome is a failure; `Severity.INFO` otherwise.
        message: One sentence for a person in a hurry; names the thing, not the rule.
        remedy: What to do about a failure; empty otherwise.
        acts: Who has to do it, most responsible first; empty unless it is a failure.
        evidence: The places that show it, in a stable order.
    """

    property: str
    check: str
    outcome: Outcome
    message: str
    severity: Severity = Severity.INFO
    remedy: str = ""
    acts: tuple[Role, ...] = ()
    evidence: tuple[Evidence, ...] = ()
