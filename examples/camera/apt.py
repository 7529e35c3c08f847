"""The machine's apt, made to work in a folder of our own: no root, nothing installed."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from commands import BuildError, find_program, run, say
from packages import Package, digest, is_whole
from sources import Source

LIBRARY = re.compile(r"^(lib|zlib1g$)")
PINS = "".join(
    f"Package: *\nPin: release {which}\nPin-Priority: {priority}\n\n"
    for which, priority in (("o=Debian", 500), ("o=Ubuntu", 500), ("a=*", -1))
)
# `#clear`: what the machine runs after an update of its own lists must not run after one of ours.
SETTINGS = """\
Dir::State "{folder}/state";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "srcpkgcache.bin";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{folder}/sources.d";
Dir::Etc::preferences "{folder}/preferences";
Dir::Etc::preferencesparts "/dev/null";
APT::Default-Release "";
APT::Architecture "{arch}";
#clear APT::Architectures;
APT::Architectures {{ "{arch}"; }};
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Acquire::Retries "2";
"""


class Archive:
    """A suite for one architecture, with an apt state of its own.

    Args:
        folder: Where the state lies.
        sources: What apt reads. apt checks their signatures against the machine's keyrings.
        arch: Debian's name of the architecture.
    """

    def __init__(self, folder: Path, sources: Sequence[Source], arch: str) -> None:
        self.arch = arch
        self._settings = folder / "apt.conf"
        for name in ("state/lists/partial", "cache/archives/partial", "sources.d"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()
        (folder / "preferences").write_text(PINS, encoding="utf-8")
        (folder / "sources.d/camera.sources").write_text(
            "\n".join(source.stanza(arch) for source in sources), encoding="utf-8"
        )
        self._settings.write_text(SETTINGS.format(folder=folder, arch=arch), encoding="utf-8")

    def _apt(self, program: str, *arguments: str) -> list[str]:
        return [find_program(program), f"--config-file={self._settings}", *arguments]

    def update(self) -> None:
        """Fetch the package lists. Fails if any of them is missing or badly signed."""
        try:
            run(self._apt("apt-get", "update"), show=True)
        except BuildError as problem:
            raise BuildError(f"{problem}\nDoes the machine's own `apt-get update` work?") from problem

    def resolve(self, names: Iterable[str], skip: Iterable[str] = ()) -> tuple[Package, ...]:
        """Packages by name, and the libraries they depend on, all the way down.

        Other dependencies are left: of an init system or a debconf the camera has no use.
        """
        found: dict[str, Package] = {}
        seen = set(skip)
        level = set(names) - seen
        while level:
            seen |= level
            following: set[str] = set()
            for record in self._records(sorted(level)):
                found[record["Package"]] = _to_package(record)
                following |= {name for name in _dependencies(record) if LIBRARY.match(name)}
            level = following - seen
        return tuple(found[name] for name in sorted(found))

    def find_names(self, pattern: str) -> tuple[str, ...]:
        """Names of packages that a regular expression matches as a whole, the highest first."""
        listed = run(self._apt("apt-cache", "pkgnames")).decode().split()
        return tuple(sorted((name for name in listed if re.fullmatch(pattern, name)), reverse=True))

    def _records(self, names: Sequence[str]) -> Iterator[dict[str, str]]:
        text = run(self._apt("apt-cache", "show", "--no-all-versions", *names), may_fail=True).decode()
        for paragraph in text.split("\n\n"):
            record = dict(re.findall(r"^([\w-]+): (.*)$", paragraph, re.MULTILINE))
            if "Filename" in record:
                yield record

    def fetch(self, packages: Sequence[Package], pool: Path) -> None:
        """Have every package in `pool`, whole: a file is named so only after its SHA-256 was right."""
        missing = [package for package in packages if not is_whole(pool / package.file_name, package)]
        if not missing:
            return
        say(f"downloading {len(missing)} packages, {sum(p.size for p in missing) / 1e6:.1f} MB ({self.arch})")
        with tempfile.TemporaryDirectory(dir=pool, prefix="partial-") as partial:
            wanted = [f"{package.name}={package.version}" for package in missing]
            run(self._apt("apt-get", "download", *wanted), cwd=Path(partial), show=True)
            arrived = {digest(path): path for path in Path(partial).iterdir()}
            for package in missing:
                if package.sha256 not in arrived:
                    raise BuildError(f"{package.file_name} did not arrive whole. Run the build again.")
                arrived[package.sha256].replace(pool / package.file_name)


def _to_package(record: dict[str, str]) -> Package:
    return Package(
        name=record["Package"],
        version=record["Version"],
        arch=record["Architecture"],
        size=int(record["Size"]),
        sha256=record["SHA256"],
    )


def _dependencies(record: dict[str, str]) -> Iterator[str]:
    """Names in Depends and Pre-Depends; of alternatives the first, as apt prefers it."""
    fields = (record.get("Pre-Depends", ""), record.get("Depends", ""))
    for clause in ", ".join(fields).split(","):
        match = re.match(r"\s*([a-z0-9][a-z0-9+.-]*)", clause)
        if match:
            yield match[1]
