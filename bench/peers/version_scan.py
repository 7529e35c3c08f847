"""Run inside the environment of cve-bin-tool: its own version scan of a folder, a line for each product.

The program wants a network before it scans. Its scanner does not, but for the checker of SQLite, which
fetches a list of releases as it is loaded; that one is left out. Its talk is off, which makes it faster.
"""

import importlib
import logging
import sys


def main() -> None:
    """Scan the folder named in the arguments."""
    logging.disable(logging.CRITICAL)
    scanning = importlib.import_module("cve_bin_tool.version_scanner")
    known = importlib.import_module("cve_bin_tool.checkers").BUILTIN_CHECKERS.values()
    checkers = {each.name: each.load() for each in known if each.name != "sqlite"}
    scanner = scanning.VersionScanner(should_extract=False, checkers=checkers)
    found = {
        (each.product_info.product, each.product_info.version) for each in scanner.recursive_scan(sys.argv[1])
    }
    sys.stdout.writelines(f"{product}\t{version}\n" for product, version in sorted(found))


if __name__ == "__main__":
    main()
