"""Fixtures of the network wing's tests."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def network_samples() -> Path:
    """The folder of captures and profiles. Not ours to ship; tests that need them skip without it."""
    given = os.environ.get("ROADWORTHY_SAMPLES")
    folder = Path(given).parent if given else REPOSITORY.parent / "shared/samples"
    folder /= "network"
    if not (folder / "manifest.tsv").is_file():
        pytest.skip(f"NO SAMPLE CAPTURES in {folder}: set ROADWORTHY_SAMPLES to the folder beside network/")
    return folder
