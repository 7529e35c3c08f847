"""Control: a socket in the guard's state folder, for those who may write there. JSON, a line each way."""

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from roadworthy.model.errors import InputError

FILE: Final = "guard.sock"
PATIENCE: Final = 30.0
MOST_BYTES: Final = 16 * 1024 * 1024
_IDLE: Final = 10.0
Request = Mapping[str, object]
Answer = Callable[[Request], Awaitable[Request]]


async def serve(folder: Path, answer: Answer) -> asyncio.AbstractServer:
    """Answer requests until the server is closed."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
            line = await asyncio.wait_for(reader.readline(), _IDLE)
            request = json.loads(line)
            try:
                reply = await answer(request) if isinstance(request, dict) else {"error": "no object"}
            except Exception as error:  # noqa: BLE001 -- whoever asked must know that it was not done
                reply = {"error": f"it was not done: {error}"}
            writer.write(json.dumps(reply).encode() + b"\n")
            await writer.drain()
        writer.close()

    path = folder / FILE
    path.unlink(missing_ok=True)  # of a guard that was killed: this one holds the lock
    before = os.umask(0o177)
    try:
        return await asyncio.start_unix_server(one, str(path))
    finally:
        os.umask(before)


def ask(folder: Path, request: Request) -> Request | None:
    """What the guard says to a request; None if none runs.

    Raises:
        InputError: It may not be asked, or does not understand.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE)
        try:
            connection.connect(str(folder / FILE))
            connection.sendall(json.dumps(request).encode() + b"\n")
            with connection.makefile("rb") as file:
                line = file.readline(MOST_BYTES)
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
            return None
        except OSError as error:
            hint = "The guard answers those who may write into its state folder."
            raise InputError(f"{folder / FILE}: {error.strerror or error}", hint=hint) from error
    if not line:
        raise InputError("the guard gave no answer: it may not have done it", hint="Ask `guard status`.")
    reply: Request = json.loads(line)
    if "error" in reply:
        raise InputError(str(reply["error"]), hint=str(reply.get("hint", "See `roadworthy guard status`.")))
    return reply
