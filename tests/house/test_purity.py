"""What import contracts cannot see: names that touch the world, and what the model may import."""

import ast
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "src/roadworthy"
PURE = (
    "model", "codecs", "inspection", "vulnerability", "regulation", "network", "reports", "usecases",
    "catalogue",
)  # fmt: skip
ALL = ".*"
_WHOLLY_PURE = (
    "__future__ abc ahocorasick_rs array asn1crypto base64 binascii bisect cmath collections contextlib copy "
    "dataclasses decimal difflib enum fnmatch fractions functools graphlib hashlib heapq hmac html "
    "ipaddress itertools json keyword lzallright math msgspec numbers operator passlib re reprlib rfc8785 "
    "stat statistics string struct textwrap tomllib types typing unicodedata urllib.parse zlib"
)
# What the pure floors may import, and which names of it they may use. What is not here counts as not pure.
PURE_NAMES: Mapping[str, str] = dict.fromkeys(_WHOLLY_PURE.split(), ALL) | {
    "bz2": r"BZ2(?:C|Dec)ompressor|(?:de)?compress",
    "csv": ALL,  # over lines in memory
    "cryptography": r"(?!.*\bgenerate).*",  # a new key is chance
    "datetime": r"(?!.*\b(?:now|today|utcnow)\b).*",
    "inspect": r"cleandoc|getdoc",
    "segno": r"make_qr",  # what writes files is left out
    "io": r"(?:Bytes|String)IO",
    "lz4.block": ALL,
    "lz4.frame": r"LZ4Frame(?:C|Dec)ompressor|(?:de)?compress",
    "lzma": r"LZMA(?:C|Dec)ompressor|LZMAError|(?:de)?compress|(?:CHECK|FILTER|FORMAT|MODE)_\w+",
    # arrays, and what works on them; not files, chance, or other parts of it
    "numpy": (
        r"all|any|append|arange|array|bincount|bool|concatenate|count_nonzero|cumsum|delete|divmod|empty|"
        r"flatnonzero|full|int8|int64|isin|lexsort|minimum|ndarray|ones|searchsorted|uint8|uint64|unique|where|"
        r"zeros"
    ),
    "numpy.typing": r"NDArray",
    "pathlib": r"Pure\w*Path(?:\..*)?",
    "posixpath": r"(?!(?:abspath|exists|expand|get|is(?!abs)|lexists|realpath|relpath|same)).*",
    "warnings": r"catch_warnings|simplefilter|filterwarnings",
    "xml.etree.ElementTree": r"(?!(?:parse|iterparse|ElementTree)\b).*",
    "zipfile": r"BadZipFile|LargeZipFile|ZipInfo|ZIP_\w+",
    "zstandard": r"(?!open\b).*",
}
WORLDLY_MODULES = {"*", *sys.stdlib_module_names} - PURE_NAMES.keys()
LEGITIMATE = {
    (
        "roadworthy/inspection/inventory/java_archives.py",
        "zipfile.ZipFile(io.BytesIO(data))",
    ): "over bytes in memory: it opens no file",
    (
        "roadworthy/usecases/look.py",
        "posixpath.relpath('/' + meant.lstrip('/'), folder)",
    ): "of absolute paths: it asks for the working directory only where one is relative",
}
WORLDLY_BUILTINS = {
    "__builtins__",
    "__import__",
    "__loader__",
    "__spec__",
    "breakpoint",
    "compile",
    "eval",
    "exec",
    "globals",
    "input",
    "open",
    "print",
}
CLOCKS = {"now", "today", "utcnow"}
# Called on whatever: an object may be a class under another name, or come from outside.
WORLDLY_METHODS = CLOCKS | {
    "extract",
    "extractall",
    "open_code",
    "read_bytes",
    "read_text",
    "tofile",
    "write_bytes",
    "write_text",
}
BACK_DOORS = {"__builtins__", "__globals__", "__import__", "__loader__", "__subclasses__"}


@dataclass(frozen=True, slots=True)
class Impurity:
    line: int
    name: str
    text: str


def modules(source: Path, *floors: str) -> list[Path]:
    return sorted(
        path
        for floor in floors
        for path in (
            (source / floor).rglob("*.py") if (source / floor).is_dir() else [source / f"{floor}.py"]
        )
    )


def pure(name: str) -> bool:
    """Whether a dotted name, imports resolved, is of the pure modules and names."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        if module in PURE_NAMES:
            rest = parts[length:]
            if not WORLDLY_MODULES.isdisjoint(rest):  # `posixpath.os`
                return False
            return not rest or re.fullmatch(PURE_NAMES[module], ".".join(rest)) is not None
    return any(module.startswith(f"{name}.") for module in PURE_NAMES)


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    else:
        yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def ours(name: str) -> bool:
    return name.partition(".")[0] in {"roadworthy", ""}


class Names:
    """What the names of a module stand for: imports under any name, and plain assignments of these."""

    def __init__(self, tree: ast.AST) -> None:
        self.known: dict[str, str] = {}
        nodes = list(ast.walk(tree))
        for node in nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node)
        for node in nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if stands := self.full(value):
                    self.known.setdefault(name, stands)
                case ast.NamedExpr(target=ast.Name(id=name), value=value) if stands := self.full(value):
                    self.known.setdefault(name, stands)
                case _:
                    pass

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias, name in zip(node.names, imported(node), strict=True):
            if ours(name):
                continue
            if isinstance(node, ast.Import) and not alias.asname:
                name = name.split(".")[0]  # noqa: PLW2901 -- `import a.b` binds `a`
                self.known[name] = name
            else:
                self.known[alias.asname or alias.name] = name

    def full(self, node: ast.AST) -> str:
        """The dotted name in full; empty if it begins with nothing known."""
        match node:
            case ast.Name(id=name):
                return self.known.get(name, "")
            case ast.Attribute(value=value, attr=attr) if owner := self.full(value):
                return f"{owner}.{attr}"
            case _:
                return ""


def impurities(tree: ast.AST) -> Iterator[Impurity]:
    """Every import, name and call that reaches outside."""
    names = Names(tree)
    nodes = list(ast.walk(tree))
    inner = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    calls = {id(node.func): node for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            strange = [name for name in imported(node) if not ours(name) and not pure(name)]
        elif isinstance(node, ast.Call):
            strange = list(worldly_call(node, names))
        elif isinstance(node, ast.Name | ast.Attribute):
            strange = list(worldly_name(node, names, whole=id(node) not in inner))
        else:
            continue
        for name in strange:
            yield Impurity(node.lineno, name, ast.unparse(calls.get(id(node), node)))


def worldly_name(node: ast.Name | ast.Attribute, names: Names, *, whole: bool) -> Iterator[str]:
    full = names.full(node)
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name in WORLDLY_BUILTINS and not full:
            yield name
        case ast.Attribute(attr=name) if name in BACK_DOORS:
            yield name
        case _ if (
            whole and full and (not pure(full) or full in PURE_NAMES)
        ):  # a module handed on is any of its names
            yield full
        case _:
            pass


def worldly_call(node: ast.Call, names: Names) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Attribute(attr=name) as func) if name in WORLDLY_METHODS:
            if pure(names.full(func) or "re"):  # else it is named already
                yield f".{name}()"
        case ast.Call(func=ast.Attribute(attr="fromtimestamp"), args=[_], keywords=[]):
            yield ".fromtimestamp() without a time zone"
        case ast.Call(
            func=ast.Attribute(attr="astimezone"), args=[] | [ast.Constant(value=None)], keywords=[]
        ):
            yield ".astimezone() without a time zone"
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(name)), *_]) if (
            name in WORLDLY_METHODS | BACK_DOORS
        ):
            yield f"getattr {name}"
        case _:
            pass


def found(source: Path, *floors: str) -> Iterator[tuple[str, Impurity]]:
    for path in modules(source, *floors):
        place = path.relative_to(source.parent).as_posix()
        yield from ((place, each) for each in impurities(ast.parse(path.read_text("utf-8"))))


REFUSED = (
    "_socket",
    "_thread",
    "getpass",
    "mimetypes",
    "nt",
    "os",
    "os.path",
    "platform",
    "pty",
    "random",
    "socket",
    "subprocess",
    "sys",
    "tempfile",
    "urllib.request",
    "webbrowser",
)
PLANTED = {
    "import gzip\ngzip.open(path)": {"gzip", "gzip.open"},
    "import gzip as g\ng.open(path)": {"gzip", "gzip.open"},
    "from gzip import open as o\no(path)": {"gzip.open"},
    "from gzip import GzipFile": {"gzip.GzipFile"},
    "import bz2\nbz2.open(path)": {"bz2.open"},
    "import bz2\nbz2.BZ2File(path)": {"bz2.BZ2File"},
    "import lzma\nlzma.open(path)": {"lzma.open"},
    "from lzma import LZMAFile as f": {"lzma.LZMAFile"},
    "import lz4.frame\nlz4.frame.open(path)": {"lz4.frame.open"},
    "import zstandard as z\nz.open(path)": {"zstandard.open"},
    "import tarfile\ntarfile.open(path)": {"tarfile", "tarfile.open"},
    "from tarfile import TarFile as T\nT(path)": {"tarfile.TarFile"},
    "import zipfile\nzipfile.ZipFile(path)": {"zipfile.ZipFile"},
    "import io, zipfile\nzipfile.ZipFile(io.BytesIO(data))": {"zipfile.ZipFile"},
    "import zipfile\nz = zipfile\nz.ZipFile(path)": {"zipfile", "zipfile.ZipFile"},
    "import zipfile\ndef f(z=zipfile): z.ZipFile(path)": {"zipfile"},
    "import zipfile\ngetattr(zipfile, name)": {"zipfile"},
    "archive.extractall()": {".extractall()"},
    "import codecs\ncodecs.open(path)": {"codecs", "codecs.open"},
    "import io\nio.open(path)": {"io.open"},
    "import io\nio.FileIO(path)": {"io.FileIO"},
    "from io import open_code as o\no(path)": {"io.open_code"},
    "import _io\n_io.open(path)": {"_io", "_io.open"},
    "import builtins\nbuiltins.open(path)": {"builtins", "builtins.open"},
    "from builtins import open as o": {"builtins.open"},
    "open(path)": {"open"},
    "o = open\no(path)": {"open"},
    "print(text)": {"print"},
    "__builtins__['open'](path)": {"__builtins__"},
    "f.__globals__['open'](path)": {"__globals__"},
    "import posix\nposix.getcwd()": {"posix", "posix.getcwd"},
    "import posixpath\nposixpath.realpath(path)": {"posixpath.realpath"},
    "import posixpath\nposixpath.os.getcwd()": {"posixpath.os.getcwd"},
    "from posixpath import *": {"posixpath.*"},
    "import warnings\nwarnings.warn(text)": {"warnings.warn"},
    "import pathlib\npathlib.Path(path)": {"pathlib.Path"},
    "from pathlib import Path, PurePath": {"pathlib.Path"},
    "path.read_text()": {".read_text()"},
    "from xml.etree import ElementTree as ET\nET.parse(path)": {"xml.etree.ElementTree.parse"},
    "import inspect\ninspect.getsource(f)": {"inspect.getsource"},
    "import urllib\nurllib.request.urlopen(url)": {"urllib.request.urlopen"},
    "import urllib.parse\nurllib.request.urlopen(url)": {"urllib.request.urlopen"},
    "from urllib import error": {"urllib.error"},
    "import requests": {"requests"},
    "import numpy as np\nnp.fromfile(path)": {"numpy.fromfile"},
    "import numpy as np\nnp.random.default_rng()": {"numpy.random.default_rng"},
    "column.tofile(path)": {".tofile()"},
    "import datetime\ndatetime.datetime.now(UTC)": {"datetime.datetime.now"},
    "import datetime as d\nd.date.today()": {"datetime.date.today"},
    "from datetime import datetime as clock\nclock.now(UTC)": {"datetime.datetime.now"},
    "from datetime import datetime\nclock = datetime.now": {"datetime.datetime.now"},
    "from datetime import datetime\nc = datetime\nc.utcnow()": {"datetime.datetime.utcnow"},
    "from datetime import datetime\ndatetime(1, 1, 1).now()": {".now()"},
    "type(day).today()": {".today()"},
    "getattr(day, 'today')()": {"getattr today"},
    "from datetime import datetime\ndatetime.fromtimestamp(0)": {".fromtimestamp() without a time zone"},
    "moment.astimezone()": {".astimezone() without a time zone"},
    "import time\ntime.monotonic()": {"time", "time.monotonic"},
    "from time import time as t\nt()": {"time.time"},
    "def f():\n    from time import time": {"time.time"},
    "from cryptography.hazmat.primitives.asymmetric import rsa\nrsa.generate_private_key(65537, 2048)": {
        "cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key"
    },
} | {f"import {name}": {name} for name in REFUSED}
HARMLESS = """
import datetime, io, lzma, posixpath
from datetime import UTC, datetime as moment
from pathlib import PurePosixPath
from urllib.parse import quote
from . import sibling
format.open(source)
inspection.now
datetime.date(2026, 1, 1)
moment.fromtimestamp(0, UTC).astimezone(UTC)
moment.fromtimestamp(0, tz=UTC)
io.BytesIO(b"")
lzma.LZMADecompressor(lzma.FORMAT_XZ)
posixpath.normpath("a//b")
"""


@pytest.mark.parametrize("planted", PLANTED)
def test_what_touches_the_world_is_named(tmp_path: Path, planted: str) -> None:
    source = tmp_path / "roadworthy"
    (source / "inspection").mkdir(parents=True)
    (source / "inspection/planted.py").write_text(planted + "\n", "utf-8")
    hits = list(found(source, "inspection"))
    assert {place for place, _ in hits} == {"roadworthy/inspection/planted.py"}
    assert {each.name for _, each in hits} == PLANTED[planted]
    assert not {(place, each.text) for place, each in hits} & LEGITIMATE.keys()


def test_what_does_not_is_let_through() -> None:
    assert not list(impurities(ast.parse(HARMLESS)))


def test_every_pure_floor_is_searched(tmp_path: Path) -> None:
    source = tmp_path / "roadworthy"
    shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
    planted = {
        f"roadworthy/{path.relative_to(source)}" for floor in PURE for path in modules(source, floor)[-1:]
    }
    for place in planted:
        path = tmp_path / place
        path.write_text(path.read_text("utf-8") + "\nfrom time import time as tick\n", "utf-8")
    assert {place for place, each in found(source, *PURE) if each.name == "time.time"} == planted
    assert len(planted) == len(PURE)


@pytest.mark.parametrize("floor", PURE)
def test_pure_floors_do_not_touch_the_world(floor: str) -> None:
    assert modules(SOURCE, floor), f"no modules in {floor}"
    strange = [
        f"{place}:{each.line}: {each.name}"
        for place, each in found(SOURCE, floor)
        if (place, each.text) not in LEGITIMATE
    ]
    assert not strange, "\n".join(["an argument instead, or, if it is pure, a line in PURE_NAMES:", *strange])


def test_each_exception_is_still_needed() -> None:
    assert {(place, each.text) for place, each in found(SOURCE, *PURE)} >= LEGITIMATE.keys()


def test_the_contract_and_this_search_are_of_the_same_floors() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    contract = next(each for each in project["tool"]["importlinter"]["contracts"] if each["id"] == "pure")
    assert {f"roadworthy.{floor}" for floor in PURE} == set(contract["source_modules"])
    assert not set(contract["forbidden_modules"]) & PURE_NAMES.keys()


def test_the_model_imports_the_standard_library_and_itself_only() -> None:
    strange = [
        f"{path.relative_to(REPOSITORY)}:{node.lineno}: {name}"
        for path in modules(SOURCE, "model")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imported(node)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("roadworthy.model")
    ]
    assert not strange


def test_the_contract_for_the_model_names_every_dependency() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    dependencies = {each.partition(">")[0].strip() for each in project["project"]["dependencies"]}
    modules_of = {
        "libpass": "passlib",
        "paho-mqtt": "paho",
    }  # where the module is not called like its distribution
    contract = next(each for each in project["tool"]["importlinter"]["contracts"] if each["id"] == "model")
    assert {modules_of.get(name, name.replace("-", "_")) for name in dependencies} == set(
        contract["forbidden_modules"]
    )
