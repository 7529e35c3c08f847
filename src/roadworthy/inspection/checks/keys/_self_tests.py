"""Keys that TLS libraries carry for their own self-test: published with the source, and used by nothing else.

A key counts as one only where the library itself lies: a file of its name, and a key whose fingerprint is
listed. The same key in any other file is somebody's use of it. What cannot be read in such a file (behind a
passphrase, or of a kind that is not known) counts with the others, as long as those that can be read are all
listed.
"""

import posixpath
import re
from collections.abc import Iterable
from typing import Final

from roadworthy.inspection.check import Inspection
from roadworthy.model.key_material import KeyKind, KeyMaterial

_LIBRARY: Final = re.compile(r"lib(?:gnutls|mbedtls|mbedx509|mbedcrypto|polarssl)[-.\w]{0,60}\.so[.\d]{0,20}")
PUBLISHED: Final = frozenset(
    f"sha256:{digest}"
    for digest in (
        # GnuTLS 3.7, lib/crypto-selftests-pk.c: RSA, DSA, EC of 192, 224, 256 and 384 bits
        "5a9214aa789ffe021992636dd17ca313f340948e604d4122735160f3d46688a0",
        "dd0701715ac41b7b96a2c8fe7a762b0ee05215f4f21c44d9458f1d2e2d57427d",
        "c305f632b9f12913e548002d5e48435fccfb7a54f4e6f2255c055d9b99794b69",
        "965237ca6ba836733f2b6436d66516dc01ef2d58825d3b4aa6b9061a76c7a9ce",
        "5bd7bad40971be901e68d9b97405c3a3e996adbede885869b270185ad499108e",
        "6e1900f654edb2e599930c8a287c7263ea170f010826630893227e7cec221586",
        # Mbed TLS 2.28, library/certs.c: authority, server and client, RSA and EC
        "c6cb6d1e322b2e4edc98a284f983a8be89a18a53db897b7ec32f9aa382c50a5c",
        "6703a04285f61bf2f79b143b1841435d503b448c3df1db998e9aebc7f05d3815",
        "370346c0864770dac7a90774f75ac6de537f5f5b2c4b1bb1d12bf3c5f4f484ae",
        "26b0f4b5b3b8ef8f54af9ca9cbef655501179e7337f2ac52f2eadcf953635999",
        "6452839ebf371b9a9a7585efd56a029440972fdbacd1ae077d403e4e92bcd4f3",
    )
)
"""Fingerprints, as `KeyMaterial` has them; read from those libraries as Debian builds them."""


def used(inspection: Inspection) -> tuple[KeyMaterial, ...]:
    """All keys and certificates but those of self-tests, in order."""
    keys = inspection.inventory.keys
    libraries = _carriers(keys)
    return tuple(key for key in keys if not (libraries and _belongs(key, libraries)))


def _carriers(keys: Iterable[KeyMaterial]) -> frozenset[tuple[str, ...]]:
    """The libraries whose keys, as far as they can be read, are all published ones."""
    told: dict[tuple[str, ...], bool] = {}
    for key in keys:
        for place in key.evidence:
            if key.fingerprint and _LIBRARY.fullmatch(posixpath.basename(place.path[-1])):
                told[place.path] = told.get(place.path, True) and key.fingerprint in PUBLISHED
    return frozenset(path for path, published in told.items() if published)


def _belongs(key: KeyMaterial, libraries: frozenset[tuple[str, ...]]) -> bool:
    secret = key.kind is KeyKind.PRIVATE_KEY
    return (bool(key.fingerprint) or secret) and all(place.path in libraries for place in key.evidence)
