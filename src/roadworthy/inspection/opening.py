"""Opening: what an image is made of, found by its headers and, failing that, by carving."""

from collections.abc import Mapping
from dataclasses import dataclass

from roadworthy.inspection.format import Format
from roadworthy.inspection.report import Region
from roadworthy.inspection.rootfs import RootFS
from roadworthy.inspection.source import Source
from roadworthy.model.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedImage:
    """What was found.

    Args:
        regions: Every stretch, in order, recognised or not.
        roots: The file systems that could be read.
        problems: What could not.
    """

    regions: tuple[Region, ...]
    roots: tuple[RootFS, ...]
    problems: tuple[Problem, ...]


def open_image(name: str, source: Source, formats: Mapping[str, Format]) -> OpenedImage:
    """Find everything that the formats recognise, to a bounded depth."""
    raise NotImplementedError
