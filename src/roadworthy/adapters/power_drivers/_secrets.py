"""Secrets that drivers need: in files of their own, never in network.toml, which many may read."""

from typing import Final

from roadworthy.adapters.documents import read
from roadworthy.model.errors import InputError
from roadworthy.network.switches.driver import Settings

SECRET_BYTES: Final = 4096


def secret(settings: Settings, key: str) -> str:
    """The first line of the file that a key names; empty where it names none.

    Raises:
        InputError: The file cannot be read, or its first line is empty or cannot be sent.
    """
    path = settings.file(key)
    if not path:
        return ""
    line = read(path, limit=SECRET_BYTES).split(b"\n")[0].decode("utf-8", "replace").strip()
    if not line or not line.isascii() or not line.isprintable():
        raise InputError(f"{path} holds no secret in its first line", hint="Put it there, and nothing else.")
    return line
