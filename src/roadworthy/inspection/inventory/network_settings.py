"""Settings of the firewall, radio networks, SNMP, message brokers and package feeds.

What it finds

OpenWrt's `firewall`, `wireless`, `snmpd` and `upnpd` files, `hostapd*.conf`, `snmpd.conf`, `mosquitto.conf`,
`opkg.conf` with its feeds, and apt's sources. Communities other than the two that everybody knows, and
passphrases, are masked.

How it can be wrong

Files that a script writes at boot are not in the image; those that are may be templates. A file that the
program is not told to read is told all the same.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File, Kept
from roadworthy.inspection.inventory._directives import Directive, directives, uci
from roadworthy.inspection.masking import masked_value
from roadworthy.inspection.rootfs import Node
from roadworthy.model.setting import Setting

_UCI = re.compile(r"/etc/config/(firewall|wireless|snmpd|upnpd)")
_PLAIN = (
    ("hostapd", re.compile(r"/.*/hostapd[^/]*\.conf")),
    ("snmpd", re.compile(r"/(?:usr/)?etc(?:_ro)?/(?:.*/)?snmpd\.conf")),
    ("mosquitto", re.compile(r"/etc/(?:.*/)?mosquitto[^/]*\.conf")),
    ("opkg", re.compile(r"/etc/opkg\.conf|/etc/opkg/[^/]+\.conf")),
    ("apt", re.compile(r"/etc/apt/(?:sources\.list|sources\.list\.d/[^/]+\.list|apt\.conf(?:\.d/[^/]+)?)")),
)
_FIREWALL = ("defaults", "zone")  # single rules are many, and no check asks for them


def wants(node: Node) -> bool:
    """The files named above."""
    return bool(_scope(node.path))


def join(kept: Kept, context: Context) -> Iterator[Setting]:
    """Every line of them, as a setting; of the firewall only policies and zones."""
    del context
    for path, file in kept.files.items():
        scope = _scope(path)
        for each in uci(file) if _UCI.fullmatch(path) else directives(file):
            if scope != "firewall" or each.section in _FIREWALL:
                yield _setting(scope, each, file)


def _scope(path: str) -> str:
    match = _UCI.fullmatch(path)
    if match:
        return match[1]
    return next((scope for scope, pattern in _PLAIN if pattern.fullmatch(path)), "")


def _setting(scope: str, each: Directive, file: File) -> Setting:
    value = masked_value(each.name, each.value)
    name = f"{each.section}[{each.label or each.number}].{each.name}" if each.section else each.name
    return Setting(
        scope=scope,
        name=name,
        value=value,
        evidence=(file.evidence(line=each.line, excerpt=f"{each.name} {value}"),),
    )


CATALOGER: Final = Cataloger(title="Settings of network programs", wants=wants, join=join)
