"""Roadworthy's own files: their digest says exactly which tool made a report."""

import hashlib
from pathlib import Path

import roadworthy


def digest() -> str:
    """``sha256:<hex>`` over name and content of every file of the package, in the order of their names."""
    root = Path(roadworthy.__file__).parent
    files = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    lines = (
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(root).as_posix()}\n"
        for path in sorted(files, key=lambda each: each.relative_to(root).as_posix())
    )
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"
