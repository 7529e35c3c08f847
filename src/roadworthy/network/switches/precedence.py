"""Precedence: what may pass when a quarantine and the owner's switches meet. One table, for all who need it.

Power off, then quarantine, then Internet off, then change off, then the profile: the first that is set
decides. A quarantine only takes away: what the owner has switched off stays off in it, so with Internet or
change off its update hosts are shut too. The documentation shows this table, the enforcers are tested against
it, and `standing` hands it to them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Final

from roadworthy.network.live import Standing
from roadworthy.network.switches.records import Ledger
from roadworthy.network.switches.switch import STATES, Intended


class Pass(StrEnum):
    """Whether something may pass."""

    NO = "no"
    PROFILE = "as the profile says"
    YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """What may pass to and from a device.

    Args:
        cause: What decides.
        lan: Other devices of the local networks.
        internet: Everything else, the hosts of `update` aside.
        update: Hosts that bring code and configuration.
        portal: The page that tells why, and how it is lifted (RFC 8908).
        dns: Names of its profile and its update hosts, from the gateway's resolver, and what else every
            device gets (see `defaults`).
    """

    cause: str
    lan: Pass
    internet: Pass
    update: Pass
    portal: Pass
    dns: Pass


POWER_OFF: Final = Passing(
    cause="power off", lan=Pass.NO, internet=Pass.NO, update=Pass.NO, portal=Pass.NO, dns=Pass.NO
)
QUARANTINE: Final = Passing(
    cause="quarantine", lan=Pass.NO, internet=Pass.NO, update=Pass.YES, portal=Pass.YES, dns=Pass.YES
)
SHUT_IN: Final = Passing(
    cause="quarantine and the owner's no",
    lan=Pass.NO,
    internet=Pass.NO,
    update=Pass.NO,
    portal=Pass.YES,
    dns=Pass.YES,
)
INTERNET_OFF: Final = Passing(
    cause="internet off",
    lan=Pass.PROFILE,
    internet=Pass.NO,
    update=Pass.NO,
    portal=Pass.PROFILE,
    dns=Pass.YES,
)
ALONE: Final = Passing(
    cause="internet and local network off",
    lan=Pass.NO,
    internet=Pass.NO,
    update=Pass.NO,
    portal=Pass.NO,
    dns=Pass.YES,
)
CHANGE_OFF: Final = Passing(
    cause="change off",
    lan=Pass.PROFILE,
    internet=Pass.PROFILE,
    update=Pass.NO,
    portal=Pass.PROFILE,
    dns=Pass.YES,
)
PROFILE: Final = Passing(
    cause="profile",
    lan=Pass.PROFILE,
    internet=Pass.PROFILE,
    update=Pass.PROFILE,
    portal=Pass.PROFILE,
    dns=Pass.YES,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Args:
        quarantined: Whether the device is in quarantine.
        intended: The owner's three switches.
        keeps_lan: Whether Internet off leaves the local network.
        passing: What may pass then.
    """

    quarantined: bool
    intended: Intended
    keeps_lan: bool
    passing: Passing


def passing(intended: Intended, *, quarantined: bool, keeps_lan: bool = True) -> Passing:
    """What may pass."""
    causes = (
        (not intended.power, POWER_OFF),
        (quarantined and not (intended.internet and intended.change), SHUT_IN),
        (quarantined, QUARANTINE),
        (not intended.internet, INTERNET_OFF if keeps_lan else ALONE),
        (not intended.change, CHANGE_OFF),
    )
    return next((each for holds, each in causes if holds), PROFILE)


def rows() -> Iterator[Row]:
    """The whole table: 2 x 8 states, with and without the local network."""
    for quarantined, intended, keeps_lan in product((False, True), STATES, (True, False)):
        found = passing(intended, quarantined=quarantined, keeps_lan=keeps_lan)
        yield Row(quarantined, intended, keeps_lan, found)


def standing(intended: Intended, *, quarantined: bool, keeps_lan: bool = True) -> Standing:
    """The same for an enforcer.

    A device whose power is off sends nothing; if it does all the same, it has another source of power or its
    plug lies, and it reaches nobody.
    """
    if not intended.power:
        return Standing(silenced=True, internet_off=True, lan_off=True, change_off=not intended.change)
    return Standing(
        quarantined=quarantined,
        internet_off=not intended.internet,
        lan_off=not intended.internet and not keeps_lan,
        change_off=not intended.change or (quarantined and not intended.internet),
    )


def standings(ledger: Ledger, quarantined: frozenset[str], devices: Iterable[str]) -> Mapping[str, Standing]:
    """What holds for each device of a network, by name: its owner's switches and the operator's quarantine.

    Args:
        ledger: The switches.
        quarantined: Names of the devices in quarantine.
        devices: Names of all devices.
    """
    return {
        each: standing(
            ledger.intended(each), quarantined=each in quarantined, keeps_lan=ledger.keeps_lan(each)
        )
        for each in devices
    }
