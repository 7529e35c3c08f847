"""Chip makers' kits: whose drivers and libraries the system is built on.

What it finds

The software development kit of the chip's maker, by the names of its kernel modules and libraries, which no
other kit has; the chip itself where such a name tells it; and Atheros' kit by the kernel's own version text.

How it can be wrong

Names are all that is looked at: somebody can write a module of the same name, or keep one of an older kit.
Kits that leave no file of their own are not seen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File, Kept
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.model.evidence import Evidence
from roadworthy.model.platform import Platform

MAX_PLACES: Final = 3


@dataclass(frozen=True, slots=True)
class Kit:
    """One kit.

    Args:
        name: The kit, with its maker.
        files: The names of files that only it has. A group ``chip`` is the chip's name.
        maker: Stands before the chip's name.
    """

    name: str
    files: re.Pattern[str]
    maker: str = ""


def _kit(name: str, files: str, maker: str = "") -> Kit:
    return Kit(name, re.compile(files), maker)


KITS: Final = (
    _kit(
        "Atheros LSDK",
        r"(?:ag7240_mod|athrs_gmac|ath_rate_atheros|ath_pktlog|ath_dfs|umac|asf|adf)\.ko",
    ),
    _kit(
        "Qualcomm QSDK",
        r"qca-(?:nss-drv|nss-dp|ssdk|wifi)\.ko|qca_(?:ol|da|spectral)\.ko|libqca\w{1,20}\.so",
    ),
    _kit(
        "Ralink and MediaTek SDK",
        r"(?:raeth|rt_rdm|mt_wifi|rt2860v2_ap|rt5592ap|mt76\w{2,4}_(?:ap|sta)|hw_nat|ralink_gpio)\.ko",
    ),
    _kit(
        "Broadcom CPE SDK (bcm963xx)",
        r"(?:bcm_enet|bcmxtmrtdrv|bcmxtmcfg|bcmmcast|bcmvlan|adsldd|bdmf|pktflow|bcm_ingqos)\.ko",
    ),
    _kit("Broadcom wireless SDK", r"(?:wl|dhd|igs|emf)\.ko"),
    _kit(
        "Realtek SDK",
        r"(?:rtl8192cd|rtl819x|rtl8686|rtl9607\w{0,4}|rtk_\w{2,20})\.ko|librtk\w{0,20}\.so",
    ),
    _kit(
        "Lantiq and Intel CPE SDK",
        r"(?:drv_(?:ifxos|dsl_cpe_api|mei_cpe|tapi|vmmc)|(?:ltq|ifxmips)_\w{2,30})\.ko",
    ),
    _kit("HiSilicon MPP", r"(?P<chip>hi3[57]\w{2}[ceda]?v\d00)_\w{2,20}\.ko", "HiSilicon"),
    _kit("HiSilicon MPP", r"(?:hi_osal|hi3519_\w{2,20}|hi_mipi|hi_media)\.ko"),
    _kit("Ingenic ISVP", r"tx-isp-(?P<chip>t\d{2})\.ko", "Ingenic"),
    _kit("Ingenic ISVP", r"(?:tx-isp|libimp|libalog)\.(?:ko|so)"),
    _kit(
        "SigmaStar SDK",
        r"(?:mi_common|mi_sys|mi_vif|mi_vpe|mi_venc|mhal)\.ko|libmi_(?:sys|venc|vpe|sensor)\.so",
    ),
    _kit("Novatek SDK", r"(?:nvt|kdrv|kflow)_\w{2,20}\.ko|libhdal\.so"),
    _kit("Ambarella SDK", r"(?:iav|ambarella_\w{2,20}|ambcma)\.ko|libamba\w{0,20}\.so\S{0,4}"),
    _kit("Grain Media SDK", r"(?:gmlib|gm_\w{2,20}|vcap\d{3}|favc_enc)\.(?:ko|so)"),
    _kit(
        "Rockchip Linux SDK",
        r"librockchip_(?:mpp|vpu)\.so\S{0,4}|librkaiq\.so|(?:rk_vcodec|rockit)\.ko",
    ),
    _kit("Allwinner SDK", r"(?:sunxi[-_]\w{2,30}|cedar_ve|vin_v4l2)\.ko|libcedarc\.so|libVE\.so"),
    _kit("Amlogic SDK", r"(?:amvdec|aml)_\w{2,20}\.ko|amlvideo\w{0,4}\.ko|libamcodec\.so\S{0,4}"),
    _kit("TI DaVinci SDK", r"(?:cmemk|dsplinkk|edmak|irqk|syslink)\.ko"),
    _kit("NXP i.MX BSP", r"libimxvpu\w{0,10}\.so\S{0,4}|mxc_vpu\w{0,6}\.ko|libvpu\.so\.4"),
    _kit("Espressif hosted driver", r"esp32(?:_sdio|_spi)?\.ko"),
)
_LSDK: Final = re.compile(rb"Linux version \d[\w.]{1,20}-{1,2}LSDK-(?P<version>\d[\w.]{0,30})")
_ANCHOR: Final = b"-LSDK-"
_SUFFIX: Final = re.compile(r"\.ko\Z|\.so(?:\.[\w.]{1,20})?\Z")


def join(kept: Kept, context: Context) -> Iterator[Platform]:
    """The kits whose files lie in one file system, and the chips that their names tell."""
    del context
    places: dict[tuple[str, str], list[Evidence]] = {}
    for path, node in kept.root.nodes.items():
        if node.kind is not NodeKind.FILE or _SUFFIX.search(node.name) is None:
            continue
        for kit in KITS:
            match = kit.files.fullmatch(node.name)
            if match is None:
                continue
            place = Evidence(path=(*kept.root.where, path))
            places.setdefault(("sdk", kit.name), []).append(place)
            chip = match.groupdict().get("chip")
            if chip:
                places.setdefault(("soc", f"{kit.maker} {chip}"), []).append(place)
    for (aspect, value), found in sorted(places.items()):
        yield Platform(aspect=aspect, value=value, evidence=tuple(found[:MAX_PLACES]))


def probe(file: File, context: Context) -> Iterator[Platform]:
    """Atheros' kit and its version, from the kernel's banner."""
    del context
    at = file.data.find(_ANCHOR)
    match = _LSDK.search(file.data, max(0, at - 64)) if at >= 0 else None
    if match is not None:
        value = f"Atheros LSDK {match['version'].decode()}"
        place = file.evidence(offset=match.start(), excerpt=match[0].decode())
        yield Platform(aspect="sdk", value=value, evidence=(place,))


CATALOGER: Final = Cataloger(title="Kits of chip makers", join=join, probe=probe)
