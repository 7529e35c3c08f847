"""What the device could do in a flood once somebody else commands it: uplinks, tools, services that reflect.

Facts without judgement: a device that can reach the network can send. What differs is how much, with what,
and whether strangers can use it without breaking in, by asking a service that answers more than it was asked.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from roadworthy.inspection.rootfs import Node, NodeKind, RootFS
from roadworthy.model.evidence import Evidence
from roadworthy.model.inventory import Inventory

MAX_PLACES: Final = 3
PROGRAMS: Final = frozenset({"bin", "sbin", "libexec"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """One thing that would serve in a flood.

    Args:
        kind: ``uplink`` (a way to the network), ``sender`` (a program that sends what it is told), ``script``
            (an interpreter that runs a newcomer's program), ``reflector`` (a service that answers more than
            it is asked) or ``network code`` (programs that open sockets).
        what: For people: ``Wi-Fi``, ``wget``, ``DNS on udp/53``. Untrusted text.
        detail: What it adds: ``28 to 54 times the bytes asked for``; empty if nothing.
        evidence: The first few places that show it.
    """

    kind: str
    what: str
    detail: str
    evidence: tuple[Evidence, ...]


UPLINKS: Final = {
    # Names of kernel modules, by Linux' own drivers and those of chip makers' kits.
    "Wi-Fi": r"ath\d\w*|ath_hal|umac|mt76\w*|mt_wifi|rt2\w+|rt5\w+ap|rtl8\w+|r8188eu|88x2\w*|wl|dhd|brcmfmac"
    r"|bcmdhd|iwlwifi|mwifiex\w*|cfg80211|wlan|aic8800\w*|ssv6\w+|xradio\w*|esp32\w*",
    "Ethernet": r"ag71\w+|ag72\w+|athrs_gmac|raeth|mtk_eth\w*|bcm_enet|bcmgenet|e1000e?|igb|r816[89]"
    r"|stmmac\w*|dwmac\w*|fec|macb|mvneta|mvpp2|qca-nss-dp|sunxi-gmac|sun8i-emac|smsc95xx"
    r"|asix|ax88179\w*|r8152|jz_mac",
    "DSL": r"adsldd|bcmxtmrtdrv|drv_dsl_cpe_api|ltq_atm\w*|ltq_ptm\w*|vdsl\w*",
    "mobile network": r"qmi_wwan|option|sierra\w*|cdc_mbim|huawei_cdc_ncm|GobiSerial|GobiNet|cdc-wdm|wwan",
    "optical fibre": r"gpon\w*|xpon\w*|epon\w*|opticaldet",
    "Bluetooth": r"bluetooth|btusb|hci_uart|btrtl|btbcm",
    "IEEE 802.15.4": r"ieee802154\w*|mac802154|at86rf230|cc2520|mrf24j40",
}
SENDERS: Final = frozenset(
    (
        "wget", "curl", "nc", "ncat", "netcat", "socat", "ping", "ping6", "telnet", "tftp", "ftpput", "iperf",
        "iperf3", "hping3", "nping", "arping", "httping", "ab", "mz", "trafgen", "dig", "nslookup",
    )
)  # fmt: skip
SCRIPTS: Final = frozenset(
    (
        "sh",
        "bash",
        "lua",
        "luajit",
        "python",
        "python2",
        "python3",
        "perl",
        "php",
        "php-cgi",
        "ruby",
        "node",
        "tclsh",
    )
)
REFLECTORS: Final = {
    # CISA, alert TA14-017A, "UDP-Based Amplification Attacks", revised in 2019: bytes per byte asked.
    "udp/17": ("quote of the day", "140"),
    "udp/19": ("character generator", "359"),
    "udp/53": ("DNS", "28 to 54"),
    "udp/69": ("TFTP", "60"),
    "udp/111": ("portmapper", "7 to 28"),
    "udp/123": ("NTP", "up to 557, where it answers monlist"),
    "udp/137": ("NetBIOS names", "4"),
    "udp/161": ("SNMP", "6"),
    "udp/389": ("CLDAP", "56 to 70"),
    "udp/520": ("RIP 1", "131"),
    "udp/1900": ("SSDP", "31"),
    "udp/3702": ("WS-Discovery", "10 to 500"),
    "udp/5353": ("multicast DNS", "2 to 10"),
    "udp/11211": ("memcached", "10,000 to 51,000"),
}
_UPLINKS: Final = {name: re.compile(rf"(?:{pattern})\.ko") for name, pattern in UPLINKS.items()}
_SENDS: Final = frozenset(("socket", "sendto", "sendmsg"))


def flood(roots: Sequence[RootFS], inventory: Inventory) -> tuple[Means, ...]:
    """Everything of the kind that the file systems and the inventory show, in the order of the kinds.

    How it can be wrong: names of files are taken for what they usually are; drivers built into the kernel are
    not seen; a service may be bound to the inner network only, or shut off by a firewall. Of programs only
    those count that are linked to a shared C library.

    Args:
        roots: The file systems.
        inventory: What was found in them.
    """
    named = [*_modules(roots), *_tools(roots)]
    return (*_merged(named), *_reflectors(inventory), *_network_code(inventory))


def _modules(roots: Sequence[RootFS]) -> Iterator[Means]:
    for node, place in _files(roots):
        if node.name.endswith(".ko"):
            for what, pattern in _UPLINKS.items():
                if pattern.fullmatch(node.name):
                    yield Means(kind="uplink", what=what, detail="", evidence=(place,))


def _tools(roots: Sequence[RootFS]) -> Iterator[Means]:
    for node, place in _files(roots):
        if node.path.split("/")[-2:-1] and node.path.split("/")[-2] in PROGRAMS:
            kind = "sender" if node.name in SENDERS else "script" if node.name in SCRIPTS else ""
            if kind:
                yield Means(kind=kind, what=node.name, detail="", evidence=(place,))


def _files(roots: Sequence[RootFS]) -> Iterator[tuple[Node, Evidence]]:
    """Files and links, for most tools are links to one program."""
    for root in roots:
        for path, node in root.nodes.items():
            if node.kind in (NodeKind.FILE, NodeKind.SYMLINK):
                yield node, Evidence(path=(*root.where, path))


def _merged(means: Iterable[Means]) -> Iterator[Means]:
    """Each once, with the first few places; uplinks first."""
    places: dict[tuple[str, str], list[Evidence]] = {}
    for each in means:
        places.setdefault((each.kind, each.what), []).extend(each.evidence)
    order = ("uplink", "sender", "script")
    for kind, what in sorted(places, key=lambda key: (order.index(key[0]), key[1])):
        yield Means(kind=kind, what=what, detail="", evidence=tuple(places[kind, what][:MAX_PLACES]))


def _reflectors(inventory: Inventory) -> Iterator[Means]:
    """Services that start, or may, on a port that answers more than it is asked."""
    for service in inventory.services:
        for port in service.ports:
            if port in REFLECTORS and service.enabled is not False:
                protocol, factor = REFLECTORS[port]
                yield Means(
                    kind="reflector",
                    what=f"{protocol} on {port} ({service.name})",
                    detail=f"times the bytes asked for: {factor}",
                    evidence=service.evidence[:1],
                )


def _network_code(inventory: Inventory) -> Iterator[Means]:
    senders = [
        each for each in inventory.programs if _SENDS & set(each.imports) and each.kind == "executable"
    ]
    if senders:
        places = tuple(place for each in senders for place in each.evidence[:1])[:MAX_PLACES]
        what = f"{len(senders)} programs open sockets"
        yield Means(kind="network code", what=what, detail="", evidence=places)
