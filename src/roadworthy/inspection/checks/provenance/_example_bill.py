"""Small bills of materials, and a package database, for examples."""

import json
from typing import Final

STATUS: Final[dict[str, str | bytes]] = {
    "/usr/lib/opkg/status": (
        "Package: busybox\nVersion: 1.36.1-r1\nStatus: install user installed\n\n"
        "Package: dropbear\nVersion: 2022.83-r2\nStatus: install user installed\n"
    )
}


def bill(*claims: str) -> dict[str, str]:
    """A CycloneDX document that claims ``name@version``."""
    listed = [each.partition("@")[::2] for each in claims]
    components = [{"type": "library", "name": name, "version": version} for name, version in listed]
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}
    return {"bill.cdx.json": json.dumps(document)}
