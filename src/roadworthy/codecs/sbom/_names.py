"""What names and identifiers tell, where a document does not say by itself what is in the image."""

import re
from collections.abc import Iterable
from typing import Final

from roadworthy.codecs.sbom.bill import MAX_TEXT

BUILD_ONLY: Final = "only for the build, by its name"
BUILD_HOST: Final = "runs on the build host"
BUILD_NEED: Final = "needed for building or testing only"
SOURCE: Final = "sources"
SUBJECT: Final = "the product itself"
NO_SOFTWARE: Final = "no software"
NOT_INSTALLED: Final = "marked as not part of the product"
_BUILD_ONLY: Final = re.compile(
    r"(?:host|nativesdk)-.+|.+-(?:native|cross(?:-.{1,40})?|crosssdk(?:-.{1,40})?|cross-canadian(?:-.{1,40})?"
    r"|dev|dbg|dbgsym|staticdev|src)",
    re.DOTALL,
)
_UNSAID: Final = ("noassertion", "none", "unknown", "custom", "not saved")
_INSTALLED: Final = ("pkg:deb/", "pkg:apk/", "pkg:rpm/", "pkg:opkg/", "pkg:alpm/")


def build_only(name: str, purl: str) -> bool:
    """Whether a name is that of something that serves the build: ``zlib-native``, ``openssl-dev``.

    What a package manager has installed (as its purl says) is in the image, whatever it is called.
    """
    return not purl.startswith(_INSTALLED) and bool(_BUILD_ONLY.fullmatch(name))


def cpe_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Those that are CPE 2.3 names, each once."""
    return tuple(
        dict.fromkeys(each for each in texts if each.startswith("cpe:2.3:") and len(each) <= MAX_TEXT)
    )


def told(version: str) -> str:
    """A version; empty for the words that say that there is none."""
    return "" if version.strip().lower() in _UNSAID else version.strip()
