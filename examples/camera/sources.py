"""The machine's own package sources: read from /etc/apt, narrowed to its distribution, aimed at a suite."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

# Suites are named after a release or after its rank. Backports and proposed updates are left out.
RANKS = frozenset({"stable", "oldstable", "testing", "unstable", "sid"})
POCKETS = frozenset({"", "updates", "security"})
COMPONENTS = frozenset({"main", "universe"})  # universe: where Ubuntu keeps most of Debian's main
SCHEMES = ("http:", "https:", "ftp:", "file:", "copy:", "mirror", "tor+", "cdn:")
ONE_LINE = re.compile(r"^deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<parts>.+)$")


@dataclass(frozen=True, slots=True)
class Source:
    """One suite of one archive.

    Args:
        uri: Where it is. Never written into the repository or a manifest.
        suite: ``bookworm``, ``bookworm-updates``.
        components: ``main``, and ``universe`` on Ubuntu.
        signed_by: Keyring file, fingerprint, or the key itself; empty: the machine's trusted keyrings.
    """

    uri: str
    suite: str
    components: tuple[str, ...]
    signed_by: str = ""

    @property
    def pocket(self) -> str:
        """``updates`` of ``bookworm-updates``, empty for the release itself."""
        return self.suite.rstrip("/").replace("/", "-").partition("-")[2]

    def stanza(self, arch: str) -> str:
        """The source in deb822 form (sources.list(5)), for one architecture and package lists only."""
        lines = [
            "Types: deb",
            f"URIs: {self.uri}",
            f"Suites: {self.suite}",
            f"Components: {' '.join(self.components)}",
            f"Architectures: {arch}",
            "Targets: Packages",
            "Languages: none",
        ]
        if self.signed_by:
            lines.append(f"Signed-By: {self.signed_by}")
        return "\n".join(lines) + "\n"


def parse_one_line(text: str) -> Iterator[Source]:
    """Sources of a ``.list`` file (sources.list(5), one-line style)."""
    for line in text.splitlines():
        match = ONE_LINE.match(line.partition("#")[0].strip())
        if match is None:
            continue
        options = dict(option.partition("=")[::2] for option in (match["options"] or "").split())
        components = tuple(match["parts"].split())
        yield Source(match["uri"], match["suite"], components, options.get("signed-by", ""))


def parse_deb822(text: str) -> Iterator[Source]:
    """Sources of a ``.sources`` file (sources.list(5), deb822 style)."""
    kept = (line for line in text.splitlines() if not line.startswith("#"))
    for paragraph in re.split(r"\n\s*\n", "\n".join(kept)):
        fields: dict[str, str] = {}
        name = ""
        for line in paragraph.splitlines():
            if line[:1].isspace() and name:
                fields[name] += "\n" + line
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        enabled = fields.get("enabled", "yes").lower() not in {"no", "false"}
        if not enabled or "deb" not in fields.get("types", "").split():
            continue
        components = tuple(fields.get("components", "").split())
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                yield Source(uri, suite, components, fields.get("signed-by", ""))


def read_machine(folder: Path = Path("/etc/apt")) -> tuple[Source, ...]:
    """Every package source the machine is set up with."""
    main = folder / "sources.list"
    parts = sorted((folder / "sources.list.d").glob("*"))
    found: list[Source] = []
    for path in [main, *parts]:
        if not path.is_file() or path.suffix not in {".list", ".sources"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found.extend(parse_deb822(text) if path.suffix == ".sources" else parse_one_line(text))
    return tuple(dict.fromkeys(found))


def read_codenames(path: Path = Path("/etc/os-release")) -> tuple[str, ...]:
    """What the machine's release is called (os-release(5)); a derivative also names what it derives from."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return tuple(dict.fromkeys(re.findall(r'^(?:\w+_)?CODENAME="?([\w-]+)"?$', text, re.MULTILINE)))


def keep_distribution(sources: Iterable[Source], codenames: Sequence[str]) -> tuple[Source, ...]:
    """Only the distribution's own suites; what else is in there, the pins of `apt` refuse."""
    names = RANKS | set(codenames)
    kept = []
    for source in sources:
        base = source.suite.replace("/", "-").partition("-")[0]
        components = tuple(name for name in source.components if name in COMPONENTS)
        if base in names and source.pocket in POCKETS and components and source.uri.startswith(SCHEMES):
            kept.append(replace(source, components=components))
    return tuple(kept)


def aim_at(sources: Sequence[Source], suite: str) -> tuple[Source, ...]:
    """The same archives, another suite of them: the release itself, without later updates."""
    return tuple(dict.fromkeys(replace(source, suite=suite) for source in sources if not source.pocket))
