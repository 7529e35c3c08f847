"""Run inside the environment of cve-bin-tool: its own matching, on a database and inventory that are given.

    matching_peer.py DATABASE INVENTORY

The database is a SQLite file in the form of its own (tables cve_severity and cve_range), the inventory a line
for each product: vendor, product, version. It writes a line for each match: vendor, product, version, CVE.
"""

import importlib
import logging
import sys
from pathlib import Path


def main() -> None:
    """Match the inventory named in the arguments."""
    logging.disable(logging.CRITICAL)
    scanning = importlib.import_module("cve_bin_tool.cve_scanner")
    util = importlib.import_module("cve_bin_tool.util")
    scanning.CVEScanner.dbname = sys.argv[1]
    scanner = scanning.CVEScanner()
    lines = Path(sys.argv[2]).read_text("utf-8").splitlines()
    with scanner:
        for line in lines:
            vendor, product, version = line.split("\t")
            known = util.ProductInfo(vendor=vendor, product=product, version=version, location="/", purl="")
            scanner.get_cves(known, {"default": {}, "paths": {"/"}})
    for info, data in scanner.all_cve_data.items():
        for each in data["cves"]:
            sys.stdout.write(f"{info.vendor}\t{info.product}\t{info.version}\t{each.cve_number}\n")


if __name__ == "__main__":
    main()
