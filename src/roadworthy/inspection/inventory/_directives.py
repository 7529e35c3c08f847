"""Configuration files in the two forms that devices use most: directives by line, and OpenWrt's UCI."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from roadworthy.inspection.cataloger import File

MAX_LINES = 5000
MAX_VALUE = 200

_UCI_SECTION = re.compile(r"config\s++['\"]?([\w-]{1,60})['\"]?(?:\s++['\"]?([\w.-]{1,60})['\"]?)?")
_UCI_OPTION = re.compile(r"(?:option|list)\s++['\"]?([\w.-]{1,60})['\"]?\s++(.{0,400})")
_DIRECTIVE = re.compile(r"([A-Za-z][\w./-]{0,60})(?:\s*+=\s*+|\s++)(.{0,400})")


@dataclass(frozen=True, slots=True)
class Directive:
    """One line that decides something.

    Args:
        line: Its number from 1.
        name: What it sets, as written.
        value: The value, without quotes.
        section: Type of the UCI section it stands in; empty elsewhere.
        label: Name of that section; empty for one without.
        number: How many sections came before it, from 1.
    """

    line: int
    name: str
    value: str
    section: str = ""
    label: str = ""
    number: int = 0


def is_text(file: File) -> bool:
    """Whether a file is text, as far as its bytes say."""
    return b"\0" not in file.data


def uci(file: File) -> Iterator[Directive]:
    """The options of a UCI file (OpenWrt, libuci file.c): ``config type 'name'``, ``option key 'value'``."""
    section, label, number = "", "", 0
    for line, text in _lines(file):
        opened = _UCI_SECTION.fullmatch(text)
        option = _UCI_OPTION.fullmatch(text)
        if opened:
            section, label, number = opened[1], opened[2] or "", number + 1
        elif option and section:
            yield Directive(line, option[1], unquoted(option[2]), section, label, number)


def directives(file: File) -> Iterator[Directive]:
    """Lines such as ``Name value`` and ``name = value``; comments with ``#`` and ``;`` are left out."""
    for line, text in _lines(file):
        match = _DIRECTIVE.fullmatch(text)
        if match:
            yield Directive(line, match[1], unquoted(match[2]))


def unquoted(value: str) -> str:
    """A value without the quotes around it."""
    for quote in "'\"":
        if len(value) > 1 and value[0] == value[-1] == quote:
            return value[1:-1][:MAX_VALUE]
    return value[:MAX_VALUE]


def _lines(file: File) -> Iterator[tuple[int, str]]:
    if not is_text(file):
        return
    for line, text in file.lines():
        if line > MAX_LINES:
            return
        stripped = text.strip()
        if stripped and stripped[0] not in "#;":
            yield line, stripped
