"""The corpus: small files and images that this project made itself, one case a file, as text.

``fuzz/corpus/TARGET/NAME.json`` maps paths to contents (zlib, then base 85); the path of an image is empty.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

CORPUS: Final = Path(__file__).resolve().parent.parent / "fuzz/corpus"
Case = Mapping[str, bytes]


def cases(target: str, folder: Path = CORPUS) -> Iterator[Case]:
    """The cases of a target, in the order of their names."""
    for path in sorted((folder / target).glob("*.json")):
        yield decode(path.read_text("ascii"))


def keep(target: str, case: Case, folder: Path = CORPUS) -> Path:
    """Write a case among those of its target; gives its place."""
    text = encode(case)
    path = folder / target / f"{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "ascii")
    return path


def encode(case: Case) -> str:
    """A case as text."""
    packed = {path: base64.b85encode(zlib.compress(data, 9)).decode() for path, data in case.items()}
    return json.dumps(packed, indent=1, sort_keys=True) + "\n"


def decode(text: str) -> Case:
    """The case that a text holds."""
    return {path: zlib.decompress(base64.b85decode(packed)) for path, packed in json.loads(text).items()}
