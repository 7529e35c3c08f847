"""What deriving gives: a policy from what an image shows, and what was doubted."""

from dataclasses import dataclass

from roadworthy.model.evidence import Evidence
from roadworthy.network.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One thing in the image that no rule was made of.

    Args:
        what: The host, or the service with its port.
        why: Why it is unlikely that the device speaks with it, or lets itself be spoken to.
        confidence: How likely it is all the same, 0 to 1.
        evidence: Where it stands.
    """

    what: str
    why: str
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What an image shows of what the device will do.

    Args:
        policy: The rules; each with confidence and evidence.
        doubts: What was not turned into rules, the likeliest first.
        update_hosts: Hosts from which new software comes, of the rules and of the doubts.
        config_hosts: Hosts from which configuration comes, likewise.
        reasons: Why each rule was made, by its name.
    """

    policy: Policy
    doubts: tuple[Doubt, ...]
    update_hosts: tuple[str, ...]
    config_hosts: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]
