"""Certificates that are out of date.

What it looks at

The dates of every certificate in the image, compared with the moment for which the inspection speaks. A
root that the device trusts is told from a certificate that it shows or pins itself: a root may sign others
and its private key is not in the image.

Why it matters

Whoever meets an expired certificate either breaks off, which a device cannot afford for long, or does not
check at all. Both end with verification turned off. An expired root is a smaller matter: it trusts nobody
any more, but it shows that nobody tends the list.

How it can be wrong

The device may make or fetch a newer certificate at its first start. A root that signed itself may still be
taken as a trust anchor after its date, as some libraries do. Certificates in forms that are not read (key
stores, DER inside programs) are not seen.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.inspection.checks._failures import MAX_FINDINGS, bounded
from roadworthy.inspection.checks._looking import NOTHING_READ, looked
from roadworthy.inspection.checks.keys._example_keys import (
    CERTIFICATE,
    EXPIRED_AUTHORITY,
    EXPIRED_CERTIFICATE,
    FUTURE_CERTIFICATE,
    PRIVATE_KEY,
)
from roadworthy.inspection.checks.keys._self_tests import used
from roadworthy.model.evidence import Evidence
from roadworthy.model.key_material import KeyKind, KeyMaterial
from roadworthy.model.outcome import Outcome, Severity

_NAME = 80


def run(inspection: Inspection) -> Iterator[Verdict]:
    """One failure per certificate, and one per file of roots; not applicable if no file is one."""
    certificates = [key for key in used(inspection) if key.kind is KeyKind.CERTIFICATE]
    if not certificates:
        yield _none(inspection)
        return
    keys = {key.fingerprint for key in inspection.inventory.keys if key.kind is KeyKind.PRIVATE_KEY}
    dated = [same for same in _distinct(certificates) if _reason(same[0], inspection.now)]
    anchors = [same for same in dated if same[0].authority and same[0].fingerprint not in keys]
    own = [same for same in dated if same not in anchors]
    yield from bounded((_failure(same, inspection.now) for same in own), "certificates are out of date")
    yield from bounded(_anchor_failures(anchors, inspection.now), "files hold root certificates out of date")
    if not dated:
        yield Verdict(Outcome.PASS, f"All {len(certificates)} certificates in the image are in date.")


def _none(inspection: Inspection) -> Verdict:
    if looked(inspection):
        return Verdict(
            Outcome.NOT_APPLICABLE, "Nothing in the image is a certificate in a form that is known."
        )
    return NOTHING_READ


def _distinct(certificates: list[KeyMaterial]) -> list[list[KeyMaterial]]:
    """Copies of one certificate together."""
    groups: dict[tuple[object, ...], list[KeyMaterial]] = {}
    for each in certificates:
        key = (each.fingerprint, each.subject, each.issuer, each.not_before, each.not_after)
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def _reason(certificate: KeyMaterial, now: datetime) -> str:
    """What is wrong with its dates; empty when nothing is (RFC 5280 §4.1.2.5: both ends included)."""
    if certificate.not_after is not None and now > certificate.not_after:
        return f"expired on {certificate.not_after:%Y-%m-%d}"
    if certificate.not_before is not None and now < certificate.not_before:
        return f"is not valid before {certificate.not_before:%Y-%m-%d}"
    return ""


def _failure(copies: list[KeyMaterial], now: datetime) -> Verdict:
    message = f"The certificate {_name(copies[0])} in {_file(copies)} {_reason(copies[0], now)}."
    return Verdict(Outcome.FAIL, message, _evidence(copies), Severity.MEDIUM)


def _anchor_failures(anchors: list[list[KeyMaterial]], now: datetime) -> Iterator[Verdict]:
    """One failure per file: a neglected bundle is one fault, however many roots in it have run out."""
    files: dict[str, list[list[KeyMaterial]]] = {}
    for copies in anchors:
        files.setdefault(_file(copies), []).append(copies)
    for path, roots in files.items():
        first = roots[0][0]
        message = f"The root certificate {_name(first)} in {path} {_reason(first, now)}."
        if len(roots) > 1:
            message = f"{len(roots)} root certificates in {path} are out of date, among them {_name(first)}."
        evidence = tuple(place for copies in roots for place in _evidence(copies))
        yield Verdict(Outcome.FAIL, message, evidence[:MAX_FINDINGS], Severity.LOW)


def _name(certificate: KeyMaterial) -> str:
    return certificate.subject[:_NAME] or "without a name"


def _file(copies: list[KeyMaterial]) -> str:
    return copies[0].evidence[0].path[-1]


def _evidence(copies: list[KeyMaterial]) -> tuple[Evidence, ...]:
    return tuple(place for each in copies for place in each.evidence)


CHECK: Final = Check(
    shows="keys.certificates-in-date",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/etc/ssl/server.crt": EXPIRED_CERTIFICATE}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/server.pem": PRIVATE_KEY + EXPIRED_CERTIFICATE}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/ca.pem": CERTIFICATE + EXPIRED_AUTHORITY}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/server.crt": FUTURE_CERTIFICATE}, outcome=Outcome.FAIL),
        Example(files={"/etc/ssl/server.crt": CERTIFICATE}, outcome=Outcome.PASS),
        Example(
            files={"/etc/ssl/server.crt": EXPIRED_CERTIFICATE},
            outcome=Outcome.PASS,
            now=datetime(2019, 6, 1, tzinfo=UTC),
        ),
        Example(files={"/etc/ssl/server.key": PRIVATE_KEY}, outcome=Outcome.NOT_APPLICABLE),
        Example(files={}, outcome=Outcome.UNKNOWN),
    ),
)
