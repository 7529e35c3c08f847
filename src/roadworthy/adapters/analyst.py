"""The analyst on this machine: inspects an image, or an unpacked tree, in a confined worker."""

from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from roadworthy.adapters import unblob as external
from roadworthy.adapters import worker
from roadworthy.adapters.bill_file import check_bill, read_bill_file
from roadworthy.adapters.directory import DirectoryTree, identify_tree
from roadworthy.adapters.extensions import discover
from roadworthy.adapters.image_file import MappedFile, identify
from roadworthy.adapters.sandbox import Limits
from roadworthy.inspection import wire
from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.engine import Toolbox, inspect_opened
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.report import Image, Step, refused
from roadworthy.inspection.signature import SignatureSet
from roadworthy.inspection.unpacked import open_tree, with_unpacked
from roadworthy.model.errors import InputError


@dataclass(frozen=True, slots=True)
class LocalAnalyst:
    """Meets `usecases.inspect.Analyst`.

    Args:
        limits: How much the inspection of one image may use.
    """

    limits: Limits

    def identify(self, image: str) -> Image:
        """Name, size and digest of an image file, or of an unpacked tree."""
        path = Path(image)
        return identify_tree(path) if path.is_dir() else identify(path)

    def analyse(
        self,
        image: str,
        name: str,
        now: datetime,
        checks: Collection[str],
        bills: Sequence[str] = (),
        *,
        unblob: bool = False,
    ) -> Iterator[Step]:
        """Inspect it in a worker, with the checks named and all other extensions that are installed.

        Raises:
            InputError: unblob is asked for and not installed.
        """
        path, given = Path(image).resolve(), tuple(Path(each).absolute() for each in bills)
        try:
            for each in given:
                check_bill(each)
        except InputError as error:
            return iter([refused(error)])
        order = _Order(path=path, name=name, now=now, checks=frozenset(checks), bills=given)
        if not unblob or path.is_dir():
            return self._run(order)
        external.find()
        return self._with_unblob(order)

    def _run(self, order: "_Order") -> Generator[Step, None, None]:
        steps = worker.Wire(encode=wire.encode, decode=wire.decode, died=wire.died)
        folders = (folder for each in order.unpacked for folder in each.folders)
        reads = (order.path, *order.bills, *folders)
        return worker.run(partial(_analyse, order), steps, self.limits, reads=reads)

    def _with_unblob(self, order: "_Order") -> Iterator[Step]:
        """Look what nothing recognises, have that unpacked, and begin anew with it."""
        steps = self._run(order)
        first = next(steps, None)
        if first is None:
            return
        stretches = external.dark(first.gained.regions, order.path.stat().st_size)
        if not first.gained.regions or not stretches:
            yield first
            yield from steps
            return
        steps.close()
        with TemporaryDirectory(prefix="roadworthy-") as scratch:
            unpacked = tuple(external.unpack(order.path, stretches, Path(scratch)))
            yield from self._run(replace(order, unpacked=unpacked))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What the worker is to do.

    Args:
        path: The image, or the tree.
        name: What to call it.
        now: The moment to speak for.
        checks: Ids of the checks to run.
        bills: Files of bills of materials.
        unpacked: What unblob made of stretches of it.
    """

    path: Path
    name: str
    now: datetime
    checks: frozenset[str]
    bills: tuple[Path, ...]
    unpacked: tuple[external.Unpacked, ...] = ()


def _analyse(order: _Order) -> Iterator[Step]:
    """Runs in the worker."""
    path, name, now, checks, given = order.path, order.name, order.now, order.checks, order.bills
    try:
        bills = [read_bill_file(each) for each in given]
    except InputError as error:
        yield refused(error)
        return
    installed = discover()
    toolbox = Toolbox(
        formats={each.id: each.object for each in installed.formats.values()},
        catalogers={each.id: each.object for each in installed.catalogers.values()},
        checks={each.id: each.object for each in installed.checks.values() if each.id in checks},
        properties={each.id: each.object for each in installed.properties.values()},
    )
    signatures = SignatureSet([each.object for each in installed.signatures.values()])
    context = Context(now=now, signatures=signatures)
    if path.is_dir():
        with DirectoryTree(path) as tree:
            yield from inspect_opened(name, open_tree(name, tree), toolbox, context, bills)
    else:
        with MappedFile(path) as source, ExitStack() as stack:
            opened = open_image(name, source, toolbox.formats)
            for each in order.unpacked:
                trees = [stack.enter_context(DirectoryTree(folder)) for folder in each.folders]
                opened = with_unpacked(
                    name, opened, each.step, trees, regions=each.regions, problems=each.problems
                )
            yield from inspect_opened(name, opened, toolbox, context, bills)
