"""Portal: the page that a quarantined device's user is led to, and what RFC 8908 tells the device itself."""

import asyncio
import html
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

API: Final = "/captive-portal"
_IDLE: Final = 10.0
_MOST: Final = 64
_MOST_EACH: Final = 4
_MOST_LINES: Final = 100
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:38rem;margin:3rem auto;padding:0 1rem}}
dt{{font-weight:600}}dd{{margin:0 0 .6rem}}</style></head>
<body><h1>{title}</h1>{body}</body></html>
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a device in quarantine, or its user, is told.

    Args:
        device: Its name.
        why: The reason.
        since: Since when, in words.
        reaches: What it still reaches, in words.
    """

    device: str
    why: str
    since: str
    reaches: str


def page(notice: Notice | None) -> str:
    """The page for people."""
    if notice is None:
        return _PAGE.format(
            title="This device is not in quarantine",
            body="<p>Nothing is held back but what its profile does not allow.</p>",
        )
    rows = (
        ("Why", notice.why),
        ("Since", notice.since),
        ("It still reaches", notice.reaches),
        ("How it ends", f"Whoever runs this network lifts it: roadworthy guard lift {notice.device}"),
    )
    body = "".join(f"<dt>{name}</dt><dd>{html.escape(text)}</dd>" for name, text in rows)
    return _PAGE.format(title=f"{html.escape(notice.device)} is in quarantine", body=f"<dl>{body}</dl>")


def api(notice: Notice | None, uri: str) -> bytes:
    """What the API says (RFC 8908 §5). The page's address may be https only; another one is left out."""
    said: dict[str, object] = {"captive": notice is not None}
    if notice is not None and uri.startswith("https://"):
        said["user-portal-url"] = uri
    return json.dumps(said).encode()


async def serve(
    address: str, port: int, notice_of: Callable[[str], Notice | None], uri: str
) -> asyncio.AbstractServer:
    """Serve page and API.

    Args:
        address: Where to listen.
        port: Likewise.
        notice_of: Gives what a device is told, by its address.
        uri: Where the page is published.
    """
    served: Counter[str] = Counter()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        who = writer.get_extra_info("peername")[0]
        if served.total() >= _MOST or served[who] >= _MOST_EACH:
            writer.close()
            return
        served[who] += 1
        try:
            await answer(reader, writer, who)
        finally:
            served[who] -= 1
            if not served[who]:
                del served[who]
            writer.close()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, who: str) -> None:
        with suppress(OSError, TimeoutError, ValueError):
            path = await asyncio.wait_for(_path(reader), _IDLE)
            notice = notice_of(who)
            if path.startswith(API):
                kind, body = "application/captive+json", api(notice, uri)
            else:
                kind, body = "text/html; charset=utf-8", page(notice).encode()
            status = (
                "200 OK" if path.startswith(API) or notice is None else "511 Network Authentication Required"
            )
            head = (
                f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
                "Cache-Control: private, no-store\r\nConnection: close\r\n\r\n"
            )
            writer.write(head.encode() + body)
            await writer.drain()

    return await asyncio.start_server(one, address, port, limit=8192)


async def _path(reader: asyncio.StreamReader) -> str:
    first = (await reader.readline()).decode("latin-1").split()
    for _ in range(_MOST_LINES):
        if not (await reader.readline()).strip():
            break
    return first[1] if len(first) > 1 else "/"
