"""Certificates, and private and public keys.

What it finds

PEM blocks (RFC 7468) in any file, programs included, and in the stretches of the image that are no file
system: X.509 certificates, private keys (PKCS#1, PKCS#8, SEC 1, DSA, OpenSSH) plain or encrypted, public
keys. Binary (DER) certificates and private keys anywhere in a file, programs included; other binary keys in
files that are named like one. Dropbear's host keys. Private keys in PKCS#12 and Java key stores: PKCS#12 is
tried with passwords that everybody uses. A block counts only if it parses, so that the texts by which
programs recognise such blocks do not; an encrypted key counts if its form is right. Evidence never holds
any part of a key.

How it can be wrong

Keys in compressed or encrypted parts and in forms of a maker's own are not seen, nor are stores that have
neither their usual beginning nor their name. A key in a store, and one of an unknown kind, is listed without
fingerprint. A key may be a test key that nothing uses.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.inventory._der import der_blocks
from roadworthy.inspection.inventory._key_stores import JKS, PKCS12, Store, jks, pkcs12
from roadworthy.inspection.inventory._pem import Block, blocks
from roadworthy.inspection.rootfs import Node
from roadworthy.model.key_material import KeyMaterial

_DER_NAMES = (".der", ".crt", ".cer", ".key", ".pk8", ".p8", ".pub", ".pem", ".cert")
_DER_SEQUENCE = (b"\x30\x81", b"\x30\x82")  # X.690: SEQUENCE with its length in one or two bytes
_DER_SIZE = 16 * 1024
_STORE_SIZE = 1024 * 1024
_SSH_STRING = b"\x00\x00\x00"
_MIN_SIZE = 64


def wants(node: Node) -> bool:
    """Any file: keys hide in programs and backups."""
    return node.size >= _MIN_SIZE


def scan(file: File, context: Context) -> Iterator[KeyMaterial]:
    """All keys and certificates of a file."""
    del context
    data = file.data
    if data.startswith(_SSH_STRING) and len(data) <= _DER_SIZE:
        yield from _found(_dropbear(data), file, 0, "Dropbear host key")
    elif store := _store(data):
        yield from _found(store.key, file, 0, store.label)
        return
    elif data.startswith(_DER_SEQUENCE) and file.node.name.lower().endswith(_DER_NAMES):
        yield from _found(_described(Block(label="", offset=0, body=data[:_DER_SIZE])), file, 0, "DER")
        return
    yield from _anywhere(file)


def probe(file: File, context: Context) -> Iterator[KeyMaterial]:
    """What lies in a microcontroller's program, a kernel or a boot loader."""
    del context
    yield from _anywhere(file)


def _anywhere(file: File) -> Iterator[KeyMaterial]:
    """PEM and DER, wherever they stand in some bytes."""
    for block in der_blocks(file.data):
        yield from _found(_described(block), file, block.offset, "DER")
    for block in blocks(file.data):
        yield from _found(_described(block), file, block.offset, f"-----BEGIN {block.label}-----")


def _store(data: bytes) -> Store | None:
    """A store of keys, which is a file of its own."""
    if data.startswith(JKS):
        return jks(data)
    is_pkcs12 = data.startswith(b"\x30") and PKCS12 in data[:10] and len(data) <= _STORE_SIZE
    return pkcs12(data) if is_pkcs12 else None


def _described(block: Block) -> KeyMaterial | None:
    # Loaded here, as below: few images need it at once, and `explain` should not wait for cryptography.
    from roadworthy.inspection.inventory._x509 import describe  # noqa: PLC0415 -- see above

    return describe(block)


def _dropbear(data: bytes) -> KeyMaterial | None:
    from roadworthy.inspection.inventory._dropbear import dropbear_key  # noqa: PLC0415 -- as above

    return dropbear_key(data)


def _found(key: KeyMaterial | None, file: File, offset: int, label: str) -> Iterator[KeyMaterial]:
    """The fact with its place: by line in a text, by offset in a binary."""
    if key is None:
        return
    if b"\0" in file.data:
        evidence = file.evidence(offset=offset, excerpt=label)
    else:
        evidence = file.evidence(line=file.data.count(b"\n", 0, offset) + 1, excerpt=label)
    yield replace(key, evidence=(evidence,))


CATALOGER: Final = Cataloger(title="Keys and certificates", wants=wants, scan=scan, probe=probe)
