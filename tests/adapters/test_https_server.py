"""The server over real TLS: questions, hostile clients, and its end."""

import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from roadworthy.adapters import https_server
from roadworthy.adapters.https_server import HttpsServer
from roadworthy.adapters.mud_folder import MudFolder
from roadworthy.model.errors import InputError
from roadworthy.testing.authority import web
from roadworthy.testing.web import write_pair


def answer(method: str, target: str, known: str) -> tuple[int, list[tuple[str, str]], bytes]:
    body = f"{method} {target} {known}".encode()
    return 200, [("Content-Length", str(len(body)))], body


@contextmanager
def running(folder: Path) -> Iterator[tuple[HttpsServer, ssl.SSLContext, int]]:
    root, own = web("127.0.0.1", now=datetime.now(UTC))
    write_pair(folder, own)
    trusting = ssl.create_default_context(cadata=root.pem.decode())
    with HttpsServer(
        "127.0.0.1:0", certificate=str(folder / "web.pem"), key=str(folder / "web.key"), answer=answer
    ) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield server, trusting, int(server.address.rpartition(":")[2])
        finally:
            server.stop()
            thread.join(5)
            assert not thread.is_alive()


def ask(trusting: ssl.SSLContext, port: int, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=trusting, timeout=5)
    connection.request(method, "/x?y", headers={key.replace("_", "-"): each for key, each in headers.items()})
    return connection.getresponse()


def test_questions_are_answered(tmp_path: Path) -> None:
    with running(tmp_path) as (server, trusting, port):
        assert server.address == f"https://127.0.0.1:{port}"
        got = ask(trusting, port, If_None_Match='"a"')
        assert (got.status, got.read()) == (200, b'GET /x?y "a"')
        assert got.headers["Server"].strip() == "roadworthy"
        assert got.headers["Connection"] == "close"
        assert ask(trusting, port, "HEAD").read() == b""
        assert ask(trusting, port, "BREW").status == 501
        assert ask(trusting, port, X="y" * 70_000).status == 431
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 1)


def test_slow_and_silent_clients_are_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https_server, "SECONDS", 0.5)
    with running(tmp_path) as (_, trusting, port):
        mute = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(20)]
        slow = trusting.wrap_socket(
            socket.create_connection(("127.0.0.1", port), 5), server_hostname="127.0.0.1"
        )
        began = time.monotonic()
        with suppress(OSError):
            slow.sendall(b"GET / HTTP/1.1\r\n")
            while time.monotonic() - began < 5:  # a header now and then, without an end
                slow.sendall(b"X: y\r\n")
                time.sleep(0.05)
        assert time.monotonic() - began < 2
        assert ask(trusting, port).status == 200
        for each in mute:
            with suppress(OSError):
                assert each.recv(1) == b""
            each.close()
        slow.close()


def test_more_than_it_takes_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https_server, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(https_server, "BUSY", 0.1)
    monkeypatch.setattr(https_server, "SECONDS", 1.0)
    with running(tmp_path) as (_, trusting, port):
        crowd = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(5)]
        time.sleep(1.5)
        assert ask(trusting, port).status == 200
        for each in crowd:
            each.close()


def test_plain_text_gets_no_answer(tmp_path: Path) -> None:
    with running(tmp_path) as (_, _, port), socket.create_connection(("127.0.0.1", port), 5) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with suppress(OSError):
            assert b"GET" not in plain.recv(100)


@pytest.mark.parametrize(
    "listen", ["", "127.0.0.1", "127.0.0.1:", ":8443", "127.0.0.1:99999", "a:b:c", "x@y:1"]
)
def test_no_place(listen: str, tmp_path: Path) -> None:
    write_pair(tmp_path, web("127.0.0.1", now=datetime.now(UTC))[1])
    with pytest.raises(InputError, match="no place to listen"):
        HttpsServer(
            listen, certificate=str(tmp_path / "web.pem"), key=str(tmp_path / "web.key"), answer=answer
        )


def test_no_certificate(tmp_path: Path) -> None:
    one, other = (web("127.0.0.1", now=datetime.now(UTC))[1] for _ in range(2))
    write_pair(tmp_path, one)
    (tmp_path / "other.pem").write_bytes(other.pem)
    for certificate in ("other.pem", "gone.pem", "web.key"):
        with pytest.raises(InputError, match="no certificate and its key"):
            HttpsServer(
                "127.0.0.1:0",
                certificate=str(tmp_path / certificate),
                key=str(tmp_path / "web.key"),
                answer=answer,
            )
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(InputError, match="cannot listen"):
        HttpsServer(
            f"127.0.0.1:{taken.getsockname()[1]}",
            certificate=str(tmp_path / "web.pem"),
            key=str(tmp_path / "web.key"),
            answer=answer,
        )


def test_a_folder_is_read_again_when_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roadworthy.adapters.mud_folder.SECONDS", 0.0)
    made: list[int] = []

    def make(files: Mapping[str, bytes]) -> dict[str, bytes]:
        made.append(len(files))
        if files.get("bad.json"):
            raise InputError("bad", hint="x")
        return dict(files)

    (tmp_path / "a.json").write_bytes(b"1")
    (tmp_path / "secret.key").write_bytes(b"2")
    (tmp_path / "below.json").mkdir()
    (tmp_path / "link.json").symlink_to(tmp_path / "secret.key")
    os.mkfifo(tmp_path / "pipe.json")
    folder = MudFolder(str(tmp_path), make)
    assert folder() == {"a.json": b"1"}
    assert folder() == {"a.json": b"1"}
    assert made == [1]
    (tmp_path / "b.p7s").write_bytes(b"3")
    assert folder() == {"a.json": b"1", "b.p7s": b"3"}
    (tmp_path / "bad.json").write_bytes(b"x")
    assert folder() == {"a.json": b"1", "b.p7s": b"3"}
    (tmp_path / "bad.json").unlink()
    (tmp_path / "a.json").unlink()
    assert folder() == {"b.p7s": b"3"}
    with pytest.raises(InputError, match="cannot be read"):
        MudFolder(str(tmp_path / "gone"), make)
    monkeypatch.setattr("roadworthy.adapters.mud_folder.MOST_FILES", 2)
    with pytest.raises(InputError, match="more than 2 files"):
        MudFolder(str(tmp_path), make)
