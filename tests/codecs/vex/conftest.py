"""The samples of VEX documents, where they are."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def lifetime() -> Path:
    """The folder of sample documents, or a loud skip."""
    given = os.environ.get("ROADWORTHY_SAMPLES")
    folder = (Path(given) if given else REPOSITORY.parent / "shared/samples/firmware").parent / "lifetime"
    if not folder.is_dir():
        pytest.skip(f"NO SAMPLE DOCUMENTS in {folder}: set ROADWORTHY_SAMPLES to the folder beside it")
    return folder
