"""Findings that profiles and traffic give about properties.

Traffic shows a door that is open, never that all doors are shut. So these answer with a failure, or say that
they do not know; a pass comes only where everything that was seen is published and the device was seen long
enough.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome, Role, Severity
from roadworthy.network.defaults import TCP, UDP
from roadworthy.network.flow import Flow
from roadworthy.network.policy import PeerKind, Policy, Rule, Side
from roadworthy.network.profile.comparison import Comparison
from roadworthy.network.profile.learned import Sufficiency
from roadworthy.network.profile.wording import counted, describe

MAX_NAMED: Final = 8
MAX_PLACES: Final = 10
PLAIN_FETCH: Final = {(TCP, 80): "HTTP", (TCP, 21): "FTP", (UDP, 69): "TFTP"}


class _Door(NamedTuple):
    """One kind of open door that traffic can show."""

    property: str
    check: str
    severity: Severity
    ports: dict[tuple[int, int], str]
    what: str
    remedy: str
    acts: tuple[Role, ...]


_DOORS: Final = (
    _Door(
        "surface.no-cleartext-login",
        "traffic.cleartext-login",
        Severity.HIGH,
        {(TCP, 23): "Telnet", (TCP, 2323): "Telnet", (TCP, 513): "rlogin", (TCP, 514): "rsh"},
        "takes logins in clear text",
        "Remove the service; offer SSH with keys if remote login is needed at all.",
        (Role.MAKER, Role.INTEGRATOR),
    ),
    _Door(
        "communication.no-cleartext-file-transfer",
        "traffic.cleartext-file-transfer",
        Severity.MEDIUM,
        {(TCP, 21): "FTP", (UDP, 69): "TFTP"},
        "gives or takes files in clear text",
        "Take the service out; offer SFTP or HTTPS where files must be moved.",
        (Role.MAKER, Role.INTEGRATOR),
    ),
    _Door(
        "surface.no-debug-interface",
        "traffic.debug-interface",
        Severity.HIGH,
        {(TCP, 5555): "the Android debug bridge"},
        "answers developers",
        "Take the start out of the release build.",
        (Role.MAKER, Role.INTEGRATOR),
    ),
)


def of_flows(flows: Iterable[Flow], captures: Sequence[str]) -> Iterator[Finding]:
    """What open doors the traffic of a device shows: somebody opened one, and the device answered."""
    inward = [
        each
        for each in flows
        if each.opener is Side.PEER and each.answered and each.opener_known | (each.protocol == UDP)
    ]
    for door in _DOORS:
        seen = [each for each in inward if (each.protocol, each.device_port) in door.ports]
        if not seen:
            continue
        names = sorted({door.ports[each.protocol or 0, each.device_port or 0] for each in seen})
        yield Finding(
            property=door.property,
            check=door.check,
            outcome=Outcome.FAIL,
            severity=door.severity,
            message=f"It {door.what}: {' and '.join(names)} was opened and answered "
            f"{counted(len(seen), 'time')}.",
            remedy=door.remedy,
            acts=door.acts,
            evidence=_places(seen, captures),
        )


def _places(flows: Sequence[Flow], captures: Sequence[str]) -> tuple[Evidence, ...]:
    """The captures, each with one conversation."""
    found: dict[str, str] = {}
    for each in sorted(flows, key=lambda flow: (flow.capture, flow.first)):
        name = captures[each.capture] if each.capture < len(captures) else f"capture {each.capture}"
        found.setdefault(name, f"{each.peer} to port {each.device_port}")
    return tuple(Evidence(path=(name,), excerpt=said) for name, said in list(found.items())[:MAX_PLACES])


def of_comparison(found: Comparison, sufficiency: Sufficiency | None) -> Iterator[Finding]:
    """Whether hosts and ports that were seen are in the profile that the maker publishes.

    Args:
        found: What was seen, against what is published.
        sufficiency: Whether the device was seen long enough; None where nobody knows.
    """
    hosts = [each.seen for each in found.unexplained if each.seen.sender is Side.DEVICE]
    doors = [each.seen for each in found.unexplained if each.seen.sender is Side.PEER]
    enough = sufficiency is not None and sufficiency.enough
    yield _documented(
        hosts,
        enough=enough,
        asked=("communication.endpoints-documented", "traffic.undocumented-endpoint"),
        words="other ends that the published profile does not name",
        severity=Severity.MEDIUM,
    )
    yield _documented(
        doors,
        enough=enough,
        asked=("surface.ports-documented", "traffic.undocumented-port"),
        words="ways in that the published profile does not name",
        severity=Severity.LOW,
    )


def _documented(
    rules: Sequence[Rule], *, enough: bool, asked: tuple[str, str], words: str, severity: Severity
) -> Finding:
    asked_property, check = asked
    if rules:
        told = " ".join(describe(each) for each in rules[:MAX_NAMED])
        more = f" And {len(rules) - MAX_NAMED} more." if len(rules) > MAX_NAMED else ""
        return Finding(
            property=asked_property,
            check=check,
            outcome=Outcome.FAIL,
            severity=severity,
            message=f"There are {len(rules)} {words}: {told}{more}",
            remedy="Publish them with their purpose, or make the device leave them alone.",
            acts=(Role.MAKER,),
            evidence=tuple(place for each in rules for place in each.evidence[:1])[:MAX_PLACES],
        )
    if enough:
        message = "All that was seen is in the published profile."
        return Finding(property=asked_property, check=check, outcome=Outcome.PASS, message=message)
    message = "All that was seen is in the published profile, but it was not seen long enough to be all."
    return Finding(property=asked_property, check=check, outcome=Outcome.UNKNOWN, message=message)


def of_updates(learned: Policy, update_hosts: Iterable[str]) -> Iterator[Finding]:
    """Whether the device asks a host that brings software over a connection that proves nothing."""
    known = frozenset(update_hosts)
    plain = [
        (rule, peer.value, PLAIN_FETCH[rule.protocol or 0, ports.first])
        for rule in learned.rules
        for peer in rule.peers
        for ports in rule.peer_ports or ()
        if rule.sender is Side.DEVICE
        and peer.kind is PeerKind.NAME
        and peer.value in known
        and (rule.protocol, ports.first) in PLAIN_FETCH
    ]
    if plain:
        told = ", ".join(f"{host} over {how}" for _, host, how in plain[:MAX_NAMED])
        yield Finding(
            property="updates.encrypted-transport",
            check="traffic.plain-update",
            outcome=Outcome.FAIL,
            severity=Severity.MEDIUM,
            message=f"It was seen to ask {told}, and its image says that updates come from there.",
            remedy="Fetch updates over TLS, and check the server's certificate.",
            acts=(Role.MAKER,),
            evidence=tuple(place for rule, _, _ in plain for place in rule.evidence[:1])[:MAX_PLACES],
        )
