"""Roadworthy's own files: their digest says exactly which tool made a report."""

import hashlib
from pathlib import Path

import roadworthy


def digest() -> str:
    """``sha256:<hex>`` over name and content of every file of the package, in the order of their names."""
    root = Path(roadworthy.__file__).parent
    files = {
        path.relative_to(root).as_posix(): path
        for path in root.rglob("*")
        if "__pycache__" not in path.parts and path.is_file()
    }
    lines = (f"{hashlib.sha256(files[name].read_bytes()).hexdigest()}  {name}\n" for name in sorted(files))
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"
