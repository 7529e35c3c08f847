"""ELF facts: of programs built here, of Debian's own as readelf sees them, and of ones made to order."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.codecs.binary import ByteOrder
from roadworthy.inspection.checks.hardening._sample import SampleElf
from roadworthy.inspection.inventory import programs
from roadworthy.model.program import Program
from roadworthy.testing.inventory import survey_files

SOURCE = """
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv) { char a[64]; strcpy(a, argv[argc - 1]); printf("%s", a); return 0; }
"""
HARD = ["-O2", "-fstack-protector-strong", "-D_FORTIFY_SOURCE=2", "-fPIE", "-pie", "-Wl,-z,relro,-z,now"]
SOFT = ["-O2", "-fno-stack-protector", "-U_FORTIFY_SOURCE", "-fno-PIE", "-no-pie", "-Wl,-z,norelro", "-s"]
DEBIAN = ("/bin/ls", "/bin/bash", "/usr/bin/python3.11", "/lib/x86_64-linux-gnu/libc.so.6", "/sbin/ldconfig")


def test_the_compiler_leaves_its_name(tmp_path: Path) -> None:
    built(tmp_path, *HARD)
    (toolchain,) = survey_files(programs.CATALOGER, {"/a": (tmp_path / "a").read_bytes()}).inventory.platforms
    assert toolchain.aspect == "toolchain"
    assert re.fullmatch(r"gcc \d+\.\d+(\.\d+)?( \(.+\))?", toolchain.value)
    assert toolchain.evidence[0].path[-1] == "/a"


def program(data: bytes, path: str = "/a") -> Program:
    (only,) = survey_files(programs.CATALOGER, {path: data}).inventory.programs
    return only


def built(folder: Path, *options: str) -> Program:
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("NO COMPILER: gcc is not installed")
    (folder / "a.c").write_text(SOURCE)
    subprocess.run([compiler, *options, "-o", folder / "a", folder / "a.c"], check=True, capture_output=True)  # noqa: S603 -- our own options
    return program((folder / "a").read_bytes())


def test_a_program_built_with_every_protection(tmp_path: Path) -> None:
    found = built(tmp_path, *HARD, "-Wl,-z,noexecstack", "-Wl,--build-id=0xabcd")
    assert (found.kind, found.pie, found.nx, found.relro) == ("executable", True, True, "full")
    assert (found.canary, found.fortify, found.stripped, found.build_id) == (True, True, False, "abcd")
    assert found.interpreter.startswith("/lib")
    assert found.needed == ("libc.so.6",)


def test_a_program_built_with_none(tmp_path: Path) -> None:
    found = built(tmp_path, *SOFT, "-Wl,-z,execstack", "-Wl,-rpath,/opt/lib")
    assert (found.kind, found.pie, found.nx, found.relro) == ("executable", False, False, "none")
    assert (found.canary, found.fortify, found.stripped) == (False, False, True)
    assert found.runpath == "/opt/lib"
    assert found.imports == ("strcpy",)


def test_a_library_an_object_and_a_static_program(tmp_path: Path) -> None:
    library = built(tmp_path, "-shared", "-fPIC", "-Wl,-soname,libx.so.1", "-Wl,-z,relro,-z,lazy")
    assert (library.kind, library.soname, library.pie, library.relro) == (
        "library",
        "libx.so.1",
        None,
        "partial",
    )
    obj = built(tmp_path, "-c")
    assert (obj.kind, obj.nx, obj.relro, obj.canary, obj.fortify) == ("object", None, "", None, None)
    static = built(tmp_path, "-static", "-no-pie", "-s")
    assert (static.kind, static.relro, static.canary, static.fortify) == ("executable", "", None, None)
    assert static.needed == ()
    static_pie = built(tmp_path, "-static-pie", "-fPIE")
    assert (static_pie.kind, static_pie.pie, static_pie.interpreter) == ("executable", True, "")


@pytest.mark.parametrize("path", DEBIAN)
def test_debian_s_own_programs_are_as_readelf_says(path: str) -> None:
    readelf = shutil.which("readelf")
    if readelf is None or not Path(path).is_file():
        pytest.skip(f"NO READELF or no {path}")
    text = subprocess.run([readelf, "-Wlds", path], check=True, capture_output=True, text=True).stdout  # noqa: S603 -- see DEBIAN
    found = program(Path(path).read_bytes())
    assert list(found.needed) == re.findall(r"\(NEEDED\).*\[(.*)\]", text)
    assert [found.soname] == (re.findall(r"\(SONAME\).*\[(.*)\]", text) or [""])
    assert found.nx is ("RWE" not in re.findall(r"GNU_STACK.*", text)[0])
    now = " NOW" in text or "BIND_NOW" in text
    relro = "none" if "GNU_RELRO" not in text else "full" if now else "partial"
    assert found.relro in (relro, "")
    undefined = set(re.findall(r" UND (\w+)", text))
    assert set(found.imports) == undefined & programs.TELLING
    notes = subprocess.run([readelf, "-n", path], check=True, capture_output=True, text=True).stdout  # noqa: S603 -- as above
    assert found.build_id in notes
    assert found.kind == ("library" if found.soname else "executable")


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("order", ByteOrder)
@pytest.mark.parametrize("machine", ["mips", "arm", "powerpc"])
def test_every_class_and_byte_order(bits: int, order: ByteOrder, machine: str) -> None:
    found = program(
        SampleElf(
            bits=bits, order=order, machine=machine, runpath="$ORIGIN", needed=("liba.so", "libc.so.6")
        ).build()
    )
    assert (found.machine, found.bits, found.big_endian) == (machine, bits, order is ByteOrder.BIG)
    assert (found.pie, found.nx, found.relro, found.canary, found.fortify) == (True, True, "full", True, True)
    assert (found.needed, found.runpath) == (("liba.so", "libc.so.6"), "$ORIGIN")


def test_the_stack_without_a_word_about_it_follows_the_machine() -> None:
    assert program(SampleElf(executable_stack=None, machine="mips").build()).nx is False
    assert program(SampleElf(executable_stack=None, machine="aarch64", bits=64).build()).nx is None


def test_fortify_is_not_asked_of_other_c_libraries_nor_of_programs_that_copy_nothing() -> None:
    assert program(SampleElf(needed=("libc.so",), imports=("memcpy",)).build()).fortify is None
    assert program(SampleElf(imports=("close",)).build()).fortify is None
    assert program(SampleElf(imports=("memcpy",)).build()).fortify is False


def test_programs_of_coprocessors_are_firmware() -> None:
    assert program(SampleElf(pie=False).build(), "/lib/firmware/dsp.elf").kind == "firmware"


@pytest.mark.parametrize("data", [b"\x7fELF" + bytes(60), b"\x7fELF\x01\x01" + b"\xff" * 60, b"text" * 20])
def test_what_is_no_program(data: bytes) -> None:
    found = survey_files(programs.CATALOGER, {"/a": data})
    assert found.inventory.programs == ()
    assert found.problems == ()


SAMPLE = SampleElf(runpath="/lib").build()


@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=12),
    st.integers(0, 600),
)
def test_damage_breaks_nothing(changes: list[tuple[int, int]], length: int) -> None:
    data = bytearray(SAMPLE)
    for at, value in changes:
        data[at] = value
    assert survey_files(programs.CATALOGER, {"/a": bytes(data[:length])}).problems == ()
