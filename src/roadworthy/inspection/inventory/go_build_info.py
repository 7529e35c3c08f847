"""Go modules, by what the Go linker writes into every program.

What it finds

The version of Go and the modules that a program was built from, with their versions (debug/buildinfo), in
both forms: with pointers until Go 1.17, in place since.

How it can be wrong

Vendored modules that were changed keep their version. A module listed may be built in only in part.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from roadworthy.codecs.elf import MAGIC, Elf, NotElf, parse_elf
from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._metadata import component
from roadworthy.inspection.rootfs import Node
from roadworthy.model.component import Component

MARK: Final = b"\xff Go buildinf:"
MIN_SIZE: Final = 4096
MAX_TEXT: Final = 1024 * 1024
MAX_MODULES: Final = 5000
_POINTER_SIZE_AT, _FLAGS_AT, _POINTERS_AT, _INLINE_AT = 14, 15, 16, 32
_BIG_ENDIAN, _INLINE = 1, 2
_FENCE = 16  # bytes around the list of modules
_CPE = "cpe:2.3:a:golang:go"


def wants(node: Node) -> bool:
    """Any file that has room for a Go program."""
    return node.size >= MIN_SIZE


def scan(file: File, context: Context) -> Iterator[Component]:
    """Go itself, and the modules of a program."""
    if not file.data.startswith(MAGIC):
        return
    at = file.data.find(MARK)
    if at < 0:
        return
    try:
        elf = parse_elf(file.data)
    except NotElf:
        return
    version, modules = _texts(elf, at)
    if version.startswith("go1"):
        number = version.removeprefix("go").partition(" ")[0]
        place = file.evidence(offset=at, excerpt=version[:200])
        purl = f"pkg:golang/stdlib@{number}"
        go = component("go", number, purl, kind="go", evidence=place, context=context)
        yield replace(go, cpes=go.cpes or (f"{_CPE}:{number}:*:*:*:*:*:*:*",))
    for path, number in _modules(modules):
        purl = f"pkg:golang/{quote(path, safe='/')}@{quote(number, safe='')}"
        place = file.evidence(offset=at, excerpt=f"{path} {number}")
        yield component(path, number.removeprefix("v"), purl, kind="go", evidence=place, context=context)


def _texts(elf: Elf, at: int) -> tuple[str, str]:
    """The version and the list of modules, empty where they cannot be read."""
    data = elf.data
    head = data[at : at + _INLINE_AT]
    if len(head) < _INLINE_AT:
        return "", ""
    if head[_FLAGS_AT] & _INLINE:
        version, after = _counted(data, at + _INLINE_AT)
        modules, _ = _counted(data, after)
    else:
        size, order = head[_POINTER_SIZE_AT], "big" if head[_FLAGS_AT] & _BIG_ENDIAN else "little"
        version, modules = (_pointed(elf, at + _POINTERS_AT + size * index, size, order) for index in (0, 1))
    return _text(version), _text(modules[_FENCE:-_FENCE])


def _counted(data: bytes, at: int) -> tuple[bytes, int]:
    """A text after its length (varint, as encoding/binary), and where it ends."""
    length = shift = 0
    for index in range(at, min(at + 5, len(data))):
        length |= (data[index] & 0x7F) << shift
        shift += 7
        if not data[index] & 0x80:
            start = index + 1
            return data[start : start + min(length, MAX_TEXT)], start + length
    return b"", at


def _pointed(elf: Elf, at: int, size: int, order: str) -> bytes:
    """A text behind a pointer to its address and length."""
    if size not in (4, 8):
        return b""

    def word(place: int) -> int:
        return int.from_bytes(elf.data[place : place + size], "big" if order == "big" else "little")

    header = elf.offset_of(word(at))
    text = None if header is None else elf.offset_of(word(header))
    if header is None or text is None:
        return b""
    return elf.data[text : text + min(word(header + size), MAX_TEXT)]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _modules(text: str) -> Iterator[tuple[str, str]]:
    """Paths and versions; a replacement stands for what it replaces."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines()[:MAX_MODULES]:
        kind, *rest = line.split("\t")
        if kind in ("dep", "=>") and len(rest) > 1 and rest[0] and rest[1]:
            if kind == "=>" and found:
                found.pop()
            found.append((rest[0][:200], rest[1][:100]))
    yield from found


CATALOGER: Final = Cataloger(title="Go modules", wants=wants, scan=scan)
