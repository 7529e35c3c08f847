"""Libraries whose file name carries a release, and those whose does not."""

import pytest

from roadworthy.inspection.checks.hardening._sample import SampleElf
from roadworthy.inspection.inventory import shared_objects
from roadworthy.model.component import Component
from roadworthy.testing.inventory import survey_files

ELF = b"\x7fELF" + bytes(60)


def found_in(name: str, data: bytes) -> tuple[Component, ...]:
    return survey_files(shared_objects.CATALOGER, {f"/lib/{name}": data}).inventory.components


def library(soname: str) -> bytes:
    return SampleElf(soname=soname).build()


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
        ("libcap.so.2.24", "libcap", "2.24"),
        ("libcgroup.so.1.0.41", "libcgroup", "0.41"),
        ("libseccomp.so.2.5.4", "libseccomp", "2.5.4"),
        ("libfuse3.so.3.14.0", "fuse", "3.14.0"),
        ("libldb.so.2.2.3", "ldb", "2.2.3"),
        ("libapr-1.so.0.7.0", "apr", "1.7.0"),
        ("libharfbuzz.so.0.20704.0", "harfbuzz", "2.7.4"),
        ("libharfbuzz.so.0.60830.0", "harfbuzz", "8.3.0"),
        ("libharfbuzz.so.0.61020.0", "harfbuzz", "10.2.0"),
        ("libgstreamer-1.0.so.0.1804.0", "gstreamer", "1.18.4"),
        ("libgstreamer-1.0.so.0.2212.0", "gstreamer", "1.22.12"),
        ("libgstreamer-1.0.so.0.805.0", "gstreamer", "1.8.5"),
        ("libacl.so.1.1.2253", "acl", "2.2.53"),
        ("libattr.so.1.1.2501", "attr", "2.5.1"),
        ("libcairo.so.2.11600.0", "cairo", "1.16.0"),
        ("libgdk_pixbuf-2.0.so.0.4200.2", "gdk-pixbuf", "2.42.2"),
        ("libpango-1.0.so.0.4600.2", "pango", "1.46.2"),
        ("libzmq.so.5.2.4", "zeromq", "4.3.4"),
        ("libprotobuf-lite.so.23.0.4", "protobuf", "3.12.4"),
        ("libelf-0.183.so", "elfutils", "0.183"),
        ("libcgroup.so.2.0.2", "libcgroup", "2.0.2"),
    ],
)
def test_a_name_tells(name: str, product: str, version: str) -> None:
    (found,) = found_in(name, ELF)
    assert (found.name, found.version, found.identified_by) == (product, version, "file-name:library")
    assert found.cpes


@pytest.mark.parametrize(
    ("name", "soname", "product"),
    [
        ("libz.so.1", "libz.so.1", "zlib"),
        ("libcurl.so.4.5.0", "libcurl.so.4", "curl"),
        ("libssl.so.1.1", "libssl.so.1.1", "openssl"),
        ("libbz2.so.1.0.4", "libbz2.so.1.0", "bzip2"),
        ("libjson-c.so.2.0.2", "libjson-c.so.2", "json-c"),
        ("libubox.so", "libubox.so", "libubox"),
        ("libstdc++.so.6.0.21", "libstdc++.so.6", "gcc"),
        ("libjpeg.so.9.1.0", "libjpeg.so.9", "libjpeg"),
    ],
)
def test_a_name_tells_the_product_only(name: str, soname: str, product: str) -> None:
    (found,) = found_in(name, library(soname))
    assert (found.name, found.version, found.purl) == (product, "", f"pkg:generic/{product}")
    assert (found.cpes, found.identified_by) == ((), "soname:library")
    assert found.confidence < shared_objects.CONFIDENCE


@pytest.mark.parametrize(
    "name", ["libc.so.6", "libjpeg.so.62.3.0", "libssl.so", "libz.so", "libcurl.so.py", "libmmcurl.so"]
)
def test_a_name_tells_nothing(name: str) -> None:
    assert found_in(name, library("")) == found_in(name, library(name)) == ()


def test_a_library_that_calls_itself_otherwise_is_another() -> None:
    assert found_in("libcurl.so.4", library("libvendor.so.1")) == ()


@pytest.mark.parametrize("data", [ELF, SampleElf(pie=False).build(), b"text"])
def test_what_is_no_library_tells_no_product(data: bytes) -> None:
    assert found_in("libcurl.so.4", data) == ()


def test_links_and_texts_tell_nothing() -> None:
    files: dict[str, str | bytes] = {"/lib/libz.so.1.2.11": "-> libz.so.1", "/x/libz.so.1.2.8": "text"}
    assert survey_files(shared_objects.CATALOGER, files).inventory.components == ()


@pytest.mark.parametrize("name", ["libcrypt-0.9.30.so", "libresolv-0.9.33.2.so", "libnsl-1.0.42.so"])
def test_the_parts_of_uclibc_are_not_glibc(name: str) -> None:
    assert found_in(name, ELF) == ()
