"""The kernel: version, compiler, configuration and modules, wherever they stand."""

import gzip
import struct
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.cataloger import Cataloger
from roadworthy.inspection.inventory import architecture, device_tree, kernel, kernel_config, kernel_modules
from roadworthy.inspection.inventory._kernel import upstream_version
from roadworthy.inspection.payload import Payload
from roadworthy.inspection.source import BytesSource
from roadworthy.inspection.survey import Surveyed
from roadworthy.testing.inventory import survey_files, survey_payloads

BANNER = b"Linux version 2.6.36 (a@b) (gcc version 4.6.3 (Buildroot 2012.11.1) ) #1 Sun Nov 19 18:31 2023\n\0"


def probed(cataloger: Cataloger, data: bytes) -> Surveyed:
    return survey_payloads(
        cataloger, [Payload(name="kernel@0x0", where=("x.bin",), source=BytesSource(data))]
    )


def test_a_banner_in_a_payload() -> None:
    found = probed(kernel.CATALOGER, bytes(7) + BANNER).inventory
    (linux,) = found.components
    assert (linux.name, linux.version, linux.purl) == ("linux", "2.6.36", "pkg:generic/linux@2.6.36")
    assert linux.cpes == ("cpe:2.3:o:linux:linux_kernel:2.6.36:*:*:*:*:*:*:*",)
    (place,) = linux.evidence
    assert (place.path, place.offset) == (("x.bin", "kernel@0x0"), 7)
    assert [(each.aspect, each.value) for each in found.platforms] == [
        ("toolchain", "gcc 4.6.3 (Buildroot 2012.11.1)")
    ]


@pytest.mark.parametrize(
    ("banner", "version", "toolchain"),
    [
        (b"Linux version 2.6.31 (t@s) (gcc version 4.3.3 (GCC) ) #13 Sun", "2.6.31", "gcc 4.3.3"),
        (b"Linux version 2.6.15--LSDK-7.3.1.41 (z@r) (gcc version 3.4.4) #5", "2.6.15", "gcc 3.4.4"),
        (
            b"Linux version 6.1.0-18-amd64 (d@l) (gcc-12 (Debian 12.2.0-14) 12.2.0) #1 Debian 6.1.76-1",
            "6.1.76",
            "gcc 12.2.0 (Debian 12.2.0-14)",
        ),
        (b"Linux version 5.15.134 (b@h) (mips-openwrt-linux-musl-gcc (OpenWrt GCC 12.3.0 r2) 12.3.0, GNU ld",
         "5.15.134", "gcc 12.3.0 (OpenWrt GCC 12.3.0 r2)"),
    ],
)  # fmt: skip
def test_banners_of_all_times(banner: bytes, version: str, toolchain: str) -> None:
    found = probed(kernel.CATALOGER, banner + b"\0").inventory
    assert [each.version for each in found.components] == [version]
    assert [each.value for each in found.platforms] == [toolchain]


@pytest.mark.parametrize("data", [b"Linux version %s (%s)", b"Linux version ", b"Linux version 5", b""])
def test_what_is_no_banner(data: bytes) -> None:
    assert probed(kernel.CATALOGER, data).inventory.components == ()


def test_the_header_of_an_x86_boot_image() -> None:
    image = bytearray(0x1000)
    image[0x202:0x206] = b"HdrS"
    image[0x20E:0x210] = struct.pack("<H", 0x400)
    text = b"6.1.0-18-amd64 (d@l) #1 SMP Debian 6.1.76-1 (2024-02-01)\0"
    image[0x600 : 0x600 + len(text)] = text
    (linux,) = survey_files(
        kernel.CATALOGER, {"/boot/vmlinuz-6.1.0-18-amd64": bytes(image)}
    ).inventory.components
    assert linux.version == "6.1.76"


@pytest.mark.parametrize(
    ("release", "version"),
    [
        ("4.1.38 SMP preempt mod_unload", "4.1.38"),
        ("5.10.0-23-amd64", ""),
        ("5.4.0-150-generic", ""),
        ("6.6-rc3", "6.6-rc3"),
        ("2.6.15--LSDK-7.3.1.41", "2.6.15"),
        ("2.6.32.71-svn1", "2.6.32.71"),
        ("x", ""),
    ],
)
def test_releases(release: str, version: str) -> None:
    assert upstream_version(release) == version


def test_modules() -> None:
    module = b"\x7fELF" + bytes(60) + b"\0license=GPL\0vermagic=4.1.38 SMP preempt mod_unload ARMv7 \0"
    found = survey_files(
        kernel_modules.CATALOGER,
        {"/lib/modules/4.1.38/a.ko": module, "/lib/modules/4.1.38/b.ko": b"\x7fELF" + bytes(60)},
    )
    (linux,) = found.inventory.components
    assert (linux.version, linux.identified_by, len(linux.evidence)) == ("4.1.38", "metadata:vermagic", 2)


CONFIG = 'CONFIG_MODULES=y\n# CONFIG_DEBUG_FS is not set\nCONFIG_LOCALVERSION="x"\nCONFIG_STACKPROTECTOR=y\n'
TOLD = [("CONFIG_DEBUG_FS", "n"), ("CONFIG_MODULES", "y"), ("CONFIG_STACKPROTECTOR", "y")]


def settings(surveyed: Surveyed) -> Iterable[tuple[str, str]]:
    return sorted((each.name, each.value) for each in surveyed.inventory.settings)


def test_a_configuration_inside_and_beside_the_kernel() -> None:
    packed = gzip.compress(CONFIG.encode())
    assert (
        settings(probed(kernel_config.CATALOGER, b"code" + b"IKCFG_ST" + packed + b"IKCFG_ED" + b"code"))
        == TOLD
    )
    assert settings(survey_files(kernel_config.CATALOGER, {"/boot/config-6.1": CONFIG})) == TOLD
    assert settings(survey_files(kernel_config.CATALOGER, {"/proc/config.gz": packed})) == TOLD


@pytest.mark.parametrize(
    "packed", [b"", b"\x1f\x8b", b"no gzip", gzip.compress(b"CONFIG_MODULES=y", mtime=0)[:-12]]
)
def test_a_broken_configuration_breaks_nothing(packed: bytes) -> None:
    assert probed(kernel_config.CATALOGER, b"IKCFG_ST" + packed).problems == ()


def tree(**texts: str) -> bytes:
    """A device tree with one node."""
    names, body = b"", struct.pack(">II", 1, 0)
    for name, text in texts.items():
        value = text.replace(" ", "\0").encode() + b"\0"
        body += struct.pack(">III", 3, len(value), len(names)) + value.ljust((len(value) + 3) // 4 * 4, b"\0")
        names += name.encode() + b"\0"
    body += struct.pack(">II", 2, 9)
    size = 40 + len(body) + len(names)
    return (
        struct.pack(">10I", 0xD00DFEED, size, 40, 40 + len(body), 0, 17, 16, 0, len(names), len(body))
        + body
        + names
    )


TREE = tree(model="Archer-C7", compatible="tplink,archer-c7 qca,qca9558")


def test_a_device_tree_behind_a_kernel() -> None:
    found = probed(device_tree.CATALOGER, bytes(100) + TREE + bytes(50)).inventory.platforms
    assert sorted((each.aspect, each.value) for each in found) == [
        ("board", "Archer-C7"),
        ("board", "tplink,archer-c7"),
        ("soc", "qca,qca9558"),
    ]
    assert {each.evidence[0].offset for each in found} == {100}


@given(
    st.lists(st.tuples(st.integers(0, len(TREE) - 1), st.integers(0, 255)), max_size=8),
    st.integers(0, len(TREE)),
)
def test_a_damaged_device_tree_breaks_nothing(changes: list[tuple[int, int]], length: int) -> None:
    data = bytearray(TREE)
    for at, value in changes:
        data[at] = value
    assert probed(device_tree.CATALOGER, bytes(data[:length])).problems == ()


def test_the_architecture_is_told_once() -> None:
    elf = (
        b"\x7fELF\x01\x02\x01"
        + bytes(9)
        + struct.pack(">HHIIIIIHHHHHH", 2, 8, 1, 0, 52, 0, 0, 52, 32, 0, 0, 0, 0)
    )
    found = survey_files(
        architecture.CATALOGER, {"/bin/busybox": elf, "/bin/sh": "-> busybox", "/sbin/init": elf}
    )
    (only,) = found.inventory.platforms
    assert (only.aspect, only.value) == ("architecture", "mips 32 bit big-endian")
