"""Reads a bill of materials, whatever form it has; the content tells, not the name of the file."""

import hashlib
from typing import Final

from roadworthy.codecs.sbom import buildroot, cyclonedx, spdx2, spdx2_tags, spdx3, yocto
from roadworthy.codecs.sbom._archive import is_archive
from roadworthy.codecs.sbom._json import Element, decode
from roadworthy.codecs.sbom.bill import BillOfMaterials, Mistake, Read
from roadworthy.model.errors import InputError

MAX_BYTES: Final = 128 * 1024 * 1024
_FORMS: Final = (
    "Give CycloneDX JSON, SPDX (2.2, 2.3, 3.0), what Buildroot's `make show-info` or `make legal-info` "
    "writes, or Yocto's IMAGE.manifest, license.manifest or IMAGE.spdx.tar.zst."
)
_AS_JSON: Final = "Have it written as JSON, or convert it with a tool such as `cyclonedx convert`."
_MARK: Final = b"\xef\xbb\xbf"
_BLANKS: Final = b" \t\r\n"


def read_bill(name: str, data: bytes) -> BillOfMaterials:
    """The bill of materials in a file.

    Args:
        name: What to call the file.
        data: Its bytes.

    Raises:
        InputError: It is none, or there is a mistake in it; the message names file and place.
    """
    try:
        read = _read(name, data)
    except Mistake as mistake:
        raise InputError(f"{name}: {mistake}", hint=mistake.hint) from mistake
    return BillOfMaterials(
        name=name,
        form=read.form,
        claims=read.claims,
        left_out=read.counted,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _read(name: str, data: bytes) -> Read:
    if len(data) > MAX_BYTES:
        raise Mistake("", f"{len(data)} bytes are more than the {MAX_BYTES} that are read", _FORMS)
    read = _read_any(name, data)
    if not read.claims:
        raise Mistake("", "it claims nothing to be in an image", _FORMS)
    return read


def _read_any(name: str, data: bytes) -> Read:
    if is_archive(data):
        return yocto.read_archive(data)
    data = data.removeprefix(_MARK)
    start = data[:4096].lstrip(_BLANKS)
    if start.startswith((b"{", b"[")):
        return _read_json(decode(data))
    if start.startswith(b"<"):
        raise Mistake("line 1", "this is XML, which is not read", _AS_JSON)
    return _read_lines(name, _decoded(data))


def _read_json(document: Element) -> Read:
    if document.text("bomFormat") == "CycloneDX":
        return cyclonedx.read(document)
    if "spdxVersion" in document.values:
        return spdx2.read(document)
    if spdx3.is_spdx3(document):
        return spdx3.read(document)
    if buildroot.is_show_info(document):
        return buildroot.read_show_info(document)
    raise Mistake("line 1", "this JSON is no bill of materials that is known", _FORMS)


def _read_lines(name: str, text: str) -> Read:
    start = text.lstrip()
    if any(line.startswith(spdx2_tags.BEGINNING) for line in text.splitlines()[:50]):
        return spdx2_tags.read(text)
    if start.startswith(buildroot.HEADER):
        return buildroot.read_manifest(name, text)
    if start.startswith(yocto.LICENCES):
        return yocto.read_licences(text)
    return yocto.read_manifest(text)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Mistake(f"line {line}", "this is neither text nor an archive that is known", _FORMS) from error
