"""Advice on MUD files that are valid: what RFC 9726 holds for unwise, and what nobody can hold."""

import re
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Final
from urllib.parse import urlsplit

from roadworthy.network.mud.checking import ACLS, MUD, Remark
from roadworthy.network.mud.file import MudFile
from roadworthy.network.mud.meaning import policy_of
from roadworthy.network.policy import Peer, PeerKind, Rule, Side

DNS_CLASS: Final = "urn:ietf:params:mud:dns"
DNS_PORTS: Final = frozenset({53, 853})
NAMES: Final = "RFC 9726"
SHARED: Final = (
    ".akamaiedge.net", ".akamaized.net", ".amazonaws.com", ".appspot.com", ".azureedge.net",
    ".azurewebsites.net", ".cloudapp.net", ".cloudfront.net", ".digitaloceanspaces.com", ".edgekey.net",
    ".edgesuite.net", ".fastly.net", ".firebaseio.com", ".github.io", ".googleapis.com",
    ".googleusercontent.com", ".herokuapp.com", ".windows.net", ".workers.dev",
)  # fmt: skip
"""Domains in which everybody can have a name: whoever may reach one of them may reach them all."""
TAILORED: Final = re.compile(
    r"(^|[.-])([0-9a-f]{8,}|[0-9a-f]{2}(-[0-9a-f]{2}){5}|\d{1,3}(-\d{1,3}){3}|[0-9a-f]{8}-[0-9a-f]{4})(?=[.-]|$)"
)
PLAIN: Final = re.compile(r"[A-Za-z0-9_.-]+")


def advise(mud: MudFile) -> tuple[Remark, ...]:
    """What is unwise in a file that can be read. Each thing once, at the first rule that does it."""
    seen: dict[str, Remark] = {}
    for remark in (*_of_rules(mud), *_of_lists(mud)):
        seen.setdefault(remark.what, remark)
    return tuple(seen.values())


def _of_rules(mud: MudFile) -> Iterator[Remark]:
    maker = _domain(urlsplit(mud.about.mud_url).hostname or "")
    for place, rule in zip(_places(mud), policy_of(mud).rules, strict=True):
        if rule.unheld and rule.accept:
            what = f"asks for what no gateway can look at ({', '.join(rule.unheld)}), so it opens nothing"
            yield Remark(place=place, what=what, remedy="Say it without.", rule="RFC 8520 §3")
        for peer in rule.peers:
            yield from _of_peer(place, peer, maker)
        if _asks_foreign_resolver(rule):
            what = "asks a resolver that is not the network's, which then cannot follow the names"
            yield Remark(place=place, what=what, remedy=f"Name the controller {DNS_CLASS}.", rule=NAMES)


def _of_peer(place: str, peer: Peer, maker: str) -> Iterator[Remark]:
    if peer.kind is PeerKind.ADDRESS and ip_network(peer.value).is_global:
        what = f"names the address {peer.value}, which may be another's tomorrow"
        yield Remark(place=place, what=what, remedy="Use a name, in the device and here.", rule=NAMES)
    if peer.kind is not PeerKind.NAME:
        return
    if peer.value.endswith(SHARED):
        what = f"names {peer.value}, whose addresses serve many others too"
        yield Remark(place=place, what=what, remedy="Use a name whose addresses serve you only.", rule=NAMES)
    elif TAILORED.search(peer.value):
        what = f"names {peer.value}, which looks made for one device or one moment"
        yield Remark(place=place, what=what, remedy="Use a name that stays, the same for all.", rule=NAMES)
    elif maker and _domain(peer.value) != maker:
        what = f"names {peer.value}, which is not in the maker's domain {maker}"
        yield Remark(place=place, what=what, remedy="Use a name of your own that points there.", rule=NAMES)


def _asks_foreign_resolver(rule: Rule) -> bool:
    asks = rule.accept and any(port in DNS_PORTS for port in _single(rule))
    known = any(
        peer.kind in {PeerKind.CONTROLLER, PeerKind.MY_CONTROLLER, PeerKind.LOCAL} for peer in rule.peers
    )
    return asks and rule.sender is Side.DEVICE and not known


def _single(rule: Rule) -> Iterator[int]:
    for span in rule.peer_ports or ():
        if span.first == span.last:
            yield span.first


def _of_lists(mud: MudFile) -> Iterator[Remark]:
    used = {*mud.from_device, *mud.to_device}
    for at, acl in enumerate(mud.lists):
        place = f"/{ACLS}/acl[{at}]"
        if acl.name not in used:
            what = f"is the list {acl.name}, which no policy names: it means nothing"
            yield Remark(place=place, what=what, remedy="Name it, or leave it out.", rule="RFC 8520 §3")
        for name, where in ((acl.name, place), *_entry_names(mud, at)):
            if not PLAIN.fullmatch(name):
                what = f"has the name {name!r}, with blanks or special characters"
                yield Remark(place=f"{where}/name", what=what, remedy="Use plain ones.", rule="RFC 8519 §4.1")
    if not mud.from_device and not mud.to_device:
        what = "says no policy: the device may do nothing"
        yield Remark(place=f"/{MUD}", what=what, remedy="Put in what it may do.", rule="RFC 8520 §3")
    if not mud.about.is_supported:
        what = "says that the maker has ended support"
        yield Remark(
            place=f"/{MUD}/is-supported", what=what, remedy="Plan to replace it.", rule="RFC 8520 §3.6"
        )


def _entry_names(mud: MudFile, at: int) -> Iterator[tuple[str, str]]:
    for number, entry in enumerate(mud.lists[at].entries):
        yield entry.name, f"/{ACLS}/acl[{at}]/aces/ace[{number}]"


def _places(mud: MudFile) -> Iterator[str]:
    """The path of the entry of each rule, in the order of the policy."""
    known = {acl.name: (at, acl) for at, acl in enumerate(mud.lists)}
    for name in (*mud.from_device, *mud.to_device):
        if name in known:
            at, acl = known[name]
            yield from (f"/{ACLS}/acl[{at}]/aces/ace[{number}]" for number in range(len(acl.entries)))


def _domain(host: str) -> str:
    """The last two labels: near enough to whose a name is, for advice. Empty where it is nobody's."""
    labels = host.lower().rstrip(".").split(".")
    nobody = len(labels) < 2 or labels[-1].isdigit() or labels[-1] == "invalid"  # noqa: PLR2004 -- RFC 2606
    return "" if nobody else ".".join(labels[-2:])
