"""The cataloger of version texts, and of the C library's file names."""

from datetime import UTC, datetime

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.inventory import c_library, signatures
from roadworthy.inspection.payload import Payload
from roadworthy.inspection.signature import SignatureSet
from roadworthy.inspection.source import BytesSource
from roadworthy.inspection.survey import survey
from roadworthy.testing.inventory import survey_files

RULES = [each.object for each in discover().signatures.values()]
TEXT = b"\0BusyBox v1.19.2 (2011-10-19)\0BusyBox v1.19.2 (2011-10-19)\0"
ELF = b"\x7fELF\x01\x01\x01" + bytes(9)
PROGRAM, MODULE = ELF + b"\x02\x00" + bytes(40), ELF + b"\x01\x00" + bytes(40)


def test_a_program_tells_its_version_once_with_its_place() -> None:
    found = survey_files(
        signatures.CATALOGER, {"/bin/busybox": PROGRAM + TEXT, "/bin/sh": "-> busybox"}, signatures=RULES
    )
    (busybox,) = found.inventory.components
    assert (busybox.name, busybox.version, busybox.purl) == (
        "busybox",
        "1.19.2",
        "pkg:generic/busybox@1.19.2",
    )
    assert busybox.cpes == ("cpe:2.3:a:busybox:busybox:1.19.2:*:*:*:*:*:*:*",)
    assert busybox.identified_by == "signature:busybox"
    (place,) = busybox.evidence
    assert (place.path, place.offset) == (("memory", "/bin/busybox"), len(PROGRAM) + 1)
    assert place.excerpt == "BusyBox v1.19.2 ("


@pytest.mark.parametrize("data", [TEXT + bytes(60), MODULE + TEXT, b"\x7fELF"])
def test_texts_kernel_modules_and_stumps_tell_nothing(data: bytes) -> None:
    assert survey_files(signatures.CATALOGER, {"/a": data}, signatures=RULES).inventory.components == ()


def test_a_stretch_that_is_no_file_tells_too() -> None:
    kernel = Payload(
        name="payload@0x0", where=("x.bin", "lzma-alone@0x200", "payload"), source=BytesSource(TEXT)
    )
    context = Context(now=datetime(2026, 1, 1, tzinfo=UTC), signatures=SignatureSet(RULES))
    steps = survey((), {"signatures": signatures.CATALOGER}, context, payloads=(kernel,))
    (busybox,) = next(steps).gained.inventory.components
    assert (busybox.version, busybox.evidence[0].path) == ("1.19.2", (*kernel.where, kernel.name))


def test_two_versions_in_one_program_are_two_components() -> None:
    data = PROGRAM + TEXT + b"BusyBox v1.01 (2005)\0"
    found = survey_files(signatures.CATALOGER, {"/a": data}, signatures=RULES).inventory.components
    assert [each.version for each in found] == ["1.01", "1.19.2"]


@pytest.mark.parametrize(
    ("path", "name", "version"),
    [
        ("/lib/ld-uClibc-0.9.33.2.so", "uclibc", "0.9.33.2"),
        ("/lib/libuClibc-0.9.30.so", "uclibc", "0.9.30"),
        ("/lib/libuClibc-1.0.45.so", "uclibc-ng", "1.0.45"),
    ],
)
def test_uclibc_by_its_file_name(path: str, name: str, version: str) -> None:
    (found,) = survey_files(c_library.CATALOGER, {path: PROGRAM}).inventory.components
    assert (found.name, found.version) == (name, version)


@pytest.mark.parametrize(
    ("path", "data"),
    [("/lib/libuClibc-0.9.30.so", b"text"), ("/lib/libc.so.0", PROGRAM), ("/lib/libuClibc.so", PROGRAM)],
)
def test_what_is_no_uclibc(path: str, data: bytes) -> None:
    assert survey_files(c_library.CATALOGER, {path: data}).inventory.components == ()
