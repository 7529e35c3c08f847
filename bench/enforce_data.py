"""What `bench/enforce.py` loads: networks of many devices, and the same as simpler compilers write it."""

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Final

from roadworthy.network.network_file import Network, read_network
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side

RULES: Final = 20
PORT: Final = 443
FIRST_DEVICE: Final = int(IPv4Address("10.1.0.1"))
FIRST_HOST: Final = int(IPv4Address("198.18.0.0"))
"""Of the network for benchmarks (RFC 2544): 131,072 hosts, enough for 5,000 devices with 20 each."""
MOST_LINEAR: Final = 1_000
"""Devices in one linear chain: with more, a packet takes milliseconds."""


def mac(number: int) -> str:
    """The MAC address of a device, by its number from 1."""
    return f"02:10:00:00:{number >> 8:02x}:{number & 255:02x}"


def own(number: int) -> str:
    """The IPv4 address of a device."""
    return str(IPv4Address(FIRST_DEVICE - 1 + number))


def host(profile: int, rule: int) -> str:
    """The host of one rule of a profile; both count from 0."""
    return str(IPv4Address(FIRST_HOST + profile * RULES + rule))


def policy(profile: int) -> Policy:
    """Twenty rules, each to another host."""
    return Policy(
        rules=tuple(
            Rule(
                name=f"rule{each}",
                sender=Side.DEVICE,
                peers=(Peer(PeerKind.ADDRESS, f"{host(profile, each)}/32"),),
                protocol=6 if each % 2 == 0 else 17,
                peer_ports=(Ports(PORT, PORT),),
            )
            for each in range(RULES)
        ),
        mud_url=f"https://maker{profile % 50}.example/{profile}.json",
    )


def file_text(devices: int, profiles: int) -> str:
    """network.toml of so many devices, the n-th with profile n modulo the number of profiles."""
    words = ['[network]\nlan = ["lan"]\nwan = ["wan"]\nlocal = ["10.1.0.0/16"]\n']
    words += [
        f'[devices.d{each}]\nmac = "{mac(each)}"\naddresses = ["{own(each)}"]\n'
        f'profile = "{(each - 1) % profiles}.json"\nmode = "enforce"\n'
        for each in range(1, devices + 1)
    ]
    return "".join(words)


def network(devices: int, profiles: int) -> Network:
    """The network of `file_text`, its profiles from memory."""
    policies = {f"{each}.json": policy(each) for each in range(min(profiles, devices))}
    return read_network(file_text(devices, profiles).encode(), "network.toml", policies.__getitem__)


def linear(devices: int) -> str:
    """One chain with the rules of all devices, one after another."""
    return _table("", "".join(f"  {_matches(each, rule)} accept\n" for each, rule in _all(devices)))


def chains(devices: int) -> str:
    """A plain chain for each device, and a map from the MAC to it."""
    own_chains = [f" chain device{each} {{\n" for each in range(1, devices + 1)]
    for number in range(1, devices + 1):
        rules = "".join(f"  {_called(number, each)} accept\n" for each in range(RULES))
        own_chains[number - 1] += f"{rules}  counter drop\n }}\n"
    jumps = ", ".join(f"{mac(each)} : goto device{each}" for each in range(1, devices + 1))
    return _table("".join(own_chains), f"  ether saddr vmap {{ {jumps} }}\n")


def _all(devices: int) -> Iterator[tuple[int, int]]:
    return ((number, rule) for number in range(1, devices + 1) for rule in range(RULES))


def _matches(number: int, rule: int) -> str:
    return f"ether saddr {mac(number)} {_called(number, rule)}"


def _called(number: int, rule: int) -> str:
    return f"ip daddr {host(number - 1, rule)} {'tcp' if rule % 2 == 0 else 'udp'} dport {PORT}"


def _table(before: str, rules: str) -> str:
    return (
        "table inet roadworthy\ndelete table inet roadworthy\ntable inet roadworthy {\n"
        f"{before} chain forward {{\n  type filter hook forward priority filter; policy accept;\n"
        f'  iifname "wan" ct state established accept\n  ct state established accept\n{rules}'
        '  iifname "lan" counter drop\n }\n}\n'
    )
