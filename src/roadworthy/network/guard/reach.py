"""Reach: which names a device may be led to, by its profile and by what the owner has switched."""

from dataclasses import dataclass

from roadworthy.network.live import Standing
from roadworthy.network.network_file import Device
from roadworthy.network.policy import PeerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the answers of DNS do for one device.

    Args:
        opened: Names whose addresses are opened to it.
        refused: Names that it gets no answer for.
        only_opened: Whether it gets no answer for any name but those in `opened`: so where it reaches nothing
            outside, since a name can carry a message.
    """

    opened: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    only_opened: bool = False

    def answers(self, name: str) -> bool:
        """Whether a question about a name is passed on."""
        return name not in self.refused and (name in self.opened or not self.only_opened)

    def knows(self, name: str) -> bool:
        """Whether a name is one that opens something, refused for now or not."""
        return name in self.opened or name in self.refused

    def opens(self, name: str) -> bool:
        """Whether an answer about a name opens anything."""
        return name in self.opened and name not in self.refused


def reach_of(device: Device, standing: Standing) -> Reach:
    """What holds for a device now.

    With change off, what brings code or configuration is refused, in quarantine too: the owner's no is not
    undone by a quarantine. What is opened stays so in a quarantine and with Internet off: the enforcer holds
    the device, and if it has an answer in its cache, it finds the way open when that ends.

    Args:
        device: The device.
        standing: What is switched.
    """
    changing = frozenset((*device.update_hosts, *device.config_hosts))
    refused = changing if standing.change_off else frozenset()
    opened = profile_names(device) | changing
    shut = standing.silenced or standing.quarantined or standing.internet_off
    return Reach(opened=opened - refused, refused=refused, only_opened=shut)


def profile_names(device: Device) -> frozenset[str]:
    """The DNS names in its profile; those of rules that deny too: to be denied, they must be known."""
    return frozenset(
        peer.value for rule in device.policy.rules for peer in rule.peers if peer.kind is PeerKind.NAME
    )
