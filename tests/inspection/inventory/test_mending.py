"""What those who mend a device after its maker start from: board, kit, release, licences, toolchain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.cataloger import Cataloger, Context, Layout
from roadworthy.inspection.inventory import board_headers, chip_kits, licence_texts, releases
from roadworthy.inspection.inventory._tplink_boards import TARGETS, devices
from roadworthy.inspection.payload import Payload
from roadworthy.inspection.report import Region
from roadworthy.inspection.signature import SignatureSet
from roadworthy.inspection.source import BytesSource
from roadworthy.testing.inventory import SOME_DAY, survey_files, survey_payloads

GPL = "            GNU GENERAL PUBLIC LICENSE\n               Version 2, June 1991\n\n a written offer, valid"


def facts(cataloger: Cataloger, files: dict[str, str | bytes]) -> list[tuple[str, str]]:
    surveyed = survey_files(cataloger, files)
    assert surveyed.problems == ()
    return [(each.aspect, each.value) for each in surveyed.inventory.platforms]


def headed(format_id: str, told: dict[str, str]) -> list[tuple[str, str, str]]:
    region = Region(path=("trx@0x0", f"{format_id}@0x10"), offset=16, size=9, format=format_id, facts=told)
    layout = Layout(name="x.bin", regions=(region,))
    assert board_headers.CATALOGER.headers is not None
    context = Context(now=SOME_DAY, signatures=SignatureSet(()))
    found = list(board_headers.CATALOGER.headers(layout, context))
    assert all(each.evidence[0].path == ("x.bin", f"{format_id}@0x10") for each in found)  # type: ignore[union-attr]
    return [(each.aspect, each.value, each.evidence[0].excerpt) for each in found]  # type: ignore[union-attr]


def test_the_number_of_the_hardware_tells_board_chip_and_openwrt() -> None:
    assert headed("tplink-v1", {"hardware id": "08410009"}) == [
        ("board", "TP-Link tl-wr841-v9", "hardware id 08410009"),
        ("soc", "qca9533", "hardware id 08410009"),
        ("open-firmware", "OpenWrt ath79/tiny tplink_tl-wr841-v9", "hardware id 08410009"),
    ]
    (board, *_) = headed("tplink-v2", {"hardware id": "0C200005"})
    assert board[1] == "TP-Link archer-c20-v5"


def test_other_headers() -> None:
    assert headed("netgear-chk", {"board": "U12H332T00_NETGEAR"}) == [
        ("board", "U12H332T00_NETGEAR", "board U12H332T00_NETGEAR")
    ]
    assert headed("seama", {"signature": "wrgac05_dlob.hans_dir850l"})[0][1] == "wrgac05_dlob.hans_dir850l"
    assert headed("seama", {"MD5": "holds"}) == headed("squashfs", {"hardware id": "08410009"}) == []
    assert headed("tplink-v1", {"hardware id": "ffffffff"}) == []


def test_the_table_of_boards_is_whole() -> None:
    rows = [row.split() for text in TARGETS.values() for row in text.strip().splitlines()]
    assert all(len(row) == 3 and len(row[0]) == 8 and row[0] == row[0].lower() for row in rows)
    assert len({row[1] for row in rows}) == len(rows)
    assert len(devices("000dc88f")) == 2


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/lib/modules/3/raeth.ko", [("sdk", "Ralink and MediaTek SDK")]),
        ("/lib/modules/3/bcmxtmrtdrv.ko", [("sdk", "Broadcom CPE SDK (bcm963xx)")]),
        ("/ko/hi3516cv300_base.ko", [("sdk", "HiSilicon MPP"), ("soc", "HiSilicon hi3516cv300")]),
        ("/lib/tx-isp-t31.ko", [("sdk", "Ingenic ISVP"), ("soc", "Ingenic t31")]),
        ("/usr/lib/libcedarc.so", [("sdk", "Allwinner SDK")]),
        ("/usr/lib/librockchip_mpp.so.1", [("sdk", "Rockchip Linux SDK")]),
        ("/lib/modules/3/ath9k.ko", []),
        ("/lib/modules/3/raeth.ko.txt", []),
        ("/usr/lib/libc.so.6", []),
    ],
)
def test_kits_by_the_names_of_their_files(path: str, expected: list[tuple[str, str]]) -> None:
    assert facts(chip_kits.CATALOGER, {path: b"x"}) == expected


def test_a_kits_version_in_the_kernels_text() -> None:
    data = b"\0Linux version 2.6.15--LSDK-7.3.1.41 (a@b) (gcc version 3.4.4) #5"
    payload = Payload(name="kernel@0x0", where=("x.bin",), source=BytesSource(data))
    (kit,) = survey_payloads(chip_kits.CATALOGER, [payload]).inventory.platforms
    assert (kit.aspect, kit.value, kit.evidence[0].offset) == ("sdk", "Atheros LSDK 7.3.1.41", 1)


def test_releases_and_build_systems() -> None:
    assert facts(
        releases.CATALOGER,
        {
            "/etc/openwrt_release": "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='23.05.2'\n"
            "DISTRIB_TARGET='ath79/generic'\nDISTRIB_DESCRIPTION='OpenWrt 23.05.2 r23630'\n",
        },
    ) == [
        ("open-firmware", "OpenWrt ath79/generic"),
        ("release", "OpenWrt 23.05.2 r23630"),
        ("sdk", "OpenWrt 23.05.2"),
    ]
    buildroot = {"/etc/os-release": "NAME=Buildroot\nVERSION=2024.02\nID=buildroot\nVERSION_ID=2024.02\n"}
    assert facts(releases.CATALOGER, dict(buildroot)) == [
        ("release", "Buildroot 2024.02"),
        ("sdk", "Buildroot 2024.02"),
    ]
    acme = {"/etc/os-release": 'PRETTY_NAME="Acme Cam 1.2"\nID=acme\n', "/etc/br-version": "2023.11\n"}
    assert facts(releases.CATALOGER, dict(acme)) == [
        ("release", "Acme Cam 1.2"),
        ("sdk", "Buildroot 2023.11"),
    ]
    own = {"/etc/openwrt_release": "DISTRIB_ID='OpenWrt'\nDISTRIB_TARGET='brcm63xx-tch/VBNTJ'\n"}
    assert facts(releases.CATALOGER, dict(own)) == [("sdk", "OpenWrt")]  # a target that is not OpenWrt's


def test_licences_and_offers() -> None:
    assert facts(licence_texts.CATALOGER, {"/usr/share/doc/x/COPYING": GPL}) == [("licence-text", "GPL-2.0")]
    lesser = "GNU LESSER GENERAL PUBLIC LICENSE\n  Version 2.1, February 1999\n"
    assert facts(licence_texts.CATALOGER, {"/licenses/LGPL.txt": lesser}) == [("licence-text", "LGPL-2.1")]
    offer = "<b>GPL</b> The source code for this product is available at www.example.com/gpl for 3 years."
    assert facts(licence_texts.CATALOGER, {"/www/legal.html": offer}) == [
        ("source-offer", "source code for this product is available at www")
    ]
    assert facts(licence_texts.CATALOGER, {"/etc/notice": "Do not open.", "/bin/tool": GPL}) == []


@given(st.binary(max_size=300), st.sampled_from(["/etc/os-release", "/etc/br-version", "/COPYING", "/x.ko"]))
def test_whatever_the_bytes(data: bytes, path: str) -> None:
    for cataloger in (releases.CATALOGER, licence_texts.CATALOGER, chip_kits.CATALOGER):
        assert survey_files(cataloger, {path: data}).problems == ()
