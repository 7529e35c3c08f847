"""Libraries whose file name carries a release, and those whose does not."""

import pytest

from roadworthy.inspection.inventory import shared_objects
from roadworthy.testing.inventory import survey_files

ELF = b"\x7fELF" + bytes(60)


@pytest.mark.parametrize(
    ("name", "product", "version"),
    [
        ("libz.so.1.2.11", "zlib", "1.2.11"),
        ("libc-2.24.so", "glibc", "2.24"),
        ("ld-2.31.so", "glibc", "2.31"),
        ("libpng12.so.0.56.0", "libpng", "1.2.56"),
        ("libpng16.so.16.37.0", "libpng", "1.6.37"),
        ("libglib-2.0.so.0.7400.6", "glib", "2.74.6"),
        ("libmbedcrypto.so.2.16.12", "mbedtls", "2.16.12"),
        ("libsystemd-shared-252.so", "systemd", "252"),
        ("libncursesw.so.6.2", "ncurses", "6.2"),
    ],
)
def test_a_name_tells(name: str, product: str, version: str) -> None:
    (found,) = survey_files(shared_objects.CATALOGER, {f"/lib/{name}": ELF}).inventory.components
    assert (found.name, found.version, found.identified_by) == (product, version, "file-name:library")
    assert found.cpes


@pytest.mark.parametrize(
    "name",
    [
        "libz.so.1",
        "libcurl.so.4.5.0",
        "libexpat.so.1.6.8",
        "libssl.so.1.1",
        "libbz2.so.1.0.4",
        "libc.so.6",
        "libz.so",
    ],
)
def test_a_name_does_not_tell(name: str) -> None:
    assert survey_files(shared_objects.CATALOGER, {f"/lib/{name}": ELF}).inventory.components == ()


def test_links_and_texts_tell_nothing() -> None:
    files: dict[str, str | bytes] = {"/lib/libz.so.1.2.11": "-> libz.so.1", "/x/libz.so.1.2.8": "text"}
    assert survey_files(shared_objects.CATALOGER, files).inventory.components == ()
