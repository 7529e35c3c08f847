"""A radio network of the device that is open or weakly encrypted.

What it looks at

`hostapd*.conf` and OpenWrt's `/etc/config/wireless`: no encryption, WEP, WPA (the first version), and TKIP as
the only cipher. Radios and networks that are set to disabled are left out.

Why it matters

Everybody near can join or read an open or WEP network within minutes. WPA and TKIP have been given up by
those who made them.

How it can be wrong

The file may be a template that a script fills in, a network for guests that is open on purpose, or a set-up
network that exists for minutes only.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._example_files import IDLE
from roadworthy.inspection.checks._failures import bounded
from roadworthy.inspection.checks._looking import settings
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.setting import Setting

_OPEN: Final = ("none", "open")
_OLD: Final = ("wep", "psk+", "psk ", "wpa+", "wpa ")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each network; not applicable where no network is configured."""
    networks = [*_uci(inspection), *_hostapd(inspection)]
    weak = [(how, places) for how, places in networks if how]
    yield from bounded((_failure(how, setting) for how, setting in weak), "networks are weak")
    if not networks and any(kept.files for kept in inspection.kept):
        yield Verdict(Outcome.NOT_APPLICABLE, "The image configures no radio network of the device's own.")
    elif not networks:
        yield Verdict(Outcome.UNKNOWN, "No configuration could be looked at.")
    elif not weak:
        yield Verdict(Outcome.PASS, f"All {len(networks)} radio networks in the configuration are encrypted.")


def _failure(how: str, setting: Setting) -> Verdict:
    message = f"A radio network in {setting.evidence[0].path[-1]} {how}."
    return Verdict(Outcome.FAIL, message, setting.evidence)


def _uci(inspection: Inspection) -> Iterator[tuple[str, Setting]]:
    sections: dict[str, dict[str, Setting]] = {}
    for each in settings(inspection, "wireless"):
        section, _, name = each.name.rpartition(".")
        if section.startswith("wifi-iface"):
            sections.setdefault(section, {})[name] = each
    for told in sections.values():
        mode = told["mode"].value if "mode" in told else "ap"
        off = "disabled" in told and told["disabled"].value == "1"
        if "encryption" in told and mode == "ap" and not off:
            value = told["encryption"].value.lower() + " "
            yield _how(value), told["encryption"]


def _how(value: str) -> str:
    if value.strip() in _OPEN:
        return "is open"
    return "uses an encryption that has been given up" if value.startswith(_OLD) else ""


def _hostapd(inspection: Inspection) -> Iterator[tuple[str, Setting]]:
    files: dict[str, dict[str, Setting]] = {}
    for each in settings(inspection, "hostapd"):
        files.setdefault(each.evidence[0].place.rpartition(":")[0], {})[each.name] = each
    for told in files.values():
        values = {name: each.value for name, each in told.items()}
        if "ssid" not in values:
            continue
        wpa = told.get("wpa", told["ssid"])
        if any(name.startswith("wep_key") for name in values) or values.get("wpa") == "1":
            yield "uses an encryption that has been given up", wpa
        elif values.get("wpa", "0") == "0" and values.get("ieee8021x", "0") == "0":
            yield "is open", wpa
        else:
            yield "", wpa


_WIRELESS = "/etc/config/wireless"
_IFACE = "config wifi-iface\n\toption mode 'ap'\n\toption encryption '{}'\n"

CHECK: Final = Check(
    shows="communication.wireless-protected",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={_WIRELESS: _IFACE.format("none")}, outcome=Outcome.FAIL),
        Example(files={_WIRELESS: _IFACE.format("wep+shared")}, outcome=Outcome.FAIL),
        Example(files={"/etc/hostapd.conf": "ssid=camera\nchannel=1\n"}, outcome=Outcome.FAIL),
        Example(files={_WIRELESS: _IFACE.format("psk2+ccmp")}, outcome=Outcome.PASS),
        Example(
            files={_WIRELESS: _IFACE.format("none") + "\toption disabled 1\n" + _IFACE.format("sae")},
            outcome=Outcome.PASS,
        ),
        Example(files={"/etc/hostapd.conf": "ssid=camera\nwpa=2\n"}, outcome=Outcome.PASS),
        Example(files=IDLE, outcome=Outcome.NOT_APPLICABLE),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
