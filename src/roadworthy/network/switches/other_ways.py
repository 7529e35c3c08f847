"""Other ways out and in, known beforehand: uplinks that an image knows, hosts that serve strangers too.

Both lists are of what is common, not of what exists: that nothing is found says nothing.
"""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from roadworthy.model.inventory import Inventory

MODULE: Final = "module"
UPLINKS: Final[tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]] = (
    (
        "cellular modem",
        re.compile(r"ModemManager|mmcli|uqmi|umbim|qmicli|mbimcli|qmi-network|ofonod|wvdial"),
        re.compile(r"qmi_wwan|cdc_mbim|option|sierra|sierra_net|huawei_cdc_ncm|usb_wwan"),
    ),
    ("Wi-Fi", re.compile(r"wpa_supplicant|iwd"), re.compile(r"cfg80211|mac80211")),
    ("Bluetooth", re.compile(r"bluetoothd|hciattach"), re.compile(r"bluetooth|btusb|hci_uart")),
    ("radio of a mesh", re.compile(r"otbr-agent|ot-daemon|zigbee2mqtt"), re.compile(r"ieee802154|mac802154")),
    ("tunnel", re.compile(r"openvpn|wg|tailscaled|zerotier-one"), re.compile(r"wireguard")),
)
"""Ways out; names of programs that open them; names of kernel modules, without their suffix."""
SHARED: Final = (
    "akamaiedge.net", "akamaihd.net", "akamaized.net", "amazonaws.com", "appspot.com", "azureedge.net",
    "azurewebsites.net", "b-cdn.net", "blob.core.windows.net", "cdn77.org", "cloudflare.net",
    "cloudfront.net", "digitaloceanspaces.com", "edgesuite.net", "fastly.net", "googleapis.com",
    "googleusercontent.com", "herokuapp.com", "myqcloud.com", "aliyuncs.com", "r2.dev", "workers.dev",
)  # fmt: skip
"""Domains under which anybody can rent a name or a place: a name there does not say who speaks."""


def uplinks_in(inventory: Inventory) -> tuple[str, ...]:
    """Other ways out that an image has programs or kernel modules for, each with one place that shows it.

    Args:
        inventory: Of the image that the device runs.
    """
    found: dict[str, str] = {}
    for each in inventory.programs:
        name = PurePosixPath(each.path).name.removesuffix(".ko")
        for way, programs, modules in UPLINKS:
            if (modules if each.kind == MODULE else programs).fullmatch(name):
                found.setdefault(way, each.path)
    return tuple(f"{way} ({place})" for way, place in sorted(found.items()))


def shared_hosts(names: Iterable[str]) -> tuple[str, ...]:
    """Those names that lie under a domain where anybody can rent one, sorted.

    Args:
        names: DNS names in lower case, without the last dot.
    """
    return tuple(sorted({each for each in names if each.endswith(tuple(f".{one}" for one in SHARED))}))
