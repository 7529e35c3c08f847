"""A bill of materials that holds against the schema of its standard."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import resources
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from roadworthy.model.component import Component
from roadworthy.model.evidence import Evidence
from roadworthy.model.inventory import Inventory
from roadworthy.reports.export.cyclonedx import EXPORT
from roadworthy.reports.report import Dossier

Build = Callable[..., Dossier]
Json = Mapping[str, Any]


def component(name: str, version: str = "1.0", rule: str = "signature:x", **more: Any) -> Component:  # noqa: ANN401 -- fields of any type
    purl = f"pkg:generic/{name}@{version}"
    return replace(
        Component(
            name=name, version=version, purl=purl, cpes=(), identified_by=rule, confidence=0.9, evidence=()
        ),
        **more,
    )


MANY = Inventory(
    components=(
        component(
            "busybox", cpes=("cpe:2.3:a:busybox:busybox:1.0:*:*:*:*:*:*:*", "cpe:2.3:a:b:b:1.0:*:*:*:*:*:*:*")
        ),
        component("busybox"),
        component("linux", "", "package:opkg", purl=""),
        component(
            "zlib",
            rule="soname:libz",
            evidence=(
                Evidence(
                    path=("a.bin", "/lib/libz.so"),
                    offset=7,
                    excerpt="zlib\x00\x1b1.0",
                    digest=f"sha256:{'ab' * 32}",
                ),
            ),
        ),
    )
)


def schemas() -> Iterator[tuple[str, Json]]:
    try:
        folder = resources.files("cyclonedx").joinpath("schema/_res")
    except ModuleNotFoundError:
        pytest.skip("NO CYCLONEDX SCHEMA: install cyclonedx-python-lib")
    for name in ("bom-1.6", "spdx", "jsf-0.82"):
        yield name, json.loads(folder.joinpath(f"{name}.SNAPSHOT.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft7Validator:
    found = dict(schemas())
    registry: Registry[Any] = Registry().with_resources(
        (str(schema["$id"]), Resource.from_contents(schema)) for schema in found.values()
    )
    return jsonschema.Draft7Validator(found["bom-1.6"], registry=registry)


def bom(dossier: Dossier) -> Json:
    return dict(json.loads(EXPORT.write(dossier)))


def test_it_holds_against_the_schema_of_the_standard(
    validator: jsonschema.Draft7Validator, dossier: Dossier, build_dossier: Build
) -> None:
    for each in (
        dossier,
        build_dossier(inventory=Inventory()),
        build_dossier(inventory=MANY, name="a\x1b.bin"),
    ):
        validator.validate(bom(each))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**bom(dossier), "serialNumber": "7"})


def test_the_image_is_the_subject_by_its_digest(dossier: Dossier) -> None:
    subject = bom(dossier)["metadata"]["component"]
    assert (subject["type"], subject["name"]) == ("firmware", "camera.bin")
    assert subject["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]


def test_each_component_has_names_and_evidence(build_dossier: Build) -> None:
    busybox, again, linux, zlib = bom(build_dossier(inventory=MANY))["components"]
    assert busybox["cpe"] == "cpe:2.3:a:busybox:busybox:1.0:*:*:*:*:*:*:*"
    assert [each["field"] for each in busybox["evidence"]["identity"]] == ["purl", "cpe"]
    assert busybox["bom-ref"] != again["bom-ref"]
    assert "version" not in linux
    (identity,) = linux["evidence"]["identity"]
    assert (identity["field"], identity["methods"][0]["technique"]) == ("name", "manifest-analysis")
    assert zlib["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]
    assert zlib["evidence"]["identity"][0]["methods"][0] == {
        "technique": "filename",
        "confidence": 0.9,
        "value": "zlib\x00\x1b1.0",
    }
    assert zlib["evidence"]["occurrences"] == [
        {"location": "a.bin » /lib/libz.so", "offset": 7, "additionalContext": "zlib\x00\x1b1.0"}
    ]


def test_equal_evidence_gives_an_equal_serial_number(dossier: Dossier, build_dossier: Build) -> None:
    assert EXPORT.write(dossier) == EXPORT.write(build_dossier())
    assert bom(dossier)["serialNumber"] != bom(build_dossier(inventory=MANY))["serialNumber"]


def test_it_does_not_claim_to_be_complete(dossier: Dossier) -> None:
    assert bom(dossier)["compositions"] == [{"aggregate": "incomplete", "assemblies": ["firmware"]}]
