"""Bills of materials in files: looked at before the work, read and parsed in the confined worker."""

from pathlib import Path

from roadworthy.codecs.sbom.bill import BillOfMaterials
from roadworthy.codecs.sbom.reading import MAX_BYTES, read_bill
from roadworthy.model.errors import InputError

GIVE_FILE = "Give the path of a bill of materials: one regular file that you may read."
TOO_LARGE = "Have it written for this image alone and without sources (in Yocto: SPDX_INCLUDE_SOURCES = 0)."


def check_bill(path: Path) -> None:
    """Make sure that a file can be read, before anything else is done.

    Raises:
        InputError: It is missing, no regular file, too large, or may not be read.
    """
    try:
        if not path.is_file():
            what = "is no file" if path.exists() else "does not exist"
            raise InputError(f"{path} {what}", hint=GIVE_FILE)
        with path.open("rb"):
            size = path.stat().st_size
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint=GIVE_FILE) from error
    if size > MAX_BYTES:
        raise InputError(f"{path} has more than {MAX_BYTES} bytes", hint=TOO_LARGE)


def read_bill_file(path: Path) -> BillOfMaterials:
    """The bill of materials in a file; called in the worker. Raises `InputError`, with the place in it."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint=GIVE_FILE) from error
    return read_bill(path.name, data)
