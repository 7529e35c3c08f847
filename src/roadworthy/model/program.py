"""Program: one executable or library of a release, with what its headers say."""

from dataclasses import dataclass

from roadworthy.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One ELF file (System V ABI, gABI 4.1).

    What does not apply, or cannot be told, is None; a hardening fact that is False was looked for and is
    absent.

    Args:
        path: Absolute path in its file system. Untrusted text.
        kind: ``executable``, ``library``, ``module`` (kernel module), ``object`` or ``firmware``.
        machine: ``mips``, ``arm``, ``aarch64``, ``x86-64``, ``xtensa``, ``riscv``, …
        bits: 32 or 64.
        big_endian: Byte order.
        size: Bytes.
        soname: DT_SONAME; empty without one.
        needed: DT_NEEDED, in order.
        interpreter: PT_INTERP; empty for static programs and libraries.
        runpath: DT_RUNPATH or DT_RPATH; empty without one.
        build_id: NT_GNU_BUILD_ID in hex; empty without one.
        stripped: Whether the symbol table is gone.
        pie: Position independent executable; None for what is no executable.
        nx: The stack is not executable (PT_GNU_STACK); None for kernel modules.
        relro: ``none``, ``partial`` or ``full``; empty where it does not apply.
        canary: Uses stack protection; None where nothing shows it either way.
        fortify: Uses fortified library calls; None where no call could have been.
        imports: Imported functions that checks ask for (``system``, ``strcpy``, ``popen``, …), sorted.
        evidence: The file.
    """

    path: str
    kind: str
    machine: str
    bits: int
    big_endian: bool
    size: int
    soname: str = ""
    needed: tuple[str, ...] = ()
    interpreter: str = ""
    runpath: str = ""
    build_id: str = ""
    stripped: bool = False
    pie: bool | None = None
    nx: bool | None = None
    relro: str = ""
    canary: bool | None = None
    fortify: bool | None = None
    imports: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...]
