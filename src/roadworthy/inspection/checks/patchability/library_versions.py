"""One security library in several versions.

What it looks at

The versions of OpenSSL, mbed TLS, wolfSSL, GnuTLS, zlib, libupnp, expat, libcurl and libpng that the image
shows, in shared libraries and inside programs.

Why it matters

A mend for one copy leaves the others as they were, and nobody remembers them.

How it can be wrong

Two lines may be kept on purpose while programs move from one to the other. A program may name the version
that it was built with and run with another. Two copies of the same version are not told apart.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import bounded
from roadworthy.model.component import Component
from roadworthy.model.outcome import Outcome, Severity

_LIBRARIES: Final = frozenset(
    ("openssl", "mbedtls", "polarssl", "wolfssl", "gnutls", "zlib", "libupnp", "expat", "curl", "libpng")
)


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure for each library; unknown where the image shows none of them."""
    versions: dict[str, dict[str, Component]] = {}
    for each in inspection.inventory.components:
        in_file = each.evidence[0].path[-1].startswith("/")  # the kernel has copies of its own
        if (
            each.name in _LIBRARIES
            and each.version
            and in_file
            and each.identified_by.startswith("signature:")
        ):
            versions.setdefault(each.name, {})[each.version] = each
    several = {name: found for name, found in versions.items() if len(found) > 1}
    failures = [_failure(name, list(found.values())) for name, found in sorted(several.items())]
    yield from bounded(failures, "libraries are there in several versions")
    if not versions:
        yield Verdict(Outcome.UNKNOWN, "The image shows none of the libraries that are looked for.")
    elif not failures:
        names = ", ".join(sorted(versions))
        yield Verdict(Outcome.PASS, f"Each library that was found is there in one version: {names}.")


def _failure(name: str, found: list[Component]) -> Verdict:
    versions = " and ".join(sorted(each.version for each in found))
    places = tuple(place for each in found for place in each.evidence)
    return Verdict(Outcome.FAIL, f"The image holds {name} in several versions: {versions}.", places)


def _openssl(version: str, date: str) -> bytes:
    return b"\x7fELF" + bytes(60) + f"\0error:%08lX:%s:%s:%s\0OpenSSL {version} {date}\0".encode()


_OLD, _NEW = _openssl("1.0.2u", " 20 Dec 2019"), _openssl("3.0.15", "3 Sep 2024")

CHECK: Final = Check(
    shows="patchability.shared-libraries",
    severity=Severity.LOW,
    run=run,
    examples=(
        Example(files={"/usr/lib/libcrypto.so.3": _NEW, "/usr/bin/agent": _OLD}, outcome=Outcome.FAIL),
        Example(files={"/usr/lib/libcrypto.so.3": _NEW, "/usr/bin/openssl": _NEW}, outcome=Outcome.PASS),
        Example(files={"/bin/app": "\x7fELF"}, outcome=Outcome.UNKNOWN),
    ),
)
