"""The analyst on this machine: inspects an image, or an unpacked tree, in a confined worker."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from roadworthy.adapters import worker
from roadworthy.adapters.bill_file import check_bill, read_bill_file
from roadworthy.adapters.directory import DirectoryTree, identify_tree
from roadworthy.adapters.extensions import discover
from roadworthy.adapters.image_file import MappedFile, identify
from roadworthy.adapters.sandbox import Limits
from roadworthy.inspection import wire
from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.engine import Toolbox, inspect_image, inspect_opened
from roadworthy.inspection.report import Image, Step, refused
from roadworthy.inspection.signature import SignatureSet
from roadworthy.inspection.unpacked import open_tree
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
        self, image: str, name: str, now: datetime, checks: Collection[str], bills: Sequence[str] = ()
    ) -> Iterator[Step]:
        """Inspect it in a worker, with the checks named and all other extensions that are installed."""
        path, given = Path(image).resolve(), tuple(Path(each).absolute() for each in bills)
        try:
            for each in given:
                check_bill(each)
        except InputError as error:
            return iter([refused(error)])
        steps = worker.Wire(encode=wire.encode, decode=wire.decode, died=wire.died)
        return worker.run(
            partial(_analyse, path, name, now, frozenset(checks), given),
            steps,
            self.limits,
            reads=(path, *given),
        )


def _analyse(
    path: Path, name: str, now: datetime, checks: frozenset[str], given: tuple[Path, ...]
) -> Iterator[Step]:
    """Runs in the worker."""
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
        with MappedFile(path) as source:
            yield from inspect_image(name, source, toolbox, context, bills)
