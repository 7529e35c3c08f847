"""Targets: every parser of hostile bytes, with its seeds, and what it may do with them.

A target gets a case and returns, or raises what is a fault. What the seams allow is caught here.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from itertools import islice
from typing import Final

from fuzz_corpus import Case, cases
from fuzz_network import network
from fuzz_papers import papers
from roadworthy.adapters.extensions import discover
from roadworthy.codecs import elf, envelope, fdt, kallsyms
from roadworthy.codecs.binary import ByteOrder
from roadworthy.codecs.sbom import reading as sbom
from roadworthy.inspection import judgement, opening, survey, wire
from roadworthy.inspection._sight import Sight
from roadworthy.inspection.cataloger import Cataloger, Context, File, Kept
from roadworthy.inspection.check import Example
from roadworthy.inspection.claimed_files import ClaimedFiles
from roadworthy.inspection.engine import Toolbox, inspect_image
from roadworthy.inspection.format import Damaged, Format, NotThisFormat
from roadworthy.inspection.inventory import _pem, _x509
from roadworthy.inspection.reconciliation import reconcile
from roadworthy.inspection.rootfs import Node, NodeKind, RootFS
from roadworthy.inspection.signature import SignatureSet
from roadworthy.inspection.source import BytesSource
from roadworthy.model.errors import RoadworthyError
from roadworthy.testing.kallsyms import SymbolLayout, symbol_table
from roadworthy.testing.memory import MemoryTree, memory_root

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
EXTENSION_BROKE: Final = {judgement.REPORT_BUG, opening.REPORT_BUG, survey.REPORT_BUG}
MOST_NODES: Final = 20_000
MOST_BYTES: Final = 64 * 1024 * 1024
MOST_EXAMPLES: Final = 12
TREE: Final = bytes.fromhex(
    "d00dfeed 00000068 00000038 00000058 00000028 00000011 00000010 00000000 00000010 00000020"
    "0000000000000000 0000000000000000"
    "00000001 00000000 00000003 00000004 00000000 61626300"
    "00000002 00000009 6d6f64656c000000 0000000000000000"
)


@dataclass(frozen=True, slots=True)
class Target:
    """One parser.

    Args:
        name: What to call it; also its folder in the corpus.
        seeds: What is damaged.
        run: Feeds it one case. Any exception is a fault.
    """

    name: str
    seeds: tuple[Case, ...]
    run: Callable[[Case], None]


@cache
def context() -> Context:
    """What catalogers may know."""
    return Context(now=NOW, signatures=SignatureSet([each.object for each in discover().signatures.values()]))


def targets() -> Iterator[Target]:
    """All of them: formats, catalogers, codecs, and the inspection as a whole."""
    installed = discover()
    images: list[Case] = []
    for each in installed.formats.values():
        name = f"formats/{each.id}"
        seeds = (*cases(name), *_headers(each.object))
        images.extend(seeds)
        yield Target(name, seeds, partial(open_all, each.object))
    examples = [example for each in installed.checks.values() for example in each.object.examples]
    for found in installed.catalogers.values():
        name = f"catalogers/{found.id}"
        seeds = (*cases(name), *islice(_wanted(found.object, examples), MOST_EXAMPLES))
        yield Target(name, seeds or ({"/etc/seed": b"seed"},), partial(catalogue, found.object))
    yield from _codecs()
    yield from (Target(name, seeds, run) for name, seeds, run in (*papers(), *network()))
    yield Target("inspection", (*cases("inspection"), *images), inspect)


def _headers(form: Format) -> Iterator[Case]:
    for magic in form.magics:
        yield {"": bytes(magic.offset) + magic.value + bytes(4096)}


def _wanted(cataloger: Cataloger, examples: list[Example]) -> Iterator[Case]:
    """Of the files that checks bring as examples, those that a cataloger wants, the largest sets first."""
    found: dict[tuple[str, ...], Case] = {}
    for example in examples:
        tree = MemoryTree(example.files, modes=example.modes)
        files = {
            each.path: tree.read(each)
            for each in tree.nodes()
            if each.kind is NodeKind.FILE and cataloger.wants(each)
        }
        if files:
            found.setdefault(tuple(files), files)
    yield from sorted(found.values(), key=lambda files: (-len(files), str(files)))


def _codecs() -> Iterator[Target]:
    programs = tuple({"": data} for each in cases("catalogers/programs") for data in each.values())
    keys = tuple({"": data} for each in cases("catalogers/key-material") for data in each.values())
    yield Target("codecs/elf", (*cases("codecs/elf"), *programs, {"": b"\x7fELF"}), read_elf)
    yield Target("codecs/kallsyms", (*cases("codecs/kallsyms"), *_symbols()), read_symbols)
    yield Target("codecs/fdt", (*cases("codecs/fdt"), *cases("formats/fit"), {"": TREE}), read_tree)
    yield Target("codecs/keys", (*cases("codecs/keys"), *keys, {"": b"-----BEGIN "}), read_keys)
    yield Target("codecs/sbom", (*cases("codecs/sbom"), {"": b"busybox all 1.36.1"}), read_sbom)
    yield Target("codecs/envelope", (*cases("codecs/envelope"), {"": b'{"format": 1}'}), read_envelope)


def open_all(form: Format, case: Case) -> None:
    """Open an image and read what it holds."""
    with suppress(NotThisFormat, Damaged):
        opened = form.open(BytesSource(case[""]))
        if opened.size <= 0:
            raise AssertionError("it claims no bytes")
        for part in opened.parts:
            with suppress(Damaged):
                part.source.read(0, MOST_BYTES)
        tree, left = opened.tree or MemoryTree({}), MOST_BYTES
        for node in islice(tree.nodes(), MOST_NODES):
            if node.kind is NodeKind.FILE and node.size <= left:
                left -= node.size
                with suppress(Damaged):
                    tree.read(node)


def catalogue(cataloger: Cataloger, case: Case) -> None:
    """Let a cataloger look at some files, in each way that it knows."""
    tree = MemoryTree(case)
    nodes = {each.path: each for each in tree.nodes() if each.path not in case} | {
        path: Node(path=path, kind=NodeKind.FILE, mode=0o755, size=len(data)) for path, data in case.items()
    }
    files = {path: File(node=nodes[path], data=data, where=("fuzz",)) for path, data in case.items()}
    for file in files.values():
        wanted = cataloger.wants(file.node)
        for look in (cataloger.scan if wanted else None, cataloger.probe):
            if look is not None:
                with suppress(Damaged):
                    list(look(file, context()))
    if cataloger.join is not None:
        small = {path: file for path, file in files.items() if cataloger.wants(file.node)}
        with suppress(Damaged):
            list(cataloger.join(Kept(root=RootFS(tree, nodes, ("fuzz",)), files=small), context()))


def read_elf(case: Case) -> None:
    """Ask everything of an ELF file."""
    with suppress(elf.NotElf):
        program = elf.parse_elf(case[""])
        _ = program.segments, program.sections, program.dynamic, program.needed, program.imports
        _ = program.exports, program.has_symbols, program.build_id, program.interpreter
        program.section(".comment")
        program.names_symbol("main")


def _symbols() -> Iterator[Case]:
    """Tables of symbols in some of their layouts."""
    entries = [f"{'tTW'[at % 3]}name_{at % 40}_{at}" for at in range(kallsyms.MIN_SYMBOLS)]
    for layout in (
        SymbolLayout(),
        SymbolLayout(order=ByteOrder.BIG, alignment=16),
        SymbolLayout(bits=64, alignment=8, words=False, relative=True, sequences=True),
    ):
        yield {"": symbol_table(entries, layout)}


def read_symbols(case: Case) -> None:
    """Read the symbols of a kernel: all of them, or none."""
    table = kallsyms.find_symbols(case[""])
    if table is not None and not 0 <= table.offset < table.end <= len(case[""]):
        raise AssertionError("the table lies outside")


def read_tree(case: Case) -> None:
    """Read a device tree."""
    with suppress(fdt.NotDeviceTree):
        for each in fdt.properties(case[""]):
            _ = each.texts


def read_keys(case: Case) -> None:
    """Read what stands in PEM, and the whole as DER."""
    data = case[""]
    _x509.describe(_pem.Block(label="", offset=0, body=data))
    with suppress(Damaged):
        for block in _pem.blocks(data):
            _x509.describe(block)


def read_sbom(case: Case) -> None:
    """Read a bill of materials, whatever its form, and hold it against an image that has one file."""
    with suppress(RoadworthyError):
        bill = sbom.read_bill("fuzz", case[""])
        files = ClaimedFiles([bill], [memory_root({"/bin/busybox": b"\x7fELF"})])
        sight = Sight(components=(), packages=(), files=files, whole=True, products=())
        if len(reconcile([bill], sight).claims) != len(bill.claims):
            raise AssertionError("a claim is lost")


def read_envelope(case: Case) -> None:
    """Read the report of another lab."""
    with suppress(RoadworthyError):
        envelope.decode(case[""])


@cache
def toolbox() -> Toolbox:
    """Everything that is installed."""
    installed = discover()
    return Toolbox(
        formats={each.id: each.object for each in installed.formats.values()},
        catalogers={each.id: each.object for each in installed.catalogers.values()},
        checks={each.id: each.object for each in installed.checks.values()},
        properties={each.id: each.object for each in installed.properties.values()},
    )


def inspect(case: Mapping[str, bytes]) -> None:
    """The whole inspection: no extension breaks, and each step crosses to another process unchanged."""
    for step in inspect_image("case", BytesSource(case[""]), toolbox(), context()):
        if wire.decode(wire.encode(step)) != step:
            raise AssertionError("a step does not survive the way to another process")
        for problem in step.gained.problems:
            if problem.hint in EXTENSION_BROKE:
                raise AssertionError(f"{problem.where}: {problem.what}")
