"""Catalogers: how a fact gets from a file into the inventory."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from roadworthy.inspection.masking import masked
from roadworthy.inspection.report import Region
from roadworthy.inspection.rootfs import Node, RootFS
from roadworthy.inspection.signature import SignatureSet
from roadworthy.model.component import Component
from roadworthy.model.credential import Credential
from roadworthy.model.endpoint import Endpoint
from roadworthy.model.evidence import Evidence
from roadworthy.model.kernel_part import KernelPart
from roadworthy.model.key_material import KeyMaterial
from roadworthy.model.platform import Platform
from roadworthy.model.program import Program
from roadworthy.model.secret import Secret
from roadworthy.model.service import Service
from roadworthy.model.setting import Setting

KEEP_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """What a package database says of the files that a package brought.

    Args:
        purl: The package, as its `Component` has it.
        files: Their absolute paths, links not followed; some may be gone.
    """

    purl: str
    files: tuple[str, ...]


Fact = (
    Component
    | Service
    | Credential
    | KeyMaterial
    | Endpoint
    | Program
    | Setting
    | Secret
    | Platform
    | KernelPart
    | Ownership
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a cataloger may know besides the image.

    Args:
        now: The moment for which the inventory speaks.
        signatures: The version signatures, compiled.
    """

    now: datetime
    signatures: SignatureSet


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the image with its bytes, read once and shared by all who want it.

    Args:
        node: Its name and metadata.
        data: Its whole content.
        where: Path of its file system inside the image, outermost first.
    """

    node: Node
    data: bytes
    where: tuple[str, ...]

    def evidence(self, *, offset: int | None = None, line: int | None = None, excerpt: str = "") -> Evidence:
        """Evidence that points into this file. Secrets in `excerpt` are masked; mask more yourself."""
        path = (*self.where, self.node.path)
        return Evidence(path=path, offset=offset, line=line, excerpt=masked(excerpt))

    def lines(self) -> Iterator[tuple[int, str]]:
        r"""Its lines as text with their numbers from 1; bytes that are no UTF-8 stand as ``\\xNN``."""
        yield from enumerate(self.data.decode("utf-8", "backslashreplace").splitlines(), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The small files of one file system that catalogers asked for, and all its nodes.

    Args:
        root: The file system.
        files: The files that this cataloger wanted, by path, sorted.
    """

    root: RootFS
    files: Mapping[str, File]

    def get(self, path: str) -> File | None:
        """The file at a path, links followed, if it was wanted and small enough to keep."""
        node = self.root.get(path)
        return None if node is None else self.files.get(node.path)


def nothing(node: Node) -> bool:
    """What a cataloger wants that looks into no file."""
    del node
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The stretches of the image and what their headers say.

    Args:
        name: What the image is called in evidence.
        regions: The stretches, in order.
    """

    name: str
    regions: tuple[Region, ...]

    def evidence(self, region: Region, excerpt: str) -> Evidence:
        """Evidence that points to the header of a stretch."""
        return Evidence(path=(self.name, region.path[-1]), offset=region.offset, excerpt=masked(excerpt))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cataloger:
    """One source of facts. At least one of `scan`, `join`, `probe` and `headers` is there.

    Args:
        title: What it finds, for people.
        wants: Which files it wants to see; asked once for each regular file.
        scan: Gets each wanted file while it is in memory: for large files, judged one by one.
        join: Gets all wanted files of a file system that are small (at most `keep_bytes`) together:
            for facts that stand in several files.
        probe: Gets each stretch of the image that is no file system and no container: kernels, boot
            loaders, device trees, what nothing recognised. The node's path is its name in the image.
        headers: Gets what the headers of the image's stretches say.
        keep_bytes: The largest file that `join` gets.
    """

    title: str
    wants: Callable[[Node], bool] = nothing
    scan: Callable[[File, Context], Iterable[Fact]] | None = None
    join: Callable[[Kept, Context], Iterable[Fact]] | None = None
    probe: Callable[[File, Context], Iterable[Fact]] | None = None
    headers: Callable[[Layout, Context], Iterable[Fact]] | None = None
    keep_bytes: int = KEEP_BYTES
