"""What the image calls itself, and the build system it comes from.

What it finds

The release that `os-release`, `openwrt_release` or `lsb-release` names; the build system behind it
(Buildroot, Yocto, OpenWrt); and, where OpenWrt's own target is named, that OpenWrt fits the board.

How it can be wrong

Vendors keep the files of the distribution they started from. A target of a vendor's own is none of OpenWrt's:
only those that OpenWrt has had are counted.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File, Kept
from roadworthy.inspection.rootfs import Node
from roadworthy.model.platform import Platform

_FILES: Final = (
    "/etc/openwrt_release",
    "/usr/lib/os-release",
    "/etc/os-release",
    "/etc/lsb-release",
    "/etc/br-version",
)
_LINE: Final = re.compile(
    r"\s*(?:export\s+)?(?P<name>[A-Z_]{1,40})=(?P<quote>[\"']?)(?P<value>.{0,200}?)(?P=quote)\s*"
)
_BUILDS: Final = {
    "buildroot": "Buildroot",
    "openwrt": "OpenWrt",
    "lede": "OpenWrt",
    "poky": "Yocto",
    "nodistro": "Yocto",
}
OPENWRT_TARGETS: Final = frozenset(
    (
        "airoha", "apm821xx", "ar7", "ar71xx", "arc770", "archs38", "armsr", "armvirt", "at91", "ath25",
        "ath79", "atheros", "bcm27xx", "bcm47xx", "bcm4908", "bcm53xx", "bcm63xx", "bmips", "brcm2708",
        "brcm47xx", "brcm63xx", "cns3xxx", "d1", "gemini", "imx", "imx6", "ipq40xx", "ipq806x", "ixp4xx",
        "kirkwood", "lantiq", "layerscape", "loongarch64", "malta", "mcs814x", "mediatek", "mpc85xx",
        "mvebu", "mxs", "octeon", "octeontx", "omap", "orion", "oxnas", "pistachio", "ppc40x", "ppc44x",
        "qualcommax", "qualcommbe", "qoriq", "ramips", "realtek", "rockchip", "samsung", "sifiveu",
        "siflower", "starfive", "stm32", "sunxi", "tegra", "uml", "x86", "xburst", "zynq",
    )
)  # fmt: skip
"""Targets in OpenWrt's tree, now or once."""


def wants(node: Node) -> bool:
    """The files in which distributions name themselves."""
    return node.path in _FILES


def join(kept: Kept, context: Context) -> Iterator[Platform]:
    """One release, its build system, and OpenWrt's target."""
    del context
    told = False
    for path in _FILES:
        file = kept.files.get(path)
        if file is None:
            continue
        values = _values(file)
        name = _release(values) if path != "/etc/br-version" else ""
        if name and not told:
            told = True
            yield Platform(aspect="release", value=name, evidence=(file.evidence(excerpt=name),))
        yield from _build(values, file)
    board = kept.files.get("/etc/openwrt_release")
    target = _values(board).get("DISTRIB_TARGET", "") if board else ""
    if board is not None and target.partition("/")[0] in OPENWRT_TARGETS:
        place = (board.evidence(excerpt=f"DISTRIB_TARGET={target}"),)
        yield Platform(aspect="open-firmware", value=f"OpenWrt {target}", evidence=place)


def _values(file: File) -> Mapping[str, str]:
    matches = (_LINE.fullmatch(line) for _, line in file.lines())
    return {match["name"]: match["value"].strip() for match in matches if match}


def _release(values: Mapping[str, str]) -> str:
    """The name for people (os-release(5)), or what OpenWrt and the LSB have for it."""
    whole = values.get("PRETTY_NAME") or values.get("DISTRIB_DESCRIPTION", "")
    parts = (values.get("NAME", ""), values.get("VERSION", "") or values.get("VERSION_ID", ""))
    name = whole or " ".join(part for part in parts if part)
    revision = values.get("DISTRIB_REVISION", "")
    return f"{name} {revision}" if revision and revision not in name else name


def _build(values: Mapping[str, str], file: File) -> Iterator[Platform]:
    """The build system, with its release where the file tells that and not the product's own."""
    build = _BUILDS.get(values.get("ID", values.get("DISTRIB_ID", "")).lower(), "")
    version = values.get("VERSION_ID") or values.get("DISTRIB_RELEASE", "")
    if file.node.path == "/etc/br-version":
        build, version = "Buildroot", file.data[:40].decode("utf-8", "backslashreplace").strip()
    if build:
        value = f"{build} {version}".strip()
        yield Platform(aspect="sdk", value=value, evidence=(file.evidence(excerpt=value),))


CATALOGER: Final = Cataloger(title="Releases and their build systems", wants=wants, join=join)
