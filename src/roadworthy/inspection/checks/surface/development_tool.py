"""Compilers and build tools in the image.

What it looks at

Executable files named like compilers, assemblers, linkers and build tools: `gcc`, `cc1`, `as`, `ld`, `make`,
`cmake`, `tcc`, `clang`. Links do not count, their targets do.

Why it matters

They let whoever gets in build what he needs on the spot, for just this processor, and fill room that updates
need.

How it can be wrong

A vendor's own program may carry the same name. Interpreters (Lua, Python) are not counted: on many devices
they run the product itself.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._looking import EXECUTABLE, nodes, settled
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.outcome import Outcome, Severity

_NAME: Final = re.compile(
    r"(?:[\w.]+-(?:linux|elf|none)[\w.-]*-)?(?:gcc|g\+\+|c\+\+|cc|cc1|cc1plus|clang|tcc|as|ld|ld\.bfd|ld\.gold|cpp)"
    r"(?:-[\d.]+)?|make|gmake|cmake|ninja|automake|autoconf|rustc|javac|gfortran"
)
_PROGRAM_FOLDER: Final = re.compile(r".*/(?:s?bin|libexec/.*|lib/gcc/.*)/[^/]+")


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each tool; a pass if files were looked at and none is one."""
    found = ((node, place) for node, place in nodes(inspection) if _is_tool(node))
    failures = (
        Verdict(Outcome.FAIL, f"{node.path} is a tool for building programs.", (place,))
        for node, place in found
    )
    good = "None of the known compilers and build tools is shipped."
    yield from settled(inspection, failures, many="tools for building programs", good=good)


def _is_tool(node: Node) -> bool:
    program = node.kind is NodeKind.FILE and bool(node.size) and bool(node.mode & EXECUTABLE)
    return program and bool(_NAME.fullmatch(node.name)) and bool(_PROGRAM_FOLDER.fullmatch(node.path))


CHECK: Final = Check(
    shows="surface.no-development-tools",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/usr/bin/gcc": "\x7fELF"}, outcome=Outcome.FAIL),
        Example(files={"/usr/bin/arm-linux-gnueabi-gcc-4.9": "\x7fELF"}, outcome=Outcome.FAIL),
        Example(files={"/usr/bin/cc": "-> busybox", "/usr/bin/busybox": "\x7fELF"}, outcome=Outcome.PASS),
        Example(files={"/usr/share/make": "text", "/usr/bin/makeinfo": "\x7fELF"}, outcome=Outcome.PASS),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
