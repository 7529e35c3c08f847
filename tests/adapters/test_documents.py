import io
import sys
from pathlib import Path

import pytest

from roadworthy.adapters.documents import read
from roadworthy.model.errors import InputError


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read(str(tmp_path / "file"), limit=5) == b"12345"


def test_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"123456")
    with pytest.raises(InputError, match="has more than 5 bytes"):
        read(str(tmp_path / "file"), limit=5)
    with pytest.raises(InputError, match="/dev/zero has more than 5 bytes"):
        read("/dev/zero", limit=5)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read(str(tmp_path / "missing"), limit=5)
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        read(str(tmp_path), limit=5)


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"typed")))
    assert read("-", limit=5) == b"typed"
