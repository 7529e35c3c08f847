"""What Buildroot says of itself: `make show-info` (JSON) and `legal-info/manifest.csv`.

Of `show-info` those packages count that are for the target, are not virtual, and install something into the
root file system or among the images. The manifest names target packages without saying which of them install
anything; that of the build host is refused.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.sbom import _names
from roadworthy.codecs.sbom._json import Element
from roadworthy.codecs.sbom.bill import MAX_TEXT, Claimed, Mistake, Read, bounded

HEADER: Final = '"PACKAGE","VERSION","LICENSE"'
_TYPES: Final = ("target", "host", "rootfs")
_NOTHING: Final = "installs nothing into the image"
_ITSELF: Final = ("buildroot",)


def is_show_info(document: Element) -> bool:
    """Whether a JSON document is what `make show-info` prints."""
    first = next(iter(document.values), "")
    return bool(first) and document.element(first).text("type") in _TYPES


def read_show_info(document: Element) -> Read:
    """The claims. Raises `Mistake`."""
    left_out: list[str] = []
    return Read("Buildroot show-info", bounded(_shown(document, left_out)), tuple(left_out))


def _shown(document: Element, left_out: list[str]) -> Iterator[Claimed]:
    for key in document.values:
        package = document.element(key)
        reason = _no_claim(package)
        if reason:
            left_out.append(reason)
            continue
        yield Claimed(
            name=(package.text("name") or key)[:MAX_TEXT],
            version=_names.told(package.text("version")),
            cpes=_names.cpe_names((package.text("cpe-id"),)),
            place=(key[:MAX_TEXT],),
        )


def _no_claim(package: Element) -> str:
    if package.text("type") != "target":
        return _names.BUILD_HOST if package.text("type") == "host" else _names.SUBJECT
    installs = [package.values.get(key) for key in ("install_target", "install_images")]
    virtual = package.values.get("virtual") is True
    return _NOTHING if virtual or (False in installs and True not in installs) else ""


def read_manifest(name: str, text: str) -> Read:
    """The claims of `legal-info/manifest.csv`. Raises `Mistake`."""
    if name.startswith("host-"):
        raise Mistake("", "this lists what ran on the build host", "Give legal-info/manifest.csv beside it.")
    left_out: list[str] = []
    return Read("Buildroot legal-info", bounded(_rows(text, left_out)), tuple(left_out))


def _rows(text: str, left_out: list[str]) -> Iterator[Claimed]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith(HEADER):
            continue
        cells = line.strip().split('","', 2)
        if not line.startswith('"') or len(cells) < 3:  # noqa: PLR2004 -- name, version, and more
            what = 'this is no row "PACKAGE","VERSION",…'
            raise Mistake(f"line {number}", what, "Give the manifest.csv that `make legal-info` wrote.")
        if cells[0].strip('"') in _ITSELF:
            left_out.append(_names.SUBJECT)
        else:
            name, version = cells[0].strip('"')[:MAX_TEXT], _names.told(cells[1][:MAX_TEXT])
            yield Claimed(name=name, version=version, line=number)
