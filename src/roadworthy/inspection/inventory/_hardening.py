"""Which protections a program was built with, by the conventions of checksec and its kin."""

import re
from typing import Final

from roadworthy.codecs.elf import (
    DF_1_NOW,
    DF_1_PIE,
    DF_BIND_NOW,
    DT_BIND_NOW,
    DT_DEBUG,
    DT_FLAGS,
    DT_FLAGS_1,
    DT_SONAME,
    ET_DYN,
    ET_EXEC,
    ET_REL,
    PF_X,
    PT_DYNAMIC,
    PT_GNU_RELRO,
    PT_GNU_STACK,
    Elf,
)

FORTIFIABLE: Final = frozenset(
    (
        "memcpy", "memmove", "mempcpy", "memset", "strcpy", "stpcpy", "strncpy", "strcat", "strncat",
        "sprintf", "snprintf", "vsprintf", "vsnprintf", "printf", "fprintf", "vprintf", "vfprintf",
        "dprintf", "asprintf", "vasprintf", "syslog", "vsyslog", "gets", "fgets", "fread", "read",
        "pread", "pread64", "recv", "recvfrom", "realpath", "readlink", "readlinkat", "getcwd", "getwd",
        "confstr", "getgroups", "ttyname_r", "gethostname", "getdomainname", "wcscpy", "wcscat",
        "wcsncpy", "poll", "ppoll", "longjmp", "fdelt",
    )
)  # fmt: skip
"""Functions for which glibc has a checking variant (debug/Makefile of glibc)."""
_CHECKED = re.compile(r"__[a-z0-9_]+_chk")
_STACK_CHECKS = ("__stack_chk_fail", "__stack_chk_fail_local", "__stack_chk_guard")
_EXECUTABLE_BY_DEFAULT = frozenset({"x86", "x86-64", "arm", "mips", "powerpc", "m68k", "superh", "sparc"})


def kind_of(elf: Elf) -> str:
    """What an ELF file is for; empty for what is no program (core dumps)."""
    if elf.type == ET_REL:
        return "module" if any(each.name == ".modinfo" for each in elf.sections) else "object"
    if elf.type == ET_EXEC:
        return "executable"
    if elf.type != ET_DYN:
        return ""
    if (elf.tag(DT_FLAGS_1) or 0) & DF_1_PIE:
        return "executable"
    started = bool(elf.interpreter) or elf.tag(DT_DEBUG) is not None
    return "executable" if started and elf.tag(DT_SONAME) is None else "library"


def stack_is_data(elf: Elf) -> bool | None:
    """Whether the stack cannot be executed; without PT_GNU_STACK the machine's default counts."""
    stack = elf.segment(PT_GNU_STACK)
    if stack is not None:
        return not stack.flags & PF_X
    return False if elf.machine in _EXECUTABLE_BY_DEFAULT else None


def relro(elf: Elf) -> str:
    """How much of the relocated data is read-only at run time; empty without a dynamic section."""
    if elf.segment(PT_DYNAMIC) is None:
        return ""
    if elf.segment(PT_GNU_RELRO) is None:
        return "none"
    now = (
        elf.tag(DT_BIND_NOW) is not None
        or bool((elf.tag(DT_FLAGS) or 0) & DF_BIND_NOW)
        or bool((elf.tag(DT_FLAGS_1) or 0) & DF_1_NOW)
    )
    return "full" if now else "partial"


def canary(elf: Elf) -> bool | None:
    """Whether anything calls the stack check; None where no names are left, or at the check's home."""
    if any(elf.names_symbol(name) for name in _STACK_CHECKS):
        return True
    if any(name in elf.imports for name in _STACK_CHECKS):
        return True
    if any(name in elf.exports for name in _STACK_CHECKS):
        return None
    named = elf.has_symbols or bool(elf.imports)
    return False if named else None


def fortify(elf: Elf) -> bool | None:
    """Whether checking variants are called; None where none could be: not glibc, or nothing to check."""
    if any(_CHECKED.fullmatch(name) for name in elf.imports):
        return True
    if "libc.so.6" not in elf.needed or not elf.imports & FORTIFIABLE:
        return None
    return False
