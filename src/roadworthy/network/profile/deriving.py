"""Deriving: from what an image shows to a policy, before any traffic was seen.

What it is: every endpoint that the inspection found becomes a rule for the device to open, if it is likely
that the device really speaks with it (`contact`); every service that is started and listens becomes a rule
for hosts of the local network; names need a resolver, and time needs a clock.

What can be wrong: names that are put together while a program runs are not seen; settings may come from the
owner or from a server; a program that is in the image may never be started. So each rule has its confidence
and its place in the image, and what was doubted is listed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from typing import Final

from roadworthy.model.endpoint import Endpoint
from roadworthy.model.evidence import Evidence
from roadworthy.model.inventory import Inventory
from roadworthy.model.service import Service
from roadworthy.network.defaults import DNS_CLASS, DNS_PORT, NTP_CLASS, NTP_PORT, TCP, UDP
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.network.profile.contact import Judgement, Scene, configures, judge, updates
from roadworthy.network.profile.derived import Derived, Doubt
from roadworthy.network.profile.sighting import usable
from roadworthy.network.profile.wording import describe, names

LIKELY: Final = 0.5
SERVICES: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "https": ((TCP, 443),), "http": ((TCP, 80),), "wss": ((TCP, 443),), "ws": ((TCP, 80),),
    "mqtt": ((TCP, 1883),), "mqtts": ((TCP, 8883),), "ntp": ((UDP, NTP_PORT),),
    "coap": ((UDP, 5683),), "coaps": ((UDP, 5684),), "rtsp": ((TCP, 554),), "rtsps": ((TCP, 322),),
    "ftp": ((TCP, 21),), "ftps": ((TCP, 990),), "tftp": ((UDP, 69),),
    "ldap": ((TCP, 389),), "ldaps": ((TCP, 636),), "amqp": ((TCP, 5672),), "amqps": ((TCP, 5671),),
    "stun": ((UDP, 3478), (TCP, 3478)), "stuns": ((TCP, 5349),),
    "turn": ((UDP, 3478), (TCP, 3478)), "turns": ((TCP, 5349),),
}  # fmt: skip
"""What an address of each scheme is opened by: IANA's registered ports."""
TIME_PROGRAMS: Final = frozenset(
    {"ntpd", "ntpclient", "chronyd", "openntpd", "systemd-timesyncd", "sntp", "ntpdate"}
)
KERNELS: Final = frozenset({"linux", "linux_kernel", "linux-kernel", "u-boot"})
MAX_PORT: Final = 65535
DHCP_CLIENT: Final = 68
ENABLED: Final = {True: 0.8, None: 0.4, False: 0.1}
MAX_PLACES: Final = 5
MAX_HOSTS: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveOptions:
    """How to derive.

    Args:
        likely: From which confidence on a rule is made.
        mud_url: The MUD URL that the policy is to have.
    """

    likely: float = LIKELY
    mud_url: str = ""


@dataclass(frozen=True, kw_only=True)
class _Claim:
    """A rule that could be made, and what speaks for it."""

    rule: Rule
    what: str
    judgement: Judgement
    evidence: tuple[Evidence, ...]


def derive(inventory: Inventory, options: DeriveOptions = DeriveOptions()) -> Derived:
    """What a device will do, as far as its image shows it."""
    claims = [*_endpoints(inventory), *_services(inventory.services)]
    made = [each for each in claims if each.judgement.confidence >= options.likely]
    made += _infrastructure(made, inventory)
    merged = _merged(made)
    titles = names(each.rule for each in merged)
    rules = tuple(
        replace(each.rule, name=title, confidence=each.judgement.confidence, evidence=each.evidence)
        for title, each in zip(titles, merged, strict=True)
    )
    doubted = [each for each in claims if each.judgement.confidence < options.likely]
    return Derived(
        policy=Policy(rules=rules, mud_url=options.mud_url),
        doubts=_doubts(doubted, made),
        update_hosts=_hosts(inventory, claims, updating=True),
        config_hosts=_hosts(inventory, claims, updating=False),
        reasons=tuple((title, each.judgement.reason) for title, each in zip(titles, merged, strict=True)),
    )


def _endpoints(inventory: Inventory) -> list[_Claim]:
    scene = _scene(inventory)
    found: defaultdict[tuple[str, int, int], list[tuple[Judgement, Endpoint]]] = defaultdict(list)
    for each in inventory.endpoints:
        for protocol, port in _opened(each):
            found[each.host.lower().rstrip("."), protocol, port].append((judge(each, scene), each))
    claims = []
    for (host, protocol, port), said in sorted(found.items())[:MAX_HOSTS]:
        peer = _peer(host)
        if peer is None:
            continue
        said.sort(key=lambda pair: (-pair[0].confidence, pair[1].named_by))
        rule = Rule(
            name="",
            sender=Side.DEVICE,
            peers=(peer,),
            protocol=protocol,
            peer_ports=(Ports(port, port),),
            initiated=Side.DEVICE if protocol == TCP else None,
        )
        places = tuple(dict.fromkeys(place for _, each in said for place in each.evidence))[:MAX_PLACES]
        claims.append(_Claim(rule=rule, what=host, judgement=_together(said), evidence=places))
    return claims


def _together(said: Sequence[tuple[Judgement, Endpoint]]) -> Judgement:
    """Of several files that name a host: the best of them, a little surer for each other that agrees."""
    best = said[0][0]
    agreeing = sum(each.confidence >= LIKELY for each, _ in said[1:])
    return replace(best, confidence=round(min(0.95, best.confidence + 0.05 * agreeing), 2))


def _opened(endpoint: Endpoint) -> Iterator[tuple[int, int]]:
    """The protocols and ports that an endpoint is opened by."""
    for protocol, port in SERVICES.get(endpoint.protocol.lower(), ()):
        yield protocol, endpoint.port or port


def _peer(host: str) -> Peer | None:
    try:
        return Peer(PeerKind.ADDRESS, str(ip_network(ip_address(host))))
    except ValueError:
        return Peer(PeerKind.NAME, host) if usable(host) else None


def _scene(inventory: Inventory) -> Scene:
    crowd = {(each.named_by, each.host) for each in inventory.endpoints}
    fetching: defaultdict[str, list[str]] = defaultdict(list)
    for each in inventory.settings:
        if each.scope == "update" and each.name == "fetches":
            fetching[each.value] += [place.excerpt for place in each.evidence]
    return Scene(
        started=frozenset(each.name for each in inventory.services if each.enabled is not False),
        fetching=fetching,
        others=_others(inventory),
        crowd=Counter(path for path, _ in crowd),
        spread=Counter(host for _, host in crowd),
    )


def _others(inventory: Inventory) -> dict[str, str]:
    """Files that other people's components are in.

    Where the image is all one program, that is the maker's, whatever else is in it; a kernel is not.
    """
    places = ((each.name, place.path) for each in inventory.components for place in each.evidence)
    return {path[-1]: name for name, path in places if path and (path[-1].startswith("/") or name in KERNELS)}


def _services(services: Iterable[Service]) -> Iterator[_Claim]:
    """What listens, for hosts of the local network."""
    for each in services:
        for said in each.ports:
            word, _, number = said.partition("/")
            protocol = {"tcp": TCP, "udp": UDP}.get(word)
            if protocol is None or not number.isdecimal() or not 0 < int(number) <= MAX_PORT:
                continue
            port = Ports(int(number), int(number))
            confidence = ENABLED[each.enabled]
            if each.name in TIME_PROGRAMS or (protocol, port.first) == (UDP, DHCP_CLIENT):
                confidence = 0.2
            rule = Rule(
                name="",
                sender=Side.PEER,
                peers=(Peer(PeerKind.LOCAL),),
                protocol=protocol,
                device_ports=(port,),
                initiated=Side.PEER if protocol == TCP else None,
            )
            why = _why(each, confidence)
            yield _Claim(
                rule=rule, what=f"{each.name} on {said}", judgement=Judgement(confidence, why),
                evidence=each.evidence[:MAX_PLACES],
            )  # fmt: skip


def _why(service: Service, confidence: float) -> str:
    if service.enabled and confidence < LIKELY:
        return f"{service.name} is a client: it only asks"
    words = {True: "is started at boot", None: "may be started", False: "is switched off"}
    return f"{service.name} {words[service.enabled]}"


def _infrastructure(made: Sequence[_Claim], inventory: Inventory) -> Iterator[_Claim]:
    """Names need a resolver; a time client without a server of its own asks the network's."""
    named = [each for each in made if any(peer.kind is PeerKind.NAME for peer in each.rule.peers)]
    if named:
        surest = max(each.judgement.confidence for each in named)
        why = Judgement(surest, "it speaks with hosts by name")
        yield _class(DNS_CLASS, UDP, DNS_PORT, why, named[0].evidence[:1])
    clock = [each for each in inventory.services if each.name in TIME_PROGRAMS and each.enabled is not False]
    asked = any((each.rule.protocol, _port(each.rule)) == (UDP, NTP_PORT) for each in made)
    if clock and not asked:
        why = Judgement(0.6, f"{clock[0].name} is started, and no time server is named")
        yield _class(NTP_CLASS, UDP, NTP_PORT, why, clock[0].evidence[:1])


def _port(rule: Rule) -> int | None:
    return rule.peer_ports[0].first if rule.peer_ports else None


def _class(role: str, protocol: int, port: int, why: Judgement, evidence: tuple[Evidence, ...]) -> _Claim:
    rule = Rule(
        name="", sender=Side.DEVICE, peers=(Peer(PeerKind.CONTROLLER, role),), protocol=protocol,
        peer_ports=(Ports(port, port),),
    )  # fmt: skip
    return _Claim(rule=rule, what=role, judgement=why, evidence=evidence)


def _merged(claims: Iterable[_Claim]) -> list[_Claim]:
    """One claim for each rule: two programs on one port are one door."""
    found: dict[Rule, _Claim] = {}
    for each in claims:
        other = found.get(each.rule)
        if other is None or each.judgement.confidence > other.judgement.confidence:
            kept, more = each, other.evidence if other else ()
        else:
            kept, more = other, each.evidence
        places = tuple(dict.fromkeys((*kept.evidence, *more)))[:MAX_PLACES]
        found[each.rule] = replace(kept, evidence=places)
    return sorted(found.values(), key=lambda each: (each.rule.sender.value, each.what, repr(each.rule)))


def _doubts(doubted: Iterable[_Claim], made: Iterable[_Claim]) -> tuple[Doubt, ...]:
    rules = {each.rule for each in made}
    left = [
        Doubt(
            what=describe(each.rule) if each.rule.sender is Side.DEVICE else each.what,
            why=each.judgement.reason,
            confidence=each.judgement.confidence,
            evidence=each.evidence,
        )
        for each in doubted
        if each.rule not in rules
    ]
    return tuple(sorted(left, key=lambda each: (-each.confidence, each.what)))


def _hosts(inventory: Inventory, claims: Iterable[_Claim], *, updating: bool) -> tuple[str, ...]:
    """Hosts that bring software, or configuration: the change switch is to know them, likely or not.

    Place holders and homes of projects are left out: nothing would be won by watching for them.
    """
    known = {each.what: each.judgement.confidence for each in claims}
    asked = updates if updating else configures
    wanted = {each.host.lower().rstrip(".") for each in inventory.endpoints if asked(each)}
    return tuple(sorted(each for each in wanted if known.get(each, 0.0) > CERTAINLY_NOT))


CERTAINLY_NOT: Final = 0.05
