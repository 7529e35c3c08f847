"""MUD URLs as devices tell them (RFC 8520 §10 to §12): DHCPv4, DHCPv6, LLDP and X.509.

All of this is what a device *says*. Whoever can send a frame can say it, about itself and, in DHCP, about
another's address: `Emission.sender` is who sent the frame, to be held against `Emission.mac`. A URL that
breaks the rules is told with its fault and never given as a URL.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from asn1crypto import core, pem
from asn1crypto import x509 as asn1_x509

from roadworthy.codecs.cms import MALFORMED
from roadworthy.model.errors import InputError
from roadworthy.network.traffic import dhcp
from roadworthy.network.traffic.datagrams import Ethernet, datagram, ethernet, mac_text

MOST_CHARACTERS: Final = 2000
LLDP: Final = 0x88CC
LLDP_END, LLDP_NAME, LLDP_OWN = 0, 5, 127
IANA_MUD: Final = b"\x00\x00\x5e\x01"
"""OUI of IANA, and the subtype of a MUD URL (RFC 8520 §12)."""
OPTION_V4: Final = 161
OPTION_V6: Final = 112
MUD_URL: Final = "1.3.6.1.5.5.7.1.25"
"""id-pe-mud-url (RFC 8520 §11)."""
V6_CLIENT, V6_SERVER = 546, 547
RELAY_FORWARD: Final = 12
RELAYED, CLIENT_ID, VENDOR_CLASS, NAME, LINK_ADDRESS = 9, 1, 16, 39, 79
MAX_RELAYS: Final = 8  # RFC 8415 §7.6: HOP_COUNT_LIMIT
DUID_LLT, DUID_LL = 1, 3
ON_ETHERNET: Final = 1
UNRESERVED: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
ALLOWED: Final = UNRESERVED | frozenset("%:/?#[]@!$&'()*+,;=")
HOST: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")
GIVE: Final = "Give a certificate as PEM or DER, the device's own."


class Source(StrEnum):
    """By which way a device told its URL."""

    DHCPV4 = "DHCPv4"
    DHCPV6 = "DHCPv6"
    LLDP = "LLDP"
    CERTIFICATE = "X.509"


@dataclass(frozen=True, slots=True, kw_only=True)
class Emission:
    """A MUD URL that a device told.

    Args:
        mac: MAC address of the device that it is about, lower case with colons; empty where a relay passed
            it on and nothing in it tells the device.
        url: The URL; empty if what was told breaks the rules.
        source: By which way it came.
        sender: MAC address that sent the frame. Where it is not `mac` and nothing was relayed, one device
            speaks for another: do not believe it.
        relayed: Whether a DHCP relay passed it on, so that `sender` is the relay.
        hostname: What the device calls itself; empty if it does not say. Printable ASCII.
        vendor_class: What kind of client it says to be (DHCPv4 option 60, DHCPv6 option 16), likewise.
        fault: Why what was told is no MUD URL; empty if it is one.
    """

    mac: str
    url: str
    source: Source
    sender: str
    relayed: bool = False
    hostname: str = ""
    vendor_class: str = ""
    fault: str = ""

    @property
    def credible(self) -> bool:
        """Whether the sender told it of itself, as far as one frame can show.

        What a relay passed on is never credible by the frame alone: anybody can write a relay into a message,
        so the caller must know its relays.
        """
        return not self.fault and not self.relayed and self.mac == self.sender


def emission_of(frame: bytes) -> Emission | None:
    """The MUD URL that an Ethernet frame tells; None if it tells none. Raises nothing.

    Args:
        frame: From the target's MAC address on, without the checksum.
    """
    read = ethernet(frame)
    if read is None:
        return None
    if read.ethertype == LLDP:
        return _of_lldp(read)
    sent = datagram(read)
    if sent is None:
        return None
    if sent.target_port == dhcp.SERVER and sent.source_port in {dhcp.CLIENT, dhcp.SERVER}:
        return _of_dhcpv4(read.source, sent.payload)
    if sent.target_port == V6_SERVER:
        with suppress(struct.error, IndexError, ValueError):
            return _of_dhcpv6(read.source, sent.payload)
    return None


def url_of_certificate(data: bytes) -> str:
    """The MUD URL in a device's certificate (id-pe-mud-url, RFC 8520 §11); empty if it has none.

    Who vouches for the certificate is not asked here: that is the caller's to check, before the URL is used.

    Args:
        data: The certificate, PEM or DER; of several in PEM, the first.

    Raises:
        InputError: It is no certificate, or its URL breaks the rules.
    """
    values = _mud_values(data)
    if not values:
        return ""
    if len(values) > 1:
        raise InputError("the certificate has two MUD URLs", hint=GIVE)
    try:
        url = str(core.IA5String.load(values[0], strict=True).native)
    except (ValueError, TypeError) as error:
        raise InputError("the MUD URL in the certificate is no IA5String", hint=GIVE) from error
    if fault := fault_of(url):
        raise InputError(f"the MUD URL in the certificate cannot be used: {fault}", hint=GIVE)
    return url


def fault_of(url: str) -> str:
    """Why a text is no MUD URL that may be used; empty if it is one.

    RFC 8520 §1.6 asks for ``https``, and RFC 3986 for the rest; user names, a fragment and a host that is
    neither a name nor an address are refused because they have no place here.
    """
    if not url:
        return "it is empty"
    if len(url) > MOST_CHARACTERS:
        return f"it has more than {MOST_CHARACTERS} characters"
    if not ALLOWED.issuperset(url):
        return "it holds characters that no URL may hold"
    return _fault_of_parts(url)


def _fault_of_parts(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "its host or its port cannot be read"
    if parts.scheme != "https":
        return "it does not begin with https"
    if "@" in parts.netloc:
        return "it holds a user name"
    if not _is_host(host) or port == 0 or parts.netloc.endswith(":"):
        return "its host or its port cannot be read"
    return "it has a fragment" if "#" in url else ""


def _is_host(host: str) -> bool:
    with suppress(ValueError):
        ip_address(host)
        return True
    labels = host.removesuffix(".").split(".")
    return (
        len(host) <= 253  # noqa: PLR2004 -- RFC 1035 §2.3.4
        and HOST.issuperset(host)
        and all(0 < len(each) <= 63 and each[0] != "-" != each[-1] for each in labels)  # noqa: PLR2004 -- as above
        and not labels[-1].isdigit()
    )


def _told(value: bytes) -> tuple[str, str]:
    """URL and fault of a MUDstring: a blank after the URL begins what is reserved (RFC 8520 §10)."""
    url = value.rstrip(b"\0").partition(b" ")[0].decode("latin-1")
    fault = fault_of(url)
    return ("", fault) if fault else (url, "")


def _of_dhcpv4(sender: str, payload: bytes) -> Emission | None:
    message = dhcp.read_dhcp(payload)
    if message is None or message.operation != dhcp.REQUEST or OPTION_V4 not in message.options:
        return None
    url, fault = _told(message.options[OPTION_V4])
    return Emission(
        mac=message.mac,
        url=url,
        source=Source.DHCPV4,
        sender=sender,
        relayed=message.relayed,
        hostname=dhcp.text(message.options.get(dhcp.HOSTNAME, b"")),
        vendor_class=dhcp.text(message.options.get(dhcp.VENDOR_CLASS, b"")),
        fault=fault,
    )


def _of_dhcpv6(sender: str, message: bytes) -> Emission | None:
    """Through relays to the client's message (RFC 8415 §9)."""
    mac, peer, relays = "", None, 0
    while message[0] == RELAY_FORWARD:
        relays += 1
        peer = IPv6Address(message[18:34])
        options = dict(_v6_options(message[34:]))
        mac = _ethernet_address(options.get(LINK_ADDRESS, b"")) or mac
        message = options.get(RELAYED, b"")
        if relays > MAX_RELAYS or not message:
            return None
    options = dict(_v6_options(message[4:]))
    if OPTION_V6 not in options:
        return None
    if relays:
        mac = mac or _of_duid(options.get(CLIENT_ID, b"")) or _of_interface(peer)
    url, fault = _told(options[OPTION_V6])
    return Emission(
        mac=mac if relays else sender,
        url=url,
        source=Source.DHCPV6,
        sender=sender,
        relayed=relays > 0,
        hostname=_v6_name(options.get(NAME, b"")),
        vendor_class=dhcp.text(options.get(VENDOR_CLASS, b"")[6:]),
        fault=fault,
    )


def _v6_options(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        number, length = struct.unpack_from(">HH", data, at)
        at += 4
        if at + length > len(data):
            return
        yield number, data[at : at + length]
        at += length


def _of_duid(duid: bytes) -> str:
    """The MAC address in a DUID (RFC 8415 §11.2 and §11.4); empty if it holds none."""
    kind = int.from_bytes(duid[:2], "big")
    if kind == DUID_LLT:
        return _ethernet_address(duid[2:4] + duid[8:])
    return _ethernet_address(duid[2:]) if kind == DUID_LL else ""


def _ethernet_address(data: bytes) -> str:
    """The MAC address behind a hardware type (also RFC 6939 §4)."""
    right = len(data) == 2 + dhcp.MAC_LENGTH and int.from_bytes(data[:2], "big") == ON_ETHERNET
    return mac_text(data[2:]) if right else ""


def _of_interface(peer: IPv6Address | None) -> str:
    """The MAC address that a link-local address was made of (RFC 4291, Appendix A); empty if of none."""
    if peer is None or not peer.is_link_local or peer.packed[11:13] != b"\xff\xfe":
        return ""
    made = peer.packed[8:11] + peer.packed[13:]
    return mac_text(bytes((made[0] ^ 2,)) + made[1:])


def _v6_name(value: bytes) -> str:
    """The first label of a client's name (RFC 4704 §4)."""
    return dhcp.text(value[2 : 2 + value[1]]) if len(value) > 1 else ""


def _of_lldp(frame: Ethernet) -> Emission | None:
    name, told = b"", None
    at = 0
    data = frame.payload
    while at + 2 <= len(data):
        head = int.from_bytes(data[at : at + 2], "big")
        kind, value = head >> 9, data[at + 2 : at + 2 + (head & 0x1FF)]
        at += 2 + (head & 0x1FF)
        if kind == LLDP_END or at > len(data):
            break
        if kind == LLDP_NAME:
            name = value
        elif kind == LLDP_OWN and value.startswith(IANA_MUD) and told is None:
            told = value[len(IANA_MUD) :]
    if told is None:
        return None
    url, fault = _told(told)
    return Emission(
        mac=frame.source,
        url=url,
        source=Source.LLDP,
        sender=frame.source,
        hostname=dhcp.text(name),
        fault=fault,
    )


def _mud_values(data: bytes) -> list[bytes]:
    try:
        if pem.detect(data):
            _, _, data = pem.unarmor(data)
        certificate = asn1_x509.Certificate.load(data, strict=True)
        extensions = certificate["tbs_certificate"]["extensions"]
        return [
            each["extn_value"].contents
            for each in (extensions if extensions.native is not None else ())
            if each["extn_id"].dotted == MUD_URL
        ]
    except MALFORMED as error:
        raise InputError("this is no certificate", hint=GIVE) from error
