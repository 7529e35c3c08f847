"""Live: what an enforcer is told at run time: learned addresses, names from DNS, the owner's switches."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from roadworthy.network.network_file import Mode
from roadworthy.network.packet import Address

Names = Mapping[Address, frozenset[str]]
"""By address of the other end: the names under which one device was told it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds for one device beside its profile.

    Precedence: silence, then quarantine, then Internet off, then change off, then the profile.

    Args:
        silenced: Nothing passes: its power is off, or should be.
        quarantined: Only the portal, the gateway's DNS and the update hosts are reached.
        internet_off: Only the local networks are reached.
        lan_off: With `internet_off`: not even those, the defaults aside.
        change_off: The hosts that bring code or configuration are not reached.
    """

    silenced: bool = False
    quarantined: bool = False
    internet_off: bool = False
    lan_off: bool = False
    change_off: bool = False


FREE = Standing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What is known at run time, each by name of a device; a device that is not there has nothing.

    Args:
        addresses: Learned addresses, beside those in the file.
        names: What it was told by DNS.
        standings: What the owner or an operator has switched.
        modes: Whether deviations are stopped, where the owner has decided so since the file was written.
        changing: Addresses that anybody was told for its update and configuration hosts. With change off,
            they are closed even to a device that knows them without asking.
    """

    addresses: Mapping[str, tuple[Address, ...]] = field(default_factory=dict)
    names: Mapping[str, Names] = field(default_factory=dict)
    standings: Mapping[str, Standing] = field(default_factory=dict)
    modes: Mapping[str, Mode] = field(default_factory=dict)
    changing: Mapping[str, frozenset[Address]] = field(default_factory=dict)
