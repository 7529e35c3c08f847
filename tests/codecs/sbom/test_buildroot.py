"""Buildroot: what is installed into the image, and not what built it."""

import pytest

from roadworthy.codecs.sbom.reading import read_bill
from roadworthy.model.errors import InputError


def test_show_info_counts_what_is_installed(documents: dict[str, bytes]) -> None:
    bill = read_bill("show-info.json", documents["show-info.json"])
    assert [(each.name, each.version) for each in bill.claims] == [
        ("busybox", "1.36.1"),
        ("uboot", "2024.01"),
    ]
    assert bill.claims[0].cpes
    assert bill.left_out == {
        "installs nothing into the image": 2,
        "runs on the build host": 1,
        "the product itself": 1,
    }


def test_legal_info_counts_all_but_buildroot_itself(documents: dict[str, bytes]) -> None:
    bill = read_bill("manifest.csv", documents["manifest.csv"])
    assert [(each.name, each.version, each.line) for each in bill.claims] == [
        ("busybox", "1.36.1", 3),
        ("vendor-tool", "", 4),
    ]
    assert bill.left_out == {"the product itself": 1}


def test_the_list_of_the_build_host_is_refused(documents: dict[str, bytes]) -> None:
    with pytest.raises(InputError, match="build host") as caught:
        read_bill("host-manifest.csv", documents["manifest.csv"])
    assert "legal-info/manifest.csv" in caught.value.hint


def test_a_row_of_another_form_is_told_with_its_line(documents: dict[str, bytes]) -> None:
    with pytest.raises(InputError, match="line 5: this is no row"):
        read_bill("manifest.csv", documents["manifest.csv"] + b"busybox,1\n")
