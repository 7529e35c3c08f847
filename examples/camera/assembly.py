"""What goes into the root file system: programs with their libraries, links to BusyBox, the overlay."""

import posixpath
from collections.abc import Mapping, Sequence
from pathlib import Path

from commands import BuildError
from elf import read_needed
from packages import Member, Package, read_members
from recipe import Recipe
from rootfs import RootFS


class NotPackedError(BuildError):
    """No package holds such a file."""


class Packed:
    """The packages of a release, as one heap of files to pick from.

    Args:
        packages: The packages.
        pool: Where their files lie.
    """

    def __init__(self, packages: Sequence[Package], pool: Path) -> None:
        self._members = {
            package.name: read_members(pool / package.file_name, lambda path: "/share/" not in path)
            for package in packages
        }

    def find(self, ending: str, package: str | None = None) -> tuple[str, bytes]:
        """A file by the last parts of its path: where it is in its package, and its bytes."""
        for name, members in self._members.items():
            for path in sorted(members):
                if package in {None, name} and path.endswith("/" + ending):
                    return self._follow(members, path)
        raise NotPackedError(f"no {ending} in {package or 'any of the packages'}")

    @staticmethod
    def _follow(members: Mapping[str, Member], path: str) -> tuple[str, bytes]:
        """Through the links inside one package, which are few and relative, or absolute within it."""
        while path in members and members[path].target:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), members[path].target))
        if path not in members:
            raise BuildError(f"{path} is linked to, and not in the package")
        return path, members[path].data


def add_programs(root: RootFS, recipe: Recipe, release: str, packed: Packed) -> None:
    """The programs of a release, and every library they need, found by what they are linked against."""
    for program in recipe.programs_of(release):
        for ending, place in program.files.items():
            try:
                _, data = packed.find(ending, program.package)
            except NotPackedError:
                if not program.optional:
                    raise
                continue
            root.add_file(place, data)
            _add_libraries(root, data, packed)


def _add_libraries(root: RootFS, program: bytes, packed: Packed) -> None:
    todo = [program]
    while todo:
        for needed in read_needed(todo.pop()):
            name = posixpath.basename(needed)
            place = needed if needed.startswith("/") else f"/lib/{name}"
            if not {place, f"/lib/{name}"} & root.entries.keys():
                source, data = packed.find(name)
                _add_library(root, place, posixpath.basename(source), data)
                todo.append(data)


def _add_library(root: RootFS, place: str, real_name: str, data: bytes) -> None:
    """Under its real name, with a link from the name that programs ask for, as every vendor has it."""
    if posixpath.basename(place) != real_name:
        root.add_link(place, real_name)
    root.add_file(posixpath.join(posixpath.dirname(place), real_name), data)


def add_applets(root: RootFS, recipe: Recipe, release: str) -> None:
    """Links to BusyBox for the applets that it has: their names stand in it, each between zero bytes."""
    busybox = root.entries["/bin/busybox"].data
    places = [posixpath.join(folder, name) for folder, names in recipe.applets.items() for name in names]
    for place in [*places, *recipe.releases[release].applets]:
        if b"\0" + posixpath.basename(place).encode() + b"\0" in busybox:
            root.add_link(place, posixpath.relpath("/bin/busybox", posixpath.dirname(place)))


def build_rootfs(recipe: Recipe, release: str, packed: Packed, made: Mapping[str, bytes]) -> RootFS:
    """The whole file system of a release.

    Args:
        recipe: The recipe.
        release: ``1.0`` or ``1.1``.
        packed: The packages of the release.
        made: Files that the build makes itself (keys), by path.
    """
    root = RootFS(recipe.modes)
    for path, mode in recipe.folders.items():
        root.add_folder(path, mode)
    for path, device in recipe.devices.items():
        root.add_device(path, **device)
    for path, target in recipe.links.items():
        root.add_link(path, target)
    for overlay in ("common", release):
        base = recipe.folder / "rootfs" / overlay
        for file in sorted(path for path in base.rglob("*") if path.is_file()):
            root.add_file("/" + file.relative_to(base).as_posix(), file.read_bytes())
    for path, data in made.items():
        root.add_file(path, data)
    add_programs(root, recipe, release, packed)
    add_applets(root, recipe, release)
    return root
