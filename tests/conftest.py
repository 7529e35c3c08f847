"""Shared fixtures."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None)  # how fast a machine is today is no fault of the code
settings.load_profile("house")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of vendor images. They are not ours to ship; tests that need them skip without it."""
    folder = Path(os.environ.get("ROADWORTHY_SAMPLES") or REPOSITORY.parent / "shared/samples/firmware")
    if not (folder / "manifest.tsv").is_file():
        pytest.skip(f"NO SAMPLE IMAGES in {folder}: set ROADWORTHY_SAMPLES to the one with manifest.tsv")
    return folder


@pytest.fixture(scope="session")
def network_samples() -> Path:
    """The folder of captures and profiles. Not ours to ship; tests that need them skip without it."""
    given = os.environ.get("ROADWORTHY_SAMPLES")
    folder = Path(given).parent if given else REPOSITORY.parent / "shared/samples"
    folder /= "network"
    if not (folder / "manifest.tsv").is_file():
        pytest.skip(f"NO SAMPLE CAPTURES in {folder}: set ROADWORTHY_SAMPLES to the folder beside network/")
    return folder
