"""Payloads: stretches of an image that are no file system and no container, such as kernels."""

from dataclasses import dataclass

from roadworthy.inspection.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One such stretch.

    Args:
        name: Its name and place in what it lies in: ``kernel@0x40``.
        where: Path of what it lies in, outermost first, for evidence.
        source: Its bytes.
    """

    name: str
    where: tuple[str, ...]
    source: Source
