"""Our own list of a sample, given back with it, must not disagree with it anywhere."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from roadworthy.adapters.analyst import LocalAnalyst
from roadworthy.adapters.extensions import discover
from roadworthy.adapters.sandbox import Limits
from roadworthy.inspection.bill import Declared, Standing
from roadworthy.inspection.comparison import side_of
from roadworthy.reports.export.cyclonedx import EXPORT
from roadworthy.testing.world import MemoryWorld, Silence
from roadworthy.usecases.inspect import InspectOptions, inspect

SAMPLES = ("openwrt_18.06.9_wr841n_v9_factory.bin", "tplink_wr841n_v14_eu_2023.bin")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_round_trip(samples: Path, tmp_path: Path, name: str) -> None:
    world = replace(MemoryWorld().world(), analyst=LocalAnalyst(Limits()))
    options = InspectOptions(image=str(samples / name), only=("provenance.*",))
    first = inspect(options, world=world, catalogue=discover(), progress=Silence())
    bill = tmp_path / "own.cdx.json"
    bill.write_bytes(EXPORT.write(first.dossier))
    again = inspect(
        replace(options, sbom=(str(bill),)), world=world, catalogue=discover(), progress=Silence()
    )
    held = side_of(again.dossier.envelopes[0]).body.reconciliation
    assert held is not None
    assert len(held.claims) == len(json.loads(bill.read_bytes())["components"]) > 10
    assert {each.standing for each in held.claims} <= {Standing.CONFIRMED, Standing.FOUND}
    assert {each.standing for each in held.components} == {Declared.CLAIMED}
    assert again.exit_code == 0
