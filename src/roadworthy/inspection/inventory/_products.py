"""Products: under which CPEs advisories list them, as far as the version signatures know."""

from functools import lru_cache

from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.precedence import product
from roadworthy.inspection.signature import SignatureSet

KERNEL = "cpe:2.3:o:linux:linux_kernel"


def cpes(name: str, version: str, context: Context) -> tuple[str, ...]:
    """CPE 2.3 names of a product in a version, most usual first; none without a version."""
    if not version:
        return ()
    prefixes = _prefixes(context.signatures).get(product(name), ())
    return tuple(f"{prefix}:{escaped(version)}:*:*:*:*:*:*:*" for prefix in prefixes)


def escaped(version: str) -> str:
    """A version as the formatted string of a CPE name has it (NISTIR 7695 §6.2)."""
    return "".join(each if each.isalnum() or each in "._-" else f"\\{each}" for each in version)


@lru_cache(maxsize=4)
def _prefixes(signatures: SignatureSet) -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {product("linux"): (KERNEL,)}
    for each in signatures.signatures:
        name = product(each.product)
        known[name] = tuple(dict.fromkeys((*known.get(name, ()), *each.cpes)))
    return known
