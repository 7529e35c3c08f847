"""A service that opens ways in from the internet on request.

What it looks at

UPnP and NAT-PMP servers (miniupnpd, upnpd and their kin) that start at boot, unless OpenWrt's
`/etc/config/upnpd` turns them off.

Why it matters

Any program in the network at home can make a hole in the router with it, unasked, and some flaws in these
servers let strangers do it from outside.

How it can be wrong

A router may start the server and keep mappings off. Games and calls do use it; that is why it should be the
owner's choice. The boot files are read, not run.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_files import IDLE, boots
from roadworthy.inspection.checks._looking import settings, started, told
from roadworthy.model.outcome import Outcome, Severity

_NAMES: Final = ("miniupnpd", "upnpd", "linux-igd", "miniupnpd-wsd", "natpmpd", "minissdpd")
_OFF: Final = ("0", "off", "no", "false")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each server; a pass where the configuration turns it off."""
    switches = [
        each
        for each in settings(inspection, "upnpd")
        if each.name.endswith((".enabled", ".enable_upnp")) and each.value.lower() in _OFF
    ]
    if switches:
        places = tuple(place for each in switches for place in each.evidence)
        yield Verdict(Outcome.PASS, "The configuration turns port mapping off.", places)
        return
    yield from told(
        inspection,
        started(inspection, _NAMES),
        "opens ports to the internet for whoever asks",
        many="servers open ports on request",
        good="The boot files start no server that opens ports on request.",
    )


CHECK: Final = Check(
    shows="surface.no-automatic-port-mapping",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files=boots("miniupnpd -f /etc/miniupnpd.conf"), outcome=Outcome.FAIL),
        Example(
            files=boots("miniupnpd -f /var/upnpd.conf")
            | {"/etc/config/upnpd": "config upnpd config\n\toption enabled 0\n"},
            outcome=Outcome.PASS,
        ),
        Example(files=IDLE | {"/usr/sbin/miniupnpd": "\x7fELF"}, outcome=Outcome.PASS),
        Example(files={"/usr/sbin/miniupnpd": "\x7fELF"}, outcome=Outcome.UNKNOWN),
    ),
)
