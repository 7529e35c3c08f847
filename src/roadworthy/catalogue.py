"""Catalogue: every extension that is installed, ours and third parties', by kind and id."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

from roadworthy.model.problem import Problem

if TYPE_CHECKING:
    from roadworthy.inspection.cataloger import Cataloger
    from roadworthy.inspection.check import Check
    from roadworthy.inspection.format import Format
    from roadworthy.inspection.signature import Signature
    from roadworthy.model.property import Property
    from roadworthy.network.enforcer import Enforcer
    from roadworthy.network.switches.driver import SwitchDriver
    from roadworthy.regulation.framework import Framework
    from roadworthy.reports.blocks import Rendering
    from roadworthy.reports.report import Export, Report
    from roadworthy.vulnerability.source import AdvisorySource


T_co = TypeVar("T_co", covariant=True)


class Kind(StrEnum):
    """The kinds of extension.

    Third parties add to each through the entry point group ``roadworthy.<plural>.v1``.
    """

    FORMAT = "format"
    CATALOGER = "cataloger"
    SIGNATURE = "signature"
    CHECK = "check"
    PROPERTY = "property"
    REPORT = "report"
    RENDERING = "rendering"
    EXPORT = "export"
    ADVISORY_SOURCE = "advisory-source"
    FRAMEWORK = "framework"
    ENFORCER = "enforcer"
    SWITCH_DRIVER = "switch-driver"

    @property
    def plural(self) -> str:
        """Several of them, as in names of entry point groups and folders."""
        return f"{self[:-1]}ies" if self.endswith("y") else f"{self}s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(Generic[T_co]):
    """One installed extension.

    Args:
        kind: What it extends.
        id: Its id; from its place for ours, the entry point's name for third parties'.
        object: The thing itself.
        doc: Its documentation: the docstring of its module; empty for what is data.
        origin: The distribution that brought it, with version, e.g. ``roadworthy 0.1.0``.
        digest: ``sha256:<hex>`` of the file it was read from.
    """

    kind: Kind
    id: str
    object: T_co
    doc: str
    origin: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that is installed, each kind by id, sorted.

    Args:
        problems: Extensions that could not be loaded; the rest works.
    """

    formats: Mapping[str, "Extension[Format]"]
    catalogers: Mapping[str, "Extension[Cataloger]"]
    signatures: Mapping[str, "Extension[Signature]"]
    checks: Mapping[str, "Extension[Check]"]
    properties: Mapping[str, "Extension[Property]"]
    reports: Mapping[str, "Extension[Report]"]
    renderings: Mapping[str, "Extension[Rendering]"]
    exports: Mapping[str, "Extension[Export]"]
    advisory_sources: Mapping[str, "Extension[AdvisorySource]"]
    frameworks: Mapping[str, "Extension[Framework]"]
    enforcers: Mapping[str, "Extension[Enforcer]"]
    switch_drivers: Mapping[str, "Extension[SwitchDriver]"]
    problems: Sequence[Problem] = ()

    def everything(self) -> Iterator[Extension[object]]:
        """All extensions, kind by kind, by id."""
        for each in fields(self):
            if each.name != "problems":
                yield from getattr(self, each.name).values()
