"""OpenWrt's firewall (fw4): sections for ``/etc/config/firewall``, without a daemon.

It holds what stands in addresses and ports. Names are held at the addresses that are known when it is
compiled (with ``guard run``'s state beside network.toml, those that the device was told); a name without any
opens nothing. Traffic inside the ``lan`` zone does not pass this firewall. Refusals in a profile keep their
order.

After the sections of a device comes its last word: everything else from it, to anywhere but the router, is
rejected.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from roadworthy.network.enforcer import Compiled, Enforcer, LeftOut
from roadworthy.network.live import FREE, Live, Names
from roadworthy.network.network_file import Device, Mode, Network
from roadworthy.network.nftables.elements import addresses_of, mode_of
from roadworthy.network.nftables.resolving import Resolved, resolved_rule, service, why_not
from roadworthy.network.policy import Ports, Rule, Side

_PROTOCOLS: Final = {None: "all", 1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 58: "ipv6-icmp"}
_FAMILIES: Final = {None: "any", 4: "ipv4", 6: "ipv6"}


def compiled(network: Network, live: Live) -> Compiled:
    """The sections of all devices."""
    words: list[str] = []
    left_out: list[LeftOut] = []
    for device in network.devices.values():
        free = live.standings.get(device.name, FREE) == FREE
        if free and mode_of(device, live) is Mode.LEARN:
            left_out.append(LeftOut(device.name, "", "it is in learning mode: nothing is stopped"))
            continue
        if free:
            for rule in device.policy.rules:
                made, why = _rule(device, rule, live)
                words.extend(made)
                if why:
                    left_out.append(LeftOut(device.name, rule.name, why))
        words.extend(_last_words(device, live))
    return Compiled("\n".join(words) + "\n", tuple(left_out))


def _rule(device: Device, rule: Rule, live: Live) -> tuple[Sequence[str], str]:
    """The sections of a rule, and why it is left out."""
    reason = why_not(rule) or _cannot(rule)
    if reason:
        return (), reason
    resolved = resolved_rule(rule, device.surroundings)
    peers = _peers(resolved, live.names.get(device.name, {}))
    if peers == ():
        return (), "nobody is known who is meant" if not resolved.names else "no address of its name is known"
    return tuple(_section(device, rule, peers, live)), ""


def _cannot(rule: Rule) -> str:
    wide = rule.protocol not in {6, 17} and (rule.device_ports or rule.peer_ports)
    return "fw4 knows ports of TCP and UDP only" if wide else ""


def _peers(resolved: Resolved, names: Names) -> tuple[str, ...] | None:
    """Addresses and networks of the other end; None for any."""
    if resolved.names:
        wanted = frozenset(resolved.names)
        return tuple(
            str(address)
            for address, told in sorted(names.items(), key=lambda item: str(item[0]))
            if wanted <= told
            and resolved.rule.family in {None, address.version}
            and (resolved.networks is None or any(address in each for each in resolved.networks))
        )
    return None if resolved.networks is None else tuple(map(str, resolved.networks))


def _section(device: Device, rule: Rule, peers: tuple[str, ...] | None, live: Live) -> Iterator[str]:
    out = rule.sender is Side.DEVICE
    near, far = ("src", "dest") if out else ("dest", "src")
    caller, called = service(rule)
    yield "config rule"
    yield f"\toption name 'rw-{device.name}-{_quoted(rule.name)}'"
    yield f"\toption {near} 'lan'"
    yield f"\toption {far} '*'"
    if out:
        yield f"\toption src_mac '{device.mac}'"
    else:
        yield from (f"\tlist dest_ip '{each}'" for each in addresses_of(device, live))
    yield from (f"\tlist {far}_ip '{each}'" for each in peers or ())
    yield f"\toption family '{_FAMILIES[rule.family]}'"
    yield f"\toption proto '{_PROTOCOLS.get(rule.protocol, str(rule.protocol))}'"
    if rule.icmp_type is not None:
        code = "" if rule.icmp_code is None else f"/{rule.icmp_code}"
        yield f"\tlist icmp_type '{rule.icmp_type}{code}'"
    if caller is not None:
        yield f"\toption src_port '{_ports(caller)}'"
    if called is not None:
        yield f"\toption dest_port '{_ports(called)}'"
    yield f"\toption target '{'ACCEPT' if rule.accept else 'REJECT'}'"
    yield ""


def _last_words(device: Device, live: Live) -> Iterator[str]:
    yield "config rule"
    yield f"\toption name 'rw-{device.name}-nothing-else'"
    yield "\toption src 'lan'"
    yield "\toption dest '*'"
    yield f"\toption src_mac '{device.mac}'"
    yield "\toption proto 'all'"
    yield "\toption target 'REJECT'"
    yield ""
    if addresses := addresses_of(device, live):
        yield "config rule"
        yield f"\toption name 'rw-{device.name}-from-nobody-else'"
        yield "\toption src '*'"
        yield "\toption dest 'lan'"
        yield from (f"\tlist dest_ip '{each}'" for each in addresses)
        yield "\toption proto 'all'"
        yield "\toption target 'REJECT'"
        yield ""


def _ports(ranges: tuple[Ports, ...]) -> str:
    return " ".join(
        str(each.first) if each.first == each.last else f"{each.first}-{each.last}" for each in ranges
    )


def _quoted(name: str) -> str:
    """A name that cannot end its quotation."""
    return "".join(each if each.isascii() and (each.isalnum() or each in "-_.") else "-" for each in name)


ENFORCER: Final = Enforcer(title="OpenWrt's firewall, as sections of UCI", suffix=".uci", compile=compiled)
