"""Files of feeds are unpacked whatever they are packed in, and a damaged one says so."""

import bz2
import gzip
import hashlib
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest

from roadworthy.adapters.feed_files import contents, files_in
from roadworthy.model.errors import InputError

DATA = b'{"feed": [1, 2, 3]}\n' * 200


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("feed.json", DATA)
    return out.getvalue()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        entry = tarfile.TarInfo("feed.json")
        entry.size = len(DATA)
        archive.addfile(entry, io.BytesIO(DATA))
    return out.getvalue()


PACKED = {
    "feed.json": DATA,
    "feed.json.gz": gzip.compress(DATA),
    "feed.json.bz2": bz2.compress(DATA),
    "feed.json.xz": lzma.compress(DATA),
    "feeds.zip": _zip(),
    "feeds.tgz": _tar(),
}


@pytest.mark.parametrize("name", PACKED)
def test_a_feed_is_unpacked_whatever_it_is_packed_in(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(PACKED[name])
    (path,) = files_in(str(tmp_path))
    assert list(contents(path)) == [("feed.json", DATA)]


@pytest.mark.parametrize("name", [each for each in PACKED if each != "feed.json"])
def test_half_a_download_is_told_with_its_name_and_the_way_out(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(PACKED[name][: len(PACKED[name]) // 2])
    with pytest.raises(InputError, match=name) as caught:
        list(contents(str(tmp_path / name)))
    assert "again" in caught.value.hint


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_a_file_is_held_to_the_digest_beside_it(algorithm: str, tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_bytes(DATA)
    digest = hashlib.new(algorithm, DATA).hexdigest()
    beside = tmp_path / f"feed.json.{algorithm}"
    beside.write_text(f"{digest}  feed.json\n")
    assert list(files_in(str(tmp_path))) == [str(path)]
    assert list(contents(str(path))) == [("feed.json", DATA)]
    path.write_bytes(DATA + b"\n")
    with pytest.raises(InputError, match=f"not what feed.json.{algorithm} beside it says"):
        list(contents(str(path)))
    beside.write_text("")
    with pytest.raises(InputError, match="beside it"):
        list(contents(str(path)))


def test_a_folder_without_feeds_and_a_path_that_is_not_there_are_told(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"")
    with pytest.raises(InputError, match="no files of feeds"):
        list(files_in(str(tmp_path)))
    with pytest.raises(InputError, match="does not exist"):
        list(files_in(str(tmp_path / "nothing")))
