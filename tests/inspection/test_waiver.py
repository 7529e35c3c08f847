"""What a waiver means, and what it does not."""

from datetime import UTC, date, datetime

import pytest

from roadworthy.inspection.waiver import Waiver, WaiverState, accepted, apply
from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def failure(*paths: str, outcome: Outcome = Outcome.FAIL) -> Finding:
    return Finding(
        property="keys.p",
        check="keys.c",
        outcome=outcome,
        message="Bad.",
        evidence=tuple(Evidence(path=("a.bin", "squashfs@0x1", path)) for path in paths),
    )


def waiver(accepts: str = "keys.p", *paths: str, expires: date = date(2026, 11, 21)) -> Waiver:
    return Waiver(
        accepts=accepts, paths=paths, reason="R", author="A", expires=expires, place="waivers.toml:1"
    )


@pytest.mark.parametrize(
    ("given", "finding", "covered"),
    [
        (waiver("keys.p"), failure("/etc/a.pem"), True),
        (waiver("keys.c"), failure("/etc/a.pem"), True),
        (waiver("keys"), failure("/etc/a.pem"), False),
        (waiver("keys.p"), failure("/etc/a.pem", outcome=Outcome.UNKNOWN), False),
        (waiver("keys.p", "/etc/*.pem"), failure("/etc/a.pem"), True),
        (waiver("keys.p", "/etc/*.pem"), failure("/etc/a.pem", "/www/b.pem"), False),
        (waiver("keys.p", "/etc/*.pem", "/www/*"), failure("/etc/a.pem", "/www/b.pem"), True),
        (waiver("keys.p", "*"), failure(), False),
    ],
)
def test_it_covers_only_failures_that_show_nowhere_else(
    given: Waiver, finding: Finding, *, covered: bool
) -> None:
    assert given.covers(finding) is covered


def test_it_holds_to_the_end_of_its_last_day() -> None:
    assert not waiver(expires=date(2026, 11, 21)).expired(NOW)
    assert waiver(expires=date(2026, 11, 20)).expired(NOW)


def test_every_waiver_is_counted_whatever_became_of_it() -> None:
    findings = (failure("/a"), failure("/b"))
    given = (waiver("keys.p", "/b"), waiver("keys.p", "/nowhere"), waiver(expires=date(2020, 1, 1)))
    applied = apply(given, findings, NOW)
    assert [(each.state, each.findings) for each in applied] == [
        (WaiverState.IN_FORCE, (1,)),
        (WaiverState.UNUSED, ()),
        (WaiverState.EXPIRED, (0, 1)),
    ]
    assert accepted(applied, findings) == {findings[1]: applied[0]}


def test_positions_that_somebody_wrote_by_hand_do_not_break_it() -> None:
    (applied,) = apply((waiver(),), (failure("/a"),), NOW)
    assert accepted([applied], ()) == {}
