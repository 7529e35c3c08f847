"""Discovery: finds what is installed, ours by its place and third parties' by their entry points.

Ours: the module ``inspection/checks/auth/empty_password.py`` holds ``CHECK`` and is the check
``auth.empty-password``. Names that begin with an underscore are skipped.

Third parties': an entry point in the group ``roadworthy.checks.v1``, whose name is the id and whose value is
``module:OBJECT``; the module's docstring is its page.

An extension that cannot be loaded is a `Problem`; the rest works. An id that is taken stays with whoever had
it first: ours before third parties', those by distribution name.
"""

# ruff: noqa: PLC0415 -- what one kind needs is imported with that kind

import hashlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module, metadata, resources
from importlib.abc import ResourceLoader
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, overload

from roadworthy import __version__
from roadworthy.catalogue import Catalogue, Extension, Kind
from roadworthy.model.problem import Problem

if TYPE_CHECKING:
    from roadworthy.inspection.signature import Signature
    from roadworthy.model.property import Property
    from roadworthy.regulation.framework import Framework

T = TypeVar("T")

OURS = f"roadworthy {__version__}"
REINSTALL = "Reinstall roadworthy; if that does not mend it, report it."
ASK_AUTHOR = "Uninstall or update it; everything else works without it."
Found = Iterator[Extension[T] | Problem]


@dataclass(frozen=True, slots=True)
class _Place(Generic[T]):
    """Where one kind of extension lies, and what it looks like there."""

    kind: Kind
    type: str  # module:class, imported when the first of this kind is
    package: str
    attribute: str = ""
    parse: Callable[[str, str], tuple[tuple[str, T], ...]] | None = None
    seams: frozenset[str] = frozenset()


def _signature(name: str, text: str) -> "tuple[tuple[str, Signature], ...]":
    from roadworthy.inspection.signature import parse_signature

    signature = parse_signature(name, text, verified=True)  # by our tests
    return ((signature.id, signature),)


def _framework(name: str, text: str) -> "tuple[tuple[str, Framework], ...]":
    from roadworthy.regulation.framework_file import parse_framework

    return ((name, parse_framework(name, text)),)


def _properties(name: str, text: str) -> "tuple[tuple[str, Property], ...]":
    from roadworthy.model.property_table import parse_properties

    return tuple((each.id, each) for each in parse_properties(name, text))


_INSPECTION: Final = "roadworthy.inspection"
_PLACES: Final[Mapping[str, _Place[Any]]] = {
    "formats": _Place(Kind.FORMAT, "roadworthy.inspection.format:Format", f"{_INSPECTION}.formats", "FORMAT"),
    "catalogers": _Place(
        Kind.CATALOGER,
        "roadworthy.inspection.cataloger:Cataloger",
        f"{_INSPECTION}.inventory",
        "CATALOGER",
    ),
    "signatures": _Place(
        Kind.SIGNATURE,
        "roadworthy.inspection.signature:Signature",
        f"{_INSPECTION}.signatures",
        parse=_signature,
    ),
    "checks": _Place(Kind.CHECK, "roadworthy.inspection.check:Check", f"{_INSPECTION}.checks", "CHECK"),
    "properties": _Place(
        Kind.PROPERTY,
        "roadworthy.model.property:Property",
        "roadworthy.model.properties",
        parse=_properties,
    ),
    "reports": _Place(
        Kind.REPORT,
        "roadworthy.reports.report:Report",
        "roadworthy.reports",
        "REPORT",
        seams=frozenset({"blocks", "report", "render", "export"}),
    ),
    "renderings": _Place(
        Kind.RENDERING,
        "roadworthy.reports.blocks:Rendering",
        "roadworthy.reports.render",
        "RENDERING",
    ),
    "exports": _Place(Kind.EXPORT, "roadworthy.reports.report:Export", "roadworthy.reports.export", "EXPORT"),
    "advisory_sources": _Place(
        Kind.ADVISORY_SOURCE,
        "roadworthy.vulnerability.source:AdvisorySource",
        "roadworthy.vulnerability.sources",
        "SOURCE",
    ),
    "frameworks": _Place(
        Kind.FRAMEWORK,
        "roadworthy.regulation.framework:Framework",
        "roadworthy.regulation.frameworks",
        parse=_framework,
    ),
    "enforcers": _Place(
        Kind.ENFORCER,
        "roadworthy.network.enforcer:Enforcer",
        "roadworthy.network.enforcers",
        "ENFORCER",
    ),
    "switch_drivers": _Place(
        Kind.SWITCH_DRIVER,
        "roadworthy.network.switches.driver:SwitchDriver",
        "roadworthy.adapters.power_drivers",
        "DRIVER",
    ),
}


@cache
def discover() -> Catalogue:
    """Everything that is installed, looked up once per process, each kind when it is first asked for."""
    kinds: dict[str, _Later[Any]] = {name: _Later(place) for name, place in _PLACES.items()}
    return Catalogue(**kinds, problems=_Problems(tuple(kinds.values())))


class _Later(Mapping[str, Extension[T]]):
    """The extensions of one kind, looked up when they are first asked for: one pays for what one uses."""

    def __init__(self, place: _Place[T]) -> None:
        self._place = place

    @cached_property
    def found(self) -> tuple[Mapping[str, Extension[T]], tuple[Problem, ...]]:
        """What there is, and what could not be loaded."""
        problems: list[Problem] = []
        return _collect(self._place, problems), tuple(problems)

    def __getitem__(self, name: str) -> Extension[T]:
        return self.found[0][name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found[0])

    def __len__(self) -> int:
        return len(self.found[0])


class _Problems(Sequence[Problem]):
    """The problems of all kinds; to know them, all have to be looked up."""

    def __init__(self, kinds: tuple[_Later[Any], ...]) -> None:
        self._kinds = kinds

    @cached_property
    def _all(self) -> tuple[Problem, ...]:
        return tuple(problem for each in self._kinds for problem in each.found[1])

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Problem]: ...
    def __getitem__(self, index: int | slice) -> Problem | Sequence[Problem]:
        return self._all[index]

    def __len__(self) -> int:
        return len(self._all)


def _collect(place: _Place[T], problems: list[Problem]) -> Mapping[str, Extension[T]]:
    found: dict[str, Extension[T]] = {}
    ours = _data_files(place) if place.parse else _modules(place)
    for each in (*ours, *_entry_points(place)):
        if isinstance(each, Problem):
            problems.append(each)
        elif each.id in found:
            what = (
                f"{each.origin} brings a {each.kind} {each.id!r}, which {found[each.id].origin} has already"
            )
            problems.append(Problem(stage="extensions", where=each.id, what=what, hint=ASK_AUTHOR))
        else:
            found[each.id] = each
    return dict(sorted(found.items()))


def _modules(place: _Place[T]) -> Found[T]:
    package = import_module(place.package)
    for info in pkgutil.walk_packages(package.__path__, f"{place.package}."):
        relative = info.name.removeprefix(f"{place.package}.")
        if (
            info.ispkg
            or relative.split(".")[0] in place.seams
            or any(p.startswith("_") for p in relative.split("."))
        ):
            continue
        extension_id = relative.replace("_", "-")
        try:
            module = import_module(info.name)
            yield _extension(place, extension_id, module, getattr(module, place.attribute), OURS)
        except Exception as error:  # noqa: BLE001 -- a broken extension must not take the others with it
            yield _broken(place.kind, extension_id, OURS, error, REINSTALL)


def _data_files(place: _Place[T]) -> Found[T]:
    parent, _, folder = place.package.rpartition(".")
    for file in sorted(resources.files(parent).joinpath(folder).iterdir(), key=lambda each: each.name):
        name, dot, suffix = file.name.rpartition(".")
        if not dot or suffix != "toml" or place.parse is None:
            continue
        try:
            text = file.read_bytes()
            for extension_id, thing in place.parse(name, text.decode()):
                yield Extension(
                    kind=place.kind, id=extension_id, object=thing, doc="", origin=OURS, digest=_digest(text)
                )
        except Exception as error:  # noqa: BLE001 -- as above
            yield _broken(place.kind, name, OURS, error, REINSTALL)


def _entry_points(place: _Place[T]) -> Found[T]:
    entries = metadata.entry_points(group=f"roadworthy.{place.kind.plural}.v1")
    for entry in sorted(entries, key=lambda each: (_origin(each), each.name)):
        try:
            thing = entry.load()
            yield _extension(place, entry.name, import_module(entry.module), thing, _origin(entry))
        except Exception as error:  # noqa: BLE001 -- as above
            yield _broken(place.kind, entry.name, _origin(entry), error, ASK_AUTHOR)


def _extension(
    place: _Place[T], extension_id: str, module: ModuleType, thing: object, origin: str
) -> Extension[T]:
    module_name, _, type_name = place.type.partition(":")
    wanted = getattr(import_module(module_name), type_name)
    if not isinstance(thing, wanted):
        raise TypeError(f"it is a {type(thing).__name__}, not a {type_name}")
    own_id = getattr(thing, "id", extension_id)
    if own_id != extension_id:
        raise ValueError(f"it calls itself {own_id!r}")
    return Extension(
        kind=place.kind,
        id=extension_id,
        object=thing,
        doc=module.__doc__ or "",
        origin=origin,
        digest=_digest(_source(module)),
    )


def _source(module: ModuleType) -> bytes:
    spec = module.__spec__
    if spec is None or spec.origin is None or not isinstance(spec.loader, ResourceLoader):
        return b""
    return spec.loader.get_data(spec.origin)


def _broken(kind: Kind, extension_id: str, origin: str, error: Exception, hint: str) -> Problem:
    what = f"the {kind} from {origin} could not be loaded: {type(error).__name__}: {error}"
    return Problem(stage="extensions", where=extension_id, what=what, hint=hint)


def _origin(entry: metadata.EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.module


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
