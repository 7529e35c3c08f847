"""What learning gives: a policy, what it rests on, what was left out, and how far it can be trusted."""

from dataclasses import dataclass
from enum import StrEnum

from roadworthy.network.policy import Policy


class Why(StrEnum):
    """Why conversations were not turned into a rule."""

    GRANTED = "every device may do this without a rule"
    NOT_IP = "a MUD file has no words for frames that are not IP"
    NOT_WORTH_IT = "too seldom for the strictness asked for"
    SCAN = "it looks like a scan: many hosts without a name, and none answered"
    TOO_MANY = "too many kinds of conversation; the rarest were left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Conversations that no rule was made of.

    Args:
        what: In words, e.g. the rule that would have let them pass.
        why: The reason.
        flows: How many conversations.
        captures: In how many captures.
        worth: For `Why.NOT_WORTH_IT`: the strictness at and below which the rule is made; else None.
    """

    what: str
    why: Why
    flows: int
    captures: int
    worth: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sufficiency:
    """Whether the device was seen long enough to say what it does.

    Args:
        enough: Whether it was.
        reasons: Why not; empty where it was.
        captures: How many captures.
        days: On how many days (UTC).
        seconds: How long they last together.
        restarts: In how many captures the device asked for an address: it was started, or came back.
        growth: How many kinds of conversation each stretch brought that no earlier one had; in order of time.
        unseen: Chance that the next conversation is of a kind not seen yet (Good and Turing's estimate); 1
            where there is nothing to tell from.
        hidden: How many conversations hid the server's name (encrypted ClientHello).
    """

    enough: bool
    reasons: tuple[str, ...]
    captures: int
    days: int
    seconds: float
    restarts: int
    growth: tuple[int, ...]
    unseen: float
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Both sides of the trade, estimated from what was learned from.

    Args:
        false_block: Share of the conversations in a part that was left out which the rest would block; None
            where nothing could be left out.
        blocked: How many conversations that is.
        tried: Of how many.
        foreign_permit: Share of what strangers open that the rules would let through, by the prior of
            `pricing`; an order of magnitude.
    """

    false_block: float | None
    blocked: int
    tried: int
    foreign_permit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the traffic of a device teaches.

    Args:
        device: Its MAC address.
        strictness: The knob, 0 to 1.
        policy: The rules; each with confidence and evidence.
        left_out: What no rule was made of.
        sufficiency: Whether it was seen long enough.
        estimate: What the rules will block wrongly and let through wrongly.
        flows: How many conversations of the device there were.
    """

    device: str
    strictness: float
    policy: Policy
    left_out: tuple[LeftOut, ...]
    sufficiency: Sufficiency
    estimate: Estimate
    flows: int
