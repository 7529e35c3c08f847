"""What is at stake in money: ranges from ceilings, turnover and exemptions. No advice, and no forecast."""

from collections.abc import Callable
from dataclasses import dataclass

from roadworthy.regulation.formula import Truth
from roadworthy.regulation.framework import Framework, Tier

NO_ADVICE = (
    "A ceiling is what the law allows at most; what is imposed depends on the case. This is no legal advice."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What a gap can cost in fines at most.

    Args:
        tier: Id of the tier; empty without one.
        currency: ISO 4217.
        most: The ceiling in whole units; None: it cannot be told.
        at_least: A part of the ceiling that is sure even where the turnover was not said.
        exempt: Whether no fine can be imposed; None: cannot be told.
        because: How it follows.
    """

    tier: str
    currency: str = "EUR"
    most: int | None = None
    at_least: int = 0
    exempt: Truth = False
    because: str = ""


def exposure(
    framework: Framework,
    requirement: str,
    tier_id: str,
    facts: Callable[[str], Truth],
    turnover: float | None,
) -> Exposure:
    """What not fulfilling a requirement can cost at most.

    Args:
        framework: The framework.
        requirement: Id of the requirement.
        tier_id: Id of its tier; empty where no fine is laid down for it.
        facts: The facts of the product, see `Product.facts`.
        turnover: Worldwide yearly turnover in millions of EUR; None: not said.
    """
    tier = next((each for each in framework.tiers if each.id == tier_id), None)
    if tier is None:
        return Exposure(tier="", most=0, because="no fine is laid down for it in this framework")
    doubt = ""
    for each in tier.exemptions:
        if each.requirements and requirement not in each.requirements:
            continue
        holds = each.when.value(facts)
        if holds:
            because = f"{each.because} ({each.source})"
            return Exposure(tier=tier.id, currency=tier.currency, most=0, exempt=True, because=because)
        if holds is None:
            doubt = f"; unless {each.because} ({each.source})"
    most, told = _ceiling(tier, turnover)
    return Exposure(
        tier=tier.id,
        currency=tier.currency,
        most=most,
        at_least=tier.most or 0,
        exempt=None if doubt else False,
        because=f"{tier.title}: {told} ({tier.source}){doubt}",
    )


def _ceiling(tier: Tier, turnover: float | None) -> tuple[int | None, str]:
    """The ceiling, and how it follows."""
    if tier.most is None and tier.share is None:
        return None, "no ceiling is laid down"
    fixed = tier.most or 0
    if tier.share is None:
        return fixed, f"up to {fixed:,} {tier.currency}"
    told = (
        f"up to {fixed:,} {tier.currency} or {tier.share:.1%} of the worldwide yearly turnover, "
        "whichever is higher"
    )
    if turnover is None:
        return None, f"{told}; the turnover was not said"
    return max(fixed, round(tier.share * turnover * 1_000_000)), told
