"""The survey: every wanted file is read once, in storage order, and shown to all catalogers that want it."""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from roadworthy.inspection.cataloger import Cataloger, Context, Fact, File, Kept, Layout, Ownership
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.masking import masked, masked_value
from roadworthy.inspection.payload import Payload
from roadworthy.inspection.precedence import fold, fold_kernel_parts, fold_platforms, fold_services
from roadworthy.inspection.report import Report, Step, total
from roadworthy.inspection.rootfs import Node, NodeKind, RootFS
from roadworthy.model.component import Component
from roadworthy.model.credential import Credential
from roadworthy.model.endpoint import Endpoint
from roadworthy.model.inventory import Inventory
from roadworthy.model.kernel_part import KernelPart
from roadworthy.model.key_material import KeyMaterial
from roadworthy.model.platform import Platform
from roadworthy.model.problem import Problem
from roadworthy.model.program import Program
from roadworthy.model.secret import Secret
from roadworthy.model.service import Service
from roadworthy.model.setting import Setting

MAX_FILE = 256 * 1024 * 1024
MAX_READ = 4 * 1024**3
"""Bytes of content that are read of one file system."""
STEP_FILES = 100
TRUNCATED = "The image may be truncated or damaged; compare its digest with the maker's."
TOO_MUCH = "Inspect the folders that matter one by one; those of the system itself were read first."
REPORT_BUG = "Report it to whoever wrote it; what it would have found is missing."
_SeenT = TypeVar("_SeenT", File, Kept, Layout)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """What the survey brought.

    Args:
        inventory: The facts, sorted.
        kept: The small files, for each file system in order.
        problems: What could not be read.
        owners: For each file system in order, which package brought a file: paths to purls of components.
        packages: What the package databases list, package by package, as they have it.
    """

    inventory: Inventory
    kept: tuple[Kept, ...]
    problems: tuple[Problem, ...]
    owners: tuple[Mapping[str, str], ...]
    packages: tuple[Component, ...] = ()


@dataclass(slots=True)
class _Gathered:
    facts: list[Fact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def survey(
    roots: Sequence[RootFS],
    catalogers: Mapping[str, Cataloger],
    context: Context,
    *,
    payloads: Sequence[Payload] = (),
    layout: Layout | None = None,
) -> Generator[Step, None, Surveyed]:
    """Run all catalogers over all file systems, after the stretches of the image that are none.

    Args:
        roots: The file systems.
        catalogers: The catalogers by id. One that breaks on a file loses that file only.
        context: What they may know besides.
        payloads: The stretches of the image that are neither file system nor container.
        layout: All stretches with their headers.

    Yields:
        A step now and then, and a last one for each file system with what was found there.

    Returns:
        Everything together.
    """
    kept: list[Kept] = []
    owners: list[Mapping[str, str]] = []
    packages: list[Component] = []
    parts = [_probe_all(payloads, layout, catalogers, context)]
    yield Step(stage="inventory", done=0, total=len(roots), gained=parts[0])
    for root in roots:
        gathered = _Gathered()
        small = yield from _read_all(root, catalogers, context, gathered)
        for cataloger_id, cataloger in sorted(catalogers.items()):
            mine = Kept(root=root, files=small[cataloger_id])
            _call(cataloger_id, cataloger.join, mine, root.where, context=context, gathered=gathered)
        everything = {path: file for files in small.values() for path, file in files.items()}
        kept.append(Kept(root=root, files=dict(sorted(everything.items()))))
        gained, owned = _reported(gathered, {node.name for node in root.nodes.values()})
        parts.append(gained)
        owners.append(owned)
        packages.extend(_packages(gathered))
        yield Step(stage="inventory", done=len(kept), total=len(roots), gained=gained)
    whole = total(parts)
    return Surveyed(
        inventory=whole.inventory,
        kept=tuple(kept),
        problems=whole.problems,
        owners=tuple(owners),
        packages=tuple(packages),
    )


def _probe_all(
    payloads: Sequence[Payload],
    layout: Layout | None,
    catalogers: Mapping[str, Cataloger],
    context: Context,
) -> Report:
    gathered = _Gathered()
    if layout is not None:
        for cataloger_id, cataloger in sorted(catalogers.items()):
            _call(cataloger_id, cataloger.headers, layout, (layout.name,), context=context, gathered=gathered)
    probing = [each for each in sorted(catalogers.items()) if each[1].probe is not None]
    for payload in payloads if probing else ():
        node = Node(path=payload.name, kind=NodeKind.FILE, mode=0, size=payload.source.size)
        root = RootFS(_PayloadTree(payload), {node.path: node}, payload.where)
        file = _read(root, node, gathered)
        if file is None:
            continue
        for cataloger_id, cataloger in probing:
            _call(
                cataloger_id,
                cataloger.probe,
                file,
                (*payload.where, payload.name),
                context=context,
                gathered=gathered,
            )
    return _reported(gathered)[0]


@dataclass(frozen=True, slots=True)
class _PayloadTree:
    payload: Payload

    def nodes(self) -> Iterator[Node]:
        yield from ()

    def read(self, node: Node) -> bytes:
        return self.payload.source.read(0, node.size)


def _read_all(
    root: RootFS, catalogers: Mapping[str, Cataloger], context: Context, gathered: _Gathered
) -> Generator[Step, None, dict[str, dict[str, File]]]:
    small: dict[str, dict[str, File]] = {cataloger_id: {} for cataloger_id in catalogers}
    wanted = sorted(_wanted(root, catalogers), key=lambda pair: (pair[0].order, pair[0].path))
    budget, unread = MAX_READ, [0, 0]
    for done, (node, by) in enumerate(wanted):
        if done % STEP_FILES == 0:
            yield Step(stage="inventory", done=done, total=len(wanted))
        if min(node.size, MAX_FILE) > budget:
            unread = [unread[0] + 1, unread[1] + node.size]
            continue
        budget -= min(node.size, MAX_FILE)
        file = _read(root, node, gathered)
        if file is None:
            continue
        for cataloger_id in by:
            where = (*file.where, node.path)
            _call(
                cataloger_id, catalogers[cataloger_id].scan, file, where, context=context, gathered=gathered
            )
            cataloger = catalogers[cataloger_id]
            if cataloger.join is not None and len(file.data) <= cataloger.keep_bytes:
                small[cataloger_id][node.path] = file
    if unread[0]:
        what = f"{unread[0]} files of {unread[1]} bytes were not read: {MAX_READ} bytes are the limit"
        place = " » ".join(root.where)
        gathered.problems.append(Problem(stage="inventory", where=place, what=what, hint=TOO_MUCH))
    return {cataloger_id: dict(sorted(files.items())) for cataloger_id, files in small.items()}


def _wanted(root: RootFS, catalogers: Mapping[str, Cataloger]) -> Iterator[tuple[Node, list[str]]]:
    wants = [(cataloger_id, each.wants) for cataloger_id, each in sorted(catalogers.items())]
    for node in root.nodes.values():
        if node.kind is NodeKind.FILE:
            by = [cataloger_id for cataloger_id, wanted in wants if wanted(node)]
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


def _call(
    cataloger_id: str,
    look: Callable[[_SeenT, Context], Iterable[Fact]] | None,
    seen: _SeenT,
    where: tuple[str, ...],
    *,
    context: Context,
    gathered: _Gathered,
) -> None:
    """What one cataloger says of one thing; where it breaks, that is all that is lost."""
    if look is None:
        return
    place = " » ".join(where)
    try:
        gathered.facts.extend(map(_without_secrets, look(seen, context)))
    except Damaged as damage:
        gathered.problems.append(Problem(stage="inventory", where=place, what=str(damage), hint=TRUNCATED))
    except Exception as error:  # noqa: BLE001 -- whatever an extension raises is a record, never the end of the run
        _broken(f"the cataloger {cataloger_id}", place, error, gathered)


def _without_secrets(fact: Fact) -> Fact:
    """A fact as it may be told: what a cataloger forgot to mask is masked here."""
    if isinstance(fact, Service):
        return replace(fact, command=masked(fact.command))
    if isinstance(fact, Setting):
        return replace(fact, value=masked_value(fact.name, fact.value))
    if isinstance(fact, Platform):
        return replace(fact, value=masked(fact.value))
    if isinstance(fact, Endpoint) and "@" in fact.host:
        return replace(fact, host=masked(f"://{fact.host}").removeprefix("://"))
    return fact


def _broken(who: str, place: str, error: Exception, gathered: _Gathered) -> None:
    what = f"{who} broke: {type(error).__name__}: {error}"
    gathered.problems.append(Problem(stage="inventory", where=place, what=what, hint=REPORT_BUG))


def _packages(gathered: _Gathered) -> list[Component]:
    """What package databases list, in order, before it is folded."""
    facts = (fact for fact in gathered.facts if isinstance(fact, Component))
    return sorted({fact for fact in facts if fact.identified_by.startswith("package:")}, key=repr)


def _reported(gathered: _Gathered, programs: Collection[str] = ()) -> tuple[Report, Mapping[str, str]]:
    """The facts in order, and which package brought which file. `programs` are the names of all files."""
    ordered = sorted(set(gathered.facts), key=repr)
    owners = {
        path: fact.purl for fact in reversed(ordered) if isinstance(fact, Ownership) for path in fact.files
    }
    folded = fold((fact for fact in ordered if isinstance(fact, Component)), owners)
    inventory = Inventory(
        components=folded.components,
        services=fold_services((fact for fact in ordered if isinstance(fact, Service)), programs),
        credentials=tuple(fact for fact in ordered if isinstance(fact, Credential)),
        keys=tuple(fact for fact in ordered if isinstance(fact, KeyMaterial)),
        endpoints=tuple(fact for fact in ordered if isinstance(fact, Endpoint)),
        programs=tuple(fact for fact in ordered if isinstance(fact, Program)),
        settings=tuple(fact for fact in ordered if isinstance(fact, Setting)),
        secrets=tuple(fact for fact in ordered if isinstance(fact, Secret)),
        platforms=fold_platforms(fact for fact in ordered if isinstance(fact, Platform)),
        kernel_parts=fold_kernel_parts(fact for fact in ordered if isinstance(fact, KernelPart)),
    )
    return Report(inventory=inventory, problems=tuple(gathered.problems)), folded.owners
