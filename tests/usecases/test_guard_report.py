"""What the guard saw, as findings: no pass without a guard, no pass for being seen to do nothing wrong."""

from collections.abc import Mapping

import pytest

from roadworthy.model.outcome import Outcome
from roadworthy.network.network_file import Device
from roadworthy.usecases.guard_report import findings_of

DEVICE = Device(name="camera", number=1, mac="02:00:00:00:00:01", profile="camera.mud.json")
BARE = Device(name="camera", number=1, mac="02:00:00:00:00:01")
SAID = "May open TCP to c2.example.org, port 6667."


def seen(mode: str = "enforce", *says: str) -> Mapping[str, object]:
    told = [{"says": each, "stopped": True, "first": 1.0, "last": 2.0, "count": 3} for each in says]
    return {"mode": mode, "deviations": told}


@pytest.mark.parametrize(
    ("device", "state", "running", "hindrance", "outcome"),
    [
        (DEVICE, seen(), True, "", Outcome.PASS),
        (DEVICE, seen(), False, "", Outcome.UNKNOWN),
        (DEVICE, seen(), True, "the bridge is blind", Outcome.UNKNOWN),
        (BARE, seen(), True, "", Outcome.UNKNOWN),
        (DEVICE, seen("learn"), True, "", Outcome.FAIL),
        (DEVICE, {}, True, "", Outcome.UNKNOWN),
    ],
)
def test_held_to_its_profile(
    device: Device,
    state: Mapping[str, object],
    running: bool,  # noqa: FBT001 -- a case
    hindrance: str,
    outcome: Outcome,
) -> None:
    held, _ = findings_of(device, state, running=running, hindrance=hindrance)
    assert (held.property, held.outcome) == ("network.held-to-profile", outcome)


@pytest.mark.parametrize(
    ("device", "state", "outcome"),
    [
        (DEVICE, seen("enforce", SAID), Outcome.FAIL),
        (DEVICE, seen("learn", SAID), Outcome.FAIL),
        (DEVICE, seen(), Outcome.UNKNOWN),
        (DEVICE, seen("enforce", f"while switched off: {SAID}"), Outcome.UNKNOWN),
        (BARE, seen("enforce", SAID), Outcome.UNKNOWN),
    ],
)
def test_keeps_to_its_profile(device: Device, state: Mapping[str, object], outcome: Outcome) -> None:
    _, keeps = findings_of(device, state, running=True, hindrance="")
    assert (keeps.property, keeps.outcome) == ("network.keeps-to-profile", outcome)
    if outcome is Outcome.FAIL:
        assert keeps.evidence[0].path == ("guard.jsonl", SAID)
        assert keeps.evidence[0].excerpt == "3 times, 1970-01-01T00:00:01Z to 1970-01-01T00:00:02Z"
