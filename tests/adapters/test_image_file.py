import hashlib
import os
import sys
from pathlib import Path

import pytest

from roadworthy.adapters import image_file
from roadworthy.adapters.image_file import MappedFile, identify
from roadworthy.model.errors import InputError


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "camera.bin"
    path.write_bytes(bytes(range(256)) * 10_000)
    return path


def test_it_is_a_source(image: Path) -> None:
    data = image.read_bytes()
    with MappedFile(image) as source:
        assert source.size == len(data)
        assert source.read(250, 10) == data[250:260]
        assert source.read(len(data) - 3, 10) == data[-3:]
        assert source.read(len(data) + 5, 10) == b""
        assert source.find(b"\x00\x01", 1) == 256
        assert source.find(b"\x00\x01", 1, 257) == -1
        assert source.find(b"absent", 0) == -1


@pytest.mark.parametrize("held", [1, 2, 3, 7, 1000])
def test_what_lies_across_two_stretches_is_found(
    image: Path, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_file, "HELD", held)
    data = image.read_bytes()[:1000]
    image.write_bytes(data)
    with MappedFile(image) as source:
        for needle in (b"\x05\x06\x07", b"\xff\x00", b"\x00", b"absent"):
            for start, end in (
                (0, None),
                (4, None),
                (6, 600),
                (250, 257),
                (300, 299),
                (999, 5000),
                (2000, None),
            ):
                assert source.find(needle, start, end) == data.find(needle, start, end)


@pytest.mark.skipif(sys.platform != "linux", reason="proc(5) is of Linux")
def test_a_large_image_does_not_stay_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(96 * 2**20)
    before = resident()
    with MappedFile(path) as source:
        for offset in range(0, source.size, 2**20):
            source.read(offset, 2**20)
        assert source.find(b"absent", 0) == -1
        assert resident() - before < 48 * 2**20


def resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_the_map_is_closed_afterwards(image: Path) -> None:
    with MappedFile(image) as source:
        pass
    with pytest.raises(ValueError, match="closed"):
        source.read(0, 1)


def test_an_image_is_identified_by_its_digest(image: Path) -> None:
    identified = identify(image)
    assert (identified.name, identified.size) == ("camera.bin", 2_560_000)
    assert identified.sha256 == hashlib.sha256(image.read_bytes()).hexdigest()


def test_a_name_that_is_no_text_is_shown_escaped(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.bin")
    try:
        path.write_bytes(b"x")
    except OSError:
        pytest.skip("THE FILE SYSTEM takes no names that are not UTF-8")
    assert identify(path).name == "caf\\xe9.bin"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist") as error:
        MappedFile(tmp_path / "absent.bin")
    assert error.value.hint


def test_a_link_that_leads_back_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    with pytest.raises(InputError, match="one is a symbolic link that leads back to itself"):
        MappedFile(tmp_path / "one")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.bin").touch()
    with pytest.raises(InputError, match="is empty"):
        MappedFile(tmp_path / "empty.bin")


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(InputError, match="is no regular file"):
            MappedFile(path)


def test_an_unreadable_file_is_refused(image: Path) -> None:
    image.chmod(0)
    if os.access(image, os.R_OK):
        pytest.skip("ROOT READS EVERYTHING: run as another user to test this")
    with pytest.raises(InputError, match="cannot be read"):
        MappedFile(image)
