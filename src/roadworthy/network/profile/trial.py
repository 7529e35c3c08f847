"""Trial: both sides of the trade, estimated from what was learned from.

A part of the episodes is left out, the rest is learned from, and what was left out is put to that. It tells
what a device of the same habits will be blocked for tomorrow; not what it will do in a year.
"""

from collections.abc import Callable, Sequence
from ipaddress import ip_network
from typing import Final

from roadworthy.network.defaults import DEFAULTS, DNS_CLASS, NTP_CLASS
from roadworthy.network.flow import Flow
from roadworthy.network.matcher import allows
from roadworthy.network.policy import Policy, Rule
from roadworthy.network.profile.learned import Estimate
from roadworthy.network.profile.pricing import together
from roadworthy.network.profile.sighting import Ground, Sighting
from roadworthy.network.surroundings import Surroundings

SAMPLE: Final = 32  # conversations of one kind in one part that are looked at; they differ by port only


def estimate(
    sightings: Sequence[Sighting],
    rules: Sequence[Rule],
    teach: Callable[[Sequence[Sighting]], Sequence[Rule]],
    ground: Ground,
    folds: int,
) -> Estimate:
    """Try what was learned on itself.

    Args:
        sightings: All kinds of conversation.
        rules: What was learned from all of them.
        teach: Learns from some.
        ground: What the network is like.
        folds: In how many parts; 0 and 1 try nothing.
    """
    around = _around(ground)
    blocked = tried = 0.0
    episodes = {episode for each in sightings for episode in each.flows}
    parts = min(folds, len(episodes))
    for part in range(parts if parts > 1 else 0):

        def out(episode: int, part: int = part) -> bool:
            return episode % parts == part

        rest = [each for each in (sighting.without(out) for sighting in sightings) if each is not None]
        whole = Policy(rules=(*teach(rest), *DEFAULTS))
        for each in sightings:
            held = [flow for episode, found in each.parts.items() if out(episode) for flow in found]
            blocked += len(held) * _blocked(whole, held, around)
            tried += len(held)
    return Estimate(
        false_block=blocked / tried if tried else None,
        blocked=round(blocked),
        tried=round(tried),
        foreign_permit=together(rules),
    )


def _blocked(policy: Policy, flows: Sequence[Flow], around: Surroundings) -> float:
    """Which share of conversations of one kind a policy blocks."""
    if len(flows) > SAMPLE:
        ordered = sorted(flows, key=lambda each: (each.device_port or 0, each.peer_port or 0))
        flows = ordered[:: len(ordered) // SAMPLE]
    if not flows:
        return 0.0
    return sum(not allows(policy, each.opening, around) for each in flows) / len(flows)


def _around(ground: Ground) -> Surroundings:
    """A network as the captures come from, where names and time are served in the house."""
    mine = sorted(ground.my_controllers, key=lambda each: (each.version, int(each)))
    return Surroundings(
        local=ground.local,
        controllers={DNS_CLASS: ground.local, NTP_CLASS: ground.local},
        my_controllers=tuple(map(ip_network, mine)),
    )
