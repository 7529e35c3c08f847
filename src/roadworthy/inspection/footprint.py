"""Footprint: which bytes of the file systems serve which purpose, and which component they belong to."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from roadworthy.inspection.rootfs import Node, NodeKind, RootFS
from roadworthy.model.component import Component

WEB: Final = frozenset({"www", "web", "webpages", "htdocs", "html", "http"})
PURPOSES: Final = (
    ("kernel modules", re.compile(r"\.ko(?:\.\w+)?\Z")),
    ("device firmware", re.compile(r"\A(?:/usr)?/lib/firmware/")),
    ("libraries", re.compile(r"\.so(?:\.[\w.]+)?\Z")),
    ("configuration", re.compile(r"\A/etc/")),
)
PROGRAMS: Final = frozenset({"bin", "sbin", "libexec"})
LINKED_IN: Final[Mapping[str, str]] = {
    "axtls": "axtls",
    "brotli": "brotli",
    "bzip2": "bz2 bzip2",
    "c-ares": "cares",
    "cjson": "cjson",
    "curl": "curl",
    "expat": "expat",
    "freetype": "freetype",
    "gcc": "gcc stdc++ ssp atomic gomp",
    "gnutls": "gnutls",
    "gsoap": "gsoap",
    "jansson": "jansson",
    "json-c": "json",
    "lz4": "lz4",
    "lzo": "lzo",
    "mbedtls": "mbed",
    "musl": "musl libc",
    "ncurses": "curses tinfo",
    "nettle": "nettle hogweed",
    "nghttp2": "nghttp2",
    "nss": "nss smime softokn freebl",
    "openldap": "ldap lber",
    "openssl": "ssl crypto",
    "pcre": "pcre",
    "pcre2": "pcre2",
    "polarssl": "polarssl",
    "protobuf": "protobuf",
    "readline": "readline history",
    "sqlite": "sqlite",
    "wolfssl": "wolfssl",
    "xz": "lzma xz",
    "zlib": "libz",
    "zstd": "zstd",
}
"""Libraries that are often linked into somebody else's program, and words in the names of their own files."""
EXECUTABLE: Final = 0o111
CODE: Final = ("programs", "libraries", "kernel modules", "device firmware")
MIN_BLOB: Final = 16 * 1024
MAX_BLOBS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Files that serve one purpose and belong together.

    Args:
        purpose: ``programs``, ``libraries``, ``kernel modules``, ``web interface``, ….
        owner: Name of the component they belong to; empty where none explains them. Untrusted text.
        size: Bytes of their content; hard links count once.
        files: How many.
    """

    purpose: str
    owner: str
    size: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A file of code that no component explains.

    Args:
        path: Where it lies, outermost first. Untrusted text.
        purpose: As in `Share`.
        size: Bytes of its content.
    """

    path: tuple[str, ...]
    purpose: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What takes the room.

    Args:
        shares: All regular files by purpose and owner, the largest share first.
        blobs: The largest files of code without an owner, the largest first.
    """

    shares: tuple[Share, ...]
    blobs: tuple[Blob, ...]


def footprint(
    roots: Sequence[RootFS],
    components: Sequence[Component],
    packages: Sequence[Mapping[str, str]] = (),
) -> Room:
    """What takes the room, and whose it is.

    How it can be wrong: the purpose is told by the path; a file belongs to a component only if its package
    database says so, or the component was seen in it. A library that was seen in a file of another name is
    linked into it, and owns nothing of it. What a vendor wrote itself is a blob, too.

    Args:
        roots: The file systems.
        components: What was recognised in them.
        packages: For each of `roots`, paths of files to the purls of the components that brought them.
    """
    owners = _owners(components)
    names = {each.purl: each.name for each in components if each.purl}
    for root, brought in zip(roots, packages, strict=False):
        owners |= {(*root.where, path): names[purl] for path, purl in brought.items() if purl in names}
    sizes: Counter[tuple[str, str]] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    blobs: list[Blob] = []
    for root in roots:
        for node in _files(root):
            path = (*root.where, node.path)
            key = purpose, owner = purpose_of(node), owners.get(path, "")
            sizes[key] += node.size
            counts[key] += 1
            if not owner and purpose in CODE and node.size >= MIN_BLOB:
                blobs.append(Blob(path=path, purpose=purpose, size=node.size))
    shares = (
        Share(purpose=purpose, owner=owner, size=size, files=counts[purpose, owner])
        for (purpose, owner), size in sizes.items()
    )
    return Room(
        shares=tuple(sorted(shares, key=lambda each: (-each.size, each.purpose, each.owner))),
        blobs=tuple(sorted(blobs, key=lambda each: (-each.size, each.path))[:MAX_BLOBS]),
    )


def purpose_of(node: Node) -> str:
    """What a file is for, as far as its path and mode tell."""
    for purpose, pattern in PURPOSES:
        if pattern.search(node.path):
            return purpose
    folders = set(node.path.split("/")[1:-1])
    if folders & PROGRAMS and node.mode & EXECUTABLE:
        return "programs"
    return "web interface" if folders & WEB else "other files"


def _files(root: RootFS) -> Iterator[Node]:
    seen: set[int] = set()
    for node in root.nodes.values():
        if node.kind is not NodeKind.FILE or (node.inode and node.inode in seen):
            continue
        seen.add(node.inode)
        yield node


def _owners(components: Iterable[Component]) -> dict[tuple[str, ...], str]:
    """By path, the component that was seen there most surely."""
    owners: dict[tuple[str, ...], str] = {}
    for component in sorted(components, key=lambda each: (each.confidence, each.name)):
        owners |= {
            evidence.path: component.name
            for evidence in component.evidence
            if not _linked_into(component.name, evidence.path[-1].rpartition("/")[2])
        }
    return owners


def _linked_into(name: str, file: str) -> bool:
    """Whether a component is a library, and the file in which it was seen is another's."""
    words = LINKED_IN.get(name, name.removeprefix("lib") if name.startswith("lib") else "")
    return bool(words) and not any(word in file.lower() for word in words.split())
