"""Package databases: opkg, dpkg and apk; names and versions as upstream has them."""

import pytest

from roadworthy.inspection.inventory import apk, dpkg, opkg
from roadworthy.inspection.inventory._packages import debian_upstream, opkg_upstream
from roadworthy.testing.inventory import survey_files

STATUS = """\
Package: libopenssl
Version: 1.0.2o-1
Status: install user installed
Conffiles:
 /etc/ssl/openssl.cnf 00

Package: gone
Version: 1.0-1
Status: deinstall ok not-installed

Package: libc
Version: 1.1.19-2
Status: install hold installed

Package: kmod-xt
Version: 4.9.243+2.14-1
Status: install ok installed
"""
CONTROL = (
    "Package: libopenssl\nVersion: 1.0.2o-1\nSource: package/libs/openssl\nCPE-ID: cpe:/a:openssl:openssl\n"
)
MODULE = "Package: kmod-xt\nVersion: 4.9.243+2.14-1\nSource: a/xtables-addons\n"


def test_opkg() -> None:
    folder = "/usr/lib/opkg"
    found = survey_files(
        opkg.CATALOGER,
        {
            f"{folder}/status": STATUS,
            f"{folder}/info/libopenssl.control": CONTROL,
            f"{folder}/info/libopenssl.list": "/usr/lib/libssl.so.1.0.0\n",
            f"{folder}/info/libc.list": "/lib/ld-musl-mips-sf.so.1\n",
            f"{folder}/info/kmod-xt.control": MODULE,
        },
    )
    told = {each.name: each for each in found.inventory.components}
    assert {name: each.version for name, each in told.items()} == {
        "openssl": "1.0.2o",
        "musl": "1.1.19",
        "xtables-addons": "2.14",
    }
    openssl = told["openssl"]
    assert openssl.purl == "pkg:opkg/libopenssl@1.0.2o-1"
    assert openssl.cpes == ("cpe:2.3:a:openssl:openssl:1.0.2o:*:*:*:*:*:*:*",)
    assert openssl.identified_by == "package:opkg"
    (place,) = openssl.evidence
    assert (place.path[-1], place.line) == (f"{folder}/info/libopenssl.control", 1)
    assert found.owners == (
        {
            "/usr/lib/libssl.so.1.0.0": "pkg:opkg/libopenssl@1.0.2o-1",
            "/lib/ld-musl-mips-sf.so.1": "pkg:opkg/libc@1.1.19-2",
        },
    )


def test_opkg_of_a_tree_inside_the_tree() -> None:
    top = "/srv/lxc/rootfs"
    found = survey_files(
        opkg.CATALOGER,
        {
            f"{top}/usr/lib/opkg/status": "Package: curl\nVersion: 7.60.0-1\n",
            f"{top}/usr/lib/opkg/info/curl.list": "/usr/bin/curl\n",
        },
    )
    assert found.owners == ({f"{top}/usr/bin/curl": "pkg:opkg/curl@7.60.0-1"},)
    assert found.inventory.components[0].evidence[0].line == 1


def test_dpkg() -> None:
    found = survey_files(
        dpkg.CATALOGER,
        {
            "/etc/os-release": 'NAME="Debian"\nID=debian\n',
            "/var/lib/dpkg/status": (
                "Package: zlib1g\nStatus: install ok installed\nArchitecture: armhf\n"
                "Source: zlib\nVersion: 1:1.2.13.dfsg-1+b2\nDescription: a\n library\n\n"
                "Package: old\nStatus: deinstall ok config-files\nVersion: 1\n\n"
                "Package: libgcc-s1\nStatus: install ok installed\nSource: gcc-12 (12.2.0-14)\n"
                "Version: 12.2.0-14+b1\n"
            ),
            "/var/lib/dpkg/info/zlib1g:armhf.list": "/.\n/lib\n/lib/libz.so.1.2.13\n",
        },
    )
    told = {each.name: (each.version, each.purl) for each in found.inventory.components}
    assert told == {
        "zlib": ("1.2.13", "pkg:deb/debian/zlib1g@1%3A1.2.13.dfsg-1%2Bb2"),
        "gcc": ("12.2.0", "pkg:deb/debian/libgcc-s1@12.2.0-14%2Bb1"),
    }
    assert found.owners[0]["/lib/libz.so.1.2.13"] == told["zlib"][1]


def test_dpkg_without_a_manager() -> None:
    found = survey_files(
        dpkg.CATALOGER,
        {
            "/var/lib/dpkg/status.d/tzdata": "Package: tzdata\nVersion: 2024a-0+deb12u1\n",
            "/var/lib/dpkg/status.d/tzdata.md5sums": f"{'0' * 32}  usr/share/zoneinfo/UTC\n",
        },
    )
    assert [(each.name, each.version) for each in found.inventory.components] == [("tzdata", "2024a")]
    assert found.owners == ({"/usr/share/zoneinfo/UTC": "pkg:deb/debian/tzdata@2024a-0%2Bdeb12u1"},)


def test_apk() -> None:
    found = survey_files(
        apk.CATALOGER,
        {
            "/etc/os-release": "ID=openwrt\n",
            "/lib/apk/db/installed": (
                "C:Q1abc=\nP:libcrypto3\nV:3.1.4-r5\no:openssl\nF:lib\nR:libcrypto.so.3\na:0:0:755\n\n"
                "P:busybox\nV:1.36.1-r2\no:busybox\nF:bin\nR:busybox\nF:\nR:top\n\n"
            ),
        },
    )
    told = {each.name: (each.version, each.purl) for each in found.inventory.components}
    assert told == {
        "openssl": ("3.1.4", "pkg:apk/openwrt/libcrypto3@3.1.4-r5"),
        "busybox": ("1.36.1", "pkg:apk/openwrt/busybox@1.36.1-r2"),
    }
    assert found.owners[0]["/lib/libcrypto.so.3"] == told["openssl"][1]
    assert found.owners[0]["/top"] == told["busybox"][1]


@pytest.mark.parametrize(
    ("version", "upstream"),
    [
        ("1:9.2p1-2+deb12u3", "9.2p1"),
        ("2.36-9+deb12u10", "2.36"),
        ("1.2.13.dfsg-1", "1.2.13"),
        ("5.1+really5.0.3-1", "5.0.3"),
        ("20230311", "20230311"),
        ("1.3.dfsg+really1.2.13-4", "1.2.13"),
    ],
)
def test_debian_versions(version: str, upstream: str) -> None:
    assert debian_upstream(version) == upstream


@pytest.mark.parametrize(
    ("version", "upstream"),
    [
        ("1.0.2o-1", "1.0.2o"),
        ("1.1.1w-r3", "1.1.1w"),
        ("2.80-1.4", "2.80"),
        ("2020-01-25-c09fe209-1", "2020-01-25-c09fe209"),
        ("157.6-unknown", "157.6-unknown"),
    ],
)
def test_opkg_versions(version: str, upstream: str) -> None:
    assert opkg_upstream(version) == upstream


@pytest.mark.parametrize("text", ["", ":\n", "Package:\n\n", "\x00\xff", "Package: a\nVersion: 1\n" * 5])
def test_malformed_databases_break_nothing(text: str) -> None:
    files = {
        "/usr/lib/opkg/status": text,
        "/var/lib/dpkg/status": text,
        "/lib/apk/db/installed": text,
    }
    for cataloger in (opkg.CATALOGER, dpkg.CATALOGER, apk.CATALOGER):
        assert survey_files(cataloger, files).problems == ()
