"""Which parts of a kernel are there: from its symbols, its configuration and its modules."""

import gzip
from pathlib import PurePosixPath

import pytest

from roadworthy.inspection.inventory import busybox_applets, kernel_parts
from roadworthy.inspection.inventory._kernel_parts import PARTS
from roadworthy.inspection.payload import Payload
from roadworthy.inspection.precedence import fold_kernel_parts
from roadworthy.inspection.source import BytesSource
from roadworthy.model.kernel_part import MODULES, READ, WHOLE, KernelPart, Standing
from roadworthy.testing.inventory import survey_files, survey_payloads, survey_roots
from roadworthy.testing.kallsyms import SymbolLayout, symbol_table
from roadworthy.testing.memory import memory_root

BANNER = b"Linux version 4.14.9 (a@b) (gcc version 7.3.0) #1 Mon\n\0"
BASE = ["start_kernel", "schedule_timeout", "register_filesystem", "vfs_read", "sock_create"]
FILLING = [f"filling_{at}" for at in range(2500)]


def kernel(*symbols: str) -> bytes:
    entries = [f"T{name}" for name in (*BASE, *FILLING)] + list(symbols)
    return BANNER + b"\0" * (-len(BANNER) % 256) + symbol_table(entries, SymbolLayout())


def damaged(data: bytes) -> bytes:
    return data[:30_000] + bytes(64) + data[30_064:]


def standings(data: bytes) -> dict[str, KernelPart]:
    payload = Payload(name="kernel@0x40", where=("x.bin",), source=BytesSource(data))
    surveyed = survey_payloads(kernel_parts.CATALOGER, [payload])
    assert surveyed.problems == ()
    return {part.part: part for part in surveyed.inventory.kernel_parts}


def test_symbols_tell_what_is_built_in_and_what_is_not() -> None:
    told = standings(kernel("Tusb_submit_urb", "txfs_fs_fill_super.isra.3", "Wsys_io_uring_setup"))
    assert told["fs/xfs"].standing is Standing.BUILT_IN
    assert told["fs/xfs"].because == "its symbol xfs_fs_fill_super is in the kernel"
    assert told["drivers/usb"].standing is Standing.BUILT_IN
    assert told["net/sctp"].standing is Standing.ABSENT
    assert "sctp_rcv" in told["net/sctp"].because
    assert told["drivers/net/usb"].standing is Standing.UNKNOWN  # USB is there; which drivers, nobody knows
    assert told["sound/pci"].rests_on
    assert told[READ].evidence[0].excerpt == "2508 symbols"


def test_a_weak_name_of_a_system_call_is_no_function() -> None:
    told = standings(kernel("Wcompat_sys_futex", "Wsys_keyctl"))
    assert told["kernel/compat.c"].standing is Standing.ABSENT
    assert standings(kernel("Tcompat_sys_futex"))["kernel/compat.c"].standing is Standing.BUILT_IN


@pytest.mark.parametrize(
    "data",
    [BANNER, kernel()[:-1000], damaged(kernel()), BANNER + symbol_table(["Ta"] * 3000, SymbolLayout())],
    ids=["no table", "cut", "damaged", "no kernel's"],
)  # fmt: skip
def test_without_a_whole_table_nothing_is_absent(data: bytes) -> None:
    told = standings(data)
    assert {part: fact.standing for part, fact in told.items()} == {WHOLE: Standing.UNKNOWN}


def test_the_configuration_inside_tells_only_what_it_names() -> None:
    lines = [f"CONFIG_OTHER_{at}=y" for at in range(200)]
    lines += ["# CONFIG_IP_SCTP is not set", "CONFIG_XFS_FS=y", "CONFIG_BTRFS_FS=m"]
    packed = gzip.compress("\n".join(lines).encode(), mtime=0)
    told = standings(BANNER + b"IKCFG_ST" + packed + b"IKCFG_ED")
    assert told["net/sctp"].standing is Standing.ABSENT
    assert "CONFIG_IP_SCTP is n" in told["net/sctp"].because
    assert told["fs/xfs"].standing is Standing.BUILT_IN
    assert told["fs/btrfs"].standing is Standing.ABSENT  # from the kernel itself; a module would be seen
    assert told["fs/ext4"].standing is Standing.UNKNOWN


def test_a_cut_configuration_tells_nothing() -> None:
    packed = gzip.compress(b"# CONFIG_IP_SCTP is not set\n" * 300, mtime=0)[:-9]
    assert standings(BANNER + b"IKCFG_ST" + packed + b"IKCFG_ED")[WHOLE].standing is Standing.UNKNOWN


def test_modules_by_name_folder_and_none() -> None:
    files = {"/lib/modules/4.14.9/sctp.ko": b"x", "/lib/modules/4.14.9/kernel/fs/xfs/odd-name.ko.xz": b"x"}
    surveyed = survey_files(kernel_parts.CATALOGER, files)
    told = {part.part: part for part in surveyed.inventory.kernel_parts}
    assert told["net/sctp"].standing is Standing.MODULE
    assert told["fs/xfs"].because == "the module odd-name.ko.xz lies in its folder"
    assert told[MODULES].because == "2 kernel modules lie in the file system"
    assert told["tools/perf"].standing is Standing.ABSENT
    bare = survey_files(kernel_parts.CATALOGER, {"/lib/libc.so": b"x", "/usr/bin/perf": b"x"})
    told = {part.part: part for part in bare.inventory.kernel_parts}
    assert told[MODULES].standing is Standing.ABSENT
    assert told["tools/perf"].standing is Standing.MODULE


def test_a_module_stands_against_the_kernel_that_lacks_the_part() -> None:
    payload = Payload(name="kernel@0x40", where=("x.bin",), source=BytesSource(kernel()))
    root = memory_root({"/lib/modules/sctp.ko": b"x"})
    surveyed = survey_roots([root], {"parts": kernel_parts.CATALOGER}, payloads=[payload])
    told = {part.part: part.standing for part in surveyed.inventory.kernel_parts}
    assert told["net/sctp"] is Standing.MODULE
    assert told["fs/xfs"] is Standing.ABSENT


def test_folding_keeps_what_is_there_and_forgets_no_doubt() -> None:
    facts = [
        KernelPart(part="fs/xfs", standing=standing, because=standing)
        for standing in (Standing.ABSENT, Standing.UNKNOWN, Standing.ABSENT)
    ]
    assert [fact.standing for fact in fold_kernel_parts(facts)] == [Standing.UNKNOWN]
    assert fold_kernel_parts(fold_kernel_parts(facts)) == fold_kernel_parts(facts)


@pytest.mark.parametrize("part", PARTS.values(), ids=lambda part: part.part)
def test_each_row_of_the_table_holds_together(part: object) -> None:
    row = PARTS[part.part]  # type: ignore[attr-defined]
    assert row.symbols or row.prefixes or row.needs, "nothing tells of it"
    assert all(need in PARTS for need in row.needs)
    assert all(len(prefix) > 2 for prefix in row.prefixes)
    assert not PurePosixPath(row.part).is_absolute()


def test_applets_of_busybox() -> None:
    names = (
        b"\0".join((b"ash", b"cat", b"echo", b"login", b"ls", b"mount", b"passwd", b"tar", b"true")) + b"\0"
    )
    data = b"\x7fELF\0BusyBox v1.36.1 (x)\0\xff" + names + b"\xff"
    surveyed = survey_files(busybox_applets.CATALOGER, {"/bin/busybox": data})
    (setting,) = surveyed.inventory.settings
    assert setting.value == "ash,cat,echo,login,ls,mount,passwd,tar,true"
    assert setting.evidence[0].offset == data.find(b"ash")
    unsorted = data.replace(b"cat\0echo", b"echo\0cat").replace(b"mount\0passwd", b"passwd\0mount")
    assert survey_files(busybox_applets.CATALOGER, {"/bin/busybox": unsorted}).inventory.settings == ()
