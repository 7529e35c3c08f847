"""What is known of an image, ready to be asked for what a bill of materials claims."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roadworthy.codecs.sbom.bill import Claimed
from roadworthy.inspection import _claim_keys as keys
from roadworthy.inspection.claimed_files import ClaimedFiles
from roadworthy.inspection.precedence import product
from roadworthy.model.component import Component
from roadworthy.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is known of the image.

    Args:
        components: What is in it, folded.
        packages: What its package databases list, package by package.
        files: Which of the claimed files are in it.
        whole: Whether file systems were read, and nothing was left unread.
        products: The products that a rule is there for, with their CPE prefixes.
    """

    components: Sequence[Component]
    packages: Sequence[Component]
    files: ClaimedFiles
    whole: bool
    products: Sequence[tuple[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Known:
    """Something that the image is known to hold: its versions, and the component that it became."""

    versions: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    component: int


class Index:
    """What is known of the image, by key.

    Args:
        sight: What is known.
    """

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self._names = keys.cpe_names(sight.products)
        self._known: dict[str, list[Known]] = defaultdict(list)
        self._places: dict[str, list[int]] = defaultdict(list)
        self.packages: dict[str, list[Known]] = defaultdict(list)
        self.databases: set[str] = set()
        for position, component in enumerate(sight.components):
            self._places[product(component.name)].append(position)
            known = Known(versions_of(component), component.evidence, position)
            for key in keys.component_keys(component, self._names):
                self._known[key].append(known)
        self.kernels = frozenset(self._places.get(keys.KERNEL, ()))
        for package in sight.packages:
            self._add_package(package)

    def _add_package(self, package: Component) -> None:
        kind, name, _ = keys.purl_parts(package.purl)
        self.databases.add(kind)
        position = self._component_of(package)
        versions = versions_of(package)
        if position >= 0:  # where the date of a snapshot gave way to the version in a program
            versions = (*versions, self.sight.components[position].version)
        self.packages[name.lower()].append(Known(versions, package.evidence, position))

    def _component_of(self, package: Component) -> int:
        """The component that a package became; -1 where it is not to be found."""
        places = self._places[product(package.name)]
        for each in places:
            if self.sight.components[each].version == package.version:
                return each
        listed = (each for each in places if self.sight.components[each].identified_by.startswith("package:"))
        return next(listed, -1)

    def by_key(self, wanted: Iterable[str]) -> list[Known]:
        """What is known under any of some keys, each once."""
        found = (known for key in sorted(wanted) for known in self._known.get(key, ()))
        return list(dict.fromkeys(found))

    def in_database(self, claim: Claimed) -> list[Known]:
        """The package of that name, if the claim may be meant as one of the database's."""
        kind, name, _ = keys.purl_parts(claim.purl)
        if claim.purl and kind not in self.databases:
            return []
        return self.packages.get((name or claim.name).lower(), [])

    def has_rule(self, wanted: Iterable[str]) -> bool:
        """Whether a product would be known if it were there."""
        return any(key.startswith(":") and key[1:] in self._names for key in wanted)


def versions_of(component: Component) -> tuple[str, ...]:
    """The versions of a component: upstream's, and the whole one of a package."""
    told = (component.version, keys.purl_parts(component.purl)[2])
    return tuple(dict.fromkeys(each for each in told if each))
