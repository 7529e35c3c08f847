"""A firewall that lets strangers in unless told otherwise.

What it looks at

OpenWrt's `/etc/config/firewall`: the policies of the zone called `wan` for what comes in and what is passed
on.

Why it matters

A service that slips in, by mistake or by an intruder, is reached from everywhere if the policy is to accept.

How it can be wrong

The zone may be called otherwise, or the interface be inside another network. Rules that scripts set with
iptables or nft are not read, so on other systems the answer is "unknown".
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import settings
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.setting import Setting

_FACES: Final = ("input", "forward")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each policy that accepts; unknown without such a file."""
    zones: dict[str, dict[str, Setting]] = {}
    for each in settings(inspection, "firewall"):
        section, _, name = each.name.rpartition(".")
        if section.startswith("zone["):
            zones.setdefault(section, {})[name] = each
    outside = [zone for zone in zones.values() if "name" in zone and zone["name"].value.startswith("wan")]
    policies = [zone[face] for zone in outside for face in _FACES if face in zone]
    bad = [each for each in policies if each.value.upper() == "ACCEPT"]
    yield from bounded((_failure(each) for each in bad), "policies accept whatever comes")
    if not policies:
        yield Verdict(Outcome.UNKNOWN, "No file in the image says what the firewall does by default.")
    elif not bad:
        places = tuple(place for each in policies for place in each.evidence)
        yield Verdict(Outcome.PASS, "What comes from outside is refused unless a rule allows it.", places)


def _failure(setting: Setting) -> Verdict:
    face = setting.name.rpartition(".")[2]
    return Verdict(
        Outcome.FAIL,
        f"The firewall accepts on wan whatever it is not told to refuse ({face}).",
        setting.evidence,
    )


_FILE = "/etc/config/firewall"
_ZONE = "config zone\n\toption name wan\n\toption input {}\n\toption forward REJECT\n"

CHECK: Final = Check(
    shows="surface.firewall-denies-by-default",
    severity=Severity.HIGH,
    run=run,
    examples=(
        Example(files={_FILE: _ZONE.format("ACCEPT")}, outcome=Outcome.FAIL),
        Example(files={_FILE: _ZONE.format("REJECT")}, outcome=Outcome.PASS),
        Example(
            files={_FILE: "config zone\n\toption name lan\n\toption input ACCEPT\n" + _ZONE.format("DROP")},
            outcome=Outcome.PASS,
        ),
        Example(files={_FILE: "config defaults\n\toption input ACCEPT\n"}, outcome=Outcome.UNKNOWN),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
