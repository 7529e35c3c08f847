"""A bill of materials: what somebody claims to be in an image."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_CLAIMS: Final = 20_000
MAX_FILES: Final = 200_000
MAX_TEXT: Final = 300
MAX_PATH: Final = 4096


class Mistake(Exception):  # noqa: N818 -- it becomes an `InputError` as soon as the file's name is known
    """Something in the file cannot be used.

    Args:
        at: The place in the file: a line, or a JSON path.
        what: What is wrong there.
        hint: The way out.
    """

    def __init__(self, at: str, what: str, hint: str) -> None:
        super().__init__(f"{at}: {what}" if at else what)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class ClaimedFile:
    """A file that a package is said to bring: its absolute path, and its digests in lower-case hex."""

    path: str
    sha1: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One component that is said to be in the image. All text is untrusted.

    Args:
        name: As the document has it.
        version: As the document has it; empty where it has none.
        purl: Package URL; empty without one.
        cpes: CPE 2.3 names.
        source: What it was built from, by name: a recipe, a source package; empty where that is not told.
        files: What it brings, if the document says so.
        place: Where it stands in the document: an element's id, in an archive after the document's name.
        line: The line, in a document of lines.
    """

    name: str
    version: str = ""
    purl: str = ""
    cpes: tuple[str, ...] = ()
    source: str = ""
    files: tuple[ClaimedFile, ...] = ()
    place: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillOfMaterials:
    """One document.

    Args:
        name: File name, without folders. Untrusted text.
        form: What it is: ``CycloneDX 1.6``, ``SPDX 3.0``, ``Yocto manifest``.
        claims: What it says to be in the image.
        left_out: What else it lists, counted by the reason why that is no claim about the image.
        sha256: Digest of the document, lower-case hex.
    """

    name: str
    form: str
    claims: tuple[Claimed, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a parser makes of a document: its form, the claims, and the reasons for what is left out."""

    form: str
    claims: tuple[Claimed, ...]
    left_out: tuple[str, ...] = ()

    @property
    def counted(self) -> dict[str, int]:
        """How often each reason stands there."""
        return dict(sorted(Counter(self.left_out).items()))


def bounded(claims: Iterable[Claimed]) -> tuple[Claimed, ...]:
    """The claims. Raises `Mistake` where they are too many, or name too many files."""
    kept: list[Claimed] = []
    files = 0
    for claim in claims:
        files += len(claim.files)
        if len(kept) == MAX_CLAIMS or files > MAX_FILES:
            what = f"it claims more than {MAX_CLAIMS} components or {MAX_FILES} files"
            raise Mistake("", what, "Give a bill of materials of this image alone, without its sources.")
        kept.append(claim)
    return tuple(kept)


def absolute(path: str) -> str:
    """A path as the image has it: ``./bin/sh`` and ``bin/sh`` are ``/bin/sh``; empty for what is none."""
    parts = [part for part in path[:MAX_PATH].split("/") if part not in ("", ".")]
    return "" if ".." in parts or not parts else "/" + "/".join(parts)
