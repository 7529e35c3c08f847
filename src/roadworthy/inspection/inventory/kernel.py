"""The Linux kernel, by its banner.

What it finds

`Linux version …` in any stretch of the image that is no file system, and in kernel files in file systems: the
version, and with which compiler it was built. The header of x86 boot images tells the release without
unpacking (Documentation/arch/x86/boot.rst).

How it can be wrong

A vendor may take patches from later versions without a new number, and most do. A rescue kernel or a boot
loader that carries a kernel speaks too. A compressed kernel that could not be unpacked is silent.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.cataloger import Cataloger, Context, Fact, File
from roadworthy.inspection.inventory._kernel import FILES, kernel, upstream_version
from roadworthy.inspection.rootfs import Node
from roadworthy.model.platform import Platform

MAX_BANNERS: Final = 8
_ANCHOR = b"Linux version "
_BANNER = re.compile(
    rb"Linux version (?P<release>\d{1,2}\.\d{1,3}[-+~.\w]{0,80}) "
    rb"\((?P<builder>[^\s()@]{1,80}@[^\s()]{1,80})\) (?P<rest>[^\0\n]{0,400})"
)
_DEBIAN = re.compile(r" (?:Debian|Ubuntu) (?P<version>\d{1,2}\.\d{1,3}\.\d{1,3})-")
_COMPILER = re.compile(
    r"(?P<name>gcc|clang) version (?P<version>\d{1,2}(?:\.\d{1,3}){0,3})"
    r"[^()]{0,40}(?:\((?P<vendor>[^()]{1,80})\))?"
    r"|(?:\((?P<packager>[^()]{1,80})\) )?(?P<newer>\d{1,2}\.\d{1,3}\.\d{1,3})(?:, GNU ld|\))"
)
_X86_MAGIC, _X86_MAGIC_AT, _X86_RELEASE_AT = b"HdrS", 0x202, 0x20E


def wants(node: Node) -> bool:
    """Files that are called like a kernel."""
    return FILES.fullmatch(node.name) is not None


def scan(file: File, context: Context) -> Iterator[Fact]:
    """What a kernel file says of itself."""
    yield from probe(file, context)
    if file.data[_X86_MAGIC_AT : _X86_MAGIC_AT + 4] == _X86_MAGIC:
        yield from _x86(file)


def probe(file: File, context: Context) -> Iterator[Fact]:
    """What the banners in some bytes say."""
    del context
    at, told = file.data.find(_ANCHOR), 0
    while at >= 0 and told < MAX_BANNERS:
        match = _BANNER.match(file.data, at)
        if match is not None:
            told += 1
            yield from _facts(match, file)
        at = file.data.find(_ANCHOR, at + len(_ANCHOR))


def _facts(match: re.Match[bytes], file: File) -> Iterator[Fact]:
    text = match[0].decode("utf-8", "backslashreplace").strip()
    place = file.evidence(offset=match.start(), excerpt=text)
    debian = _DEBIAN.search(text)
    version = debian["version"] if debian else upstream_version(match["release"].decode())
    yield kernel(version, place, rule="metadata:kernel-banner", confidence=0.99)
    compiler = _COMPILER.search(match["rest"].decode("utf-8", "backslashreplace"))
    if compiler is not None:
        name, number = compiler["name"] or "gcc", compiler["version"] or compiler["newer"]
        vendor = compiler["vendor"] or compiler["packager"]
        yield Platform(
            aspect="toolchain",
            value=f"{name} {number} ({vendor})" if vendor and vendor != "GCC" else f"{name} {number}",
            evidence=(place,),
        )


def _x86(file: File) -> Iterator[Fact]:
    """The release that an x86 boot image names in front of its compressed part."""
    try:
        (at,) = Fields("H", ByteOrder.LITTLE).unpack(file.data, _X86_RELEASE_AT)
    except EndOfData:
        return
    text = file.data[at + 0x200 : at + 0x200 + 200].partition(b"\0")[0].decode("utf-8", "backslashreplace")
    debian = _DEBIAN.search(text)
    version = debian["version"] if debian else upstream_version(text)
    if version:
        place = file.evidence(offset=at + 0x200, excerpt=text)
        yield kernel(version, place, rule="metadata:kernel-header", confidence=0.97)


CATALOGER: Final = Cataloger(title="Linux, by its banner", wants=wants, scan=scan, probe=probe)
