"""Which parts of Linux are in the image, and which are not.

What it finds

For each part that is known (`net/sctp`, `fs/xfs`, `net/ipv4/ping.c`), whether it is built into the kernel,
lies in the file system as a module, or is not there: from the kernel's own table of symbols (kallsyms),
which lists every function that was not inlined, from its configuration where that is embedded, and from the
modules' names, folders and symbols.

How it can be wrong

A part counts as absent only if the table was read whole and has none of the symbols that any version of the
part brings; a vendor who renamed them all would be missed. What a vendor's own module copied from a part and
renamed is not seen. A module that is loaded from elsewhere (a second partition, a download) is not in the
image. A kernel without a table of symbols, or with a damaged one, is unknown.
"""

import re
import struct
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.elf import MAGIC, NARROW, SHT_SYMTAB, Elf, NotElf, parse_elf
from roadworthy.codecs.kallsyms import SymbolTable, find_symbols
from roadworthy.inspection.cataloger import Cataloger, Context, File, Kept
from roadworthy.inspection.inventory._kernel import FILES
from roadworthy.inspection.inventory._kernel_config import options_in
from roadworthy.inspection.inventory._kernel_parts import PARTS, KnownPart, module_name
from roadworthy.inspection.rootfs import Node
from roadworthy.model.evidence import Evidence
from roadworthy.model.kernel_part import MODULES, READ, WHOLE, KernelPart, Standing

MIN_SYMBOLS: Final = 2000  # the smallest kernels that boot have twice as many
_BANNER: Final = b"Linux version "
_SUFFIXES: Final = (".ko", ".ko.gz", ".ko.xz", ".ko.zst", ".ko.lzma")
_FOUNDATION: Final = ("start_kernel", "schedule_timeout", "register_filesystem", "vfs_read", "sock_create")
"""Functions of every kernel with a network since 2.6: a table without them is not whole."""
_IN_TREE: Final = re.compile(
    r"/kernel/(?P<path>(?:arch|block|crypto|drivers|fs|lib|mm|net|security|sound|virt)/.*)"
)
_UNDEFINED: Final = 0
_MAX_SYMBOLS: Final = 100_000

ABSENT: Final = Standing.ABSENT


@dataclass(frozen=True, slots=True)
class Told:
    """What one kernel tells of one part; see `KernelPart`."""

    standing: Standing
    because: str
    rests_on: str = ""


_TOOLS: Final = {
    "tools/hv": ("hv_kvp_daemon", "hypervkvpd", "hv_vss_daemon", "hypervvssd", "hv_fcopy_daemon"),
    "tools/perf": ("perf", "trace"),
}
"""Programs that come with the kernel's sources."""
Found = Mapping[str, Told]


def wants(node: Node) -> bool:
    """Kernels and modules."""
    return _is_module(node) or FILES.fullmatch(node.name) is not None


def scan(file: File, context: Context) -> Iterator[KernelPart]:
    """What a kernel file, or one module, shows."""
    if _is_module(file.node):
        yield from _module(file)
    else:
        yield from probe(file, context)


def probe(file: File, context: Context) -> Iterator[KernelPart]:
    """What is built into a kernel, and what is not."""
    del context
    if _BANNER not in file.data:
        return
    table = find_symbols(file.data)
    if table is not None and _whole(table):
        place = file.evidence(offset=table.offset, excerpt=f"{len(table.entries)} symbols")
        yield from _facts(by_symbols(_present(table)), place)
        return
    options = options_in(file.data)
    if options:
        place = file.evidence(offset=options.offset, excerpt=f"{len(options.values)} options")
        yield from _facts(by_options(options.values), place)
        return
    yield KernelPart(
        part=WHOLE,
        standing=Standing.UNKNOWN,
        because="the kernel has no table of symbols that can be read whole, and no configuration inside",
        evidence=(file.evidence(offset=file.data.find(_BANNER)),),
    )


def join(kept: Kept, context: Context) -> Iterator[KernelPart]:
    """Whether a file system that could have modules has some."""
    del context
    modules = [node.path for node in kept.root.nodes.values() if _is_module(node)]
    if modules or kept.root.get("/lib") is not None:
        first = min(modules, default="/lib")
        yield KernelPart(
            part=MODULES,
            standing=Standing.MODULE if modules else Standing.ABSENT,
            because=f"{len(modules)} kernel modules lie in the file system",
            evidence=(Evidence(path=(*kept.root.where, first)),),
        )
        yield from _tools({node.name for node in kept.root.nodes.values()})


def _tools(names: AbstractSet[str]) -> Iterator[KernelPart]:
    for tool, programs in _TOOLS.items():
        there = next((name for name in programs if name in names), "")
        because = f"the program {there}" if there else f"no program is called {' '.join(programs)}"
        yield KernelPart(part=tool, standing=Standing.MODULE if there else ABSENT, because=because)


def by_symbols(names: Sequence[str]) -> Found:
    """Which known parts are in a kernel with these symbols, sorted, and by which of them."""
    found: dict[str, Told] = {}
    exact = frozenset(names)
    for part in PARTS.values():
        symbol = _symbol(part, names, exact)
        if symbol:
            found[part.part] = Told(Standing.BUILT_IN, f"its symbol {symbol} is in the kernel")
        elif part.symbols or part.prefixes:
            found[part.part] = Told(Standing.ABSENT, f"no symbol {part.told_by}")
    return _with_needs(found)


def by_options(options: Mapping[str, str]) -> Found:
    """Which known parts a configuration names, and how. What it does not name is not told."""
    found: dict[str, Told] = {}
    for part in PARTS.values():
        named = {option: options[option] for option in part.options if option in options}
        on = next((option for option, value in named.items() if value not in ("n", "m")), "")
        if on:
            found[part.part] = Told(Standing.BUILT_IN, f"CONFIG_{on}={named[on]}")
        elif named:
            told = ", ".join(f"CONFIG_{option} is {value}" for option, value in named.items())
            found[part.part] = Told(Standing.ABSENT, f"{told}: it is not in the kernel itself")
    return _with_needs(found)


def _with_needs(found: dict[str, Told]) -> Found:
    """What cannot be without something absent is absent; what cannot be told is unknown."""
    own = dict(found)
    for part in PARTS.values():
        if part.part in own and own[part.part].standing is Standing.ABSENT:
            continue
        lacking = next(
            (each for each in _all_needs(part) if each in own and own[each].standing is ABSENT), ""
        )
        if lacking:
            found[part.part] = Told(ABSENT, f"it needs {lacking}: {own[lacking].because}", lacking)
        elif part.part not in own:
            found[part.part] = Told(Standing.UNKNOWN, "nothing in the kernel tells")
    return dict(sorted(found.items()))


def _all_needs(part: KnownPart) -> Iterator[str]:
    for need in part.needs:
        yield need
        yield from _all_needs(PARTS[need])


def _facts(found: Found, place: Evidence) -> Iterator[KernelPart]:
    yield KernelPart(part=READ, standing=Standing.BUILT_IN, because="its parts were told", evidence=(place,))
    for part, told in found.items():
        yield KernelPart(
            part=part,
            standing=told.standing,
            because=told.because,
            rests_on=told.rests_on,
            evidence=(place,) if told.standing is Standing.BUILT_IN else (),
        )


def _present(table: SymbolTable) -> list[str]:
    """The names of what is really there, sorted, without the compiler's endings (``.isra.9``).

    A system call that is not built in is a weak name for `sys_ni_syscall` (kernel/sys_ni.c).
    """
    return sorted(
        {
            entry[1:].partition(".")[0]
            for entry in table.entries
            if entry[0] not in "Ww" or "sys_" not in entry
        }
    )


def _whole(table: SymbolTable) -> bool:
    return len(table.entries) >= MIN_SYMBOLS and table.names.issuperset(_FOUNDATION)


def _symbol(part: KnownPart, names: Sequence[str], exact: frozenset[str]) -> str:
    """A symbol of a part among some names, which are sorted; empty where there is none."""
    return min(part.symbols & exact, default="") or _first(names, part.prefixes)


def _first(names: Sequence[str], prefixes: Sequence[str]) -> str:
    """The first name that begins with one of the prefixes; `names` are sorted."""
    for prefix in prefixes:
        at = bisect_left(names, prefix)
        if at < len(names) and names[at].startswith(prefix):
            return names[at]
    return ""


def _is_module(node: Node) -> bool:
    return node.name.endswith(_SUFFIXES)


def _module(file: File) -> Iterator[KernelPart]:
    """The parts that one module is, by its name, its folder or its own functions."""
    name = module_name(file.node.name)
    tree = _IN_TREE.search(file.node.path)
    names = _own_functions(file.data) if file.data.startswith(MAGIC) else []
    exact = frozenset(names)
    for part in sorted(_likely(name, tree["path"] if tree else "", names), key=lambda each: each.part):
        if name in part.modules:
            because = f"the module {file.node.name}"
        elif tree is not None and tree["path"].startswith(f"{part.part}/"):
            because = f"the module {file.node.name} lies in its folder"
        elif symbol := _symbol(part, names, exact):
            because = f"the module {file.node.name} has {symbol}"
        else:
            continue
        yield KernelPart(
            part=part.part, standing=Standing.MODULE, because=because, evidence=(file.evidence(),)
        )


def _likely(name: str, folder: str, names: Sequence[str]) -> set[KnownPart]:
    """The parts that a module may be: some of its functions begin alike, or it is called or lies so."""
    above = [folder[:at] for at, letter in enumerate(folder) if letter == "/"]
    heads = {each[:_HEAD] for each in names}
    return {
        *(part for head in heads for part in _BY_HEAD.get(head, ())),
        *_BY_MODULE.get(name, ()),
        *(PARTS[each] for each in above if each in PARTS),
    }


def _index(keys: Callable[[KnownPart], Iterable[str]]) -> Mapping[str, tuple[KnownPart, ...]]:
    found: dict[str, tuple[KnownPart, ...]] = {}
    for part in PARTS.values():
        for key in sorted(set(keys(part))):
            found[key] = (*found.get(key, ()), part)
    return found


_HEAD: Final = 3
_BY_HEAD: Final = _index(lambda part: (each[:_HEAD] for each in (*part.symbols, *part.prefixes)))
_BY_MODULE: Final = _index(lambda part: part.modules)


def _own_functions(data: bytes) -> list[str]:
    """The symbols that a module defines, sorted."""
    try:
        elf = parse_elf(data)
    except NotElf:
        return []
    names: set[str] = set()
    for section in elf.sections:
        if section.type == SHT_SYMTAB and section.link < len(elf.sections):
            texts = elf.sections[section.link]
            rows = data[section.offset : section.offset + section.size]
            names.update(_defined(elf, rows, data[texts.offset : texts.offset + texts.size]))
    return sorted(names)


def _defined(elf: Elf, rows: bytes, texts: bytes) -> Iterator[str]:
    narrow = elf.bits == NARROW
    row = struct.Struct(elf.order + ("IIIBBH" if narrow else "IBBHQQ"))
    whole = len(rows) - len(rows) % row.size
    for count, values in enumerate(row.iter_unpack(rows[:whole])):
        if count == _MAX_SYMBOLS:
            return
        name_at, index = values[0], values[5] if narrow else values[3]
        if index != _UNDEFINED and name_at:
            end = texts.find(b"\0", name_at, name_at + 256)
            if end > name_at:
                yield texts[name_at:end].decode("ascii", "replace").partition(".")[0]


CATALOGER: Final = Cataloger(
    title="Parts of Linux that are there and that are not", wants=wants, scan=scan, probe=probe, join=join
)
