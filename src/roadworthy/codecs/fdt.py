"""Flattened device trees (Devicetree Specification v0.4, chapter 5): their properties, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields

MAGIC: Final = b"\xd0\x0d\xfe\xed"
MAX_TOKENS: Final = 100_000
MAX_DEPTH: Final = 64
_HEADER = Fields("10I", ByteOrder.BIG)
_WORD = Fields("I", ByteOrder.BIG)
_PROPERTY = Fields("II", ByteOrder.BIG)
_BEGIN, _END, _PROP, _NOP, _STOP = 1, 2, 3, 4, 9
_OLDEST, _NEWEST = 16, 17


class NotDeviceTree(Exception):  # noqa: N818 -- what it means is for the caller to say
    """The bytes are no device tree, or a broken one. Says how."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property: the path of its node, its name and its raw value."""

    node: str
    name: str
    value: bytes

    @property
    def texts(self) -> tuple[str, ...]:
        """Its value as the list of texts that it is for `compatible`, `model` and their kind."""
        return tuple(
            part.decode("utf-8", "backslashreplace") for part in self.value.rstrip(b"\0").split(b"\0") if part
        )


def size_of(data: bytes, at: int = 0) -> int:
    """The size that the header claims.

    Raises:
        NotDeviceTree: There is no header of a known version.
    """
    return _header(data, at)[1]


def properties(data: bytes, at: int = 0) -> Iterator[Property]:
    """All properties in their order.

    Raises:
        NotDeviceTree: It is none, or it breaks off. What came before it was good.
    """
    _, size, tree_at, names_at, *_ = _header(data, at)
    blob = data[at : at + size]
    path: list[str] = []
    where = tree_at
    try:
        for _ in range(MAX_TOKENS):
            (token,) = _WORD.unpack(blob, where)
            where += _WORD.size
            if token == _BEGIN:
                name, where = _text(blob, where)
                path.append(name)
            elif token == _PROP:
                length, name_at = _PROPERTY.unpack(blob, where)
                where += _PROPERTY.size
                name, _ = _text(blob, names_at + name_at)
                yield Property("/".join(path) or "/", name, blob[where : where + length])
                where += (length + 3) // 4 * 4
            elif token == _END and path:
                path.pop()
            elif token != _NOP:
                return
            if len(path) > MAX_DEPTH:
                raise NotDeviceTree(f"its nodes lie deeper than {MAX_DEPTH} in each other")
    except EndOfData as short:
        raise NotDeviceTree(f"it breaks off: {short}") from short


def _header(data: bytes, at: int) -> tuple[int, ...]:
    try:
        fields = _HEADER.unpack(data, at)
    except EndOfData as short:
        raise NotDeviceTree(f"the header is cut off: {short}") from short
    version, compatible = fields[5], fields[6]
    if data[at : at + 4] != MAGIC or compatible > _NEWEST or version < _OLDEST:
        raise NotDeviceTree("there is no header of a known version")
    return fields


def _text(blob: bytes, at: int) -> tuple[str, int]:
    """A text with its NUL, and the next aligned place."""
    end = blob.find(b"\0", at, at + 256)
    if end < 0:
        raise NotDeviceTree("a name does not end")
    return blob[at:end].decode("utf-8", "backslashreplace"), (end + 4) // 4 * 4
