"""Sufficiency: was the device seen long enough to say what it does?

A profile from ten minutes of a device that updates itself once a week will break that update. So learning
says how long it looked, whether it saw the device start, and whether new kinds of conversation still came in
when it stopped looking. The chance that the next conversation is of an unseen kind is about the share of
conversations whose kind came in one episode only (I. J. Good, The population frequencies of species, 1953).
"""

from collections.abc import Iterable, Sequence
from typing import Final

from roadworthy.network.defaults import UDP
from roadworthy.network.flow import Flow
from roadworthy.network.policy import Side
from roadworthy.network.profile.learned import Sufficiency
from roadworthy.network.profile.sighting import Place, Sighting
from roadworthy.network.profile.wording import counted

DAYS: Final = 2  # a day has its own rhythm; two show what comes back
HOURS: Final = 24
DAY: Final = 86400.0  # seconds
RESTARTS: Final = 1
UNSEEN: Final = 0.02
SCANNED: Final = 20  # hosts without a name that did not answer on one port
STRETCHES: Final = 4  # fewer tell nothing about growth
DHCP_CLIENT: Final = frozenset({68, 546})


def judge(flows: Sequence[Flow], sightings: Sequence[Sighting]) -> Sufficiency:
    """Whether these flows are enough to learn from.

    Args:
        flows: All of the device.
        sightings: Their kinds.
    """
    spans = _spans(flows)
    seconds = sum(last - first for first, last in spans.values())
    days = len({each.first // DAY for each in flows} | {each.last // DAY for each in flows})
    restarts = len({each.capture for each in flows if _asks_for_address(each)})
    kinds = _kinds(sightings)
    growth, unseen = _growth(kinds), _unseen(kinds)
    hidden = sum(each.sni_hidden for each in flows)
    reasons = (*_scans(sightings), *_time(seconds, days, len(spans)), *_rest(restarts, len(growth), unseen))
    return Sufficiency(
        enough=not reasons,
        reasons=reasons,
        captures=len(spans),
        days=days,
        seconds=seconds,
        restarts=restarts,
        growth=growth,
        unseen=unseen,
        hidden=hidden,
    )


def _spans(flows: Iterable[Flow]) -> dict[int, tuple[float, float]]:
    spans: dict[int, tuple[float, float]] = {}
    for each in flows:
        first, last = spans.get(each.capture, (each.first, each.last))
        spans[each.capture] = min(first, each.first), max(last, each.last)
    return spans


def _asks_for_address(flow: Flow) -> bool:
    return flow.opener is Side.DEVICE and flow.protocol == UDP and flow.device_port in DHCP_CLIENT


def _kinds(sightings: Iterable[Sighting]) -> tuple[set[int], ...]:
    """In which stretches each kind came; a host that changes its address is one."""
    found: dict[tuple[object, ...], set[int]] = {}
    for each in sightings:
        kind = each.kind
        who = each.place if each.place is Place.LOCAL else kind.names[:1] or kind.peer
        service = (kind.opener, kind.protocol, kind.device_port, kind.peer_port, kind.icmp_type)
        found.setdefault((who, *service), set()).update(each.flows)
    return tuple(found.values())


def _growth(kinds: Iterable[set[int]]) -> tuple[int, ...]:
    stretches = sorted({episode for each in kinds for episode in each})
    born = [min(each) for each in kinds]
    return tuple(born.count(each) for each in stretches)


def _unseen(kinds: Sequence[set[int]]) -> float:
    total = sum(map(len, kinds))
    once = sum(len(each) == 1 for each in kinds)
    return once / total if total else 1.0


def scanned(sightings: Iterable[Sighting]) -> dict[int, tuple[Sighting, ...]]:
    """What looks like a scan, by port: it knocked at many hosts without a name, and none answered."""
    knocked: dict[int, list[Sighting]] = {}
    for each in sightings:
        strange = each.place is Place.ELSEWHERE and not each.kind.names and each.kind.peer_port >= 0
        if strange and each.kind.opener is Side.DEVICE and not any(flow.answered for flow in each.seen):
            knocked.setdefault(each.kind.peer_port, []).append(each)
    return {port: tuple(found) for port, found in sorted(knocked.items()) if _hosts(found) >= SCANNED}


def _hosts(sightings: Iterable[Sighting]) -> int:
    return len({each.kind.peer for each in sightings})


def _scans(sightings: Iterable[Sighting]) -> list[str]:
    return [
        f"it knocked at {_hosts(found):,} hosts on port {port} that never answered, as a device does that "
        "was taken over: learn from a clean one"
        for port, found in scanned(sightings).items()
    ]


def _time(seconds: float, days: int, captures: int) -> list[str]:
    hours = seconds / 3600
    reasons = []
    if hours < HOURS:
        lasting = f"{hours:.1f} hours" if hours >= 1 else f"{seconds / 60:.0f} minutes"
        reasons.append(f"the {counted(captures, 'capture')} together last {lasting}, not {HOURS} hours")
    if days < DAYS:
        reasons.append(f"it was seen on {counted(days, 'day')} only, not on {DAYS}")
    return reasons


def _rest(restarts: int, stretches: int, unseen: float) -> list[str]:
    reasons = []
    if restarts < RESTARTS:
        reasons.append("it was never seen to start: what it does then is not known")
    if stretches < STRETCHES:
        reasons.append("it was seen in too few stretches of time to tell whether new things still come")
    elif unseen > UNSEEN:
        reasons.append(
            f"new kinds of conversation still came when the captures ended: about {unseen:.0%} of what "
            "comes next is not known"
        )
    return reasons
