"""Opening: what an image is made of, found by its headers and, failing that, by carving."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from roadworthy.inspection.carving import Candidate, Carver
from roadworthy.inspection.format import Damaged, Format, NotThisFormat, Opened, Part
from roadworthy.inspection.limits import Budget, Limits
from roadworthy.inspection.payload import Payload
from roadworthy.inspection.report import Region
from roadworthy.inspection.rootfs import Node, RootFS, Tree
from roadworthy.inspection.source import Source, Window
from roadworthy.inspection.texture import entropy, filler
from roadworthy.model.problem import Problem

ALIGNMENT = 64  # a shorter gap between the parts of a container is no region of its own
SEPARATOR = " » "
LEAST: Final = 512  # bytes of something without files that counts inside what has more than `LARGE`
LARGE: Final = 1024 * 1024
DAMAGED = "The image may be truncated or damaged; compare its digest with the maker's."
UNKNOWN = (
    "Ask the maker how it is packed, or let unblob try with --unblob; what lies in it was not looked at."
)
TOO_MUCH = "The image is not like firmware, or made to exhaust the reader; inspect its parts one by one."
REPORT_BUG = "Report it to whoever wrote the format; the rest of the image was read."


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedImage:
    """What was found.

    Args:
        regions: Every stretch, in order, recognised or not. Those at the top cover the image without gaps.
        roots: The file systems that could be read.
        problems: What could not.
        payloads: The stretches that are neither file system, container nor padding. A microcontroller's
            program is one, whole with its header, whatever its parts are.
    """

    regions: tuple[Region, ...]
    roots: tuple[RootFS, ...]
    problems: tuple[Problem, ...]
    payloads: tuple[Payload, ...] = ()


def open_image(
    name: str, source: Source, formats: Mapping[str, Format], limits: Limits | None = None
) -> OpenedImage:
    """Find everything that the formats recognise, to a bounded depth.

    Each stretch is searched for the magics of all formats, in the order of the offsets; what a format opens
    is taken whole, and its parts are searched in turn.

    Args:
        name: What to call the image in evidence.
        source: Its bytes.
        formats: The formats by id. One that breaks loses what it would have opened, nothing else.
        limits: How far to go.
    """
    limits = limits or Limits()
    opening = _Opening(name=name, formats=formats, limits=limits, budget=Budget(limits))
    opening.explore(_Place(source=source, base=0))
    if opening.budget.exceeded:
        what = f"the search ended early: the limit of {opening.budget.exceeded} was reached"
        opening.problem((name,), what, TOO_MUCH)
    if not opening.roots and not any(region.program for region in opening.regions):
        what = "no file system was found; the image is encrypted, or of a format that is not known yet"
        opening.problem((name,), what, UNKNOWN)
    return OpenedImage(
        regions=tuple(opening.regions),
        roots=tuple(opening.roots),
        problems=tuple(opening.problems),
        payloads=tuple(opening.payloads),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A stretch to be explored.

    Args:
        source: Its bytes.
        base: Where it starts in the image; None inside something unpacked.
        path: Steps of the regions it lies in.
        unpacked: Steps to the unpacked part it lies in; empty if it lies in the image itself.
        depth: How many containers it lies in.
        part: What its container calls it.
        opaque: Whether no file system is expected in it.
        covered: Whether its bytes are part of a program that is a payload as a whole.
    """

    source: Source
    base: int | None
    path: tuple[str, ...] = ()
    unpacked: tuple[str, ...] = ()
    depth: int = 0
    part: str = ""
    opaque: bool = True
    covered: bool = False

    def step(self, name: str, offset: int) -> str:
        """Name of something at an offset of this stretch."""
        return f"{name}@{(self.base or 0) + offset:#x}"

    def absolute(self, offset: int) -> int | None:
        """Where an offset of this stretch lies in the image."""
        return None if self.base is None else self.base + offset


def _is_crumb(source: Source, candidate: Candidate, opened: Opened) -> bool:
    """Whether something is too small to stand for itself in the large thing where it was found.

    Programs have packed text of a few bytes in them, to try their unpackers with: the Linux kernel does.
    Whoever takes these for parts of the image cuts the program into pieces.
    """
    small = opened.tree is None and opened.size < LEAST
    return small and candidate.offset > 0 and source.size > LARGE


@dataclass(slots=True, kw_only=True)
class _Opening:
    """One run: what was found so far, and what is left of the limits."""

    name: str
    formats: Mapping[str, Format]
    limits: Limits
    budget: Budget
    regions: list[Region] = field(default_factory=list)
    roots: list[RootFS] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    payloads: list[Payload] = field(default_factory=list)

    def explore(self, place: _Place) -> None:
        """Search one stretch to its end."""
        carver, known = Carver(place.source, self.formats), len(self.problems)
        at = unclaimed = 0
        found = False
        while not self.budget.exceeded and (candidate := carver.next(at)) is not None:
            at = candidate.offset + 1
            recognised = self._try(place, candidate)
            if recognised is not None and not _is_crumb(place.source, candidate, recognised[1]):
                self._unrecognised(place, unclaimed, candidate.offset)
                self._enter(place, candidate.offset, *recognised)
                at = unclaimed = candidate.offset + recognised[1].size
                found = True
        padding = self._unrecognised(place, unclaimed, place.source.size)
        silent = place.opaque or padding or found or self.budget.exceeded or len(self.problems) > known
        if not silent:
            what = "nothing in it was recognised; it is encrypted, or of a format that is not known yet"
            self.problem(self._where(place, place.step(place.part, 0)), what, UNKNOWN)

    def problem(self, where: tuple[str, ...], what: str, hint: str) -> None:
        """Record what could not be done."""
        self.problems.append(Problem(stage="formats", where=SEPARATOR.join(where), what=what, hint=hint))

    def _where(self, place: _Place, step: str) -> tuple[str, ...]:
        return (self.name, *place.unpacked, step)

    def _try(self, place: _Place, candidate: Candidate) -> tuple[str, Opened] | None:
        """What the first format that accepts a candidate makes of it."""
        rest = place.source.size - candidate.offset
        for format_id in candidate.formats:
            if not self.budget.spend("attempts"):
                return None
            where = self._where(place, place.step(format_id, candidate.offset))
            opened = self._open(format_id, Window(place.source, candidate.offset, rest), where)
            if opened is not None:
                return format_id, replace(opened, size=min(opened.size, rest))
        return None

    def _open(self, format_id: str, source: Source, where: tuple[str, ...]) -> Opened | None:
        try:
            opened = self.formats[format_id].open(source)
        except NotThisFormat:
            return None
        except Damaged as damage:
            self._broken(where, str(damage), DAMAGED)
            return None
        except Exception as error:  # noqa: BLE001 -- whatever an extension raises is a record, never the end of the run
            self._broken(where, f"the format {format_id} broke: {_named(error)}", REPORT_BUG)
            return None
        if not isinstance(opened, Opened) or opened.size <= 0:
            self._broken(where, f"the format {format_id} broke: it claims no bytes", REPORT_BUG)
            return None
        return opened

    def _broken(self, where: tuple[str, ...], what: str, hint: str) -> None:
        self.problem(where, what, hint)
        self.budget.spend("damaged")

    def _enter(self, place: _Place, offset: int, format_id: str, opened: Opened) -> None:
        """Record what was recognised, then look into it."""
        step = place.step(format_id, offset)
        nodes = {} if opened.tree is None else self._nodes(opened.tree, format_id, self._where(place, step))
        if opened.tree is not None and nodes:
            self.roots.append(RootFS(opened.tree, nodes, self._where(place, step)))
        named = {"part": place.part} if place.part and not offset else {}
        region = Region(
            path=(*place.path, step),
            offset=place.absolute(offset),
            size=opened.size,
            format=format_id,
            facts=named | dict(opened.facts),
            files=len(nodes),
            program=self.formats[format_id].program,
        )
        self.regions.append(region)
        self.budget.spend("regions")
        whole = self._is_whole_program(format_id, opened)
        if opened.tree is None and (whole or not opened.parts):
            self._keep(place, step, Window(place.source, offset, opened.size))
        if opened.parts and place.depth >= self.limits.depth:
            what = f"containers lie deeper than {self.limits.depth} in each other; it was not opened"
            self.problem(self._where(place, step), what, TOO_MUCH)
        else:
            self.budget.spend("unpacked", _unpacked_bytes(opened))
            for inner in _inside(place, offset, step, opened):
                covered = inner.base is not None and (place.covered or whole)
                self._look_into(replace(inner, covered=covered), format_id, self._where(place, step))

    def _is_whole_program(self, format_id: str, opened: Opened) -> bool:
        """Whether it is a program whose parts lie in it as they are, so that it can be read in one piece."""
        stored = all(part.offset is not None for part in opened.parts)
        return self.formats[format_id].program and stored

    def _look_into(self, inner: _Place, format_id: str, where: tuple[str, ...]) -> None:
        """Explore a part, whose source may be of the format's own making and fail in its own way."""
        try:
            self.explore(inner)
        except Damaged as damage:
            self._broken(where, str(damage), DAMAGED)
        except Exception as error:  # noqa: BLE001 -- as above
            self._broken(where, f"the format {format_id} broke: {_named(error)}", REPORT_BUG)

    def _nodes(self, tree: Tree, format_id: str, where: tuple[str, ...]) -> Mapping[str, Node]:
        nodes: dict[str, Node] = {}
        try:
            for node in tree.nodes():
                enough = self.budget.spend("nodes") and self.budget.spend(
                    "text", len(node.path + node.target)
                )
                if not enough:
                    break
                nodes.setdefault(node.path, node)
        except Damaged as damage:
            self.problem(where, str(damage), DAMAGED)
        except Exception as error:  # noqa: BLE001 -- as above
            self.problem(where, f"the format {format_id} broke: {_named(error)}", REPORT_BUG)
        return nodes

    def _unrecognised(self, place: _Place, start: int, end: int) -> bool:
        """Record a stretch that nothing claimed. True if it is nothing but padding, or empty."""
        if start >= end:
            return True
        stretch = Window(place.source, start, end - start)
        padding = filler(stretch)
        name = place.part if place.part and not start else "unknown" if padding is None else "padding"
        facts = {"part": place.part} if name == place.part else {}
        if padding is not None:
            facts["padding"] = f"0x{padding.hex()}"
        region = Region(
            path=(*place.path, place.step(name, start)),
            offset=place.absolute(start),
            size=end - start,
            format="",
            facts=facts,
            entropy=entropy(stretch),
        )
        self.regions.append(region)
        self.budget.spend("regions")
        if padding is None:
            self._keep(place, place.step(name, start), stretch)
        return padding is not None

    def _keep(self, place: _Place, step: str, source: Source) -> None:
        """Remember a stretch for the inventory, unless it is part of one."""
        if place.covered:
            return
        self.payloads.append(Payload(name=step, where=(self.name, *place.unpacked), source=source))


def _inside(place: _Place, offset: int, step: str, opened: Opened) -> Iterator[_Place]:
    """The parts of a container and the gaps between them, in order; what was unpacked comes last."""
    inner = _Place(
        source=Window(place.source, offset, opened.size),
        base=place.absolute(offset),
        path=(*place.path, step),
        unpacked=place.unpacked,
        depth=place.depth + 1,
    )
    stored = sorted((part for part in opened.parts if part.offset is not None), key=_offset)
    at = _offset(stored[0]) if stored else opened.size  # what stands before the first part is the header
    for part in stored:
        yield from _gap(inner, at, _offset(part))
        yield _named_part(inner, part)
        at = max(at, _offset(part) + part.source.size)
    yield from _gap(inner, at, opened.size)
    for part in opened.parts:
        if part.offset is None:
            deeper = (*place.unpacked, step, part.name)
            path = (*inner.path, part.name)
            yield replace(_named_part(inner, part), base=None, path=path, unpacked=deeper)


def _unpacked_bytes(opened: Opened) -> int:
    return sum(
        part.source.size if part.weight is None else part.weight
        for part in opened.parts
        if part.offset is None
    )


def _offset(part: Part) -> int:
    return part.offset or 0


def _named_part(inner: _Place, part: Part) -> _Place:
    base = inner.absolute(_offset(part))
    return replace(inner, source=part.source, base=base, part=part.name, opaque=part.opaque)


def _gap(inner: _Place, start: int, end: int) -> Iterator[_Place]:
    if end - start >= ALIGNMENT:
        yield replace(inner, source=Window(inner.source, start, end - start), base=inner.absolute(start))


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
