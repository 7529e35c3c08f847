"""Formats: how a container or a file system is recognised and opened in place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from roadworthy.inspection.rootfs import Tree
from roadworthy.inspection.source import Source


class NotThisFormat(Exception):  # noqa: N818 -- not an error: the next format is tried
    """The bytes only looked like this format. Says what did not fit."""


class Damaged(Exception):  # noqa: N818 -- becomes a Problem
    """The bytes are of this format, and broken. Says where and how."""


@dataclass(frozen=True, slots=True)
class Magic:
    """Bytes that give a format away.

    Args:
        value: The bytes.
        offset: Where they stand, counted from the start of the structure.
    """

    value: bytes
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch inside a container, to be looked at on its own.

    Args:
        name: What the container calls it: ``kernel``, ``rootfs``.
        source: Its bytes.
        offset: Where it starts, counted from the container's start; None if it was decompressed.
        opaque: Whether the container says that no file system lies in it (boot loader, kernel).
        weight: How many bytes it counts against the limit of what is unpacked, where that is not its size:
            a part that is mapped, not copied, costs less. Of no account where there is an offset.
    """

    name: str
    source: Source
    offset: int | None
    opaque: bool = False
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a format made of the bytes.

    Args:
        size: How many bytes from the start belong to it.
        facts: What its header says, for people: ``{"compression": "xz"}``. Untrusted text.
        parts: What it contains, if it is a container.
        tree: Its files, if it is a file system.
    """

    size: int
    facts: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    tree: Tree | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One container or file system format. `open` gets a source that starts where the structure starts.

    Args:
        title: Its name, for people.
        magics: Byte patterns that make it worth a try; any one suffices.
        open: Validates and opens it. Raises `NotThisFormat` where the bytes are something else, and
            `Damaged` where they are it and cannot be used.
        program: Whether it is all the software of a device that has no file system: a microcontroller's.
    """

    title: str
    magics: tuple[Magic, ...]
    open: Callable[[Source], Opened]
    program: bool = False
