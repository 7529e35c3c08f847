"""Matcher: the reference. What a policy says about a packet, in few words.

The unit is the conversation. Its first packet is put to the rules of whoever sends it; where it may pass,
the answers to it may pass too, as every stateful firewall has it. So a profile need not list answers, and one
that does (as RFC 8520 asks) means the same. A rule with `initiated` is about conversations of that opener
only.
"""

from roadworthy.network.packet import Packet
from roadworthy.network.policy import Policy, Ports, Rule
from roadworthy.network.surroundings import Surroundings


def decide(policy: Policy, packet: Packet, surroundings: Surroundings) -> Rule | None:
    """The rule that decides about the conversation which a packet belongs to; None if none does.

    It may pass only if there is one and it accepts.
    """
    for rule in policy.rules:
        if rule.sender is packet.opener and matches(rule, packet, surroundings):
            return rule
    return None


def allows(policy: Policy, packet: Packet, surroundings: Surroundings) -> bool:
    """Whether a packet may pass."""
    rule = decide(policy, packet, surroundings)
    return rule is not None and rule.accept


def matches(rule: Rule, packet: Packet, surroundings: Surroundings) -> bool:
    """Whether a rule is about the conversation that a packet belongs to, its sender aside."""
    if rule.unheld and rule.accept:
        return False
    if rule.initiated not in {None, packet.opener}:
        return False
    return _layers(rule, packet) and all(surroundings.holds(peer, packet) for peer in rule.peers)


def _layers(rule: Rule, packet: Packet) -> bool:
    if packet.peer is None:
        return rule.ethertype is not None and rule.ethertype == packet.ethertype
    if rule.ethertype is not None:
        return False
    return (
        rule.family in {None, packet.peer.version}
        and rule.protocol in {None, packet.protocol}
        and _within(packet.device_port, rule.device_ports)
        and _within(packet.peer_port, rule.peer_ports)
        and rule.icmp_type in {None, packet.icmp_type}
        and rule.icmp_code in {None, packet.icmp_code}
    )


def _within(port: int | None, wanted: tuple[Ports, ...] | None) -> bool:
    return wanted is None or any(port in each for each in wanted)
