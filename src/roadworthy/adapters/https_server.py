"""A small HTTPS server: a thread for each connection, few at a time, each for a short time and one answer."""

import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from socketserver import BaseServer, TCPServer, ThreadingMixIn
from types import FrameType, TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from roadworthy.model.errors import InputError

Answering = Callable[[str, str, str], tuple[int, Sequence[tuple[str, str]], bytes]]
"""Method, target and If-None-Match to status, header fields and body."""
MOST_AT_ONCE: Final = 64
SECONDS: Final = 15.0
"""What one connection gets, from its first byte to its last."""
BUSY: Final = 2.0
GIVE: Final = "Give HOST:PORT, for one 127.0.0.1:8443 or [::]:443."


class HttpsServer:
    """Listens from the beginning; answers once it runs.

    Args:
        listen: ``host:port``; port 0 for any that is free.
        certificate: File of its certificate, and those up to the anchor, PEM.
        key: File of its key, PEM, without a password.
        answer: Answers a question. Is called from several threads.

    Raises:
        InputError: The place cannot be had, or the certificate or key cannot be used.
    """

    def __init__(self, listen: str, *, certificate: str, key: str, answer: Answering) -> None:
        host, port = _place(listen)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(certificate, key, password="")
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            what = f"{certificate} and {key} are no certificate and its key"
            raise InputError(what, hint="Give both as PEM, the key without a password.") from error
        try:
            self._server = _Server((host, port), context, answer)
        except OSError as error:
            raise InputError(f"cannot listen at {listen}: {error.strerror or error}", hint=GIVE) from error
        shown = f"[{host}]" if ":" in host else host
        self.address = f"https://{shown}:{self._server.server_address[1]}"
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Listen no more."""
        self._server.server_close()

    def run(self) -> None:
        """Answer until SIGINT or SIGTERM comes, or `stop` is called; then finish what is being answered."""
        before = []
        if threading.current_thread() is threading.main_thread():
            before = [
                (each, signal.signal(each, self._on_signal)) for each in (signal.SIGINT, signal.SIGTERM)
            ]
        serving = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        serving.start()
        try:
            self._stopped.wait()
        finally:
            self._server.shutdown()
            serving.join()
            self._server.drain()
            for number, handler in before:
                signal.signal(number, handler)

    def stop(self) -> None:
        """End `run`."""
        self._stopped.set()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stopped.set()


class _Server(ThreadingMixIn, TCPServer):
    """Takes few connections at a time; the others wait a little, and are turned away."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, place: tuple[str, int], context: ssl.SSLContext, answer: Answering) -> None:
        self.address_family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
        self.answer, self._context = answer, context
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__(place, _Handler)

    def process_request(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """A thread for it, if there is one within a while."""
        if not self._free.acquire(timeout=BUSY):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no more threads
            self._free.release()
            self.shutdown_request(request)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """TLS and the question, within its time."""
        assert isinstance(request, socket.socket)  # noqa: S101 -- TCP, not UDP
        under = request.dup()
        watch = threading.Timer(SECONDS, _cut, (under,))
        watch.daemon = True
        watch.start()
        try:
            request.settimeout(SECONDS)
            with (
                suppress(OSError, ValueError),  # who does not speak TLS, or goes away, gets no answer
                self._context.wrap_socket(request, server_side=True) as speaking,
            ):
                self.finish_request(speaking, client_address)
        finally:
            watch.cancel()
            under.close()
            self.shutdown_request(request)
            self._free.release()

    def drain(self) -> None:
        """Wait for what is being answered, for a while."""
        end = time.monotonic() + BUSY
        for _ in range(MOST_AT_ONCE):
            if not self._free.acquire(timeout=max(0.0, end - time.monotonic())):
                return

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is nothing to tell."""


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """One question and its answer."""

    protocol_version = "HTTP/1.1"
    timeout = SECONDS
    server_version = "roadworthy"
    sys_version = ""

    def __init__(self, request: socket.socket, client_address: object, server: BaseServer) -> None:
        assert isinstance(server, _Server)  # noqa: S101 -- tells the type checker
        self._answer = server.answer
        super().__init__(request, client_address, server)

    def handle(self) -> None:
        """One only: a connection is not kept."""
        self.close_connection = True
        self.handle_one_request()

    def do_GET(self) -> None:
        """The answer."""
        status, headers, body = self._answer(self.command, self.path, self.headers.get("If-None-Match", ""))
        self.send_response(status)
        for name, value in (*headers, ("Connection", "close")):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        """The same, without its body."""
        self.do_GET()

    def do_POST(self) -> None:
        """That it is not allowed."""
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Nothing: who asks for which profile tells who has which device."""


def _place(listen: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{listen}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port is None or parts.netloc != listen or "@" in listen:
        raise InputError(f"{listen!r} is no place to listen at", hint=GIVE)
    return host, port
