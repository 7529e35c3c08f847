"""Downloads from a real server on this machine, that breaks off, changes its mind, or has nothing."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from roadworthy.adapters.download import fetch
from roadworthy.model.errors import InputError, SourceError

DATA = bytes(range(256)) * 4096


@dataclass
class Shelf:
    """What the server has, and how it behaves."""

    data: bytes = DATA
    tag: str = '"one"'
    cut: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def address(shelf: Shelf) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/feed.json.gz":
                self.send_error(404)
                return
            span = self.headers.get("Range", "")
            shelf.asked.append(span)
            start = int(span.removeprefix("bytes=").rstrip("-")) if span else 0
            if span and self.headers.get("If-Range") != shelf.tag:
                start, span = 0, ""
            self.send_response(206 if span else 200)
            self.send_header("ETag", shelf.tag)
            self.send_header("Content-Length", str(len(shelf.data) - start))
            self.end_headers()
            end = shelf.cut.pop(0) if shelf.cut else len(shelf.data)
            self.wfile.write(shelf.data[start:end])

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/feed.json.gz"
    server.shutdown()
    server.server_close()


def silent(_name: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def test_a_file_arrives_whole_and_progress_is_told(address: str, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = fetch(address, tmp_path / "feeds", lambda _, done, total: told.append((done, total)))
    assert path.name == "feed.json.gz"
    assert path.read_bytes() == DATA
    assert told[-1] == (len(DATA), len(DATA))
    assert [each.name for each in path.parent.iterdir()] == ["feed.json.gz"]


def test_what_was_cut_off_goes_on_where_it_stopped(address: str, shelf: Shelf, tmp_path: Path) -> None:
    shelf.cut = [1000, 500_000]
    assert fetch(address, tmp_path, silent).read_bytes() == DATA
    assert shelf.asked == ["", "bytes=1000-", "bytes=500000-"]


def test_a_later_run_goes_on_too(address: str, shelf: Shelf, tmp_path: Path) -> None:
    shelf.cut = [10, 20, 30, 40]
    with pytest.raises(SourceError, match="cut off"):
        fetch(address, tmp_path, silent)
    assert not (tmp_path / "feed.json.gz").exists()
    assert fetch(address, tmp_path, silent).read_bytes() == DATA
    assert shelf.asked[-1] == "bytes=40-"


def test_a_file_that_changed_meanwhile_begins_anew(address: str, shelf: Shelf, tmp_path: Path) -> None:
    shelf.cut = [10, 20, 30, 40]
    with pytest.raises(SourceError):
        fetch(address, tmp_path, silent)
    shelf.data, shelf.tag = b"new" * 1000, '"two"'
    assert fetch(address, tmp_path, silent).read_bytes() == shelf.data


def test_what_is_not_there_is_told_with_a_way_out(address: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="404") as told:
        fetch(address.replace("feed", "other"), tmp_path, silent)
    assert "--from" in told.value.hint


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="could not be fetched"):
        fetch("http://127.0.0.1:1/feed.json", tmp_path, silent)


@pytest.mark.parametrize("bad", ["ftp://example.org/a", "http://example.org/a", "file:///etc/passwd"])
def test_only_https_leaves_this_machine(bad: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="https"):
        fetch(bad, tmp_path, silent)
