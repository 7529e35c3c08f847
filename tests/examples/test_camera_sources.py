import importlib
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Importer = Callable[[str], Any]
RECIPE = Path(__file__).resolve().parent.parent.parent / "examples/camera"

ONE_LINE = """\
# deb http://mirror.invalid/debian commented main
deb http://mirror.invalid/debian bookworm main contrib  # the release
deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg] https://mirror.invalid/debian bookworm-updates main
deb-src http://mirror.invalid/debian bookworm main
deb http://vendor.invalid/apt bookworm stable
deb http://mirror.invalid/debian bookworm-backports main
"""
DEB822 = """\
Types: deb deb-src
# a remark
URIs: http://mirror.invalid/ubuntu
Suites: noble noble-security
Components: main universe restricted
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc

Enabled: no
Types: deb
URIs: http://mirror.invalid/ubuntu
Suites: noble
Components: main
"""


@pytest.fixture
def recipe_module(monkeypatch: pytest.MonkeyPatch) -> Importer:
    """Import a module of the recipe as the script does: from its own folder."""
    monkeypatch.syspath_prepend(str(RECIPE))
    return importlib.import_module


def test_one_line_sources(recipe_module: Importer) -> None:
    sources = recipe_module("sources")
    found = list(sources.parse_one_line(ONE_LINE))
    assert [(one.suite, one.components) for one in found] == [
        ("bookworm", ("main", "contrib")),
        ("bookworm-updates", ("main",)),
        ("bookworm", ("stable",)),
        ("bookworm-backports", ("main",)),
    ]
    assert found[1].signed_by == "/usr/share/keyrings/a.gpg"


def test_deb822_sources_with_the_key_inside(recipe_module: Importer) -> None:
    found = list(recipe_module("sources").parse_deb822(DEB822))
    assert [one.suite for one in found] == ["noble", "noble-security"]
    assert found[0].signed_by.splitlines()[1:] == [" -----BEGIN PGP PUBLIC KEY BLOCK-----", " .", " abc"]
    assert "Signed-By: \n -----BEGIN" in found[0].stanza("armhf")


def test_only_the_distribution_is_kept(recipe_module: Importer) -> None:
    sources = recipe_module("sources")
    kept = sources.keep_distribution(sources.parse_one_line(ONE_LINE), ("bookworm",))
    assert [(one.suite, one.components) for one in kept] == [
        ("bookworm", ("main",)),
        ("bookworm-updates", ("main",)),
    ]
    assert [one.suite for one in sources.aim_at(kept, "bullseye")] == ["bullseye"]


def test_machine_is_read_from_all_its_files(recipe_module: Importer, tmp_path: Path) -> None:
    sources = recipe_module("sources")
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(ONE_LINE)
    (tmp_path / "sources.list.d/ubuntu.sources").write_text(DEB822)
    (tmp_path / "sources.list.d/off.list.disabled").write_text(ONE_LINE.replace("mirror", "other"))
    found = sources.read_machine(tmp_path)
    assert {one.suite for one in found} == {
        "bookworm",
        "bookworm-updates",
        "bookworm-backports",
        "noble",
        "noble-security",
    }
    assert not any("other" in one.uri for one in found)


def test_derivative_names_what_it_derives_from(recipe_module: Importer, tmp_path: Path) -> None:
    release = tmp_path / "os-release"
    release.write_text('ID=mint\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME="noble"\n')
    assert recipe_module("sources").read_codenames(release) == ("wilma", "noble")


def test_half_a_download_is_not_a_package(recipe_module: Importer, tmp_path: Path) -> None:
    packages = recipe_module("packages")
    file = tmp_path / "x_1_all.deb"
    file.write_bytes(b"whole")
    package = packages.Package(name="x", version="1", arch="all", size=5, sha256=packages.digest(file))
    assert packages.is_whole(file, package)
    file.write_bytes(b"who")
    assert not packages.is_whole(file, package)
    file.write_bytes(b"wrong")
    assert not packages.is_whole(file, package)


def make_elf32(dynamic: bytes, strings: bytes) -> bytes:
    """An ELF of two segments: everything loaded at 0x1000, and a dynamic table in it."""
    body = 52 + 2 * 32
    header = (
        b"\x7fELF\x01\x01\x01"
        + bytes(9)
        + struct.pack("<HHIIIIIHHHHHH", 3, 40, 1, 0, 52, 0, 0, 52, 32, 2, 0, 0, 0)
    )
    size = body + len(dynamic) + len(strings)
    load = struct.pack("<8I", 1, 0, 0x1000, 0, size, size, 5, 4)
    table = struct.pack("<8I", 2, body, 0x1000 + body, 0, len(dynamic), len(dynamic), 4, 4)
    return header + load + table + dynamic + strings


def test_needed_libraries_of_an_elf(recipe_module: Importer) -> None:
    strings = b"\0libc.so.6\0libz.so.1\0"
    where = 0x1000 + 52 + 64 + 32
    dynamic = struct.pack("<8i", 1, 1, 1, 11, 5, where, 0, 0)
    read_needed = recipe_module("elf").read_needed
    assert read_needed(make_elf32(dynamic, strings)) == ("libc.so.6", "libz.so.1")
    assert read_needed(b"#!/bin/sh\n") == ()
