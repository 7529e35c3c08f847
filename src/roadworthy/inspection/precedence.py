"""Precedence: which word counts where several sources speak of one component.

The rules, in the order in which they are applied:

1. What one source says counts in this order: package database, language metadata, names of files, version
   texts in programs, names of libraries that tell the product only. Within one of them the surer word counts.
   The losers' places stay as evidence.
2. One package (one purl) is one component.
3. A file name or version text in a file that a package brought confirms the package, where both name the same
   product; its version is then the package's. But where the package's version is only the date of a snapshot,
   the text's version counts, for that is what advisories name.
4. Everything else keeps its own version: a library built into the program of another package, and any file
   that belongs to no package.
5. Of what several sources say of one product in one file, the stronger source's version counts.
6. One product in one version is one component. A component without version joins its only namesake.

Spelling does not tell products apart: capitals, ``-``, ``_`` and ``.`` do not count.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from roadworthy.model.component import Component
from roadworthy.model.kernel_part import READ, KernelPart, Standing
from roadworthy.model.platform import Platform
from roadworthy.model.service import BY_PROGRAM, Service

MAX_PLACES = 8
"""How many places of one component are kept as evidence."""
MAX_PLATFORM_PLACES = 3
MAX_LICENCES = 8

_SURE_THINGS = (Standing.BUILT_IN, Standing.MODULE, Standing.UNKNOWN, Standing.ABSENT)
_LAYERS = ("package", "metadata", "file-name", "signature", "soname")
_SNAPSHOT = re.compile(r"(?:19|20)\d{2}-\d{2}-\d{2}(?:[-~.].{0,60})?")
_SPELLING = str.maketrans({"-": None, "_": None, ".": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What is left.

    Args:
        components: Each product in each version once, sorted.
        owners: Paths of files to the purl of the component that brought them.
    """

    components: tuple[Component, ...]
    owners: Mapping[str, str]


def fold(components: Iterable[Component], owners: Mapping[str, str] | None = None) -> Folded:
    """Apply the rules. Folding what is folded changes nothing.

    Args:
        components: What the catalogers said, one place each, of one file system or of several.
        owners: Paths of files to the purl of the package that brought them.
    """
    owners = owners or {}
    packages, others = _packages(components)
    strangers: list[Component] = []
    releases: dict[tuple[str, str], str] = {}  # of snapshots; the packages of one source have the same
    for other in others:
        purl = _brought_by(other, owners)
        package = packages.get(purl)
        if package is None or product(package.name) != product(other.name):
            strangers.append(other)
            continue
        packages[purl] = _merged((package, other))
        if other.version and _SNAPSHOT.fullmatch(package.version):
            releases.setdefault((package.name, package.version), other.version)
    for purl, package in packages.items():
        packages[purl] = replace(
            package, version=releases.get((package.name, package.version), package.version)
        )
    by_version: dict[tuple[str, str], list[Component]] = {}
    for each in sorted((*packages.values(), *_strongest_words(strangers)), key=_strength):
        by_version.setdefault((product(each.name), each.version), []).append(each)
    _join_nameless(by_version)
    folded = {key: _merged(group) for key, group in by_version.items()}
    new = {each.purl: folded[key].purl for key, group in by_version.items() for each in group}
    return Folded(
        components=tuple(sorted(folded.values(), key=repr)),
        owners={path: new[purl] for path, purl in owners.items() if purl in new},
    )


def fold_platforms(facts: Iterable[Platform]) -> tuple[Platform, ...]:
    """Each fact about the platform once, sorted, with the first few of the places that show it."""
    merged: dict[tuple[str, str], Platform] = {}
    for fact in facts:
        known = merged.setdefault((fact.aspect, fact.value), fact)
        places = tuple(dict.fromkeys((*known.evidence, *fact.evidence)))[:MAX_PLATFORM_PLACES]
        merged[fact.aspect, fact.value] = replace(known, evidence=places)
    return tuple(merged[key] for key in sorted(merged))


def fold_kernel_parts(facts: Iterable[KernelPart]) -> tuple[KernelPart, ...]:
    """Each part of the kernel once, sorted.

    What is there somewhere is there; what one kernel lacks and another does not tell is not told.
    """
    merged: dict[str, KernelPart] = {}
    for fact in facts:
        known = merged.setdefault(fact.part, fact)
        if fact.part == READ:  # every kernel that was read
            places = tuple(dict.fromkeys((*known.evidence, *fact.evidence)))[:MAX_PLACES]
            merged[fact.part] = replace(known, evidence=places)
        elif _SURE_THINGS.index(fact.standing) < _SURE_THINGS.index(known.standing):
            merged[fact.part] = fact
    return tuple(merged[part] for part in sorted(merged))


def fold_services(services: Iterable[Service], programs: Collection[str]) -> tuple[Service, ...]:
    """The services, and of those that only another program names, each that is there once.

    Args:
        services: What the catalogers said, of one file system.
        programs: Names of all files there: a server that is not among them cannot be started.
    """
    told: list[Service] = []
    named: dict[str, list[Service]] = {}
    for service in services:
        if service.started_by != BY_PROGRAM:
            told.append(service)
        elif service.name in programs:
            named.setdefault(service.name, []).append(service)
    for group in named.values():
        best = max(group, key=lambda each: len(each.command))  # the most telling command line
        places = dict.fromkeys(place for each in (best, *group) for place in each.evidence)
        told.append(replace(best, evidence=tuple(places)[:MAX_PLACES]))
    return tuple(sorted(told, key=repr))


def product(name: str) -> str:
    """A product's name without its spelling: ``wpa_supplicant`` and ``wpa-supplicant`` are one."""
    return name.lower().translate(_SPELLING)


def _packages(components: Iterable[Component]) -> tuple[dict[str, Component], list[Component]]:
    """Packages by purl, and the rest."""
    packages: dict[str, list[Component]] = {}
    others: list[Component] = []
    for each in sorted(components, key=_strength):
        if each.identified_by.startswith("package:"):
            packages.setdefault(each.purl, []).append(each)
        else:
            others.append(each)
    return {purl: _merged(group) for purl, group in packages.items()}, others


def _strength(component: Component) -> tuple[int, float, str]:
    """Strongest first; the text only makes the order total."""
    layer = _layer(component)
    rank = _LAYERS.index(layer) if layer in _LAYERS else len(_LAYERS)
    return rank, -component.confidence, repr(component)


def _brought_by(component: Component, owners: Mapping[str, str]) -> str:
    """The package that brought all the files in which a component was seen; empty if there is no such one."""
    purls = {owners.get(place.path[-1], "") for place in component.evidence if place.path}
    return purls.pop() if len(purls) == 1 else ""


def _strongest_words(components: Iterable[Component]) -> list[Component]:
    """Each product of each file in the versions that the strongest source has for it there."""
    by_file: dict[tuple[str, tuple[str, ...]], list[Component]] = {}
    left: list[Component] = []
    for each in sorted(components, key=_strength):
        places = {place.path for place in each.evidence}
        if len(places) == 1:
            by_file.setdefault((product(each.name), places.pop()), []).append(each)
        else:
            left.append(each)
    for group in by_file.values():
        strongest = [each for each in group if _layer(each) == _layer(group[0])]
        weaker = [each for each in group if _layer(each) != _layer(group[0])]
        if not strongest[0].version:  # then the version of the others is not believed, nor their CPEs with it
            weaker = [replace(each, cpes=()) for each in weaker]
        left += [_merged((strongest[0], *weaker)), *strongest[1:]] if weaker else strongest
    return left


def _layer(component: Component) -> str:
    return component.identified_by.partition(":")[0]


def _merged(group: Sequence[Component]) -> Component:
    """The first one, with the evidence and the CPEs of all; its purl is that of the product's own package."""
    first = group[0]
    peers = [each for each in group if _layer(each) == _layer(first) and each.version == first.version]
    best = min(peers, key=lambda each: _nearness(each, first.name))
    firsts = (place for each in (best, *group) for place in each.evidence[:1])  # something of every source
    rest = (place for each in (best, *group) for place in each.evidence[1:])
    places = dict.fromkeys((*firsts, *rest))
    cpes = dict.fromkeys(cpe for each in (best, *group) for cpe in each.cpes)
    licences = tuple(dict.fromkeys(text for each in (best, *group) for text in each.licences))[:MAX_LICENCES]
    return replace(
        best, name=first.name, evidence=tuple(places)[:MAX_PLACES], cpes=tuple(cpes), licences=licences
    )


def _nearness(component: Component, name: str) -> tuple[bool, float, int, str]:
    """How far a package's name is from the product's; the shorter one is the main package."""
    package = _package(component)
    return product(package) != product(name), -component.confidence, len(package), repr(component)


def _package(component: Component) -> str:
    return component.purl.rpartition("@")[0].rpartition("/")[2]


def _join_nameless(by_version: dict[tuple[str, str], list[Component]]) -> None:
    """Give what has no version to its namesake, if there is exactly one."""
    for name in [name for name, version in by_version if not version]:
        others = [key for key in by_version if key[0] == name and key[1]]
        if len(others) == 1:
            by_version[others[0]].extend(by_version.pop((name, "")))
