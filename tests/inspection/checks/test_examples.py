"""All examples of all checks, ours and any that are installed."""

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.inspection.check import Check, Example
from roadworthy.testing.examples import run_example

INSTALLED = discover()
CATALOGERS = {each.id: each.object for each in INSTALLED.catalogers.values()}
PROPERTIES = {each.id: each.object for each in INSTALLED.properties.values()}
SIGNATURES = [each.object for each in INSTALLED.signatures.values()]
CASES = [
    pytest.param(each.id, each.object, example, id=f"{each.id}-{number}-{example.outcome}")
    for each in INSTALLED.checks.values()
    for number, example in enumerate(each.object.examples, 1)
]


@pytest.mark.parametrize(("check_id", "check", "example"), CASES)
def test_example(check_id: str, check: Check, example: Example) -> None:
    findings = run_example(
        check_id, check, example, catalogers=CATALOGERS, properties=PROPERTIES, signatures=SIGNATURES
    )
    assert findings[0].outcome is example.outcome, [finding.message for finding in findings]
