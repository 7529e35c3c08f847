"""The files that bills of materials name, looked for in the file systems of an image."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.elf import MAGIC
from roadworthy.codecs.sbom.bill import BillOfMaterials, ClaimedFile
from roadworthy.inspection.cataloger import Cataloger, Context, Fact, File
from roadworthy.inspection.rootfs import Node, NodeKind, RootFS
from roadworthy.model.evidence import Evidence

TITLE: Final = "Digests of files that a bill of materials names"
_Place = tuple[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A claimed file that is there; whether its bytes are those claimed, None where nobody can tell."""

    evidence: Evidence
    alike: bool | None
    program: bool


class ClaimedFiles:
    """Where the claimed files are. The survey reads each once, with the cataloger that this gives it.

    Args:
        bills: The bills of materials.
        roots: The file systems.
    """

    def __init__(self, bills: Iterable[BillOfMaterials], roots: Sequence[RootFS]) -> None:
        claimed = [file for bill in bills for claim in bill.claims for file in claim.files]
        sums = {file.path for file in claimed if file.sha1 or file.sha256}
        self._there: Mapping[str, list[_Place]] = {
            path: found for path in {file.path for file in claimed} if (found := list(_places(path, roots)))
        }
        self._wanted = {place[1] for path in sums for place in self._there.get(path, ())}
        self._digests: dict[_Place, tuple[str, str]] = {}
        self._programs: set[_Place] = set()

    @property
    def cataloger(self) -> Cataloger:
        """Takes the digests while the files are in memory anyway; it finds no facts."""
        return Cataloger(title=TITLE, wants=self._wants, scan=self._take)

    def find(self, file: ClaimedFile) -> SeenFile | None:
        """The file in the image; of several, the one that is alike. None where it is not there."""
        seen = [self._seen(file, place) for place in self._there.get(file.path, ())]
        return min(seen, key=lambda each: (True, None, False).index(each.alike), default=None)

    def _wants(self, node: Node) -> bool:
        return node.path in self._wanted

    def _take(self, file: File, _: Context) -> Iterable[Fact]:
        sha1 = hashlib.sha1(file.data, usedforsecurity=False).hexdigest()
        place = file.where, file.node.path
        self._digests[place] = sha1, hashlib.sha256(file.data).hexdigest()
        if file.data.startswith(MAGIC):
            self._programs.add(place)
        return ()

    def _seen(self, file: ClaimedFile, place: _Place) -> SeenFile:
        where, path = place
        sha1, sha256 = self._digests.get(place, ("", ""))
        claimed, found = (file.sha256, sha256) if file.sha256 else (file.sha1, sha1)
        digest = f"sha256:{sha256}" if sha256 else ""
        alike = claimed == found if claimed and found else None
        return SeenFile(Evidence(path=(*where, path), digest=digest), alike, place in self._programs)


def _places(path: str, roots: Iterable[RootFS]) -> Iterable[_Place]:
    """Where a path leads to in each file system, links followed; a link to nowhere is there, too."""
    for root in roots:
        node = root.get(path) or root.nodes.get(path)
        if node is not None and node.kind is not NodeKind.DIRECTORY:
            yield root.where, node.path
