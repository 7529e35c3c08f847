"""Layers of the inventory on real images: kernel, packages and programs as their manifest has them."""

from pathlib import Path

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.inspection.inventory import kernel, kernel_modules, opkg, programs
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.source import BytesSource
from roadworthy.inspection.survey import Surveyed
from roadworthy.testing.inventory import survey_roots

FORMATS = {each.id: each.object for each in discover().formats.values()}
CATALOGERS = {each.__name__: each.CATALOGER for each in (kernel, kernel_modules, opkg, programs)}
OPENWRT, V14 = "openwrt_18.06.9_wr841n_v9_factory.bin", "tplink_wr841n_v14_eu_2023.bin"


def surveyed(samples: Path, image: str) -> Surveyed:
    opened = open_image(image, BytesSource((samples / image).read_bytes()), FORMATS)
    return survey_roots(opened.roots, CATALOGERS, payloads=opened.payloads)


@pytest.mark.parametrize(
    ("image", "version"), [(V14, "2.6.36"), ("tplink_wr841n_v9_150104.bin", "2.6.31"), (OPENWRT, "4.9.243")]
)
def test_the_kernel_is_one_component(samples: Path, image: str, version: str) -> None:
    found = surveyed(samples, image).inventory
    kernels = [each for each in found.components if each.name == "linux"]
    assert [each.version for each in kernels] == [version]
    assert any(place.excerpt.startswith("Linux version") for place in kernels[0].evidence)
    assert {each.aspect for each in found.platforms} == {"toolchain"}


def test_all_packages_and_whose_every_program_is(samples: Path) -> None:
    found = surveyed(samples, OPENWRT)
    told = {each.name: each.version for each in found.inventory.components}
    expected = {
        "busybox": "1.28.4",
        "dropbear": "2017.75",
        "dnsmasq": "2.80",
        "musl": "1.1.19",
        "ppp": "2.4.7",
    }
    assert expected.items() <= told.items()
    assert [each.path for each in found.inventory.programs if each.path not in found.owners[0]] == []


def test_programs_that_search_a_temporary_folder(samples: Path) -> None:
    found = surveyed(samples, V14).inventory.programs
    assert {each.runpath for each in found} == {"", "/var/tmp/pc/"}  # noqa: S108 -- what the image says
    assert all(each.machine == "mips" and not each.big_endian for each in found)
