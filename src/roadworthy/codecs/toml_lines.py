"""TOML with the lines on which its keys stand, so that an error in a user's file can name one."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.model.errors import InputError

MAX_BYTES: Final = 4 * 1024 * 1024
Path = tuple[str | int, ...]
_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY: Final = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
_PART: Final = re.compile(r"[\w-]+|\"[^\"]*\"|'[^']*'")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A TOML document.

    Args:
        name: The file's name, for errors.
        values: What it holds.
        lines: By path of a table or key, the line from 1 on which it begins, as far as that is known.
    """

    name: str
    values: Mapping[str, object]
    lines: Mapping[Path, int]

    def place(self, *path: str | int) -> str:
        """``FILE:LINE`` of a key, or of the nearest table around it that has a line."""
        for end in range(len(path), 0, -1):
            line = self.lines.get(path[:end]) or self.lines.get((*path[:end], 0))
            if line is not None:
                return f"{self.name}:{line}"
        return self.name


def read_toml(name: str, data: bytes) -> TomlFile:
    """The document in some bytes.

    Raises:
        InputError: It is no UTF-8 or no TOML. Names the line.
    """
    if len(data) > MAX_BYTES:
        raise InputError(f"{name} has more than {MAX_BYTES} bytes", hint="Give the right file.")
    try:
        text = data.decode("utf-8-sig")
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is no UTF-8 at byte {error.start}", hint="Save it as UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{name} is no TOML: {error}", hint="Mend that line.") from error
    return TomlFile(name, values, _lines(text))


def _lines(text: str) -> dict[Path, int]:
    """Where tables and keys begin. Goes by lines: a key inside a text of several lines is taken for one."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.fullmatch(line):
            table = _table(_parts(header[2]), counts, repeated=header[1] == "[[")
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            path = (*table, *_parts(key[1]))
            found.setdefault(path, number)
    return found


def _table(parts: Path, counts: dict[Path, int], *, repeated: bool) -> Path:
    path: Path = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if repeated and position == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(text: str) -> Path:
    return tuple(each.strip("\"'") for each in _PART.findall(text))
