"""VEX documents of others: read, written anew, and valid against the official schemas."""

import json
from collections import Counter
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from roadworthy.codecs.vex import csaf_writing, cyclonedx, openvex
from roadworthy.codecs.vex._csaf_products import tree_of
from roadworthy.codecs.vex._fields import Fields
from roadworthy.codecs.vex.csaf_rules import faults
from roadworthy.codecs.vex.reading import read
from roadworthy.model.statement import StatementSet

DONE = {
    *(f"6.1.{number}" for number in (1, 2, 3, 4, 5, 6, 32, 33)),
    *(f"6.1.27.{number}" for number in (4, 5, 7, 8, 9, 10, 11)),
}
# Upstream's own slips: these "valid" documents define a product id twice, or not at all.
UPSTREAM = ("6-1-27-13-16", "6-1-50-14", "6-1-50-15")
# The same use cases of CISA, once in each form: affected, not affected, fixed, under investigation.
USE_CASES = {
    "Case-1/vex-affected": ("uc-01-a", {"affected": 1}),
    "Case-1/vex-not_affected": ("uc-01-na", {"not_affected": 1}),
    "Case-1/vex-fixed": ("uc-01-f", {"fixed": 1}),
    "Case-1/vex-under_investigation": ("uc-01-ui", {"under_investigation": 1}),
    "Case-2/vex": ("uc-02-na", {"not_affected": 19}),
    "Case-3/vex": ("uc-03-ms", {"affected": 5, "not_affected": 6, "fixed": 3, "under_investigation": 5}),
    "Case-4/vex": ("uc-04", {"affected": 1}),
    "Case-5/vex": ("uc-05", {"under_investigation": 1}),
}
OPENVEX = {
    "v0.2.0": {"fixed": 3, "not_affected": 2},
    "v0.0.1": {"fixed": 1},
    "v001-1.vex": {"under_investigation": 1},
    "v020-2.vex": {"under_investigation": 1},
    "csaf": {"not_affected": 1},
}
FOLDERS = (
    "vex/openvex/**/*.json",
    "vex/cyclonedx/**/vex*.json",
    "csaf/2.?/examples/csaf/**/*.json",
    "cyclonedx/1.?/valid-vulnerability-*.json",
)


def statuses(said: StatementSet) -> dict[str, int]:
    return dict(Counter(str(each.status) for each in said.statements))


def of(path: Path) -> StatementSet:
    return read(path.read_bytes())


@pytest.mark.parametrize("case", USE_CASES)
def test_the_use_cases_say_the_same_in_both_forms(lifetime: Path, case: str) -> None:
    part, expected = USE_CASES[case]
    assert statuses(of(lifetime / f"vex/cyclonedx/CISA-Use-Cases/{case}.json")) == expected
    for version in ("2.0", "2.1"):
        (path,) = (lifetime / f"csaf/{version}/examples/csaf/csaf_vex").glob(f"2022-evd-{part}-001.json")
        said = of(path)
        assert statuses(said) == expected
        assert said.faults == ()


@pytest.mark.parametrize("name", OPENVEX)
def test_documents_of_go_vex_have_their_statuses(lifetime: Path, name: str) -> None:
    assert statuses(of(lifetime / f"vex/openvex/vex/testdata/{name}.json")) == OPENVEX[name]


def test_products_of_the_tree_are_known_by_name_and_version(lifetime: Path) -> None:
    said = of(lifetime / "csaf/2.0/examples/csaf/csaf_vex/2022-evd-uc-08-001.json")
    affected = [each for each in said.statements if str(each.status) == "affected"]
    first = affected[0]
    assert first.vulnerability == "CVE-2021-44228"
    assert [each.version for each in first.products] == ["2.4", "2.6", "vers:generic/>=2.9|<=4.1"]
    assert first.action == "Update to version 4.2 or later."
    assert first.responses == ("vendor_fix",)


@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_the_rules_agree_with_the_official_tests(lifetime: Path, version: str) -> None:
    folder = lifetime / f"csaf/{version}/validator"
    tests = json.loads((folder / "testcases.json").read_bytes())["tests"]
    wrong, tried = [], 0
    for test in (each for each in tests if each["group"] == "mandatory"):
        for case in (*test.get("failures", ()), *test.get("valid", ())):
            document = Fields(json.loads((folder / case["name"]).read_bytes()), "$")
            told = {each.split()[0] for each in faults(document, tree_of(document))}
            if test["id"] in DONE:
                tried += 1
                wrong += [case["name"]] if (test["id"] in told) is case["valid"] else []
            if case["valid"] and told and not any(each in case["name"] for each in UPSTREAM):
                wrong.append(f"{case['name']}: {told}")
    assert wrong == []
    assert tried == {"2.0": 43, "2.1": 62}[version]


def documents(lifetime: Path) -> list[tuple[str, StatementSet]]:
    found = []
    for pattern in FOLDERS:
        paths = sorted(lifetime.glob(pattern))
        assert paths, pattern
        for path in paths:
            said = of(path)
            if any(each.products and each.timestamp for each in said.statements):
                named = replace(said, author=said.author or "nobody", id=said.id or "urn:x:1")
                found.append((str(path), named))
    return found


def test_what_is_written_is_valid_and_says_the_same(lifetime: Path) -> None:
    checks = {
        "2.0": schema(lifetime / "csaf/2.0/schema/csaf_json_schema.json"),
        "2.1": schema(lifetime / "csaf/2.1/schema/csaf.json"),
        "openvex": schema(lifetime / "vex/openvex_json_schema.json"),
    }
    tried = 0
    for path, said in documents(lifetime):
        for form, validator in checks.items():
            data = written(said, form)
            errors = [each.message[:200] for each in validator.iter_errors(json.loads(data))]
            assert errors == [], (path, form)
            again = read(data)
            assert said_of(again) == said_of(said), (path, form)
            tried += 1
        assert said_of(read(cyclonedx.write(said))) == said_of(said), path
    assert tried > 150


def written(said: StatementSet, form: str) -> bytes:
    if form == "openvex":
        return openvex.write(said)
    return csaf_writing.write(said, version="2.1" if form == "2.1" else "2.0")


def said_of(document: StatementSet) -> set[tuple[str, str, str]]:
    """Vulnerability, status and justification: what every form can hold, whatever it joins or splits."""
    return {
        (min(each.vulnerability, *each.aliases, each.vulnerability), str(each.status), each.justification)
        for each in document.statements
        if each.products
    }


def schema(path: Path) -> jsonschema.Draft202012Validator:
    own = json.loads(path.read_bytes())
    own.pop("$schema")  # 2.1 brings a meta-schema of its own
    flaw = own.get("properties", {}).get("vulnerabilities", {}).get("items", {}).get("properties", {})
    for key in ("scores", "metrics"):  # they refer to the schemas of CVSS, and none is written
        flaw.pop(key, None)
    return jsonschema.Draft202012Validator(own)


def cyclonedx_schema(version: str) -> jsonschema.Draft7Validator:
    folder = resources.files("cyclonedx").joinpath("schema/_res")
    bom: dict[str, Any] = json.loads(folder.joinpath(f"bom-{version}.SNAPSHOT.schema.json").read_text())
    parts = [
        json.loads(each.read_text())
        for name in ("spdx.SNAPSHOT", "jsf-0.82.SNAPSHOT", "cryptography-defs.SNAPSHOT")
        if (each := folder.joinpath(f"{name}.schema.json")).is_file()
    ]
    registry: Registry[Any] = Registry().with_resources(
        (each["$id"], Resource.from_contents(each)) for each in parts
    )
    return jsonschema.Draft7Validator(bom, registry=registry)


@pytest.mark.parametrize("version", ["1.4", "1.5", "1.6", "1.7"])
def test_cyclonedx_is_valid(lifetime: Path, version: str) -> None:
    validator = cyclonedx_schema(version)
    for path, said in documents(lifetime):
        bom = json.loads(cyclonedx.write(said, version=version))
        errors = [each.message[:200] for each in validator.iter_errors(bom)]
        assert errors == [], path
