"""Keys that may log in: `authorized_keys` files in the image.

What it finds

The public keys in files named `authorized_keys` (sshd(8), AUTHORIZED_KEYS FILE FORMAT), with algorithm, size
and fingerprint. Options before a key and the comment behind it are not told: comments hold people's names.

How it can be wrong

The server may look elsewhere or not run. Hardware-backed keys (`sk-…`) and certificates are told without
size.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, File, Kept
from roadworthy.inspection.inventory._directives import MAX_LINES, is_text
from roadworthy.inspection.rootfs import Node
from roadworthy.model.key_material import KeyKind, KeyMaterial

_NAME = re.compile(r"authorized_keys2?")
_KEY = re.compile(r"((?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]{2,60}) ([A-Za-z0-9+/]{16,8000}={0,2})")
MAX_KEYS = 200


def wants(node: Node) -> bool:
    """Files of that name, wherever they lie."""
    return _NAME.fullmatch(node.name) is not None


def join(kept: Kept, context: Context) -> Iterator[KeyMaterial]:
    """Every key of every such file."""
    del context
    for file in kept.files.values():
        if is_text(file):
            yield from _keys(file)


def _keys(file: File) -> Iterator[KeyMaterial]:
    found = 0
    for line, text in file.lines():
        match = None if text.lstrip().startswith("#") or line > MAX_LINES else _KEY.search(text)
        if match and found < MAX_KEYS:
            found += 1
            evidence = (file.evidence(line=line, excerpt=f"{match[1]} …"),)
            yield replace(_described(match[0]), evidence=evidence)


def _described(text: str) -> KeyMaterial:
    """What the key is; without details where the library does not know its kind."""
    # Loaded here: few images need it, and `explain` should not wait for cryptography.
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 -- see above
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key  # noqa: PLC0415 -- see above

    from roadworthy.inspection.inventory._x509 import from_public_key  # noqa: PLC0415 -- see above

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library complains of DSA
            return from_public_key(load_ssh_public_key(text.encode()), KeyKind.PUBLIC_KEY)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return KeyMaterial(kind=KeyKind.PUBLIC_KEY, algorithm="", bits=0, fingerprint="", evidence=())


CATALOGER: Final = Cataloger(title="Keys that may log in", wants=wants, join=join)
