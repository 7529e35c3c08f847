"""Explain: the page of any extension, made from its own file, and the list of all."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy import __version__
from roadworthy.catalogue import Catalogue, Extension, Kind
from roadworthy.inspection.cataloger import Cataloger
from roadworthy.inspection.check import Check, Example
from roadworthy.inspection.format import Format, Magic
from roadworthy.inspection.signature import Signature
from roadworthy.model.errors import InputError
from roadworthy.model.property import Property
from roadworthy.network.switches.driver import COMMON, DRIVER, SwitchDriver
from roadworthy.regulation.framework import Framework
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Rendering, Table, Text
from roadworthy.reports.report import Export
from roadworthy.usecases._docstring import details, summary
from roadworthy.usecases._frameworks import law_or_source, requirement_document
from roadworthy.vulnerability import findings as vulnerability
from roadworthy.vulnerability.source import AdvisorySource

PAGE_TYPE: Final = "roadworthy.page/v1"
LIST_TYPE: Final = "roadworthy.extensions/v1"
MAX_SHOWN: Final = 72  # characters of an example's file
NEAREST: Final = 3
PLURALS: Final = {kind: f"{kind.removesuffix('y')}{'ies' if kind.endswith('y') else 's'}" for kind in Kind}
Pairs = tuple[tuple[str, str], ...]
MATCHES: Final[Extension[object]] = Extension(
    kind=Kind.CHECK,
    id=vulnerability.CHECK,
    object=vulnerability.findings,
    doc=vulnerability.__doc__ or "",
    origin=f"roadworthy {__version__}",
    digest="",
)
"""The check that opens no file, and so is no extension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What one extension says of itself."""

    extension: Extension[object]
    title: str
    facts: Pairs
    more: tuple[Block, ...]

    def blocks(self, level: int, *, alone: bool) -> Iterator[Block]:
        """The page; `alone` it also says what it is and where it comes from, which a chapter says once."""
        own = self.extension
        where = (("kind", own.kind.value), ("from", own.origin)) if alone else ()
        yield Heading(self.title, level)
        if summary(own.doc) not in ("", self.title):
            yield Text(f"{summary(own.doc)}.")
        yield Facts((("id", own.id), *where[:1], *self.facts, *where[1:]))
        yield from details(own.doc, level + 1)
        for block in self.more:
            yield Heading(block.text, level + 1) if isinstance(block, Heading) else block

    def data(self) -> Mapping[str, object]:
        own = self.extension
        return {
            "kind": own.kind.value,
            "id": own.id,
            "title": self.title,
            "origin": own.origin,
            "digest": own.digest,
            "facts": dict(self.facts),
            "documentation": own.doc,
        }


def explain(wanted: str, catalogue: Catalogue) -> Document:
    """The page of one extension.

    Args:
        wanted: Its id; ``kind:id`` where several kinds share the id and one is meant; of a requirement with
            its framework: ``cra:AnnexI.I.2.c``.
        catalogue: All extensions.

    Returns:
        One page; one after the other where several kinds share the id.

    Raises:
        InputError: There is none; the hint names the nearest.
    """
    kind, _, name = wanted.rpartition(":")
    if kind in catalogue.frameworks:
        return _requirement(kind, name, catalogue)
    known = (*catalogue.everything(), MATCHES)
    found = [each for each in known if each.id == name and kind in ("", each.kind)]
    if not found:
        raise InputError(f"there is no extension {wanted!r}", hint=_nearest(name, catalogue))
    pages = [_page(each, catalogue) for each in found]
    return Document(
        title=" · ".join(dict.fromkeys(page.title for page in pages)),
        blocks=tuple(block for page in pages for block in page.blocks(1, alone=True)),
        data={"type": PAGE_TYPE, "pages": [page.data() for page in pages]},
    )


def _requirement(framework: str, name: str, catalogue: Catalogue) -> Document:
    own = catalogue.frameworks[framework].object
    found = next((each for each in own.requirements if each.id == name), None)
    if found is None:
        near = difflib.get_close_matches(name, [each.id for each in own.requirements], NEAREST, 0.5)
        meant = f"Did you mean {' or '.join(f'{framework}:{each}' for each in near)}? " if near else ""
        hint = f"{meant}`roadworthy explain {framework}` lists them all."
        raise InputError(f"{framework} has no requirement {name!r}", hint=hint)
    properties = {name: each.object for name, each in catalogue.properties.items()}
    return requirement_document(own, found, properties)


def overview(catalogue: Catalogue) -> Document:
    """All extensions by kind, a line each."""
    blocks: list[Block] = [Heading("Extensions", 1)]
    entries = []
    for kind in Kind:
        pages = [_page(each, catalogue) for each in catalogue.everything() if each.kind is kind]
        if pages:
            rows = tuple((page.extension.id, page.title) for page in pages)
            blocks += [Heading(PLURALS[kind].capitalize()), Table(("id", "what it is"), rows)]
            entries += [{"kind": kind.value, "id": name, "title": title} for name, title in rows]
    return Document(title="Extensions", blocks=tuple(blocks), data={"type": LIST_TYPE, "extensions": entries})


def chapter(kind: Kind, catalogue: Catalogue, distribution: str) -> Iterator[Block]:
    """The pages of all extensions of one kind that one distribution brings, for its reference."""
    for each in catalogue.everything():
        if each.kind is kind and each.origin.split(" ")[0] == distribution:
            yield from _page(each, catalogue).blocks(2, alone=False)


def _nearest(name: str, catalogue: Catalogue) -> str:
    known = sorted({each.id for each in (*catalogue.everything(), MATCHES)})
    near = [f"{each.kind}:{each.id}" for each in catalogue.everything() if each.id == name]
    near += difflib.get_close_matches(name, known, NEAREST, 0.5)
    near += [each for each in known if name and name in each and each not in near]
    listed = "`roadworthy explain` lists them all."
    return f"Did you mean {' or '.join(near[:NEAREST])}? {listed}" if near else listed


def _page(extension: Extension[object], catalogue: Catalogue) -> _Page:
    title, facts, more = _described(extension.object, extension.id, catalogue)
    return _Page(
        extension=extension,
        title=title or summary(extension.doc) or extension.id,
        facts=tuple(pair for pair in facts if pair[1]),
        more=more,
    )


Described = tuple[str, Pairs, tuple[Block, ...]]


def _described(thing: object, name: str, catalogue: Catalogue) -> Described:
    """Title, facts and further chapters of a thing; a kind that says no more has only its docstring."""
    described: Described = getattr(thing, "title", ""), (), ()
    match thing:
        case Format():
            described = thing.title, (("recognised by", "; ".join(map(_magic, thing.magics))),), ()
        case Cataloger():
            described = thing.title, (("reads", _ways(thing)),), ()
        case Signature():
            described = _signature(thing)
        case Check():
            described = _check(thing, catalogue)
        case Property():
            described = _property(thing, name, catalogue)
        case Framework() | AdvisorySource():
            described = law_or_source(thing)
        case SwitchDriver() | Rendering() | Export():
            described = _by_id(thing, name)
    return described


def _magic(magic: Magic) -> str:
    text = "".join(chr(byte) if 0x20 < byte < 0x7F else "." for byte in magic.value)  # noqa: PLR2004 -- ASCII
    return f"{magic.value.hex(' ')} ({text}) at byte {magic.offset}"


def _ways(own: Cataloger) -> str:
    ways = [
        "each wanted file by itself" if own.scan else "",
        "the small wanted files of a file system together" if own.join else "",
    ]
    return ", and ".join(way for way in ways if way)


def _signature(own: Signature) -> Described:
    facts = (
        ("upstream prints it in", own.source),
        ("anchor", own.anchor.decode("ascii", "backslashreplace")),
        ("pattern", own.pattern),
        ("purl", own.purl),
        ("cpe", ", ".join(own.cpes)),
        ("confidence", f"{100 * own.confidence:.0f} %"),
    )
    rows = tuple((text, f"version {version}") for text, version in own.matches)
    rows += tuple((text, "no match") for text in own.rejects)
    return own.title, facts, (Heading("Examples"), Table(("text", "what comes out"), rows))


def _check(own: Check, catalogue: Catalogue) -> Described:
    asked = catalogue.properties.get(own.shows)
    facts = (
        ("answers", own.shows),
        ("the question", asked.object.question if asked else ""),
        ("severity", own.severity.value),
    )
    rows = tuple((each.outcome.value, _world(each)) for each in own.examples)
    return "", facts, (Heading("Examples"), Table(("what it says", "of these files"), rows))


def _world(example: Example) -> str:
    return ", ".join(
        f"{path} with {_content(content)}" if content else f"{path}, empty"
        for path, content in example.files.items()
    )


def _content(content: str | bytes) -> str:
    if isinstance(content, bytes):
        return f"{len(content)} bytes"
    line = content.removesuffix("\n")
    return repr(line) if len(line) <= MAX_SHOWN else f"{line[:MAX_SHOWN]!r}…"


def _property(own: Property, name: str, catalogue: Catalogue) -> Described:
    checks = [each.id for each in catalogue.checks.values() if each.object.shows == name]
    checks += [MATCHES.id] if name in (vulnerability.KNOWN, vulnerability.EXPLOITED) else []
    facts = (
        ("must act", ", then ".join(own.responsible).replace("_", " ")),
        ("can be answered by what is", " or ".join(own.answerable)),
        (
            "an answer holds",
            f"{own.fresh_days} days" if own.fresh_days else "as long as the subject is the same",
        ),
        ("answered by", ", ".join(checks) or "no check yet"),
    )
    more = (Heading("Why it matters"), Text(own.why), Heading("What to do"), Text(own.remedy))
    return own.question, facts, more


def _by_id(own: SwitchDriver | Rendering | Export, name: str) -> Described:
    """What a user chooses by its id."""
    if isinstance(own, SwitchDriver):
        return own.title, (), (Heading("Settings"), _settings(own, name))
    return own.title, _rendering(own, name), ()


def _settings(own: SwitchDriver, name: str) -> Table:
    rows = {**COMMON, DRIVER: f'"{name}"', **own.keys}
    return Table(("key in [devices.NAME.power]", "what it says"), tuple(rows.items()))


def _rendering(own: Rendering | Export, name: str) -> Pairs:
    return (
        ("chosen by", f"--format {name}"),
        ("media type", own.media_type),
        ("file name", f"*{own.suffix}"),
    )
