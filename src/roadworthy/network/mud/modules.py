"""The modules of MUD files as a table: which nodes there are, of which kind, and which must be there.

Said anew from RFC 8519 (ietf-access-control-list, ietf-packet-fields), RFC 8520 (ietf-mud, ietf-acldns),
RFC 9472 (ietf-mud-transparency) and RFC 9761 (ietf-mud-tls, ietf-acl-tls).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from roadworthy.network.mud.kinds import (
    EMPTY,
    HOST,
    IPV4_NETWORK,
    IPV6_NETWORK,
    MAC_ADDRESS,
    MOMENT,
    MUD_URL,
    REFERENCE,
    TRUTH,
    Kind,
    binary,
    bits,
    either,
    number,
    one_of,
    text,
    uri,
)

ACL: Final = "ietf-access-control-list"
TRANSPARENCY: Final = "ietf-mud-transparency"
KNOWN: Final = frozenset(
    {"ietf-mud", ACL, "ietf-acldns", "ietf-packet-fields", TRANSPARENCY, "ietf-mud-tls", "ietf-acl-tls"}
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value. ``many``: a list of different ones."""

    kind: Kind
    required: bool = False
    many: bool = False


class Case(NamedTuple):
    """Nodes of which one case of a choice is made, and those of them that it must have."""

    nodes: tuple[str, ...]
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Nodes within one node.

    Args:
        nodes: By name, as it stands in JSON.
        rule: Where it is said.
        required: Whether it must be there.
        choices: Of each, nodes of one case only may be there.
        key: For a list: the node by which its entries are told apart.
    """

    nodes: Mapping[str, "Node"]
    rule: str
    required: bool = False
    choices: tuple[tuple[Case, ...], ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Barred:
    """A node that the modules know and that has no place in a MUD file."""

    why: str
    remedy: str
    required: bool = field(default=False, init=False)


Node = Leaf | Block | Barred

U8, U16, U32 = number(0, 255), number(0, 65535), number(0, 2**32 - 1)
NAME: Final = Leaf(text(1, 64), required=True)
TEXT: Final = Leaf(text())
ETHERTYPES: Final = (
    "ipv4", "arp", "wlan", "trill", "srp", "decnet", "rarp", "appletalk", "aarp", "vlan", "ipx", "qnx",
    "ipv6", "efc", "esp", "cobranet", "mpls-unicast", "mpls-multicast", "pppoe-discovery", "pppoe-session",
    "intel-ans", "jumbo-frames", "homeplug", "eap", "profinet", "hyperscsi", "aoe", "ethercat",
    "provider-bridging", "ethernet-powerlink", "goose", "gse", "sv", "lldp", "sercos", "wsmp",
    "homeplug-av-mme", "mrp", "macsec", "pbb", "cfm", "fcoe", "fcoe-ip", "roce", "tte", "hsr",
)  # fmt: skip
TYPES: Final = {
    "ipv4-acl-type": frozenset({"ipv4"}),
    "ipv6-acl-type": frozenset({"ipv6"}),
    "eth-acl-type": frozenset({"eth"}),
    "mixed-eth-ipv4-acl-type": frozenset({"eth", "ipv4"}),
    "mixed-eth-ipv6-acl-type": frozenset({"eth", "ipv6"}),
    "mixed-eth-ipv4-ipv6-acl-type": frozenset({"eth", "ipv4", "ipv6"}),
}
"""What lists of each type may match on, beside layer 4 (RFC 8519 §4.1)."""

_PORT: Final = Block(
    {
        "lower-port": Leaf(U16),
        "upper-port": Leaf(U16),
        "operator": Leaf(one_of(("lte", "gte", "eq", "neq"))),
        "port": Leaf(U16),
    },
    "RFC 8519 §4.2",
    choices=(
        (
            Case(("lower-port", "upper-port"), ("lower-port", "upper-port")),
            Case(("operator", "port"), ("port",)),
        ),
    ),
)
_PORTS: Final[Mapping[str, Node]] = {"source-port": _PORT, "destination-port": _PORT}
_IP: Final[Mapping[str, Node]] = {
    "dscp": Leaf(number(0, 63)),
    "ecn": Leaf(number(0, 3)),
    "length": Leaf(U16),
    "ttl": Leaf(U8),
    "protocol": Leaf(U8),
    "ietf-acldns:src-dnsname": Leaf(HOST),
    "ietf-acldns:dst-dnsname": Leaf(HOST),
}
_TLS_PROFILE: Final = Block(
    {
        "name": NAME,
        "supported-tls-version": Leaf(one_of(("tls12", "tls13")), many=True),
        "supported-dtls-version": Leaf(one_of(("dtls12", "dtls13")), many=True),
        "cipher-suite": Leaf(U16, many=True),
        "extension-type": Leaf(U16, many=True),
        "accept-list-ta-cert": Leaf(binary(1), many=True),
        "psk-key-exchange-mode": Leaf(U8, many=True),
        "supported-group": Leaf(U16, many=True),
        "signature-algorithm-cert": Leaf(U16, many=True),
        "signature-algorithm": Leaf(U16, many=True),
        "application-protocol": Leaf(text(), many=True),
        "cert-compression-algorithm": Leaf(U16, many=True),
        "certificate-authorities": Leaf(text(), many=True),
    },
    "RFC 9761 §5.2",
    key="name",
)
_NO_INTERFACE: Final = Barred("names an interface, and the maker knows none of this network", "Leave it out.")
_COUNTED: Final = Barred("is counted by a gateway, not said by a maker", "Leave it out.")
_MATCHES: Final = Block(
    {
        "eth": Block(
            {
                "destination-mac-address": Leaf(MAC_ADDRESS),
                "destination-mac-address-mask": Leaf(MAC_ADDRESS),
                "source-mac-address": Leaf(MAC_ADDRESS),
                "source-mac-address-mask": Leaf(MAC_ADDRESS),
                "ethertype": Leaf(either(U16, one_of(ETHERTYPES))),
            },
            "RFC 8519 §4.2",
        ),
        "ipv4": Block(
            {
                **_IP,
                "ihl": Leaf(number(5, 60)),
                "flags": Leaf(bits("reserved", "fragment", "more")),
                "offset": Leaf(number(20, 65535)),
                "identification": Leaf(U16),
                "destination-ipv4-network": Leaf(IPV4_NETWORK),
                "source-ipv4-network": Leaf(IPV4_NETWORK),
            },
            "RFC 8519 §4.2",
        ),
        "ipv6": Block(
            {
                **_IP,
                "destination-ipv6-network": Leaf(IPV6_NETWORK),
                "source-ipv6-network": Leaf(IPV6_NETWORK),
                "flow-label": Leaf(number(0, 0xFFFFF)),
            },
            "RFC 8519 §4.2",
        ),
        "tcp": Block(
            {
                **_PORTS,
                "sequence-number": Leaf(U32),
                "acknowledgement-number": Leaf(U32),
                "data-offset": Leaf(number(5, 15)),
                "reserved": Leaf(U8),
                "flags": Leaf(bits("cwr", "ece", "urg", "ack", "psh", "rst", "syn", "fin")),
                "window-size": Leaf(U16),
                "urgent-pointer": Leaf(U16),
                "options": Leaf(binary(1, 40)),
                "ietf-mud:direction-initiated": Leaf(one_of(("to-device", "from-device"))),
            },
            "RFC 8519 §4.2",
        ),
        "udp": Block({**_PORTS, "length": Leaf(U16)}, "RFC 8519 §4.2"),
        "icmp": Block(
            {"type": Leaf(U8), "code": Leaf(U8), "rest-of-header": Leaf(binary())}, "RFC 8519 §4.2"
        ),
        "egress-interface": _NO_INTERFACE,
        "ingress-interface": _NO_INTERFACE,
        "ietf-mud:mud": Block(
            {
                "manufacturer": Leaf(HOST),
                "same-manufacturer": Leaf(EMPTY),
                "model": Leaf(uri()),
                "local-networks": Leaf(EMPTY),
                "controller": Leaf(uri()),
                "my-controller": Leaf(EMPTY),
            },
            "RFC 8520 §4",
        ),
        "ietf-acl-tls:client-profiles": Block({"tls-dtls-profile": _TLS_PROFILE}, "RFC 9761 §5.2"),
    },
    "RFC 8519 §4.1",
    choices=(
        (Case(("ipv4",)), Case(("ipv6",))),
        (Case(("tcp",)), Case(("udp",)), Case(("icmp",))),
    ),
)
_ACE: Final = Block(
    {
        "name": NAME,
        "matches": _MATCHES,
        "actions": Block(
            {
                "forwarding": Leaf(one_of(("accept", "drop", "reject"), module=ACL), required=True),
                "logging": Leaf(one_of(("log-syslog", "log-none"), module=ACL)),
            },
            "RFC 8519 §4.1",
            required=True,
        ),
        "statistics": _COUNTED,
    },
    "RFC 8519 §4.1",
    key="name",
)
ACLS: Final = Block(
    {
        "acl": Block(
            {
                "name": NAME,
                "type": Leaf(one_of(TYPES, module=ACL)),
                "aces": Block({"ace": _ACE}, "RFC 8519 §4.1"),
            },
            "RFC 8519 §4.1",
            key="name",
        ),
        "attachment-points": _NO_INTERFACE,
    },
    "RFC 8519 §4.1",
)
_POLICY: Final = Block(
    {"access-lists": Block({"access-list": Block({"name": NAME}, "RFC 8520 §3", key="name")}, "RFC 8520 §3")},
    "RFC 8520 §3",
)
_CONTACT: Final = Leaf(uri("mailto", "http", "https", "tel"))
_TRANSPARENCY: Final = Block(
    {
        "sboms": Block(
            {
                "version-info": Leaf(text(), required=True),
                "sbom-url": Leaf(uri("coap", "coaps", "http", "https")),
            },
            "RFC 9472 §5",
            key="version-info",
        ),
        "sbom-local-well-known": Leaf(one_of(("http", "https", "coap", "coaps"), module=TRANSPARENCY)),
        "sbom-contact-uri": _CONTACT,
        "sbom-archive-list": Leaf(uri()),
        "vuln-url": Leaf(uri(), many=True),
        "vuln-contact-uri": _CONTACT,
    },
    "RFC 9472 §5",
    choices=(
        (Case(("sboms",)), Case(("sbom-local-well-known",)), Case(("sbom-contact-uri",))),
        (Case(("vuln-url",)), Case(("vuln-contact-uri",))),
    ),
)
MUD: Final = Block(
    {
        "mud-version": Leaf(number(1, 1), required=True),
        "mud-url": Leaf(MUD_URL, required=True),
        "last-update": Leaf(MOMENT, required=True),
        "mud-signature": Leaf(REFERENCE),
        "cache-validity": Leaf(number(1, 168)),
        "is-supported": Leaf(TRUTH, required=True),
        "systeminfo": TEXT,
        "mfg-name": TEXT,
        "model-name": TEXT,
        "firmware-rev": TEXT,
        "software-rev": TEXT,
        "documentation": Leaf(uri()),
        "extensions": Leaf(text(1, 40), many=True),
        "from-device-policy": _POLICY,
        "to-device-policy": _POLICY,
        f"{TRANSPARENCY}:transparency": _TRANSPARENCY,
        "ietf-mud-tls:is-tls-dtls-profile-supported": Leaf(TRUTH),
    },
    "RFC 8520 §3",
    required=True,
)
FILE: Final = Block({"ietf-mud:mud": MUD, f"{ACL}:acls": ACLS}, "RFC 8520 §2")
EXTENSIONS: Final = {
    f"{TRANSPARENCY}:transparency": "transparency",
    "ietf-mud-tls:is-tls-dtls-profile-supported": "ietf-mud-tls",
    "ietf-acl-tls:client-profiles": "ietf-mud-tls",
}
"""Nodes of extensions, each with the name by which a file declares it (RFC 8520 §3.9)."""
