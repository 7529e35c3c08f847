"""Build the example camera: two firmware images, one with the faults such devices have, one with them mended.

    python examples/camera/build.py --output DIR [--cache DIR] [--release 1.0|1.1|all]

No root, nothing installed. Downloads Debian packages with the machine's own apt, once.
"""

import argparse
import fcntl
import hashlib
import json
import os
import sys
from dataclasses import asdict
from fnmatch import fnmatchcase
from pathlib import Path

from assembly import Packed, build_rootfs
from commands import BuildError, say
from image import join, make_uimage, name_boot_part
from packages import read_members
from recipe import BootPart, Recipe
from supply import Supply
from tools import BuildTools

try:
    from keys import make_server_pem, make_update_authority, make_update_public_key, sign_update
except ImportError as missing:
    sys.exit(f"camera: {missing}: run this with the Python of the project's environment")

HERE = Path(__file__).resolve().parent
MADE = {
    "1.0": {"/etc/ssl/server.pem": make_server_pem},
    "1.1": {
        "/etc/camera/update-ca.pem": make_update_authority,
        "/etc/camera/update.pub": make_update_public_key,
    },
}


class Camera:
    """The build, with everything fetched.

    Args:
        recipe: What to build.
        cache: Folder for downloads.
    """

    def __init__(self, recipe: Recipe, cache: Path) -> None:
        self._recipe = recipe
        supply = Supply(recipe, cache)
        self._sets = supply.obtain()
        self._pool = supply.pool
        self._tools = BuildTools(self._sets["tools"].packages, self._pool, cache)
        self._boot, self._boot_kind = self._read_boot()

    def _read_boot(self) -> tuple[bytes, str]:
        package = self._sets["boot"].packages[0]
        patterns: dict[str, BootPart] = {part.file: part for part in self._recipe.boot_parts}

        def wanted(path: str) -> bool:
            return any(fnmatchcase(path, pattern) for pattern in patterns)

        for path, member in sorted(read_members(self._pool / package.file_name, wanted).items()):
            part = next(part for pattern, part in patterns.items() if fnmatchcase(path, pattern))
            if member.data:
                return member.data, part.type
        raise BuildError(f"{package.name} {package.version} holds no kernel where the recipe looks for one")

    def build(self, release: str, output: Path) -> None:
        """Write one image, its signature if the release knows signatures, and its manifest."""
        recipe, packed = self._recipe, self._sets[release]
        epoch = recipe.releases[release].epoch
        say(f"building release {release} ({packed.suite}, {packed.arch})")
        made = {path: make() for path, make in MADE[release].items()}
        root = build_rootfs(recipe, release, Packed(packed.packages, self._pool), made)
        base = recipe.folder / "data" / release
        files = sorted(path for path in base.rglob("*") if path.is_file())
        data = {path.relative_to(base).as_posix(): path.read_bytes() for path in files}
        parts = {
            "kernel": make_uimage(self._boot, kind=self._boot_kind, epoch=epoch),
            "rootfs": self._tools.make_squashfs(root.to_tar(epoch), epoch),
            "data": self._tools.make_jffs2(data, size=recipe.data_size, erase_block=recipe.erase_block),
        }
        image, layout = join(parts, erase_block=recipe.erase_block, model=recipe.model, version=release)
        manifest = {
            "model": recipe.model,
            "release": release,
            "date": recipe.releases[release].date.isoformat(),
            "image": f"camera-{release}.bin",
            "size": len(image),
            "sha256": hashlib.sha256(image).hexdigest(),
            "boot": name_boot_part(self._boot),
            "layout": [asdict(region) for region in layout],
            "rootfs": packed.to_json(),
            "boot_package": self._sets["boot"].to_json(),
            "build_tools": self._sets["tools"].to_json(),
        }
        write(output, f"camera-{release}.bin", image)
        if "/etc/camera/update.pub" in made:
            write(output, f"camera-{release}.bin.sig", sign_update(image))
        write(output, f"camera-{release}.json", (json.dumps(manifest, indent=2) + "\n").encode())
        say(f"{output / f'camera-{release}.bin'}: {len(image) / 1e6:.1f} MB")


def write(folder: Path, name: str, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    partial = folder / f".{name}.partial"
    partial.write_bytes(data)
    partial.replace(folder / name)


def default_cache() -> Path:
    """Where downloads are kept unless one says otherwise: inside the repository, out of git's sight."""
    named = os.environ.get("ROADWORTHY_CACHE")
    return Path(named) if named else HERE.parent.parent / ".dev" / "camera-cache"


def main() -> int:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description="Build the example camera's firmware images.")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for the images")
    parser.add_argument("--cache", type=Path, default=default_cache(), metavar="DIR", help="for downloads")
    parser.add_argument("--release", choices=["1.0", "1.1", "all"], default="all")
    wanted = parser.parse_args()
    try:
        wanted.output.mkdir(parents=True, exist_ok=True)
        cache = wanted.cache.resolve()
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / "in-use").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two builds at once share downloads instead of breaking them
            camera = Camera(Recipe(HERE), cache)
        for release in MADE if wanted.release == "all" else [wanted.release]:
            camera.build(release, wanted.output)
    except (BuildError, OSError) as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
