"""The survey: every wanted file is read once, in storage order, and shown to all catalogers that want it."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from roadworthy.inspection.cataloger import KEEP_BYTES, Cataloger, Context, Fact, File, Kept
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.report import Report, Step, total
from roadworthy.inspection.rootfs import Node, NodeKind, RootFS
from roadworthy.model.component import Component
from roadworthy.model.credential import Credential
from roadworthy.model.endpoint import Endpoint
from roadworthy.model.inventory import Inventory
from roadworthy.model.key_material import KeyMaterial
from roadworthy.model.platform import Platform
from roadworthy.model.problem import Problem
from roadworthy.model.program import Program
from roadworthy.model.secret import Secret
from roadworthy.model.service import Service
from roadworthy.model.setting import Setting

MAX_FILE = 256 * 1024 * 1024
STEP_FILES = 100
MAX_PLACES = 8
"""How many places of one component are kept as evidence."""
TRUNCATED = "The image may be truncated or damaged; compare its digest with the maker's."
REPORT_BUG = "Report it to whoever wrote it; what it would have found is missing."


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """What the survey brought.

    Args:
        inventory: The facts, sorted.
        kept: The small files, for each file system in order.
        problems: What could not be read.
    """

    inventory: Inventory
    kept: tuple[Kept, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Gathered:
    facts: list[Fact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def survey(
    roots: Sequence[RootFS], catalogers: Mapping[str, Cataloger], context: Context
) -> Generator[Step, None, Surveyed]:
    """Run all catalogers over all file systems.

    Args:
        roots: The file systems.
        catalogers: The catalogers by id. One that breaks on a file loses that file only.
        context: What they may know besides.

    Yields:
        A step now and then, and a last one for each file system with what was found there.

    Returns:
        Everything together.
    """
    kept: list[Kept] = []
    parts: list[Report] = []
    for root in roots:
        gathered = _Gathered()
        small = yield from _read_all(root, catalogers, context, gathered)
        for cataloger_id, cataloger in sorted(catalogers.items()):
            _join(cataloger_id, cataloger, Kept(root=root, files=small[cataloger_id]), context, gathered)
        everything = {path: file for files in small.values() for path, file in files.items()}
        kept.append(Kept(root=root, files=dict(sorted(everything.items()))))
        gained = Report(inventory=_inventory(gathered.facts), problems=tuple(gathered.problems))
        parts.append(gained)
        yield Step(stage="inventory", done=len(kept), total=len(roots), gained=gained)
    whole = total(parts)
    return Surveyed(inventory=whole.inventory, kept=tuple(kept), problems=whole.problems)


def _read_all(
    root: RootFS, catalogers: Mapping[str, Cataloger], context: Context, gathered: _Gathered
) -> Generator[Step, None, dict[str, dict[str, File]]]:
    small: dict[str, dict[str, File]] = {cataloger_id: {} for cataloger_id in catalogers}
    wanted = sorted(_wanted(root, catalogers), key=lambda pair: (pair[0].order, pair[0].path))
    for done, (node, by) in enumerate(wanted):
        if done % STEP_FILES == 0:
            yield Step(stage="inventory", done=done, total=len(wanted))
        file = _read(root, node, gathered)
        if file is None:
            continue
        for cataloger_id in by:
            _scan(cataloger_id, catalogers[cataloger_id], file, context, gathered)
            if catalogers[cataloger_id].join is not None and len(file.data) <= KEEP_BYTES:
                small[cataloger_id][node.path] = file
    return {cataloger_id: dict(sorted(files.items())) for cataloger_id, files in small.items()}


def _wanted(root: RootFS, catalogers: Mapping[str, Cataloger]) -> Iterator[tuple[Node, list[str]]]:
    for node in root.nodes.values():
        if node.kind is NodeKind.FILE:
            by = [
                cataloger_id
                for cataloger_id, cataloger in sorted(catalogers.items())
                if cataloger.wants(node)
            ]
            if by:
                yield node, by


def _read(root: RootFS, node: Node, gathered: _Gathered) -> File | None:
    place = " » ".join((*root.where, node.path))
    if node.size > MAX_FILE:
        what = f"the file claims {node.size} bytes, more than the {MAX_FILE} that are read"
        gathered.problems.append(Problem(stage="inventory", where=place, what=what, hint=TRUNCATED))
        return None
    try:
        return File(node=node, data=root.tree.read(node), where=root.where)
    except Damaged as damage:
        gathered.problems.append(Problem(stage="inventory", where=place, what=str(damage), hint=TRUNCATED))
    except Exception as error:  # noqa: BLE001 -- whatever an extension raises is a record, never the end of the run
        _broken("the reader", place, error, gathered)
    return None


def _scan(cataloger_id: str, cataloger: Cataloger, file: File, context: Context, gathered: _Gathered) -> None:
    if cataloger.scan is None:
        return
    place = " » ".join((*file.where, file.node.path))
    try:
        gathered.facts.extend(cataloger.scan(file, context))
    except Damaged as damage:
        gathered.problems.append(Problem(stage="inventory", where=place, what=str(damage), hint=TRUNCATED))
    except Exception as error:  # noqa: BLE001 -- whatever an extension raises is a record, never the end of the run
        _broken(f"the cataloger {cataloger_id}", place, error, gathered)


def _join(cataloger_id: str, cataloger: Cataloger, kept: Kept, context: Context, gathered: _Gathered) -> None:
    if cataloger.join is None:
        return
    place = " » ".join(kept.root.where)
    try:
        gathered.facts.extend(cataloger.join(kept, context))
    except Damaged as damage:
        gathered.problems.append(Problem(stage="inventory", where=place, what=str(damage), hint=TRUNCATED))
    except Exception as error:  # noqa: BLE001 -- as above
        _broken(f"the cataloger {cataloger_id}", place, error, gathered)


def _broken(who: str, place: str, error: Exception, gathered: _Gathered) -> None:
    what = f"{who} broke: {type(error).__name__}: {error}"
    gathered.problems.append(Problem(stage="inventory", where=place, what=what, hint=REPORT_BUG))


def _inventory(facts: Sequence[Fact]) -> Inventory:
    ordered = sorted(set(facts), key=repr)
    return Inventory(
        components=_folded(fact for fact in ordered if isinstance(fact, Component)),
        services=tuple(fact for fact in ordered if isinstance(fact, Service)),
        credentials=tuple(fact for fact in ordered if isinstance(fact, Credential)),
        keys=tuple(fact for fact in ordered if isinstance(fact, KeyMaterial)),
        endpoints=tuple(fact for fact in ordered if isinstance(fact, Endpoint)),
        programs=tuple(fact for fact in ordered if isinstance(fact, Program)),
        settings=tuple(fact for fact in ordered if isinstance(fact, Setting)),
        secrets=tuple(fact for fact in ordered if isinstance(fact, Secret)),
        platforms=tuple(fact for fact in ordered if isinstance(fact, Platform)),
    )


def _folded(components: Iterable[Component]) -> tuple[Component, ...]:
    """One component for each product and version: the surest word counts, and all places prove it."""
    found: dict[tuple[str, str, str], Component] = {}
    for component in sorted(components, key=lambda each: -each.confidence):
        key = (component.name, component.version, component.purl)
        first = found.setdefault(key, component)
        places = dict.fromkeys((*first.evidence, *component.evidence))
        found[key] = replace(first, evidence=tuple(places)[:MAX_PLACES])
    return tuple(sorted(found.values(), key=repr))
