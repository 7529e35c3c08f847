"""The way that a boot takes through inittab, run-level links and scripts, followed on paper."""

import posixpath
import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from roadworthy.inspection import masking
from roadworthy.inspection.cataloger import File, Kept
from roadworthy.inspection.inventory._daemons import PORTS, Start, recognise, stripped
from roadworthy.inspection.inventory._shell import MAX_SCRIPT, Call, Parser
from roadworthy.inspection.inventory._tokens import unquote
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.evidence import Evidence
from roadworthy.model.service import Service

MAX_DEPTH = 12
"""Scripts and functions within each other."""
MAX_STEPS = 20_000
"""Commands looked at in one file system."""
MAX_MATCHES = 200
"""Scripts that one pattern such as ``/etc/init.d/S??*`` starts."""

_PATH = ("/sbin", "/usr/sbin", "/bin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")
_VOLATILE = ("/tmp/", "/var/", "/run/", "/proc/", "/sys/", "/dev/", "/mnt/")  # noqa: S108 -- paths inside an image
_VARIABLE = re.compile(r"\$(?:\{(\w{1,80})\}|(\w{1,80}))")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w{0,80})=([^$`]{0,200})")
_SHELLS = frozenset(("sh", "ash", "bash", "msh", "hush", "dash"))
_RC_COMMON = re.compile(r"#!\s*/bin/sh\s+/etc/rc\.common")
_RC_DEFAULTS = {"boot": "start", "start": "start_service"}
_EXCERPT = 160


def masked(command: str) -> str:
    """A command line, short, without the secrets that stand in it openly."""
    return masking.masked(command)[:_EXCERPT]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where on the way we are: how it was reached, with what argument, and how surely."""

    mechanism: str
    argument: str
    enabled: bool | None
    depth: int

    def further(self, *, sure: bool, argument: str | None = None) -> "_Place":
        """One step deeper. What is off stays off; what is not sure makes an on unknown."""
        enabled = None if self.enabled and not sure else self.enabled
        told = self.argument if argument is None else argument
        return replace(self, enabled=enabled, argument=told, depth=self.depth + 1)


@dataclass(slots=True)
class Boot:
    """Follows scripts and collects what they start. One object for each file system.

    Args:
        kept: Its small files.
    """

    kept: Kept
    services: list[Service] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    _seen: set[tuple[str, str, bool | None]] = field(default_factory=set)
    _parsed: dict[str, Parser] = field(default_factory=dict)
    _found: dict[str, Node | None] = field(default_factory=dict)
    _folders: dict[str, list[str]] = field(default_factory=dict)
    _steps: int = 0

    @property
    def exhausted(self) -> bool:
        """Whether the way was longer than is followed."""
        return self._steps > MAX_STEPS

    def run(self, path: str, argument: str, mechanism: str, *, enabled: bool | None) -> bool:
        """Follow a script from its start. False if the path is no script."""
        return self._script(path, _Place(mechanism, argument, enabled, 0))

    def command(self, text: str, file: File, line: int, mechanism: str, *, enabled: bool | None) -> None:
        """Follow one command line that stands outside a script, such as in an inittab."""
        run = _Run(Parser(self._exists).read(text), file)
        for call in run.parser.bodies.get("", ()):
            self._call(replace(call, line=line, background=True), run, _Place(mechanism, "", enabled, 0))

    def find(self, program: str) -> Node | None:
        """The node that a command name or path leads to."""
        if program not in self._found:
            self._found[program] = self._look(program)
        return self._found[program]

    def _look(self, program: str) -> Node | None:
        paths = (program,) if "/" in program else tuple(posixpath.join(folder, program) for folder in _PATH)
        found = (self.kept.root.get(path) for path in paths)
        return next((node for node in found if node is not None and node.kind is NodeKind.FILE), None)

    def _exists(self, path: str) -> bool:
        return not path.startswith(_VOLATILE) and self.kept.root.get(path) is not None

    def _script(self, path: str, place: _Place) -> bool:
        file = self.kept.get(path)
        if file is None or not is_script(file):
            return False
        key = (file.node.path, place.argument, place.enabled)
        if key in self._seen or place.depth > MAX_DEPTH:
            return True
        self._seen.add(key)
        self.reached.add(file.node.path)
        if file.node.path not in self._parsed:
            text = file.data.decode("utf-8", "backslashreplace")
            self._parsed[file.node.path] = Parser(self._exists).read(text)
        run = _Run(self._parsed[file.node.path], file)
        self._body("", run, place)
        if place.argument == "start" and _RC_COMMON.match(file.data[:80].decode("latin-1")):
            self._body(run.function("boot"), run, place, entered=True)
        return True

    def _body(self, function: str, run: "_Run", place: _Place, *, entered: bool = False) -> None:
        """Follow one function, or the top of the script where the name is empty."""
        if place.depth > MAX_DEPTH or (entered and not function):
            return
        for call in run.parser.bodies.get(function, ()):
            if not call.applies(place.argument):
                continue
            self._steps += 1
            if self._steps > MAX_STEPS:
                return
            if call.sure and call.words[0] == ("return" if function else "exit"):
                return
            self._call(call, run, place)

    def _call(self, call: Call, run: "_Run", place: _Place) -> None:
        words = tuple(run.expanded(word) for word in call.words)
        line = stripped(words)
        if not line or line[0] == "export":
            run.assign(words)
            return
        further = place.further(sure=call.sure)
        target = run.function(line[1] if line[0] == "config_foreach" and len(line) > 1 else line[0])
        if target:
            self._body(target, run, further)
        elif line[0] == "for":
            self._loop(line[3:], further)
        elif not self._followed(line, further):
            self._start(recognise(words, background=call.background), call, words, run.file, further)

    def _followed(self, line: tuple[str, ...], place: _Place) -> bool:
        """Whether a command line runs a script, which then has been followed."""
        name, rest = line[0], line[1:]
        if name in (".", "source"):
            return bool(rest) and self._script(rest[0], place)
        if posixpath.basename(name) in _SHELLS:
            rest = tuple(word for word in rest if word not in ("-x", "-e"))
            return bool(rest) and self._script(rest[0], place.further(sure=True, argument=_argument(rest)))
        node = self.find(name)
        return node is not None and self._script(
            node.path, place.further(sure=True, argument=_argument(line))
        )

    def _loop(self, patterns: tuple[str, ...], place: _Place) -> None:
        """``for i in /etc/init.d/S??*``: each of them is started, in order."""
        for pattern in patterns:
            folder = posixpath.dirname(pattern)
            if pattern.startswith("/") and set(pattern) & set("*?[") and not set(folder) & set("*?["):
                names = self._names(folder)
                for path in [path for path in names if fnmatchcase(path, pattern)][:MAX_MATCHES]:
                    self._script(path, place.further(sure=True, argument="start"))

    def _names(self, folder: str) -> list[str]:
        """The paths in one folder, sorted."""
        if not self._folders:
            for path in sorted(self.kept.root.nodes):
                self._folders.setdefault(posixpath.dirname(path), []).append(path)
        return self._folders.get(folder, [])

    def _start(
        self, start: Start | None, call: Call, words: tuple[str, ...], file: File, place: _Place
    ) -> None:
        if start is None:
            return
        node = self.find(start.program) or (self.find("busybox") if "busybox" in " ".join(words) else None)
        if node is None and (start.name not in PORTS or start.program.startswith("/etc/")):
            return
        text = masked(" ".join(words))
        evidence = [file.evidence(line=call.line, excerpt=text)]
        if node is not None:
            evidence.append(Evidence(path=(*self.kept.root.where, node.path)))
        self.services.append(
            Service(
                name=start.name,
                command=text,
                started_by=place.mechanism,
                user=start.user,
                ports=start.ports,
                enabled=None if place.enabled and node is None else place.enabled,
                evidence=tuple(evidence),
            )
        )


@dataclass(slots=True)
class _Run:
    """One script on its way, with its variables as far as they are plain."""

    parser: Parser
    file: File
    variables: dict[str, str] = field(default_factory=dict)

    def function(self, name: str) -> str:
        """The function that a name leads to; empty where it is none.

        As in OpenWrt's rc.common, ``boot`` falls back to ``start``, and that to procd's ``start_service``.
        """
        while name not in self.parser.functions and name in _RC_DEFAULTS:
            name = _RC_DEFAULTS[name]
        return name if name in self.parser.functions else ""

    def assign(self, words: tuple[str, ...]) -> None:
        """Remember assignments whose value is plain."""
        for word in words:
            match = _ASSIGNMENT.fullmatch(word)
            if match:
                self.variables[match[1]] = unquote(match[2])

    def expanded(self, word: str) -> str:
        """A word with the variables that are known put in."""
        if word.startswith("'"):
            return word
        return _VARIABLE.sub(lambda match: self.variables.get(match[1] or match[2], match[0]), word)


def is_script(file: File) -> bool:
    """Whether a shell would read it: small, text, and of no other interpreter."""
    if len(file.data) > MAX_SCRIPT or b"\0" in file.data or file.data.startswith(b"\x7fELF"):
        return False
    return not file.data.startswith(b"#!") or b"sh" in file.data[:80].partition(b"\n")[0]


def _argument(line: tuple[str, ...]) -> str:
    return line[1] if len(line) > 1 else ""
