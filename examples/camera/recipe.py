"""The recipe, read: what `recipe.toml` says, with its types."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Program:
    """Files taken from a package.

    Args:
        package: Its name.
        files: Last parts of the path in the package → path in the camera.
        only: The one release that has them; empty: both.
        optional: Whether a version of the package without them will do.
    """

    package: str
    files: dict[str, str]
    only: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class BootPart:
    """A candidate for the boot part.

    Args:
        packages: Regular expression of package names, the highest of which is taken.
        file: Pattern of the path in the package.
        type: Type in the uImage header: ``kernel`` or ``firmware``.
    """

    packages: str
    file: str
    type: str


@dataclass(frozen=True, slots=True)
class Release:
    """One release: which suite it is made of, its date, and the applets that only it links to."""

    suite: str
    date: datetime
    applets: dict[str, str]

    @property
    def epoch(self) -> int:
        """Its date as every time stamp in the image has it (SOURCE_DATE_EPOCH)."""
        return int(self.date.timestamp())


class Recipe:
    """`recipe.toml`, and the overlay folders beside it.

    Args:
        folder: Where the recipe lies.
    """

    def __init__(self, folder: Path) -> None:
        data: dict[str, Any] = tomllib.loads((folder / "recipe.toml").read_text(encoding="utf-8"))
        self.folder = folder
        self.arch: str = data["arch"]
        self.model: str = data["model"]
        self.erase_block: int = data["erase_block"]
        self.data_size: int = data["data_size"]
        self.old_suites: list[str] = data["old_suites"]
        self.new_suites: dict[str, str] = data["new_suites"]
        self.tool_packages: list[str] = data["build_tools"]["packages"]
        self.tool_skips: list[str] = data["build_tools"]["skip"]
        self.boot_parts = tuple(BootPart(**row) for row in data["boot"])
        self.programs = tuple(Program(**row) for row in data["programs"])
        self.releases = {name: Release(**row) for name, row in data["releases"].items()}
        self.applets: dict[str, list[str]] = data["applets"]
        self.links: dict[str, str] = data["links"]
        self.folders: dict[str, int] = data["folders"]
        self.devices: dict[str, dict[str, int]] = data["devices"]
        self.modes: dict[str, int] = data["modes"]

    @property
    def wanted(self) -> str:
        """All that decides which packages are fetched; when it changes, they are looked up again."""
        packages = {name: (release.suite, self.packages_of(name)) for name, release in self.releases.items()}
        boot = [part.packages for part in self.boot_parts]
        suites = (self.old_suites, self.new_suites)
        return repr((self.arch, suites, packages, boot, self.tool_packages, self.tool_skips))

    def programs_of(self, release: str) -> tuple[Program, ...]:
        """The programs of one release."""
        return tuple(program for program in self.programs if program.only in {"", release})

    def packages_of(self, release: str) -> list[str]:
        """The packages its programs come from; their libraries follow by themselves."""
        return sorted({program.package for program in self.programs_of(release)})
