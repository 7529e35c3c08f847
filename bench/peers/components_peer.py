"""Run inside the environment of cve-bin-tool: what its checkers say of a folder, one line for each find.

The program itself needs a network before it scans. Its checkers do not, but for one that fetches a list of
releases as it is loaded; that one is left out, and said.
"""

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PRINTABLE = re.compile(rb"[\x20-\x7e]{3,}")
NETWORK = {"sqlite"}


def checkers() -> Iterator[Any]:
    """Every checker that loads without a network."""
    package = importlib.import_module("cve_bin_tool.checkers")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name in NETWORK:
            continue
        loaded = importlib.import_module(f"cve_bin_tool.checkers.{module.name}")
        yield from (
            value()
            for name, value in vars(loaded).items()
            if name.endswith("Checker") and value.__module__ == loaded.__name__
        )


def main() -> None:
    """Scan the folder named in the arguments."""
    every = list(checkers())
    for path in sorted(Path(sys.argv[1]).rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes()
        if not data.startswith(b"\x7fELF"):
            continue
        text = "\n".join(each.decode("ascii") for each in PRINTABLE.findall(data))
        for checker in every:
            found = checker.get_version(text, path.name)
            if found and found.get("is_or_contains"):
                product = checker.VENDOR_PRODUCT[0][1]
                version = found["version"]
                sys.stdout.write(f"{product}\t{'' if version == 'UNKNOWN' else version}\n")


if __name__ == "__main__":
    main()
