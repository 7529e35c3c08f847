"""Outcomes and severities: the words in which every wing answers."""

from enum import StrEnum


class Outcome(StrEnum):
    """What came of asking one question, after XCCDF 1.2 (NISTIR 7275r4 §6.6.4.2, table 26).

    No evidence is `UNKNOWN`, never `PASS`.
    """

    PASS = "pass"  # noqa: S105 -- an outcome, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"

    @property
    def settled(self) -> bool:
        """Whether this outcome answers the question (pass, fail, or that it does not arise)."""
        return self in (Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE)


class Severity(StrEnum):
    """How bad a failure is if nothing is done. The order of the members is the order of weight."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def weight(self) -> int:
        """0 for info up to 4 for critical."""
        return list(Severity).index(self)

    def at_least(self, threshold: "Severity") -> bool:
        """Whether this severity is at or above the threshold."""
        return self.weight >= threshold.weight


class Basis(StrEnum):
    """How something is known.

    `OBSERVED`: seen in the thing itself. `TESTED`: shown by exercising it. `DECLARED`: somebody says so.
    """

    OBSERVED = "observed"
    TESTED = "tested"
    DECLARED = "declared"


class Role(StrEnum):
    """Who has to act. Never the consumer alone: see `Property`."""

    MAKER = "maker"
    IMPORTER = "importer"
    INTEGRATOR = "integrator"
    OPERATOR = "operator"
    OWNER_COMPANY = "owner_company"
    OWNER_CONSUMER = "owner_consumer"
