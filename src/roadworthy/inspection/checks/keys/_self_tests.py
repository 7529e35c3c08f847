"""Keys that programs carry to test themselves: published with the source, and used by nothing else.

TLS libraries, the kernel and `openssl speed` have some. A key counts as one only where the program itself
lies: a file of its name or a stretch of the image that is no file, and a key whose fingerprint is listed.
The same key in any other file is somebody's use of it. What cannot be read in such a file (behind a
passphrase, or of a kind that is not known) counts with the others, as long as those that can be read are
all listed.
"""

import posixpath
import re
from collections.abc import Iterable
from typing import Final

from roadworthy.inspection.check import Inspection
from roadworthy.model.key_material import KeyKind, KeyMaterial

_LIBRARY: Final = re.compile(
    r"lib(?:gnutls|mbedtls|mbedx509|mbedcrypto|polarssl)[-.\w]{0,60}\.so[.\d]{0,20}"
    r"|openssl|vmlinu[xz][-.\w]{0,60}|[uz]?Image[-.\w]{0,60}|\w{1,40}@0x[0-9a-f]{1,16}"
)
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
        # OpenSSL 1.1 and 3, apps/testrsa.h: RSA of 1024, 2048, 3072, 4096, 7680 and 15360 bits
        "0ea7caf9dd07fd79fe22ceb5efbbd7d4445d231e92ee1bf3b2a022eaffb00495",
        "a6fdc2c6d07aa877e3ac360c2ce5efb69ab7dce2fd8df3c1bce0564b17114bc2",
        "01e67e56244b43b668e2b9a697daaafcfb501fa78de2fcc4aa32bdae6dd94af6",
        "adadc3246bb4830551c6da143d7462727967bda53059ae6f152323b0aba69595",
        "d2d8c7d1de1e118e810c15eb7f8d9560a433e15cd55eac52aade81d6669cf133",
        "cebf59a465ccd9c42a7f7f6a789cc741d43cacbc502587ed1c5f0f4e445f1c39",
        # Linux 6.1, crypto/testmgr.h: RSA of 2048 bits
        "b6362349fb07b79f2f91889f6afac92b637787e246221087169ff7dbcd65dc98",
        "e756a60b85ec3f538a2708550ddc4f072ad045696172efd285c09a46c90accfe",
        # Mbed TLS 2.28, library/certs.c: authority, server and client, RSA and EC
        "c6cb6d1e322b2e4edc98a284f983a8be89a18a53db897b7ec32f9aa382c50a5c",
        "6703a04285f61bf2f79b143b1841435d503b448c3df1db998e9aebc7f05d3815",
        "370346c0864770dac7a90774f75ac6de537f5f5b2c4b1bb1d12bf3c5f4f484ae",
        "26b0f4b5b3b8ef8f54af9ca9cbef655501179e7337f2ac52f2eadcf953635999",
        "6452839ebf371b9a9a7585efd56a029440972fdbacd1ae077d403e4e92bcd4f3",
    )
)
"""Fingerprints, as `KeyMaterial` has them; read from those programs as Debian builds them."""


def used(inspection: Inspection) -> tuple[KeyMaterial, ...]:
    """All keys and certificates but those of self-tests, in order."""
    keys = inspection.inventory.keys
    libraries = _carriers(keys)
    return tuple(key for key in keys if not (libraries and _belongs(key, libraries)))


def _carriers(keys: Iterable[KeyMaterial]) -> frozenset[tuple[str, ...]]:
    """The programs whose private keys, as far as they can be read, are all published ones."""
    told: dict[tuple[str, ...], bool] = {}
    for key in keys:
        for place in key.evidence:
            secret = key.kind is KeyKind.PRIVATE_KEY and key.fingerprint
            if secret and _LIBRARY.fullmatch(posixpath.basename(place.path[-1])):
                told[place.path] = told.get(place.path, True) and key.fingerprint in PUBLISHED
    return frozenset(path for path, published in told.items() if published)


def _belongs(key: KeyMaterial, libraries: frozenset[tuple[str, ...]]) -> bool:
    secret = key.kind is KeyKind.PRIVATE_KEY
    return (bool(key.fingerprint) or secret) and all(place.path in libraries for place in key.evidence)
