"""Reach: which names a device may be led to, by its profile and by what the owner has switched."""

from dataclasses import dataclass

from roadworthy.network.live import Standing
from roadworthy.network.network_file import Device, Mode
from roadworthy.network.policy import PeerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the answers of DNS do for one device.

    Args:
        opened: Names whose addresses are opened to it.
        refused: Names that it gets no answer for.
        only_opened: Whether it gets no answer for any name but those in `opened`. Not so while it learns, so
            that its whole way is seen; and not in quarantine, so that its owner's browser meets the portal.
    """

    opened: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    only_opened: bool = False

    def answers(self, name: str) -> bool:
        """Whether a question about a name is passed on."""
        return name not in self.refused and (name in self.opened or not self.only_opened)

    def opens(self, name: str) -> bool:
        """Whether an answer about a name opens anything."""
        return name in self.opened and name not in self.refused


def reach_of(device: Device, mode: Mode, standing: Standing, *, strict: bool = False) -> Reach:
    """What holds for a device now.

    With change off, what brings code or configuration is refused, in quarantine too: the owner's no is not
    undone by a quarantine. Quarantine and Internet off change nothing here: the enforcer holds them, and a
    device that has an answer in its cache finds the way open when they end.

    Args:
        device: The device.
        mode: Its mode, which its owner may have changed since the file was written.
        standing: What is switched.
        strict: Whether an enforced device gets no answer for a name outside its profile. If not, the answer
            passes and opens nothing; the attempt that follows is what tells of the deviation.
    """
    changing = frozenset((*device.update_hosts, *device.config_hosts))
    refused = changing if standing.change_off else frozenset()
    opened = profile_names(device) | changing
    enforced = mode is Mode.ENFORCE and not standing.quarantined
    return Reach(opened=opened - refused, refused=refused, only_opened=strict and enforced)


def profile_names(device: Device) -> frozenset[str]:
    """The DNS names in its profile; those of rules that deny too: to be denied, they must be known."""
    return frozenset(
        peer.value for rule in device.policy.rules for peer in rule.peers if peer.kind is PeerKind.NAME
    )
