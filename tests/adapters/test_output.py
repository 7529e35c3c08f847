import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from roadworthy.adapters.output import write
from roadworthy.model.errors import InputError

PRINT = """
import sys
sys.path[:0] = {paths!r}
from roadworthy.adapters.output import write
write(b"x" * {size}, None)
"""


def test_a_new_file_has_the_bytes_and_the_usual_mode(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        write(b"data", str(tmp_path / "out"))
    finally:
        os.umask(umask)
    assert (tmp_path / "out").read_bytes() == b"data"
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_an_old_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"a longer text than the new one")
    path.chmod(0o600)
    with path.open("rb") as reader:
        write(b"new", str(path))
        assert reader.read() == b"a longer text than the new one"
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").touch()
    (tmp_path / "link").symlink_to("real")
    write(b"data", str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"data"


def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="out cannot be written: No space left on device") as caught:
        write(b"new", str(path))
    assert "space" in caught.value.hint
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["missing/out", "", "file/out"])
def test_a_place_that_cannot_be_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        write(b"x", str(tmp_path / name))


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    write(b"through", str(pipe))
    reader.join()
    assert heard == [b"through"]
    assert pipe.is_fifo()


@pytest.mark.parametrize("path", [None, "-"])
def test_without_a_path_it_goes_to_standard_output(
    path: str | None, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    write(b"\x00\xff", path)
    assert capfdbinary.readouterr().out == b"\x00\xff"


def test_a_reader_who_stops_is_no_error() -> None:
    command = [sys.executable, "-c", PRINT.format(paths=sys.path, size=10**7)]
    with subprocess.Popen(  # noqa: S603 -- our own interpreter and text
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        writer.stdout.read(10)
        writer.stdout.close()
        assert writer.stderr.read() == b""
    assert writer.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="THIS SYSTEM HAS NO /dev/full")
def test_a_full_disk_behind_standard_output_is_told() -> None:
    program = PRINT.format(paths=sys.path, size=100).replace(
        'write(b"x" * 100, None)',
        "from roadworthy.model.errors import InputError\n"
        "try:\n    write(b'x' * 100, None)\nexcept InputError as error:\n    sys.exit(f'{error}')",
    )
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and text
            [sys.executable, "-c", program], stdout=full, stderr=subprocess.PIPE, check=False, text=True
        )
    assert (done.returncode, done.stderr) == (1, "stdout cannot be written: No space left on device\n")
