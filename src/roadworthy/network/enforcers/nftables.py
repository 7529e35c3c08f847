"""nftables, the packet filter of Linux: one table for all devices of a network.

It refuses by default, each device for itself; hosts that network.toml does not name are left alone. Each
packet costs a fixed number of lookups, however many devices there are. Traffic between two hosts of one
bridge is seen where the bridge hands it over (``net.bridge.bridge-nf-call-iptables=1``, and the same for
ip6tables); `roadworthy guard run` sees to that.
"""

from typing import Final

from roadworthy.network.enforcer import Compiled, Enforcer, LeftOut
from roadworthy.network.live import Live
from roadworthy.network.network_file import Network
from roadworthy.network.nftables.elements import plan
from roadworthy.network.nftables.ruleset import ruleset


def compiled(network: Network, live: Live) -> Compiled:
    """The whole ruleset; load it with ``nft -f``."""
    planned = plan(network)
    left_out = tuple(
        LeftOut(name, rule.name, why)
        for name, placed in planned.devices.items()
        for rule, why in placed.resolution.left_out
    )
    return Compiled(ruleset(planned, live), left_out)


ENFORCER: Final = Enforcer(title="nftables, the packet filter of Linux", suffix=".nft", compile=compiled)
