"""How the Linux kernel was configured.

What it finds

The options that checks ask for, from the configuration inside a kernel (CONFIG_IKCONFIG: gzip after the mark
`IKCFG_ST`, kernel/configs.c) or beside it (`/boot/config-*`, `/proc/config.gz`, `.config`). An option
that stands there as "is not set" has the value `n`.

How it can be wrong

A file beside the kernel may belong to another kernel. Options that are not named (too old, too new, or hidden
by another one) are not told. A running system can change some of it through sysctl.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._kernel import FILES
from roadworthy.inspection.rootfs import Node
from roadworthy.model.setting import Setting

SCOPE: Final = "kernel"
MAX_CONFIG: Final = 4 * 1024 * 1024
TELLING: Final = frozenset(
    (
        "MODULES", "MODULE_SIG", "MODULE_SIG_FORCE", "STRICT_KERNEL_RWX", "STRICT_MODULE_RWX",
        "DEBUG_RODATA", "STACKPROTECTOR", "STACKPROTECTOR_STRONG", "CC_STACKPROTECTOR",
        "CC_STACKPROTECTOR_STRONG", "CC_STACKPROTECTOR_REGULAR", "FORTIFY_SOURCE", "HARDENED_USERCOPY",
        "RANDOMIZE_BASE", "VMAP_STACK", "SLAB_FREELIST_RANDOM", "SLAB_FREELIST_HARDENED",
        "INIT_ON_ALLOC_DEFAULT_ON", "INIT_STACK_ALL_ZERO", "SECCOMP", "SECCOMP_FILTER", "SECURITY",
        "SECURITY_SELINUX", "SECURITY_APPARMOR", "SECURITY_YAMA", "SECURITY_LANDLOCK",
        "SECURITY_LOCKDOWN_LSM", "SECURITY_DMESG_RESTRICT", "STRICT_DEVMEM", "IO_STRICT_DEVMEM",
        "DEVMEM", "DEVKMEM", "PROC_KCORE", "KEXEC", "KEXEC_FILE", "KGDB", "KGDB_SERIAL_CONSOLE",
        "KGDB_KDB", "MAGIC_SYSRQ", "MAGIC_SYSRQ_SERIAL", "DEBUG_FS", "DEBUG_FS_ALLOW_ALL",
        "DEBUG_KERNEL", "KPROBES", "FTRACE", "BPF_SYSCALL", "BPF_UNPRIV_DEFAULT_OFF", "USER_NS",
        "MODULE_UNLOAD", "PROVE_LOCKING", "KASAN", "DM_VERITY", "IMA", "EVM", "NAMESPACES", "CGROUPS",
        "COMPAT_BRK", "LEGACY_PTYS", "BINFMT_MISC", "CPU_SW_DOMAIN_PAN", "ARM64_SW_TTBR0_PAN",
        "PAGE_TABLE_ISOLATION", "RETPOLINE", "IKCONFIG", "SYN_COOKIES",
    )
)  # fmt: skip
"""The options that checks ask for."""
_MARK, _MARK_END = b"IKCFG_ST", b"IKCFG_ED"
_LINE = re.compile(r"CONFIG_(?P<set>\w{1,80})=(?P<value>.{0,200})|# CONFIG_(?P<unset>\w{1,80}) is not set")
_GZIP = 31  # zlib: gzip header and trailer, largest window


def wants(node: Node) -> bool:
    """Configurations beside a kernel, kernels, and the module `configs`."""
    return (
        node.name.startswith("config-")
        or node.name in ("config.gz", ".config", "configs.ko", "kernel.config")
        or FILES.fullmatch(node.name) is not None
    )


def scan(file: File, context: Context) -> Iterator[Setting]:
    """The options that a file holds."""
    if file.data.startswith(b"\x1f\x8b"):
        yield from _settings(_unpacked(file.data), file, None)
    elif b"CONFIG_" in file.data[:4096] and b"\0" not in file.data[:4096]:
        yield from _settings(file.data[:MAX_CONFIG], file, None)
    else:
        yield from probe(file, context)


def probe(file: File, context: Context) -> Iterator[Setting]:
    """The options that are built into a kernel."""
    del context
    at = file.data.find(_MARK)
    if at < 0:
        return
    start = at + len(_MARK)
    end = file.data.find(_MARK_END, start)
    packed = file.data[start : end if end >= 0 else start + MAX_CONFIG]
    yield from _settings(_unpacked(packed), file, start)


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj(_GZIP).decompress(packed, MAX_CONFIG)
    except zlib.error:
        return b""


def _settings(config: bytes, file: File, offset: int | None) -> Iterator[Setting]:
    for number, line in enumerate(config.decode("utf-8", "backslashreplace").splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None or (match["set"] or match["unset"]) not in TELLING:
            continue
        where = (
            file.evidence(line=number, excerpt=line)
            if offset is None
            else file.evidence(offset=offset, excerpt=line)
        )
        yield Setting(
            scope=SCOPE,
            name=f"CONFIG_{match['set'] or match['unset']}",
            value=match["value"].strip('"') if match["set"] else "n",
            evidence=(where,),
        )


CATALOGER: Final = Cataloger(title="Configuration of the kernel", wants=wants, scan=scan, probe=probe)
