"""What betrays that a part of the kernel is built in: our own table, from the sources of Linux 2.6.12 to 6.x.

A row has five columns: the part as a path in the kernel's tree (a file or a folder; what follows a ``:`` is
a part of one file); the symbols of which at least one is in any kernel that has it (``*`` at the end: any
symbol that begins so), over all versions and names that it had; the names of its modules; its options in the
configuration; and the parts without which it cannot be built, all of them.

Absent by symbols means that *none* is there, so that a row may list too many symbols, never too few.
Functions that are called once and small enough to be inlined prove nothing and are in no row alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.inspection.inventory._kernel_parts import core, drivers, file_systems, network


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPart:
    """One row.

    Args:
        part: Its path in the kernel's tree.
        symbols: Of these, exactly as they are, one is there.
        prefixes: Or one that begins so.
        modules: Names of its modules, with ``_`` for ``-``.
        options: Its options, without ``CONFIG_``.
        needs: The parts that it cannot be without.
    """

    part: str
    symbols: frozenset[str]
    prefixes: tuple[str, ...]
    modules: frozenset[str]
    options: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def told_by(self) -> str:
        """The symbols, for people."""
        return " ".join((*sorted(self.symbols), *(f"{each}*" for each in self.prefixes)))


def module_name(file: str) -> str:
    """The name of a module from that of its file: ``af-rxrpc.ko.xz`` is ``af_rxrpc``."""
    return file.partition(".")[0].replace("-", "_")


def _row(line: str) -> KnownPart:
    part, symbols, modules, options, needs = (column.strip() for column in line.split("|"))
    words = symbols.split()
    return KnownPart(
        part=part,
        symbols=frozenset(word for word in words if not word.endswith("*")),
        prefixes=tuple(word[:-1] for word in words if word.endswith("*")),
        modules=frozenset(module_name(name) for name in modules.split()),
        options=tuple(options.split()),
        needs=tuple(needs.split()),
    )


def _table(texts: Iterable[str]) -> Mapping[str, KnownPart]:
    rows = (_row(line) for text in texts for line in text.splitlines() if line)
    return {row.part: row for row in sorted(rows, key=lambda each: each.part)}


PARTS: Final = _table((core.TABLE, drivers.TABLE, file_systems.TABLE, network.TABLE))
