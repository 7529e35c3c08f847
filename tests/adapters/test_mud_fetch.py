"""Fetching over real TLS on loopback, from a server that behaves badly in every way that is refused."""

import gzip
import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

import pytest

from roadworthy.adapters.mud_fetch import Limits, MudFetcher, is_public
from roadworthy.model.errors import InputError, PolicyError, RoadworthyError, SourceError, VerificationError
from roadworthy.testing.web import Behaviour, Site, moved, page, serving

KIND = "application/mud+json"
DATA = b'{"ietf-mud:mud": {}}'
MOST = 1000
LOCAL = """
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.1.1 172.16.0.1 192.168.0.1 192.0.2.1 198.18.0.1 224.0.0.1
240.0.0.1 255.255.255.255 :: ::1 fe80::1 fc00::1 fd00::1 ff02::1 2001:db8::1 ::ffff:127.0.0.1
::ffff:192.168.0.1 64:ff9b::7f00:1 2002:7f00:1::1 2001:0:1::1 ::127.0.0.1
"""
Found = list[tuple[int, int, int, str, tuple[str, int]]]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path) as made:
        made.pages["/m.json"] = page(DATA, KIND)
        yield made


def fetcher(site: Site, *, seconds: float = 5.0, allow_private: bool = True) -> MudFetcher:
    return MudFetcher([site.root], Limits(seconds=seconds, allow_private=allow_private))


def test_a_file_is_fetched(site: Site) -> None:
    get = fetcher(site)
    assert get(site.url("/m.json"), KIND, MOST) == DATA
    assert get(site.url("/m.json", "localhost"), KIND, MOST) == DATA
    assert get(site.url("/gone.json"), KIND, MOST) is None
    site.pages["/q?a=b"] = page(DATA, f"{KIND}; charset=utf-8")
    assert get(site.url("/q?a=b"), KIND, len(DATA)) == DATA


def test_redirects_on_the_same_host_are_followed(site: Site) -> None:
    site.pages["/old"] = moved("/m.json")
    site.pages["/older"] = moved(site.url("/old"), 308)
    assert fetcher(site)(site.url("/older"), KIND, MOST) == DATA
    assert site.asked == ["/older", "/old", "/m.json"]


@pytest.mark.parametrize(
    "target",
    [
        "https://localhost:{port}/m.json",
        "https://127.0.0.1/m.json",
        "http://127.0.0.1:{port}/m.json",
        "//192.0.2.1/m.json",
        "file:///etc/passwd",
        "https://user@127.0.0.1:{port}/m.json",
    ],
)
def test_redirects_elsewhere_are_refused(site: Site, target: str) -> None:
    site.pages["/old"] = moved(target.format(port=site.port))
    with pytest.raises(PolicyError, match="leads to another place"):
        fetcher(site)(site.url("/old"), KIND, MOST)
    assert site.asked == ["/old"]


def test_redirects_without_an_end(site: Site) -> None:
    site.pages["/old"] = moved("/old")
    with pytest.raises(SourceError, match="more than 3 times"):
        fetcher(site)(site.url("/old"), KIND, MOST)


def test_local_addresses_are_refused(site: Site) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.1.1", "169.254.169.254"):
        with pytest.raises(PolicyError, match="not of the Internet"):
            fetcher(site, allow_private=False)(site.url("/m.json", host), KIND, MOST)
    assert site.asked == []


@pytest.mark.parametrize("address", LOCAL.split())
def test_what_is_not_of_the_internet(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8"])
def test_what_is_of_the_internet(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_name_is_looked_up_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is a public address when it is asked about, and a local one a moment later."""
    answers = ["127.0.0.1", "127.0.0.2"]
    asked: list[str] = []

    def rebinding(host: str, port: int, **_: int) -> Found:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[min(len(asked), 2) - 1], port))]

    real = socket.create_connection
    reached: list[str] = []

    def noting(address: tuple[str, int], timeout: float) -> socket.socket:
        reached.append(address[0])
        monkeypatch.setattr(socket, "getaddrinfo", plain)
        return real(address, timeout)

    plain = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", noting)
    assert fetcher(site)(site.url("/m.json", "localhost"), KIND, MOST) == DATA
    assert (asked, reached) == (["localhost"], ["127.0.0.1"])


def test_one_local_address_among_many_is_enough_to_refuse(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: many)
    with pytest.raises(PolicyError, match=r"10\.0\.0\.1"):
        fetcher(site, allow_private=False)(site.url("/m.json", "camera.example"), KIND, MOST)


def test_who_vouches_for_the_server(site: Site, tmp_path: Path) -> None:
    with pytest.raises(VerificationError, match="not who it should be"):
        MudFetcher((), Limits(allow_private=True))(site.url("/m.json"), KIND, MOST)
    other = tmp_path / "other"
    other.mkdir()
    with (
        serving(other, "camera.example") as wrong,
        pytest.raises(VerificationError, match="IP address mismatch"),
    ):
        fetcher(wrong)(wrong.url("/m.json"), KIND, MOST)
    (tmp_path / "none.pem").write_text("nothing", "utf-8")
    for file in ("none.pem", "gone.pem"):
        with pytest.raises(InputError, match="holds no certificate"):
            MudFetcher([str(tmp_path / file)])


def cut_short(handler: BaseHTTPRequestHandler) -> None:
    page(DATA, KIND, Content_Length="100")(handler)
    handler.close_connection = True


def no_type(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(DATA)


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", KIND)
    handler.end_headers()
    for _ in range(100_000):
        handler.wfile.write(b" " * 1000)


def server_error(handler: BaseHTTPRequestHandler) -> None:
    handler.send_error(503)


def many_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    for number in range(500):
        handler.send_header(f"X-{number}", "x")
    handler.end_headers()


@pytest.mark.parametrize(
    ("behaviour", "error", "told"),
    [
        (page(b" " * (MOST + 1), KIND), VerificationError, "more than 1000 bytes"),
        (endless, VerificationError, "more than 1000 bytes"),
        (page(gzip.compress(b" " * 10**7), KIND, Content_Encoding="gzip"), VerificationError, "comes packed"),
        (page(DATA, "text/html"), VerificationError, "served as text/html"),
        (page(DATA, "application/json"), VerificationError, "served as application/json"),
        (no_type, VerificationError, "served as nothing"),
        (cut_short, SourceError, "could not be fetched"),
        (server_error, SourceError, "503"),
        (many_headers, SourceError, "could not be fetched"),
        (lambda handler: handler.wfile.write(b"nonsense\r\n\r\n"), SourceError, "could not be fetched"),
        (lambda handler: handler.wfile.write(b"HTTP/1.1 200 " + b"x" * 70_000), SourceError, "could not"),
    ],
)
def test_bad_answers_are_refused(
    site: Site, behaviour: Behaviour, error: type[RoadworthyError], told: str
) -> None:
    site.pages["/m.json"] = behaviour
    with pytest.raises(error, match=told):
        fetcher(site)(site.url("/m.json"), KIND, MOST)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then: no read waits long, and there is no end."""
    handler.send_response(200)
    handler.send_header("Content-Type", KIND)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(100):
        handler.wfile.write(b"X: y\r\n")
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize("slow", [drip, drip_headers, lambda _: time.sleep(3)])
def test_slow_servers_are_left(site: Site, slow: Behaviour) -> None:
    site.pages["/m.json"] = slow
    began = time.monotonic()
    with pytest.raises(SourceError, match="takes too long"):
        fetcher(site, seconds=0.5)(site.url("/m.json"), KIND, MOST)
    assert time.monotonic() - began < 1.5


def test_a_server_that_says_nothing(site: Site) -> None:
    """It takes the connection, and then no TLS comes."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        began = time.monotonic()
        with pytest.raises(SourceError, match="takes too long"):
            fetcher(site, seconds=0.5)(f"https://127.0.0.1:{port}/m.json", KIND, MOST)
        assert time.monotonic() - began < 1.5
    with pytest.raises(SourceError, match="could not be fetched"):
        fetcher(site)(f"https://127.0.0.1:{port}/m.json", KIND, MOST)


def test_bad_addresses(site: Site) -> None:
    for url in ("http://127.0.0.1/", "ftp://127.0.0.1/", "https://u@127.0.0.1/", "nonsense", ""):
        with pytest.raises(InputError):
            fetcher(site)(url, KIND, MOST)
    with pytest.raises(SourceError, match="not known"):
        fetcher(site)("https://camera.invalid/", KIND, MOST)
