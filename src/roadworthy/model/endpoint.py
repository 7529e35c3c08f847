"""Endpoint: a host that something in the image names."""

from dataclasses import dataclass

from roadworthy.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One host and port, and who names it.

    Args:
        host: DNS name or IP address, as written.
        port: Port number, or None when the image does not say.
        protocol: ``https``, ``ntp``, ``mqtt``, …; empty when unknown.
        named_by: The program or file that names it.
        evidence: Where.
    """

    host: str
    port: int | None
    protocol: str
    named_by: str
    evidence: tuple[Evidence, ...]
