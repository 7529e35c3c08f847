"""Components that betray their version in a program or library.

What it finds

Upstream products and their versions in ELF files, linked statically or dynamically, stripped or not. It
runs the version signatures over every ELF file that is a program or a library, and over the stretches of the
image that are no file system: kernels, boot loaders, programs of microcontrollers. Each hit is a component
whose evidence is the matched text with its offset. Links to a multi-call program (BusyBox, Dropbear) add
nothing. Kernel modules are left out: they speak of the kernel.

How it can be wrong

A vendor may mend a flaw and keep the version text, or change the text. A library's text inside another
program means that the program was built with it, which for a dynamic library need not be the version that
runs. Text that a program only prints about others can match too; each rule states how often it is right.
Packed and encrypted programs show nothing.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.rootfs import Node
from roadworthy.inspection.signature import Hit
from roadworthy.model.component import Component

MIN_SIZE = 52  # an ELF32 header: System V ABI, chapter 4
_MAGIC = b"\x7fELF"
_RELOCATABLE = (b"\x01\x00", b"\x00\x01")  # e_type ET_REL in either byte order: kernel modules, object files
_TYPE_AT = slice(16, 18)


def wants(node: Node) -> bool:
    """Any file that has room for an ELF header; its name says nothing."""
    return node.size >= MIN_SIZE


def scan(file: File, context: Context) -> Iterator[Component]:
    """The components in a program or library."""
    if file.data.startswith(_MAGIC) and file.data[_TYPE_AT] not in _RELOCATABLE:
        yield from probe(file, context)


def probe(file: File, context: Context) -> Iterator[Component]:
    """One component per rule and version, at its first place; the survey folds over files."""
    told: set[tuple[str, str]] = set()
    for hit in context.signatures.search(file.data):
        if (hit.signature.id, hit.version) not in told:
            told.add((hit.signature.id, hit.version))
            yield _component(hit, file)


def _component(hit: Hit, file: File) -> Component:
    signature = hit.signature
    return Component(
        name=signature.product,
        version=hit.version,
        purl=f"{signature.purl}@{hit.version}" if hit.version else signature.purl,
        cpes=tuple(f"{prefix}:{hit.version}:*:*:*:*:*:*:*" for prefix in signature.cpes if hit.version),
        identified_by=f"signature:{signature.id}",
        confidence=signature.confidence,
        evidence=(file.evidence(offset=hit.offset, excerpt=hit.text),),
    )


CATALOGER: Final = Cataloger(title="Components, by their version texts", wants=wants, scan=scan, probe=probe)
