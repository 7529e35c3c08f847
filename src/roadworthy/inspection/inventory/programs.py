"""Programs and libraries, and with which protections they were built.

What it finds

Every ELF file: its kind, machine, the libraries it needs, its loader, run path and build id; whether it is
position independent, whether its stack is data, how much is read-only after relocation (RELRO), whether it
calls stack checks and checked library functions (fortify); and which of the functions it imports that are
easily misused. Kernel modules are kind `module`. What the compiler left in `.comment` tells the toolchain.

How it can be wrong

The conventions are those of checksec. A small program may need no stack check, and a program whose copies are
all provably safe no checked call, though both were asked for. What is linked statically and stripped shows
neither. C libraries other than glibc check without a trace or not at all, so nothing is said of fortify
there. Packed programs show their packer.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from roadworthy.codecs.binary import ByteOrder
from roadworthy.codecs.elf import (
    DT_RPATH,
    DT_RUNPATH,
    DT_SONAME,
    ET_EXEC,
    MAGIC,
    PT_DYNAMIC,
    Elf,
    NotElf,
    parse_elf,
)
from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory import _hardening
from roadworthy.inspection.rootfs import Node
from roadworthy.model.platform import Platform
from roadworthy.model.program import Program

MIN_SIZE: Final = 52  # an ELF32 header: System V ABI, chapter 4
MAX_NEEDED: Final = 200
TELLING: Final = frozenset(
    (
        "system", "popen", "execl", "execlp", "execle", "execv", "execve", "execvp", "posix_spawn",
        "dlopen", "strcpy", "strcat", "sprintf", "vsprintf", "gets", "scanf", "sscanf", "fscanf",
        "alloca", "mktemp", "tmpnam", "tempnam", "rand", "random", "srand", "drand48", "crypt",
        "MD5_Init", "MD5", "SHA1_Init", "DES_ecb_encrypt", "setuid", "setgid", "seteuid", "setreuid",
        "setresuid", "setgroups", "initgroups", "chroot", "unshare", "capset", "cap_set_proc", "prctl",
        "seccomp_load", "pivot_root", "socket", "bind", "listen", "accept", "recvfrom", "getaddrinfo",
        "gethostbyname", "SSL_CTX_new", "SSL_CTX_set_verify", "SSL_get_verify_result",
        "X509_verify_cert", "EVP_DigestVerifyFinal", "RSA_verify", "mbedtls_ssl_handshake",
        "curl_easy_setopt", "ptrace",
    )
)  # fmt: skip
"""Imported functions that checks ask for."""
MAX_COMMENT: Final = 4096
MAX_COMPILERS: Final = 4
_COMPILER = re.compile(rb"GCC: \((?P<vendor>[^()\0]{0,80})\) (?P<version>\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)")
_FIRMWARE_FOLDERS = ("/lib/firmware/", "/usr/lib/firmware/")


def wants(node: Node) -> bool:
    """Any file that has room for an ELF header; its name says nothing."""
    return node.size >= MIN_SIZE


def scan(file: File, context: Context) -> Iterator[Program | Platform]:
    """The program that a file is, if it is one, and what it was built with."""
    del context
    if not file.data.startswith(MAGIC):
        return
    try:
        elf = parse_elf(file.data)
    except NotElf:
        return
    kind = _hardening.kind_of(elf)
    if kind == "executable" and file.node.path.startswith(_FIRMWARE_FOLDERS):
        kind = "firmware"
    if kind:
        yield _program(elf, kind, file)
    if kind in ("executable", "library"):
        yield from _toolchains(elf, file)


def _toolchains(elf: Elf, file: File) -> Iterator[Platform]:
    """The compilers that ``.comment`` names; start-up objects of the C library often bring their own."""
    for match in islice(_COMPILER.finditer(elf.section(".comment")[:MAX_COMMENT]), MAX_COMPILERS):
        vendor = match["vendor"].decode("utf-8", "backslashreplace")
        value = f"gcc {match['version'].decode()}" + (f" ({vendor})" if vendor not in ("", "GNU") else "")
        excerpt = match[0].decode("utf-8", "backslashreplace")
        yield Platform(aspect="toolchain", value=value, evidence=(file.evidence(excerpt=excerpt),))


def probe(file: File, context: Context) -> Iterator[Program]:
    """A program that is the image itself, or a part of it: of a microcontroller, or the kernel."""
    del context
    if not file.data.startswith(MAGIC):
        return
    try:
        elf = parse_elf(file.data)
    except NotElf:
        return
    if elf.type == ET_EXEC and not elf.interpreter and elf.segment(PT_DYNAMIC) is None:
        yield _program(elf, "firmware", file)
    elif kind := _hardening.kind_of(elf):
        yield _program(elf, kind, file)


def _program(elf: Elf, kind: str, file: File) -> Program:
    loaded = kind in ("executable", "library")
    linked = kind != "object"
    return Program(
        path=file.node.path,
        kind=kind,
        machine=elf.machine,
        bits=elf.bits,
        big_endian=elf.order is ByteOrder.BIG,
        size=len(file.data),
        soname=_text(elf, DT_SONAME),
        needed=elf.needed[:MAX_NEEDED],
        interpreter=elf.interpreter,
        runpath=_text(elf, DT_RUNPATH) or _text(elf, DT_RPATH),
        build_id=elf.build_id,
        stripped=not elf.has_symbols,
        pie=elf.type != ET_EXEC if kind == "executable" else None,
        nx=_hardening.stack_is_data(elf) if loaded else None,
        relro=_hardening.relro(elf) if loaded else "",
        canary=_hardening.canary(elf) if linked else None,
        fortify=_hardening.fortify(elf) if loaded else None,
        imports=tuple(sorted(elf.imports & TELLING)),
        evidence=(file.evidence(),),
    )


def _text(elf: Elf, tag: int) -> str:
    at = elf.tag(tag)
    return "" if at is None else elf.dynamic_string(at)


CATALOGER: Final = Cataloger(title="Programs and their protections", wants=wants, scan=scan, probe=probe)
