"""zip archives as the standard library writes them."""

import io
import os
import tarfile
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.formats.zip import FORMAT
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.rootfs import NodeKind
from roadworthy.inspection.source import BytesSource
from roadworthy.testing.formats import opened_tree, read_all, survive, walked

FILES = {"readme.txt": b"how to " * 99, "web/index.html": b"<html>", "run.sh": b"#!/bin/sh\n"}


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (2015, 1, 4, 6, 36, 34))
            entry.external_attr = (0o100755 if name.endswith(".sh") else 0o100644) << 16
            entry.compress_type = method
            archive.writestr(entry, data)
    return target.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_files_are_read(method: int) -> None:
    data = zipped(FILES, method)
    assert FORMAT.open(BytesSource(data + b"behind")).size == len(data)
    tree = opened_tree(FORMAT, data)
    assert read_all(tree) == {f"/{name}": content for name, content in FILES.items()}
    nodes = walked(tree)[0]
    assert (nodes["/run.sh"].mode, nodes["/readme.txt"].mode) == (0o755, 0o644)
    assert nodes["/readme.txt"].mtime == 1_420_353_394
    assert nodes["/web"].kind is NodeKind.DIRECTORY


def test_an_image_in_it_is_opened(formats: dict[str, Format]) -> None:
    data = zipped({"manual.pdf": b"%PDF", "firmware.tar": zipped_tar()})
    image = open_image("x.zip", BytesSource(data), formats)
    assert [root.where for root in image.roots] == [("x.zip", "zip@0x0", "firmware.tar", "tar@0x0")]
    assert image.problems == ()


def zipped_tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        entry = tarfile.TarInfo("etc/passwd")
        entry.size = 5
        archive.addfile(entry, io.BytesIO(b"root:"))
    return target.getvalue()


def test_an_image_in_it_that_nothing_reads_is_said_to_be_so(formats: dict[str, Format]) -> None:
    image = open_image("x.zip", BytesSource(zipped({"firmware.bin": os.urandom(9000)})), formats)
    assert image.roots == ()
    assert any("nothing in it was recognised" in problem.what for problem in image.problems)


def test_what_cannot_be_unpacked_is_named() -> None:
    tree = opened_tree(FORMAT, zipped(FILES, zipfile.ZIP_LZMA))
    with pytest.raises(Damaged, match="method 14"):
        tree.read(walked(tree)[0]["/readme.txt"])


def test_a_changed_file_is_named() -> None:
    data = zipped(FILES, zipfile.ZIP_STORED).replace(b"<html>", b"<HTML>")
    tree = opened_tree(FORMAT, data)
    with pytest.raises(Damaged, match="checksum"):
        tree.read(walked(tree)[0]["/web/index.html"])


def test_no_more_than_a_bound_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roadworthy.inspection.formats._zip.MAX_TOTAL", 700)
    tree = opened_tree(FORMAT, zipped(FILES))
    nodes = walked(tree)[0]
    tree.read(nodes["/readme.txt"])
    with pytest.raises(Damaged, match="together"):
        tree.read(nodes["/run.sh"])


@pytest.mark.parametrize("data", [b"PK\3\4", zipped(FILES)[:-30], b"PK\3\4" + b"PK\5\6" * 999])
def test_what_only_looks_like_it_is_something_else(data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        FORMAT.open(BytesSource(data))


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 7)), min_size=1, max_size=4))
def test_no_flipped_bit_raises_anything_else(flips: list[tuple[int, int]]) -> None:
    data = zipped(FILES)
    with suppress(ValueError):
        survive(FORMAT, data, flips, len(data))
