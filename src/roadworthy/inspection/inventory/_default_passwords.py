"""Passwords that are publicly known to be set at the factory: facts, compiled by us.

Each group names the places that it is known from. The order is that in which they are tried. Words that
follow from the account's name (name, Name, name123, …) are not listed: they are made when they are tried.
"""

from typing import Final

_GROUPS: Final = (
    # Universal ones, used by many makers and at the head of every published list of default passwords.
    """
    admin root password 1234 12345 123456 1234567 12345678 123456789 123 1111 11111 111111 1111111
    11111111 0000 000000 00000000 54321 654321 4321 666666 888888 88888888 user guest default pass
    passwd support service supervisor system tech test changeme secret public private letmein
    qwerty abc123 p@ssw0rd password1 admin123 admin1234 root123 toor Admin Administrator
    administrator manager operator superuser sysadmin debug demo login
    """,
    # Tried by the botnet Mirai, whose source was published in September 2016 (scanner.c).
    """
    xc3511 vizxv xmhdipc juantech smcadmin klv123 klv1234 Zte521 hi3518 jvbzd anko zlxx.
    7ujMko0vizxv 7ujMko0admin ikwb dreambox realtek meinsm fucker ubnt
    """,
    # Tried by later botnets of the same line (Satori, Masuta and others): published malware analyses.
    """
    1001chin tl789 tlJwpbo6 GM8182 S2fGqNFs OxhlwSG8 cat1029 hunt5759 cxlinux wbox123 solokey
    swsbzkgn antslq hichiphx hipc3518 ipcam_rt5350 ipc71a 123456a grouter 20080826 zyad1234
    zyad5001 nE7jA%5m ivdev taZz@23495859 e8telnet e8ehome oelinux123 aquario h@32LuyD zhongxing
    hslwificam 059AnkJ annie2012 annie2013 annie2014 annie2015 annie2016
    """,
    # Routers and modems: manuals of TP-Link, D-Link, ZyXEL, Netgear, Linksys, Cisco, Huawei, ZTE;
    # hand-outs of operators; and, for root on TP-Link's (sohoadmin, 5up), published firmware research.
    """
    sohoadmin 5up attadmin epicrouter conexant zoomadsl motorola admintelecom telecomadmin
    adminadmin adminHW superonline ttnet vodafone cisco Cisco cableroot comcast linksys netgear
    zte huawei tplink dlink Alphanetworks wrgg15_di524 airlive asus draytek arris gateway router
    wireless michelangelo highspeed utstar zyxel mikrotik openwrt ddwrt
    """,
    # Boards and development systems: documentation of Raspberry Pi OS, BeagleBone, Linaro, Orange Pi,
    # Rockchip, FriendlyElec (fa), Toradex, Ubuntu and Debian images; published research on phones (alpine).
    """
    alpine raspberry temppwd linaro orangepi bananapi rockchip fa toradex ubuntu debian linux
    olimex odroid nvidia petalinux
    """,
    # Industrial and building technology: ICS advisories and manuals of Moxa, WAGO, Schneider Electric.
    """
    moxa wago fwupgrade factorycast@schneider sysdiag ntpupdate poiuypoiuy
    """,
)

DEFAULT_PASSWORDS: Final = tuple(dict.fromkeys(word for group in _GROUPS for word in group.split()))
"""Each once."""
