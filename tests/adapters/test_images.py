"""Files, folders of images, root trees."""

import os
from pathlib import Path

import pytest

from roadworthy.adapters.images import expand, is_folder, is_root_tree
from roadworthy.model.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.bin", "a.bin", ".hidden"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "c.bin").write_bytes(b"x")
    return tmp_path


def test_a_folder_means_the_files_directly_in_it(folder: Path) -> None:
    assert expand([str(folder)]) == (str(folder / "a.bin"), str(folder / "b.bin"))


def test_what_is_given_twice_is_one(folder: Path) -> None:
    assert expand([str(folder / "b.bin"), str(folder)]) == (str(folder / "b.bin"), str(folder / "a.bin"))


def test_a_file_that_is_not_there_is_left_to_whoever_opens_it() -> None:
    assert expand(["/nonexistent"]) == ("/nonexistent",)


@pytest.mark.parametrize(
    ("names", "tree"), [(("etc", "bin"), True), (("etc", "usr"), True), (("etc",), False), (("bin",), False)]
)
def test_a_root_tree_is_one_image(tmp_path: Path, names: tuple[str, ...], *, tree: bool) -> None:
    for name in names:
        (tmp_path / name).mkdir()
    assert is_root_tree(tmp_path) is tree
    if tree:
        assert expand([str(tmp_path)]) == (str(tmp_path),)
    else:
        with pytest.raises(InputError, match="there is no image in the folder"):
            expand([str(tmp_path)])


@pytest.mark.skipif(os.geteuid() == 0, reason="NOT AS ROOT: root may read everything")
def test_a_folder_that_may_not_be_read_is_named(folder: Path) -> None:
    folder.chmod(0)
    with pytest.raises(InputError, match="cannot be read"):
        expand([str(folder)])
    folder.chmod(0o755)


def test_what_ends_like_a_folder_is_one(tmp_path: Path) -> None:
    assert is_folder(str(tmp_path))
    assert is_folder("not/yet/")
    assert not is_folder("report.json")
    assert not is_folder(None)
