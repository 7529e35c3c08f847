"""Which packages each part of the build gets: looked up once, then held in a lock beside them."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apt import Archive
from commands import BuildError, find_program, run, say
from packages import Package, is_whole
from recipe import Recipe
from sources import Source, aim_at, keep_distribution, read_codenames, read_machine


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSet:
    """Packages that belong together.

    Args:
        suite: Where they came from.
        arch: For which architecture.
        packages: The packages, by name.
    """

    suite: str
    arch: str
    packages: tuple[Package, ...]

    def to_json(self) -> dict[str, Any]:
        """For the lock and the manifest."""
        packages = [package.to_json() for package in self.packages]
        return {"suite": self.suite, "arch": self.arch, "packages": packages}


class Supply:
    """Gets every package set into the cache.

    Args:
        recipe: What is wanted.
        cache: Folder that keeps the packages and the lock. Delete it to start afresh.
    """

    def __init__(self, recipe: Recipe, cache: Path) -> None:
        self._recipe = recipe
        self._cache = cache
        self.pool = cache / "pool"
        self.pool.mkdir(parents=True, exist_ok=True)
        self._own = run([find_program("dpkg"), "--print-architecture"]).decode().strip()
        self._codenames = read_codenames()
        self._sources = keep_distribution(read_machine(), self._codenames)

    def obtain(self) -> dict[str, PackageSet]:
        """The sets by name: one per release, ``boot`` and ``tools``; from the cache, if it has them."""
        lock = self._cache / "lock.json"
        kept = self._read_lock(lock)
        if kept is not None:
            return kept
        if not self._sources:
            raise BuildError(
                "no package source of the distribution itself in /etc/apt. Build on Debian 12 or later or on "
                "Ubuntu, with its own archive in /etc/apt/sources.list.d/."
            )
        found = self._look_up()
        rows = {name: one.to_json() for name, one in found.items()}
        lock.write_text(json.dumps({"key": self._key(), "sets": rows}, indent=1), encoding="utf-8")
        shutil.rmtree(self._cache / "apt")  # 250 MB of package lists that the lock makes unnecessary
        return found

    def _key(self) -> str:
        machine = repr((self._recipe.wanted, self._own, self._codenames, self._sources))
        return hashlib.sha256(machine.encode()).hexdigest()

    def _read_lock(self, lock: Path) -> dict[str, PackageSet] | None:
        try:
            held = json.loads(lock.read_bytes())
        except (OSError, ValueError):
            return None
        if held.get("key") != self._key():
            return None
        sets = {}
        for name, row in held["sets"].items():
            packages = tuple(Package(**package) for package in row["packages"])
            sets[name] = PackageSet(suite=row["suite"], arch=row["arch"], packages=packages)
        everything = [package for one in sets.values() for package in one.packages]
        return (
            sets if all(is_whole(self.pool / package.file_name, package) for package in everything) else None
        )

    def _look_up(self) -> dict[str, PackageSet]:
        current = self._open_current()
        arch = current.arch
        suite = next((source.suite for source in self._sources if not source.pocket), self._sources[0].suite)
        archives = {
            "current": (suite, current),
            "old": self._open_old(arch) or (suite, current),
            "new": self._open_new(arch) or (suite, current),
        }
        sets = {}
        for name, release in self._recipe.releases.items():
            suite, archive = archives[release.suite]
            sets[name] = self._collect(archive, suite, self._recipe.packages_of(name))
        sets["boot"] = self._collect(current, archives["current"][0], [self._find_boot(current)])
        tools = current if arch == self._own else self._open("tools", self._sources, self._own)
        sets["tools"] = self._collect(
            tools, archives["current"][0], self._recipe.tool_packages, skip=self._recipe.tool_skips
        )
        return sets

    def _open_current(self) -> Archive:
        """The machine's own suite, for the recipe's architecture; where that is not there, for its own.

        Debian's mirrors leave such a list empty. Ubuntu's name it, and do not have it.
        """
        arch = self._recipe.arch
        try:
            current = self._open("current", self._sources, arch)
            if arch == self._own or current.resolve(["busybox-static"]):
                return current
        except BuildError:
            if arch == self._own:
                raise
        say(f"the mirror has no {arch}: the camera is built from {self._own} packages instead")
        return self._open("current", self._sources, self._own)

    def _open(self, name: str, sources: Sequence[Source], arch: str) -> Archive:
        say(f"reading package lists ({name}, {arch})")
        folder = self._cache / "apt" / f"{name}-{arch}"
        archive = Archive(folder, sources, arch)
        try:
            archive.update()
        except BuildError as problem:
            bases = tuple(source for source in sources if not source.pocket)
            if bases == tuple(sources):
                raise
            say(f"not all package lists can be read; trying without updates. {_reason(problem)}")
            archive = Archive(folder, bases, arch)
            archive.update()
        return archive

    def _open_old(self, arch: str) -> tuple[str, Archive] | None:
        for suite in self._recipe.old_suites:
            if suite in self._codenames:
                break
            try:
                return suite, self._open(suite, aim_at(self._sources, suite), arch)
            except BuildError:
                say(f"the mirror has no {suite}")
        say("no older suite: release 1.0 gets the same versions as 1.1, OpenSSL among them")
        return None

    def _open_new(self, arch: str) -> tuple[str, Archive] | None:
        suites = [
            self._recipe.new_suites[name] for name in self._codenames if name in self._recipe.new_suites
        ]
        for suite in suites:
            try:
                return suite, self._open(suite, aim_at(self._sources, suite), arch)
            except BuildError:
                say(f"the mirror has no {suite}: release 1.1 is made of the machine's own suite")
        return None

    def _find_boot(self, archive: Archive) -> str:
        for part in self._recipe.boot_parts:
            for name in archive.find_names(part.packages):
                if archive.resolve([name]):
                    return name
        raise BuildError("the mirror has no kernel and no boot loader that the recipe knows")

    def _collect(
        self, archive: Archive, suite: str, names: Sequence[str], skip: Sequence[str] = ()
    ) -> PackageSet:
        packages = archive.resolve(names, skip)
        missing = set(names) - {package.name for package in packages}
        if missing:
            raise BuildError(
                f"{suite} has no {', '.join(sorted(missing))} for {archive.arch}: is its component main "
                "(on Ubuntu also universe) among the machine's package sources?"
            )
        archive.fetch(packages, self.pool)
        return PackageSet(suite=suite, arch=archive.arch, packages=packages)


def _reason(problem: BuildError) -> str:
    """The first of apt's errors: the later ones only say that there were some."""
    lines = str(problem).splitlines()
    return next((line for line in lines if line.startswith("E: ")), lines[0])
