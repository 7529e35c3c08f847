"""Resolver in the path: devices ask it, it asks upstream, and tells them when the way is open.

It keeps no cache of its own: every answer that a device gets passes here, also one that upstream had at hand.
So what a device was told, and for how long, is known, and an element lasts as long as the answer.
"""

import asyncio
import secrets
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from roadworthy.network.guard.dns_reply import (
    Code,
    MalformedMessageError,
    Message,
    answers_to,
    read_message,
    refusal,
    respelled,
    truncation,
)

PATIENCE: Final = 2.0
MOST_AT_ONCE: Final = 256
MOST_EACH: Final = 64
MOST_CONNECTIONS: Final = 128
"""Questions at once, of all and of one host; connections at once."""
_IDLE: Final = 10.0
_UDP_SIZE: Final = 1232  # the size that passes everywhere without fragments (DNS Flag Day 2020)
Ends = tuple[str, int]
Decide = Callable[[str, Message], Code | None]
Release = Callable[[str, Message], Awaitable[Code | None]]


class Resolver:
    """DNS for the devices of a network.

    Args:
        upstream: Whom it asks, in order: address and port.
        decide: Whether a question of somebody (by address) may be asked; the code that it gets if not.
        release: Does what an answer needs before it goes; the code to give instead, if it must not.
    """

    def __init__(self, upstream: Sequence[Ends], decide: Decide, release: Release) -> None:
        self._upstream = upstream
        self._decide = decide
        self._release = release
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking: Counter[str] = Counter()
        self._closing: list[Callable[[], None]] = []
        self._connections = 0

    async def listen(self, address: str, port: int = 53) -> None:
        """Serve at an address, over UDP and TCP. Raises `OSError` if somebody else does."""
        loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._serve, address, port)
        self._closing.append(server.close)
        transport, _ = await loop.create_datagram_endpoint(lambda: _Asked(self), (address, port))
        self._closing.append(transport.close)

    def close(self) -> None:
        """Serve no more."""
        for each in self._closing:
            each()
        for task in self._tasks:
            task.cancel()

    def asked(self, data: bytes, who: Ends, transport: asyncio.DatagramTransport) -> None:
        """A question has come by UDP."""
        if len(self._tasks) >= MOST_AT_ONCE or self._asking[who[0]] >= MOST_EACH:
            return
        self._asking[who[0]] += 1
        task = asyncio.create_task(self._reply(data, who, transport))
        self._tasks.add(task)
        task.add_done_callback(partial(self._answered, who[0]))

    def _answered(self, who: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._asking[who] -= 1
        if not self._asking[who]:
            del self._asking[who]

    async def _reply(self, data: bytes, who: Ends, transport: asyncio.DatagramTransport) -> None:
        reply = await self.answer(data, who[0])
        if reply is None:
            return
        if len(reply) > _UDP_SIZE:
            with suppress(MalformedMessageError):
                reply = truncation(read_message(data))
        transport.sendto(reply, who)

    async def answer(self, data: bytes, who: str) -> bytes | None:
        """The reply to a question; None for what is none, and gets no reply."""
        try:
            query = read_message(data)
        except MalformedMessageError:
            return None
        if not query.is_query:
            return None
        code = self._decide(who, query)
        if code is not None:
            return refusal(data, query, code)
        got = await self.ask(data, query)
        if got is None:
            return refusal(data, query, Code.SERVER_FAILURE)
        reply, message = got
        code = await self._release(who, message)
        if code is not None:
            return refusal(data, query, code)
        return respelled(reply, query.number, query.spelling)

    async def ask(self, data: bytes, query: Message) -> tuple[bytes, Message] | None:
        """What upstream says to a question: the first that answers; None if none does."""
        for place in self._upstream:
            sent = respelled(data, secrets.randbelow(1 << 16), _mixed(query))
            with suppress(OSError, TimeoutError, MalformedMessageError, asyncio.IncompleteReadError):
                return await asyncio.wait_for(_exchange(sent, place), PATIENCE)
        return None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        try:
            while self._connections <= MOST_CONNECTIONS:
                size = int.from_bytes(await asyncio.wait_for(reader.readexactly(2), _IDLE), "big")
                data = await asyncio.wait_for(reader.readexactly(size), _IDLE)
                reply = await self.answer(data, writer.get_extra_info("peername")[0])
                if reply is None:
                    return
                writer.write(len(reply).to_bytes(2, "big") + reply)
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return
        finally:
            self._connections -= 1
            writer.close()


class _Asked(asyncio.DatagramProtocol):
    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Ends) -> None:
        if self._transport is not None:
            self._resolver.asked(data, (addr[0], addr[1]), self._transport)


def _mixed(query: Message) -> bytes:
    """The question with letters of random case: a forger must guess them too (draft-vixie-dnsext-dns0x20)."""
    coins = secrets.token_bytes(len(query.spelling))
    end = len(query.spelling) - 4  # type and class are no letters
    return bytes(
        each ^ 0x20 if at < end and chr(each).isascii() and chr(each).isalpha() and coin & 1 else each
        for at, (each, coin) in enumerate(zip(query.spelling, coins, strict=True))
    )


async def _exchange(sent: bytes, place: Ends) -> tuple[bytes, Message]:
    """Ask one server: by UDP, and by TCP where the answer is cut."""
    question = read_message(sent)
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0)
        asking.connect(place)
        await loop.sock_sendall(asking, sent)
        while True:
            reply = await loop.sock_recv(asking, 65_535)
            with suppress(MalformedMessageError):
                message = read_message(reply)
                if answers_to(question, message):
                    break
    return await _by_stream(sent, place, question) if message.is_truncated else (reply, message)


async def _by_stream(sent: bytes, place: Ends, question: Message) -> tuple[bytes, Message]:
    reader, writer = await asyncio.open_connection(*place)
    try:
        writer.write(len(sent).to_bytes(2, "big") + sent)
        reply = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
    finally:
        writer.close()
    message = read_message(reply)
    if not answers_to(question, message):
        raise MalformedMessageError("not the answer to what was asked")
    return reply, message
