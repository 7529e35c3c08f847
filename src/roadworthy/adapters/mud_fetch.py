"""Fetching MUD files and signatures over HTTPS, from whoever a device names, without trusting them.

The name of the host is looked up once, every address that it has is looked at, and the connection goes to one
of those that were looked at: a name cannot be another address a moment later. Addresses of local networks are
refused, as are redirects to another host, packed answers, answers that are too long, and servers that take
their time.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from roadworthy.model.errors import InputError, PolicyError, SourceError, VerificationError
from roadworthy.network.mud.emission import fault_of

SECONDS: Final = 20.0
MAX_REDIRECTS: Final = 3
MAX_ADDRESSES: Final = 16
HTTPS: Final = 443
MOVED: Final = frozenset({301, 302, 303, 307, 308})
OK, NOT_FOUND, GONE = 200, 404, 410
TRANSLATED: Final = tuple(map(ip_network, ("64:ff9b::/96", "2002::/16", "2001::/32")))
"""IPv6 that stands for an IPv4 address (RFC 6052, RFC 3056, RFC 4380)."""
PRIVATE_HINT: Final = "Give --allow-private if the file is on your own network, and you trust what is there."
ASK: Final = "Ask the maker, or fetch it by other means and hold it against its signature: `profile verify`."
AGAIN: Final = "Check the network, and the address."
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a fetch may take, and where it may go.

    Args:
        seconds: From the beginning to the end of one answer, redirects within.
        allow_private: Whether hosts on local networks may be asked.
    """

    seconds: float = SECONDS
    allow_private: bool = False


class MudFetcher:
    """Fetches over HTTPS.

    Args:
        authorities: Files of certificates (PEM) that may vouch for servers, beside those of the system.
        limits: What a fetch may take.

    Raises:
        InputError: An authority cannot be read.
    """

    def __init__(self, authorities: Sequence[str] = (), limits: Limits = Limits()) -> None:
        self._limits = limits
        self._context = ssl.create_default_context()
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        for each in authorities:
            try:
                self._context.load_verify_locations(cafile=each)
            except OSError as error:  # ssl.SSLError is one
                raise InputError(f"{each} holds no certificate", hint="Give it as PEM.") from error

    def __call__(self, url: str, media_type: str, limit: int) -> bytes | None:
        """What is at an address.

        Args:
            url: Where.
            media_type: As which it must be served.
            limit: The most bytes.

        Returns:
            The bytes; None if the server says that there is nothing (404, 410).

        Raises:
            InputError: The address cannot be used.
            PolicyError: It leads where nothing may be fetched from.
            SourceError: It could not be had, in time.
            VerificationError: The server is not who it should be, or gives something else.
        """
        if fault := fault_of(url):
            raise InputError(f"{url} cannot be fetched: {fault}", hint="Give an https address.")
        end = time.monotonic() + self._limits.seconds
        place = urlsplit(url)
        addresses = self._addresses(place)
        for _ in range(MAX_REDIRECTS + 1):
            answer = _Asking(place, addresses, self._context, end).ask(media_type, limit)
            if not isinstance(answer, str):
                return answer
            place = _moved(place, answer)
        raise SourceError(f"{url} is moved more than {MAX_REDIRECTS} times", hint=ASK)

    def _addresses(self, place: SplitResult) -> list[Address]:
        host = place.hostname or ""
        try:
            found = socket.getaddrinfo(host, place.port or HTTPS, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise SourceError(f"{host} is not known: {error}", hint=AGAIN) from error
        addresses = list(dict.fromkeys(ip_address(str(each[4][0]).partition("%")[0]) for each in found))
        if not self._limits.allow_private:
            for each in addresses:
                if not is_public(each):
                    what = f"{host} has the address {each}, which is not of the Internet"
                    raise PolicyError(what, hint=PRIVATE_HINT)
        return addresses[:MAX_ADDRESSES]


def is_public(address: Address) -> bool:
    """Whether it is an address of the Internet: not private, loopback, link-local, multicast, translated."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in each for each in TRANSLATED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _moved(place: SplitResult, target: str) -> SplitResult:
    """Where a redirect leads: on the same host only, for only its addresses were looked at."""
    url = urljoin(place.geturl(), target)
    moved = urlsplit(url) if not fault_of(url) else None
    if moved is None or (moved.hostname, moved.port) != (place.hostname, place.port):
        what = f"{place.geturl()} leads to another place: {url[:200]}"
        raise PolicyError(what, hint="Fetch that one, if you trust it as much.")
    return moved


class _Pinned(http.client.HTTPSConnection):
    """A connection to an address, for the name of a host."""

    def __init__(self, place: SplitResult, address: Address, context: ssl.SSLContext, seconds: float) -> None:
        super().__init__(place.hostname or "", place.port or HTTPS, context=context, timeout=seconds)
        self._address, self._tls, self._name = str(address), context, place.hostname or ""
        self.reached: socket.socket | None = None  # stays where `sock` is given to the answer

    def connect(self) -> None:
        """Connect to the address; hold the certificate against the name."""
        self.reached = self.sock = socket.create_connection((self._address, self.port), self.timeout)
        self.reached = self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._name)

    def cut(self) -> None:
        """End it from another thread."""
        with suppress(OSError):  # it has ended already
            if self.reached is not None:
                # Below TLS, which stays in place: nothing that is encrypted can pass for plain text.
                socket.socket.shutdown(self.reached, socket.SHUT_RDWR)


class _Asking:
    """One question to one host, until a moment."""

    def __init__(
        self, place: SplitResult, addresses: Sequence[Address], context: ssl.SSLContext, end: float
    ) -> None:
        self._place, self._addresses, self._context, self._end = place, addresses, context, end
        self._url = place.geturl()

    def ask(self, media_type: str, limit: int) -> bytes | str | None:
        """The answer; where it is instead; or None if there is nothing."""
        refused: OSError | None = None
        for address in self._addresses:
            left = self._end - time.monotonic()
            if left <= 0:
                break
            connection = _Pinned(self._place, address, self._context, left)
            watch = threading.Timer(left, connection.cut)
            watch.daemon = True
            watch.start()
            try:
                connection.connect()
                return self._answer(connection, media_type, limit)
            except ssl.SSLCertVerificationError as error:
                what = f"{self._place.hostname} is not who it should be: {error.verify_message}"
                raise VerificationError(what, hint=ASK) from error
            except (OSError, http.client.HTTPException) as error:
                if connection.reached is not None or not isinstance(error, OSError):
                    raise self._failed(error) from error
                refused = error
            finally:
                watch.cancel()
                connection.close()
        raise self._failed(refused)

    def _failed(self, error: Exception | None) -> SourceError:
        if time.monotonic() >= self._end or error is None:
            return SourceError(f"{self._url}: the server takes too long", hint=AGAIN)
        return SourceError(f"{self._url} could not be fetched: {error}", hint=AGAIN)

    def _answer(self, connection: _Pinned, media_type: str, limit: int) -> bytes | str | None:
        target = (self._place.path or "/") + (f"?{self._place.query}" if self._place.query else "")
        headers = {
            "Accept": media_type,
            "Accept-Encoding": "identity",
            "User-Agent": "roadworthy",
            "Connection": "close",
        }
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        if time.monotonic() >= self._end:
            raise self._failed(None)
        if answer.status in MOVED and answer.headers.get("Location"):
            return str(answer.headers["Location"])
        if answer.status in {NOT_FOUND, GONE}:
            return None
        if answer.status != OK:
            raise SourceError(f"{self._url}: the server says {answer.status}", hint=ASK)
        self._check(answer, media_type)
        data = answer.read(limit + 1)
        if len(data) > limit:
            raise VerificationError(f"{self._url} has more than {limit} bytes", hint=ASK)
        said = answer.headers.get("Content-Length")
        if (said is not None and said != str(len(data))) or time.monotonic() >= self._end:
            raise self._failed(http.client.IncompleteRead(data))
        return data

    def _check(self, answer: http.client.HTTPResponse, media_type: str) -> None:
        packed = answer.headers.get("Content-Encoding", "identity")
        if packed.strip().lower() != "identity":
            raise VerificationError(f"{self._url} comes packed ({packed[:40]}), unasked", hint=ASK)
        served = answer.headers.get_content_type() if "Content-Type" in answer.headers else "nothing"
        if served != media_type:
            what = f"{self._url} is served as {served[:80]}, not as {media_type}"
            raise VerificationError(what, hint=ASK)
