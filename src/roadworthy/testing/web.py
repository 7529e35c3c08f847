"""An HTTPS server for tests, on loopback, that behaves as it is told: well or badly."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from roadworthy.testing.authority import Holder, web

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """What a server has, by path, and how it behaves.

    Args:
        folder: Where its certificate, its key and its root lie.
        pages: What it does when asked for a path; others are not there.
        asked: The paths that it was asked for.
        port: Where it listens on 127.0.0.1.
    """

    folder: Path
    pages: dict[str, Behaviour] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def root(self) -> str:
        """File of the root certificate."""
        return str(self.folder / "web-root.pem")

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Address of a path."""
        return f"https://{host}:{self.port}{path}"


def page(data: bytes, media_type: str, **headers: str) -> Behaviour:
    """Answers with some bytes, and headers besides (``_`` stands for ``-``)."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        given = {"Content-Type": media_type, "Content-Length": str(len(data))}
        given |= {key.replace("_", "-"): value for key, value in headers.items()}
        for key, value in given.items():
            handler.send_header(key, value)
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def moved(to: str, status: int = 302) -> Behaviour:
    """Sends elsewhere."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


@contextmanager
def serving(folder: Path, *hosts: str) -> Iterator[Site]:
    """A server with a certificate for some hosts; 127.0.0.1 and localhost if none are named."""
    root, server = web(*(hosts or ("127.0.0.1", "localhost")), now=datetime.now(UTC))
    site = Site(folder)
    write_pair(folder, server)
    (folder / "web-root.pem").write_bytes(root.pem)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            behave = site.pages.get(self.path)
            if behave is None:
                self.send_error(404)
            else:
                behave(self)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Clients that go away are what is tested."""

    listening = Quiet(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "web.pem", folder / "web.key")
    listening.socket = context.wrap_socket(listening.socket, server_side=True, do_handshake_on_connect=False)
    site.port = listening.server_port
    threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield site
    finally:
        listening.shutdown()
        listening.server_close()


def write_pair(folder: Path, holder: Holder) -> None:
    """A certificate and its key, as ``web.pem`` and ``web.key``."""
    (folder / "web.pem").write_bytes(holder.pem)
    (folder / "web.key").write_bytes(holder.key_pem)
