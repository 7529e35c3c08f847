"""The version that Acme's agent prints."""

from typing import Final

from roadworthy.inspection.signature import Signature

SIGNATURE: Final = Signature(
    id="acme-agent",
    title="Acme agent",
    source="agent/main.c: the banner on start",
    anchor=b"acme-agent ",
    pattern=r"acme-agent (?P<version>\d+\.\d+)",
    purl="pkg:generic/acme-agent",
    cpes=("cpe:2.3:a:acme:agent",),
    confidence=0.9,
    matches=(("acme-agent 1.2", "1.2"),),
    rejects=("acme-agent beta",),
)
