"""SPDX 2.2 and 2.3 as tag-value text (SPDX 2.3 §§6-11): one `Tag: value` a line, long ones in `<text>`.

What follows a package belongs to it until the next package: files too (§8.1).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from roadworthy.codecs.sbom import spdx2
from roadworthy.codecs.sbom.bill import MAX_PATH, MAX_TEXT, ClaimedFile, Mistake, Read

BEGINNING: Final = "SPDXVersion:"
_AGAIN: Final = "Have it written anew, or give the same as JSON."
_PACKAGE: Final = "PackageName"
_FILE: Final = "FileName"
_SECTIONS: Final = (_PACKAGE, _FILE, "SnippetSPDXID", "LicenseID")
_THREE: Final = 3  # words of a relationship, and of an external reference


@dataclass(slots=True)
class _Section:
    """The lines about one thing."""

    kind: str
    name: str
    line: int
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    files: list["_Section"] = field(default_factory=list)

    def first(self, tag: str) -> str:
        """The first value of a tag; empty without one."""
        return self.values[tag][0] if tag in self.values else ""

    @property
    def id(self) -> str:
        """Its SPDX id; its line where it has none."""
        return self.first("SPDXID") or f"line {self.line}"


def read(text: str) -> Read:
    """The claims of a document. Raises `Mistake`."""
    head, *sections = _sections(text)
    version = head.first("SPDXVersion")
    if version not in spdx2.VERSIONS:
        raise Mistake("line 1", f"{version[:20]!r} is not read", spdx2.OTHER_VERSION)
    document = spdx2.Document(
        packages={each.id: _package(each) for each in sections if each.kind == _PACKAGE},
        files={each.id: _file(each) for each in sections if each.kind == _FILE},
        relations=spdx2.related(
            (words[0], words[1], words[2])
            for each in (head, *sections)
            for words in (relation.split(None, _THREE) for relation in each.values["Relationship"])
            if len(words) >= _THREE
        ),
    )
    return spdx2.claims(f"{version.replace('-', ' ')} tag-value", document)


def _sections(text: str) -> list[_Section]:
    """The document's own lines, then each section, files also with their package."""
    sections = [_Section("", "", 1)]
    package: _Section | None = None
    for line, tag, value in _pairs(text):
        if tag not in _SECTIONS:
            sections[-1].values[tag].append(value)
            continue
        sections.append(_Section(tag, value, line))
        if tag == _PACKAGE:
            package = sections[-1]
        elif tag == _FILE and package is not None:
            package.files.append(sections[-1])
    return sections


def _pairs(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, tag and value; a value in ``<text>`` may go over many lines."""
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        tag, colon, value = line.partition(":")
        if not colon or not tag.strip().isalnum():
            raise Mistake(f"line {number}", "a `Tag: value` is needed here", _AGAIN)
        open_ended = value.lstrip().startswith("<text>") and "</text>" not in value
        if open_ended and not any("</text>" in more for _, more in lines):
            raise Mistake(f"line {number}", "the <text> has no end", _AGAIN)
        yield number, tag.strip(), value.strip()[:MAX_PATH]


def _package(section: _Section) -> spdx2.Package:
    references = [each.split(None, _THREE) for each in section.values["ExternalRef"]]
    located = [(words[1], words[2][:MAX_TEXT]) for words in references if len(words) >= _THREE]
    if not section.name:
        raise Mistake(f"line {section.line}", "a name is needed here", _AGAIN)
    version = section.first("PackageVersion")[:MAX_TEXT]
    claim = spdx2.claimed(section.name[:MAX_TEXT], version, located, (section.id[:MAX_TEXT],))
    files = tuple(each.id for each in section.files)
    return spdx2.Package(claim=claim, files=files, purpose=section.first("PrimaryPackagePurpose"))


def _file(section: _Section) -> ClaimedFile:
    sums = [each.partition(":") for each in section.values["FileChecksum"]]
    digests = {name.strip(): value.strip() for name, _, value in sums}
    return spdx2.claimed_file(section.name, digests, section.values["FileType"])
