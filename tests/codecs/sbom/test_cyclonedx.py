"""CycloneDX: what is claimed, and what is no claim about the image."""

import json
from typing import Any

import pytest

from roadworthy.codecs.sbom.reading import read_bill
from roadworthy.model.errors import InputError


def document(*components: object, **more: object) -> bytes:
    return json.dumps(
        {"bomFormat": "CycloneDX", "specVersion": "1.5", "components": components, **more}
    ).encode()


def test_claims_and_what_is_left_out(documents: dict[str, bytes]) -> None:
    bill = read_bill("x", documents["camera.cdx.json"])
    assert [each.name for each in bill.claims] == ["busybox", "libbb"]
    assert bill.claims[0].purl == "pkg:generic/busybox@1.36.1"
    assert bill.claims[0].place == ("busybox",)
    assert bill.claims[1].place == ("$.components[0].components[1]",)
    assert bill.left_out == {
        "marked as not part of the product": 1,
        "no software": 1,
        "only for the build, by its name": 1,
        "runs on the build host": 1,
    }


@pytest.mark.parametrize("version", ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"])
def test_every_version_is_read(documents: dict[str, bytes], version: str) -> None:
    changed = json.loads(documents["camera.cdx.json"]) | {"specVersion": version}
    assert read_bill("x", json.dumps(changed).encode()).form == f"CycloneDX {version}"


@pytest.mark.parametrize(
    ("component", "claimed"),
    [
        ({"type": "library", "name": "openssl-dev"}, False),
        ({"type": "library", "name": "openssl-dbg"}, False),
        ({"type": "library", "name": "gcc-cross-arm"}, False),
        ({"type": "library", "name": "nativesdk-zlib"}, False),
        ({"type": "library", "name": "libssl-dev", "purl": "pkg:deb/debian/libssl-dev@3"}, True),
        ({"type": "library", "name": "dev"}, True),
        ({"type": "library", "name": "x", "scope": "optional"}, False),
        ({"type": "library", "name": "x", "scope": "required"}, True),
        ({"type": "file", "name": "/bin/x"}, False),
        ({"type": "machine-learning-model", "name": "x"}, False),
    ],
)
def test_what_counts_as_a_claim(component: dict[str, Any], claimed: bool) -> None:  # noqa: FBT001 -- the expectation
    bill = read_bill("x", document({"type": "library", "name": "other"}, component))
    assert len(bill.claims) == 1 + claimed


def test_what_the_subject_holds_is_claimed_and_the_subject_is_not() -> None:
    inside = {"type": "library", "name": "inside", "version": "1"}
    subject = {"type": "firmware", "name": "camera", "components": [inside]}
    bill = read_bill("x", document(metadata={"component": subject}))
    assert [each.name for each in bill.claims] == ["inside"]


@pytest.mark.parametrize(
    ("components", "where"),
    [
        ({"a": 1}, "$.components: this has to be a list"),
        ([7], "$.components[0]: this has to be an object"),
        ([{"type": "library"}], "$.components[0].name: a name is needed here"),
        ([{"type": "library", "name": " "}], "$.components[0].name"),
    ],
)
def test_a_mistake_is_told_with_its_path(components: object, where: str) -> None:
    text = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components})
    with pytest.raises(InputError) as caught:
        read_bill("bill.json", text.encode())
    assert str(caught.value).startswith(f"bill.json: {where}")


def test_nesting_is_bounded() -> None:
    component: dict[str, object] = {"type": "library", "name": "x"}
    for _ in range(40):
        component = {"type": "library", "name": "x", "components": [component]}
    with pytest.raises(InputError, match="nested too deeply"):
        read_bill("x", document(component))
