"""What a distributor's packages are called where they are written."""

import re
from typing import Final

from roadworthy.inspection._library_products import product_of
from roadworthy.inspection._package_names import NAMES, PATTERNS

_SAYS_NOTHING: Final = frozenset(
    {"toolchain"}
)  # where OpenWrt builds the C library and the compiler's libraries
_LIBRARY: Final = re.compile(r"(lib.{1,80}?)-?(\d{1,4}(?:\.\d{1,4}){0,2})(?:t64)?", re.DOTALL)


def upstream_name(package: str, source: str) -> str:
    """What a package is called where it is written."""
    for name in (source.rstrip("/").rpartition("/")[2], package):
        if name in NAMES:
            return NAMES[name]
        for pattern, upstream in PATTERNS:
            if match := pattern.fullmatch(name):
                return match.expand(upstream)
        if name and name not in _SAYS_NOTHING:
            return name
    return package


def library_product(package: str) -> str:
    """The product of a package called after its library, as in Debian and Yocto: ``libz1`` is zlib.

    ``t64`` is Debian's mark of libraries whose times became 64 bits wide in 2024: ``libssl3t64``.
    """
    match = _LIBRARY.fullmatch(package)
    return product_of(f"{match[1]}.so.{match[2]}") if match else ""
