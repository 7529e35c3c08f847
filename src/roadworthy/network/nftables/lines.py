"""Lines: a rule as matches that nft reads, where it is no element."""

from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from typing import Final

from roadworthy.network.defaults import ICMP, ICMPV6
from roadworthy.network.nftables.resolving import Resolved, service
from roadworthy.network.policy import Ports, Rule, Side
from roadworthy.network.surroundings import Networks

NamesSet = Callable[[tuple[str, ...], int], str]
PORTED: Final = {6: "tcp", 17: "udp", 33: "dccp", 132: "sctp", 136: "udplite"}
_IP: Final = {4: "ip", 6: "ip6"}


def no_names(names: tuple[str, ...], family: int) -> str:
    """For rules that have no names."""
    raise AssertionError(names, family)


def lines(resolved: Resolved, verdict: str, names_set: NamesSet = no_names) -> Iterator[str]:
    """The lines of one rule: one, or one for each family where its peers differ by family."""
    rule = resolved.rule
    layers = _layers(rule)
    if layers is None:
        return
    if resolved.networks is None and not resolved.names and rule.family is None:
        yield " ".join((*layers, verdict))
        return
    for family in (rule.family,) if rule.family else (4, 6):
        where = _where(resolved, family, names_set)
        if where is not None:
            yield " ".join((*where, *layers, verdict))


def _where(resolved: Resolved, family: int, names_set: NamesSet) -> tuple[str, ...] | None:
    """Matches on the other end; None if nobody of this family is meant."""
    side = f"{_IP[family]} {'daddr' if resolved.rule.sender is Side.DEVICE else 'saddr'}"
    found = [f"meta nfproto ipv{family}"]
    if resolved.networks is not None:
        text = networks_text(resolved.networks, family)
        if not text:
            return None
        found = [f"{side} {text}"]
    if resolved.names:
        found.append(f"meta mark . {side} @{names_set(resolved.names, family)}")
    return tuple(found)


def networks_text(networks: Networks, family: int) -> str:
    """Networks of one family, as nft writes them; empty for none. Those that touch or overlap become one."""
    four = [each for each in networks if isinstance(each, IPv4Network)]
    six = [each for each in networks if isinstance(each, IPv6Network)]
    merged = [*collapse_addresses(four)] if family == 4 else [*collapse_addresses(six)]  # noqa: PLR2004 -- of IP
    return _braced([str(each.network_address) if each.num_addresses == 1 else str(each) for each in merged])


def _layers(rule: Rule) -> tuple[str, ...] | None:
    """Matches on what is above IP; None if no packet can match."""
    protocol = rule.protocol
    if rule.icmp_type is not None or rule.icmp_code is not None:
        return _icmp(rule)
    caller, called = service(rule)
    if caller is None and called is None:
        return () if protocol is None else (f"meta l4proto {protocol}",)
    if protocol is not None and protocol not in PORTED:
        return None
    known = _braced([str(each) for each in PORTED]) if protocol is None else str(protocol)
    found = [f"meta l4proto {known}"]
    for ports, end in ((caller, "sport"), (called, "dport")):
        if ports is not None:
            found.append(f"th {end} {ports_text(ports)}")
    return tuple(found)


def _icmp(rule: Rule) -> tuple[str, ...] | None:
    """Type and code by their place: nft's own words for them would demand a family as well."""
    if (
        rule.protocol not in {None, ICMP, ICMPV6}
        or rule.device_ports is not None
        or rule.peer_ports is not None
    ):
        return None
    protocol = f"{{ {ICMP}, {ICMPV6} }}" if rule.protocol is None else str(rule.protocol)
    both = (("@th,0,8", rule.icmp_type), ("@th,8,8", rule.icmp_code))
    return f"meta l4proto {protocol}", *(f"{where} {value}" for where, value in both if value is not None)


def ports_text(ports: Iterable[Ports]) -> str:
    """Ports as nft writes them; ranges that touch or overlap become one."""
    merged: list[Ports] = []
    for each in sorted(ports):
        if merged and each.first <= merged[-1].last + 1:
            merged[-1] = Ports(merged[-1].first, max(merged[-1].last, each.last))
        else:
            merged.append(each)
    return _braced(
        [str(each.first) if each.first == each.last else f"{each.first}-{each.last}" for each in merged]
    )


def _braced(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{{ {', '.join(words)} }}" if words else ""
