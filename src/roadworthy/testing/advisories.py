"""Components, advisories and a store of them in memory, for tests of what is made from matches."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from roadworthy.model.advisory import Advisory, AffectedRange, Feed
from roadworthy.model.component import Component
from roadworthy.model.evidence import Evidence
from roadworthy.model.inventory import Inventory
from roadworthy.model.program import Program
from roadworthy.model.service import Service

NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
DAY: Final = datetime(2026, 10, 20, tzinfo=UTC)
EVERY_YEAR: Final = tuple(range(2002, 2027))
NVD: Final = Feed(id="nvd", title="NVD", as_of=DAY, records=3, years=EVERY_YEAR, digest="sha256:00")
KEV: Final = Feed(id="kev", title="KEV", as_of=DAY, records=1, years=(), digest="sha256:01")


def seen(path: str) -> tuple[Evidence, ...]:
    """Evidence of one file in one image."""
    return (Evidence(path=("camera.bin", "squashfs@0x0", path), offset=16, excerpt="seen here"),)


def component(
    name: str, version: str, *, path: str = "", cpes: tuple[str, ...] | None = None, purl: str = ""
) -> Component:
    """A component that was seen in one file; with a CPE name of its own unless others are given."""
    return Component(
        name=name,
        version=version,
        purl=purl or f"pkg:generic/{name}@{version}",
        cpes=(f"cpe:2.3:a:{name}:{name}:{version}:*:*:*:*:*:*:*",) if cpes is None else cpes,
        identified_by="test",
        confidence=1.0,
        evidence=seen(path or f"/usr/bin/{name}"),
    )


LINUX = component(
    "linux", "4.9.243", path="kernel", cpes=("cpe:2.3:o:linux:linux_kernel:4.9.243:*:*:*:*:*:*:*",)
)


def span(product: str, scheme: str = "generic", **bounds: Any) -> AffectedRange:  # noqa: ANN401 -- fields of any type
    """A range of one product."""
    return AffectedRange(product=product, scheme=scheme, **bounds)


def advisory(name: str, *affected: AffectedRange, source: str = "nvd", **more: Any) -> Advisory:  # noqa: ANN401 -- fields of any type
    """An advisory with those ranges."""
    facts: dict[str, Any] = {"aliases": (), "summary": f"{name} is a flaw.", "score": 7.5} | more
    return Advisory(id=name, source=source, as_of=DAY, affected=affected, **facts)


def program(path: str, *, needed: tuple[str, ...] = (), soname: str = "") -> Program:
    """A program, or a library if it has a soname."""
    kind = "library" if soname else "executable"
    return Program(
        path=path,
        kind=kind,
        machine="arm",
        bits=32,
        big_endian=False,
        size=1,
        needed=needed,
        soname=soname,
        evidence=seen(path),
    )


def service(path: str, *ports: str, enabled: bool | None = True) -> Service:
    """A service that starts that program."""
    return Service(
        name=path.rpartition("/")[2],
        command=path,
        started_by="inittab",
        user="",
        ports=ports,
        enabled=enabled,
        evidence=(*seen("/etc/inittab"), *seen(path)),
    )


def inventory(*components: Component, **more: Any) -> Inventory:  # noqa: ANN401 -- fields of any type
    """An inventory of those components."""
    return Inventory(components=components, **more)


@dataclass(frozen=True, slots=True)
class MemoryAdvisories:
    """Advisories in memory; see `usecases.vulnerabilities.Advisories`."""

    advisories: tuple[Advisory, ...] = ()
    sources: tuple[Feed, ...] = (NVD, KEV)

    def feeds(self) -> Sequence[Feed]:
        """See there."""
        return self.sources

    def lookup(self, keys: Collection[str]) -> Iterable[Advisory]:
        """See there."""
        for each in self.advisories:
            affected = tuple(one for one in each.affected if one.product in keys)
            if affected:
                yield replace(each, affected=affected)

    def known(self, keys: Collection[str]) -> frozenset[str]:
        """See there."""
        return frozenset(one.product for each in self.advisories for one in each.affected) & frozenset(keys)
