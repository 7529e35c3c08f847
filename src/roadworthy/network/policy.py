"""Policy: what one device may do, as rules. What is not allowed by a rule is not allowed.

It is the meaning of a MUD file (RFC 8520) without its spelling: learned, derived, compared, matched and
compiled in this one form.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from roadworthy.model.evidence import Evidence


class Side(StrEnum):
    """The two ends of a conversation, seen from the device."""

    DEVICE = "device"
    PEER = "peer"

    @property
    def other(self) -> "Side":
        """The one across."""
        return Side.PEER if self is Side.DEVICE else Side.DEVICE


class PeerKind(StrEnum):
    """How a rule names the other end (RFC 8519, RFC 8520 §6, ietf-acldns)."""

    ADDRESS = "address"
    NAME = "name"
    LOCAL = "local-networks"
    MANUFACTURER = "manufacturer"
    SAME_MANUFACTURER = "same-manufacturer"
    MODEL = "model"
    CONTROLLER = "controller"
    MY_CONTROLLER = "my-controller"


@dataclass(frozen=True, slots=True, order=True)
class Peer:
    """One condition on the other end.

    Args:
        kind: How it is named.
        value: A network in CIDR form for `PeerKind.ADDRESS`; a DNS name in lower case without the last dot
            for `PeerKind.NAME`; the authority of a MUD URL for `PeerKind.MANUFACTURER`; a MUD URL for
            `PeerKind.MODEL`; a class URI for `PeerKind.CONTROLLER`; empty for the others.
    """

    kind: PeerKind
    value: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Ports:
    """Ports from first to last, both within."""

    first: int
    last: int

    def __contains__(self, port: object) -> bool:
        """Whether a port lies within."""
        return isinstance(port, int) and self.first <= port <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: which packets it is about, and whether they may pass.

    Args:
        name: Its name in its file; unique among the rules of a policy.
        sender: Who sends the packets that it is about: the device (from-device-policy) or the peer.
        peers: Conditions on the other end; all must hold. None: any other end.
        family: 4 or 6; None for both, and for what is not IP.
        protocol: IP protocol number; None for any.
        device_ports: Ports at the device, any of these; None for any port.
        peer_ports: Ports at the other end, likewise.
        icmp_type: ICMP or ICMPv6 type; None for any.
        icmp_code: ICMP or ICMPv6 code; None for any.
        initiated: Who must have sent the first packet of the TCP connection (direction-initiated); None for
            either.
        ethertype: For a rule about frames that are not IP: their type. None for IP.
        accept: Whether it lets pass; a rule that does not keeps later ones from letting pass.
        unheld: Matches that it makes and that neither the matcher nor an enforcer can hold, e.g.
            ``ipv4/ttl``. A rule that accepts and has some never matches: nothing is opened by mistake.
        confidence: For a learned or derived rule, 0 to 1: how likely that it belongs to the device's ordinary
            work; None where somebody wrote it.
        evidence: What it rests on.
    """

    name: str
    sender: Side
    peers: tuple[Peer, ...] = ()
    family: int | None = None
    protocol: int | None = None
    device_ports: tuple[Ports, ...] | None = None
    peer_ports: tuple[Ports, ...] | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None
    initiated: Side | None = None
    ethertype: int | None = None
    accept: bool = True
    unheld: tuple[str, ...] = ()
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one kind of device may do. The first rule that matches decides; if none does, the answer is no.

    Args:
        rules: In order; those of one sender are looked at for packets of that sender only.
        mud_url: The MUD URL that it was published under; empty for none.
    """

    rules: tuple[Rule, ...] = field(default=())
    mud_url: str = ""
