"""Comparison: what traffic taught against what the image shows, or against what the maker publishes.

Three answers: what both say; what the code can reach and was never seen; what was seen and nothing explains.
The second is a path that nobody tried, or one that should be closed. The third is the one to look at: a name
that is put together while the program runs, a library that reports home, or an intruder.

Two rules speak of the same when they are about the same direction and service and may mean the same host. A
rule for hosts in general explains one for a single host, never the other way round: that the code names one
server does not explain that the device speaks with any.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from roadworthy.network.defaults import DEFAULTS, DNS_PORT, ICMP, ICMPV6, NTP_PORT
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.profile.derived import Doubt
from roadworthy.network.profile.redundancy import covers
from roadworthy.network.profile.wording import describe


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One thing that both say.

    Args:
        seen: The rule that traffic taught.
        said: The rules of the other that explain it.
    """

    seen: Rule
    said: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unexplained:
    """One thing that was seen and that the other does not explain.

    Args:
        seen: The rule that traffic taught.
        elsewhere: Whether it leads out of the local network.
        hint: What comes nearest to an explanation; empty for none.
    """

    seen: Rule
    elsewhere: bool
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of comparing.

    Args:
        both: What both say.
        unseen: What the other says and was never seen.
        unexplained: What was seen and the other does not explain.
        ordinary: What was seen and needs no explanation: names, time, ICMP.
    """

    both: tuple[Agreement, ...]
    unseen: tuple[Rule, ...]
    unexplained: tuple[Unexplained, ...]
    ordinary: tuple[Rule, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """The result in plain words, the most worrying first."""
        elsewhere = [each for each in self.unexplained if each.elsewhere]
        near = [each for each in self.unexplained if not each.elsewhere]
        return (
            *(_unexplained(each) for each in elsewhere),
            *(_unexplained(each) for each in near),
            *(f"Never seen: {describe(each)}" for each in self.unseen),
            *(f"Both say: {describe(each.seen)}" for each in self.both),
        )


def _unexplained(found: Unexplained) -> str:
    return f"Seen and not explained: {describe(found.seen)}{f' {found.hint}' if found.hint else ''}"


def compare(learned: Policy, other: Policy, *, doubts: Sequence[Doubt] = ()) -> Comparison:
    """Compare what was seen with what something else says.

    Args:
        learned: What traffic taught.
        other: What the image shows, or the maker publishes.
        doubts: What the image names and no rule was made of: a hint, no explanation.
    """
    both, unexplained, ordinary = [], [], []
    explaining: set[Rule] = set()
    for seen in learned.rules:
        said = tuple(each for each in other.rules if each.accept and explains(each, seen))
        explaining.update(said)
        if said:
            both.append(Agreement(seen=seen, said=said))
        elif _ordinary(seen):
            ordinary.append(seen)
        else:
            hint = _hint(seen, other.rules, doubts)
            unexplained.append(Unexplained(seen=seen, elsewhere=_elsewhere(seen), hint=hint))
    unseen = [
        each
        for each in other.rules
        if each.accept and each not in explaining and not any(explains(seen, each) for seen in learned.rules)
    ]
    return Comparison(
        both=tuple(both), unseen=tuple(unseen), unexplained=tuple(unexplained), ordinary=tuple(ordinary)
    )


def explains(said: Rule, seen: Rule) -> bool:
    """Whether a rule that is said explains one that was seen: same direction and service, same or more hosts.

    A published profile lists each direction of a conversation for itself (RFC 8520 §8); the one that does not
    say who opens explains both.
    """
    if said.sender is not seen.sender or said.initiated not in {None, seen.initiated, seen.sender}:
        return False
    same = ("family", "protocol", "icmp_type", "ethertype")
    if any(_differ(getattr(said, each), getattr(seen, each)) for each in same):
        return False
    if not (_meet(said.peer_ports, seen.peer_ports) and _meet(said.device_ports, seen.device_ports)):
        return False
    return all(any(_same(outer, inner) for inner in seen.peers) for outer in said.peers)


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


def _meet(one: tuple[Ports, ...] | None, other: tuple[Ports, ...] | None) -> bool:
    if one is None or other is None:
        return True
    return any(a.first <= b.last and b.first <= a.last for a in one for b in other)


LOCALLY = frozenset(
    {
        PeerKind.LOCAL,
        PeerKind.MY_CONTROLLER,
        PeerKind.CONTROLLER,
        PeerKind.MANUFACTURER,
        PeerKind.SAME_MANUFACTURER,
        PeerKind.MODEL,
    }
)


def _same(said: Peer, seen: Peer) -> bool:
    """Whether a condition may mean the hosts that another one means."""
    if said == seen:
        return True
    if said.kind is PeerKind.ADDRESS and seen.kind is PeerKind.ADDRESS:
        outer, inner = ip_network(said.value), ip_network(seen.value)
        return outer.version == inner.version and outer.overlaps(inner)
    return said.kind in LOCALLY and seen.kind in LOCALLY  # which host that is, each network settles


def _ordinary(rule: Rule) -> bool:
    """What every device does, so that nobody documents it."""
    if rule.protocol in {ICMP, ICMPV6}:
        return True
    if any(covers(each, rule) for each in DEFAULTS):
        return True
    asked = {each.first for each in rule.peer_ports or ()}
    local = any(each.kind is PeerKind.CONTROLLER for each in rule.peers)
    return rule.sender is Side.DEVICE and local and bool(asked & {DNS_PORT, NTP_PORT})


def _elsewhere(rule: Rule) -> bool:
    """Whether a rule leads out of the local network."""
    for each in rule.peers:
        if each.kind in LOCALLY:
            return False
        if each.kind is PeerKind.ADDRESS and not ip_network(each.value).network_address.is_global:
            return False
        if each.kind is PeerKind.ADDRESS and ip_network(each.value).is_multicast:
            return False
    return True


def _hint(seen: Rule, rules: Iterable[Rule], doubts: Sequence[Doubt]) -> str:
    """What comes nearest: a host of its domain, another port of it, or a doubt that names it."""
    names = [each.value for each in seen.peers if each.kind is PeerKind.NAME]
    if not names:
        return ""
    name = names[0]
    for each in doubts:
        if f" {name}," in each.what:
            return f"The image names it, but {each.why}."
    known = sorted({peer.value for rule in rules for peer in rule.peers if peer.kind is PeerKind.NAME})
    if name in known:
        return "The host is known, but not on this port."
    domain = ".".join(name.split(".")[-2:])
    kin = [each for each in known if each.endswith(f".{domain}") or each == domain]
    return f"Another host of {domain} is known: {kin[0]}." if kin else ""
